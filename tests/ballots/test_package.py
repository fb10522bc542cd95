"""The result package: what it prints, in which form, and what it keeps to itself."""

import json
from dataclasses import replace
from datetime import date

import pytest
from jsonschema import Draft202012Validator

from coordination.ballots.commitments import Opening, add_weights, opens
from coordination.ballots.package import as_json, build
from coordination.ballots.package_figures import CountingRules
from coordination.ballots.package_tables import as_csv, aside_words, invalid_words
from coordination.ballots.reading import EARLIER, SCHEMA, Unreadable
from coordination.ballots.recount import read_package
from coordination.law.classes import MatterClass
from tests.ballots.packages import (
    POLL,
    PRELIMINARY,
    a_ballot,
    a_package,
    a_question,
    copy_of,
    forty,
    signed_again,
)
from tests.ballots.recounting import ASIDE, HONEST, SILENT, figures_of, wrong


def test_the_figures_are_those_of_the_ballots_that_count():
    votes = [
        (1_000_000, "approve"),
        (2_000_000, "reject", "approve"),
        (3_000_000, "abstain"),
        (4_000_000, "invalid"),
        (5_000_000,),
        (6_000_000,),
    ]

    question = a_package(a_question(votes, undelivered=1))["questions"][0]

    assert figures_of(question["roll"]) == (6, "2100.0000")
    assert figures_of(question["delivered"]) == (5, "1500.0000")
    assert figures_of(question["returned"]) == (4, "1000.0000")
    assert figures_of(question["invalid"]) == (1, "400.0000")
    assert figures_of(question["participating"]) == (3, "600.0000")
    assert figures_of(question["delivered_unreturned"]) == (1, "500.0000")
    assert figures_of(question["undelivered"]) == (1, "600.0000")
    assert [(each["label"], *figures_of(each)) for each in question["choices"]] == [
        ("同意", 2, "300.0000"),
        ("不同意", 0, "0.0000"),
        ("弃权", 1, "300.0000"),
    ]
    assert [(each["persons_pct"], each["area_pct"]) for each in question["choices"]] == [
        ("66.67", "50.00"),
        ("0.00", "0.00"),
        ("33.33", "50.00"),
    ]
    assert question["superseded"] == 1
    assert question["outcome"] == "no_quorum"


def test_each_check_shows_fraction_bar_wording_and_what_it_divides_by():
    question = a_package(a_question(forty(approve=20, reject=10)))["questions"][0]

    assert question["checks"][0] == {
        "name": "quorum.persons",
        "part": 30,
        "whole": 40,
        "whole_is": "全体业主人数",
        "bar": "2/3",
        "inclusive": True,
        "wording": "三分之二以上",
        "holds": True,
    }
    assert [check["whole_is"] for check in question["checks"][2:]] == [
        "参与表决业主人数",
        "参与表决业主专有部分面积",
    ]


def test_channels_are_counted_and_never_crossed_with_choices():
    votes = forty(approve=20, reject=10, abstain=5)
    question = a_package(a_question(votes, channels=("online", "paper", "phone")))["questions"][0]

    assert [(each["channel"], each["persons"]) for each in question["channels"]] == [
        ("online", 12),
        ("paper", 12),
        ("phone", 11),
        ("door", 0),
    ]
    assert not any("channel" in line for line in question["lines"])


def test_a_question_in_a_class_that_needs_three_quarters_says_so():
    question = a_package(a_question(forty(approve=30), matter=MatterClass.RAISE_FUND))["questions"][
        0
    ]

    assert question["rule"]["approval"]["share"] == "3/4"
    assert question["rule"]["source"] == "民法典第二百七十八条第一款第六项、第二款"


