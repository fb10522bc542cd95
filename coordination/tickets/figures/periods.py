"""Which tickets a sheet speaks of: a month or a year, by when they came or by when they are due."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from coordination.clock import SHANGHAI
from coordination.law.periods import start_of

FIRST_YEAR, LAST_YEAR = 2000, 2100
_WRITTEN = re.compile(r"(\d{4})(?:-(\d{2}))?")


class Cohort(StrEnum):
    """Never mixed: every figure of a sheet is of the same tickets."""

    WHISTLED = "whistled"
    DUE = "due"


COHORT_WORDS = {Cohort.WHISTLED: "本期收到的工单", Cohort.DUE: "本期到期的工单"}
COHORT_DEFINITIONS = {
    Cohort.WHISTLED: "居民吹哨时间在本期内的工单。",
    Cohort.DUE: "办结期限在本期内的工单；没有办结期限的，看首次答复期限。",
}
COHORT_MOMENTS = {
    Cohort.WHISTLED: "t.whistled_at",
    Cohort.DUE: "coalesce(t.close_due_at, t.reply_due_at)",
}


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar month, or a year (`month` 0), of Asia/Shanghai."""

    year: int
    month: int = 0

    @property
    def since(self) -> datetime:
        return start_of(date(self.year, self.month or 1, 1))

    @property
    def until(self) -> datetime:
        """Its first moment no longer."""
        return start_of(date(self.year + 1, 1, 1)) if not self.month else self.next.since

    @property
    def next(self) -> "Period":
        return self._moved(1)

    @property
    def previous(self) -> "Period":
        return self._moved(-1)

    @property
    def code(self) -> str:
        """As an address writes it: 2026-03, or 2026."""
        return f"{self.year}-{self.month:02d}" if self.month else str(self.year)

    @property
    def words(self) -> str:
        return f"{self.year}年{self.month}月" if self.month else f"{self.year}年"

    def _moved(self, by: int) -> "Period":
        if not self.month:
            return Period(self.year + by)
        months = self.year * 12 + self.month - 1 + by
        return Period(months // 12, months % 12 + 1)


def month_of(at: datetime) -> Period:
    day = at.astimezone(SHANGHAI)
    return Period(day.year, day.month)


def read_period(text: str, at: datetime) -> Period:
    """The period so written; of what is none, the month of `at`."""
    found = _WRITTEN.fullmatch(text)
    if not found:
        return month_of(at)
    year, month = int(found[1]), int(found[2] or 0)
    if not FIRST_YEAR <= year <= LAST_YEAR or month > 12 or (found[2] and not month):
        return month_of(at)
    return Period(year, month)


def months_until(last: Period, count: int) -> list[Period]:
    """So many months, ending with the last of `last`, in their order."""
    month = last if last.month else Period(last.year, 12)
    found = [month]
    while len(found) < count:
        found.append(found[-1].previous)
    return found[::-1]
