"""/tickets: the tickets of an estate, for everybody; /tickets/mine: one's own."""

from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Template

from coordination import clock
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.places.queries import estates
from coordination.tickets.whistling.listing import (
    PAGE,
    SHOWS,
    Asked,
    joined_by,
    tickets,
    tickets_of,
)
from coordination.tickets.whistling.queries import buildings_of, topics
from coordination.web.access import anyone
from coordination.web.forms import Form

LONGEST_QUERY = 60


class ListPages(Controller):
    path = "/tickets"
    guards = [anyone]

    @get()
    async def tickets(
        self,
        estate: FromQuery[str] = "",
        building: FromQuery[str] = "",
        category: FromQuery[str] = "",
        show: FromQuery[str] = "all",
        overdue: FromQuery[str] = "",
        q: FromQuery[str] = "",
        after: FromQuery[str] = "",
    ) -> Template:
        """Tickets, the newest first, of one estate or of all, with filters and a search."""
        asked = Asked(
            _uuid(estate), _uuid(building), _uuid(category), show if show in SHOWS else "all",
            overdue == "yes", q.strip()[:LONGEST_QUERY], after,
        )  # fmt: skip
        found = await tickets(asked)
        context = {
            "tickets": found[:PAGE],
            "next": asked.address(after=found[PAGE - 1].cursor) if len(found) > PAGE else None,
            "first": asked.address(after="") if after else None,
            "asked": asked,
            "form": Form({**_said(asked)}),
            **await _choices(asked),
        }
        return Template("tickets/tickets.html", context=context)


def _said(asked: Asked) -> dict[str, str]:
    return {
        "estate": str(asked.estate or ""), "building": str(asked.building or ""),
        "category": str(asked.category or ""), "show": asked.show,
        "overdue": "yes" if asked.overdue else "", "q": asked.q,
    }  # fmt: skip


async def _choices(asked: Asked) -> dict[str, object]:
    """What the filters offer."""
    every = await topics()
    names = {topic.id: topic.name for topic in every}
    buildings = await buildings_of([asked.estate]) if asked.estate else []
    places = await estates()
    return {
        "estates": [(place.id, place.name) for place in places],
        "buildings": [(building, name) for building, _, name in buildings],
        "categories": [
            (topic.id, f"{names[topic.parent]} · {topic.name}" if topic.parent else topic.name)
            for topic in every
        ],
        "shows": [(value, words) for value, (words, _) in SHOWS.items()],
        "estate_name": next((p.name for p in places if p.id == asked.estate), None),
    }


class OwnPages(Controller):
    path = "/tickets/mine"
    guards = [signed_in]

    @get()
    async def mine(self, asker: NamedDependency[Asker], after: FromQuery[str] = "") -> Template:
        """What I whistled, and what I joined."""
        found = await tickets_of(asker.id, after)
        context = {
            "tickets": found[:PAGE],
            "joined": [] if after else await joined_by(asker.id),
            "next": f"/tickets/mine?after={found[PAGE - 1].cursor}" if len(found) > PAGE else None,
            "first": "/tickets/mine" if after else None,
            "at": clock.now(),
        }
        return Template("tickets/mine.html", context=context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
