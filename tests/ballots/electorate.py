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
from coordination.places.tables import Place
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


async def house_owners(
    estate: Place, building: Place, count: int, at: datetime, *, first: int = 0
) -> list[Seat]:
    """`count` owners with an account, one home each and a session of this moment; no rights yet."""
    seats = [Seat(secrets.token_urlsafe(32), 500_000 + n % 900_000) for n in range(count)]
    await _copy("person", ((one.person, "业主", "", at) for one in seats))
    await _copy(
        "owner",
        ((one.owner, estate.id, "person", "业主", one.owner.bytes, "0000", "") for one in seats),
    )
    await _copy("binding", ((uuid4(), s.person, s.owner, "letter", at, "") for s in seats))
    await _copy(
        "unit",
        (
            (one.unit, estate.id, building.id, "1", f"{n}", "home", False, one.area_cm2,
             "register", f"{n:09}")
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
    return seats


async def seat_owners(
    vote: Vote, count: int, at: datetime, *, own_weights: bool = True
) -> list[Seat]:
    """As `house_owners`, in the vote's building, on the roll of each of its questions.

    `own_weights` False: rights share a few commitments, which makes 100,000 in no time; their
    ballots can be cast, not recounted.
    """
    async with db.transaction():
        seats = await house_owners(vote.estate, vote.building, count, at, first=vote.numbers)
        vote.numbers += count
        for question in vote.questions:
            await _enrol(question.id, seats, vote.building.id, at, own_weights)
    return seats


async def _enrol(
    question: UUID, seats: Sequence[Seat], building: UUID, at: datetime, own: bool
) -> None:
    ids = [uuid4() for _ in seats]
    await _copy(
        "voting_right",
        (
            (id, question, one.right, one.area_cm2, one.salt, one.who, one.r, one.weight, 1)
            for id, one in zip(ids, _frozen([s.area_cm2 for s in seats], own), strict=True)
        ),
    )
    rights = list(zip(ids, seats, strict=True))
    await _copy(
        "right_unit",
        ((uuid4(), id, s.unit, building, s.area_cm2, "register") for id, s in rights),
    )
    await _copy("right_holder", ((uuid4(), id, seat.owner, at, "") for id, seat in rights))
    for id, seat in rights:
        seat.rights.append(id)


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
