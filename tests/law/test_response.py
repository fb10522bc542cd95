"""A ticket's clocks, case by case: at, just before and just after each boundary."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coordination.law.course import Event, Kind
from coordination.law.periods import day_of, working_days_after
from coordination.law.policies import DEFAULT_POLICY, Clock, Priority, seconds, working_days
from coordination.law.response import reaches, when
from tests.law.clockwork import CALENDAR, at, happened, read, whistled

LATER = "2026-12-01 00:00"


@pytest.mark.parametrize(
    ("priority", "report_in", "first_reply", "closure"),
    [
        ("p0", "2026-03-04 10:30", "2026-03-04 12:00", "2026-03-05 10:00"),
        ("p1", "2026-03-04 12:00", "2026-03-05 10:00", "2026-03-07 10:00"),
        ("p2", "2026-03-05 18:00", "2026-03-09 18:00", "2026-03-11 18:00"),
        ("p3", "2026-03-05 18:00", "2026-03-11 18:00", "2026-03-25 18:00"),
    ],
)
def test_a_whistle_on_a_wednesday_at_ten_is_due(priority, report_in, first_reply, closure):
    found = read([whistled("2026-03-04 10:00", Priority(priority))], "2026-03-04 10:00")

    assert {name: reading.due_at for name, reading in found.items()} == {
        Clock.REPORT_IN: at(report_in),
        Clock.FIRST_REPLY: at(first_reply),
        Clock.CLOSURE: at(closure),
    }


@pytest.mark.parametrize(
    ("whistle", "due"),
    [
        pytest.param("2026-03-05 18:00", "2026-03-12 18:00", id="after work is still that day"),
        pytest.param("2026-03-05 23:59:59", "2026-03-12 18:00", id="the last second of a day"),
        pytest.param("2026-03-06 00:00", "2026-03-13 18:00", id="the first second of the next"),
        pytest.param("2026-03-07 10:00", "2026-03-13 18:00", id="on a Saturday"),
        pytest.param("2026-03-08 23:59", "2026-03-13 18:00", id="on a Sunday"),
        pytest.param("2025-09-27 10:00", "2025-10-10 18:00", id="国庆 2025: its Sunday worked"),
        pytest.param("2025-09-30 17:00", "2025-10-14 18:00", id="国庆 2025: its Saturday worked"),
        pytest.param("2026-09-30 10:00", "2026-10-13 18:00", id="国庆 2026: its Saturday worked"),
        pytest.param("2026-10-09 10:00", "2026-10-15 18:00", id="before a worked Saturday"),
        pytest.param("2026-10-10 10:00", "2026-10-16 18:00", id="on a worked Saturday"),
        pytest.param("2025-12-30 10:00", "2026-01-07 18:00", id="over the end of a year"),
    ],
)
def test_five_working_days_end_with_work_on_the_fifth(whistle, due):
    reading = read([whistled(whistle)], whistle)[Clock.CLOSURE]
    fifth = working_days_after(day_of(at(whistle)), 5, CALENDAR)

    assert reading.due_at == at(due)
    assert day_of(at(due)) == fifth
    assert not reading.provisional


@pytest.mark.parametrize(
    ("whistle", "provisional"),
    [("2026-12-24 10:00", False), ("2026-12-25 10:00", True), ("2027-02-01 10:00", True)],
)
def test_what_is_due_in_an_unannounced_year_is_provisional(whistle, provisional):
    found = read([whistled(whistle)], whistle)

    assert found[Clock.CLOSURE].provisional is provisional
    assert read([whistled(whistle, Priority.DANGER)], whistle)[Clock.CLOSURE].provisional is False


@pytest.mark.parametrize(
    ("priority", "reported", "late"),
    [
        ("p0", "2026-03-04 10:29:59", False),
        ("p0", "2026-03-04 10:30:00", True),
        ("p0", "2026-03-04 10:30:01", True),
        ("p2", "2026-03-04 10:00:00", False),
        ("p2", "2026-03-05 17:59:59", False),
        ("p2", "2026-03-05 18:00:00", True),
        ("p2", "2026-03-05 20:00:00", True),
        ("p2", "2026-03-06 09:00:00", True),
    ],
)
def test_a_report_in_is_late_from_the_second_it_was_due(priority, reported, late):
    events = [whistled("2026-03-04 10:00", Priority(priority)), happened("reported_in", reported)]
    reading = read(events, LATER)[Clock.REPORT_IN]

    assert reading.breached is late
    assert reading.breached_at == (reading.due_at if late else None)
    assert reading.stopped_at == at(reported)


def test_a_part_of_a_second_neither_saves_nor_costs():
    whistle = whistled("2026-03-04 10:00", Priority.DANGER)
    late = Event(Kind.REPORTED_IN, at("2026-03-04 10:30") + timedelta(microseconds=1))
    early = Event(Kind.REPORTED_IN, at("2026-03-04 10:30") - timedelta(microseconds=1))

    assert read([whistle, late], LATER)[Clock.REPORT_IN].breached
    assert not read([whistle, early], LATER)[Clock.REPORT_IN].breached


@pytest.mark.parametrize(
    ("now", "breached"),
    [("2026-03-11 17:59:59", False), ("2026-03-11 18:00:00", True), ("2026-03-11 18:00:01", True)],
)
def test_an_open_ticket_is_late_from_the_second_it_was_due(now, breached):
    assert read([whistled("2026-03-04 10:00")], now)[Clock.CLOSURE].breached is breached


def test_the_day_of_the_whistle_is_not_counted_and_after_it_each_second_worked_is():
    events = [whistled("2026-03-04 10:00")]

    assert read(events, "2026-03-04 23:59")[Clock.CLOSURE].elapsed == 0
    assert read(events, "2026-03-05 09:00:01")[Clock.CLOSURE].elapsed == 1
    assert read(events, "2026-03-05 22:00")[Clock.CLOSURE].elapsed == CALENDAR.day_seconds
    assert read(events, "2026-03-08 22:00")[Clock.CLOSURE].elapsed == 2 * CALENDAR.day_seconds


PAUSED = [
    whistled("2026-03-04 10:00"),
    happened("paused", "2026-03-05 16:00"),
    happened("resumed", "2026-03-06 10:00"),
]


def test_a_pause_costs_the_hours_worked_in_it_and_no_others():
    reading = read(PAUSED, "2026-03-06 10:00")[Clock.CLOSURE]

    assert reading.paused == 3 * 3600
    assert reading.elapsed == 5 * 3600
    assert reading.due_at == at("2026-03-12 12:00")


def test_while_paused_nothing_is_due_and_nothing_moves():
    early, late = (read(PAUSED[:2], text)[Clock.CLOSURE] for text in ("2026-03-05 16:00", LATER))

    assert early.due_at is late.due_at is None
    assert early.elapsed == late.elapsed == 5 * 3600
    assert late.paused_at == at("2026-03-05 16:00")
    assert not late.breached
    assert when(late, 80) is None
    assert not reaches(late, 80, at("2030-01-01 00:00"))


def test_a_pause_after_the_date_does_not_make_it_unmissed():
    events = [
        whistled("2026-03-04 10:00"),
        happened("paused", "2026-03-11 18:00:00"),
        happened("resumed", "2026-03-20 10:00"),
    ]
    reading = read(events, LATER)[Clock.CLOSURE]

    assert reading.breached_at == reading.due_at == at("2026-03-11 18:00")


def test_a_clock_by_day_and_night_pauses_by_day_and_night():
    events = [
        whistled("2026-03-04 10:00", Priority.LIVELIHOOD),
        happened("paused", "2026-03-06 20:00"),
        happened("resumed", "2026-03-08 20:00"),
    ]
    reading = read(events, LATER)[Clock.CLOSURE]

    assert (reading.paused, reading.due_at) == (2 * 86400, at("2026-03-09 10:00"))


def test_closed_and_reopened_time_goes_on_where_it_stopped():
    events = [
        whistled("2026-03-04 10:00"),
        happened("closed", "2026-03-06 18:00"),
        happened("reopened", "2026-03-16 09:00"),
    ]
    closed = read(events[:2], LATER)[Clock.CLOSURE]
    reopened = read(events, "2026-03-16 09:00")[Clock.CLOSURE]

    assert (closed.due_at, closed.stopped_at) == (at("2026-03-11 18:00"), at("2026-03-06 18:00"))
    assert reopened.due_at == at("2026-03-18 18:00")
    assert (reopened.paused, reopened.stopped_at) == (0, None)


def test_a_ticket_closed_in_a_pause_is_reopened_out_of_it():
    events = [*PAUSED[:2], happened("closed", "2026-03-06 09:00"),
              happened("reopened", "2026-03-10 09:00")]  # fmt: skip
    reading = read(events, "2026-03-10 10:00")[Clock.CLOSURE]

    assert reading.paused == 2 * 3600
    assert reading.elapsed == 6 * 3600
    assert reading.paused_at is None


def test_a_return_visit_is_due_two_working_days_after_each_reply():
    events = [
        whistled("2026-03-02 10:00"),
        happened("replied", "2026-03-05 16:00"),
        happened("reopened", "2026-03-06 11:00"),
        happened("replied", "2026-03-10 09:30"),
        happened("visited", "2026-03-12 17:59:59"),
    ]
    found = read(events, LATER)

    assert (found["visit:1"].due_at, found["visit:1"].stopped_at) == (
        at("2026-03-09 18:00"),
        at("2026-03-06 11:00"),
    )
    assert found["visit:2"].due_at == at("2026-03-12 18:00")
    assert not found["visit:2"].breached
    assert found[Clock.FIRST_REPLY].stopped_at == at("2026-03-05 16:00")


def test_each_holder_has_a_clock_that_runs_while_they_hold_the_ticket():
    events = [
        whistled("2026-03-02 10:00", Priority.LIVELIHOOD, holder="property"),
        happened("transferred", "2026-03-03 10:00", holder="water"),
        happened("transferred", "2026-03-03 16:00", holder="property"),
        happened("replied", "2026-03-04 10:00"),
        happened("reopened", "2026-03-05 10:00"),
        happened("closed", "2026-03-05 12:00"),
    ]
    found = read(events, LATER)

    assert found["holder:property"].elapsed == (24 + 18 + 2) * 3600
    assert found["holder:water"].elapsed == 6 * 3600
    assert found["holder:water"].due_at == at("2026-03-06 10:00")
    assert found["holder:water"].stopped_at == at("2026-03-03 16:00")
    assert found["holder:property"].paused == found["holder:water"].paused == 0


def test_a_policy_may_give_a_holder_less_than_the_closure():
    row = {**DEFAULT_POLICY.clocks[Priority.ORDINARY], Clock.HOLDER: working_days(2)}
    policy = replace(DEFAULT_POLICY, clocks={**DEFAULT_POLICY.clocks, Priority.ORDINARY: row})
    found = read([whistled("2026-03-04 10:00", holder="property")], "2026-03-04 10:00", policy)

    assert found["holder:property"].due_at == at("2026-03-06 18:00")
    assert found[Clock.CLOSURE].due_at == at("2026-03-11 18:00")


def test_an_extension_moves_the_closure_and_its_holder_but_no_other_clock():
    before = [whistled("2026-03-04 10:00", holder="property")]
    extended = happened("extended", "2026-03-10 10:00", clock=Clock.CLOSURE, extra=working_days(5))
    found, first = read([*before, extended], LATER), read(before, LATER)

    assert found[Clock.CLOSURE].due_at == found["holder:property"].due_at == at("2026-03-18 18:00")
    assert found[Clock.FIRST_REPLY].due_at == first[Clock.FIRST_REPLY].due_at


@pytest.mark.parametrize(
    ("priority", "extra", "due"),
    [
        ("p1", seconds(86400), "2026-03-08 10:00"),
        ("p1", working_days(1), "2026-03-08 10:00"),
        ("p2", seconds(2 * 86400), "2026-03-13 18:00"),
        ("p2", seconds(43200), "2026-03-12 14:30"),
    ],
)
def test_an_extension_in_another_unit_counts_day_for_day(priority, extra, due):
    events = [
        whistled("2026-03-04 10:00", Priority(priority)),
        happened("extended", "2026-03-05 10:00", clock=Clock.CLOSURE, extra=extra),
    ]

    assert read(events, "2026-03-05 10:00")[Clock.CLOSURE].due_at == at(due)


@pytest.mark.parametrize(
    ("extended", "missed"),
    [
        ("2026-03-11 17:59:59", False),
        ("2026-03-11 18:00:00", True),
        ("2026-03-12 10:00:00", True),
    ],
)
def test_an_extension_after_the_date_does_not_make_it_unmissed(extended, missed):
    events = [
        whistled("2026-03-04 10:00"),
        happened("extended", extended, clock=Clock.CLOSURE, extra=working_days(5)),
    ]
    reading = read(events, "2026-03-12 10:00")[Clock.CLOSURE]

    assert reading.due_at == at("2026-03-18 18:00")
    assert reading.breached_at == (at("2026-03-11 18:00") if missed else None)
