"""What holds of a ticket's clocks whatever happens to the ticket."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from coordination.law.course import Event, Kind
from coordination.law.policies import Clock
from coordination.law.response import reaches, when
from tests.law.any_ticket import AHEAD, CHANGES, LATE, a_pause, read, tickets


def shape(readings):
    """What a person is told of each clock."""
    return {name: reading[:-2] for name, reading in readings.items()}


@given(tickets(), AHEAD, AHEAD)
def test_a_pause_never_makes_a_due_date_earlier(events, first, second):
    begin, end = sorted((events[0].at + first, events[0].at + second))
    before, after = read(events), read([*events, *a_pause(begin, end)])

    assert after.keys() <= before.keys()
    assert all(before[name].allowance is None for name in before.keys() - after.keys())
    for name in after:
        reading = before[name]
        assert after[name].elapsed <= reading.elapsed
        if reading.due_at and after[name].due_at:
            assert after[name].due_at >= reading.due_at
        if after[name].breached_at:
            assert reading.breached_at <= after[name].breached_at


@given(tickets(), AHEAD, st.floats(0, 1))
def test_an_open_pause_never_makes_a_due_date_earlier(events, first, share):
    begin = events[0].at + first
    at = begin + share * LATE
    before, after = read(events, at), read([*events, Event(Kind.PAUSED, begin)], at)

    for name, reading in before.items():
        due = after[name].due_at if name in after else None
        assert due is None or (reading.due_at and due >= reading.due_at)


@given(tickets(), AHEAD, AHEAD, st.floats(0, 1))
def test_splitting_a_pause_in_two_changes_nothing(events, first, second, share):
    begin, end = sorted((events[0].at + first, events[0].at + second))
    middle = begin + share * (end - begin)
    whole = [*events, *a_pause(begin, end)]
    split = [*events, *a_pause(begin, middle), *a_pause(middle, end)]

    assert read(split) == read(whole)


@given(tickets(), AHEAD)
def test_splitting_work_in_two_changes_nothing(events, ahead):
    middle = events[0].at + ahead

    assert read([*events, *a_pause(middle, middle)]) == read(events)


@given(tickets(), st.lists(AHEAD, min_size=3, max_size=3))
def test_pauses_that_overlap_are_their_union(events, ahead):
    first, second, third = sorted(events[0].at + one for one in ahead)
    apart = [*events, *a_pause(first, second), *a_pause(second, third)]
    overlapping = [*events, *a_pause(first, third), *a_pause(second, second)]
    named = [*events, *a_pause(first, second, of="d"), *a_pause(first, third, of="e")]

    assert read(apart) == read(overlapping) == read(named)


@given(tickets(pauses=False), CHANGES, AHEAD, AHEAD, st.floats(0, 1))
def test_a_change_in_a_pause_is_a_change_at_its_end(events, change, first, second, share):
    begin, end = sorted((events[0].at + first, events[0].at + second))
    events = [event for event in events if not begin <= event.at <= end] or events[:1]
    if events[0].kind is not Kind.WHISTLED:
        return
    inside = Event(at=begin + share * (end - begin), **change)
    after = Event(at=end, **change)

    assert shape(read([*events, *a_pause(begin, end), inside])) == shape(
        read([*events, *a_pause(begin, end), after])
    )


@given(tickets(), CHANGES, AHEAD, AHEAD)
def test_the_order_of_a_change_and_a_pause_does_not_matter(events, change, first, second):
    begin, end = sorted((events[0].at + first, events[0].at + second))
    changed, pause = Event(at=begin, **change), a_pause(begin, end)

    assert read([*events, changed, *pause]) == read([*events, *pause, changed])


@given(tickets(st.just({"kind": Kind.NOTED})), CHANGES, AHEAD, AHEAD)
def test_what_is_due_after_a_change_does_not_depend_on_when_it_came(events, change, one, other):
    early, late = (
        read([*events, Event(at=events[0].at + ahead, **change)]) for ahead in (one, other)
    )

    for name in (Clock.REPORT_IN, Clock.FIRST_REPLY, Clock.CLOSURE):
        told = [found[name][3:7] for found in (early, late) if name in found]
        assert told == told[:1] * len(told)


@given(tickets(pauses=False), AHEAD, AHEAD)
def test_closed_and_reopened_time_never_counts_as_paused(events, first, second):
    closed, reopened = sorted((events[0].at + first, events[0].at + second))
    found = read([*events, Event(Kind.CLOSED, closed), Event(Kind.REOPENED, reopened)])

    assert all(reading.paused == 0 for reading in found.values())


@given(tickets(), AHEAD, AHEAD)
def test_closing_and_reopening_never_adds_to_what_was_paused(events, first, second):
    closed, reopened = sorted((events[0].at + first, events[0].at + second))
    before = read(events)
    after = read([*events, Event(Kind.CLOSED, closed), Event(Kind.REOPENED, reopened)])
    if any(event.kind in (Kind.CLOSED, Kind.REOPENED, Kind.TRANSFERRED) for event in events):
        return

    for name in (Clock.REPORT_IN, Clock.FIRST_REPLY, Clock.CLOSURE):
        if name in before and name in after and before[name].allowance == after[name].allowance:
            assert after[name].paused <= before[name].paused


@given(tickets(), st.integers(1, 400), AHEAD)
def test_a_threshold_is_reached_when_it_is_said_to_be(events, percent, ahead):
    for reading in read(events, events[0].at + ahead).values():
        moment = when(reading, percent)
        if moment is None:
            assert not reaches(reading, percent, events[0].at + timedelta(days=2000))
        else:
            assert reaches(reading, percent, moment)
            assert not reaches(reading, percent, moment - timedelta(seconds=1))


@given(tickets(), st.integers(1, 400), st.integers(1, 400), AHEAD)
def test_a_higher_threshold_is_never_reached_sooner(events, one, other, ahead):
    low, high = sorted((one, other))
    for reading in read(events, events[0].at + ahead).values():
        if (second := when(reading, high)) is not None:
            assert when(reading, low) <= second


@given(tickets(), AHEAD)
def test_the_hundredth_percent_is_the_due_date_and_the_breach(events, ahead):
    at = events[0].at + ahead
    for reading in read(events, at).values():
        if reading.allowance is None:
            assert reading.due_at is None
        elif reading.stopped_at is None:
            assert when(reading, 100) == reading.due_at
        if reaches(reading, 100, at):
            assert reading.breached_at is not None
            assert reading.breached_at <= reading.due_at <= at


@given(tickets(), st.randoms(use_true_random=False))
def test_the_same_events_in_any_order_give_the_same_readings(events, chance):
    at = events[0].at + LATE

    assert read(chance.sample(events, len(events)), at) == read(events, at)


@given(tickets(), st.randoms(use_true_random=False))
def test_events_of_one_moment_in_any_order_give_the_same_readings(events, chance):
    begin, *rest = events
    together = [begin, *(replace(event, at=begin.at + timedelta(days=1)) for event in rest)]
    at = begin.at + LATE

    assert read(chance.sample(together, len(together)), at) == read(together, at)


@given(tickets(), AHEAD)
def test_a_breach_is_never_taken_back(events, ahead):
    now = events[0].at + ahead
    early, late = read(events, now), read(events)

    for name, reading in early.items():
        if reading.breached:
            assert late[name].breached_at is not None
            assert late[name].breached_at <= reading.breached_at


@given(tickets(), AHEAD)
def test_time_run_and_time_paused_are_whole_and_fill_a_clock_that_never_stopped(events, ahead):
    at = events[0].at + ahead
    gone = {Kind.CLOSED, Kind.REOPENED, Kind.REPLIED, Kind.REPORTED_IN}
    reading = read([event for event in events if event.kind not in gone], at).get(Clock.CLOSURE)
    if reading is None:
        return
    begin, end = (reading.ruler.mark(int(moment.timestamp())) for moment in (events[0].at, at))

    assert reading.elapsed + reading.paused == end - begin
    assert min(reading.elapsed, reading.paused) >= 0
