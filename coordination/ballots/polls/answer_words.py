"""What the notice says of options, of candidates and of silence. Pure."""

from typing import cast

from coordination.ballots.package_election import TIE_WORDS
from coordination.ballots.silence_tables import SilenceRule
from coordination.ballots.tables import Question
from coordination.law.election import TieRule
from coordination.notices.rules import Section

IF_SILENT = "不投票的，不计入参与表决，也不计入同意。"
JOINS = "表决票送达后不投票的，依本小区规约计入多数意见；没有送达的不计入。"
TAKES_PART = "送达即视为参与表决，计入参与比例。"
NO_PART = "不计入参与比例。"
SILENCE_WORDS = (IF_SILENT, JOINS + TAKES_PART, JOINS + NO_PART)
ELECTING = (
    "参与比例达到后，同意的人数和面积都超过参与表决的一半的候选人，按同意人数从多到少当选；人数相同的，"
    "面积多的在先；超过应选人数的依次为候补；不足应选人数的，空缺名额另行补选。"
)
SILENT_MAJORITY = (
    "同意、不同意、弃权或各方案中，人数和面积都严格最多的一种；没有这样一种的，不计入任何意见。"
    "只有逐份有送达证明的才计入，选举除外。结果同时公布计入与不计入的两种计票。"
)


def silence_words(rule: SilenceRule | None) -> str:
    """What happens to who does nothing, in plain words."""
    if rule is None:
        return IF_SILENT
    return JOINS + (TAKES_PART if rule.takes_part_words else NO_PART)


def answer_rows(question: Question) -> list[tuple[str, str]]:
    """What the ballot offers, where that is not 同意 or 不同意."""
    options = cast(list[str], question.options)
    if question.seats is None:
        return [("可以选择的方案", "；".join([*options, "都不同意", "弃权"]))] if options else []
    listed = "；".join(f"{number}号 {name}" for number, name in enumerate(options, 1))
    words = TIE_WORDS[TieRule(question.tie_rule)]
    precedence = cast(list[int], question.precedence)
    first = sorted(zip(precedence, options, strict=True))
    return [
        ("应选人数", f"{question.seats} 人，每张票最多选 {question.seats} 人，多选无效"),
        ("候选人", listed),
        ("怎样当选", ELECTING),
        ("得票相同的", f"{words}，次序为：{'、'.join(name for _, name in first)}"),
    ]


def silence_section(rule: SilenceRule | None) -> Section | None:
    """The estate's rule on ballots that were delivered and never came back, quoted."""
    if rule is None:
        return None
    part = f"原文写明送达即参与：“{rule.takes_part_words}”。" if rule.takes_part_words else ""
    rows = (
        ("规约", f"{rule.source}，{rule.adopted_on:%Y-%m-%d}业主大会通过"),
        ("原文", f"“{rule.text}”"),
        ("在本次表决中", silence_words(rule) + part),
        ("怎样算多数", SILENT_MAJORITY),
        ("文件", rule.document),
    )
    return Section("送达后不投票的怎样算", rows=rows)
