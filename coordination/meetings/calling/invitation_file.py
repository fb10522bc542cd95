"""An invitation as a calendar file 日历 (.ics), RFC 5545.

What people typed is escaped, and every line folded, so that a name with a line break or a
semicolon in it is a name and not another property; the same for the file's name in the header.
"""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from coordination.meetings.tables import Meeting

LONGEST_LINE = 75  # octets, the line break not counted
CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])  # tab, LF and CR are handled


def invitation(meeting: Meeting, address: str, agenda: list[str], at: datetime) -> bytes:
    """The meeting as one event; `address` is its page."""
    ends_at = meeting.starts_at + timedelta(minutes=meeting.lasts_minutes)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//coordination//meetings//ZH",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{meeting.id}@coordination",
        f"DTSTAMP:{_moment(at)}",
        f"DTSTART:{_moment(meeting.starts_at)}",
        f"DTEND:{_moment(ends_at)}",
        f"SUMMARY:{escaped(meeting.title)}",
        f"LOCATION:{escaped(meeting.venue)}",
        f"DESCRIPTION:{escaped(chr(10).join(agenda))}",
        f"URL:{address}",
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


def disposition(title: str) -> str:
    """The Content-Disposition for a file so named; nothing typed can end the header."""
    name = quote(f"{title.translate(CONTROLS)}.ics".replace("\r", " ").replace("\n", " "), safe="")
    return f"attachment; filename=\"meeting.ics\"; filename*=UTF-8''{name}"


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
