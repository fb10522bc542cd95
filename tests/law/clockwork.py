"""What the tests of tickets' clocks share: the calendar of two real years, and events in short.

国务院办公厅关于 2025 年、2026 年部分节假日安排的通知.
"""

from datetime import date, datetime, timedelta

from coordination.law.course import Event, Kind
from coordination.law.periods import SHANGHAI
from coordination.law.policies import DEFAULT_POLICY, Priority
from coordination.law.response import clocks
from coordination.law.workdays import WorkingCalendar

OFF = (
    "2025-01-01 2025-01-28 2025-01-29 2025-01-30 2025-01-31 2025-02-03 2025-02-04 2025-04-04 "
    "2025-05-01 2025-05-02 2025-05-05 2025-06-02 2025-10-01 2025-10-02 2025-10-03 2025-10-06 "
    "2025-10-07 2025-10-08 2026-01-01 2026-01-02 2026-02-16 2026-02-17 2026-02-18 2026-02-19 "
    "2026-02-20 2026-02-23 2026-04-06 2026-05-01 2026-05-04 2026-05-05 2026-06-19 2026-09-25 "
    "2026-10-01 2026-10-02 2026-10-05 2026-10-06 2026-10-07"
)
WORKED = (
    "2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11 2026-01-04 2026-02-14 2026-02-28 "
    "2026-05-09 2026-09-20 2026-10-10"
)
EXCEPTIONS = {
    **{date.fromisoformat(day): False for day in OFF.split()},
    **{date.fromisoformat(day): True for day in WORKED.split()},
}
CALENDAR = WorkingCalendar(EXCEPTIONS, frozenset({2025, 2026}))

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def at(text):
    """ "2026-10-08 18:00", on the clocks of Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def whistled(text, priority=Priority.ORDINARY, **more):
    return Event(Kind.WHISTLED, at(text), priority=priority, **more)


def happened(kind, text, **more):
    return Event(Kind(kind), at(text), **more)


def read(events, text, policy=DEFAULT_POLICY, calendar=CALENDAR):
    return clocks(events, policy, calendar, at(text))
