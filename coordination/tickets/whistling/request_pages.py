"""/tickets/new/documents 申请公开: asking for what no shelf has, as a ticket with a clock."""

from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from coordination import clock
from coordination.disclosures.queries import disclosure_shown
from coordination.errors import NotFound
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.tickets.whistling.queries import homes_of
from coordination.tickets.whistling.slip_pages import START
from coordination.tickets.whistling.slips import request_slip
from coordination.tickets.whistling.word_pages import words_context
from coordination.web.forms import Form


class RequestPages(Controller):
    path = f"{START}/documents"
    guards = [signed_in]

    @get()
    async def ask(
        self,
        asker: NamedDependency[Asker],
        estate: FromQuery[UUID | None] = None,
        disclosure: FromQuery[UUID | None] = None,
    ) -> Response:
        """The words screen with its kind and place settled; of an item of a shelf, named."""
        at = clock.now()
        homes = await homes_of(asker.id, at)
        if not homes:
            return Template("tickets/no_home.html")
        lived_in = [home.estate for home in homes]
        if estate is None or estate not in lived_in:
            return Redirect(f"{START}/documents?estate={lived_in[0]}", status_code=303)
        slip = request_slip(at, estate)
        form = Form({"text": await _asked_for(disclosure, estate)})
        return Template("tickets/words.html", context={**words_context(asker, slip), "form": form})


async def _asked_for(disclosure: UUID | None, estate: UUID) -> str:
    if disclosure is None:
        return ""
    try:
        shown = await disclosure_shown(disclosure, clock.now())
    except NotFound:
        return ""
    return f"申请查阅：{shown.name}。" if shown.estate == estate else ""
