"""When a party owes a cosignature 见证: before the opening, every day, and at the close. Pure.

What counts is when the signature came here, not the time it says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
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
    size: int  # of the whole board; only what is counted goes by it
    shown: Sequence[tuple[datetime, int]] = ()  # from when on the public saw how many entries

    def shown_at(self, moment: datetime) -> int:
        """How many entries everybody could see then; entry 0 always."""
        return max((size for since, size in self.shown if since <= moment), default=1)


@dataclass(frozen=True, slots=True)
class Witnessed:
    """One cosignature."""

    size: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """One cosignature that is owed by `due`, of a board of `least` entries or more.

    `done` None: it has not come. `behind`: the largest that came in its time and is too small.
    """

    kind: DutyKind
    since: datetime
    due: datetime
    least: int
    done: Witnessed | None = None
    behind: int | None = None

    @property
    def done_at(self) -> datetime | None:
        return self.done and self.done.received_at

    def is_overdue(self, at: datetime) -> bool:
        return self.done_at is None and at > self.due

    def waits(self, at: datetime) -> bool:
        """It may be done now, and is not."""
        return self.done_at is None and at >= self.since


def duties_of(times: Timetable, came: Sequence[Witnessed], at: datetime) -> list[Duty]:
    """What a party has owed until `at` and owes now, the oldest first.

    A day is kept by nothing older than what was shown when it began: who signs entry 0 every day
    has not looked. On a day without ballots the same checkpoint is signed again, with a new time.
    """
    owed = [Duty(DutyKind.OPENING, times.made_at, times.opens_at, 1)]
    for since, due in _days(times, at):
        owed.append(Duty(DutyKind.DAILY, since, due, times.shown_at(since)))
    if times.counted_at:
        due = times.counted_at + AFTER_THE_CLOSE
        owed.append(Duty(DutyKind.CLOSE, times.counted_at, due, times.size))
    return [_kept(duty, came) for duty in owed]


def _kept(duty: Duty, came: Sequence[Witnessed]) -> Duty:
    """A day that is over is made up for by nothing; the others may be done late."""
    ends = duty.due if duty.kind is DutyKind.DAILY else datetime.max.replace(tzinfo=UTC)
    seen = [one for one in came if duty.since <= one.received_at < ends]
    fit = [one for one in seen if one.size >= duty.least]
    done = min(fit, key=lambda one: one.received_at, default=None)
    small = max((one.size for one in seen if one.size < duty.least), default=None)
    return replace(duty, done=done, behind=None if done else small)


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
