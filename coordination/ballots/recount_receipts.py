"""Whether a receipt fits the package: its holder's right, their line, and nothing after it."""

from collections.abc import Mapping
from typing import Any

from coordination.ballots.board import code_of, who_is
from coordination.ballots.checkpoints import Note, read_note
from coordination.ballots.commitments import opens
from coordination.ballots.findings import Findings
from coordination.ballots.receipts import Cast, Receipt
from coordination.ballots.recount_board import RebuiltBoard, check_head
from coordination.ballots.recount_lines import Rebuilt
from coordination.ballots.tree import check_inclusion, leaf_hash


def check_receipts(
    findings: Findings,
    package: dict[str, Any],
    rebuilt: Mapping[str, Rebuilt],
    board: RebuiltBoard | None,
    documents: list[dict[str, Any]],
) -> None:
    """Every receipt given. Several of one right vouch for each other's changes of vote."""
    receipts = [Receipt.from_dict(document) for document in documents]
    for place, (document, receipt) in enumerate(zip(documents, receipts, strict=True)):
        below = findings.under(f"receipts[{place}]", f"回执{place + 1}")
        below.same("poll", "同一次表决", receipt.poll, package["poll"]["id"])
        _check_itself(below, document, receipt)
        _check_on_board(below.under("board", "公示票箱"), document, board)
        questions = [each for each in package["questions"] if each["id"] == receipt.question]
        found = [question["id"] for question in questions]
        below.same("question", "公示包中有这个事项", [receipt.question], found)
        if receipt.question not in rebuilt:
            continue
        _check_right(below, questions[0], receipt)
        known = {
            each.cast.ordinal
            for each in receipts
            if each.cast
            and (each.question, each.right.who) == (receipt.question, receipt.right.who)
        }
        if questions[0]["form"] == "sums":
            _check_without_lines(below, receipt.cast, rebuilt[receipt.question])
        else:
            _check_line(below, receipt, questions[0]["lines"], rebuilt[receipt.question], known)


def checkpoint_of(document: dict[str, Any]) -> Note | None:
    """The checkpoint that a receipt holds; None: it holds none, or none that can be read."""
    try:
        return read_note(document["board"]["checkpoint"]) if document.get("board") else None
    except ValueError:
        return None


def _check_on_board(
    findings: Findings, document: dict[str, Any], board: RebuiltBoard | None
) -> None:
    """That the ballot stood where the receipt says when it was given, and stands there still."""
    said, cast = document.get("board"), document["cast"]
    if not said or not cast:
        return
    if board is None:
        findings.fits("checkpoint", "票在公示票箱中", said["index"], "公示包没有公示票箱", False)
        return
    note = checkpoint_of(document)
    if note is None:
        findings.fits("checkpoint", "回执上的检查点", said["size"], "不是检查点", False)
        return
    check_head(findings, board, note)
    tracker, index = bytes.fromhex(cast["tracker"]), said["index"]
    findings.same("size", "回执与其检查点的大小", said["size"], note.checkpoint.size)
    proof = [bytes.fromhex(step) for step in said["proof"]]
    root = note.checkpoint.root
    proven = check_inclusion(leaf_hash(tracker), index, said["size"], proof, root)
    told = "证明成立" if proven else "证明不成立"
    findings.fits("proof", "这一票在该检查点的树中", index, told, proven)
    found = board.entries[index].hex() if 0 < index < board.size else None
    findings.same("index", "公示票箱的这个位置上是这一票", cast["tracker"], found)


def _check_itself(findings: Findings, document: dict[str, Any], receipt: Receipt) -> None:
    right = receipt.right
    named = who_is(right.salt, right.right)
    findings.same("who", "who 由票权号与盐算出", right.who.hex(), named.hex())
    holds = opens(right.weight, right.opening)
    found = right.area_cm2 if holds else "承诺打不开为这个面积"
    findings.fits("weight", "承诺打开为回执上的面积", right.area_cm2, found, holds)
    if receipt.cast:
        said = document["cast"]["code"]
        findings.same("code", "查验码由追踪号算出", said, code_of(receipt.cast.tracker))


def _check_right(findings: Findings, question: dict[str, Any], receipt: Receipt) -> None:
    who = receipt.right.who.hex()
    found = [right["weight"] for right in question["rights"] if right["who"] == who]
    findings.same("on_roll", "票权清册上有这份票权", [receipt.right.weight.hex()], found)


def _check_without_lines(findings: Findings, cast: Cast | None, rebuilt: Rebuilt) -> None:
    if cast is None:
        findings.stated("not_cast", "没有人以这份票权投票（此形式不列逐票）", None)
        return
    found = cast.tracker.hex() if cast.tracker in rebuilt.trackers else None
    findings.same("tracker", "公示包中有这一票", cast.tracker.hex(), found)
    findings.stated("later", "之后没有别的票取代它（此形式不列逐票）", cast.ordinal)


def _check_line(
    findings: Findings,
    receipt: Receipt,
    lines: list[dict[str, Any]],
    rebuilt: Rebuilt,
    known: set[int],
) -> None:
    who, cast = receipt.right.who.hex(), receipt.cast
    ordinals = sorted(line["ordinal"] for line in lines if line["who"] == who)
    if cast is None:
        findings.same("not_cast", "没有人以这份票权投票", [], ordinals)
        return
    line = rebuilt.trackers.get(cast.tracker)
    found = cast.tracker.hex() if line else None
    findings.same("tracker", "公示包中有这一票", cast.tracker.hex(), found)
    if line:
        said = {"who": who, "ordinal": cast.ordinal, "nonce": cast.nonce.hex()}
        findings.same("line", "这一票的内容与回执相同", said, {name: line[name] for name in said})
    later = [ordinal for ordinal in ordinals if ordinal > cast.ordinal and ordinal not in known]
    findings.same("later", "之后没有别的票取代它（若有且不是您改的票，请提出异议）", [], later)
