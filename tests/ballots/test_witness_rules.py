"""When a party owes a cosignature: before the opening, every day, and at the close."""

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


def test_the_close_is_kept_by_the_whole_board_and_by_nothing_smaller():
    smaller = [Witnessed(8, COUNTED + timedelta(hours=1))]
    whole = [*smaller, Witnessed(9, COUNTED + timedelta(hours=2))]
    at = COUNTED + AFTER_THE_CLOSE + timedelta(seconds=1)

    assert duties_of(times(COUNTED), smaller, at)[-1].is_overdue(at)
    assert duties_of(times(COUNTED), whole, at)[-1].done_at == COUNTED + timedelta(hours=2)
