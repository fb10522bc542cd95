"""`coordination recount` on a package of 100,000 lines with its board: from start to end.

The board has a checkpoint for each of fifteen days, cosigned by three; one receipt goes along.
"""

import json
import subprocess
import sys
import time
from collections.abc import Sequence

from coordination.ballots.board import digest
from coordination.ballots.package import as_json
from coordination.ballots.package_board import BoardFacts
from coordination.ballots.receipts import Cast, Inclusion, Receipt
from coordination.ballots.tree import Frontier, inclusion_proof
from tests.ballots.boards import WITNESS_SEEDS, a_board, a_note
from tests.ballots.packages import POLL, a_package, a_question
from tests.benchmarks.servers import Database, say

CHOICES = ("approve", "approve", "approve", "reject", "abstain")
DAYS = 15


def measure(base: Database, quick: bool) -> None:
    """Seconds from the command to its printed checks."""
    count = 5_000 if quick else 100_000
    facts = a_question([(600_000 + 7 * n, CHOICES[n % 5]) for n in range(count)])
    made = a_board(facts)
    entries = [made.entry_zero, *made.leaves]
    board = _watched_daily(made, entries)
    package = a_package(facts, form="full", board=board, auditor=True)
    receipt = base.folder / "receipt.json"
    receipt.write_bytes(_receipt(facts, entries, board.checkpoint))
    for form in ("grouped", "full"):
        file = base.folder / f"{form}.json"
        file.write_bytes(as_json(package if form == "full" else _closed(package)))
        begun = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "coordination", "recount", file, "--receipt", receipt, "--json"],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        seconds = time.perf_counter() - begun
        checks = json.loads(done.stdout)["checks"]
        wrong = [each["name"] for each in checks if each["holds"] is False]
        say(
            "recounting", form=form, lines=count, megabytes=file.stat().st_size // 2**20,
            seconds=round(seconds, 1), exit=done.returncode, wrong=len(wrong),
        )  # fmt: skip


def _watched_daily(made: BoardFacts, entries: Sequence[bytes]) -> BoardFacts:
    opened = int(POLL.opens_at.timestamp())
    notes = [
        a_note(entries, max(1, len(entries) * day // DAYS), opened + day * 86_400, WITNESS_SEEDS)
        for day in range(1, DAYS)
    ]
    return BoardFacts(
        made.public, made.entry_zero, made.leaves, made.checkpoint, made.witnesses, notes
    )


def _receipt(facts, entries: Sequence[bytes], checkpoint: str) -> bytes:
    right, ballot, size = facts.rights[7], facts.ballots[7], len(entries)
    nodes = {(level, index): found for level, index, found in Frontier().grown(entries)[1]}
    proof = tuple(inclusion_proof(8, size, lambda *node: nodes[node]))
    cast = Cast(ballot.ordinal, ballot.nonce, ballot.tracker, "2026-03-20")
    board = Inclusion(8, size, proof, checkpoint)
    return Receipt(POLL.id, facts.id, right, cast, board).as_json()


def _closed(package: dict) -> dict:
    """The same in the form that is usual: no right opened."""
    [question] = package["questions"]
    rights = [{"who": one["who"], "weight": one["weight"]} for one in question["rights"]]
    closed = {**package, "questions": [{**question, "form": "grouped", "rights": rights}]}
    return {**closed, "sha256": digest(closed)}
