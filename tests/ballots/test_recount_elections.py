"""An election's package says who was elected, and whoever recounts it finds the same or the lie."""

import pytest

from coordination.ballots.package import as_json
from coordination.ballots.reading import Unreadable
from coordination.ballots.recount import read_package
from coordination.law.silence import SilencePolicy
from tests.ballots.elections import an_election, electing, sixty
from tests.ballots.lies import hash_trackers_again
from tests.ballots.packages import a_package, a_question, copy_of, forty, signed_again
from tests.ballots.recounting import SILENCED, SILENT, at, wrong

VOTES = sixty(
    n1_2_3_4_5=25, n1_2_3_4=8, n2_3_6=7, n6_7=5, none_of_these=3, abstain=2, invalid=1
)  # fmt: skip
ELECTION = a_package(an_election(VOTES))
CLOSED = a_package(an_election(VOTES), form="sums")
AMPLE = a_package(
    an_election(sixty(n1_2_3_4_5=25, n1_2_6=8, n2_3_6=8, n6_7=6, none_of_these=5, abstain=6))
)


def election(package: dict) -> dict:
    return package["questions"][0]["election"]


def test_seats_go_to_those_over_both_bars_by_persons_then_area_and_the_rest_stays_empty():
    question = ELECTION["questions"][0]

    persons = {one["choice"]: one["persons"] for one in question["choices"]}
    assert persons == {
        "1": 33, "2": 40, "3": 40, "4": 33, "5": 25, "6": 12, "7": 5,
        "none_of_these": 3, "abstain": 2,
    }  # fmt: skip
    assert question["participating"]["persons"] == 25 + 8 + 7 + 5 + 3 + 2
    assert election(ELECTION)["elected"] == [3, 2, 4, 1]  # ties to who was nominated first
    assert [one["won_tie"] for one in election(ELECTION)["candidates"]] == [True] * 4 + [False] * 3
    assert (election(ELECTION)["substitutes"], election(ELECTION)["empty_seats"]) == ([], 1)
    assert question["outcome"] == "carried"


@pytest.mark.parametrize("package", [ELECTION, CLOSED, AMPLE], ids=["small groups", "sums", "open"])
def test_an_honest_election_recounts(package):
    assert wrong(copy_of(package)) == set()


def test_ballots_that_are_few_are_not_laid_open():
    """Three chose 都不同意, so no line is published; six would be enough."""
    assert [ELECTION["questions"][0][name] for name in ("form", "lines")] == ["sums", None]
    assert AMPLE["questions"][0]["form"] == "grouped"


def test_all_but_few_is_as_telling_as_few():
    """58 named 1 and two others did not: those two would be added up by taking away."""
    package = a_package(an_election(sixty(n1_2=58, n3=2), electing(5, NAMES3)))

    exposed = {
        one["choice"]: one["persons"] for one in package["questions"][0]["privacy"]["choices"]
    }
    assert exposed["not 1"] == 2
    assert package["questions"][0]["form"] == "sums"


def test_lines_are_closed_where_one_sum_less_another_leaves_a_few_alone():
    """Two named 1 without 2, though 1 and 2 were named by many and missed by many."""
    votes = sixty(n1_2=30, n3=21, n1_3=2)
    package = a_package(an_election(votes, electing(5, NAMES3)), form="grouped")
    opened = a_package(an_election(votes, electing(5, NAMES3)), form="full", auditor=True)

    for each, form in ((package, "sums"), (opened, "full")):
        question = each["questions"][0]
        assert (question["form"], question["privacy"]["reasons"]) == (form, ["combination"])
        assert wrong(copy_of(each)) == set()
    lie = copy_of(opened)
    lie["questions"][0]["privacy"]["reasons"] = []
    assert wrong(signed_again(lie)) == {"privacy.reasons"}


NAMES3 = ("甲", "乙", "丙")


def move_a_vote(question: dict) -> None:
    line = next(one for one in question["lines"] if one["choice"] == "1,2,6")
    line["choice"] = "2,3,6"
    hash_trackers_again(question)


def name_more_than_there_are_seats(question: dict) -> None:
    question["lines"][0]["choice"] = "1,2,3,4,5,6"
    hash_trackers_again(question)


def name_somebody_who_does_not_stand(question: dict) -> None:
    question["lines"][0]["choice"] = "1,9"
    hash_trackers_again(question)


def name_one_twice(question: dict) -> None:
    question["lines"][0]["choice"] = "1,1"
    hash_trackers_again(question)


def seat_another(question: dict) -> None:
    question["election"]["elected"] = question["election"]["elected"][:-1] + [7]


def swap_two_candidates(question: dict) -> None:
    said = question["election"]
    one, other = said["candidates"][0], said["candidates"][5]
    one["name"], other["name"] = other["name"], one["name"]
    question["options"] = [each["name"] for each in said["candidates"]]


