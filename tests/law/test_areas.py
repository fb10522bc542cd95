"""Areas as registers print them, to the last cm²; percentages only for the eye."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.law.areas import format_area, parse_area, percent


@pytest.mark.parametrize(
    ("text", "area_cm2"),
    [
        ("89", 890_000),
        ("89.1", 891_000),
        ("89.1234", 891_234),
        ("0.0001", 1),
        ("89.12340000", 891_234),
        ("89.", 890_000),
        ("+89.5", 895_000),
        ("1,089.50", 10_895_000),
        ("８９．１２", 891_200),
        (" 89.12 ㎡", 891_200),
        ("89.12平方米", 891_200),
        ("226421.0857", 2_264_210_857),
    ],
)
def test_an_area_is_read_to_the_last_cm2(text, area_cm2):
    assert parse_area(text) == area_cm2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "为空"),
        ("  ", "为空"),
        ("0", "大于零"),
        ("0.0000", "大于零"),
        ("-1", "大于零"),
        ("-89.5", "大于零"),
        ("89.12345", "四位小数"),
        ("八十九", "平方米数字"),
        ("约89", "平方米数字"),
        ("89,5", "平方米数字"),
        ("1e3", "平方米数字"),
        ("nan", "平方米数字"),
        ("inf", "平方米数字"),
        (".5", "平方米数字"),
        ("89.1.2", "平方米数字"),
        ("9999999999", "太大"),
        ("9" * 5_000, "太大"),
    ],
)
def test_what_is_no_area_is_refused_with_the_reason(text, reason):
    with pytest.raises(ValueError, match=reason):
        parse_area(text)


@given(st.integers(1, 10**12))
def test_what_is_printed_reads_back_the_same(area_cm2):
    assert parse_area(format_area(area_cm2)) == area_cm2


def test_areas_print_with_four_decimals():
    assert [format_area(n) for n in (0, 1, 9_999, 10_000, 1_916_192_100, -5)] == [
        "0.0000",
        "0.0001",
        "0.9999",
        "1.0000",
        "191619.2100",
        "-0.0005",
    ]


@pytest.mark.parametrize(
    ("part", "whole", "printed"),
    [
        (1, 3, "33.33"),
        (2, 3, "66.67"),
        (1, 8, "12.50"),
        (1, 800, "0.13"),  # 0.125: half goes up, not to the even digit
        (3, 800, "0.38"),
        (1, 1, "100.00"),
        (0, 5, "0.00"),
        (1, 10**9, "0.00"),
        (5, 0, None),
        (0, 0, None),
    ],
)
def test_percentages_round_half_up(part, whole, printed):
    assert percent(part, whole) == printed


@given(st.integers(0, 10**12), st.integers(1, 10**12))
def test_a_percentage_is_never_off_by_more_than_half_a_hundredth(part, whole):
    off = Fraction(percent(part, whole) or "") - Fraction(part, whole) * 100

    assert -Fraction(1, 200) < off <= Fraction(1, 200)
