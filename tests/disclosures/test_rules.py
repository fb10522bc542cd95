"""Periods, due days and standing of what is disclosed."""

from datetime import date

import pytest

from coordination.disclosures.rules import Standing, due_day, last_ended, owed_since, standing
from coordination.disclosures.tables import Rhythm

HOLIDAYS = {date(2026, 10, day) for day in range(1, 8)}
Q, H, Y, ONCE = Rhythm.QUARTERLY, Rhythm.HALF_YEARLY, Rhythm.YEARLY, Rhythm.ONCE


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


@pytest.mark.parametrize(
    ("rhythm", "today", "first", "last", "words"),
    [
        (Q, date(2026, 1, 1), date(2025, 10, 1), date(2025, 12, 31), "2025年第4季度"),
        (Q, date(2026, 3, 31), date(2025, 10, 1), date(2025, 12, 31), "2025年第4季度"),
        (Q, date(2026, 4, 1), date(2026, 1, 1), date(2026, 3, 31), "2026年第1季度"),
        (Q, date(2026, 11, 22), date(2026, 7, 1), date(2026, 9, 30), "2026年第3季度"),
        (H, date(2026, 6, 30), date(2025, 7, 1), date(2025, 12, 31), "2025年下半年"),
        (H, date(2026, 7, 1), date(2026, 1, 1), date(2026, 6, 30), "2026年上半年"),
        (Y, date(2026, 12, 31), date(2025, 1, 1), date(2025, 12, 31), "2025年度"),
        (Y, date(2027, 1, 1), date(2026, 1, 1), date(2026, 12, 31), "2026年度"),
        (ONCE, date(2026, 5, 5), date(2026, 5, 5), date(2026, 5, 5), "长期公开"),
    ],
)
def test_the_newest_period_that_has_ended(rhythm, today, first, last, words):
    found = last_ended(rhythm, today)

    assert (found.first, found.last, found.words) == (first, last, words)


@pytest.mark.parametrize(
    ("rhythm", "known", "today", "words"),
    [
        (Q, None, date(2026, 5, 1), ["2026年第1季度"]),
        (Q, date(2026, 3, 31), date(2026, 6, 30), []),
        (Q, date(2026, 3, 31), date(2026, 7, 1), ["2026年第2季度"]),
        (Q, date(2025, 6, 30), date(2026, 4, 1),
         ["2025年第3季度", "2025年第4季度", "2026年第1季度"]),
        (H, date(2025, 6, 30), date(2026, 8, 1), ["2025年下半年", "2026年上半年"]),
        (Y, date(2024, 12, 31), date(2026, 1, 1), ["2025年度"]),
        (ONCE, None, date(2026, 5, 1), ["长期公开"]),
        (ONCE, date(2026, 5, 1), date(2030, 1, 1), []),
    ],
)  # fmt: skip
def test_periods_are_opened_one_after_the_other_and_a_new_estate_owes_the_newest(
    rhythm, known, today, words
):
    assert [one.words for one in owed_since(rhythm, known, today)] == words


@pytest.mark.parametrize(
    ("last", "days", "in_working_days", "due"),
    [
        (date(2026, 3, 31), 30, False, date(2026, 4, 30)),  # a Thursday
        (date(2026, 6, 30), 30, False, date(2026, 7, 30)),
        (date(2026, 6, 30), 32, False, date(2026, 8, 3)),  # day 32 is a Saturday
        (date(2026, 9, 30), 5, False, date(2026, 10, 8)),  # within the holidays
        (date(2026, 9, 30), 10, True, date(2026, 10, 21)),  # the holidays do not count
        (date(2026, 3, 31), 0, False, date(2026, 3, 31)),
    ],
)
def test_a_due_day_is_a_working_day(last, days, in_working_days, due):
    assert due_day(last, days, in_working_days, is_working_day) == due


DUE = date(2026, 4, 30)


@pytest.mark.parametrize(
    ("published_on", "today", "where"),
    [
        (None, date(2026, 4, 22), Standing.DUE),
        (None, date(2026, 4, 23), Standing.SOON),
        (None, DUE, Standing.SOON),
        (None, date(2026, 5, 1), Standing.OVERDUE),
        (DUE, date(2026, 9, 1), Standing.PUBLISHED),
        (date(2026, 5, 1), date(2026, 9, 1), Standing.LATE),
    ],
)
def test_where_a_disclosure_stands(published_on, today, where):
    assert standing(DUE, published_on, today) == where
