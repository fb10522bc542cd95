"""A receipt's place on the board: proven when it was given, and still there in the result."""

import json

import pytest

from coordination.ballots.receipts import Cast, Inclusion, Receipt
from coordination.ballots.tree import Frontier, inclusion_proof
from tests.ballots.board_lies import entries_of, sign_anew
from tests.ballots.boards import STRANGER, a_note
from tests.ballots.packages import POLL, copy_of, signed_again
from tests.ballots.recounting import (
    BOARDLESS,
    CLOSED,
    FACTS,
    HONEST,
    OPENED,
    Write,
    at,
    run,
    writer,
)

SIZE = 9  # of the checkpoint under which this ballot was proven


@pytest.fixture
def written(tmp_path) -> Write:
    return writer(tmp_path)


def a_receipt(index: int = 4, seed: bytes | None = None) -> dict:
    """Of the ballot at this place, proven under the checkpoint of its batch."""
    entries = entries_of(HONEST)
    ballot = next(each for each in FACTS.ballots if each.tracker == entries[index])
    right = next(each for each in FACTS.rights if each.right == ballot.right)
    nodes = {node[:2]: node[2] for node in Frontier().grown(entries)[1]}
    proof = tuple(inclusion_proof(index, SIZE, lambda *node: nodes[node]))
    note = a_note(entries, SIZE, 0, (), **({"seed": seed} if seed else {}))
    cast = Cast(ballot.ordinal, ballot.nonce, ballot.tracker, "2026-03-20")
    document = Receipt(POLL.id, FACTS.id, right, cast, Inclusion(index, SIZE, proof, note))
    return json.loads(document.as_json())


def failing(package: dict, receipt: dict, written: Write) -> set[str]:
    code, out, _ = run(written(package), "--receipt", written(receipt, "receipt.json"), "--json")
    named = {each["name"] for each in json.loads(out)["checks"] if each["holds"] is False}
    assert code == (1 if named else 0)
    return {name.removeprefix("receipts[0].board.") for name in named}


@pytest.mark.parametrize("package", [HONEST, CLOSED, OPENED], ids=["grouped", "sums", "full"])
def test_a_receipt_stands_where_it_says(package, written):
    assert failing(package, a_receipt(), written) == set()


@pytest.mark.parametrize(
    ("path", "lie", "named"),
    [
        ("board.index", 5, {"index", "proof"}),
        ("board.proof.0", "00" * 32, {"proof"}),
        ("board.proof", [], {"proof"}),
        ("board.size", 10, {"size"}),
        ("board.checkpoint", "x", {"checkpoint"}),
    ],
)
def test_a_receipt_whose_place_is_not_so_says_what(path, lie, named, written):
    receipt = a_receipt()
    holder, key = at(receipt, path)
    holder[key] = lie

    assert failing(HONEST, receipt, written) == named


def test_a_checkpoint_of_another_key_proves_nothing(written):
    assert failing(HONEST, a_receipt(seed=STRANGER), written) == {"signature"}


def test_a_board_made_anew_disagrees_with_a_receipt(written):
    package = copy_of(HONEST)
    leaves = package["board"]["leaves"]
    leaves[0], leaves[1] = leaves[1], leaves[0]
    package["board"]["earlier"] = []
    sign_anew(package)

    assert failing(signed_again(package), a_receipt(), written) == {"root"}


def test_a_package_whose_board_was_taken_away_is_named(written):
    assert failing(BOARDLESS, a_receipt(), written) == {"checkpoint"}
