"""Opening hours, what is wrong with a wish, and the drawing of a week."""

from datetime import date, datetime, timedelta

import pytest

from coordination.disclosures.rooms.hours import draw_week, read_span, week_words, wrong_times
from tests.disclosures.a_disclosure import EARLY
from tests.disclosures.rooms.a_room import AFTERNOON, HOURS


@pytest.mark.parametrize(
    ("text", "span"),
    [("9:00-21:00", (540, 1260)), ("09：30–24：00", (570, 1440)), ("8:00到12:00", (480, 720)),
     ("", None), ("不开放", None)],
)  # fmt: skip
def test_hours_are_read_as_people_write_them(text, span):
    assert read_span(text) == span


@pytest.mark.parametrize("text", ["21:00-9:00", "9-21", "9:70-10:00", "9:00-25:00", "全天"])
def test_hours_that_are_none_are_named(text):
    with pytest.raises(ValueError, match="要"):
        read_span(text)


@pytest.mark.parametrize(
    ("starts", "ends", "field"),
    [
        ("2026-04-08T14:00", "2026-04-08T16:00", None),
        ("2026-04-08T09:00", "2026-04-08T17:00", None),
        ("2026-04-08T13:00", "2026-04-08T21:00", None),
        ("2026-04-08T08:45", "2026-04-08T10:00", "starts"),
        ("2026-04-08T20:00", "2026-04-08T21:15", "starts"),
        ("2026-04-08T14:00", "2026-04-08T14:15", "ends"),
        ("2026-04-08T14:00", "2026-04-08T13:00", "ends"),
        ("2026-04-08T09:00", "2026-04-08T17:15", "ends"),
        ("2026-04-08T14:05", "2026-04-08T15:05", "starts"),
        ("2026-04-12T14:00", "2026-04-12T15:00", "on"),
        ("2026-04-05T14:00", "2026-04-05T15:00", "starts"),
        ("2026-06-06T14:00", "2026-06-06T15:00", "on"),
    ],
)
def test_a_wish_outside_the_hours_is_named_at_its_field(starts, ends, field):
    moments = [datetime.fromisoformat(f"{one}:00+08:00") for one in (starts, ends)]

    wrong = wrong_times(HOURS, *moments, EARLY)  # pyright: ignore[reportArgumentType]

    assert list(wrong) == ([field] if field else [])


def test_days_with_the_same_hours_are_said_once():
    assert week_words([(540, 1260)] * 7) == [("每天", "9:00–21:00")]
    assert week_words(HOURS) == [("周一至周六", "9:00–21:00"), ("周日", "不开放")]  # pyright: ignore


def test_a_week_is_drawn_in_parts_of_its_longest_day():
    taken = [(AFTERNOON, AFTERNOON + timedelta(hours=3), "文体活动", True)]

    week = draw_week(HOURS, date(2026, 4, 6), taken)  # pyright: ignore[reportArgumentType]

    wednesday, sunday = week.days[2], week.days[6]
    assert [(b.left, b.width) for b in wednesday.blocks] == [("41.66%", "25.00%")]
    assert wednesday.open and (wednesday.open.left, wednesday.open.width) == ("0.00%", "100.00%")
    assert (sunday.open, sunday.blocks) == (None, ())
