"""A ticket's clocks when what it is measured by changes, and where milestones stand for a date."""

from dataclasses import replace

import pytest

from coordination.law.policies import DEFAULT_POLICY, Clock, Priority, seconds
from tests.law.clockwork import at, happened, read, whistled

LATER = "2026-12-01 00:00"


def changed(text, priority):
    return happened("priority_changed", text, priority=Priority(priority))


def test_what_is_more_urgent_than_it_seemed_is_measured_so_from_its_whistle():
    events = [whistled("2026-03-04 10:00"), changed("2026-03-04 10:10", "p0")]
    found = read(events, "2026-03-04 10:10")

    assert found[Clock.REPORT_IN].due_at == at("2026-03-04 10:30")
    assert found[Clock.CLOSURE].due_at == at("2026-03-05 10:00")
    assert not found[Clock.REPORT_IN].breached


def test_what_was_done_in_time_stays_done_in_time():
    events = [
        whistled("2026-03-04 10:00"),
        happened("reported_in", "2026-03-05 10:00"),
        changed("2026-03-05 11:00", "p0"),
    ]
    found = read(events, "2026-03-05 11:00")

    assert not found[Clock.REPORT_IN].breached
    assert found[Clock.REPORT_IN].due_at == at("2026-03-05 18:00")
    assert found[Clock.CLOSURE].breached_at == at("2026-03-05 10:00")


def test_a_gentler_priority_does_not_make_a_missed_date_unmissed():
    events = [whistled("2026-03-04 10:00"), changed("2026-03-12 10:00", "p3")]
    reading = read(events, "2026-03-12 10:00")[Clock.CLOSURE]

    assert reading.due_at == at("2026-03-25 18:00")
    assert reading.breached_at == at("2026-03-11 18:00")


def test_nor_does_one_that_promises_no_date_at_all():
    late = [whistled("2026-03-04 10:00"), changed("2026-03-12 10:00", "p4")]
    early = [whistled("2026-03-04 10:00"), changed("2026-03-11 10:00", "p4")]

    reading = read(late, LATER)[Clock.CLOSURE]
    assert (reading.due_at, reading.breached_at) == (None, at("2026-03-11 18:00"))
    assert Clock.CLOSURE not in read(early, LATER)


def test_a_policy_holds_as_it_was_pinned_until_it_is_repinned():
    row = {**DEFAULT_POLICY.clocks[Priority.ORDINARY], Clock.CLOSURE: seconds(7 * 86400)}
    beijing = replace(
        DEFAULT_POLICY, version=2, clocks={**DEFAULT_POLICY.clocks, Priority.ORDINARY: row}
    )
    whistle = whistled("2026-03-04 10:00")
    repinned = happened("policy_repinned", "2026-03-05 10:00", policy=beijing)

    assert read([whistle], LATER)[Clock.CLOSURE].due_at == at("2026-03-11 18:00")
    assert read([whistle, repinned], LATER)[Clock.CLOSURE].due_at == at("2026-03-11 10:00")
    assert read([whistle], LATER, beijing)[Clock.CLOSURE].due_at == at("2026-03-11 10:00")


def test_a_slip_put_right_within_the_second_has_measured_nothing():
    events = [
        whistled("2026-03-04 10:00"),
        changed("2026-03-10 10:00:00.100000", "p0"),
        changed("2026-03-10 10:00:00.900000", "p2"),
    ]

    assert read(events, "2026-03-10 10:00:01")[Clock.CLOSURE].breached_at is None


@pytest.mark.parametrize(("paused", "stays"), [("100000", False), ("900000", True)])
def test_within_one_second_what_came_first_is_taken_first(paused, stays):
    events = [
        whistled("2026-03-04 10:00"),
        happened("closed", "2026-03-05 10:00"),
        happened("paused", f"2026-03-06 10:00:00.{paused}"),
        happened("reopened", "2026-03-06 10:00:00.500000"),
    ]

    assert (read(events, LATER)[Clock.CLOSURE].paused_at is not None) is stays


def test_of_what_happened_later_a_reading_knows_nothing():
    events = [whistled("2026-03-04 10:00"), happened("closed", "2026-03-06 10:00")]

    assert read(events, "2026-03-06 09:59:59")[Clock.CLOSURE].stopped_at is None
    assert read(events, "2026-03-06 10:00")[Clock.CLOSURE].stopped_at == at("2026-03-06 10:00")
    assert read(events, "2026-03-04 09:59") == {}


PROCEDURE = whistled("2026-03-02 10:00", Priority.PROCEDURAL)


