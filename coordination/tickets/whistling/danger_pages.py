"""/tickets/new: danger first, for everybody; whoever must call a number need not sign in."""

from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from coordination import clock
from coordination.errors import NotFound
from coordination.people.askers import Asker
from coordination.tickets.whistling.dangers import DANGERS
from coordination.tickets.whistling.queries import homes_of, to_call
from coordination.web.access import anyone


class DangerPages(Controller):
    path = "/tickets/new"
    guards = [anyone]

    @get()
    async def new(
        self, estate: FromQuery[UUID | None] = None, refused: FromQuery[str | None] = None
    ) -> Template:
        """Is anybody in danger? One tap either way."""
        context = {
            "dangers": list(DANGERS.values()),
            "of": f"?estate={estate}" if estate else "",
            "refused": refused == "slip-gone",
        }
        return Template("tickets/new.html", context=context)

    @get("/dangers/{code:str}")
    async def danger(
        self,
        visitor: NamedDependency[Asker | None],
        code: FromPath[str],
        estate: FromQuery[UUID | None] = None,
    ) -> Template:
        """What to do first and whom to call; then one may whistle all the same."""
        if code not in DANGERS:
            raise NotFound("没有这一项。有危险请直接拨打 110、119 或 120。")
        at = clock.now()
        if estate is None and visitor and (homes := await homes_of(visitor.id, at)):
            estate = homes[0].estate
        context = {
            "danger": DANGERS[code],
            "bodies": await to_call(estate, at) if estate else [],
            "estate": estate,
        }
        return Template("tickets/danger.html", context=context)
