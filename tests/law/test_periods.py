"""Periods as the Civil Code counts them: 民法典 arts. 201 and 203, in Shanghai days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.law.periods import (
    SHANGHAI,
    day_of,
    first_opening_day,
    objection_ends,
    publicity_ends,
    start_of,
    working_day_from,
    working_days_after,
)

HOLIDAY = {date(2026, 10, day) for day in range(1, 8)}  # 国庆节
WORKED_SATURDAY = date(2026, 10, 10)


def is_working_day(day):
    return day == WORKED_SATURDAY or (day.weekday() < 5 and day not in HOLIDAY)


def at(month, day, hour=9):
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 1, 15, 59, tzinfo=UTC), date(2026, 3, 1)),
        (datetime(2026, 3, 1, 16, 0, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 3, 1, 23, 0, tzinfo=ZoneInfo("America/New_York")), date(2026, 3, 2)),
    ],
)
def test_a_day_is_a_day_in_shanghai(moment, day):
    assert day_of(moment) == day


def test_a_moment_without_a_zone_has_no_day():
    with pytest.raises(ValueError, match="time zone"):
        day_of(at(3, 1).replace(tzinfo=None))


def test_the_day_of_posting_is_not_counted_and_the_full_notice_lies_between():
    opens = first_opening_day(date(2026, 3, 1), 15)

    assert opens == date(2026, 3, 17)
    assert (opens - date(2026, 3, 1)).days - 1 == 15


@pytest.mark.parametrize(
    ("posted", "days", "last_day"),
    [
        pytest.param(at(3, 2), 5, date(2026, 3, 9), id="a Saturday moves to Monday"),
        pytest.param(at(3, 4), 5, date(2026, 3, 9), id="a Monday stays"),
        pytest.param(at(3, 3), 5, date(2026, 3, 9), id="a Sunday moves to Monday"),
        pytest.param(at(9, 28), 5, date(2026, 10, 8), id="a holiday moves behind it"),
        pytest.param(at(10, 5), 5, date(2026, 10, 10), id="a worked Saturday stays"),
        pytest.param(at(3, 4, 23), 5, date(2026, 3, 9), id="posted late in the day"),
    ],
)
def test_objections_close_at_midnight_after_a_working_day(posted, days, last_day):
    assert objection_ends(posted, days, is_working_day) == start_of(last_day + timedelta(days=1))


def test_midnight_belongs_to_shanghai():
    assert objection_ends(at(3, 4), 5, is_working_day).astimezone(UTC) == datetime(
        2026, 3, 9, 16, tzinfo=UTC
    )


def test_a_posting_hangs_its_full_number_of_days():
    assert publicity_ends(at(3, 2), 5) == at(3, 8, 0)


@pytest.mark.parametrize(
    ("day", "days", "last"),
    [
        (date(2026, 3, 6), 1, date(2026, 3, 9)),
        (date(2026, 3, 7), 1, date(2026, 3, 9)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 3, 6), 0, date(2026, 3, 6)),
    ],
)
def test_working_days_skip_holidays_and_count_worked_weekends(day, days, last):
    assert working_days_after(day, days, is_working_day) == last


def test_a_calendar_without_working_days_is_corrupt_data():
    with pytest.raises(ValueError, match="no working day"):
        working_day_from(date(2026, 3, 1), lambda day: False)


@pytest.mark.parametrize(
    "count",
    [
        lambda: first_opening_day(date(2026, 3, 1), -1),
        lambda: objection_ends(at(3, 1), -1, is_working_day),
        lambda: working_days_after(date(2026, 3, 1), -1, is_working_day),
    ],
)
def test_no_period_is_shorter_than_no_days(count):
    with pytest.raises(ValueError, match="less than no days"):
        count()


@given(st.dates(date(2021, 1, 1), date(2030, 12, 31)), st.integers(0, 60))
def test_an_objection_period_never_ends_early_nor_on_a_day_off(day, days):
    last = objection_ends(start_of(day), days, is_working_day) - timedelta(seconds=1)

    assert (day_of(last) - day).days >= days
    assert is_working_day(day_of(last))
