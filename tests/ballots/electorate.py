"""Owners by the thousand: for what is measured, and for what breaks while many vote at once."""

import itertools
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from coordination import db
from coordination.ballots.board import draw_right
from coordination.ballots.casting.papers import Paper, fresh_paper
from coordination.ballots.commitments import FrozenRight, freeze_right
from coordination.people.sessions import token_hash
from tests.ballots.a_vote import Vote

COLUMNS = {
    "person": ("id", "name", "phone_tail", "joined_at"),
    "owner": ("id", "estate", "kind", "name", "id_hash", "id_last4", "phone_tail"),
    "binding": ("id", "person", "owner", "proof", "at", "document"),
    "unit": (
        "id", "estate", "building", "entrance", "room", "kind", "unsold", "area_cm2",
        "area_source", "sort",
    ),
    "ownership": ("id", "unit", "owner", "since", "document"),
    "voting_right": (
        "id", "question", "number", "area_cm2", "salt", "who", "blinding", "weight", "holders",
    ),
    "right_unit": ("id", "right", "unit", "building", "area_cm2", "area_source"),
    "right_holder": ("id", "right", "owner", "since", "reason"),
    "sign_in": (
        "id", "token_hash", "person", "opened_at", "expires_at", "stepped_up_at", "device",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seat:
    """An owner ready to vote: their session, stepped up, and their right on each question."""

    token: str
    area_cm2: int
    person: UUID = field(default_factory=uuid4)
    owner: UUID = field(default_factory=uuid4)
    unit: UUID = field(default_factory=uuid4)
    rights: list[UUID] = field(default_factory=list)

    def paper(self, poll: UUID, choice: str, at: datetime) -> Paper:
        """A paper opened at this moment, with one choice on all their rights."""
        return fresh_paper(poll, at).choosing(dict.fromkeys(self.rights, choice))


async def seat_owners(
    vote: Vote, count: int, at: datetime, *, own_weights: bool = True
) -> list[Seat]:
    """Put `count` owners of one unit each on the roll of each question, signed in at `at`.

    `own_weights` False: rights share a few commitments, which makes 100,000 in no time; their
    ballots can be cast, not recounted.
    """
    seats = [
        Seat(secrets.token_urlsafe(32), 500_000 + n % 900_000, rights=[uuid4() for _ in
             vote.questions]) for n in range(count)
    ]  # fmt: skip
    async with db.transaction():
        await _settle(vote, seats, at)
        for n, question in enumerate(vote.questions):
            await _enrol(question.id, [(seat.rights[n], seat) for seat in seats],
                         vote.building.id, at, own_weights)  # fmt: skip
    return seats


async def _settle(vote: Vote, seats: Sequence[Seat], at: datetime) -> None:
    """Accounts, owners, homes, sessions."""
    estate, building, first = vote.estate.id, vote.building.id, vote.numbers
    vote.numbers += len(seats)
    await _copy("person", ((one.person, "业主", "", at) for one in seats))
    await _copy(
        "owner",
        ((one.owner, estate, "person", "业主", one.owner.bytes, "0000", "") for one in seats),
    )
    await _copy("binding", ((uuid4(), s.person, s.owner, "letter", at, "") for s in seats))
    await _copy(
        "unit",
        (
            (one.unit, estate, building, "1", f"{n}", "home", False, one.area_cm2, "register",
             f"{n:09}")
            for n, one in enumerate(seats, first + 1_000_000)
        ),
    )  # fmt: skip
    await _copy("ownership", ((uuid4(), one.unit, one.owner, at, "") for one in seats))
    await _copy(
        "sign_in",
        (
            (uuid4(), token_hash(one.token), one.person, at, at + timedelta(days=1), at, "")
            for one in seats
        ),
    )


async def _enrol(
    question: UUID, rights: Sequence[tuple[UUID, Seat]], building: UUID, at: datetime, own: bool
) -> None:
    frozen = _frozen([seat.area_cm2 for _, seat in rights], own)
    await _copy(
        "voting_right",
        (
            (id, question, one.right, one.area_cm2, one.salt, one.who, one.r, one.weight, 1)
            for (id, _), one in zip(rights, frozen, strict=True)
        ),
    )
    await _copy(
        "right_unit",
        ((uuid4(), id, s.unit, building, s.area_cm2, "register") for id, s in rights),
    )
    await _copy("right_holder", ((uuid4(), id, seat.owner, at, "") for id, seat in rights))


def _frozen(areas: Sequence[int], own: bool) -> Iterable[FrozenRight]:
    if own:
        return [freeze_right(draw_right(), area) for area in areas]
    few = [freeze_right(draw_right(), area) for area in areas[:20]]
    return [
        FrozenRight(draw_right(), one.area_cm2, one.salt, one.r, secrets.token_bytes(32),
                    one.weight)
        for one, _ in zip(itertools.cycle(few), areas, strict=False)
    ]  # fmt: skip


async def _copy(table: str, records: Iterable[tuple]) -> None:
    async with db.connection() as it:
        await it.copy_records_to_table(table, records=list(records), columns=COLUMNS[table])
