"""Anyone recounts a result from its package alone; honest ones agree in every form."""

import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordination.ballots.board import canonical
from coordination.ballots.package import as_json
from coordination.ballots.package_figures import CountingRules
from coordination.ballots.reading import Unreadable
from coordination.ballots.recount import read_package, recount
from coordination.law.silence import SilencePolicy
from tests.ballots.boards import a_board
from tests.ballots.packages import a_package, a_question, copy_of, forty, signed_again
from tests.ballots.recounting import FACTS, HONEST, SILENT, VOTES, Write, run, writer, wrong

OPTIONS = CountingRules(options=("甲公司", "乙公司"))


@pytest.fixture
def written(tmp_path) -> Write:
    return writer(tmp_path)


@pytest.mark.parametrize(
    ("votes", "rules"),
    [
        pytest.param(VOTES, None, id="a motion"),
        pytest.param(forty(), None, id="nobody votes"),
        pytest.param(forty(approve=40), None, id="everybody, of one mind"),
        pytest.param(forty(abstain=40), None, id="everybody abstains"),
        pytest.param(forty(invalid=35), None, id="nothing but invalid papers"),
        pytest.param([(900_000, "approve")], None, id="one right"),
        pytest.param([(900_000,)], None, id="one right, silent"),
        pytest.param([(1, "approve"), (10**12, "reject")], None, id="the smallest and a vast one"),
        pytest.param([(9, "reject", "approve", "abstain")] * 30, None, id="changed twice each"),
        pytest.param(
            forty(approve=20, invalid=10),
            CountingRules(invalid_takes_part=True),
            id="invalid counts",
        ),
        pytest.param(VOTES, SILENT, id="silence joins"),
        pytest.param(forty(approve=10, reject=10), SILENT, id="silence finds no majority to join"),
        pytest.param(
            [(900_000, "甲公司")] * 30 + [(800_000, "none_of_these")] * 9, OPTIONS, id="options"
        ),
    ],
)
@pytest.mark.parametrize("form", ["sums", "grouped", "full"])
def test_an_honest_package_agrees_in_every_form(votes, rules, form):
    question = a_question(votes, rules)
    package = a_package(question, form=form, board=a_board(question), auditor=True)

    assert package["questions"][0]["form"] == form
    assert wrong(package) == set()


choices = st.sampled_from(["approve", "reject", "abstain", "invalid"])
votes = st.lists(
    st.tuples(st.integers(1, 10**9), st.lists(choices, max_size=2)), min_size=1, max_size=12
)


@settings(max_examples=40, deadline=None)
@given(votes, st.sampled_from(["sums", "grouped", "full"]), st.booleans(), st.booleans())
def test_whatever_honest_people_vote_the_recount_agrees(votes, form, silent, invalid_takes_part):
    policy = SilencePolicy.DELIVERED_JOINS_MAJORITY if silent else SilencePolicy.NONE
    said = {"silence_rule": "已送达未表决的，计入多数", "silence_source": "议事规则第二十条"}
    chosen = CountingRules((), invalid_takes_part, policy, **(said if silent else {}))
    question = a_question([(area, *made) for area, made in votes], chosen)

    package = a_package(question, form=form, board=a_board(question), auditor=True)
    assert wrong(package) == set()


def test_two_questions_are_recounted_each_on_its_own_roll():
    package = a_package(FACTS, a_question(forty(reject=10), position=2))
    assert wrong(package) == set()


def test_the_command_prints_each_check_and_says_at_the_end_what_is_wrong(written):
    package = copy_of(HONEST)
    package["questions"][0]["choices"][0]["persons"] += 1

    code, out, err = run(written(package))

    assert (code, err) == (1, "")
    assert out.splitlines()[-3].startswith("不一致   整个公示包的哈希")
    assert out.splitlines()[-2] == (
        "不一致   事项1·同意·人数（questions[0].choices.approve.persons）：公布 22，复算 21"
    )
    assert out.splitlines()[-1].startswith("结论：有 2 项不一致，列在最后。")


def test_json_alone_is_on_stdout(written):
    code, out, err = run(written(HONEST), "--json")

    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert answer["agrees"] is True
    assert set(answer["checks"][0]) == {"name", "said", "found", "holds"}
    assert {check["holds"] for check in answer["checks"]} == {True, None}


def spoilt(**change: object) -> bytes:
    return canonical({**HONEST, **change})


