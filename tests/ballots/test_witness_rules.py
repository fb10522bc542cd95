"""When a party owes a cosignature: before the opening, every day, and at the close."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from coordination.ballots.witnessing.rules import (
    AFTER_THE_CLOSE,
    Duty,
    DutyKind,
    Timetable,
    Witnessed,
    duties_of,
)

MADE = datetime(2026, 5, 1, 2, tzinfo=UTC)
OPENS = datetime(2026, 5, 20, 1, tzinfo=UTC)  # 9:00 in Shanghai
CLOSES = datetime(2026, 5, 23, 10, tzinfo=UTC)
COUNTED = CLOSES + timedelta(minutes=1)
MIDNIGHT = datetime(2026, 5, 20, 16, tzinfo=UTC)  # where the 21st begins in Shanghai
DAY = timedelta(days=1)


def times(counted: datetime | None = None, size: int = 9) -> Timetable:
    return Timetable(MADE, OPENS, CLOSES, counted, size)


def kinds(duties: list[Duty]) -> list[tuple[str, bool]]:
    return [(duty.kind.value, duty.done_at is not None) for duty in duties]


def test_before_the_opening_only_that_is_owed():
    [duty] = duties_of(times(), [], MADE)

    assert (duty.kind, duty.due) == (DutyKind.OPENING, OPENS)
    assert duty.waits(MADE)
    assert not duty.is_overdue(OPENS)
    assert duty.is_overdue(OPENS + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("at", "days"),
    [
        (MIDNIGHT - timedelta(seconds=1), 0),
        (MIDNIGHT, 1),
        (MIDNIGHT + DAY, 2),
        (MIDNIGHT + 9 * DAY, 2),  # the day of the close has the closing checkpoint instead
    ],
)
def test_every_whole_day_of_the_vote_asks_for_one(at, days):
    found = duties_of(times(), [], at)

    assert [duty.kind for duty in found[1:]] == [DutyKind.DAILY] * days


def test_a_day_is_kept_by_what_came_on_that_day():
    came = [Witnessed(1, MADE), Witnessed(5, MIDNIGHT), Witnessed(5, MIDNIGHT + 2 * DAY)]

    found = duties_of(times(), came, MIDNIGHT + 2 * DAY)

    assert kinds(found) == [("opening", True), ("daily", True), ("daily", False)]
    assert found[2].is_overdue(MIDNIGHT + 2 * DAY + timedelta(seconds=1))


GREW = [(MADE, 1), (OPENS + timedelta(hours=3), 5), (MIDNIGHT + timedelta(hours=12), 9)]
MORNING, EVENING = MIDNIGHT + timedelta(hours=10), MIDNIGHT + timedelta(hours=22)
KEPT_BY = {  # on the 21st: 5 entries were shown when it began, 9 from noon on
    "nothing": ([], (None, None)),
    "what was shown in the morning": ([(5, MORNING)], (MORNING, None)),
    "what was shown at the time": ([(9, EVENING)], (EVENING, None)),
    "the morning's, signed in the evening": ([(5, EVENING)], (EVENING, None)),
    "a size in between": ([(7, EVENING)], (EVENING, None)),
    "entry 0 alone": ([(1, MORNING)], (None, 1)),
    "something older": ([(4, MORNING)], (None, 4)),
    "something older, then the present": ([(4, MORNING), (9, EVENING)], (EVENING, None)),
    "the day before": ([(9, MIDNIGHT - timedelta(seconds=1))], (None, None)),
    "the day after": ([(9, MIDNIGHT + DAY)], (None, None)),
    "its first moment": ([(5, MIDNIGHT)], (MIDNIGHT, None)),
    "twice": ([(5, MORNING), (5, EVENING)], (MORNING, None)),
}


@pytest.mark.parametrize(("came", "kept"), KEPT_BY.values(), ids=KEPT_BY.keys())
def test_a_day_is_kept_by_nothing_older_than_what_was_shown_when_it_began(came, kept):
    board = replace(times(), shown=GREW)

    found = duties_of(board, [Witnessed(*one) for one in came], MIDNIGHT + DAY)

    assert (found[1].least, found[1].done_at, found[1].behind) == (5, *kept)


def test_on_a_day_without_ballots_the_same_checkpoint_is_signed_again():
    board = replace(times(), shown=GREW)
    came = [Witnessed(9, EVENING), Witnessed(9, MORNING + DAY)]

    assert [duty.done_at for duty in duties_of(board, came, MORNING + DAY)[1:]] == [
        EVENING, MORNING + DAY,
    ]  # fmt: skip


def test_before_the_opening_any_size_counts_and_afterwards_it_is_late():
    [late] = duties_of(times(), [Witnessed(5, MIDNIGHT - timedelta(seconds=1))], OPENS)
    assert (late.done_at or OPENS) > late.due


CLOSED_BY = {
    "nothing": ([], (None, None)),
    "something smaller": ([(8, timedelta(hours=1))], (None, 8)),
    "the whole before it was the whole": ([(9, timedelta(hours=-1))], (None, None)),
    "the whole": ([(9, timedelta(hours=1))], (timedelta(hours=1), None)),
    "the whole, late": ([(9, timedelta(days=3))], (timedelta(days=3), None)),
    "the whole before, and again": (
        [(9, timedelta(hours=-1)), (9, timedelta(hours=2))], (timedelta(hours=2), None),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("came", "kept"), CLOSED_BY.values(), ids=CLOSED_BY.keys())
def test_the_close_is_kept_by_the_whole_board_after_the_count_alone(came, kept):
    signed = [Witnessed(size, COUNTED + after) for size, after in came]
    at = COUNTED + AFTER_THE_CLOSE + timedelta(seconds=1)

    last = duties_of(times(COUNTED), signed, at)[-1]

    done, behind = kept
    assert (last.kind, last.least) == (DutyKind.CLOSE, 9)
    assert (last.done_at, last.behind) == (done and COUNTED + done, behind)
    assert last.is_overdue(at) == (done is None)
