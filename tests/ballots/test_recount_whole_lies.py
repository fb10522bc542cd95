"""Lies told through and through: the liar makes the package anew with the service's own program."""

import json
from dataclasses import replace

import pytest

from coordination.ballots.package_figures import CountingRules
from tests.ballots.boards import SEED, a_board, a_note
from tests.ballots.packages import (
    POLL,
    a_ballot,
    a_package,
    a_question,
    copy_of,
    forty,
    signed_again,
)
from tests.ballots.recounting import Write, run, writer, wrong

OPTIONS = CountingRules(("甲公司", "乙公司"))
CHOSEN = a_question([*forty(甲公司=18, 乙公司=12)], OPTIONS)
CLOSED_AT = int(POLL.closes_at.timestamp())
FORMS = ["sums", "grouped", "full"]


@pytest.fixture
def written(tmp_path) -> Write:
    return writer(tmp_path)


def made(facts, form, board=None, *, auditor=True) -> dict:
    return a_package(facts, form=form, board=board or a_board(facts), auditor=auditor)


def failing(out: str) -> set[str]:
    return {each["name"] for each in json.loads(out)["checks"] if each["holds"] is False}


@pytest.mark.parametrize("form", ["grouped", "full"])
def test_a_vote_moved_from_one_option_to_another_is_named(form):
    """Everything is printed anew for the moved vote; the board holds the one that was cast."""
    moved = [*CHOSEN.ballots]
    right = next(each for each in CHOSEN.rights if each.right == moved[0].right)
    moved[0] = a_ballot(right, CHOSEN.id, 1, "乙公司", moved[0].channel)
    lie = replace(CHOSEN, ballots=moved)
    board = a_board(CHOSEN)
    package = made(lie, form)
    package["board"] = made(CHOSEN, form, board)["board"]

    named = wrong(signed_again(package))

    assert {"board.leaves.added", "board.leaves.dropped"} <= named


@pytest.mark.parametrize("form", FORMS)
def test_a_moved_vote_on_a_board_made_anew_is_named_by_what_was_cosigned(form, written):
    moved = [*CHOSEN.ballots]
    right = next(each for each in CHOSEN.rights if each.right == moved[0].right)
    moved[0] = a_ballot(right, CHOSEN.id, 1, "乙公司", moved[0].channel)
    honest = made(CHOSEN, form)["board"]
    kept = honest["earlier"][1]
    fresh = replace(a_board(replace(CHOSEN, ballots=moved)), earlier=[])

    code, out, _ = run(
        written(made(replace(CHOSEN, ballots=moved), form, fresh)),
        "--checkpoint", written(kept.encode(), "c.txt"), "--json",
    )  # fmt: skip

    assert code == 1
    assert failing(out) == {"checkpoints[0].root"}


@pytest.mark.parametrize("form", FORMS)
def test_an_overstated_turnout_is_named_by_what_witnesses_signed_after_the_count(form, written):
    """Ballots for who never voted, added behind all others, so that every old root still fits."""
    silent = CHOSEN.rights[35:]
    stuffed = [a_ballot(right, CHOSEN.id, 1, "甲公司") for right in silent]
    lie = replace(CHOSEN, ballots=[*CHOSEN.ballots, *stuffed])
    honest = a_board(CHOSEN)
    entries = [honest.entry_zero, *honest.leaves]
    signed = a_note(entries, len(entries), CLOSED_AT + 7200)
    fresh = replace(a_board(lie), earlier=[])

    code, out, _ = run(
        written(made(lie, form, fresh)), "--checkpoint", written(signed.encode(), "c.txt"), "--json"
    )

    assert code == 1
    assert {name.split("/")[0] for name in failing(out)} == {
        "checkpoints[0].cosignatures.coordination"
    }


@pytest.mark.parametrize("form", FORMS)
def test_an_overstated_turnout_without_ballots_is_named(form):
    package = copy_of(made(CHOSEN, form))
    question = package["questions"][0]
    for name in ("returned", "participating", "consent_base"):
        question[name]["persons"] += 3
    question["choices"][0]["persons"] += 3

    assert {"returned.persons", "superseded"} & wrong(signed_again(package))


@pytest.mark.parametrize("form", FORMS)
def test_a_changed_roll_is_named_by_entry_zero(form):
    """A right is struck from roll and rights list, and all is printed anew without it."""
    rights = CHOSEN.rights[:-1]
    left = {right.right for right in rights}
    lie = replace(
        CHOSEN,
        rights=rights,
        delivered={n: how for n, how in CHOSEN.delivered.items() if n in left},
    )
    package = made(lie, form)
    package["board"] = made(CHOSEN, form)["board"]

    named = wrong(signed_again(package))

    assert "board.entry_zero.questions[0].rights_hash" in named
    assert "board.entry_zero.questions[0].roll_hash" in named


def test_a_board_signed_with_the_right_key_still_needs_what_was_there_before(written):
    """The service itself, with its key: a second board for another reader."""
    honest, other = a_board(CHOSEN), a_board(replace(CHOSEN, ballots=CHOSEN.ballots[::-1]))
    note = a_note([other.entry_zero, *other.leaves], 9, CLOSED_AT, (), seed=SEED)

    code, out, _ = run(
        written(made(CHOSEN, "grouped", honest)),
        "--checkpoint", written(note.encode(), "c.txt"), "--json",
    )  # fmt: skip

    assert code == 1
    assert failing(out) == {"checkpoints[0].root"}
