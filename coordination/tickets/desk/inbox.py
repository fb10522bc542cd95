"""The inbox of an office 收件箱: what waits for its decision, pile by pile, the first of each."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from coordination.people.askers import Asker
from coordination.tickets.desk.board import Pile, piles_for
from coordination.tickets.desk.filters import PILES, Filter
from coordination.tickets.desk.queries import Line, Part, listed, open_parts, piles
from coordination.tickets.desk.scope import scope_of

DECIDED = (
    "dispatch", "accept", "adjudicate", "hold", "refusal", "supervised", "redo", "level2",
    "level3", "level4", "overdue",
)  # fmt: skip
FIRST = 5


@dataclass(frozen=True, slots=True)
class Tray:
    """One pile with its first tickets, what is due first in front."""

    pile: Pile
    lines: list[Line]
    query: str  # of the list behind it
    elsewhere: int = 0  # of its first tickets, how many stand in a tray above

    @property
    def has_more(self) -> bool:
        return self.pile.count > len(self.lines) + self.elsewhere


async def inbox_of(asker: Asker, at: datetime) -> tuple[list[Tray], list[Part]]:
    """The trays that are not empty, each ticket in the first that it belongs to, and what the
    asker's bodies co-handle."""
    scope = await scope_of(asker, at)
    names = [name for name in DECIDED if name in piles_for(asker)]
    counts = await piles(scope, Filter(), names, asker.id, at)
    trays: list[Tray] = []
    told: set[UUID] = set()
    for name in names:
        if counts[name]:
            wanted = replace(Filter(), pile=name)
            found = await listed(scope, wanted, asker.id, at, None, FIRST)
            lines = [line for line in found if line.id not in told]
            told |= {line.id for line in lines}
            query = wanted.query()
            pile = Pile(name, PILES[name][0], counts[name], f"/desk/tickets{query}", False)
            trays.append(Tray(pile, lines, query, len(found) - len(lines)))
    return trays, await open_parts(scope.co_handlers)