def test_options_are_weighed_one_by_one_and_the_winner_is_named():
    votes = [(900_000, "甲公司")] * 20 + [(900_000, "乙公司")] * 10 + [(900_000,)] * 10
    rules = CountingRules(options=("甲公司", "乙公司"))

    question = a_package(a_question(votes, rules))["questions"][0]

    assert [each["choice"] for each in question["choices"]] == [
        "甲公司",
        "乙公司",
        "none_of_these",
        "abstain",
    ]
    assert question["winner"] == "甲公司"
    assert [check["holds"] for check in question["choices"][0]["checks"]] == [True, True]
    assert [check["holds"] for check in question["choices"][1]["checks"]] == [False, False]


def test_silence_that_joins_the_majority_leaves_the_other_tally_standing():
    question = a_package(a_question(forty(approve=20, reject=9), SILENT))["questions"][0]

    assert question["silence"]["added_to"] == "approve"
    assert question["silence"]["added"]["persons"] == 11
    assert question["choices"][0]["persons"] == 31
    assert question["cast_only"]["choices"][0]["persons"] == 20
    assert question["checks"][2]["whole_is"] == "参与表决业主与按规则计入的未表决业主人数"


def test_lines_stand_by_tracker_and_open_choice_by_choice():
    question = a_package(a_question(forty(approve=20, reject=10, abstain=5)))["questions"][0]
    lines = {line["who"]: line for line in question["lines"]}

    for opening in question["openings"]:
        weights = [
            bytes.fromhex(line["weight"])
            for line in lines.values()
            if line["choice"] == opening["choice"]
        ]
        total = add_weights(weights)
        assert total
        assert opens(total, Opening(opening["area_cm2"], bytes.fromhex(opening["r"])))
    assert [right["who"] for right in question["rights"]] == sorted(
        right["who"] for right in question["rights"]
    )
    assert set(question["lines"][0]) == {"ordinal", "who", "weight", "choice", "nonce"}


def test_the_usual_form_holds_no_area_salt_or_number_of_a_single_right():
    facts = a_question(forty(approve=20, reject=10, abstain=5))
    written = as_json(a_package(facts)).decode()

    for right in facts.rights:
        assert right.salt.hex() not in written
        assert right.r.hex() not in written
        assert f":{right.area_cm2}," not in written


def test_an_auditor_gets_every_right_opened():
    facts = a_question(forty(approve=30))
    question = a_package(facts, form="full", auditor=True)["questions"][0]

    opened = {right["right"]: right["area_cm2"] for right in question["rights"]}
    assert opened == {right.right: right.area_cm2 for right in facts.rights}


def test_a_ballot_that_differs_from_its_tracker_is_not_published():
    facts = a_question(forty(approve=20, reject=10))
    forged = replace(facts.ballots[0], choice="reject")

    with pytest.raises(ValueError, match="tracker"):
        a_package(replace(facts, ballots=[forged, *facts.ballots[1:]]))


def test_a_choice_that_was_not_offered_is_not_published():
    facts = a_question(forty(approve=20))
    strange = a_ballot(facts.rights[-1], facts.id, 1, "maybe")

    with pytest.raises(ValueError, match="no such choice"):
        a_package(replace(facts, ballots=[*facts.ballots, strange]))


def test_an_option_named_like_an_invalid_ballot_is_refused():
    with pytest.raises(ValueError, match="invalid"):
        a_package(a_question([(900_000,)], CountingRules(options=("invalid",))))


def test_a_notice_before_the_code_has_no_rule():
    with pytest.raises(LookupError):
        build(
            replace(POLL, notice_on=date(2020, 12, 31)),
            [a_question(forty(approve=20))],
            PRELIMINARY,
        )


@pytest.mark.parametrize(
    "package",
    [
        a_package(a_question(forty(approve=20, reject=10))),
        a_package(a_question(forty(approve=30)), a_question([(900_000,)], position=2)),
        a_package(a_question(forty(approve=20, reject=9), SILENT)),
        a_package(a_question(forty(approve=20, reject=5)), form="full"),
        a_package(a_question([(900_000, "甲")], CountingRules(options=("甲", "乙")))),
        a_package(ASIDE),
    ],
)
def test_every_package_is_in_the_published_form(package):
    schema = json.loads(SCHEMA.read_text())
    Draft202012Validator.check_schema(schema)

    assert list(Draft202012Validator(schema).iter_errors(package)) == []


