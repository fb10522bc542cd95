"""After one ticket the next 下一张: who has forty of them open goes on without the list between."""

from datetime import datetime
from uuid import UUID

from coordination.people.askers import Asker
from coordination.tickets.desk.filters import Filter
from coordination.tickets.desk.queries import PAGE, Line, listed
from coordination.tickets.desk.scope import scope_of
from coordination.tickets.kinds import State

WAITING = frozenset({State.WHISTLED, State.REPORTED, State.HANDLING, State.REOPENED})


async def next_of(asker: Asker, filter_: Filter, ticket: UUID, at: datetime) -> Line | None:
    """The ticket of the list that is due first beside this one: of those that wait for the asker's
    own bodies, if any does."""
    scope = await scope_of(asker, at)
    lines = [
        one
        for one in await listed(scope, filter_, asker.id, at, None, PAGE)
        if one.id != ticket and not one.is_done
    ]
    bodies = {role.body for role in asker.roles}
    own = (one for one in lines if one.holder in bodies and one.state in WAITING)
    return next(own, None) or next(iter(lines), None)
