"""Counting tickets of a place's whole tree: one statement for the counts, one for the times.

The counts of a cell come grouped by estate (or building), door and main category, and are added up
here, exactly; medians cannot be added, so the database takes them for each part and for the whole.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import asyncpg

from coordination.db import rows
from coordination.errors import NotFound
from coordination.places.tables import Place, PlaceKind
from coordination.tickets.figures.counts import (
    COUNTS,
    HOPS,
    OVERDUE,
    SPREADS,
    seconds_to,
    spread_condition,
)
from coordination.tickets.figures.definitions import Figure
from coordination.tickets.figures.periods import COHORT_MOMENTS, Cohort, Period

PAGE = 50
COLUMNS = ",\n  ".join(
    f"count(*) filter (where {count.condition}) as {name}" for name, count in COUNTS.items()
)
SPREAD_COLUMNS = ",\n  ".join(
    f"percentile_disc(array[0.5, 0.9]) within group (order by {seconds_to(moment)})"
    f" filter (where {spread_condition(name)}) as {name},\n"
    f"  count(*) filter (where {spread_condition(name)}) as {name}_n"
    for name, moment in SPREADS.items()
)


@dataclass(frozen=True, slots=True)
class Spread:
    """Of `n` tickets: the middle one's seconds, and what nine in ten did not exceed."""

    n: int = 0
    median: int | None = None
    p90: int | None = None


@dataclass(slots=True)
class Counted:
    """The counts of some tickets, and how long they took."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    hops: int = 0
    projects: int = 0  # 涉及项目: estates with at least one accepted ticket
    spreads: dict[str, Spread] = field(default_factory=lambda: dict.fromkeys(SPREADS, Spread()))

    def __getitem__(self, name: str) -> int:
        return self.counts[name]

    def fraction(self, figure: Figure) -> tuple[int, int]:
        return self.counts[figure.part], self.counts[figure.whole]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a sheet is of: the place with all in it, a period, which tickets, counted when."""

    place: Place
    period: Period
    cohort: Cohort
    at: datetime

    @property
    def is_estate(self) -> bool:
        return PlaceKind(self.place.kind) is PlaceKind.ESTATE


@dataclass(frozen=True, slots=True)
class Tallied:
    """The whole, and its parts by place, estate, door and main category."""

    total: Counted
    parts: Mapping[UUID | None, Counted]
    estates: Mapping[UUID, Counted]
    doors: Mapping[str, Counted]
    categories: Mapping[UUID, Counted]


async def tally(asked: Asked) -> Tallied:
    """Count it. Parts of an estate are its buildings, None its public parts; else what lies
    directly in the place."""
    inside = await _inside(asked.place)
    given = list(inside), asked.period.since, asked.period.until, asked.at
    mains = {row["id"]: row["main"] for row in await rows(MAINS)}
    cells = await rows(counting(asked), *given)
    part = "building" if asked.is_estate else "part"
    tallied = Tallied(
        _added(cells).get(True, Counted()),
        _added(cells, lambda cell: cell["building"] if asked.is_estate else inside[cell["estate"]]),
        _added(cells, lambda cell: cell["estate"]),
        _added(cells, lambda cell: cell["door"]),
        _added(cells, lambda cell: mains[cell["category"]]),
    )
    for found in await rows(_timing(asked), *given, list(inside.values())):
        if found["is_total"]:
            _take_spreads(tallied.total, found)
        elif found["is_part"]:
            _take_spreads(tallied.parts[found[part]], found)
        else:
            _take_spreads(tallied.estates[found["estate"]], found)
    return tallied


MAINS = "select id, coalesce(parent, id) as main from category"


async def _inside(place: Place) -> dict[UUID, UUID]:
    """The estates in a place, each with the part of it that it lies in. A path is "/own/part/…";
    of an estate itself there is no part."""
    found = await rows(
        """select id, nullif(split_part(path, '/', $2), '') as part from place
            where kind = 'estate' and starts_with(path, $1)""",
        place.path,
        place.path.count("/") + 1,
    )
    return {row["id"]: UUID(row["part"]) if row["part"] else row["id"] for row in found}


def counting(asked: Asked) -> str:
    """The statement that counts: $1 the estates, $2 and $3 the period, $4 when it is counted."""
    keys = "t.estate, t.door, t.category" + (", t.building" if asked.is_estate else "")
    return f"""
select {keys},
  {COLUMNS},
  {HOPS} as hops
from ticket t where {_chosen(asked)}
group by {keys}
"""


