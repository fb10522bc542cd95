"""Votes that were really published, counted again. Where ours differs, the test says from what."""

from datetime import date
from fractions import Fraction

import pytest

from coordination.law.areas import format_area, percent
from coordination.law.classes import TWO_THIRDS, MatterClass, rule_for
from coordination.law.tally import Choice, Outcome, Weight, tally
from tests.law.rebuilt import UNDELIVERED, counted, matter_of, option, persons, published, weight

NOTICES = published("notices")
RESULTS = published("results")
COMPLETE = ("r05-1", "r05-2", "r05-3")  # everyone took part; who did not approve is the rest
TODAY = rule_for(MatterClass.MANAGER, on=date(2026, 3, 1))


def least(share, whole):
    """The smallest whole part that reaches the share."""
    return -(-whole * share.numerator // share.denominator)


@pytest.mark.parametrize("case", NOTICES)
def test_a_published_electorate_needs_exactly_two_thirds_of_both(case, tmp_path, capsys):
    vote = NOTICES[case]
    everyone, area_cm2 = weight(vote["roll"])
    enough = least(Fraction(2, 3), everyone), least(Fraction(2, 3), area_cm2)
    rest = everyone - enough[0], area_cm2 - enough[1]

    question = counted(tmp_path, capsys, {"同意": enough, UNDELIVERED: rest}, matter_of(vote))

    assert question["roll"] == {"persons": everyone, "area_m2": format_area(area_cm2)}
    assert question["outcome"] == "carried"
    for part in ((enough[0] - 1, enough[1]), (enough[0], enough[1] - 1)):
        missed = tally(TODAY, Weight(everyone, area_cm2), {Choice.APPROVE: Weight(*part)})
        assert missed.outcome is Outcome.NO_QUORUM


def test_n03_the_class_decides_what_seven_in_ten_decide(tmp_path, capsys):
    """Replacing a lift is item 5 to some and item 7 to others: at 70% it matters."""
    everyone, area_cm2 = weight(NOTICES["n03"]["roll"])
    ayes = everyone * 7 // 10, area_cm2 * 7 // 10
    groups = {"同意": ayes, "不同意": (everyone - ayes[0], area_cm2 - ayes[1])}

    outcomes = [
        counted(tmp_path, capsys, groups, matter)["outcome"]
        for matter in (MatterClass.SPEND_FUND, MatterClass.REBUILD)
    ]

    assert outcomes == ["carried", "not_carried"]


@pytest.mark.parametrize("case", COMPLETE)
def test_r05_printed_percentages_and_outcome_are_ours(case, tmp_path, capsys):
    vote = RESULTS[case]
    (everyone, area_cm2), ayes = weight(vote["roll"]), weight(vote["同意"])
    groups = {"同意": ayes, "不同意": (everyone - ayes[0], area_cm2 - ayes[1])}

    question = counted(tmp_path, capsys, groups, matter_of(vote))

    assert question["roll"] == question["participating"] == question["consent_base"]
    assert weight(question["roll"]) == (everyone, area_cm2)
    assert option(question, "同意") == {
        "choice": "同意",
        "persons": ayes[0],
        "area_m2": format_area(ayes[1]),
        "persons_pct": vote["同意"]["persons_pct"],
        "area_pct": vote["同意"]["area_pct"],
    }
    assert question["outcome"] == "carried"


def test_r05_the_first_question_would_be_lost_as_a_rebuilding(tmp_path, capsys):
    """改造 of cameras counted as use of the fund; as 改建 it needs three quarters."""
    vote = RESULTS["r05-1"]
    (everyone, area_cm2), ayes = weight(vote["roll"]), weight(vote["同意"])
    groups = {"同意": ayes, "不同意": (everyone - ayes[0], area_cm2 - ayes[1])}

    assert counted(tmp_path, capsys, groups, MatterClass.REBUILD)["outcome"] == "not_carried"


def test_r05_the_fourth_electorate_took_part_as_a_whole(tmp_path, capsys):
    """Who approved was not seen, so only its electorate is rebuilt; all abstain."""
    vote = RESULTS["r05-4"]
    everyone = weight(vote["roll"])

    question = counted(tmp_path, capsys, {"弃权": everyone}, matter_of(vote))

    assert weight(question["participating"]) == weight(vote["participating"]) == everyone
    assert [check["holds"] for check in question["checks"]] == [True, True, False, False]


def the_two_companies(vote):
    """r02 as it was counted. Area is printed for the winner with the silent, and in total: what
    the silent had of it, and how the rest splits, is even here."""
    final_persons, final_area = weight(vote["企业2 最终"])
    everyone, area_cm2 = weight(vote["roll"])
    present, present_area = weight(vote["participating"])
    silent = persons(vote, "已通知未表决")
    silent_area = final_area * silent // final_persons
    other_area = (present_area - final_area) // 3
    return {
        "企业1": (persons(vote, "企业1"), present_area - final_area - 2 * other_area),
        "企业2": (persons(vote, "企业2"), final_area - silent_area),
        "弃权": (persons(vote, "弃权"), other_area),
        "无效": (persons(vote, "废票"), other_area),
        "未表决": (silent, silent_area),
        UNDELIVERED: (everyone - present, area_cm2 - present_area),
    }


R02_RULES = (
    *("--options", "企业1,企业2", "--invalid-takes-part", "--silence-takes-part"),
    *("--silence", "delivered_joins_majority", "--silence-rule", "已通知未表决的计入多数票"),
)


def test_r02_silence_and_invalid_ballots_make_the_646_that_were_printed(tmp_path, capsys):
    vote = RESULTS["r02"]
    assert persons(vote, "企业1", "企业2", "弃权", "废票", "已通知未表决") == 646

    question = counted(tmp_path, capsys, the_two_companies(vote), matter_of(vote), *R02_RULES)

    assert weight(question["participating"]) == weight(vote["participating"])
    assert [percent(check["part"], check["whole"]) for check in question["checks"]] == [
        vote["participating"]["persons_pct"],
        vote["participating"]["area_pct"],
    ]
    assert question["silence"]["added_to"] == "企业2"
    assert question["silence"]["added"]["persons"] == 41
    assert (question["winner"], question["outcome"]) == ("企业2", "carried")


def test_r02_printed_64_28_percent_of_area_and_it_is_63_49(tmp_path, capsys):
    vote = RESULTS["r02"]
    printed = vote["企业2 最终"]

    question = counted(tmp_path, capsys, the_two_companies(vote), matter_of(vote), *R02_RULES)

    ours = option(question, "企业2")
    assert weight(ours) == weight(printed)
    assert ours["persons_pct"] == printed["persons_pct"] == "63.62"
    assert (ours["area_pct"], printed["area_pct"]) == ("63.49", "64.28")


def test_r02_without_the_silent_the_winner_has_fewer(tmp_path, capsys):
    vote = RESULTS["r02"]

    question = counted(tmp_path, capsys, the_two_companies(vote), matter_of(vote), *R02_RULES)

    cast_only = question["cast_only"]
    assert cast_only["participating"]["persons"] == 646 - 41
    assert option(cast_only, "企业2")["persons_pct"] == "61.16"
    assert cast_only["outcome"] == "carried"


def test_r03_printed_percentages_imply_the_area_that_took_part(tmp_path, capsys):
    """The area of the 40 is not printed; every area that rounds to 97.10% gives one outcome."""
    vote = RESULTS["r03"]
    everyone, area_cm2 = weight(vote["roll"])
    ayes, present = weight(vote["同意"]), persons(vote, "participating")
    implied = [base for base in range(32_710_000, 32_730_000) if percent(ayes[1], base) == "97.10"]
    assert format_area(min(implied)) <= "3271.9000" <= format_area(max(implied))

    for base in (min(implied), max(implied)):
        groups = {
            "同意": ayes,
            "弃权": (present - ayes[0], base - ayes[1]),
            UNDELIVERED: (everyone - present, area_cm2 - base),
        }
        question = counted(tmp_path, capsys, groups, matter_of(vote))
        told = option(question, "同意")
        assert (told["persons_pct"], told["area_pct"]) == ("97.50", "97.10")
        assert percent(present, everyone) == "78.43"
        assert question["outcome"] == "carried"


def test_r06_persons_alone_decide_nothing():
    """1151 of 2237 households approved, printed 51.5% and 通过. Without the number who took part
    and without any area, the same figures carry, lose and miss the quorum."""
    vote = RESULTS["r06"]
    everyone, ayes = persons(vote, "roll"), persons(vote, "同意")
    assert percent(ayes, everyone) == "51.45"
    roll = Weight(everyone, everyone)  # had each one square centimetre
    approve = {Choice.APPROVE: Weight(ayes, ayes)}

    outcomes = [
        tally(TODAY, roll, approve | {Choice.REJECT: against}).outcome
        for against in (
            Weight(0, 0),
            Weight(everyone - ayes, everyone - ayes),
            Weight(everyone - ayes, 0),
        )
    ]

    assert outcomes == [Outcome.NO_QUORUM, Outcome.CARRIED, Outcome.NO_QUORUM]


def test_r09_printed_percentages_imply_the_roll(tmp_path, capsys):
    """The roll is not printed; whichever gives the printed percentages, the quorum is there."""
    vote = RESULTS["r09"]
    present, ayes = weight(vote["participating"]), weight(vote["同意"])
    rolls = [n for n in range(5700, 5800) if percent(present[0], n) == "68.74"]
    areas = [
        whole * 10_000
        for whole in range(482_000, 484_000)
        if percent(present[1], whole * 10_000) == "70.53"
    ]
    assert 5726 in rolls
    assert 4_828_800_000 in areas

    groups = {
        "同意": ayes,
        "不同意": (present[0] - ayes[0], present[1] - ayes[1]),
        UNDELIVERED: (5726 - present[0], 4_828_800_000 - present[1]),
    }
    question = counted(tmp_path, capsys, groups, matter_of(vote))

    told = option(question, "同意")
    assert (told["persons_pct"], told["area_pct"]) == ("80.77", "82.56")
    assert question["outcome"] == "carried"
    assert TWO_THIRDS.cleared_by(present[0], max(rolls))
    assert TWO_THIRDS.cleared_by(present[1], max(areas))
