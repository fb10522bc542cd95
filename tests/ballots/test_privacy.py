"""The privacy report: whom the sums would name, and how far lines may be opened."""

import json

import pytest

from coordination.ballots.privacy import default_form, form_for, report_areas, report_count
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

    assert choice.sets == (None if others and weight.persons > 2 else sets)


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
