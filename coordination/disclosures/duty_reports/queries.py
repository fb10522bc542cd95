"""Duty reports 述职 as pages read them; who rated how stands nowhere."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from asyncpg import Record

from coordination.db import row, rows, value
from coordination.disclosures.duty_reports.rules import GRADES, mean
from coordination.errors import NotFound
from coordination.law.periods import day_of
from coordination.people.tables import BodyKind
from coordination.people.words import BODY_WORDS
from coordination.places.queries import place_of
from coordination.places.tables import Place, PlaceKind

MISSING = "没有找到这份述职。"
REPORTS = """
select d.id, d.estate, d.body, b.name as body_name, b.kind, d.year, d.text, d.document,
       d.published_at, d.rated_to, coalesce(f.kind, '') as document_kind,
       coalesce(f.size, 0) as document_size,
       (select count(*) from duty_rating r where r.report = d.id) as rated
  from duty_report d join body b on b.id = d.body left join stored_file f on f.sha256 = d.document
"""


@dataclass(frozen=True, slots=True)
class ReportRead:
    """One report, with how many households rated it."""

    id: UUID
    estate: UUID
    body: UUID
    body_name: str
    kind: BodyKind
    year: int
    text: str
    document: str | None
    document_kind: str
    document_size: int
    published_at: datetime
    rated_to: date
    rated: int

    @property
    def kind_words(self) -> str:
        return BODY_WORDS[self.kind]

    @property
    def title(self) -> str:
        return f"{self.body_name}{self.year}年度述职"

    def is_rated(self, at: datetime) -> bool:
        """Whether it is rated now."""
        return day_of(at) <= self.rated_to


@dataclass(frozen=True, slots=True)
class Ratings:
    """The households by grade, the best first; `mean`: none where they are too few."""

    households: int
    by_grade: list[tuple[str, int]]
    mean: str | None


async def report_of(report_id: UUID) -> tuple[ReportRead, Place]:
    """NotFound."""
    found = await row(f"{REPORTS} where d.id = $1", report_id)
    if found is None:
        raise NotFound(MISSING)
    return _read(found), await place_of(found["estate"], PlaceKind.ESTATE)


async def reports_of(estate: UUID) -> list[ReportRead]:
    """The newest years first."""
    found = await rows(
        f"{REPORTS} where d.estate = $1 order by d.year desc, b.kind, b.name, d.id limit 60", estate
    )
    return [_read(one) for one in found]


async def ratings_of(report_id: UUID) -> Ratings:
    """What the households gave, all together."""
    found = await rows(
        "select points, count(*) as households from duty_rating where report = $1 group by 1",
        report_id,
    )
    counts = {one["points"]: one["households"] for one in found}
    given = [(points, counts.get(points, 0)) for points in GRADES]
    return Ratings(
        sum(counts.values()), [(GRADES[points], number) for points, number in given], mean(given)
    )


async def own_rating(report_id: UUID, person: UUID) -> int | None:
    """The points that one gave oneself."""
    return await value(
        "select points from duty_rating where report = $1 and person = $2", report_id, person
    )


async def words_beside(report_id: UUID) -> list[str]:
    """What was written beside the ratings, in an order that tells nothing of who or when."""
    found = await rows(
        """select words from duty_rating where report = $1 and words <> ''
            order by md5(id::text) limit 500""",
        report_id,
    )
    return [one["words"] for one in found]


def _read(found: Record) -> ReportRead:
    columns: dict[str, Any] = dict(found)
    columns["kind"] = BodyKind(found["kind"])
    return ReportRead(**columns)
