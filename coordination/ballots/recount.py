"""`coordination recount`: rebuild every figure of a published result from its package alone.

A stable interface. Exit 0: all that can be checked agrees; 1: something disagrees, each named;
2: unreadable. Imports only the law, the words of the board, the standard library and PyNaCl.

What no package can prove, and is printed as not checkable: texts, days and numbers of the
notice; that delivery, channels and duplicates were as stated (that they add up is checked);
roll and room list behind their hashes, but in the form `full`; who made which choice in `sums`.
Against a change of any of these stands `sha256`, which the printed result shows.
"""

import argparse
import io
import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

from coordination.ballots.board import digest
from coordination.ballots.checkpoints import Note, read_note
from coordination.ballots.findings import Check, Findings
from coordination.ballots.reading import (
    Unreadable,
    form,
    package_form,
    printable,
    read_file,
    read_json,
    shown,
)
from coordination.ballots.recount_aside import check_aside
from coordination.ballots.recount_board import (
    RebuiltBoard,
    check_leaves,
    check_note,
    rebuild_board,
)
from coordination.ballots.recount_election import grouping_of
from coordination.ballots.recount_entry import check_entry_zero
from coordination.ballots.recount_figures import check_figures, check_rule
from coordination.ballots.recount_lines import Rebuilt, rebuild
from coordination.ballots.recount_privacy import check_privacy
from coordination.ballots.recount_receipts import check_receipts, checkpoint_of

SMALL = 2**20  # bytes, of receipts and checkpoints
MARKS = {True: "一致    ", False: "不一致  ", None: "无法核对"}


def main(argv: list[str] | None = None) -> int:
    """Recount the package that `argv` names and print each check; the exit code."""
    asked = _parser().parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    try:
        checks = _recount(asked)
    except Unreadable as unreadable:
        print(f"读不了：{unreadable}", file=sys.stderr)
        return 2
    except (MemoryError, RecursionError):
        print("读不了：内容太大，或层次太深", file=sys.stderr)
        return 2
    agrees = all(check.holds is not False for check in checks)
    print(_as_json(checks, agrees) if asked.json else _as_text(checks, agrees))
    return 0 if agrees else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="coordination recount", description="只凭公示包，重新计算一次业主表决的全部结果。"
    )
    add = parser.add_argument
    add("package", type=Path, metavar="PACKAGE.json", help="公示包")
    add(
        "--receipt",
        type=Path,
        action="append",
        default=[],
        metavar="R.json",
        help="回执，在包中找出它",
    )
    add("--checkpoint", type=Path, nargs="+", default=[], metavar="C.txt", help="另外得到的检查点")
    add("--json", action="store_true", help="以 JSON 输出")
    return parser


def _recount(asked: argparse.Namespace) -> list[Check]:
    package = read_package(read_file(asked.package))
    receipts = [each for path in asked.receipt for each in _read_receipts(path)]
    checkpoints = [_read_checkpoint(path) for path in asked.checkpoint]
    return recount(package, receipts, checkpoints)


def read_package(data: bytes) -> dict[str, Any]:
    """The package in its published form. Unreadable: it is not one."""
    package: Any = read_json(data)
    package_form(package)(package)
    days = {
        ("poll", "notice_on"): package["poll"]["notice_on"],
        **{("publication", name): package["publication"][name] for name in _DAYS},
        **{
            ("questions", place, "roll", "frozen_on"): question["roll"]["frozen_on"]
            for place, question in enumerate(package["questions"])
        },
    }
    moments = {("poll", name): package["poll"][name] for name in ("opens_at", "closes_at")}
    moments["publication", "counted_at"] = package["publication"]["counted_at"]
    for where, written in {**days, **moments}.items():
        try:
            datetime.fromisoformat(written)
        except ValueError:
            raise Unreadable(f"没有这样的日子：{written}", *where) from None
    return package


_DAYS = ("objections_from", "objections_until")


def _read_receipts(path: Path) -> list[dict[str, Any]]:
    document: Any = read_json(read_file(path, SMALL))
    several = isinstance(document, list)
    try:
        form("receipts" if several else "receipt")(document)
    except Unreadable as unreadable:
        raise unreadable.within(path.name) from None
    return document if several else [document]


def _read_checkpoint(path: Path) -> Note:
    try:
        return read_note(read_file(path, SMALL).decode())
    except UnicodeDecodeError as broken:
        raise Unreadable(f"检查点 {path.name} 不是文字") from broken
    except ValueError as malformed:
        raise Unreadable(f"检查点 {path.name} 的写法不对（{malformed}）") from malformed


