"""A sheet as its page, its print and its workbook show it: one reading for all three."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.clock import SHANGHAI
from coordination.db import rows
from coordination.places.queries import lineage, parts_of
from coordination.places.tables import Place, PlaceKind
from coordination.reports.monthly.coverage import Coverage, coverage
from coordination.tickets.figures.periods import (
    COHORT_DEFINITIONS,
    COHORT_WORDS,
    Cohort,
    Period,
    month_of,
    months_until,
)
from coordination.tickets.figures.queries import Asked, Counted, Tallied, by_month, tally
from coordination.tickets.words import DOOR_WORDS

MONTHS_SHOWN, MONTHS_OFFERED, YEARS_OFFERED = 12, 24, 5
PARTS_WORDS = {
    PlaceKind.DISTRICT: "各街道",
    PlaceKind.SUBDISTRICT: "各社区",
    PlaceKind.COMMUNITY: "各小区",
    PlaceKind.ESTATE: "各楼栋",
}
REPORTED_KINDS = tuple(PARTS_WORDS)


@dataclass(frozen=True, slots=True)
class Part:
    """A row of a table of parts. `place`: the sheet of its own; `narrowed`: what a list behind it
    is narrowed by, as an address writes it."""

    label: str
    counted: Counted
    place: UUID | None = None
    narrowed: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    period: Period
    accepted: int
    solved: int
    late: int


@dataclass(frozen=True, slots=True)
class MonthlySheet:
    """All that a sheet says."""

    asked: Asked
    lineage: list[Place]
    total: Counted
    parts: list[Part]
    estates: list[Part]  # of a place above the communities: all its estates to compare
    categories: list[Part]
    doors: list[Part]
    months: list[Month]
    coverage: Coverage | None

    @property
    def place(self) -> Place:
        return self.asked.place

    @property
    def title(self) -> str:
        kind = "月报" if self.asked.period.month else "年报"
        return f"{self.place.name}{self.asked.period.words}工单统计{kind}"

    @property
    def parts_words(self) -> str:
        return PARTS_WORDS[PlaceKind(self.place.kind)]

    @property
    def cohort_words(self) -> str:
        return COHORT_WORDS[self.asked.cohort]

    @property
    def cohort_definition(self) -> str:
        return COHORT_DEFINITIONS[self.asked.cohort]

    @property
    def query(self) -> str:
        """What tells this sheet from others of its place, as an address writes it."""
        return f"period={self.asked.period.code}&cohort={self.asked.cohort}"


def periods_offered(at: datetime) -> list[Period]:
    """The months and years of the picker, the newest first."""
    now = month_of(at)
    months = months_until(now, MONTHS_OFFERED)[::-1]
    return months + [Period(now.year - back) for back in range(YEARS_OFFERED)]


def read_cohort(text: str) -> Cohort:
    return Cohort(text) if text in set(Cohort) else Cohort.WHISTLED


async def monthly_sheet(asked: Asked) -> MonthlySheet:
    """The whole sheet. Parts without a ticket are there with nought."""
    tallied = await tally(asked)
    months = months_until(asked.period, MONTHS_SHOWN)
    found = await by_month(asked.place, months, asked.at)
    own = asked.at.astimezone(SHANGHAI).date()
    kind = PlaceKind(asked.place.kind)
    return MonthlySheet(
        asked,
        await lineage(asked.place),
        tallied.total,
        await _parts(asked, tallied),
        await _estates(asked, tallied) if kind in WIDE else [],
        await _categories(tallied),
        [Part(DOOR_WORDS.get(door, door), counted, narrowed=f"&door={door}")  # pyright: ignore
         for door, counted in sorted(tallied.doors.items())],
        [Month(month, *counts) for month, counts in zip(months, found, strict=True)],
        await coverage(asked.place, own) if kind is not PlaceKind.ESTATE else None,
    )  # fmt: skip


WIDE = (PlaceKind.DISTRICT, PlaceKind.SUBDISTRICT)


async def _parts(asked: Asked, tallied: Tallied) -> list[Part]:
    of = tallied.parts
    if asked.is_estate:
        found = [
            Part(place.name, of.get(place.id, Counted()), narrowed=f"&building={place.id}")
            for place in await parts_of(asked.place)
        ]
        return [*found, Part("公共区域", of.get(None, Counted()), narrowed="&building=public")]
    return [
        Part(place.name, of.get(place.id, Counted()), place.id)
        for place in await parts_of(asked.place)
        if PlaceKind(place.kind) in REPORTED_KINDS
    ]


async def _estates(asked: Asked, tallied: Tallied) -> list[Part]:
    found = await rows(
        "select id, name from place where kind = 'estate' and starts_with(path, $1)"
        " order by sort, id",
        asked.place.path,
    )
    return [
        Part(row["name"], tallied.estates.get(row["id"], Counted()), row["id"]) for row in found
    ]


async def _categories(tallied: Tallied) -> list[Part]:
    found = await rows(
        "select id, name from category where id = any($1) order by sort, name",
        list(tallied.categories),
    )
    return [
        Part(row["name"], tallied.categories[row["id"]], narrowed=f"&category={row['id']}")
        for row in found
    ]
