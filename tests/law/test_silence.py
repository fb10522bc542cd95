"""Silence joins the majority only where rules say so, and never makes one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.law.classes import MatterClass, rule_for
from coordination.law.silence import SilencePolicy, majority_of, tally_with_silence
from coordination.law.tally import NOTHING, Choice, Outcome, Weight

ORDINARY = rule_for(MatterClass.MANAGER, on=date(2026, 3, 1))
GRAVE = rule_for(MatterClass.RAISE_FUND, on=date(2026, 3, 1))
ROLL = Weight(12, 1200)
JOINS = SilencePolicy.DELIVERED_JOINS_MAJORITY


def votes(approve=(0, 0), reject=(0, 0), abstain=(0, 0)):
    return {
        Choice.APPROVE: Weight(*approve),
        Choice.REJECT: Weight(*reject),
        Choice.ABSTAIN: Weight(*abstain),
    }


@pytest.mark.parametrize(
    ("cast", "majority"),
    [
        (votes((3, 300), (2, 200), (1, 100)), Choice.APPROVE),
        (votes((2, 200), (3, 300), (1, 100)), Choice.REJECT),
        (votes((1, 100), (2, 200), (3, 300)), Choice.ABSTAIN),
        (votes((3, 201), (2, 200)), Choice.APPROVE),
        (votes((3, 200), (2, 200)), None),
        (votes((2, 300), (2, 200)), None),
        (votes((3, 200), (2, 300)), None),
        (votes((2, 200), (2, 200), (1, 100)), None),
        (votes((1, 1)), Choice.APPROVE),
        (votes(), None),
    ],
)
def test_the_majority_leads_strictly_by_persons_and_strictly_by_area(cast, majority):
    assert majority_of(cast) == majority


def test_without_a_rule_silence_counts_for_nothing():
    result = tally_with_silence(ORDINARY, ROLL, votes((7, 799)), Weight(5, 401))

    assert result.in_force == result.cast_only
    assert result.in_force.participating == Weight(7, 799)
    assert (result.added_to, result.added) == (None, NOTHING)


@pytest.mark.parametrize(
    ("takes_part", "participating", "outcome"),
    [(False, (8, 800), Outcome.CARRIED), (True, (12, 1200), Outcome.CARRIED)],
)
def test_silence_joins_both_sides_of_consent(takes_part, participating, outcome):
    cast = votes((4, 400), (2, 200), (2, 200))

    result = tally_with_silence(
        ORDINARY, ROLL, cast, Weight(4, 400), policy=JOINS, takes_part=takes_part
    )

    assert (result.added_to, result.added) == (Choice.APPROVE, Weight(4, 400))
    assert result.in_force.choices[Choice.APPROVE] == Weight(8, 800)
    assert result.in_force.consent_base == Weight(12, 1200)
    assert result.in_force.participating == Weight(*participating)
    assert result.in_force.outcome is outcome
    assert result.cast_only.choices == cast
    assert result.cast_only.outcome is Outcome.NOT_CARRIED


@pytest.mark.parametrize(
    ("takes_part", "outcome"), [(False, Outcome.NO_QUORUM), (True, Outcome.CARRIED)]
)
def test_silence_helps_the_quorum_only_where_delivery_is_taking_part(takes_part, outcome):
    result = tally_with_silence(
        ORDINARY, ROLL, votes((7, 799)), Weight(1, 1), policy=JOINS, takes_part=takes_part
    )

    assert result.in_force.outcome is outcome
    assert result.cast_only.outcome is Outcome.NO_QUORUM


@pytest.mark.parametrize("takes_part", [False, True])
def test_without_one_majority_nothing_is_added_anywhere(takes_part):
    result = tally_with_silence(
        ORDINARY,
        ROLL,
        votes((4, 300), (3, 400)),
        Weight(5, 500),
        policy=JOINS,
        takes_part=takes_part,
    )

    assert result.in_force == result.cast_only
    assert (result.added_to, result.added) == (None, NOTHING)


def test_silence_joins_those_who_abstain_where_they_are_most():
    result = tally_with_silence(
        ORDINARY, ROLL, votes((3, 300), abstain=(5, 500)), Weight(4, 400), policy=JOINS
    )

    assert result.added_to is Choice.ABSTAIN
    assert result.in_force.outcome is Outcome.NOT_CARRIED


def test_invalid_ballots_are_no_choice_that_silence_could_join():
    result = tally_with_silence(
        ORDINARY,
        ROLL,
        votes((3, 300)),
        Weight(1, 100),
        policy=JOINS,
        invalid=Weight(8, 800),
        invalid_takes_part=True,
    )

    assert result.added_to is Choice.APPROVE
    assert result.in_force.consent_base == Weight(12, 1200)


def test_silence_joins_the_leading_option():
    cast = {"甲": Weight(5, 500), "乙": Weight(3, 300), Choice.NONE_OF_THESE: Weight(2, 200)}

    result = tally_with_silence(
        ORDINARY, ROLL, cast, Weight(2, 200), policy=JOINS, options=("乙", "甲")
    )

    assert result.added_to == "甲"
    assert (result.cast_only.winner, result.in_force.winner) == (None, "甲")


@pytest.mark.parametrize("silent", [Weight(5, 400), Weight(4, 401), Weight(-1, 0)])
def test_more_silence_than_the_roll_holds_is_corrupt_data(silent):
    with pytest.raises(ValueError, match="exceed|negative"):
        tally_with_silence(ORDINARY, ROLL, votes((8, 800)), silent)


WEIGHTS = st.tuples(st.integers(0, 9), st.integers(0, 900)).map(lambda pair: Weight(*pair))
CASTS = st.tuples(WEIGHTS, WEIGHTS, WEIGHTS).map(
    lambda three: dict(zip(votes(), three, strict=True))
)


def with_silence(rule, cast, silent, rest, takes_part):
    roll = sum(cast.values(), start=silent + rest)
    return tally_with_silence(rule, roll, cast, silent, policy=JOINS, takes_part=takes_part)


@given(st.sampled_from([ORDINARY, GRAVE]), CASTS, WEIGHTS, WEIGHTS, st.booleans())
def test_silence_never_turns_carried_into_lost(rule, cast, silent, rest, takes_part):
    result = with_silence(rule, cast, silent, rest, takes_part)

    if result.cast_only.outcome is Outcome.CARRIED:
        assert result.in_force.outcome is Outcome.CARRIED


@given(st.sampled_from([ORDINARY, GRAVE]), CASTS, WEIGHTS, WEIGHTS)
def test_silence_never_makes_a_quorum_by_itself(rule, cast, silent, rest):
    result = with_silence(rule, cast, silent, rest, takes_part=False)

    assert result.in_force.quorum == result.cast_only.quorum


@given(st.sampled_from([ORDINARY, GRAVE]), CASTS, WEIGHTS, WEIGHTS, st.booleans())
def test_silence_never_changes_who_leads(rule, cast, silent, rest, takes_part):
    result = with_silence(rule, cast, silent, rest, takes_part)

    assert majority_of(result.in_force.choices) == majority_of(cast)


@given(st.sampled_from([ORDINARY, GRAVE]), CASTS, WEIGHTS, WEIGHTS, st.booleans())
def test_silence_carries_nothing_that_does_not_lead(rule, cast, silent, rest, takes_part):
    result = with_silence(rule, cast, silent, rest, takes_part)

    if majority_of(cast) is not Choice.APPROVE:
        assert result.in_force.outcome is not Outcome.CARRIED
