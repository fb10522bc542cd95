"""Seconds worked, counted both ways, in two real years and one nobody has announced."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.law.course import instant
from coordination.law.periods import SHANGHAI, day_of, start_of, working_days_after
from coordination.law.workdays import WorkingCalendar
from tests.law.clockwork import CALENDAR, EXCEPTIONS, at

DAY = timedelta(days=1)
NIGHT_SHIFT = ((time(0), time(6)), (time(22), time(23, 59, 59)))

MOMENTS = st.integers(instant(at("2024-12-01 00:00")), instant(at("2027-03-01 00:00"))).map(
    lambda second: datetime.fromtimestamp(second, SHANGHAI)
)


def worked_between(first, second):
    return CALENDAR.worked_by(instant(at(second))) - CALENDAR.worked_by(instant(at(first)))


@pytest.mark.parametrize(
    ("first", "second", "hours"),
    [
        pytest.param("2026-03-02 00:00", "2026-03-03 00:00", 7, id="a Monday"),
        pytest.param("2026-03-02 08:59", "2026-03-02 09:00", 0, id="before work"),
        pytest.param("2026-03-02 11:00", "2026-03-02 15:00", 2, id="over the midday rest"),
        pytest.param("2026-03-02 17:00", "2026-03-03 10:00", 2, id="over a night"),
        pytest.param("2026-03-06 17:00", "2026-03-09 10:00", 2, id="over a weekend"),
        pytest.param("2025-09-30 17:00", "2025-10-09 10:00", 2, id="国庆、中秋 2025, eight days"),
        pytest.param("2026-09-30 17:00", "2026-10-08 10:00", 2, id="国庆 2026, seven days"),
        pytest.param("2026-10-10 00:00", "2026-10-11 00:00", 7, id="a Saturday worked 调休"),
        pytest.param("2025-09-28 00:00", "2025-09-29 00:00", 7, id="a Sunday worked 调休"),
        pytest.param("2026-01-02 00:00", "2026-01-05 00:00", 7, id="元旦, its Sunday worked"),
        pytest.param("2025-12-31 17:00", "2026-01-04 10:00", 2, id="over the end of a year"),
        pytest.param("2027-01-01 00:00", "2027-01-02 00:00", 7, id="New Year 2027, unknown"),
    ],
)
def test_only_hours_of_work_on_days_of_work_count(first, second, hours):
    assert worked_between(first, second) == hours * 3600


@pytest.mark.parametrize(
    ("second", "seconds"),
    [("09:00:00", 0), ("09:00:01", 1), ("11:59:59", 10799), ("12:00:00", 10800),
     ("14:00:00", 10800), ("14:00:01", 10801), ("17:59:59", 25199), ("18:00:00", 25200),
     ("23:59:59", 25200)],
)  # fmt: skip
def test_every_edge_of_a_day_is_exact(second, seconds):
    assert worked_between("2026-03-02 00:00", f"2026-03-02 {second}") == seconds


@given(MOMENTS, MOMENTS)
def test_seconds_worked_are_those_counted_one_day_at_a_time(one, other):
    first, last = sorted((one, other))
    counted = 0
    day = day_of(first)
    while day <= day_of(last):
        if CALENDAR(day):
            for begin, end in CALENDAR.hours:
                opens = datetime.combine(day, begin, SHANGHAI)
                closes = datetime.combine(day, end, SHANGHAI)
                both = min(closes, last) - max(opens, first)
                counted += max(0, int(both.total_seconds()))
        day += DAY

    assert CALENDAR.worked_by(instant(last)) - CALENDAR.worked_by(instant(first)) == counted


@given(MOMENTS, st.integers(1, 90), st.sampled_from([CALENDAR.hours, NIGHT_SHIFT]))
def test_working_days_end_where_the_law_of_periods_ends_them(moment, days, hours):
    calendar = WorkingCalendar(EXCEPTIONS, frozenset({2025, 2026}), hours)
    begin = calendar.worked_by_end_of_day(instant(moment))
    last = working_days_after(day_of(moment), days, calendar)
    ends = datetime.combine(last, hours[-1][1], SHANGHAI)

    assert calendar.instant_of(begin + days * calendar.day_seconds) == instant(ends)


@given(MOMENTS, st.integers(1, 10**6))
def test_the_instant_of_so_much_work_is_the_first_that_has_it(moment, more):
    worked = CALENDAR.worked_by(instant(moment)) + more
    found = CALENDAR.instant_of(worked)

    assert CALENDAR.worked_by(found) == worked
    assert CALENDAR.worked_by(found - 1) == worked - 1


@given(st.dates(date(1991, 1, 1), date(2102, 1, 1)))
def test_the_calendar_answers_for_days_as_it_counts_them(day):
    begins = instant(start_of(day))
    if day.year in (1991, 2101, 2102):
        with pytest.raises(ValueError, match="do not lie between"):
            CALENDAR.worked_by(begins)
    else:
        assert (CALENDAR.worked_by_end_of_day(begins) > CALENDAR.worked_by(begins)) == CALENDAR(day)


def test_work_without_end_is_refused():
    with pytest.raises(ValueError, match="do not end between"):
        CALENDAR.instant_of(10**10)


@pytest.mark.parametrize(
    ("first", "last", "unknown"),
    [
        ("2026-12-31 00:00", "2026-12-31 23:59:59", False),
        ("2026-12-31 00:00", "2027-01-01 00:00", True),
        ("2025-01-01 00:00", "2026-01-01 00:00", False),
        ("2024-12-31 23:59:59", "2025-01-01 00:00", True),
        ("2027-06-01 00:00", "2027-06-01 00:00", True),
    ],
)
def test_what_rests_on_an_unannounced_year_is_known_to(first, last, unknown):
    assert CALENDAR.rests_on_unknown(instant(at(first)), instant(at(last))) is unknown


@pytest.mark.parametrize(
    "hours",
    [(), ((time(9), time(9)),), ((time(14), time(18)), (time(9), time(12))),
     ((time(9), time(13)), (time(12), time(18)))],
)  # fmt: skip
def test_hours_that_are_none_or_overlap_are_refused(hours):
    with pytest.raises(ValueError, match="none or overlap"):
        WorkingCalendar({}, frozenset(), hours)
