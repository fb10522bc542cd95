"""The board in a recount: what was signed and cosigned once cannot be unsaid."""

import json

import pytest

from coordination.ballots.board import canonical
from coordination.ballots.checkpoints import public_key, witness_name
from tests.ballots.board_lies import (
    LIES_ABOUT_THE_BOARD,
    change_entry_zero,
    entries_of,
    sign_anew,
)
from tests.ballots.boards import SEED, STRANGER, WITNESS_SEEDS, a_board, a_note
from tests.ballots.elections import an_election, sixty
from tests.ballots.packages import a_package, a_question, copy_of, forty, signed_again
from tests.ballots.recounting import (
    BOARDLESS,
    CLOSED,
    FACTS,
    HONEST,
    OPENED,
    Write,
    run,
    writer,
    wrong,
)

FORMS = pytest.mark.parametrize("honest", [HONEST, CLOSED, OPENED], ids=["grouped", "sums", "full"])


@pytest.fixture
def written(tmp_path) -> Write:
    return writer(tmp_path)


def failing(out: str) -> set[str]:
    return {each["name"] for each in json.loads(out)["checks"] if each["holds"] is False}


@FORMS
@pytest.mark.parametrize(
    ("lie", "named"), LIES_ABOUT_THE_BOARD.items(), ids=lambda each: getattr(each, "__name__", "")
)
def test_a_lie_about_the_board_is_named(honest, lie, named):
    package = copy_of(honest)
    lie(package)

    assert named in wrong(signed_again(package))


@FORMS
def test_an_honest_board_agrees_and_says_who_witnessed_it_and_who_did_not(honest, written):
    code, out, _ = run(written(honest), "--json")

    checks = {each["name"]: each for each in json.loads(out)["checks"]}
    closing = [
        each for name, each in checks.items() if name.startswith("board.checkpoint.cosignatures.")
    ]
    assert code == 0
    assert sorted((each["said"], each["holds"]) for each in closing) == [
        ("梧桐苑业主委员会", True), ("梧桐苑社区居民委员会", True), ("青山街道办事处", None),
    ]  # fmt: skip
    assert checks["board.checkpoint.root"]["holds"] is True


def test_a_key_that_came_after_the_notice_is_named_and_left_to_its_party(written):
    entries = entries_of(HONEST)
    late = a_note(entries, len(entries), 1775100000, WITNESS_SEEDS)

    code, out, _ = run(written(HONEST), "--checkpoint", written(late.encode(), "c.txt"))

    name = witness_name(public_key(WITNESS_SEEDS[2]))
    assert code == 0
    assert (
        f"公告之后才登记的见证钥匙，请向该单位核对（board.entry_zero.witnesses.later.{name}）"
        in out
    )
    assert "青山街道办事处的见证签名，用公告之后登记的钥匙" in out


def test_a_board_from_before_keys_were_laid_down_agrees_and_says_so(written):
    package = copy_of(HONEST)
    change_entry_zero(package, lambda said: (said.pop("witnesses"), said.update(v=1)))
    package["board"]["earlier"] = []
    sign_anew(package)

    code, out, _ = run(written(signed_again(package)))

    assert code == 0
    assert "见证钥匙没有记在第零条里，请与各单位公布的核对" in out
    assert "公告之后" not in out


def test_two_questions_stand_on_one_board():
    more = a_question(forty(reject=10), position=2)
    package = a_package(FACTS, more, board=a_board(FACTS, more))

    assert wrong(package) == set()


def test_an_election_is_held_by_the_rules_that_were_laid_down_before_it():
    question = an_election(sixty(n1_2=30, n3=20))
    package = a_package(question, board=a_board(question))
    changed = copy_of(package)
    first, second = changed["questions"][0]["election"]["candidates"][:2]
    first["precedence"], second["precedence"] = second["precedence"], first["precedence"]
    changed["questions"][0]["election"]["seats"] = 7

    assert wrong(package) == set()
    named = {name for name in wrong(signed_again(changed)) if name.startswith("board.entry_zero")}
    assert named == {f"board.entry_zero.questions[0].{part}" for part in ("precedence", "seats")}


