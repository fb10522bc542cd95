"""Electing a committee, at each bar, at each tie, and with too few or too many who pass."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.law.classes import MatterClass, rule_for
from coordination.law.election import (
    Candidate,
    elect,
    named_by,
    why_not_seats,
    written,
)
from coordination.law.preparing import (
    GroupMember,
    Side,
    Standing,
    faults_of_group,
    why_not_candidate,
)
from coordination.law.tally import NOTHING, Outcome, Weight
from coordination.law.terms import (
    Term,
    election_from,
    file_by,
    first_session_by,
    months_later,
    term_of,
)

RULE = rule_for(MatterClass.COMMITTEE, on=date(2026, 3, 1))
ROLL = Weight(12, 1200)
THREE = tuple(Candidate(n, name, 4 - n) for n, name in enumerate("甲乙丙", 1))


def elected(cast: dict[str, tuple[int, int]], seats: int = 5, **kw) -> list[int]:
    return [one.number for one in counted(cast, seats, **kw).elected]


def counted(cast: dict[str, tuple[int, int]], seats: int = 5, **kw):
    return elect(RULE, ROLL, seats, THREE, {c: Weight(*w) for c, w in cast.items()}, **kw)


@pytest.mark.parametrize(
    ("cast", "whom"),
    [
        pytest.param({"1": (8, 800)}, [1], id="exactly two thirds took part"),
        pytest.param({"1": (7, 1200)}, [], id="one person short of the quorum"),
        pytest.param({"1": (12, 799)}, [], id="one cm2 short of the quorum"),
        pytest.param({"1": (4, 500), "2": (4, 300)}, [], id="half the persons is not more"),
        pytest.param({"1": (5, 400), "2": (3, 400)}, [], id="half the area is not more"),
        pytest.param({"1": (5, 401), "2": (3, 399)}, [1], id="half and one of each"),
        pytest.param({"1": (5, 401), "abstain": (3, 399)}, [1], id="abstaining takes part"),
        pytest.param({"1": (4, 500), "none_of_these": (4, 300)}, [], id="so does 都不同意"),
        pytest.param({"1,2": (6, 600), "2,3": (5, 500), "3": (1, 100)}, [2], id="two overlap"),
        pytest.param({"1,2,3": (7, 700), "3": (1, 100)}, [3, 2, 1], id="tie goes by precedence"),
        pytest.param({}, [], id="nobody voted"),
    ],
)
def test_who_is_elected_at_each_bar(cast, whom):
    assert elected(cast) == whom


def test_more_area_goes_first_among_as_many_persons():
    cast = {"1,2": (5, 500), "1": (1, 150), "2": (1, 100), "3": (1, 50)}

    first, second = counted(cast).standings[:2]

    assert elected(cast) == [1, 2]
    assert (first.rank, first.won_tie, second.won_tie) == (1, False, False)


def test_who_finds_no_seat_stands_by_and_the_announced_rule_decided_that():
    result = counted({"1,2": (4, 400), "2,3": (4, 400), "1,3": (4, 400)}, seats=2)

    assert [one.number for one in result.elected] == [3, 2]
    assert [one.number for one in result.substitutes] == [1]
    assert [one.won_tie for one in result.standings] == [True, True, True]
    assert result.empty_seats == 0


def test_seats_that_nobody_may_take_stay_empty():
    result = counted({"1": (8, 800), "3": (1, 100)})

    assert (result.outcome, result.empty_seats) == (Outcome.CARRIED, 4)
    assert counted({"none_of_these": (9, 900)}).outcome is Outcome.NOT_CARRIED
    assert counted({"1": (3, 300)}).outcome is Outcome.NO_QUORUM


def test_invalid_ballots_take_part_only_where_the_notice_says_so():
    cast, invalid = {"1": (7, 700)}, Weight(1, 100)

    assert elected(cast, invalid=invalid) == []
    assert elected(cast, invalid=invalid, invalid_takes_part=True) == [1]


@pytest.mark.parametrize(
    "choice",
    [
        "",
        "0",
        "4",
        "1,1",
        "2,1",
        "1,2,",
        " 1",
        "01",
        "1;2",
        "invalid",
        "approve",
        "１",
        "100",
        "-1",
    ],
)
def test_what_no_ballot_may_say_is_refused(choice):
    with pytest.raises(ValueError):
        named_by(choice, candidates=3, seats=5)


def test_a_ballot_names_no_more_than_there_are_seats():
    assert named_by("1,2,3", candidates=9, seats=3) == (1, 2, 3)
    with pytest.raises(ValueError, match="4 names for 3 seats"):
        named_by("1,2,3,9", candidates=9, seats=3)


@pytest.mark.parametrize(
    ("seats", "households", "small_up_to", "told"),
    [
        (5, 800, 0, None), (7, 800, 0, None), (11, 60, 0, None),
        (4, 800, 0, "双数"), (6, 800, 0, "双数"), (12, 800, 0, "双数"), (0, 800, 0, "双数"),
        (1, 80, 100, "5 至 11"), (13, 800, 0, "5 至 11"), (-5, 800, 0, "5 至 11"),
        (3, 80, 0, "没有 3 人"), (3, 100, 100, None), (3, 101, 100, "不超过 100 户"),
    ],
)  # fmt: skip
def test_seats_are_odd_and_as_many_as_the_law_allows(seats, households, small_up_to, told):
    refusal = why_not_seats(seats, households, small_up_to)

    assert (told is None and refusal is None) or (told or "") in (refusal or "")
    assert (refusal is None) == (told is None)


ballots = st.dictionaries(
    st.one_of(
        st.sets(st.integers(1, 3), min_size=1, max_size=3).map(written),
        st.sampled_from(["abstain", "none_of_these"]),
    ),
    st.integers(0, 3).flatmap(lambda n: st.tuples(st.just(n), st.integers(n, 40 * n))),
    max_size=4,
)


@given(ballots, st.sampled_from([3, 5]), st.permutations([1, 2, 3]))
def test_who_wins_depends_on_weights_alone_and_on_precedence_only_at_a_tie(cast, seats, order):
    """Numbers on the ballot may change places; so may precedence, unless a tie hangs on it."""
    weights = {choice: Weight(*weight) for choice, weight in cast.items()}
    result = elect(RULE, ROLL, seats, THREE, weights)

    new = dict(zip((1, 2, 3), order, strict=True))
    moved = tuple(
        sorted(
            (Candidate(new[c.number], c.name, c.precedence) for c in THREE), key=lambda c: c.number
        )
    )
    renumbered = {
        (c if c[0] in "an" else written(new[int(n)] for n in c.split(","))): w
        for c, w in weights.items()
    }
    again = elect(RULE, ROLL, seats, moved, renumbered)
    turned = elect(
        RULE, ROLL, seats, tuple(Candidate(c.number, c.name, c.number) for c in THREE), weights
    )

    assert [c.name for c in again.elected] == [c.name for c in result.elected]
    assert len(result.elected) + result.empty_seats == seats >= len(result.elected)
    totals = [
        (result.named[c.number].persons, result.named[c.number].area_cm2) for c in result.ranked
    ]
    assert all(one >= other for one, other in pairwise(totals))
    if len({*totals}) == len(totals):
        assert turned.ranked == tuple(Candidate(c.number, c.name, c.number) for c in result.ranked)


@given(ballots, st.integers(1, 3), st.integers(1, 40))
def test_one_more_vote_for_a_candidate_never_costs_them_their_rank(cast, number, area):
    weights = {choice: Weight(*weight) for choice, weight in cast.items()}
    before = elect(RULE, ROLL, 5, THREE, weights)
    alone = str(number)
    more = {**weights, alone: weights.get(alone, NOTHING) + Weight(1, area)}

    if sum(w.persons for w in more.values()) > 12 or not sum(more.values(), start=NOTHING).fits_in(
        ROLL
    ):
        return
    after = elect(RULE, ROLL, 5, THREE, more)

    was, now = (r.standings[number - 1].rank for r in (before, after))
    assert was is None or (now is not None and now <= was)


# The preparatory group, and who may stand.

LAWFUL = [
    GroupMember(Side.SUBDISTRICT, chairs=True),
    GroupMember(Side.RESIDENTS_COMMITTEE),
    GroupMember(Side.DEVELOPER),
    *[GroupMember(Side.OWNER)] * 4,
]


def test_a_preparatory_group_is_odd_half_owners_and_chaired_by_the_subdistrict():
    assert faults_of_group(LAWFUL) == []
    assert faults_of_group(LAWFUL[:-1]) == ["筹备组人数应为单数，现有 6 人。"]  # 3 of 6 is half
    assert faults_of_group(LAWFUL[:-2]) == ["业主代表应不低于一半，现为 2 人，共 5 人。"]
    assert faults_of_group(LAWFUL[1:] + [GroupMember(Side.OWNER, chairs=True)]) == [
        "组长应由街道办事处（乡镇人民政府）的一名代表担任。"
    ]
    assert len(faults_of_group([])) == 4


@pytest.mark.parametrize(
    ("standing", "told"),
    [
        (Standing(True, None, False, False), None),
        (Standing(True, True, False, False), None),
        (Standing(False, None, False, False), "应当是本小区的业主"),
        (Standing(True, None, True, False), "物业服务企业"),
        (Standing(True, False, False, False), "民事行为能力"),
        (Standing(True, None, False, True), "民事行为能力"),
    ],
)
def test_who_may_stand(standing, told):
    refusal = why_not_candidate(standing)

    assert refusal == told if told is None else told in (refusal or "")


def test_a_term_ends_after_its_years_and_the_next_election_begins_three_months_before():
    term = term_of(date(2026, 11, 30), 5)

    assert (term.until, election_from(term.until)) == (date(2031, 11, 30), date(2031, 8, 30))
    assert (first_session_by(term.since), file_by(term.since)) == (
        date(2026, 12, 7), date(2026, 12, 30),
    )  # fmt: skip
    assert months_later(date(2028, 2, 29), 36) == date(2031, 2, 28)
    with pytest.raises(ValueError, match="a term"):
        Term(date(2026, 1, 1), date(2031, 1, 2))
