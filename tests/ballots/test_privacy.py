"""The privacy report: whom the sums would name, and how far lines may be opened."""

import json
import random
from itertools import combinations

import pytest

from coordination.ballots.privacy import (
    default_form,
    form_for,
    report_areas,
    report_count,
    sums_combine,
)
from coordination.law.tally import Weight
from tests.ballots.packages import a_package, a_question, forty


@pytest.mark.parametrize(
    ("made", "form", "reasons"),
    [
        pytest.param({"approve": 20, "reject": 5}, "grouped", [], id="five are enough"),
        pytest.param({"approve": 20, "reject": 4}, "sums", ["group_under_5"], id="four are few"),
        pytest.param({"approve": 20, "invalid": 1}, "sums", ["group_under_5"], id="one invalid"),
        pytest.param({"approve": 30}, "sums", ["unanimous"], id="all of one mind"),
        pytest.param({}, "grouped", [], id="nobody voted"),
    ],
)
def test_lines_that_would_expose_somebody_are_not_published(made, form, reasons):
    question = a_package(a_question(forty(**made)), form="grouped")["questions"][0]

    assert question["form"] == form
    assert question["privacy"]["reasons"] == reasons


def test_a_closed_form_holds_no_choice_of_any_line_and_no_opening_of_a_choice():
    facts = a_question(forty(approve=30))
    question = a_package(facts)["questions"][0]

    assert (question["lines"], question["openings"], question["uncast"]) == (None, None, None)
    assert len(question["trackers"]) == 30
    written = json.dumps(question)
    for ballot in facts.ballots:
        assert ballot.nonce.hex() not in written


def test_few_rights_have_no_lines_unless_their_poll_asked_for_them():
    votes = [(900_000 + place, choice) for place, choice in enumerate(["approve", "reject"] * 5)]

    assert a_package(a_question(votes))["questions"][0]["form"] == "sums"
    assert a_package(a_question(votes), form="grouped")["questions"][0]["form"] == "grouped"
    assert (default_form(29), default_form(30)) == ("sums", "grouped")


def test_the_report_before_the_notice_counts_areas_that_only_one_right_has():
    report = report_areas([900_000, 900_000, 900_000, 1_200_000, 800_000])

    assert report.as_dict() == {
        "rights": 5,
        "distinct_areas": 3,
        "singletons": 2,
        "groups": [{"size": 1, "groups": 2}, {"size": 3, "groups": 1}],
        "exposed": 5,  # no area is shared by five
        "pairs": 1,  # only 1,200,000 + 800,000 is the sum of just one pair
    }
    assert report_areas(range(1, 500)).pairs is None


@pytest.mark.parametrize(
    ("weight", "sets"),
    [
        pytest.param(Weight(1, 1_200_000), 1, id="the only one of that size is named"),
        pytest.param(Weight(1, 900_000), 3, id="one of three alike"),
        pytest.param(Weight(2, 1_800_000), 3, id="two of three alike"),
        pytest.param(Weight(2, 2_000_000), 1, id="the only two that add up to it"),
        pytest.param(Weight(3, 2_700_000), 1, id="all three alike"),
        pytest.param(Weight(4, 3_900_000), 1, id="the only four that add up to it"),
        pytest.param(Weight(3, 2_900_000), 3, id="any two of the three, and another"),
        pytest.param(Weight(0, 0), 0, id="nobody"),
    ],
)
@pytest.mark.parametrize("others", [0, 40])
def test_the_report_after_the_count_says_how_many_sets_of_rights_a_sum_can_mean(
    weight, sets, others
):
    areas = [900_000, 900_000, 900_000, 1_200_000, 800_000]
    areas += [(10 + place) * 10_000_000 for place in range(others)]

    (choice,) = report_count(areas, {"approve": weight}, weight.persons).choices

    assert choice.sets == sets


def test_five_of_many_are_not_searched_and_the_report_does_not_say_that_they_are_safe():
    areas = [900_000 + place for place in range(40)]

    (choice,) = report_count(areas, {"approve": Weight(5, sum(areas[:5]))}, 5).choices

    assert choice.sets is None


@pytest.mark.parametrize(
    ("ballots", "tells"),
    [
        pytest.param({"ab": 30, "c": 20, "ac": 5}, False, id="five named one without the other"),
        pytest.param({"ab": 30, "c": 20, "ac": 4}, True, id="four did: one sum less the other"),
        pytest.param({"abc": 30, "b": 20, "ac": 20, "abd": 5, "d": 1}, True, id="three sums"),
        pytest.param({"ab": 30}, False, id="all alike is another reason"),
        pytest.param({}, False, id="nobody"),
    ],
)
def test_candidates_sums_that_leave_a_few_alone_are_found(ballots, tells):
    assert sums_combine(tuple(names) for names, n in ballots.items() for _ in range(n)) == tells


def test_no_combination_of_sums_that_leaves_four_alone_is_missed():
    """Against every way of taking four away: does one lose a dimension, some sums leave them."""
    drawn, found = random.Random(278), 0
    for _ in range(60):
        names = [f"{n}" for n in range(drawn.randint(2, 4))]
        ballots = [
            (*(name for name in names if drawn.random() < drawn.choice((0.2, 0.6))), "named")
            for _ in range(drawn.randint(8, 13))
        ]
        whole = _rank(ballots, names)
        tells = any(
            _rank([b for n, b in enumerate(ballots) if n not in gone], names) < whole
            for gone in combinations(range(len(ballots)), 4)
        )
        found += tells
        assert sums_combine(ballots) >= tells
    assert 20 < found < 60


def _rank(ballots, names) -> int:
    """By elimination in whole numbers."""
    rows = [[int(name in ballot) for name in (*names, "named")] for ballot in set(ballots)]
    rank = 0
    for column in range(len(names) + 1):
        pivot = next((row for row in rows[rank:] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows.insert(rank, pivot)
        for place in range(rank + 1, len(rows)):
            times, by = rows[place][column], pivot[column]
            rows[place] = [by * a - times * b for a, b in zip(rows[place], pivot, strict=True)]
        rank += 1
    return rank


def test_only_an_auditor_gets_the_form_that_would_expose():
    report = report_count([900_000] * 40, {"approve": Weight(40, 36_000_000)}, 40)

    assert form_for(report, "full") == "sums"
    assert form_for(report, "grouped") == "sums"
    assert form_for(report, "full", auditor=True) == "full"


def test_rights_are_opened_in_public_only_where_no_area_tells_the_room():
    shared = report_count([900_000] * 40, {"a": Weight(20, 1), "b": Weight(20, 1)}, 40)
    telling = report_count([900_000] * 36 + [1] * 4, {"a": Weight(20, 1), "b": Weight(20, 1)}, 40)

    assert form_for(shared, "full") == "full"
    assert form_for(telling, "full") == "grouped"
    assert form_for(telling, "full", auditor=True) == "full"