@pytest.mark.parametrize(
    ("lie", "named"),
    [
        (move_a_vote, "openings.1"),
        (name_more_than_there_are_seats, "lines.choice"),
        (name_somebody_who_does_not_stand, "lines.choice"),
        (name_one_twice, "lines.choice"),
        (seat_another, "election.elected"),
        (swap_two_candidates, "choices.1.label"),
    ],
    ids=lambda it: getattr(it, "__name__", it),
)
def test_a_lie_in_an_election_is_named(lie, named):
    package = copy_of(AMPLE)
    lie(package["questions"][0])

    assert named in wrong(signed_again(package))


@pytest.mark.parametrize(
    ("path", "lie", "named"),
    [
        ("choices.0.persons", 34, "choices.1.persons"),
        ("choices.5.area_m2", "1.0000", "choices.6.area_m2"),
        ("choices.0.checks.0.holds", False, "choices.1.checks.approval.persons.holds"),
        ("choices.0.label", "1号 赵明", "choices.1.label"),
        ("openings.0.area_cm2", 7, "openings.1"),
        ("election.named.persons", 99, "election.named.persons"),
        ("election.substitutes", [7], "election.substitutes"),
        ("election.empty_seats", 0, "election.empty_seats"),
        ("election.seats", 3, "election.elected"),
        ("election.candidates.0.rank", 1, "election.candidates.1.rank"),
        ("election.candidates.6.elected", True, "election.candidates.7.elected"),
        ("election.candidates.0.won_tie", True, "election.candidates.1.won_tie"),
        ("election.tie_rule_words", "由主任决定", "election.tie_rule_words"),
        ("winner", "1", "winner"),
        ("privacy.choices.0.persons", 0, "privacy.choices"),
    ],
)
def test_a_lie_in_the_figures_of_an_election_is_named(path, lie, named):
    package = copy_of(AMPLE)
    holder, key = at(package["questions"][0], path)
    assert holder[key] != lie
    holder[key] = lie

    assert named in wrong(signed_again(package))


@pytest.mark.parametrize(
    ("path", "lie"),
    [
        ("election.candidates.0.number", 2),
        ("election.candidates.0.name", "某人"),
        ("election.candidates.0.precedence", 1),
        ("silence.policy", "delivered_joins_majority"),
    ],
)
def test_an_election_that_cannot_be_one_is_unreadable(path, lie):
    package = copy_of(AMPLE)
    holder, key = at(package["questions"][0], path)
    holder[key] = lie

    with pytest.raises(Unreadable):
        wrong(signed_again(package))


# Silence: whose it is stands in the package, and no rule means none.


def add_a_silent_right_that_voted(question: dict) -> None:
    question["silent"]["who"] = sorted([*question["silent"]["who"], question["lines"][0]["who"]])


def leave_a_silent_right_out(question: dict) -> None:
    del question["silent"]["who"][0]


def hide_the_silent(question: dict) -> None:
    question["silent"] = None


@pytest.mark.parametrize(
    ("lie", "named"),
    [
        (add_a_silent_right_that_voted, "silent.lines"),
        (leave_a_silent_right_out, "silent.opening"),
        (hide_the_silent, "silent"),
    ],
    ids=lambda it: getattr(it, "__name__", it),
)
def test_a_lie_about_whose_silence_counts_is_named(lie, named):
    package = copy_of(SILENCED)
    lie(package["questions"][0])

    assert named in wrong(signed_again(package))


def test_silence_weighs_only_where_delivered_and_only_by_a_quoted_rule():
    facts = a_question(forty(approve=20, reject=8, abstain=6), SILENT, undelivered=2)
    question = a_package(facts)["questions"][0]

    assert question["silence"]["added"]["persons"] == len(question["silent"]["who"]) == 4
    assert question["cast_only"]["participating"] == question["participating"]
    with pytest.raises(ValueError, match="quoted rule"):
        a_package(a_question(forty(approve=30), without_rule()))
    with pytest.raises(ValueError, match="no one majority"):
        a_package(an_election(VOTES, silent_election()))


def without_rule():
    return type(SILENT)(silence=SilencePolicy.DELIVERED_JOINS_MAJORITY, silence_rule=" ")


def silent_election():
    rules = electing()
    return type(rules)(
        rules.options, seats=5, tie_rule=rules.tie_rule, precedence=rules.precedence,
        silence=SilencePolicy.DELIVERED_JOINS_MAJORITY, silence_rule="计入多数",
    )  # fmt: skip


def test_the_package_of_an_election_reads_as_its_schema_says():
    assert read_package(as_json(AMPLE))["questions"][0]["election"]["seats"] == 5
