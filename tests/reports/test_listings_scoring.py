"""The score: exact, by weights that are public; what is missing is left out and is not nought."""

import pytest

from coordination.reports.listings.scoring import (
    DEFAULT_WEIGHTS,
    INPUTS,
    Standing,
    band_of,
    points,
    ranked,
    score,
    suggestion,
)
from coordination.reports.tables import Colour

FULL = {each.name: (0 if each.less_is_better else 7, 7) for each in INPUTS}


def test_the_weights_of_the_first_version_make_a_hundred():
    assert sum(DEFAULT_WEIGHTS.values()) == 100
    assert set(DEFAULT_WEIGHTS) == {each.name for each in INPUTS}


def test_everything_done_is_a_hundred_points_whatever_is_missing():
    assert score(FULL, DEFAULT_WEIGHTS) == 10_000
    assert score(FULL | {"solve": None, "disclosed_on_time": None}, DEFAULT_WEIGHTS) == 10_000


def test_a_missing_input_is_left_out_and_a_nought_is_not():
    weights = {"solve": 25, "content": 25}
    assert score({"solve": (1, 2), "content": None}, weights) == 5_000
    assert score({"solve": (1, 2), "content": (0, 0)}, weights) == 5_000
    assert score({"solve": (1, 2), "content": (0, 4)}, weights) == 2_500


def test_fewer_reopened_is_better():
    assert score({"reopen": (1, 4)}, {"reopen": 10}) == 7_500


def test_a_score_is_rounded_half_up_to_hundredths():
    assert score({"solve": (1, 3)}, {"solve": 1}) == 3_333
    assert score({"solve": (2, 3)}, {"solve": 1}) == 6_667
    assert score({"solve": (1, 20_000)}, {"solve": 1}) == 1
    assert points(9_305) == "93.05"


def test_nothing_to_score_is_no_score():
    assert score({}, DEFAULT_WEIGHTS) is None
    assert score({"solve": (1, 1)}, {"solve": 0}) is None
    assert points(None) == "—"


def test_equal_scores_share_a_rank_and_the_unscored_have_none():
    assert ranked([9_000, None, 9_500, 9_000]) == [
        Standing(2, 3), Standing(None, 3), Standing(1, 3), Standing(2, 3),
    ]  # fmt: skip


@pytest.mark.parametrize(("points", "rank", "violations", "colour"), [
    (9_000, 1, 0, Colour.RED), (8_999, 1, 0, Colour.NONE), (9_000, 2, 0, Colour.NONE),
    (9_000, 1, 1, Colour.NONE), (5_999, 3, 0, Colour.BLACK), (6_000, 3, 0, Colour.NONE),
    (None, None, 0, Colour.NONE),
])  # fmt: skip
def test_a_colour_is_suggested_at_its_bar_and_not_below_it(points, rank, violations, colour):
    assert suggestion(points, Standing(rank, 3), violations, 90, 60) is colour


def test_the_only_one_of_its_kind_is_no_first():
    assert suggestion(10_000, Standing(1, 1), 0, 90, 60) is Colour.NONE
    assert suggestion(1_000, Standing(1, 1), 0, 90, 60) is Colour.BLACK


def test_size_bands_begin_where_they_say():
    assert [band_of(homes) for homes in (299, 300, 999, 1_000)] == [
        "300 户以下", "300–999 户", "300–999 户", "1,000 户及以上",
    ]  # fmt: skip
