"""Periods, due days and standing of what is disclosed; pure.

A period of days begins the day after the period it speaks of has ended and ends on a working day
(Civil Code 民法典 art. 201, 203); one of working days ends with its last working day.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from coordination.disclosures.tables import Rhythm, Shelf
from coordination.law.periods import WorkingDays, working_day_from, working_days_after

SHELVES = {
    Shelf.PARTY: "党务", Shelf.RESIDENTS: "居务", Shelf.FINANCE: "财务",
    Shelf.SERVICE: "服务", Shelf.COMMITTEE: "业委会", Shelf.PROPERTY: "物业",
}  # fmt: skip
RHYTHMS = {
    Rhythm.QUARTERLY: "每季度一次", Rhythm.HALF_YEARLY: "每半年一次",
    Rhythm.YEARLY: "每年一次", Rhythm.ONCE: "长期公开",
}  # fmt: skip
MONTHS = {Rhythm.QUARTERLY: 3, Rhythm.HALF_YEARLY: 6, Rhythm.YEARLY: 12}
WARNED_BEFORE = timedelta(days=7)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """What a disclosure speaks of: first and last day, and its name."""

    first: date
    last: date
    words: str


def last_ended(rhythm: Rhythm, today: date) -> Period:
    """The newest period that has ended before `today`; of what is disclosed once: from today."""
    if rhythm is Rhythm.ONCE:
        return Period(today, today, "长期公开")
    months = MONTHS[rhythm]
    begins = date(today.year, (today.month - 1) // months * months + 1, 1)
    return _ending(rhythm, begins - DAY)


def owed_since(rhythm: Rhythm, known: date | None, today: date) -> list[Period]:
    """The periods to be opened: after the last one known, up to the newest that has ended.

    An estate that owed nothing before owes the newest at most.
    """
    newest = last_ended(rhythm, today)
    if known is None:
        return [newest]
    if rhythm is Rhythm.ONCE:
        return []
    missing = []
    while newest.last > known:
        missing.append(newest)
        newest = _ending(rhythm, newest.first - DAY)
    return missing[::-1]


def _ending(rhythm: Rhythm, last: date) -> Period:
    months = MONTHS[rhythm]
    first = date(last.year, last.month - months + 1, 1)
    match rhythm:
        case Rhythm.QUARTERLY:
            words = f"{last.year}年第{last.month // 3}季度"
        case Rhythm.HALF_YEARLY:
            words = f"{last.year}年{'上' if last.month == 6 else '下'}半年"
        case _:
            words = f"{last.year}年度"
    return Period(first, last, words)


def due_day(last: date, days: int, in_working_days: bool, is_working_day: WorkingDays) -> date:
    """The last day on which it is published in time."""
    if in_working_days:
        return working_days_after(last, days, is_working_day)
    return working_day_from(last + timedelta(days=days), is_working_day)


class Standing(StrEnum):
    """Where a disclosure stands on a day."""

    PUBLISHED = "已公开"
    LATE = "逾期后公开"
    DUE = "待公开"
    SOON = "即将到期"
    OVERDUE = "已逾期"


TONES = {
    Standing.PUBLISHED: "done", Standing.LATE: "done", Standing.DUE: "wait",
    Standing.SOON: "wait", Standing.OVERDUE: "bad",
}  # fmt: skip


def standing(due_on: date, published_on: date | None, today: date) -> Standing:
    """Its day of publication is None also where it was taken down: then it is owed again."""
    if published_on is not None:
        return Standing.LATE if published_on > due_on else Standing.PUBLISHED
    if today > due_on:
        return Standing.OVERDUE
    return Standing.SOON if today >= due_on - WARNED_BEFORE else Standing.DUE
