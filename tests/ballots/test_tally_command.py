"""`coordination tally`: strangers give it two files and read what it prints."""

import json
import subprocess
import sys

import pytest

from tests.ballots.paper_vote import JOINS, RULE_TEXT, SILENT, THREE, a_ballot

NOTHING = {"persons": 0, "area_m2": "0.0000"}
ALL_THREE = {"persons": 3, "area_m2": "269.6234"}
TWO_THIRDS = {"bar": "2/3", "inclusive": True, "holds": True}
HALF = {"bar": "1/2", "inclusive": False, "holds": True}
APPROVED = {"persons": 2, "area_m2": "189.6234", "persons_pct": "66.67", "area_pct": "70.33"}
REJECTED = {"persons": 1, "area_m2": "80.0000", "persons_pct": "33.33", "area_pct": "29.67"}


def test_the_json_says_everything_of_a_motion(vote):
    ballots = [a_ballot("101", "同意"), a_ballot("102", "同意"), a_ballot("103", "不同意")]

    assert vote.question(THREE, ballots) == {
        "question": "换电梯",
        "matter": "spend_fund",
        "rule": {
            "source": "民法典第二百七十八条第一款第五项、第二款",
            "quorum": "2/3",
            "approval": "1/2",
            "approval_inclusive": False,
        },
        "roll": ALL_THREE,
        "participating": ALL_THREE,
        "consent_base": ALL_THREE,
        "options": [
            {"choice": "同意", **APPROVED},
            {"choice": "不同意", **REJECTED},
            {"choice": "弃权", **NOTHING, "persons_pct": "0.00", "area_pct": "0.00"},
        ],
        "winner": None,
        "invalid": NOTHING,
        "delivered_unreturned": NOTHING,
        "undelivered": NOTHING,
        "silence": {"policy": "none", "added_to": None, "added": NOTHING},
        "checks": [
            {"name": "quorum.persons", "part": 3, "whole": 3, **TWO_THIRDS},
            {"name": "quorum.area", "part": 2_696_234, "whole": 2_696_234, **TWO_THIRDS},
            {"name": "approval.persons", "part": 2, "whole": 3, **HALF},
            {"name": "approval.area", "part": 1_896_234, "whole": 2_696_234, **HALF},
        ],
        "outcome": "carried",
        "cast_only": None,
        "conflicts": [],
        "duplicates": [],
    }


def test_the_law_of_the_day_counts_and_there_was_none_before_2021(vote):
    rows = [a_ballot("101", "同意")]

    assert vote.question(THREE, rows, "--on", "2021-01-01")["outcome"] == "no_quorum"
    assert "2020-12-31" in vote.refused(THREE, rows, "--on", "2020-12-31")


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--matter", "lift"), "没有“lift”；可写：assembly_rules、covenant"),
        (("--on", "昨天"), "“昨天”不是日期"),
        (("--silence", "always"), "可写：none、delivered_joins_majority"),
        (("--sil", "none"), "--sil"),
    ],
)
def test_words_the_command_does_not_know_end_it_with_2(vote, flags, told):
    with pytest.raises(SystemExit) as ended:
        vote.run(THREE, [a_ballot("101", "同意")], *flags)

    assert ended.value.code == 2
    assert told in vote.capsys.readouterr().err


def test_for_the_eye_the_result_is_a_table(vote):
    ballots = [a_ballot("101", "同意"), a_ballot("102", "不同意"), a_ballot("102", "同意")]

    code, out, _ = vote.run(THREE, ballots)

    assert code == 0
    assert "事项：换电梯" in out
    assert "参与表决的人数 1 / 3（33.33%），须三分之二以上：未达到" in out
    assert "矛盾：第 3、4 行，1-1-102（不同意、同意）" in out
    assert out.rstrip().endswith("结果：参与表决的业主不足法定比例，没有形成决定")


def test_for_the_eye_silence_is_told_with_its_rule_and_without(vote):
    _, out, _ = vote.run(THREE, SILENT, *JOINS)

    assert RULE_TEXT in out
    assert "已计入多数意见“同意”：1 人，80.0000 ㎡" in out
    assert "只按收回的票计算" in out


def test_it_runs_alone_without_server_database_or_web(vote):
    asked = vote.files(THREE, [a_ballot("101", "同意")])
    program = (
        "import sys; from coordination.ballots.tally_command import main; code = main();"
        "heavy = {'piccolo', 'litestar', 'asyncpg'} & set(sys.modules);"
        "sys.exit(f'imports {heavy}' if heavy else code)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, *asked, "--matter", "other", "--json"],
        capture_output=True,
        check=False,
        timeout=60,
        env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
    )

    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert json.loads(done.stdout.decode("utf-8"))["questions"][0]["question"] == "换电梯"
