"""What an address of the list says, and what it says wrong."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from coordination.tickets.desk.filters import (
    Cursor,
    Filter,
    read_cursor,
    read_filter,
    words_of,
)

DUE = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_a_filter_is_read_back_from_its_own_address():
    wanted = Filter(
        show="all", pile="overdue", estate=uuid4(), category=uuid4(), state="handling",
        priority="p1", number=12,
    )  # fmt: skip

    parts = dict(each.split("=") for each in wanted.query()[1:].split("&"))

    assert read_filter(parts) == wanted


@pytest.mark.parametrize(
    "asked",
    [
        {"show": "x", "pile": "drop table", "estate": "1", "state": "gone", "priority": "p9"},
        {"number": "9" * 40, "building": "'; --"},
        {},
    ],
)
def test_what_an_address_says_wrong_is_left_out(asked):
    assert read_filter(asked) == Filter()


@pytest.mark.parametrize("number", ["#12", "12", " ＃12"])
def test_a_number_is_read_however_it_is_written(number):
    assert read_filter({"number": number}).number == 12


@pytest.mark.parametrize("cursor", [Cursor(7, DUE), Cursor(7)])
def test_a_page_begins_where_the_last_one_ended(cursor):
    assert read_cursor(str(cursor)) == cursor


@pytest.mark.parametrize("text", ["", "_", "yesterday_3", "0001-01-01T00:00:00+23:59_1", "_x"])
def test_a_cursor_typed_by_hand_begins_at_the_beginning(text):
    assert read_cursor(text) is None


def test_a_filter_says_itself_for_an_export():
    estate = uuid4()
    wanted = Filter(pile="report", estate=estate, priority="p0")

    assert words_of(wanted, {estate: "梧桐苑"}) == "未办结 · 待报到 · 梧桐苑 · P0 危险"
