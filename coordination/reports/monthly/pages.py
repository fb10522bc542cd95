"""/reports: the sheets of every place, for everybody; and the tickets behind each number."""

from urllib.parse import quote
from uuid import UUID

from litestar import Controller, Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from coordination import clock
from coordination.places.queries import lineage, parts_of, place_of, places_within
from coordination.places.tables import Place, PlaceKind
from coordination.reports.monthly.exporting import sheet_csv, sheet_workbook
from coordination.reports.monthly.printing import print_sheet
from coordination.reports.monthly.queries import (
    REPORTED_KINDS,
    monthly_sheet,
    periods_offered,
    read_cohort,
)
from coordination.tickets.figures.counts import COUNTS
from coordination.tickets.figures.definitions import (
    APART,
    FIGURES,
    NOTES,
    OUTCOMES,
    RATINGS,
    SPREAD_LABELS,
)
from coordination.tickets.figures.periods import COHORT_WORDS, read_period
from coordination.tickets.figures.queries import PAGE, Asked, Narrowed, tickets_behind
from coordination.tickets.kinds import Door
from coordination.tickets.words import DOOR_WORDS, OUTCOME_WORDS, STATE_WORDS
from coordination.web.access import anyone
from coordination.web.downloads import csv_file, pdf_file, workbook_file

COMPARED = (
    "report_on_time", "reply_on_time", "visit", "close", "solve", "content", "reopen", "late",
)  # fmt: skip


class ReportPages(Controller):
    """Open to everybody: what is counted is public, and each number shows what it counts."""

    path = "/reports"
    guards = [anyone]

    @get()
    async def reports(self, estate: FromQuery[UUID | None] = None) -> Template:
        """Choose a place; `estate`: the one the visitor is at, its lineage on top."""
        near = await lineage(await place_of(estate, PlaceKind.ESTATE)) if estate else []
        context = {
            "near": near[::-1],
            "tops": await _tops(),
            "estates": await places_within([None], PlaceKind.ESTATE),
            "estate": near[-1] if near else None,
        }
        return Template("reports/reports.html", context=context)

    @get("/{place_id:uuid}")
    async def report(
        self, place_id: FromPath[UUID], period: FromQuery[str] = "", cohort: FromQuery[str] = ""
    ) -> Template:
        """The sheet of a place: this month's, unless another is asked for."""
        at = clock.now()
        sheet = await monthly_sheet(await _asked(place_id, period, cohort))
        context = {
            "sheet": sheet,
            "at": at,
            "periods": periods_offered(at),
            "cohorts": COHORT_WORDS,
            "figures": FIGURES,
            "compared": [figure for figure in FIGURES if figure.name in COMPARED],
            "counts": COUNTS,
            "apart": APART,
            "outcomes": OUTCOMES,
            "ratings": RATINGS,
            "spread_labels": SPREAD_LABELS,
            "notes": NOTES,
        }
        return Template("reports/report.html", context=context)

    @get("/{place_id:uuid}/tickets")
    async def tickets(
        self,
        place_id: FromPath[UUID],
        period: FromQuery[str] = "",
        cohort: FromQuery[str] = "",
        count: FromQuery[str] = "accepted",
        building: FromQuery[str] = "",
        door: FromQuery[str] = "",
        category: FromQuery[str] = "",
        after: FromQuery[int] = 0,
    ) -> Template:
        """The tickets that a cell of the sheet counts."""
        asked = await _asked(place_id, period, cohort)
        cell = Narrowed(count, building, door, category)
        found = await tickets_behind(asked, cell, after)
        query = f"period={asked.period.code}&cohort={asked.cohort}"
        context = {
            "asked": asked,
            "tickets": found[:PAGE],
            "next": found[PAGE - 1].number if len(found) > PAGE else None,
            "first": after == 0,
            "count": COUNTS[count],
            "query": query,
            "cell_query": f"{query}&{cell_query(cell)}",
            "cohort_words": COHORT_WORDS[asked.cohort],
            "door_words": DOOR_WORDS[Door(door)] if door in set(Door) else "",
            "states": {state.value: words for state, words in STATE_WORDS.items()},
            "outcomes": {outcome.value: words for outcome, words in OUTCOME_WORDS.items()},
        }
        return Template("reports/tickets.html", context=context)

    @get("/{place_id:uuid}/sheet.pdf")
    async def sheet_pdf(
        self, place_id: FromPath[UUID], period: FromQuery[str] = "", cohort: FromQuery[str] = ""
    ) -> Response[bytes]:
        sheet = await monthly_sheet(await _asked(place_id, period, cohort))
        return pdf_file(await print_sheet(sheet), sheet.title)

    @get("/{place_id:uuid}/sheet.xlsx")
    async def sheet_xlsx(
        self, place_id: FromPath[UUID], period: FromQuery[str] = "", cohort: FromQuery[str] = ""
    ) -> Response[bytes]:
        sheet = await monthly_sheet(await _asked(place_id, period, cohort))
        return workbook_file(sheet_workbook(sheet), sheet.title)

    @get("/{place_id:uuid}/sheet.csv")
    async def sheet_as_csv(
        self, place_id: FromPath[UUID], period: FromQuery[str] = "", cohort: FromQuery[str] = ""
    ) -> Response[bytes]:
        sheet = await monthly_sheet(await _asked(place_id, period, cohort))
        return csv_file(sheet_csv(sheet), sheet.title)


def cell_query(cell: Narrowed) -> str:
    """The cell as an address writes it."""
    parts = {"building": cell.building, "door": cell.door, "category": cell.category}
    given = [f"{name}={quote(value)}" for name, value in parts.items() if value]
    return "&".join([f"count={quote(cell.count)}", *given])


async def _asked(place_id: UUID, period: str, cohort: str) -> Asked:
    at = clock.now()
    place = await place_of(place_id, *REPORTED_KINDS)
    return Asked(place, read_period(period, at), read_cohort(cohort), at)


async def _tops() -> list[Place]:
    """The widest places there are, and what lies directly in them."""
    found: list[Place] = []
    for top in await parts_of(None):
        inside = await parts_of(top)
        found += [top, *(place for place in inside if PlaceKind(place.kind) in REPORTED_KINDS)]
    return found


PAGES = [ReportPages]
