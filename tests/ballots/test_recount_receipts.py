"""With a receipt its holder finds their ballot, and sees what was done in their name."""

import json

import pytest

from coordination.ballots.receipts import Cast, Receipt
from tests.ballots.packages import POLL, copy_of, signed_again
from tests.ballots.recounting import CLOSED, FACTS, HONEST, VOTES, Write, at, run, writer


@pytest.fixture
def written(tmp_path) -> Write:
    return writer(tmp_path)


def receipt_of(place: int, *, ordinal: int | None = 1) -> dict:
    """The receipt of the right at `place` of VOTES, as its holder has it in a file."""
    right = FACTS.rights[place]
    mine = [ballot for ballot in FACTS.ballots if ballot.right == right.right]
    cast = next((each for each in mine if each.ordinal == ordinal), None)
    kept = cast and Cast(cast.ordinal, cast.nonce, cast.tracker, "2026-03-20")
    return json.loads(Receipt(POLL.id, FACTS.id, right, kept).as_json())


CHANGED_VOTE = len(VOTES) - 1
SILENT_RIGHT = 36


@pytest.mark.parametrize("package", [HONEST, CLOSED], ids=["grouped", "sums"])
def test_a_receipt_finds_its_ballot(package, written):
    code, out, err = run(written(package), "--receipt", written(receipt_of(0), "receipt.json"))

    assert (code, err) == (0, "")
    tracker = receipt_of(0)["cast"]["tracker"]
    assert f'公示包中有这一票（receipts[0].tracker）：公布 "{tracker}"' in out


def test_who_did_not_vote_sees_that_nobody_did_in_their_name(written):
    mine = written(receipt_of(SILENT_RIGHT), "mine.json")
    inserted = copy_of(HONEST)
    question = inserted["questions"][0]
    right = FACTS.rights[SILENT_RIGHT]
    line = {"ordinal": 1, "who": right.who.hex(), "weight": right.weight.hex()}
    question["lines"].append({**line, "choice": "approve", "nonce": "00" * 32})

    assert run(written(HONEST), "--receipt", mine)[0] == 0
    code, out, _ = run(written(signed_again(inserted)), "--receipt", mine)
    assert code == 1
    assert "receipts[0].not_cast" in out


def test_a_later_ballot_of_the_same_right_is_named(written):
    first = written(receipt_of(CHANGED_VOTE), "first.json")
    both = written([receipt_of(CHANGED_VOTE), receipt_of(CHANGED_VOTE, ordinal=2)], "both.json")

    code, out, _ = run(written(HONEST), "--receipt", first, "--json")
    named = [check for check in json.loads(out)["checks"] if check["holds"] is False]
    assert code == 1
    assert named == [{"name": "receipts[0].later", "said": [], "found": [2], "holds": False}]
    assert run(written(HONEST), "--receipt", both)[0] == 0


@pytest.mark.parametrize(
    ("path", "lie", "named"),
    [
        ("poll", "poll-2", "poll"),
        ("question", "question-9", "question"),
        ("cast.tracker", "00" * 32, "tracker"),
        ("cast.code", "22222222", "code"),
        ("cast.nonce", "00" * 32, "line"),
        ("cast.ordinal", 2, "line"),
        ("salt", "00" * 32, "who"),
        ("right", 5, "who"),
        ("r", "01" + "00" * 31, "weight"),
        ("area_cm2", 1, "weight"),
        ("who", "00" * 32, "on_roll"),
        ("weight", "00" * 32, "on_roll"),
    ],
)
def test_a_receipt_that_does_not_fit_says_where(path, lie, named, written):
    receipt = receipt_of(0)
    holder, key = at(receipt, path)
    holder[key] = lie

    code, out, _ = run(written(HONEST), "--receipt", written(receipt, "r.json"), "--json")

    checks = json.loads(out)["checks"]
    assert code == 1
    assert f"receipts[0].{named}" in {each["name"] for each in checks if each["holds"] is False}


def test_a_dropped_ballot_is_missed_by_its_receipt(written):
    package = copy_of(HONEST)
    tracker = receipt_of(0)["cast"]["tracker"]
    who = receipt_of(0)["who"]
    question = package["questions"][0]
    question["lines"] = [line for line in question["lines"] if line["who"] != who]

    code, out, _ = run(
        written(signed_again(package)), "--receipt", written(receipt_of(0), "r.json"), "--json"
    )

    named = {each["name"]: each for each in json.loads(out)["checks"] if each["holds"] is False}
    assert code == 1
    assert named["receipts[0].tracker"]["said"] == tracker
    assert named["receipts[0].tracker"]["found"] is None
