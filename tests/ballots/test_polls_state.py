"""Where a poll stands: derived from its steps, in their order."""

from datetime import UTC, datetime, timedelta

import pytest

from coordination.ballots.polls.state import GRACE, LABELS, NEXT, ROAD, PollState, Taken
from coordination.ballots.tables import Step

OPENS = datetime(2026, 4, 1, 1, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=15)
LATER = CLOSES + timedelta(days=10)
TO_NOTICE = ROAD[: ROAD.index(Step.NOTICED) + 1]


def a_state(*steps: Step, closes_at: datetime | None = None) -> PollState:
    taken = tuple(
        Taken(step, 1, OPENS, closes_at=closes_at if step is Step.EXTENDED else None)
        for step in steps
    )
    return PollState(OPENS, CLOSES, taken)


def test_every_step_has_words_and_followers():
    assert set(LABELS) == set(Step)
    assert set(NEXT) == {None, *Step}


def test_the_road_can_be_walked_from_end_to_end():
    for n, step in enumerate(ROAD):
        assert a_state(*ROAD[:n]).may_follow(step)


@pytest.mark.parametrize("step", [s for s in ROAD if s is not Step.DRAFTED])
def test_no_step_of_the_road_is_skipped(step):
    before = ROAD[: max(ROAD.index(step) - 1, 0)]

    assert not a_state(*before).may_follow(step)


@pytest.mark.parametrize("step", ROAD)
def test_no_step_of_the_road_is_taken_twice(step):
    upto = ROAD[: ROAD.index(step) + 1]

    assert not a_state(*upto).may_follow(step)


def test_a_poll_is_withdrawn_before_it_opens_and_not_after():
    assert a_state(*TO_NOTICE).may_follow(Step.WITHDRAWN)
    assert not a_state(*TO_NOTICE, Step.OPENED).may_follow(Step.WITHDRAWN)


def test_an_open_poll_is_not_closed_early_by_any_other_step_than_the_close():
    follows = NEXT[Step.OPENED]

    assert follows == {Step.EXTENDED, Step.CLOSED, Step.REVOKED, Step.REISSUED}


def test_nothing_follows_a_poll_that_ended_early():
    for ending in (Step.WITHDRAWN, Step.REVOKED, Step.REISSUED):
        assert not any(a_state(ending).may_follow(step) for step in Step)


def test_it_is_open_from_the_opening_step_up_to_the_close():
    noticed, opened = a_state(*TO_NOTICE), a_state(*TO_NOTICE, Step.OPENED)

    assert not noticed.is_open(OPENS)
    assert opened.is_open(OPENS)
    assert opened.is_open(CLOSES - timedelta(microseconds=1))
    assert not opened.is_open(CLOSES)


def test_an_extension_moves_the_close_and_a_second_one_moves_it_again():
    once = a_state(*TO_NOTICE, Step.OPENED, Step.EXTENDED, closes_at=LATER)

    assert (once.closes_at, once.is_open(CLOSES)) == (LATER, True)
    assert once.may_follow(Step.EXTENDED)
    assert once.ordinal_of_next(Step.EXTENDED) == 2


def test_the_clock_owes_opening_close_and_count_each_in_its_time():
    second = timedelta(seconds=1)
    noticed = a_state(*TO_NOTICE)
    opened = a_state(*TO_NOTICE, Step.OPENED)
    closed = a_state(*TO_NOTICE, Step.OPENED, Step.CLOSED)

    assert [noticed.due(OPENS - second), noticed.due(OPENS)] == [None, Step.OPENED]
    assert [opened.due(CLOSES - second), opened.due(CLOSES)] == [None, Step.CLOSED]
    assert [closed.due(CLOSES), closed.due(CLOSES + GRACE)] == [None, Step.COUNTED]


def test_the_road_drawn_marks_where_it_stands():
    road = a_state(*TO_NOTICE, Step.OPENED, Step.EXTENDED, closes_at=LATER).road

    assert [station.step for station in road] == list(ROAD)
    assert [station.step for station in road if station.is_current] == [Step.OPENED]
    assert [station.step for station in road if station.at] == [*TO_NOTICE, Step.OPENED]


def test_the_road_of_a_returned_notice_stands_at_the_frozen_roll():
    road = a_state(*ROAD[:4], Step.PROPOSED, Step.RETURNED).road

    assert [station.step for station in road if station.is_current] == [Step.ROLL_FROZEN]
    assert [station.step for station in road if station.at] == list(ROAD[:4])


def test_the_road_of_a_withdrawn_poll_ends_there():
    road = a_state(Step.DRAFTED, Step.ROLL_PUBLISHED, Step.WITHDRAWN).road

    assert [station.step for station in road] == [
        Step.DRAFTED, Step.ROLL_PUBLISHED, Step.WITHDRAWN
    ]  # fmt: skip
    assert road[-1].is_current


def test_owners_see_six_stations_each_step_of_the_road_at_one_of_them():
    standing = {
        step: [name for name, mark in a_state(*ROAD[: n + 1]).stations if mark == "now"]
        for n, step in enumerate(ROAD)
    }

    assert [*standing.values()] == [
        [], ["名册"], ["名册"], ["名册"], ["公告"], ["公告"], ["投票"], ["计票"], ["计票"],
        ["公示"], [], [],
    ]  # fmt: skip
    assert {mark for _, mark in a_state(*ROAD).stations} == {"done"}
    assert a_state(*TO_NOTICE, Step.WITHDRAWN).stations == []
    assert a_state(*TO_NOTICE[:-1], Step.RETURNED).stations[0] == ("名册", "now")
