"""/me 我的: units, votes and receipts, messages, offices, and the way to all else of one's own."""

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from coordination import clock
from coordination.home.me_queries import own_votes
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.people.queries import unread_messages
from coordination.people.words import ROLE_WORDS
from coordination.registry.queries import units_of
from coordination.registry.residents.queries import residencies_of


@get("/me", guards=[signed_in])
async def me(asker: NamedDependency[Asker]) -> Template:
    """One page, all that is one's own; each line leads to where it is kept."""
    context = {
        "asker": asker,
        "units": await units_of(asker.id),
        "residencies": await residencies_of(asker.id),
        "votes": await own_votes(asker.id),
        "unread": await unread_messages(asker.id),
        "offices": [
            (ROLE_WORDS[role.kind], role.body_name, role in asker.waiting)
            for role in (*asker.roles, *asker.waiting)
        ],
        "at": clock.now(),
    }
    return Template("home/me.html", context=context)
