"""What lies ahead in an estate, by its day: votes that open and close, meetings, consultations."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from coordination.clock import SHANGHAI
from coordination.home.queries import EstateHome

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Ahead:
    """One of them; `note` says what happens on that day."""

    at: datetime
    title: str
    note: str
    href: str

    @property
    def when(self) -> tuple[int, int, str]:
        """Month, day and hour there; what ends at midnight ends with the day before."""
        there = self.at.astimezone(SHANGHAI)
        if there.hour or there.minute:
            return there.month, there.day, f"{there:%H:%M}"
        before = there - timedelta(minutes=1)
        return before.month, before.day, "24:00"


def lies_ahead(home: EstateHome, at: datetime) -> list[Ahead]:
    """What everybody may put into their diary, the nearest first."""
    found = [
        Ahead(poll.closes_at, poll.title, "投票截止", f"/ballots/{poll.id}")
        for poll in home.polls
        if poll.is_open(at)
    ]
    found += [
        Ahead(poll.opens_at, poll.title, f"开始投票 · 现在：{poll.label}", f"/ballots/{poll.id}")
        for poll in home.polls
        if poll.is_coming
    ]
    found += [
        Ahead(one.starts_at, one.title, f"开会 · {one.venue}", f"/meetings/{one.id}")
        for one in home.meetings
    ]
    found += [
        Ahead(one.closes_at, one.title, "意见征询截止，不是表决", f"/consultations/{one.id}")
        for one in home.consultations
    ]
    return sorted(found, key=lambda one: (one.at, one.href))[:SHOWN]
