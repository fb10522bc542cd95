"""What a ballot may say, and that no seal tells by its length what it said."""

from itertools import combinations

import pytest

from coordination.ballots.casting.ticks import choice_of, ticks_of
from coordination.ballots.offers import Offer
from coordination.ballots.seal import choice_length
from coordination.errors import Invalid
from coordination.law.election import written

MOTION, OPTIONS, ELECTION = Offer(), Offer(("甲公司", "乙公司")), Offer(tuple("甲乙丙丁戊己"), 3)
MANY = Offer(tuple(f"候选人{n}" for n in range(1, 13)), 5)


@pytest.mark.parametrize(
    ("offer", "taken", "refused"),
    [
        (MOTION, ["approve", "reject", "abstain"], ["none_of_these", "invalid", "", "1"]),
        (OPTIONS, ["甲公司", "none_of_these", "abstain"], ["approve", "丙公司", "1"]),
        (ELECTION, ["1", "1,2,6", "abstain"], ["1,2,3,4", "7", "2,1", "1,1", "甲", "invalid", ""]),
    ],
)
def test_a_ballot_may_say_what_is_offered_and_nothing_else(offer, taken, refused):
    assert [choice for choice in taken if not offer.accepts(choice)] == []
    assert [choice for choice in refused if offer.accepts(choice)] == []


@pytest.mark.parametrize("offer", [MOTION, OPTIONS, ELECTION, MANY])
def test_every_choice_and_an_invalid_paper_fit_into_one_length(offer):
    numbers = range(1, len(offer.options) + 1)
    sets = (c for size in range(1, (offer.seats or 0) + 1) for c in combinations(numbers, size))
    said = [*offer.choices, "invalid", *map(written, sets)]

    assert choice_length(said) == offer.length


@pytest.mark.parametrize(
    ("ticked", "told"),
    [
        ([], "最多 3 人"),
        (["1", "2", "3", "4"], "请去掉 1 人"),
        (["abstain", "1"], "只能单独选"),
        (["abstain", "none_of_these"], "只能单独选"),
        (["9"], "没有“9”这一项"),
    ],
)
def test_boxes_that_make_no_ballot_are_refused_in_words(ticked, told):
    with pytest.raises(Invalid) as refused:
        choice_of(ELECTION, ticked)

    assert told in refused.value.fields["choice"]


def test_boxes_make_a_ballot_and_a_ballot_its_boxes_again():
    assert choice_of(ELECTION, ["6", "2"]) == "2,6"
    assert choice_of(ELECTION, ["abstain"]) == "abstain"
    assert choice_of(OPTIONS, ["甲公司"]) == "甲公司"
    assert ticks_of("2,6") == ["2", "6"]
    assert ticks_of("1") == ["1"]
    assert ticks_of("甲公司") == ["甲公司"]
    assert ELECTION.why_not("1,2,3,4") == "选了 4 人，最多选 3 人，请重新选择。"
