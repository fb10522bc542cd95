"""`coordination tally`: count a vote held on paper from two files, without server or database.

A stable interface. Exit 0 whatever the outcome, 2 on unusable input with each fault as row,
column, value and reason on stderr; with --json, JSON alone on stdout.
"""

import argparse
import gc
import io
import json
import sys
from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path

from coordination import clock
from coordination.ballots.tally_ballots import BALLOT_COLUMNS, Returned, read_ballots, read_options
from coordination.ballots.tally_report import Report, as_json, as_text
from coordination.ballots.tally_roll import ROLL_COLUMNS, Roll, Unusable, read_roll
from coordination.errors import Invalid
from coordination.law.classes import MatterClass, Rule, rule_for
from coordination.law.periods import day_of
from coordination.law.silence import SilencePolicy, tally_with_silence
from coordination.web.sheets import (
    COLUMN_WORDS,
    SAID_ONCE,
    Table,
    file_content,
    read_table,
)

MAX_ROWS = 200_000
MAX_BYTES = 100 * 1024 * 1024
FAULTS_SHOWN = 500


def main(argv: list[str] | None = None) -> int:
    """Count the vote that `argv` names and print it; the exit code."""
    asked = _parser().parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    gc.disable()  # a short run whose rows all live to its end: collecting costs a quarter of it
    try:
        reports = _count(asked)
    except Unusable as unusable:
        print(_told(unusable), file=sys.stderr)
        return 2
    finally:
        gc.enable()
    if asked.json:
        questions = [as_json(report) for report in reports]
        print(json.dumps({"questions": questions}, ensure_ascii=False, indent=2))
    else:
        print("\n\n".join(map(as_text, reports)))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="coordination tally",
        allow_abbrev=False,
        description="按民法典第二百七十八条统计一次纸面（或已汇总的）业主表决。",
    )
    add = parser.add_argument
    add("--roll", type=Path, required=True, help="业主名册，.xlsx（工作表“数据”）或 .csv")
    add("--ballots", type=Path, required=True, help="表决票，.xlsx（工作表“数据”）或 .csv")
    add(
        "--matter",
        type=_one_of(MatterClass),
        required=True,
        metavar="CLASS",
        help="事项类别（第一至九项）：" + "、".join(MatterClass),
    )
    add("--question", metavar="TEXT", help="只统计这一事项；不写则逐项统计")
    add("--on", type=_day, metavar="DATE", help="按哪天的法律，默认今天")
    add("--options", metavar="A,B,…", help="多选一事项的选项，逗号隔开")
    add("--parking", action="store_true", help="车位计入表决权")
    add(
        "--silence",
        type=_one_of(SilencePolicy),
        default=SilencePolicy.NONE,
        metavar="|".join(SilencePolicy),
        help="已送达未表决的票：none 不计（默认）；delivered_joins_majority 计入多数意见",
    )
    add("--silence-rule", default="", metavar="TEXT", help="议事规则或管理规约中的原文")
    add("--silence-takes-part", action="store_true", help="该规则并规定送达即为参与表决")
    add("--invalid-takes-part", action="store_true", help="无效票计入参与表决")
    add("--json", action="store_true", help="只输出 JSON")
    return parser


def _one_of(kind: type[StrEnum]) -> Callable[[str], StrEnum]:
    def read(text: str) -> StrEnum:
        try:
            return kind(text)
        except ValueError:
            told = f"没有“{text}”；可写：{'、'.join(kind)}"
            raise argparse.ArgumentTypeError(told) from None

    return read


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期；请写成 2026-03-01") from None


def _count(asked: argparse.Namespace) -> list[Report]:
    rule = _rule(asked)
    if asked.silence is not SilencePolicy.NONE and not asked.silence_rule.strip():
        raise Unusable("--silence-rule", "未表决票计入多数意见，须引用议事规则或管理规约的原文。")
    options = [] if asked.options is None else read_options(asked.options)
    roll = read_roll(_table(asked.roll, "业主名册", ROLL_COLUMNS), parking_counts=asked.parking)
    ballots = _table(asked.ballots, "表决票", BALLOT_COLUMNS)
    questions = read_ballots(ballots, roll, question=asked.question, options=options)
    return [_report(asked, rule, roll, returned) for returned in questions]


def _report(asked: argparse.Namespace, rule: Rule, roll: Roll, returned: Returned) -> Report:
    counted = tally_with_silence(
        rule,
        roll.total,
        returned.cast,
        returned.delivered_unreturned,
        policy=asked.silence,
        takes_part=asked.silence_takes_part,
        options=returned.options,
        invalid=returned.invalid,
        invalid_takes_part=asked.invalid_takes_part,
    )
    return Report(returned, counted, asked.invalid_takes_part, asked.silence_rule.strip())


def _rule(asked: argparse.Namespace) -> Rule:
    on = asked.on or day_of(clock.now())
    try:
        return rule_for(asked.matter, on)
    except LookupError as none:
        raise Unusable("--on", f"{on} 民法典尚未施行（2021-01-01 起），不能据以计票。") from none


def _table(path: Path, where: str, required: Sequence[str]) -> Table:
    try:
        data = file_content(path, MAX_BYTES)
        return read_table(
            data, path.name, required=required, also=COLUMN_WORDS, fill=SAID_ONCE,
            max_rows=MAX_ROWS, max_bytes=MAX_BYTES,
        )  # fmt: skip
    except Invalid as refused:
        raise Unusable(where, f"{path}：{refused}") from refused


def _told(unusable: Unusable) -> str:
    if not unusable.faults:
        return f"{unusable.where}：{unusable}"
    lines = [
        f"{unusable.where}：第 {fault.row} 行，列“{fault.column}”，"
        f"值“{fault.value}”：{fault.reason}"
        for fault in unusable.faults[:FAULTS_SHOWN]
    ]
    if len(unusable.faults) > FAULTS_SHOWN:
        lines.append(f"……共 {len(unusable.faults)} 处。")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
