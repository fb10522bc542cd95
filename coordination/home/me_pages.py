"""/me 我的: units, votes and receipts, messages, offices, and the way to all else of one's own."""

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Template

from coordination import clock
from coordination.home.chrome import ESTATE_COOKIE, remembered
from coordination.home.me_queries import open_tickets, own_votes
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.people.queries import unread_messages
from coordination.people.words import ROLE_WORDS
from coordination.registry.queries import units_of
from coordination.registry.residents.queries import residencies_of


@get("/me", guards=[signed_in])
async def me(request: Request, asker: NamedDependency[Asker]) -> Template:
    """One page, all that is one's own; each line leads to where it is kept."""
    at, units = clock.now(), await units_of(asker.id)
    context = {
        "asker": asker,
        "units": units,
        "residencies": await residencies_of(asker.id),
        "tickets": await open_tickets(asker.id),
        "votes": sorted(await own_votes(asker.id), key=lambda vote: not vote.waits(at)),
        "unread": await unread_messages(asker.id),
        "offices": [
            (ROLE_WORDS[role.kind], role.body_name, role in asker.waiting)
            for role in (*asker.roles, *asker.waiting)
        ],
        "at": at,
    }
    is_new = bool(units) and ESTATE_COOKIE not in request.cookies
    cookies = [remembered(units[0].estate)] if is_new else []
    return Template("home/me.html", context=context, cookies=cookies)
