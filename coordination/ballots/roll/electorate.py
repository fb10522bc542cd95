"""Who may vote on a question as the registry says now 表决权人: rights, sums, and what is missing.

The same reading serves the preview while drafting, the published list, and the freeze.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from asyncpg import Record

from coordination.ballots.board import rooms_hash
from coordination.ballots.polls.scopes import Scope
from coordination.ballots.tables import Poll
from coordination.db import rows
from coordination.law import franchise
from coordination.law.franchise import Right
from coordination.places.naming import building_name, unit_name
from coordination.places.tables import UnitKind

# Whether unit `u` lies in a scope: parameters $2 to $9 are `Scope.as_sql()`, $10 parking_counts.
IN_SCOPE = """
  ($10 or u.kind <> 'parking') and case $2::text
    when 'estate' then true
    when 'buildings' then u.building = any($3::uuid[])
    when 'entrances' then (u.building, u.entrance) in
      (select * from unnest($4::uuid[], $5::text[]))
    when 'floors' then (u.building, u.floor) in
      (select * from unnest($6::uuid[], $7::bigint[]))
    when 'units' then u.id = any($8::uuid[])
    when 'kind' then u.kind = $9::text
    else false end
"""
# A unit as the list shows it; it lacks an owner only where it is sold.
UNIT = """
  u.id, u.building, b.name as building_name, u.entrance, u.room, u.kind, u.unsold, u.area_cm2,
  u.area_source, array(select o.owner from ownership o where o.unit = u.id and o.until is null
                       order by o.owner) as owners
"""
SOURCE = f"""
select {UNIT} from unit u join place b on b.id = u.building
where u.estate = $1 and {IN_SCOPE}
order by b.sort, b.id, u.sort, u.id
"""


@dataclass(frozen=True, slots=True)
class RollUnit:
    """A unit as the roll sees it. Its owners are known to the roll, not to its readers."""

    id: UUID
    building: UUID
    building_name: str
    entrance: str
    room: str
    kind: str
    unsold: bool
    area_cm2: int | None
    area_source: str | None
    owners: tuple[UUID, ...]

    @property
    def name(self) -> str:
        return unit_name(self.building_name, self.entrance, self.room)

    @property
    def lacks(self) -> str | None:
        """What keeps it off the roll: no area, or sold and no owner known."""
        if self.area_cm2 is None:
            return "没有面积"
        return "没有业主" if not self.owners and not self.unsold else None


@dataclass(frozen=True)
class Electorate:
    """The rights of one question. `units` are those that count, in the order of the list."""

    units: tuple[RollUnit, ...]
    gaps: tuple[RollUnit, ...]
    rights: tuple[Right, ...]

    @property
    def persons(self) -> int:
        return len(self.rights)

    @cached_property
    def area_cm2(self) -> int:
        return sum(right.area_cm2 for right in self.rights)

    @cached_property
    def list_hash(self) -> str:
        """Of the public list of rooms and areas, as its file spells them."""
        return rooms_hash(
            (building_name(u.building_name), u.entrance, u.room, u.area_cm2 or 0)
            for u in self.units
        )


async def electorate_of(poll: Poll, scope: Scope) -> Electorate:
    """The rights that the registry now gives for a question of this poll with this scope."""
    found = await rows(SOURCE, poll.estate, *scope.as_sql(), poll.parking_counts)
    # A large estate takes seconds, in which the loop has others to serve.
    return await asyncio.to_thread(electorate, found)


def electorate(found: Iterable[Record]) -> Electorate:
    """Rights and gaps among the units of a scope, by the law's own rule."""
    inside = [RollUnit(**{**row, "owners": tuple(row["owners"])}) for row in found]
    counted = tuple(unit for unit in inside if not unit.lacks)
    # What does not count by the poll's rules is no longer among them.
    rights = franchise.voting_rights(map(_as_law_sees, counted), parking_counts=True)
    return Electorate(counted, tuple(unit for unit in inside if unit.lacks), tuple(rights))


def _as_law_sees(unit: RollUnit) -> franchise.Unit:
    assert unit.area_cm2 is not None, "what lacks an area is a gap"
    return franchise.Unit(
        name=str(unit.id),
        area_cm2=unit.area_cm2,
        owners=frozenset(map(str, unit.owners)),
        is_parking=unit.kind == UnitKind.PARKING,
        is_unsold=unit.unsold,
    )
