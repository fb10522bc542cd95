"""/reports/{place}/books: record books and ledgers, for the staff who would have to keep them."""

from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import NotAllowed
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.queries import place_of, places_within
from coordination.places.tables import PlaceKind
from coordination.reports.books.queries import BOOKS, Pages, read_book
from coordination.reports.monthly.queries import REPORTED_KINDS, periods_offered
from coordination.settings import settings
from coordination.tickets.figures.periods import read_period
from coordination.web import pdf
from coordination.web.downloads import pdf_file, workbook_file
from coordination.web.formats import local_time
from coordination.web.sheets import export

READERS = (
    RoleKind.COMMUNITY_WORKER,
    RoleKind.SUBDISTRICT_OFFICER,
    RoleKind.SUPERVISOR,
)
NOTE = "由系统从已经办理的事项自动生成，不需要填写。"


class BookPages(Controller):
    guards = [staff(*READERS)]

    @get("/books")
    async def mine(self, asker: NamedDependency[Asker]) -> Template | Redirect:
        """The places whose books the asker reads; the only one at once."""
        paths = [r.place_path for r in asker.roles if r.kind in READERS and r.place_path]
        places = [
            *await places_within(paths, PlaceKind.SUBDISTRICT),
            *await places_within(paths, PlaceKind.COMMUNITY),
        ]
        if len(places) == 1:
            return Redirect(f"/reports/{places[0].id}/books", status_code=303)
        return Template("reports/books/places.html", context={"places": places})

    @get("/reports/{place_id:uuid}/books")
    async def books(self, asker: NamedDependency[Asker], place_id: FromPath[UUID]) -> Template:
        place = await _read_by(asker, place_id)
        context = {"place": place, "books": list(BOOKS.values()), "note": NOTE}
        return Template("reports/books/books.html", context=context)

    @get("/reports/{place_id:uuid}/books/{name:str}")
    async def book(
        self,
        asker: NamedDependency[Asker],
        place_id: FromPath[UUID],
        name: FromPath[str],
        period: FromQuery[str] = "",
    ) -> Response:
        """A book; with .pdf or .xlsx behind its name, to print or to take along."""
        at = clock.now()
        place = await _read_by(asker, place_id)
        stem, _, ending = name.partition(".")
        pages = await read_book(stem, place, read_period(period, at), at)
        if ending == "pdf":
            return pdf_file(await _printed(pages), pages.title)
        if ending == "xlsx":
            return workbook_file(_workbook(pages), pages.title)
        context = {"pages": pages, "periods": periods_offered(at), "note": NOTE, "at": at}
        return Template("reports/books/book.html", context=context)


async def _read_by(asker: Asker, place_id: UUID):
    place = await place_of(place_id, *REPORTED_KINDS)
    if not asker.holds(place, *READERS):
        raise NotAllowed("记录本和台账由本社区、街道的工作人员和监督委员查看。")
    return place


async def _printed(pages: Pages) -> bytes:
    at = clock.now()
    data = {
        "title": pages.title,
        "facts": [["来源", pages.book.source], ["生成时间", local_time(at)], ["说明", NOTE]],
        "header": pages.header,
        "rows": pages.lines,
        "signs": ["经办", "审核"],
        "origin": {
            "link": f"{settings().public_url}/reports/{pages.place.id}/books/{pages.book.name}"
        },
    }
    return await pdf.render("book", data, at)


def _workbook(pages: Pages) -> bytes:
    at = clock.now()
    facts = {
        "记录本": pages.title,
        "来源": pages.book.source,
        "生成时间": local_time(at),
        "说明": NOTE,
    }
    return export(pages.header, pages.lines, facts, at)


PAGES = [BookPages]
