"""Votes published under the law before 2021, against the bars of today; and what a roll decides."""

from datetime import date

from coordination.law.areas import format_area, parse_area, percent
from coordination.law.classes import MORE_THAN_HALF, MatterClass, rule_for
from coordination.law.franchise import Unit, voting_rights
from coordination.law.silence import SilencePolicy, tally_with_silence
from coordination.law.tally import Choice, Outcome, Weight, tally
from tests.law.rebuilt import UNDELIVERED, counted, matter_of, persons, published, weight

RESULTS = published("results")
TODAY = rule_for(MatterClass.MANAGER, on=date(2026, 3, 1))


def test_r07_would_miss_the_quorum_of_today_whatever_its_area():
    """616 of 950 took part, seven of them with invalid ballots: 64.84%, below two thirds."""
    vote = RESULTS["r07"]
    everyone, area_cm2 = weight(vote["roll"])
    invalid = persons(vote, "废票")
    assert persons(vote, "有效票", "废票") == persons(vote, "participating") == 616
    assert percent(616, everyone) == "64.84"

    for takes_part in (False, True):
        counted_today = tally(
            TODAY,
            Weight(everyone, area_cm2),
            {Choice.APPROVE: Weight(persons(vote, "有效票"), area_cm2 - invalid)},
            invalid=Weight(invalid, invalid),
            invalid_takes_part=takes_part,
        )
        assert counted_today.outcome is Outcome.NO_QUORUM


def test_r10_a_motion_lost_is_not_its_opposite_won(tmp_path, capsys):
    """65.13% of all owners were against keeping the firm. That motion was not put, so nothing
    is decided. The article says that neither side passed half. 52 persons left no trace."""
    vote = RESULTS["r10"]
    everyone, area_cm2 = weight(vote["roll"])
    ayes, noes = weight(vote["同意"]), weight(vote["不同意"])
    rest = everyone - ayes[0] - noes[0], area_cm2 - ayes[1] - noes[1]
    assert rest[0] == 52
    assert (percent(noes[0], everyone), percent(noes[1], area_cm2)) == ("65.13", "63.67")

    question = counted(
        tmp_path,
        capsys,
        {"同意": ayes, "不同意": noes, UNDELIVERED: rest},
        matter_of(vote),
    )

    assert question["undelivered"] == {"persons": 52, "area_m2": format_area(rest[1])}
    assert (question["outcome"], question["winner"]) == ("not_carried", None)
    assert [check["holds"] for check in question["checks"]] == [True, True, False, False]


def test_r11_every_ballot_sent_out_is_accounted_for():
    """1147 = 835 valid + 5 invalid + 307 unreturned. Persons only: area is one each."""
    vote = RESULTS["r11"]
    everyone, valid = persons(vote, "roll"), persons(vote, "有效票")
    invalid, silent = persons(vote, "无效票"), persons(vote, "未收回票")
    assert valid + invalid + silent == persons(vote, "收回", "未收回票") == everyone

    joined = tally_with_silence(
        TODAY,
        Weight(everyone, everyone),
        {Choice.APPROVE: Weight(valid, valid)},
        Weight(silent, silent),
        policy=SilencePolicy.DELIVERED_JOINS_MAJORITY,
        invalid=Weight(invalid, invalid),
    )

    assert percent(valid, everyone) == "72.80"
    assert joined.in_force.participating.persons == valid
    assert joined.in_force.choices[Choice.APPROVE].persons == valid + silent == 1142


def test_r11_the_thirty_flats_of_the_developer_are_one_person():
    flats = [
        Unit(str(i), 900_000, frozenset({"developer"}))
        for i in range(RESULTS["r11"]["开发商登记"]["units"])
    ]

    assert [right.area_cm2 for right in voting_rights(flats)] == [30 * 900_000]


def test_r12_every_owner_who_took_part_is_accounted_for():
    """1019 + 9 + 14 = 1042 of 1466. Persons only: area is one each."""
    vote = RESULTS["r12"]
    everyone = persons(vote, "roll")
    words = {"同意": Choice.APPROVE, "不同意": Choice.REJECT, "弃权": Choice.ABSTAIN}
    cast = {
        choice: Weight(persons(vote, word), persons(vote, word)) for word, choice in words.items()
    }

    today = tally(TODAY, Weight(everyone, everyone), cast)

    assert today.participating.persons == persons(vote, "participating")
    assert percent(today.participating.persons, everyone) == "71.08"
    assert percent(cast[Choice.APPROVE].persons, today.consent_base.persons) == "97.79"
    assert today.outcome is Outcome.CARRIED


def test_r12_what_the_developer_has_not_delivered_is_one_vote_not_154():
    vote = RESULTS["r12"]
    undelivered = vote["已售未交付"]["units"] + vote["未售"]["units"]
    homes = [
        Unit(str(i), 900_000, frozenset({f"buyer {i}"}), is_unsold=i < undelivered)
        for i in range(vote["户数"]["units"])
    ]
    spaces = [
        Unit(f"P{i}", 120_000, frozenset({f"parker {i}"}), is_parking=True)
        for i in range(vote["车位"]["units"])
    ]

    rights = voting_rights(homes + spaces)

    assert undelivered == 159
    assert len(rights) == 1665 - 159 + 1
    assert [len(right.units) for right in rights if right.is_developer] == [159]
    # 41 fewer are printed: owners of several homes, whom these figures do not tell apart.
    assert len(rights) - persons(vote, "roll") == 41


def test_r13_the_roll_itself_decides():
    """53% of the area announced, printed as won, is 48.47% of the area on the register."""
    vote = RESULTS["r13"]
    announced, registered = (parse_area(vote[roll]["area_m2"]) for roll in ("roll", "register"))
    ayes = announced * int(vote["同意"]["area_pct"]) // 100

    assert percent(ayes, registered) == "48.47"
    assert MORE_THAN_HALF.cleared_by(ayes, announced)
    assert not MORE_THAN_HALF.cleared_by(ayes, registered)
