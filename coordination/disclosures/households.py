"""The households of a person in an estate: the units they own, and those they live in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.db import rows
from coordination.registry.queries import ACTS_FOR

HOUSEHOLDS = f"""
select u.id, true as owned, u.sort
  from ownership o join unit u on u.id = o.unit
 where o.until is null and u.estate = $2 and o.owner in ({ACTS_FOR})
union
select u.id, false, u.sort from residency r join unit u on u.id = r.unit
 where r.person = $1 and u.estate = $2 and r.confirmed_at is not null
   and (r.until is null or r.until > $3)
order by owned desc, sort, id"""


@dataclass(frozen=True, slots=True)
class Households:
    """`owned`: units of owners that the person acts for; `lived_in`: confirmed as living there."""

    owned: tuple[UUID, ...]
    lived_in: tuple[UUID, ...]

    @property
    def all(self) -> tuple[UUID, ...]:
        return tuple(dict.fromkeys((*self.owned, *self.lived_in)))


async def households_of(person: UUID, estate: UUID, at: datetime) -> Households:
    """In the order of their rooms."""
    found = await rows(HOUSEHOLDS, person, estate, at)
    return Households(
        tuple(one["id"] for one in found if one["owned"]),
        tuple(one["id"] for one in found if not one["owned"]),
    )
