"""After one ticket the next 下一张: who has forty of them open goes on without the list between."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from coordination.people.askers import Asker
from coordination.tickets.desk.filters import Filter
from coordination.tickets.desk.queries import PAGE, Line, listed
from coordination.tickets.desk.scope import Scope, scope_of
from coordination.tickets.kinds import State

WAITING = frozenset({State.WHISTLED, State.REPORTED, State.HANDLING, State.REOPENED})


async def next_of(asker: Asker, filter_: Filter, ticket: UUID, at: datetime) -> Line | None:
    """The ticket of the list that is due first beside this one: of those that wait for the asker's
    own bodies, if any does."""
    scope = await scope_of(asker, at)
    found = await listed(scope, filter_, asker.id, at, None, PAGE)
    lines = [one for one in found if one.id != ticket and not one.is_done]
    return next(iter(_own(asker, lines) or lines), None)


async def most_urgent(asker: Asker, scope: Scope, at: datetime, most: int) -> list[Line]:
    """The tickets that wait for the asker's own bodies, what is due first in front."""
    found = await listed(scope, Filter(), asker.id, at, None, PAGE)
    return _own(asker, found)[:most]


def _own(asker: Asker, lines: Sequence[Line]) -> list[Line]:
    bodies = {role.body for role in asker.roles}
    return [one for one in lines if one.holder in bodies and one.state in WAITING]
