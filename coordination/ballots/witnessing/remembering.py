"""What a monitor remembers of a board 监看的记录: no later word of the service changes it."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from coordination.ballots.board import canonical
from coordination.ballots.tree import check_consistency
from coordination.ballots.witnessing.following import Alarm, Board, Seen, keep
from coordination.law.periods import day_of


@dataclass
class Memory:
    """Kept beside the last checkpoint, in the same file."""

    keys: dict[str, str] = field(default_factory=dict)  # vkey → party: laid down, or seen first
    roots: dict[int, str] = field(default_factory=dict)  # of sizes that were shown to belong here
    shown: dict[str, tuple[str, int]] = field(default_factory=dict)  # by day: when, how large
    closed: int | None = None  # how large the service said the board was when it had been counted

    def saw(self, size: int, at: datetime) -> None:
        """The largest of each day, and when it was first seen."""
        day = day_of(at).isoformat()
        if self.shown.get(day, ("", 0))[1] < size:
            self.shown[day] = (at.isoformat(), size)

    def require_root(self, board: Board, size: int, root: bytes, head: Seen) -> None:
        """Alarm: these first entries are not those of the board that is followed."""
        known = self.roots.get(size)
        if known not in (None, root.hex()):
            raise Alarm("fork", f"前 {size} 条与以前看到的不同")
        if known is None and (size, root) != (head.size, head.root):
            proof = board.consistency(size, head.size)
            if not check_consistency(size, root, head.size, head.root, proof):
                raise Alarm("fork", f"前 {size} 条不是现在这个票箱的")
        self.roots[size] = root.hex()


def read_memory(path: Path) -> Memory:
    """What `keep_memory` wrote; empty: nothing yet. ValueError: something else is there."""
    try:
        said = json.loads(path.read_text("utf-8")).get("watched")
        if not said:
            return Memory()
        roots = {int(size): str(root) for size, root in said["roots"].items()}
        shown = {day: (str(since), int(size)) for day, (since, size) in said["shown"].items()}
        closed = said["closed"] and int(said["closed"])
        return Memory(dict(said["keys"]), roots, shown, closed)
    except FileNotFoundError:
        return Memory()
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as broken:
        raise ValueError("不是上次留下的记录") from broken


def keep_memory(path: Path, seen: Seen, memory: Memory) -> None:
    """In one file with what was seen."""
    roots = {str(size): root for size, root in memory.roots.items()}
    shown = {day: list(one) for day, one in memory.shown.items()}
    watched = {"keys": memory.keys, "roots": roots, "shown": shown, "closed": memory.closed}
    keep(path, canonical(json.loads(seen.as_json()) | {"watched": watched}) + b"\n")
