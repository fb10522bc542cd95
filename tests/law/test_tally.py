"""民法典 art. 278 ¶2, clause by clause. Numbers are small enough to check by eye."""

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.law.classes import MatterClass, rule_for
from coordination.law.tally import NOTHING, Choice, Outcome, Weight, choices_of, tally

ORDINARY = rule_for(MatterClass.MANAGER, on=date(2026, 3, 1))
GRAVE = rule_for(MatterClass.RAISE_FUND, on=date(2026, 3, 1))
ROLL = Weight(persons=12, area_cm2=1200)

CARRIED, LOST, NO_QUORUM = Outcome.CARRIED, Outcome.NOT_CARRIED, Outcome.NO_QUORUM


def votes(approve=(0, 0), reject=(0, 0), abstain=(0, 0)):
    return {
        Choice.APPROVE: Weight(*approve),
        Choice.REJECT: Weight(*reject),
        Choice.ABSTAIN: Weight(*abstain),
    }


@pytest.mark.parametrize(
    ("rule", "cast", "outcome"),
    [
        pytest.param(ORDINARY, votes((8, 800)), CARRIED, id="exactly two thirds take part"),
        pytest.param(ORDINARY, votes((9, 801)), CARRIED, id="more than two thirds take part"),
        pytest.param(ORDINARY, votes((7, 1200)), NO_QUORUM, id="one person is missing"),
        pytest.param(ORDINARY, votes((12, 799)), NO_QUORUM, id="one cm2 is missing"),
        pytest.param(ORDINARY, votes((7, 799)), NO_QUORUM, id="both are missing"),
        pytest.param(ORDINARY, votes(), NO_QUORUM, id="nobody votes"),
        pytest.param(ORDINARY, votes((4, 500), (4, 300)), LOST, id="half the persons"),
        pytest.param(ORDINARY, votes((5, 400), (3, 400)), LOST, id="half the area"),
        pytest.param(ORDINARY, votes((5, 401), (3, 399)), CARRIED, id="half and one of each"),
        pytest.param(ORDINARY, votes((5, 399), (3, 401)), LOST, id="persons alone"),
        pytest.param(ORDINARY, votes((3, 500), (5, 300)), LOST, id="area alone"),
        pytest.param(ORDINARY, votes((4, 400), abstain=(4, 400)), LOST, id="abstaining weighs"),
        pytest.param(ORDINARY, votes((5, 401), abstain=(3, 399)), CARRIED, id="abstaining helps"),
        pytest.param(ORDINARY, votes(reject=(12, 1200)), LOST, id="all against"),
        pytest.param(GRAVE, votes((6, 600), (2, 200)), CARRIED, id="exactly three quarters"),
        pytest.param(GRAVE, votes((7, 601), (2, 199)), CARRIED, id="above three quarters"),
        pytest.param(GRAVE, votes((6, 599), (2, 201)), LOST, id="three quarters less one cm2"),
        pytest.param(GRAVE, votes((8, 900), (3, 300)), LOST, id="three quarters less one person"),
    ],
)
def test_a_motion_at_each_bar(rule, cast, outcome):
    assert tally(rule, ROLL, cast).outcome is outcome


def test_a_tally_shows_the_four_sums_an_owner_can_redo():
    counted = tally(ORDINARY, ROLL, votes((5, 480), (3, 320)))

    assert [(check.name, check.part, check.whole, check.holds) for check in counted.checks] == [
        ("quorum.persons", 8, 12, True),
        ("quorum.area", 800, 1200, True),
        ("approval.persons", 5, 8, True),
        ("approval.area", 480, 800, True),
    ]


def test_every_choice_is_listed_also_at_zero():
    assert tally(ORDINARY, ROLL, {}).choices == votes()


@pytest.mark.parametrize(
    ("takes_part", "participating", "outcome"),
    [(False, (7, 799), NO_QUORUM), (True, (8, 800), LOST)],
)
def test_invalid_ballots_take_part_only_where_the_notice_says_so(
    takes_part, participating, outcome
):
    counted = tally(
        ORDINARY,
        ROLL,
        votes((4, 400), (3, 399)),
        invalid=Weight(1, 1),
        invalid_takes_part=takes_part,
    )

    assert counted.participating == counted.consent_base == Weight(*participating)
    assert counted.outcome is outcome


OPTIONS = ("甲公司", "乙公司")


@pytest.mark.parametrize(
    ("rule", "cast", "outcome", "winner"),
    [
        pytest.param(
            ORDINARY, {"甲公司": Weight(5, 401), "乙公司": Weight(3, 399)}, CARRIED, "甲公司"
        ),
        pytest.param(
            ORDINARY,
            {"甲公司": Weight(4, 401), "乙公司": Weight(4, 399)},
            LOST,
            None,
            id="a tie of persons",
        ),
        pytest.param(
            ORDINARY,
            {"甲公司": Weight(5, 300), "乙公司": Weight(3, 500)},
            LOST,
            None,
            id="one leads by persons, the other by area",
        ),
        pytest.param(
            ORDINARY,
            {
                "甲公司": Weight(4, 400),
                "乙公司": Weight(2, 200),
                Choice.NONE_OF_THESE: Weight(1, 100),
                Choice.ABSTAIN: Weight(1, 100),
            },
            LOST,
            None,
            id="most is not more than half",
        ),
        pytest.param(
            ORDINARY,
            {Choice.NONE_OF_THESE: Weight(12, 1200)},
            LOST,
            None,
            id="none of these wins nothing",
        ),
        pytest.param(
            ORDINARY, {Choice.ABSTAIN: Weight(12, 1200)}, LOST, None, id="abstaining wins nothing"
        ),
        pytest.param(
            ORDINARY, {"甲公司": Weight(7, 1200)}, NO_QUORUM, None, id="no winner without a quorum"
        ),
        pytest.param(
            GRAVE, {"甲公司": Weight(9, 900), "乙公司": Weight(3, 300)}, CARRIED, "甲公司"
        ),
        pytest.param(
            GRAVE, {"甲公司": Weight(9, 899), "乙公司": Weight(3, 301)}, LOST, None, id="one cm2"
        ),
    ],
)
def test_a_choice_is_won_by_the_option_that_clears_both_bars(rule, cast, outcome, winner):
    counted = tally(rule, ROLL, cast, options=OPTIONS)

    assert (counted.outcome, counted.winner) == (outcome, winner)


