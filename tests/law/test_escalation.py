"""Which level must have heard of a ticket, when and why."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.law.escalation import Escalation, escalations, next_look
from coordination.law.periods import SHANGHAI
from coordination.law.policies import Clock, Ladder, Level, Priority, working_days
from tests.law.any_ticket import AHEAD, tickets
from tests.law.any_ticket import read as read_any
from tests.law.clockwork import SECOND, at, happened, read, whistled

LADDER = Ladder()
DANGER = [whistled("2026-03-04 10:00", Priority.DANGER)]
P, C, S, D = Level


def heard(events, text, **more):
    return escalations(read(events, text), at(text), LADDER, **more)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("10:23:59", set()),
        ("10:24:00", {(P, "report_in:80")}),
        ("10:29:59", {(P, "report_in:80")}),
        ("10:30:00", {(P, "report_in:80"), (C, "report_in:100")}),
        ("10:44:59", {(P, "report_in:80"), (C, "report_in:100")}),
        ("10:45:00", {(P, "report_in:80"), (C, "report_in:100"), (S, "report_in:150")}),
    ],
)
def test_a_danger_nobody_reports_in_to_climbs_at_its_seconds(now, expected):
    found = heard(DANGER, f"2026-03-04 {now}")

    assert {(one.level, one.reason) for one in found} == expected
    assert all(one.reason.endswith(f":{one.percent}") for one in found)


def test_a_report_in_ends_the_climb_and_what_was_heard_stays_heard():
    events = [*DANGER, happened("reported_in", "2026-03-04 10:31")]
    found = heard(events, "2026-03-04 11:00")

    assert {one.reason for one in found} == {"report_in:80", "report_in:100"}


@pytest.mark.parametrize(
    ("held_at", "levels"),
    [(P, (P, C, S)), (C, (C, S, D)), (S, (S, D, D)), (D, (D, D, D))],
)
def test_it_climbs_from_the_level_that_holds_it_and_no_higher_than_the_district(held_at, levels):
    found = heard(DANGER, "2026-03-04 10:45", held_at=held_at)

    assert tuple(one.level for one in sorted(found, key=lambda one: one.percent)) == levels


@pytest.mark.parametrize(
    ("counts", "reasons"),
    [
        ({"reopened": 1, "cosigners": 9, "hops": 2}, set()),
        ({"reopened": 2}, {"reopened"}),
        ({"cosigners": 10}, {"cosigners"}),
        ({"hops": 3}, {"hops"}),
        ({"reopened": 5, "cosigners": 30, "hops": 4}, {"reopened", "cosigners", "hops"}),
    ],
)
def test_a_count_that_is_full_climbs_at_once(counts, reasons):
    found = heard(DANGER, "2026-03-04 10:00", **counts)

    assert found == {Escalation(C, reason) for reason in reasons}


def test_the_numbers_of_the_ladder_are_settings():
    ladder = Ladder(remind_percent=50, second_percent=200, cosigners=3)
    now = at("2026-03-04 10:45")
    found = escalations(read(DANGER, "2026-03-04 10:45"), now, ladder, cosigners=3)

    assert {one.reason for one in found} == {"report_in:50", "report_in:100", "cosigners"}


def test_a_ladder_out_of_order_is_refused():
    with pytest.raises(ValueError, match="comes before"):
        replace(LADDER, breach_percent=160)


def test_who_holds_a_ticket_from_its_whistle_hears_of_its_closure_once():
    events = [whistled("2026-03-02 10:00", Priority.DANGER, holder="property")]
    events += [happened(kind, "2026-03-02 10:01") for kind in ("reported_in", "replied")]
    events += [happened("reopened", "2026-03-02 10:01:01")]

    assert {one.reason for one in heard(events, "2026-03-04 12:00")} == {
        "closure:80",
        "closure:100",
        "closure:150",
    }


def test_a_later_holder_hears_for_itself():
    events = [
        whistled("2026-03-02 10:00", Priority.DANGER, holder="property"),
        happened("reported_in", "2026-03-02 10:01"),
        happened("replied", "2026-03-02 10:02"),
        happened("reopened", "2026-03-02 10:03"),
        happened("transferred", "2026-03-02 12:00", holder="water"),
    ]
    reasons = {one.reason for one in heard(events, "2026-03-03 12:00")}

    assert reasons == {"closure:80", "closure:100", "holder:water:80", "holder:water:100"}


def test_a_missed_date_put_off_afterwards_was_still_missed():
    events = [
        whistled("2026-03-04 10:00"),
        happened("reported_in", "2026-03-04 11:00"),
        happened("replied", "2026-03-05 11:00"),
        happened("visited", "2026-03-05 12:00"),
        happened("extended", "2026-03-12 09:00", clock=Clock.CLOSURE,
                 extra=working_days(5)),
    ]  # fmt: skip

    assert {one.reason for one in heard(events, "2026-03-12 10:00")} == {
        "closure:80",
        "closure:100",
    }


def test_the_next_look_skips_nights_weekends_and_what_was_seen():
    events = [whistled("2026-03-06 10:00")]
    looks, now = [], at("2026-03-06 10:00")
    while now := next_look(read(events, "2026-03-06 10:00"), now, LADDER):
        looks.append(now)

    assert [look.astimezone(SHANGHAI).strftime("%m-%d %H:%M") for look in looks] == [
        "03-09 16:36",  # report-in 80 %
        "03-09 18:00",
        "03-10 14:30",
        "03-11 11:48",  # first reply 80 %
        "03-11 18:00",
        "03-12 18:00",  # closure 80 %
        "03-13 14:30",
        "03-13 18:00",
        "03-18 14:30",
    ]


@given(tickets(), AHEAD)
def test_what_must_be_heard_changes_at_the_next_look_and_not_before(events, ahead):
    now = events[0].at + ahead
    readings = read_any(events, now)
    look = next_look(readings, now, LADDER)
    if look is None:
        assert escalations(readings, now + 10**8 * SECOND, LADDER) == escalations(
            readings, now, LADDER
        )
    else:
        assert look > now
        assert escalations(readings, look - SECOND, LADDER) == escalations(readings, now, LADDER)
        assert escalations(readings, look, LADDER) > escalations(readings, now, LADDER)


@given(st.integers(0, 40), st.integers(0, 40))
def test_more_of_a_count_never_climbs_less(fewer, more):
    fewer, more = sorted((fewer, more))

    assert heard(DANGER, "2026-03-04 10:00", cosigners=fewer) <= heard(
        DANGER, "2026-03-04 10:00", cosigners=more
    )
