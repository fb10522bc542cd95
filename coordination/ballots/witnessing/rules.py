"""When a party owes a cosignature 见证: before the opening, every day, and at the close. Pure.

What counts is when the signature came here, not the time it says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from coordination.law.periods import SHANGHAI

AFTER_THE_CLOSE = timedelta(days=1)  # for the last checkpoint; the result hangs for days
CLOCKS_DIFFER = timedelta(minutes=10)  # between a witness and us; more, and a time is made up


class DutyKind(StrEnum):
    OPENING = "opening"  # 开始之前
    DAILY = "daily"  # 每日
    CLOSE = "close"  # 截止之后


@dataclass(frozen=True, slots=True)
class Timetable:
    """Of a board: when it was opened, what it waits for, and how large it is at the end."""

    made_at: datetime
    opens_at: datetime
    closes_at: datetime
    counted_at: datetime | None  # from then on nothing is added
    size: int


@dataclass(frozen=True, slots=True)
class Witnessed:
    """One cosignature."""

    size: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """One cosignature that is owed by `due`. `done_at` None: it has not come."""

    kind: DutyKind
    since: datetime
    due: datetime
    done_at: datetime | None

    def is_overdue(self, at: datetime) -> bool:
        return self.done_at is None and at > self.due

    def waits(self, at: datetime) -> bool:
        """It may be done now, and is not."""
        return self.done_at is None and at >= self.since


def duties_of(times: Timetable, came: Sequence[Witnessed], at: datetime) -> list[Duty]:
    """What a party has owed until `at` and owes now, the oldest first.

    On a day without ballots the same checkpoint is signed again, with the new time.
    """
    first = min((one.received_at for one in came), default=None)
    duties = [Duty(DutyKind.OPENING, times.made_at, times.opens_at, first)]
    for since, due in _days(times, at):
        seen = [one.received_at for one in came if since <= one.received_at < due]
        duties.append(Duty(DutyKind.DAILY, since, due, min(seen, default=None)))
    if times.counted_at:
        last = [one.received_at for one in came if one.size == times.size]
        due = times.counted_at + AFTER_THE_CLOSE
        duties.append(Duty(DutyKind.CLOSE, times.counted_at, due, min(last, default=None)))
    return duties


def _days(times: Timetable, at: datetime) -> list[tuple[datetime, datetime]]:
    """Whole days of Shanghai between opening and close that have begun."""
    start = _midnight(times.opens_at) + timedelta(days=1)
    days = []
    while start + timedelta(days=1) <= times.closes_at and start <= at:
        days.append((start, start + timedelta(days=1)))
        start += timedelta(days=1)
    return days


def _midnight(at: datetime) -> datetime:
    return at.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
