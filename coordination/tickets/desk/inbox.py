"""The inbox of an office 收件箱: what waits for its decision, pile by pile, the first of each."""

from dataclasses import dataclass, replace
from datetime import datetime

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

    @property
    def has_more(self) -> bool:
        return self.pile.count > len(self.lines)


async def inbox_of(asker: Asker, at: datetime) -> tuple[list[Tray], list[Part]]:
    """The trays that are not empty, and what the asker's bodies co-handle."""
    scope = await scope_of(asker, at)
    names = [name for name in DECIDED if name in piles_for(asker)]
    counts = await piles(scope, Filter(), names, asker.id, at)
    trays = []
    for name in names:
        if counts[name]:
            wanted = replace(Filter(), pile=name)
            lines = await listed(scope, wanted, asker.id, at, None, FIRST)
            href = "/desk/tickets" + wanted.query()
            trays.append(Tray(Pile(name, PILES[name][0], counts[name], href, False), lines))
    return trays, await open_parts(scope.co_handlers)
