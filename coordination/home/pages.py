"""/ and /estates/{estate}: where everybody comes in."""

from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from coordination import clock
from coordination.home.ahead import lies_ahead
from coordination.home.chrome import remembered
from coordination.home.me_queries import own_votes
from coordination.home.neighbourhood import Neighbour, estates_known, read_neighbourhood
from coordination.home.queries import Own, estate_home, own_estates, own_part
from coordination.people.askers import Asker
from coordination.people.role_actions import is_founded
from coordination.web.access import anyone

SHOWN = 60  # estates in the list; of more, one looks for the name


class HomePages(Controller):
    guards = [anyone]

    @get("/")
    async def estates(
        self, request: Request, visitor: NamedDependency[Asker | None], name: FromQuery[str] = ""
    ) -> Response:
        """The one estate there is, or one's own, or a choice; an empty deployment is set up."""
        estates = estates_known()
        if not estates:
            await read_neighbourhood()
            estates = estates_known()
        if not estates and not await is_founded():
            return Redirect("/setup", status_code=303)
        own = await _own(visitor, estates) if visitor else set()
        if (only := _only(estates, own)) and not name:
            request.state.estate = only.id  # for what stands around the page
            return await _shown(visitor, only.id)
        at = clock.now()
        votes = await own_votes(visitor.id) if visitor else []
        found = [estate for estate in estates if name.strip() in estate.name]
        context = {
            "waiting": [vote for vote in votes if vote.waits(at)],
            "at": at,
            "own": [estate for estate in estates if estate.id in own],
            "estates": found[:SHOWN],
            "more": max(0, len(found) - SHOWN),
            "name": name,
            "searchable": len(estates) > SHOWN or bool(name),
        }
        return Template("home/estates.html", context=context)

    @get("/estates/{estate_id:uuid}")
    async def estate(
        self, visitor: NamedDependency[Asker | None], estate_id: FromPath[UUID]
    ) -> Template:
        """An estate: what waits for one's vote, what runs, results, notices, whom to call."""
        return await _shown(visitor, estate_id)


async def _own(visitor: Asker, estates: list[Neighbour]) -> set[UUID]:
    """Where one owns or lives; else what one's offices cover."""
    lived_in = await own_estates(visitor.id, clock.now())
    return set(lived_in) or {
        estate.id
        for estate in estates
        if any(role.place_path and role.covers_path(estate.path) for role in visitor.roles)
    }


async def _shown(visitor: Asker | None, estate_id: UUID) -> Template:
    at = clock.now()
    home = await estate_home(estate_id, at)
    own = await own_part(visitor.id, home, at) if visitor else Own()
    waiting = own.waiting or {}
    context = {
        "home": home,
        "own": own,
        "visitor": visitor,
        "waiting": [(poll, waiting[poll.id]) for poll in home.polls if poll.id in waiting],
        "running": [poll for poll in home.polls if poll.is_open(at)],
        "ahead": lies_ahead(home, at),
        "results": [poll for poll in home.polls if poll.has_result],
        "at": at,
    }
    return Template("home/estate.html", context=context, cookies=[remembered(estate_id)])


def _only(estates: list[Neighbour], own: set[UUID]) -> Neighbour | None:
    """Where there is nothing to choose: the only estate, or the only one of one's own."""
    wanted = [estate for estate in estates if estate.id in own] or estates
    return wanted[0] if len(wanted) == 1 else None
