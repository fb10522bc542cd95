"""/desk/tickets: the list of what staff have to do with, in the order of what is due."""

from datetime import datetime
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from coordination import clock, files
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.tickets.desk.board import board_of, looked, summary_of
from coordination.tickets.desk.export_actions import export_list
from coordination.tickets.desk.inbox import inbox_of
from coordination.tickets.desk.scope import must_reach
from coordination.tickets.desk.view import kind_of
from coordination.web.downloads import csv_file, workbook_file

NAME = "工单清单"


@get("/desk/inbox", guards=[staff()])
async def inbox(asker: NamedDependency[Asker]) -> Template:
    """What waits for the office's decision."""
    at = clock.now()
    trays, parts = await inbox_of(asker, at)
    context = {
        "trays": trays, "parts": parts, "at": at, "reportable": set(), "here": "", "picking": False,
    }  # fmt: skip
    return Template("tickets/desk/inbox.html", context=context)


class BoardPages(Controller):
    """The list of an office, and what of it moves."""

    path = "/desk/tickets"
    guards = [staff()]

    @get()
    async def board(self, request: Request, asker: NamedDependency[Asker]) -> Template:
        look = await looked(asker, dict(request.query_params), clock.now())
        return Template("tickets/desk/board.html", context=await board_of(look))

    @get("/updates")
    async def updates(
        self,
        request: Request,
        asker: NamedDependency[Asker],
        since: FromQuery[datetime | None] = None,
    ) -> Template:
        """The counts anew, and how many tickets moved since the list was drawn."""
        look = await looked(asker, dict(request.query_params), clock.now())
        drawn = since if since and since.tzinfo else look.at
        return Template("tickets/desk/_piles.html", context=await summary_of(look, drawn))

    @get("/{ticket_id:uuid}/photos/{sha256:str}")
    async def photo(
        self, asker: NamedDependency[Asker], ticket_id: FromPath[UUID], sha256: FromPath[str]
    ) -> Response[bytes]:
        """A photo or document of a ticket, also of one that is not public."""
        await must_reach(asker, ticket_id, clock.now())
        kind = await kind_of(ticket_id, sha256)
        return Response(
            await files.content_of(sha256),
            media_type=kind,
            headers={"cache-control": "private, max-age=31536000, immutable"},
        )


@get("/desk/tickets.xlsx", guards=[staff()])
async def workbook(request: Request, asker: NamedDependency[Asker]) -> Response[bytes]:
    """The list as Excel."""
    look = await looked(asker, dict(request.query_params), clock.now())
    return workbook_file((await export_list(look, as_csv=False)).content, NAME)


@get("/desk/tickets.csv", guards=[staff()])
async def lines(request: Request, asker: NamedDependency[Asker]) -> Response[bytes]:
    """The list as CSV."""
    look = await looked(asker, dict(request.query_params), clock.now())
    return csv_file((await export_list(look, as_csv=True)).content, NAME)
