"""Who belongs to the place of a matter, what it waits for, how it was judged."""

from datetime import date, datetime
from uuid import UUID

from coordination.db import row, rows, value
from coordination.matters.state import Grades
from coordination.matters.tables import Stage
from coordination.places.naming import building_name
from coordination.registry.queries import ACTS_FOR

# Units under the path $2 in which the person $1 owns or lives.
LIVES_THERE = f"""
select unit.id from unit join place on place.id = unit.building
 where starts_with(place.path, $2) and unit.id = any (array(
   select o.unit from ownership o where o.until is null and o.owner = any (array({ACTS_FOR}))
   union all
   select r.unit from residency r where r.person = $1 and r.confirmed_at is not null
      and (r.until is null or r.until > $3)))
"""

# Persons of the place $1 who opened a session since $2; $3: now.
ACTIVE = """
with inside as (
  select unit.id from unit join place on place.id = unit.building
   where starts_with(place.path, $1)),
belongs as (
  select a.person from acting a join ownership o on o.owner = a.owner and o.until is null
   where o.unit in (select id from inside)
  union
  select r.person from residency r
   where r.unit in (select id from inside) and r.confirmed_at is not null
     and (r.until is null or r.until > $3))
select count(*) from belongs
 where exists (select from sign_in s where s.person = belongs.person and s.opened_at >= $2)
"""


async def is_neighbour(person: UUID, path: str, at: datetime) -> bool:
    """Whether someone owns or lives in what lies at `path`."""
    return await value(f"select exists ({LIVES_THERE})", person, path, at)


async def active_neighbours(path: str, since: datetime, at: datetime) -> int:
    """How many of those who own or live there have been here since."""
    return await value(ACTIVE, path, since, at)


async def open_duties(matter_id: UUID, stage: Stage | None = None) -> list[str]:
    """What `stage` waits for, or any of them, the most urgent first."""
    found = await rows(
        """select label from duty where matter = $1 and settled_at is null
              and ($2::text is null or stage is null or stage = $2)
            order by due_at nulls last, label""",
        matter_id, stage,
    )  # fmt: skip
    return [one["label"] for one in found]


async def grades_of(matter_id: UUID, round_: int) -> Grades:
    """How it was judged in a round."""
    found = await row(
        """select count(*) filter (where grade = 'good') as good,
                  count(*) filter (where grade = 'fair') as fair,
                  count(*) filter (where grade = 'poor') as poor
             from evaluation where matter = $1 and round = $2""",
        matter_id, round_,
    )  # fmt: skip
    assert found
    return Grades(**dict(found))


async def homes_of(person: UUID, at: datetime) -> list[tuple[UUID, str]]:
    """The estates in which someone owns or lives, and their own buildings there: (id, name)."""
    found = await rows(
        f"""select e.id as estate, e.name as estate_name, b.id, b.name
             from place b join place e on e.id = b.parent
            where b.id in (select unit.building from unit where unit.id in ({LIVES_THERE}))
            order by e.sort, e.id, b.sort, b.id""",
        person, "", at,
    )  # fmt: skip
    places: dict[UUID, str] = {}
    for one in found:
        places[one["estate"]] = f"{one['estate_name']}（整个小区）"
    for one in found:
        places[one["id"]] = f"{one['estate_name']} {building_name(one['name'])}"
    return list(places.items())


async def bodies_for(path: str, on: date) -> list[tuple[UUID, str]]:
    """The bodies that answer for a place or for part of it: those that can meet, and carry out."""
    found = await rows(
        """select b.id, b.name from body b join place p on p.id = b.place
            where b.kind <> 'operator' and (starts_with($1, p.path) or starts_with(p.path, $1))
              and (b.until is null or b.until > $2)
            order by length(p.path) desc, b.kind, b.name limit 100""",
        path, on,
    )  # fmt: skip
    return [(one["id"], one["name"]) for one in found]


async def supports(person: UUID, matter_id: UUID) -> bool:
    """Whether someone supports it."""
    return await value(
        "select exists (select from support where person = $1 and matter = $2)", person, matter_id
    )
