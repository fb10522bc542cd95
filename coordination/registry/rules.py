"""Rules of the registry that are ours: floors read from rooms, names shown half."""

import re

_ROOM = re.compile(r"(\d{1,2})(\d{2})[A-Z]?")


def floor_of(room: str) -> int | None:
    """The floor that a room's number tells: 1502 is on 15, 301 on 3; None where it tells none."""
    found = _ROOM.fullmatch(room)
    return int(found[1]) or None if found else None


def masked_name(name: str) -> str:
    """张**: enough to recognise who one already knows. Of a company the first two characters."""
    shown = 2 if len(name) > 4 else 1
    return name[:shown] + "*" * min(len(name) - shown, 3)


def ticked(sent: list[str] | str) -> list[str]:
    """The values of boxes that share a name: one that is ticked alone arrives as itself."""
    return [sent] if isinstance(sent, str) and sent else list(sent)
