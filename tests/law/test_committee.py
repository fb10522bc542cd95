"""Sessions of the owners' committee: 指导规则 arts. 37 to 39, at each bar and beside it."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.law.committee import (
    Session,
    call_by,
    must_be_called,
    publish_by,
)
from coordination.law.periods import SHANGHAI


@pytest.mark.parametrize(
    ("members", "present", "has_quorum"),
    [(5, 2, False), (5, 3, True), (6, 3, False), (6, 4, True), (11, 5, False), (11, 6, True),
     (0, 0, False)],
)  # fmt: skip
def test_more_than_half_of_the_members_must_be_there(members, present, has_quorum):
    assert Session(members, present).has_quorum is has_quorum


@pytest.mark.parametrize(
    ("members", "present", "approving", "carries", "carries_by_more"),
    [
        (5, 5, 2, False, False),
        (5, 5, 3, True, True),
        (6, 4, 2, False, False),
        (6, 4, 3, True, False),  # the half of all: 半数以上, not 过半数
        (6, 4, 4, True, True),
        (7, 4, 3, False, False),  # most of those present, and not the half of all
        (7, 4, 4, True, True),
        (6, 3, 3, False, False),  # nobody may decide without a quorum
    ],
)
def test_a_decision_needs_the_half_of_all_members_not_of_those_present(
    members, present, approving, carries, carries_by_more
):
    assert Session(members, present).carries(approving) is carries
    assert Session(members, present, by_more_than_half=True).carries(approving) is carries_by_more


@pytest.mark.parametrize(
    ("proposing", "members", "so"), [(1, 3, True), (1, 4, False), (2, 6, True), (2, 7, False)]
)
def test_a_third_of_the_members_may_demand_a_session(proposing, members, so):
    assert must_be_called(proposing, members) is so


def test_a_session_that_was_demanded_is_held_within_seven_days():
    assert call_by(date(2026, 3, 2)) == date(2026, 3, 9)


def test_a_decision_is_published_within_three_days_and_a_holiday_is_waited_out():
    def is_working(day):
        return day.weekday() < 5

    thursday, monday = date(2026, 3, 5), date(2026, 3, 2)

    assert publish_by(monday, is_working) == datetime(2026, 3, 6, tzinfo=SHANGHAI)
    assert publish_by(thursday, is_working) == datetime(2026, 3, 10, tzinfo=SHANGHAI)


@pytest.mark.parametrize(("members", "present", "approving"), [(3, 4, 0), (3, -1, 0)])
def test_more_than_there_are_is_no_session(members, present, approving):
    with pytest.raises(ValueError, match="members present"):
        Session(members, present).carries(approving)


def test_who_is_not_there_approves_nothing():
    with pytest.raises(ValueError, match="are present"):
        Session(5, 3).carries(4)


@given(st.integers(0, 15), st.integers(0, 15), st.integers(0, 15), st.booleans())
def test_one_more_approval_never_undoes_a_decision(members, present, approving, more):
    present, approving = min(present, members), min(approving, present, members)
    session = Session(members, present, more)

    if approving < present and session.carries(approving):
        assert session.carries(approving + 1)
