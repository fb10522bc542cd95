"""Working time 工作时间: which seconds of which days count, as integers, both ways.

A working day 工作日 is one that the calendar says is worked; its seconds are those of its hours
上午、下午. Source: Civil Code 民法典 art. 203 ¶2: "有业务时间的，停止业务活动的时间为截止时间": a
period of working days ends when the last of them stops work.
Which days are worked is data that the caller brings (国务院办公厅放假通知). A year of which nothing
is known is Monday to Friday and what rests on it provisional 暂按.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import cache
from itertools import accumulate, pairwise
from typing import Any

FIRST, LAST = date(1992, 1, 1), date(2100, 12, 31)  # Shanghai keeps one offset since 1992
DAY = 24 * 3600
OFFSET = 8 * 3600
SHIFT = OFFSET + (date(1970, 1, 1) - FIRST).days * DAY  # from instants to seconds since FIRST
FRIDAY = 4

OFFICE_HOURS = ((time(9), time(12)), (time(14), time(18)))


def _computed() -> Any:
    return field(init=False, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Days worked and hours worked. Called with a day, as `law.periods` does.

    `exceptions`: holidays on weekdays (False) and weekends worked 调休 (True). `years`: those
    whose holidays have been announced. ValueError: hours that overlap or are none.
    """

    exceptions: Mapping[date, bool]
    years: frozenset[int]
    hours: tuple[tuple[time, time], ...] = OFFICE_HOURS
    version: int = 1
    day_seconds: int = field(init=False, compare=False)
    _days: tuple[int, ...] = _computed()  # the days worked, counted from FIRST
    _by_day: tuple[int, ...] = _computed()  # how many were worked before each day
    _by_second: tuple[int, ...] = _computed()  # seconds worked before each second of a day
    _new_years: tuple[int, ...] = _computed()
    _unknown: tuple[int, ...] = _computed()  # how many years before each are unknown

    def __post_init__(self) -> None:
        by_second = _by_second(self.hours)
        worked = [(FIRST.weekday() + day) % 7 <= FRIDAY for day in range((LAST - FIRST).days + 1)]
        for day, on in self.exceptions.items():
            if FIRST <= day <= LAST:
                worked[(day - FIRST).days] = on
        years = range(FIRST.year, LAST.year + 1)
        for name, value in (
            ("day_seconds", by_second[-1]),
            ("_days", tuple(day for day, on in enumerate(worked) if on)),
            ("_by_day", tuple(accumulate(worked, initial=0))),
            ("_by_second", by_second),
            ("_new_years", tuple((date(year, 1, 1) - FIRST).days * DAY - SHIFT for year in years)),
            ("_unknown", tuple(accumulate((y not in self.years for y in years), initial=0))),
        ):
            object.__setattr__(self, name, value)

    def __call__(self, day: date) -> bool:
        return self.exceptions.get(day, day.weekday() <= FRIDAY)

    def rests_on_unknown(self, begin: int, end: int) -> bool:
        """Whether a year between two instants (seconds since 1970) is one nothing is known of."""
        first = bisect_right(self._new_years, begin) - 1
        return self._unknown[bisect_right(self._new_years, end)] > self._unknown[first]

    def worked_by(self, instant: int) -> int:
        """Seconds worked from 1992 until `instant` (seconds since 1970)."""
        day, second = divmod(instant + SHIFT, DAY)
        before, after = self._around(day)
        worked = before * self.day_seconds
        return worked + self._by_second[second] if after > before else worked

    def worked_by_end_of_day(self, instant: int) -> int:
        """Seconds worked until 24:00 of the day of `instant`."""
        return self._around((instant + SHIFT) // DAY)[1] * self.day_seconds

    def instant_of(self, worked: int) -> int:
        """The first instant by which that many seconds (at least one) have been worked."""
        days, before = divmod(worked - 1, self.day_seconds)
        if not 0 <= days < len(self._days):
            raise ValueError(f"{worked} seconds of work do not end between {FIRST} and {LAST}")
        return self._days[days] * DAY + bisect_left(self._by_second, before + 1) - SHIFT

    def _around(self, day: int) -> tuple[int, int]:
        """Days worked before that day, and by its end."""
        if not 0 <= day < len(self._by_day) - 1:
            raise ValueError(f"{FIRST} and {day} days do not lie between {FIRST} and {LAST}")
        return self._by_day[day], self._by_day[day + 1]


@cache
def _by_second(hours: tuple[tuple[time, time], ...]) -> tuple[int, ...]:
    spans = [(_seconds(begin), _seconds(end)) for begin, end in hours]
    edges = [edge for span in spans for edge in span]
    if not spans or any(a >= b for a, b in pairwise(edges)):
        raise ValueError(f"hours of work that are none or overlap: {hours}")
    on = bytearray(DAY)
    for begin, end in spans:
        on[begin:end] = b"\1" * (end - begin)
    return tuple(accumulate(on, initial=0))


def _seconds(of_day: time) -> int:
    return of_day.hour * 3600 + of_day.minute * 60 + of_day.second