def test_a_choice_shows_the_quorum_once_and_approval_per_option():
    cast = {"甲公司": Weight(5, 500), Choice.ABSTAIN: Weight(3, 300)}

    counted = tally(ORDINARY, ROLL, cast, options=OPTIONS)

    assert list(counted.choices) == ["甲公司", "乙公司", Choice.NONE_OF_THESE, Choice.ABSTAIN]
    assert [check.name for check in counted.checks] == ["quorum.persons", "quorum.area"]
    assert [(check.part, check.whole) for check in counted.approval_of("甲公司")] == [
        (5, 8),
        (500, 800),
    ]
    assert [(check.part, check.whole) for check in counted.approval_of("乙公司")] == [
        (0, 8),
        (0, 800),
    ]


@pytest.mark.parametrize("options", [("甲", "甲"), ("甲", ""), ("甲", "abstain"), ("approve",)])
def test_options_that_cannot_be_told_apart_are_no_options(options):
    with pytest.raises(ValueError, match="options"):
        choices_of(options)


@pytest.mark.parametrize(
    ("cast", "rest", "reason"),
    [
        (votes((13, 1200)), {}, "exceeds roll"),
        (votes((12, 1201)), {}, "exceeds roll"),
        (votes((12, 1200)), {"invalid": Weight(1, 0)}, "exceeds roll"),
        (votes((-1, 10)), {}, "negative"),
        (votes((5, 10)), {"invalid": Weight(0, -1)}, "negative"),
        (votes((5, 10)), {"absent": Weight(6, 10)}, "negative"),
        ({"甲公司": Weight(1, 1)}, {}, "no such choice"),
        ({Choice.NONE_OF_THESE: Weight(1, 1)}, {}, "no such choice"),
    ],
)
def test_what_cannot_have_been_cast_is_corrupt_data_not_a_result(cast, rest, reason):
    with pytest.raises(ValueError, match=reason):
        tally(ORDINARY, ROLL, cast, **rest)


AREAS = st.integers(1, 300)
VOTERS = st.lists(st.tuples(st.sampled_from([*votes(), None]), AREAS), min_size=1, max_size=15)


def counted(rule, voters):
    roll, cast = NOTHING, votes()
    for choice, area_cm2 in voters:
        roll += Weight(1, area_cm2)
        if choice is not None:
            cast[choice] += Weight(1, area_cm2)
    return tally(rule, roll, cast)


@given(st.sampled_from([ORDINARY, GRAVE]), VOTERS, st.data())
def test_more_approval_never_turns_carried_into_lost(rule, voters, data):
    convinced = data.draw(st.sets(st.integers(0, len(voters) - 1), min_size=1))
    after = [
        (Choice.APPROVE if i in convinced else choice, area)
        for i, (choice, area) in enumerate(voters)
    ]

    if counted(rule, voters).outcome is CARRIED:
        assert counted(rule, after).outcome is CARRIED


@given(VOTERS)
def test_what_clears_the_bar_of_a_grave_matter_clears_that_of_an_ordinary_one(voters):
    if counted(GRAVE, voters).outcome is CARRIED:
        assert counted(ORDINARY, voters).outcome is CARRIED


@given(st.sampled_from([ORDINARY, GRAVE]), VOTERS, st.integers(2, 50))
def test_the_unit_in_which_area_is_measured_changes_nothing(rule, voters, times):
    finer = [(choice, area * times) for choice, area in voters]

    assert counted(rule, finer).outcome is counted(rule, voters).outcome


@given(st.sampled_from([ORDINARY, GRAVE]), VOTERS)
def test_a_motion_and_its_opposite_are_never_both_carried(rule, voters):
    opposite = {Choice.APPROVE: Choice.REJECT, Choice.REJECT: Choice.APPROVE}
    against = [(opposite.get(choice, choice), area) for choice, area in voters]

    outcomes = [counted(rule, voters).outcome, counted(rule, against).outcome]

    assert outcomes.count(CARRIED) < 2


@given(
    st.dictionaries(
        st.sampled_from(["甲", "乙", "丙", Choice.NONE_OF_THESE, Choice.ABSTAIN]),
        st.tuples(st.integers(0, 5), st.integers(0, 500)).map(lambda pair: Weight(*pair)),
    )
)
def test_the_order_of_options_and_of_ballots_changes_nothing(cast):
    roll = Weight(25, 2500)
    results = {
        (result.outcome, result.winner, result.participating)
        for order in permutations(["甲", "乙", "丙"])
        for result in [tally(ORDINARY, roll, dict(reversed(cast.items())), options=order)]
    }

    assert len(results) == 1
