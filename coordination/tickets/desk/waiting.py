"""What of the tickets waits for an office, counted for its to-do board 待办."""

from datetime import datetime

from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.tickets.desk.board import piles_for
from coordination.tickets.desk.calls import calls
from coordination.tickets.desk.filters import PILES, Filter
from coordination.tickets.desk.queries import open_parts, piles
from coordination.tickets.desk.scope import PROPERTY, Scope
from coordination.tickets.visiting.permits import VISITORS

TICKET_OFFICES = (
    *sorted(PROPERTY), RoleKind.COMMUNITY_WORKER, RoleKind.SUBDISTRICT_OFFICER,
    RoleKind.DEPARTMENT_OFFICER,
)  # fmt: skip
NOT_WAITING = frozenset({"danger", "paused", "mine", "visit"})  # shown on the list, due to nobody
MOST = 200


async def waiting(asker: Asker, scope: Scope, at: datetime) -> list[tuple[str, str, int, str]]:
    """(words, address, how many, tone) of each kind of task, in the order of its weight."""
    names = [name for name in piles_for(asker) if name not in NOT_WAITING]
    counts = await piles(scope, Filter(), names, asker.id, at)
    found = [
        (PILES[name][0], f"/desk/tickets?pile={name}", counts[name],
         "bad" if name == "overdue" else "wait")
        for name in names
    ]  # fmt: skip
    parts = await open_parts(scope.co_handlers)
    found.append(("协办", "/desk/tickets", len(parts), "wait"))
    if asker.is_any(*VISITORS):
        due = await calls(scope.estates, scope.co_handlers, asker.id, limit=MOST)
        late = any(call.due_at <= at for call in due)
        found.append(("待回访", "/desk/visits", len(due), "bad" if late else "wait"))
    return found