def test_procedure_owes_a_word_every_fifteen_days_and_no_date():
    events = [
        PROCEDURE,
        happened("noted", "2026-03-10 12:00"),
        happened("replied", "2026-03-20 12:00"),
    ]
    found = read(events, "2026-03-20 12:00")

    assert [found[f"progress:{n}"].due_at for n in (1, 2, 3)] == [
        at("2026-03-17 10:00"),
        at("2026-03-25 12:00"),
        at("2026-04-04 12:00"),
    ]
    assert [found[f"progress:{n}"].stopped_at for n in (1, 2, 3)] == [
        at("2026-03-10 12:00"),
        at("2026-03-20 12:00"),
        None,
    ]
    assert Clock.CLOSURE not in found


def test_an_ordinary_ticket_owes_no_notes():
    assert not [name for name in read([whistled("2026-03-02 10:00")], LATER) if "progress" in name]


def planned(text, of, due):
    return happened("planned", text, of=of, due_at=at(due))


def test_a_milestone_is_due_when_it_was_planned_to_be():
    events = [
        PROCEDURE,
        planned("2026-03-03 10:00", "vote", "2026-04-30 18:00"),
        planned("2026-03-03 10:00", "tender", "2026-06-30 18:00"),
        happened("achieved", "2026-04-30 17:59:59", of="vote"),
    ]
    found = read(events, "2026-05-01 00:00")

    assert not found["milestone:vote"].breached
    assert found["milestone:vote"].due_at == at("2026-04-30 18:00")
    assert found["milestone:tender"].due_at == at("2026-06-30 18:00")


def test_a_milestone_moved_in_time_is_moved_and_one_moved_late_was_missed():
    first = planned("2026-03-03 10:00", "vote", "2026-04-30 18:00")
    moved = read([PROCEDURE, first, planned("2026-04-20 10:00", "vote", "2026-05-30 18:00")], LATER)
    late = read([PROCEDURE, first, planned("2026-05-02 10:00", "vote", "2026-05-30 18:00")], LATER)

    assert moved["milestone:vote"].breached_at == at("2026-05-30 18:00")
    assert late["milestone:vote"].due_at == at("2026-05-30 18:00")
    assert late["milestone:vote"].breached_at == at("2026-04-30 18:00")


def test_a_milestone_achieved_and_planned_again_is_due_again():
    events = [
        PROCEDURE,
        planned("2026-03-03 10:00", "vote", "2026-04-30 18:00"),
        happened("achieved", "2026-04-20 10:00", of="vote"),
        planned("2026-05-20 10:00", "vote", "2026-06-10 18:00"),
    ]
    early, late = read(events, "2026-06-10 17:59:59"), read(events, LATER)

    assert early["milestone:vote"].due_at == at("2026-06-10 18:00")
    assert not early["milestone:vote"].breached
    assert late["milestone:vote"].breached_at == at("2026-06-10 18:00")


def test_a_milestone_waits_out_a_hold():
    events = [
        PROCEDURE,
        planned("2026-03-03 10:00", "vote", "2026-04-30 18:00"),
        happened("paused", "2026-03-10 10:00"),
        happened("resumed", "2026-03-20 10:00"),
    ]

    assert read(events, LATER)["milestone:vote"].due_at == at("2026-05-10 18:00")


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([happened("replied", "2026-03-05 10:00")], id="no whistle"),
        pytest.param([PROCEDURE, whistled("2026-03-04 10:00")], id="two whistles"),
        pytest.param([PROCEDURE, happened("replied", "2026-03-01 10:00")], id="before the whistle"),
        pytest.param([PROCEDURE, planned("2026-03-05 10:00", "a", "2026-03-05 10:00")], id="past"),
        pytest.param([PROCEDURE, happened("achieved", "2026-03-05 10:00", of="a")], id="unplanned"),
    ],
)
def test_events_that_make_no_story_are_refused(events):
    with pytest.raises(ValueError):  # noqa: PT011
        read(events, LATER)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("whistled", {}),
        ("policy_repinned", {}),
        ("priority_changed", {}),
        ("transferred", {}),
        ("extended", {"clock": Clock.CLOSURE}),
        ("extended", {"extra": seconds(1)}),
        ("planned", {"of": "vote"}),
        ("achieved", {}),
    ],
)
def test_an_event_without_what_its_kind_needs_is_refused(kind, given):
    with pytest.raises(ValueError, match="without its"):
        happened(kind, "2026-03-05 10:00", **given)


def test_an_event_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        replace(PROCEDURE, at=PROCEDURE.at.replace(tzinfo=None))
