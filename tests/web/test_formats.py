"""Values as people read them: no digit lost, no rounding that hides a shortfall."""

from datetime import UTC, date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from coordination.web import formats

NEW_YEAR_IN_SHANGHAI = datetime(2025, 12, 31, 16, 5, tzinfo=UTC)


def test_a_moment_is_told_in_the_time_of_the_community():
    assert formats.local_time(NEW_YEAR_IN_SHANGHAI) == "2026年1月1日 00:05"
    assert formats.local_day(NEW_YEAR_IN_SHANGHAI) == "2026年1月1日"
    assert formats.local_weekday(NEW_YEAR_IN_SHANGHAI) == "1月1日 星期四"
    assert formats.form_time(NEW_YEAR_IN_SHANGHAI) == "2026-01-01T00:05"


def test_a_day_has_no_time_zone():
    assert formats.local_day(date(2026, 3, 1)) == "2026年3月1日"


def test_what_a_package_writes_is_read_with_every_digit():
    assert [formats.plain_area(one) for one in ("7719.3400", "1136.0101", "0.0000")] == [
        "7,719.34", "1,136.0101", "0.00"
    ]  # fmt: skip
    assert formats.plain_day("2026-03-01") == "2026年3月1日"


def test_midnight_is_the_end_of_the_day_before():
    assert formats.local_end(datetime(2026, 3, 1, 16, tzinfo=UTC)) == "2026年3月1日 24:00"
    assert formats.local_end(NEW_YEAR_IN_SHANGHAI) == "2026年1月1日 00:05"
    assert formats.last_day(datetime(2026, 3, 1, 16, tzinfo=UTC)) == "2026年3月1日"
    assert formats.last_day(NEW_YEAR_IN_SHANGHAI) == "2026年1月1日"


@pytest.mark.parametrize(
    ("area_cm2", "words"),
    [
        (895_000, "89.50 平方米"),
        (895_001, "89.5001 平方米"),
        (895_010, "89.501 平方米"),
        (1, "0.0001 平方米"),
        (0, "0.00 平方米"),
        (1_916_192_100, "191,619.21 平方米"),
    ],
)
def test_an_area_keeps_every_digit(area_cm2, words):
    assert formats.square_metres(area_cm2) == words


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (1360, 1505, "90.37%"),
        (2, 3, "66.67%"),
        (1, 3, "33.33%"),
        (1, 20_000, "0.01%"),  # 0.005 % is rounded up
        (1, 20_001, "0.00%"),
        (0, 7, "0.00%"),
        (7, 7, "100.00%"),
        (0, 0, "—"),
    ],
)
def test_a_percentage_is_rounded_half_up_to_two_decimals(part, whole, words):
    assert formats.percent(part, whole) == words


@pytest.mark.parametrize(
    ("part", "whole", "words"), [(1, 200, "1%"), (1, 201, "0%"), (58, 100, "58%"), (0, 0, "—")]
)
def test_turnout_by_area_is_a_whole_per_cent(part, whole, words):
    assert formats.whole_percent(part, whole) == words


@given(st.integers(0, 10**15), st.integers(1, 10**15))
def test_a_bar_never_reaches_the_line_before_the_count_does(part, whole):
    reaches = 3 * part >= 2 * whole

    width = float(formats.bar_width(part, whole).rstrip("%"))

    assert 0 <= width <= 100
    assert reaches or width <= float(formats.bar_width(2, 3).rstrip("%"))


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(days=3, hours=4, minutes=5), "3天4小时"),
        (timedelta(days=3), "3天"),
        (timedelta(hours=1, minutes=30), "1小时30分钟"),
        (timedelta(seconds=20), "20秒"),
        (timedelta(seconds=-5), "0秒"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_parts(length, words):
    assert formats.duration(length) == words


def test_a_deadline_is_ahead_or_behind():
    due = datetime(2026, 3, 16, 10, tzinfo=UTC)

    assert formats.time_left(due, due - timedelta(hours=76)) == "还剩3天4小时"
    assert formats.time_left(due, due + timedelta(hours=2)) == "已过2小时"


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13812345678", "138****5678"), ("87001234", "870*1234"), ("12345", "***45"), ("", "")],
)
def test_a_phone_is_shown_without_its_middle(phone, shown):
    assert formats.masked_phone(phone) == shown


@pytest.mark.parametrize(
    ("phone", "digits"),
    [
        ("027-8700 0000", "02787000000"),
        ("+86 138 1234 5678", "+8613812345678"),
        ("027-87000000、13812345678", "02787000000"),
    ],
)
def test_a_phone_can_be_tapped(phone, digits):
    assert formats.tel(phone) == digits


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("业主委员会 王建国 027-87000004", ["02787000004"]),
        ("打 13812345678 或 010 12345678", ["13812345678", "01012345678"]),
        ("400-820-8820（转 2）", ["4008208820"]),
        ("名册编号 13812345678901，第 2026 号", []),
    ],
)
def test_phones_in_a_sentence_can_be_tapped_and_nothing_else_becomes_markup(words, numbers):
    said = formats.to_call(f"<b>{words}</b>")
    page = BeautifulSoup(said, "html.parser")

    assert [link["href"] for link in page.select("a")] == [f"tel:{number}" for number in numbers]
    assert page.text == f"<b>{words}</b>" and not page.select("b")


def test_money_codes_and_sizes_read_plainly():
    assert formats.yuan(123_456) == "1,234.56 元"
    assert formats.yuan(-5) == "-0.05 元"
    assert formats.spaced("K7Q29F3M") == "K7Q2 9F3M"
    assert [formats.file_size(n) for n in (512, 14_541, 3_250_586)] == [
        "512 B",
        "14.2 KB",
        "3.1 MB",
    ]


def test_every_format_is_a_filter_under_its_own_name():
    assert formats.FILTERS["percent"] is formats.percent
    assert all(name == function.__name__ for name, function in formats.FILTERS.items())
