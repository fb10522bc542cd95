"""`coordination tally`: several questions, choices among options, silence."""

import pytest

from tests.ballots.paper_vote import JOINS, SILENT, THREE, a_ballot, a_unit, as_csv, weights


def test_each_question_is_counted_by_itself(vote):
    rows = [
        a_ballot("101", "同意", "一、换电梯"),
        a_ballot("101", "不同意", "二、换物业"),
        a_ballot("102", "弃权", "一、换 电梯"),
        a_ballot("103", "同意", "一、换电梯"),
        a_ballot("103", "同意", ""),
    ]

    questions = vote.questions(THREE, rows)

    assert {question["question"]: weights(question) for question in questions} == {
        "一、换电梯": {"同意": 2, "弃权": 1},
        "二、换物业": {"不同意": 1, "undelivered": 2},
        "": {"同意": 1, "undelivered": 2},
    }


def test_one_question_is_picked_and_the_others_are_not_even_looked_at(vote):
    rows = [
        a_ballot("101", "同意"),
        a_ballot("999", "也许", "七栋的事"),
        a_ballot("102", "企业1", "选物业"),
    ]

    question = vote.question(THREE, rows, "--question", "换 电梯")

    assert question["question"] == "换电梯"
    assert weights(question) == {"同意": 1, "undelivered": 2}


def test_the_empty_question_can_be_picked(vote):
    rows = [a_ballot("101", "同意", ""), a_ballot("101", "弃权", "换电梯")]

    assert vote.question(THREE, rows, "--question", "")["question"] == ""


def test_without_a_column_of_questions_there_is_one_without_a_name(vote):
    ballots = as_csv([["楼栋", "单元", "房号", "选择"], ["1", "1", "101", "同意"]])

    question = vote.question(THREE, ballots)

    assert question["question"] == ""
    assert weights(question) == {"同意": 1, "undelivered": 2}


def test_an_unknown_question_is_refused_and_the_known_are_named(vote):
    told = vote.refused(THREE, [a_ballot("101", "同意")], "--question", "换物业")

    assert "换物业" in told
    assert "换电梯" in told


FOUR = [*THREE, a_unit("104", "90")]


@pytest.mark.parametrize(
    "flags", [(), ("--options", "乙公司,甲公司"), ("--options", "乙公司，甲公司,弃权")]
)
def test_a_choice_is_won_by_the_option_that_clears_both_bars(vote, flags):
    rows = [
        a_ballot("101", "甲公司"),
        a_ballot("102", "甲 公司"),
        a_ballot("103", "甲公司"),
        a_ballot("104", "乙公司"),
    ]

    question = vote.question(FOUR, rows, *flags, matter="manager")

    names = [told["choice"] for told in question["options"]]
    assert sorted(names[:2]) == ["乙公司", "甲公司"]
    assert names[2:] == ["都不同意", "弃权"]
    assert (question["winner"], question["outcome"]) == ("甲公司", "carried")
    assert [check["name"] for check in question["checks"]] == ["quorum.persons", "quorum.area"]
    (first,) = [told for told in question["options"] if told["choice"] == "甲公司"]
    assert first["checks"] == [
        {
            "name": "approval.persons",
            "part": 3,
            "whole": 4,
            "bar": "1/2",
            "inclusive": False,
            "holds": True,
        },
        {
            "name": "approval.area",
            "part": 2_696_234,
            "whole": 3_596_234,
            "bar": "1/2",
            "inclusive": False,
            "holds": True,
        },
    ]


def test_an_option_that_nobody_chose_is_listed_at_zero(vote):
    question = vote.question(
        THREE, [a_ballot("101", "都不同意"), a_ballot("102", "弃权")], "--options", "甲,乙"
    )

    assert [(told["choice"], told["persons"]) for told in question["options"]] == [
        ("甲", 0),
        ("乙", 0),
        ("都不同意", 1),
        ("弃权", 1),
    ]
    assert (question["winner"], question["outcome"]) == (None, "not_carried")


def test_an_option_without_a_quorum_wins_nothing(vote):
    question = vote.question(THREE, [a_ballot("101", "甲")], "--options", "甲,乙")

    assert (question["winner"], question["outcome"]) == (None, "no_quorum")


@pytest.mark.parametrize(
    ("choices", "flags", "value"),
    [
        (["同意", "也许"], (), "也许"),
        (["同意", "甲公司"], (), "甲公司"),
        (["甲公司", "不同意"], (), "甲公司"),
        (["甲公司", "不同意"], ("--options", "甲公司,乙公司"), "不同意"),
        (["甲公司", "丙公司"], ("--options", "甲公司,乙公司"), "丙公司"),
        (["同意", "都不同意"], (), "都不同意"),
        (["都不同意", "弃权"], (), "都不同意"),
        (["赞成", "反对"], (), "赞成"),
        (["甲公司", "废票"], (), "废票"),
        (["approve", "abstain"], (), "approve"),
        (["同意", ""], (), ""),
    ],
)
def test_an_unknown_choice_is_refused_by_row_column_and_value(vote, choices, flags, value):
    rows = [a_ballot(f"10{i}", choice) for i, choice in enumerate(choices, 1)]

    told = vote.refused(THREE, rows, *flags)

    assert f"第 {choices.index(value) + 2} 行，列“选择”，值“{value}”" in told


@pytest.mark.parametrize("options", ["", "，", "甲,甲", "甲,同意", "甲,无效", "弃权", "甲,approve"])
def test_options_that_cannot_stand_on_a_ballot_are_refused(vote, options):
    told = vote.refused(THREE, [a_ballot("101", "甲")], "--options", options)

    assert told.startswith("--options")


def test_silence_counts_for_nothing_unless_asked_for(vote):
    question = vote.question(THREE, SILENT)

    assert question["participating"]["persons"] == 2
    assert question["delivered_unreturned"] == {"persons": 1, "area_m2": "80.0000"}
    assert question["cast_only"] is None


@pytest.mark.parametrize(("flags", "participating"), [((), 2), (("--silence-takes-part",), 3)])
def test_silence_joins_the_majority_and_both_tallies_are_told(vote, flags, participating):
    question = vote.question(THREE, SILENT, *JOINS, *flags)

    assert question["silence"] == {
        "policy": "delivered_joins_majority",
        "added_to": "同意",
        "added": {"persons": 1, "area_m2": "80.0000"},
    }
    assert question["participating"]["persons"] == participating
    assert question["consent_base"]["persons"] == 3
    assert question["options"][0]["persons"] == 3
    assert question["options"][0]["persons_pct"] == "100.00"
    assert question["delivered_unreturned"]["persons"] == 1
    cast_only = question["cast_only"]
    assert sorted(cast_only) == ["checks", "consent_base", "options", "outcome", "participating"]
    assert cast_only["participating"] == cast_only["consent_base"]
    assert cast_only["options"][0]["persons"] == cast_only["consent_base"]["persons"] == 2


def test_silence_finds_no_majority_where_two_lead(vote):
    rows = [
        a_ballot("101", "同意"),
        a_ballot("102", "不同意"),
        a_ballot("103", "未表决", delivered="是"),
    ]

    question = vote.question(THREE, rows, *JOINS, "--silence-takes-part")

    assert question["silence"]["added_to"] is None
    assert question["participating"]["persons"] == 2
    assert question["cast_only"]["options"] == question["options"]


@pytest.mark.parametrize("rule", [(), ("--silence-rule", " ")])
def test_silence_without_the_words_of_the_rule_is_refused(vote, rule):
    told = vote.refused(THREE, SILENT, "--silence", "delivered_joins_majority", *rule)

    assert told.startswith("--silence-rule")