def test_a_package_is_not_built_on_a_board_of_other_ballots():
    with pytest.raises(ValueError, match="not the ballots"):
        a_package(FACTS, board=a_board(a_question(forty(approve=9))))


def test_a_witness_who_signed_after_the_publication_is_checked_from_the_file(written):
    entries = entries_of(HONEST)
    late = a_note(entries, len(entries), 1775100000, WITNESS_SEEDS)

    code, out, _ = run(written(HONEST), "--checkpoint", written(late.encode(), "c.txt"), "--json")

    signed = [
        each["said"] for each in json.loads(out)["checks"]
        if each["name"].startswith("checkpoints[0].cosignatures.") and each["holds"]
    ]  # fmt: skip
    assert code == 0
    assert len(signed) == 3


def test_a_rewritten_board_is_caught_by_a_checkpoint_that_somebody_kept(written):
    """The operator drops a ballot everywhere, signs anew and hides what witnesses had signed."""
    kept = a_note(entries_of(HONEST), 20, 1774000000)
    package = copy_of(HONEST)
    question, board = package["questions"][0], package["board"]
    dropped = board["leaves"].pop(3)
    board["earlier"] = []
    sign_anew(package)

    code, out, _ = run(
        written(signed_again(package)), "--checkpoint", written(kept.encode(), "c.txt"), "--json"
    )

    assert code == 1
    assert "checkpoints[0].root" in failing(out)
    assert dropped not in board["leaves"]
    assert question["form"] == "grouped"


KEPT = {
    "of another board": (a_note(entries_of(HONEST), 7, 0, poll="poll-2"), "origin"),
    "larger than the board": (
        a_note([*entries_of(HONEST), b"x"], 1 + len(entries_of(HONEST)), 0),
        "root",
    ),
    "of another key": (a_note(entries_of(HONEST), 7, 0, seed=STRANGER), "signature"),
    "of another tree": (a_note([*entries_of(HONEST)[1:], b"x"], 7, 0, seed=SEED), "root"),
}


@pytest.mark.parametrize(("note", "named"), KEPT.values(), ids=KEPT.keys())
def test_a_checkpoint_that_does_not_fit_says_how(note, named, written):
    code, out, _ = run(written(HONEST), "--checkpoint", written(note.encode(), "c.txt"), "--json")

    assert code == 1
    assert f"checkpoints[0].{named}" in failing(out)


def test_a_stranger_may_sign_a_checkpoint_that_somebody_kept(written):
    note = a_note(entries_of(HONEST), 7, 0, [STRANGER])

    code, out, _ = run(written(HONEST), "--checkpoint", written(note.encode(), "c.txt"))

    assert code == 0
    assert "不认识的钥匙的签名，不算（checkpoints[0].cosignatures）" in out


def test_a_checkpoint_that_is_none_is_unreadable(written):
    code, out, err = run(written(HONEST), "--checkpoint", written(b"board\n1\nabc\n", "c.txt"))

    assert (code, out) == (2, "")
    assert err.startswith("读不了：检查点 c.txt 的写法不对")


def test_a_checkpoint_cannot_be_checked_without_a_board(written):
    note = a_note(entries_of(HONEST), 7, 0)

    code, out, _ = run(written(BOARDLESS), "--checkpoint", written(note.encode(), "c.txt"))

    assert code == 0
    assert "无法核对 检查点1（这个公示包没有公示票箱）（checkpoints[0]）" in out


def test_an_extended_poll_closed_later_than_entry_zero_says():
    package = copy_of(HONEST)
    package["poll"]["closes_at"] = "2026-04-01T18:01:00+08:00"

    assert wrong(signed_again(package)) == set()
    assert canonical(package) != canonical(HONEST)