def _timing(asked: Asked) -> str:
    """$5: the part that each estate lies in."""
    key = "building" if asked.is_estate else "part"
    return f"""
select {key}, t.estate, grouping({key}, t.estate) = 3 as is_total, grouping({key}) = 0 as is_part,
  {SPREAD_COLUMNS}
from ticket t join unnest($1::uuid[], $5::uuid[]) as e (id, part) on e.id = t.estate
where {_chosen(asked)}
group by grouping sets (({key}), (t.estate), ())
"""


def _chosen(asked: Asked) -> str:
    moment = COHORT_MOMENTS[asked.cohort]
    return f"""{moment} >= $2 and {moment} < $3 and $4::timestamptz is not null
  and t.estate = any($1::uuid[])"""


def _added(
    cells: Iterable[asyncpg.Record], key: Callable[[asyncpg.Record], object] = lambda _: True
) -> dict:
    found: dict[object, Counted] = {}
    estates: dict[object, set[UUID]] = {}
    for cell in cells:
        counted = found.setdefault(key(cell), Counted())
        counts = counted.counts
        for name in COUNTS:
            counts[name] += cell[name]
        counted.hops += cell["hops"]
        if cell["accepted"]:
            estates.setdefault(key(cell), set()).add(cell["estate"])
    for one, named in estates.items():
        found[one].projects = len(named)
    return found


def _take_spreads(counted: Counted, found: asyncpg.Record) -> None:
    for name in SPREADS:
        if found[name]:
            counted.spreads[name] = Spread(found[f"{name}_n"], *found[name])


BY_MONTH = f"""
select to_char(t.whistled_at at time zone 'Asia/Shanghai', 'YYYY-MM') as month,
  count(*) filter (where {COUNTS["accepted"].condition}) as accepted,
  count(*) filter (where {COUNTS["solved"].condition}) as solved,
  count(*) filter (where {COUNTS["late"].condition}) as late
from ticket t join place e on e.id = t.estate and starts_with(e.path, $1)
where t.whistled_at >= $2 and t.whistled_at < $3
group by 1
"""


async def by_month(place: Place, months: list[Period], at: datetime) -> list[tuple[int, int, int]]:
    """(accepted, of those solved, of those late) of each month, by when they were whistled."""
    found = await rows(BY_MONTH, place.path, months[0].since, months[-1].until, at)
    known = {row["month"]: (row["accepted"], row["solved"], row["late"]) for row in found}
    return [known.get(month.code, (0, 0, 0)) for month in months]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A cell of a sheet: the name of its count and, where it is one of a part, which."""

    count: str
    building: str = ""  # an id, "public", or "" for all
    door: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Behind:
    """One ticket of the list behind a figure: what is public of each."""

    id: UUID
    number: int
    estate: str
    building: str
    category: str
    state: str
    outcome: str | None
    whistled_at: datetime
    replied_at: datetime | None
    closed_at: datetime | None
    close_due_at: datetime | None
    overdue: bool


async def tickets_behind(asked: Asked, cell: Narrowed, after: int = 0) -> list[Behind]:
    """The tickets that a cell counts, by number; one more than a page, if there is more.

    NotFound: no such count.
    """
    if cell.count not in COUNTS:
        raise NotFound("没有这项统计。")
    given = list(await _inside(asked.place)), asked.period.since, asked.period.until, asked.at
    found = await rows(_list_sql(asked, cell), *given, after, *_given(cell))
    return [Behind(**row) for row in found]


def _list_sql(asked: Asked, cell: Narrowed) -> str:
    tests = {
        "building": "t.building is null" if cell.building == "public" else "t.building = ${}::uuid",
        "door": "t.door = ${}",
        "category": "coalesce(c.parent, c.id) = ${}::uuid",
    }
    narrower, number = [], 6
    for name, test in tests.items():
        if getattr(cell, name):
            narrower.append(test.format(number))
            number += "{}" in test
    where = " and ".join([COUNTS[cell.count].condition, "t.number > $5", *narrower])
    return f"""
select t.id, t.number, e.name as estate, coalesce(b.name, '') as building, c.name as category,
  t.state, t.outcome, t.whistled_at, t.replied_at, t.closed_at, t.close_due_at,
  coalesce({OVERDUE}, false) as overdue
from ticket t join place e on e.id = t.estate join category c on c.id = t.category
  left join place b on b.id = t.building
where {_chosen(asked)} and {where}
order by t.number limit {PAGE + 1}
"""


def _given(cell: Narrowed) -> list[str | UUID]:
    given: list[str | UUID] = []
    if cell.building and cell.building != "public":
        given.append(_id(cell.building))
    if cell.door:
        given.append(cell.door)
    if cell.category:
        given.append(_id(cell.category))
    return given


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("没有这样的分组。") from error
