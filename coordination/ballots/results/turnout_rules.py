"""When a turnout figure may move, and what is shown together or not at all. Ours, not law.

Turnout is public while a vote runs, but a figure that moved with each cast would show who voted
just now. So a figure moves in steps, and small buildings are merged.
"""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

FEWEST_RIGHTS = 5  # buildings with fewer are merged
NONE_BELOW = 30  # rights on the roll; below, only the whole is shown


@dataclass(frozen=True, slots=True)
class Cadence:
    """Settings turnout_minutes and turnout_step."""

    pause: timedelta = timedelta(minutes=10)
    step: int = 5  # further rights that must have voted

    def moves(self, shown: int, voted: int, moved_at: datetime, at: datetime) -> bool:
        """Whether a figure that shows `shown` rights may show `voted` now."""
        return at - moved_at >= self.pause and voted - shown >= self.step


def grouped(rights: Mapping[Hashable, int]) -> list[list]:
    """The buildings as they are shown: each alone, the small ones together.

    The merged group takes in the next smallest building until it has five rights itself. Under
    30 rights in all there is no group.
    """
    if sum(rights.values()) < NONE_BELOW:
        return []
    small = [building for building, count in rights.items() if count < FEWEST_RIGHTS]
    large = [building for building in rights if building not in small]
    while small and sum(rights[b] for b in small) < FEWEST_RIGHTS and large:
        next_smallest = min(large, key=lambda building: rights[building])
        large.remove(next_smallest)
        small.append(next_smallest)
    return [[building] for building in large] + ([small] if small else [])


@dataclass(frozen=True, slots=True)
class Cell:
    """What one figure is about: the rights that are at home in some buildings."""

    buildings: frozenset
    rights: int


def too_close(one: Collection[Cell], other: Collection[Cell], common: Mapping[tuple, int]) -> bool:
    """Whether a figure of one question, taken from one of another, would tell of fewer than five
    rights. `common`: owners with a right in both, by their buildings in the one and the other."""
    return any(_leaves_few(a, b, common) for a in one for b in other)


def _leaves_few(a: Cell, b: Cell, common: Mapping[tuple, int]) -> bool:
    both = sum(
        count
        for (mine, theirs), count in common.items()
        if mine in a.buildings and theirs in b.buildings
    )
    rest = a.rights - both, b.rights - both
    return both > 0 and any(0 < few < FEWEST_RIGHTS for few in rest)
