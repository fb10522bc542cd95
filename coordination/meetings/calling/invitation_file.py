"""An invitation as a calendar file 日历 (.ics)."""

from datetime import datetime, timedelta

from coordination.meetings.tables import Meeting
from coordination.web import calendar_file
from coordination.web.calendar_file import Event


def invitation(
    meeting: Meeting, address: str, agenda: list[str], at: datetime, moved: int = 0
) -> bytes:
    """The meeting as one event; `address` is its page, `moved`: how often it was."""
    ends_at = meeting.starts_at + timedelta(minutes=meeting.lasts_minutes)
    event = Event(
        str(meeting.id), "meetings", meeting.title, meeting.venue, "\n".join(agenda), address,
        meeting.starts_at, ends_at, moved,
    )  # fmt: skip
    return calendar_file.calendar_file(event, at)


def disposition(title: str) -> str:
    """The header that names the file."""
    return calendar_file.disposition(title, "meeting")