def aside_of(facts, form=None, *, auditor=False):
    """(reason, persons, area) of invalid ballots that there were, and what is set aside."""
    [question] = a_package(facts, form=form, auditor=auditor)["questions"]
    reasons = [
        (each["reason"], each["persons"], each["area_m2"])
        for each in question["invalid_by"]
        if each["persons"]
    ]
    return reasons, question["set_aside"]


def test_invalid_ballots_are_counted_by_reason_and_what_came_twice_or_disagrees_by_area():
    reasons, aside = aside_of(ASIDE)

    areas = {right.right: right.area_cm2 for right in ASIDE.rights}
    by = {
        reason: sum(areas[each.right] for each in ASIDE.ballots
                    if each.choice == "invalid" and each.why == reason)
        for reason in ("two_boxes", "torn")
    }  # fmt: skip
    assert reasons == [(reason, 5, f"{by[reason] / 10_000:.4f}") for reason in by]
    assert aside == {
        "duplicates": {
            "persons": 5, "area_m2": f"{sum(areas[n] for n in range(1001, 1006)) / 10_000:.4f}",
        },
        "conflicts": {"persons": 1, "area_m2": None},
    }  # fmt: skip


def test_no_area_of_a_reason_stands_where_it_would_single_somebody_out():
    nine = replace(ASIDE, ballots=[b for b in ASIDE.ballots if b.right != 1030])
    few = replace(
        ASIDE, rights=ASIDE.rights[10:39], duplicates=[], delivered={},
        ballots=[b for b in ASIDE.ballots if b.right > 1010], conflicts=(),
    )  # fmt: skip
    unsaid = replace(ASIDE, ballots=[replace(b, why="") for b in ASIDE.ballots])

    for facts, how in ((nine, {}), (few, {}), (ASIDE, {"form": "full", "auditor": True})):
        reasons, _ = aside_of(facts, **how)
        assert len(reasons) == 2 and all(area is None for *_, area in reasons)
    [(reason, persons, _)] = aside_of(unsaid)[0]
    assert (reason, persons) == ("unclear", 10)


def test_a_page_says_of_the_invalid_why_and_where_no_area_is_said():
    [open_] = a_package(ASIDE)["questions"]
    [closed] = a_package(ASIDE, form="full", auditor=True)["questions"]
    before = {name: open_[name] for name in open_ if name not in ("invalid_by", "set_aside")}

    assert invalid_words(open_).startswith("选得多于允许 5 人，") and "不公布" not in invalid_words(
        open_
    )
    hidden = "选得多于允许 5 人；破损、涂改，看不清 5 人（不公布面积，以免认出是哪一户）"
    assert invalid_words(closed) == hidden
    assert aside_words(open_, "conflicts") == "1 张，涉及 1 人（不公布面积，以免认出是哪一户）"
    assert aside_words(open_, "duplicates").startswith("6 张，涉及 5 人，")
    assert (aside_words(before, "duplicates"), invalid_words(before)) == ("6 张", "")


def test_a_package_of_version_1_is_still_read_and_recounted(tmp_path):
    package = copy_of(HONEST) | {"v": 1}
    for name in ("invalid_by", "set_aside"):
        del package["questions"][0][name]
    package = signed_again(package)
    schema = json.loads(EARLIER[1].read_text())

    assert list(Draft202012Validator(schema).iter_errors(package)) == []
    assert wrong(package) == set()
    assert "互相矛盾的票（张，不计）,0" in as_csv(package).decode()
    for other in ({**package, "v": 2}, {**HONEST, "v": 1}, {**HONEST, "v": 3}):
        with pytest.raises(Unreadable):
            read_package(as_json(other))


def test_the_file_is_the_same_however_the_package_was_stored():
    package = a_package(a_question(forty(approve=20, reject=10)))
    shuffled = dict(reversed(copy_of(package).items()))

    assert as_json(shuffled) == as_json(package)
