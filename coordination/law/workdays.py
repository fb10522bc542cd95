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

EPOCH = date(1970, 1, 1).toordinal()
FIRST, LAST = date(1992, 1, 1), date(2100, 12, 31)  # Shanghai keeps one offset since 1992
OFFSET = 8 * 3600
DAY = 24 * 3600
WEEKEND = (0, 6)  # what an ordinal of a Sunday, of a Saturday leaves when divided by seven

OFFICE_HOURS = ((time(9), time(12)), (time(14), time(18)))


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
    _spans: tuple[tuple[int, int], ...] = field(init=False, compare=False, repr=False)
    _days: tuple[int, ...] = field(init=False, compare=False, repr=False)
    _new_years: tuple[int, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        spans = tuple((_seconds(begin), _seconds(end)) for begin, end in self.hours)
        edges = [edge for span in spans for edge in span]
        if not edges or any(a >= b for a, b in zip(edges, edges[1:], strict=False)):
            raise ValueError(f"hours of work that are none or overlap: {self.hours}")
        worked = {day.toordinal(): on for day, on in self.exceptions.items()}
        days = range(FIRST.toordinal(), LAST.toordinal() + 1)
        new_years = (date(year, 1, 1) for year in range(FIRST.year, LAST.year + 1))
        for name, value in (
            ("day_seconds", sum(end - begin for begin, end in spans)),
            ("_spans", spans),
            ("_days", tuple(day for day in days if worked.get(day, day % 7 not in WEEKEND))),
            ("_new_years", tuple(_midnight(day.toordinal()) for day in new_years)),
        ):
            object.__setattr__(self, name, value)

    def __call__(self, day: date) -> bool:
        return self.exceptions.get(day, day.toordinal() % 7 not in WEEKEND)

    def is_provisional(self, day: date) -> bool:
        """Whether nothing is known of that year yet 暂按."""
        return day.year not in self.years

    def rests_on_unknown(self, begin: int, end: int) -> bool:
        """Whether a year between two instants (seconds since 1970) is one nothing is known of."""
        first = FIRST.year - 1
        years = range(
            first + bisect_right(self._new_years, begin),
            first + bisect_right(self._new_years, end) + 1,
        )
        return any(year not in self.years for year in years)

    def worked_by(self, instant: int) -> int:
        """Seconds worked from 1992 until `instant` (seconds since 1970)."""
        day, second = divmod(instant + OFFSET, DAY)
        index = self._index(day + EPOCH)
        total = index * self.day_seconds
        if index < len(self._days) and self._days[index] == day + EPOCH:
            for begin, end in self._spans:
                if second > begin:
                    total += min(second, end) - begin
        return total

    def worked_by_end_of_day(self, instant: int) -> int:
        """Seconds worked until 24:00 of the day of `instant`."""
        return self._index((instant + OFFSET) // DAY + EPOCH + 1) * self.day_seconds

    def instant_of(self, worked: int) -> int:
        """The first instant by which that many seconds (at least one) have been worked."""
        days, rest = divmod(worked - 1, self.day_seconds)
        if not 0 <= days < len(self._days):
            raise ValueError(f"{worked} seconds of work lie beyond {FIRST} to {LAST}")
        rest += 1
        for begin, end in self._spans:
            if rest <= end - begin:
                return _midnight(self._days[days]) + begin + rest
            rest -= end - begin
        raise AssertionError("a day holds its seconds")

    def _index(self, ordinal: int) -> int:
        """How many days were worked before that day."""
        if not self._days[0] <= ordinal + 7:
            raise ValueError(f"{date.fromordinal(ordinal)} lies before {FIRST}")
        return bisect_left(self._days, ordinal)


def _seconds(of_day: time) -> int:
    return of_day.hour * 3600 + of_day.minute * 60 + of_day.second


def _midnight(ordinal: int) -> int:
    return (ordinal - EPOCH) * DAY - OFFSET
