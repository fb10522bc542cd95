"""What casting reads: who is asking, which rights they have, what they have cast."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from coordination import db
from coordination.ballots.commitments import FrozenRight
from coordination.ballots.offers import Offer, offer_of
from coordination.ballots.seal import unwrap
from coordination.settings import sealing_key

# A function of the database, since it must be planned for a full poll while none has voted yet.
LOOKUP = "select * from cast_callers($1, $2, $3)"


@dataclass(frozen=True, slots=True)
class HeldRight:
    """A voting right as its holder may use it."""

    id: UUID
    question: UUID
    frozen: FrozenRight
    holders: int
    representative: UUID | None
    cast: int  # ballots so far: the highest ordinal, 0 before the first

    def is_held_back_from(self, person: UUID) -> bool:
        """Whether co-owners have yet to choose this person, or chose another."""
        return self.holders > 1 and self.representative != person


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a paper: the person of the session, and their rights in that poll by id."""

    person: UUID
    stepped_up_at: datetime | None
    rights: dict[UUID, HeldRight]


async def callers(asked: Sequence[tuple[bytes, UUID]], at: datetime) -> list[Caller | None]:
    """For each (session token's SHA-256, poll) who is calling; None: nobody is signed in."""
    found: list[Caller | None] = [None] * len(asked)
    tokens, polls = [token for token, _ in asked], [poll for _, poll in asked]
    for row in await db.rows(LOOKUP, tokens, polls, at):
        caller = found[row["n"] - 1]
        if caller is None:
            caller = found[row["n"] - 1] = Caller(row["person"], row["stepped_up_at"], {})
        if row["id"] is not None:
            caller.rights[row["id"]] = held_right(row)
    return found


def held_right(row: asyncpg.Record) -> HeldRight:
    frozen = FrozenRight(
        right=row["number"],
        area_cm2=row["area_cm2"],
        salt=row["salt"],
        r=row["blinding"],
        who=row["who"],
        weight=row["weight"],
    )
    return HeldRight(
        row["id"], row["question"], frozen, row["holders"], row["representative"], row["cast"] or 0
    )


@dataclass(frozen=True, slots=True)
class PollCard:
    """What casting must know of a poll that no longer changes once its notice is out."""

    id: UUID
    key: bytes
    choices: dict[UUID, Offer]  # by question
    lengths: dict[UUID, int]  # of a sealed choice, by question


_cards: dict[UUID, PollCard] = {}  # what never changes is read once per process
CARDS_KEPT = 200


async def poll_card(poll: UUID) -> PollCard | None:
    """The card of a poll whose roll is frozen; None: there is none, or not yet."""
    if card := _cards.get(poll):
        return card
    card = await _read_card(poll)
    if card:
        if len(_cards) >= CARDS_KEPT:
            _cards.clear()
        _cards[poll] = card
    return card


async def _read_card(poll: UUID) -> PollCard | None:
    found = await db.rows(
        """select p.sealed_key, q.id, q.seats,
                  array(select jsonb_array_elements_text(q.options)) as names
             from poll p join question q on q.poll = p.id
            where p.id = $1 and p.sealed_key is not null order by q.position""",
        poll,
    )
    if not found:
        return None
    choices = {row["id"]: offer_of(row["names"], row["seats"]) for row in found}
    key = unwrap(sealing_key(), str(poll), found[0]["sealed_key"])
    return PollCard(poll, key, choices, {q: offer.length for q, offer in choices.items()})
