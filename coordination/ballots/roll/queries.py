"""The public list of rooms and areas, live before the freeze and as frozen after it; objections.

Nothing here reads a name of an owner.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from coordination.ballots.polls.scopes import Scope
from coordination.ballots.roll.electorate import IN_SCOPE
from coordination.ballots.tables import Poll, Question, RollFreeze, RollObjection
from coordination.db import row, rows
from coordination.places.naming import building_name, room_name, unit_name
from coordination.registry.queries import units_of

PAGE = 100

LIVE = f"""
select u.id, u.building, b.name as building_name, b.sort as building_sort, u.entrance, u.room,
       u.sort, u.area_cm2, u.area_source,
       u.area_cm2 is not null and (u.unsold or exists
         (select from ownership o where o.unit = u.id and o.until is null)) as counts,
       u.unsold, (select string_agg(o.owner::text, ',' order by o.owner) from ownership o
         where o.unit = u.id and o.until is null) as holders
from unit u join place b on b.id = u.building
where u.estate = $1 and {IN_SCOPE}
"""
FROZEN = """
select u.id, u.building, b.name as building_name, b.sort as building_sort, u.entrance, u.room,
       u.sort, f.area_cm2, f.area_source, true as counts,
       false as unsold, r.id::text as holders
from right_unit f join voting_right r on r.id = f."right" join unit u on u.id = f.unit
join place b on b.id = f.building
where r.question = $1
"""
# `whose`: one word per person, as `law.franchise` tells them apart: the developer is one.
TOLD = """
developer as (
  select min(holders) as holders from list where counts and unsold and holders is not null
  having count(distinct holders) = 1
), told as (
  select list.*, case when unsold or list.holders = developer.holders then '' else list.holders end
         as whose
    from list left join developer on true
)
"""
SUMS = """
select building, building_name, count(*) filter (where counts) as units,
       count(distinct whose) filter (where counts) as persons,
       coalesce(sum(area_cm2) filter (where counts), 0)::bigint as area_cm2,
       count(*) filter (where not counts) as gaps
from told group by building, building_name, building_sort order by building_sort, building
"""


@dataclass(frozen=True, slots=True)
class ListLine:
    """A unit on the public list. `counts`: it has an area and an owner."""

    id: UUID
    building_name: str
    entrance: str
    room: str
    sort: str
    area_cm2: int | None
    area_source: str | None
    counts: bool

    @property
    def name(self) -> str:
        return room_name(self.entrance, self.room)

    @property
    def cursor(self) -> str:
        return f"{self.sort}_{self.id}"


@dataclass(frozen=True, slots=True)
class BuildingSum:
    """A building of the public list."""

    building: UUID
    name: str
    units: int
    persons: int  # who also has a unit in another building is one of theirs, too
    area_cm2: int
    gaps: int


@dataclass(frozen=True, slots=True)
class PublicList:
    """The list of one question: frozen if the roll is, else as the registry has it now."""

    sql: str
    args: tuple[object, ...]
    is_frozen: bool

    def _numbered(self, ahead: int) -> str:
        return f"${len(self.args) + ahead}"

    async def buildings(self) -> list[BuildingSum]:
        """Every building with what it adds, in natural order."""
        found = await rows(f"with list as ({self.sql}), {TOLD} {SUMS}", *self.args)
        return [
            BuildingSum(
                row["building"], building_name(row["building_name"]), row["units"],
                row["persons"], row["area_cm2"], row["gaps"],
            )
            for row in found
        ]  # fmt: skip

    async def sums(self) -> tuple[int, int]:
        """Persons, each once, and area; as `electorate` counts them."""
        found = await row(
            f"""with list as ({self.sql}), {TOLD}
                select count(distinct whose) filter (where counts) as persons,
                       coalesce(sum(area_cm2) filter (where counts), 0)::bigint as area_cm2
                  from told""",
            *self.args,
        )
        assert found, "a sum is always one row"
        return found["persons"], found["area_cm2"]

    async def lines(self, building: UUID, after: str = "") -> list[ListLine]:
        """The next units of a building, in natural order, one more than a page if more follow."""
        sort, _, last = after.rpartition("_")
        start = (sort, UUID(last)) if _is_uuid(last) else ("", UUID(int=0))
        found = await rows(
            f"""with list as ({self.sql}) select * from list
                where building = {self._numbered(1)}
                  and (sort, id) > ({self._numbered(2)}::text, {self._numbered(3)}::uuid)
                order by sort, id limit {PAGE + 1}""",
            *self.args, building, *start,
        )  # fmt: skip
        return _lines(found)

    async def everything(self) -> list[ListLine]:
        """The whole list, for a file."""
        found = await rows(
            f"""with list as ({self.sql}) select * from list
                order by building_sort, building, sort, id""",
            *self.args,
        )
        return _lines(found)


async def public_list(poll: Poll, question: Question) -> PublicList:
    """The list of a question that was loaded with load_json and has its scope."""
    if await RollFreeze.exists().where(RollFreeze.question == question.id):
        return PublicList(FROZEN, (question.id,), True)
    scope = Scope.of(question)
    assert scope, "a published question has one"
    return PublicList(LIVE, (poll.estate, *scope.as_sql(), poll.parking_counts), False)


def _lines(found: Iterable) -> list[ListLine]:
    return [
        ListLine(
            row["id"], building_name(row["building_name"]), row["entrance"], row["room"],
            row["sort"], row["area_cm2"], row["area_source"], row["counts"],
        )
        for row in found
    ]  # fmt: skip


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class OwnRoom:
    """A unit of the estate that the person owns, or whose owner they act for."""

    id: UUID
    name: str
    area_cm2: int | None
    area_source: str | None


async def own_rooms(person: UUID, estate: UUID) -> list[OwnRoom]:
    """The person's rooms in the estate; none: they own nothing there that we know of."""
    held = {unit.id: unit for unit in await units_of(person) if unit.estate == estate}
    return [OwnRoom(unit.id, unit.name, unit.area_cm2, unit.area_source) for unit in held.values()]


async def objections(poll_id: UUID) -> list[RollObjection]:
    """All objections to the roll, by number."""
    return await (
        RollObjection.objects().where(RollObjection.poll == poll_id).order_by(RollObjection.number)
    )


async def room_of(unit: UUID) -> OwnRoom | None:
    """A unit as its objection names it."""
    found = await row(
        """select u.id, b.name as building, u.entrance, u.room, u.area_cm2, u.area_source
           from unit u join place b on b.id = u.building where u.id = $1""",
        unit,
    )
    if found is None:
        return None
    name = unit_name(found["building"], found["entrance"], found["room"])
    return OwnRoom(found["id"], name, found["area_cm2"], found["area_source"])