def recount(
    package: dict[str, Any],
    receipts: list[dict[str, Any]] | None = None,
    checkpoints: list[Note] | None = None,
) -> list[Check]:
    """All checks on a package that `read_package` took. Unreadable: its parts do not match."""
    findings = Findings()
    findings.same(
        "sha256", "整个公示包的哈希（与张贴的结果核对）", package["sha256"], digest(package)
    )
    _check_frame(findings, package)
    rebuilt: dict[str, Rebuilt] = {}
    for place, question in enumerate(package["questions"]):
        below = findings.under(f"questions[{place}]", f"事项{question['position']}")
        try:
            rebuilt[question["id"]] = _recount_question(below, package["poll"], question)
        except Unreadable as unreadable:
            raise unreadable.within("questions", place) from None
    kept = [note for note in map(checkpoint_of, receipts or []) if note]
    board = rebuild_board(findings, package, [*(checkpoints or []), *kept])
    if board:
        check_leaves(findings, package["board"], rebuilt)
        check_entry_zero(findings, package)
    for place, note in enumerate(checkpoints or []):
        _check_checkpoint(findings, place, board, note)
    check_receipts(findings, package, rebuilt, board, receipts or [])
    return findings.checks


def _check_checkpoint(
    findings: Findings, place: int, board: RebuiltBoard | None, note: Note
) -> None:
    name, what = f"checkpoints[{place}]", f"检查点{place + 1}"
    if board is None:
        missing = f"{what}（这个公示包没有公示票箱）"
        findings.stated(name, missing, note.checkpoint.origin)
    else:
        check_note(findings.under(name, what), board, note, strict=False)


def _check_frame(findings: Findings, package: dict[str, Any]) -> None:
    poll, publication, questions = (package[name] for name in ("poll", "publication", "questions"))
    road = [poll["opens_at"], poll["closes_at"], publication["counted_at"]]
    findings.same("poll.times", "开始、截止、计票的先后", road, sorted(road))
    frozen = max(question["roll"]["frozen_on"] for question in questions)
    before = [frozen, poll["notice_on"], _day(poll["opens_at"])]
    findings.same("poll.days", "名册冻结、公告、开始的先后", before, sorted(before))
    after = [publication["objections_from"], publication["objections_until"]]
    days = [_day(publication["counted_at"]), *after]
    findings.same("publication.days", "计票日和异议期的先后", days, sorted(days))
    positions = [question["position"] for question in questions]
    findings.same("questions", "事项依次编号", positions, sorted(set(positions)))
    ids = [question["id"] for question in questions]
    findings.same("questions.id", "事项各不相同", len(ids), len(set(ids)))
    for name, said in poll.items():
        findings.stated(f"poll.{name}", "公告所载", said)
    for name, said in publication.items():
        findings.stated(f"publication.{name}", "本次公示所载", said)


def _day(moment: str) -> str:
    """The day of a moment, which a package writes in Shanghai's time."""
    return moment[:10]


def _recount_question(
    findings: Findings, poll: dict[str, Any], question: dict[str, Any]
) -> Rebuilt:
    grouping = grouping_of(question)
    for name, what in _STATED.items():
        findings.stated(name, what, question[name])
    findings.stated("roll.frozen_on", "名册冻结日", question["roll"]["frozen_on"])
    rebuilt = rebuild(findings, poll["id"], question, grouping)
    check_privacy(findings, question, rebuilt)
    rule = check_rule(findings, question, date.fromisoformat(poll["notice_on"]))
    if rule:
        check_figures(findings, question, rule, rebuilt)
    check_aside(findings, question, rebuilt)
    return rebuilt


_STATED = {
    "id": "编号",
    "position": "序号",
    "title": "标题",
    "scope": "范围",
    "class_reason": "归类理由",
    "options": "选项",
    "invalid_takes_part": "无效票是否算参与",
    "changes_allowed": "允许改票次数",
    "duplicates": "重复票数",
    "conflicts": "矛盾票数",
}


def _as_json(checks: list[Check], agrees: bool) -> str:
    listed = [
        {"name": each.name, "said": each.said, "found": each.found, "holds": each.holds}
        for each in checks
    ]
    return json.dumps({"agrees": agrees, "checks": listed}, ensure_ascii=False, indent=2)


def _as_text(checks: list[Check], agrees: bool) -> str:
    """What disagrees stands last, where it is read."""
    ordered = sorted(checks, key=lambda each: each.holds is False)
    counts = {mark: sum(each.holds is mark for each in checks) for mark in MARKS}
    verdict = "复算一致" if agrees else f"有 {counts[False]} 项不一致，列在最后"
    summary = f"{counts[True]} 项一致，{counts[None]} 项无法只凭公示包核对"
    return "\n".join([*map(_line, ordered), f"结论：{verdict}。{summary}。"])


def _line(check: Check) -> str:
    found = "" if check.holds is None else f"，复算 {_told(check.found)}"
    told = f"{printable(check.what)}（{printable(check.name)}）"
    return f"{MARKS[check.holds]} {told}：公布 {_told(check.said)}{found}"


def _told(value: object) -> str:
    if isinstance(value, list):
        return "、".join(map(_told, value)) or "无"
    if isinstance(value, dict):
        return "，".join(f"{name} {_told(each)}" for name, each in value.items())
    return shown(value)
