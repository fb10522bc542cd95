"""The own rights of a person in a frozen roll, and what opens them.

The opening tells number, area, salt and blinding: with it the holder finds their line in the
rights list and in the package, whether they vote or not. Nobody else gets it.
"""

from dataclasses import dataclass
from uuid import UUID

from asyncpg import Record

from coordination.ballots.commitments import FrozenRight
from coordination.ballots.receipts import Receipt
from coordination.db import rows
from coordination.errors import NotFound
from coordination.places.naming import unit_name

OWN = """
select r.id, r.question, q.title, q.position, r.number, r.area_cm2, r.salt, r.blinding, r.who,
       r.weight, r.holders
from voting_right r join question q on q.id = r.question
where q.poll = $2 and exists (
  select from right_holder h join acting a on a.owner = h.owner
  where h."right" = r.id and h.until is null and a.person = $1)
order by q.position, r.number
"""


@dataclass(frozen=True, slots=True)
class OwnRight:
    """A right of the person who looks, with its rooms."""

    id: UUID
    title: str
    frozen: FrozenRight
    holders: int
    rooms: tuple[str, ...]


async def own_rights(person: UUID, poll_id: UUID) -> list[OwnRight]:
    """The person's rights in this poll, question by question; none before the freeze."""
    found = await rows(OWN, person, poll_id)
    rooms = await _rooms([row["id"] for row in found])
    return [
        OwnRight(row["id"], row["title"], _frozen(row), row["holders"], rooms.get(row["id"], ()))
        for row in found
    ]


async def own_receipt(person: UUID, poll_id: UUID, right_id: UUID) -> Receipt:
    """The opening of an own right, in the form of a receipt without a ballot. NotFound."""
    for row in await rows(OWN, person, poll_id):
        if row["id"] == right_id:
            return Receipt(str(poll_id), str(row["question"]), _frozen(row))
    raise NotFound("没有找到您的这份表决权。")


async def _rooms(rights: list[UUID]) -> dict[UUID, tuple[str, ...]]:
    found = await rows(
        """select f."right", b.name, u.entrance, u.room from right_unit f
           join unit u on u.id = f.unit join place b on b.id = f.building
           where f."right" = any($1) order by b.sort, u.sort, u.id""",
        rights,
    )
    held: dict[UUID, tuple[str, ...]] = {}
    for row in found:
        name = unit_name(row["name"], row["entrance"], row["room"])
        held[row["right"]] = (*held.get(row["right"], ()), name)
    return held


def _frozen(row: Record) -> FrozenRight:
    return FrozenRight(
        right=row["number"],
        area_cm2=row["area_cm2"],
        salt=row["salt"],
        r=row["blinding"],
        who=row["who"],
        weight=row["weight"],
    )