def replaced(old: bytes, new: bytes) -> bytes:
    whole = as_json(HONEST)
    assert old in whole
    return whole.replace(old, new, 1)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        pytest.param(b"", "不是完整的 JSON", id="empty"),
        pytest.param(b"{", "不是完整的 JSON", id="cut short"),
        pytest.param(b"\xff\xfe", "不是 UTF-8", id="another encoding"),
        pytest.param("公示包".encode("gb18030"), "不是 UTF-8", id="gb18030"),
        pytest.param(b"[" * 100_000, "层次太深", id="nested too deep"),
        pytest.param(b"[]", "应为对象", id="a list"),
        pytest.param(b"null", "应为对象", id="nothing"),
        pytest.param(spoilt(extra=1), '不认识的 "extra"', id="unknown field"),
        pytest.param(spoilt(v=3), "v：应为 1、2 之一", id="another version"),
        pytest.param(spoilt(v=True), "v：应为 1、2 之一", id="true is not one"),
        pytest.param(spoilt(board={}), "board：缺少", id="a board with nothing in it"),
        pytest.param(spoilt(questions=[]), "questions：有 0 项", id="no questions"),
        pytest.param(spoilt(sha256="AB" * 32), "sha256：写法不对", id="capitals"),
        pytest.param(
            replaced(b'"persons":41', b'"persons":41.0'), '"41.0" 应写成整数', id="a float"
        ),
        pytest.param(replaced(b'"persons":41', b'"persons":4e1'), '"4e1"', id="an exponent"),
        pytest.param(replaced(b'"persons":41', b'"persons":1e9'), '"1e9"', id="1e9"),
        pytest.param(replaced(b'"persons":0', b'"persons":-0'), "数字 -0", id="-0"),
        pytest.param(replaced(b'"persons":41', b'"persons":NaN'), '"NaN"', id="NaN"),
        pytest.param(
            replaced(b'"persons":41', b'"persons":' + b"9" * 5000), "太大", id="5,000 digits"
        ),
        pytest.param(replaced(b'"persons":41', b'"persons":-40'), "应在 0 到", id="negative"),
        pytest.param(replaced(b'"persons":41', b'"persons":"40"'), "应为整数", id="text"),
        pytest.param(
            replaced(b'"persons":41', b'"persons":41,"persons":40'),
            '"persons" 出现了两次',
            id="a key twice",
        ),
        pytest.param(
            replaced(b'"notice_on":"2026-03-01"', b'"notice_on":"2026-02-31"'),
            "没有这样的日子",
            id="a day that is none",
        ),
        pytest.param(
            replaced("梧桐苑".encode(), b"\\ud800"), "写法不对", id="half a surrogate pair"
        ),
        pytest.param(
            replaced(b'"form":"grouped"', b'"form":"full"'), "full 形式", id="another form"
        ),
        pytest.param(
            replaced(b'"options":[]', '"options":["甲","甲"]'.encode()), "选项重复", id="options"
        ),
    ],
)
def test_what_is_no_package_is_refused_in_plain_words(data, told, written):
    code, out, err = run(written(data))

    assert (code, out) == (2, "")
    assert told in err
    assert err.startswith("读不了：")
    assert "Traceback" not in err


def test_a_file_of_a_gigabyte_is_refused_at_once(tmp_path):
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(2**30)

    code, _, err = run(path)

    assert code == 2
    assert "超过 256 MB" in err


def test_a_file_of_nothing_but_brackets_is_refused_before_it_fills_the_memory(tmp_path):
    path = tmp_path / "brackets.json"
    path.write_bytes(b"[" + b"[]," * 6_000_000 + b"0]")

    code, _, err = run(path)

    assert code == 2
    assert "超过 10000000 项" in err


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_a_file_that_is_not_there_is_named(tmp_path, name):
    code, _, err = run(tmp_path / name)

    assert code == 2
    assert "打不开文件" in err


def test_a_receipt_that_is_none_is_refused(written):
    code, _, err = run(written(HONEST), "--receipt", written({"v": 1}, "receipt.json"))

    assert code == 2
    assert "receipt.json：缺少" in err


def test_what_a_stranger_wrote_into_a_package_never_drives_the_terminal(written):
    package = copy_of(HONEST)
    package["poll"]["title"] = "\x1b[2J\u009b31m很好"
    package["questions"][0]["choices"][0]["choice"] = "\x1b]0;x\x07"

    _, out, _ = run(written(signed_again(package)))

    assert "很好" in out
    assert not set(out) & set("\x1b\x07\u009b")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 6000), st.binary(min_size=1, max_size=4))
def test_no_damage_to_the_file_ends_in_a_traceback(place, noise):
    whole = as_json(HONEST)
    try:
        recount(read_package(whole[:place] + noise + whole[place + len(noise) :]))
    except Unreadable as refused:
        assert str(refused)


def test_the_recount_needs_the_law_the_board_and_nothing_else():
    told = subprocess.run(
        [sys.executable, "-c", "import sys, coordination.ballots.recount; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    tops = {name.partition(".")[0] for name in told} - set(sys.stdlib_module_names)
    tops -= {"sitecustomize"}  # a distribution's own, at every start of its Python
    ours = {name for name in told if name.startswith("coordination.")}
    assert {top for top in tops if not top.startswith("_")} <= {"coordination", "nacl", "cffi"}
    assert all(name.startswith(("coordination.law", "coordination.ballots")) for name in ours)
    assert not ours & {f"coordination.ballots.{name}" for name in ("figures", "forms", "package")}
