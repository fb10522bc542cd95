"""One event as a calendar file 日历 (.ics), RFC 5545.

What people typed is escaped, and every line folded, so that a name with a line break or a
semicolon in it is a name and not another property; the same for the file's name in the header.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

LONGEST_LINE = 75  # octets, the line break not counted
CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])  # tab, LF and CR are handled
CALENDAR = "text/calendar"  # Litestar itself adds the charset to what is text


@dataclass(frozen=True, slots=True)
class Event:
    """What stands in a calendar. `uid`: its id everywhere; `source`: the part that wrote it."""

    uid: str
    source: str
    title: str
    where: str
    text: str
    address: str
    starts_at: datetime
    ends_at: datetime
    revision: int = 0  # a calendar takes the later one of two with the same uid


def calendar_file(event: Event, at: datetime) -> bytes:
    """The file, as written at that moment."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//coordination//{event.source}//ZH",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{event.uid}@coordination",
        f"SEQUENCE:{event.revision}",
        f"DTSTAMP:{_moment(at)}",
        f"DTSTART:{_moment(event.starts_at)}",
        f"DTEND:{_moment(event.ends_at)}",
        f"SUMMARY:{escaped(event.title)}",
        f"LOCATION:{escaped(event.where)}",
        f"DESCRIPTION:{escaped(event.text)}",
        f"URL:{event.address}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def escaped(text: str) -> str:
    """RFC 5545 §3.3.11: backslash, semicolon, comma and line breaks; other controls are dropped."""
    text = text.translate(CONTROLS).replace("\r\n", "\n").replace("\r", "\n")
    for plain, safe in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, safe)
    return text


def disposition(title: str, plain: str) -> str:
    """The Content-Disposition for a file so named; nothing typed can end the header. `plain`: the
    name for who reads ASCII alone."""
    name = quote(f"{title.translate(CONTROLS)}.ics".replace("\r", " ").replace("\n", " "), safe="")
    return f"attachment; filename=\"{plain}.ics\"; filename*=UTF-8''{name}"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _folded(line: str) -> bytes:
    """In pieces of at most 75 octets, none ending inside a character (§3.1)."""
    pieces: list[bytes] = []
    piece = b""
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > LONGEST_LINE:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
