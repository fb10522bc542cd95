"""A counted question as `coordination tally` prints it: as JSON, and as a table for the eye.

The JSON is a stable interface: strangers' programs read it. Areas are strings of square metres
with four decimals, parts and wholes of area checks are cm².
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from coordination.ballots.tally_ballots import Repeated, Returned
from coordination.law.areas import format_area, percent
from coordination.law.classes import Rule
from coordination.law.silence import Counted, SilencePolicy
from coordination.law.tally import NOTHING, Check, Choice, Outcome, Tally, Weight

CHOICES = {
    Choice.APPROVE.value: "同意",
    Choice.REJECT.value: "不同意",
    Choice.NONE_OF_THESE.value: "都不同意",
    Choice.ABSTAIN.value: "弃权",
}
OUTCOMES = {
    Outcome.CARRIED: "通过",
    Outcome.NOT_CARRIED: "未通过（没有形成决定，也不等于通过相反的决定）",
    Outcome.NO_QUORUM: "参与表决的业主不足法定比例，没有形成决定",
}
CHECKS = {
    "quorum.persons": "参与表决的人数",
    "quorum.area": "参与表决的面积",
    "approval.persons": "同意的人数",
    "approval.area": "同意的面积",
}


@dataclass(frozen=True, slots=True)
class Report:
    """One question: what came back, and what it counts to."""

    returned: Returned
    counted: Counted
    invalid_takes_part: bool
    silence_rule: str


def name_of(choice: str | None) -> str | None:
    return None if choice is None else CHOICES.get(choice, choice)


def as_json(report: Report) -> dict[str, Any]:
    returned, counted = report.returned, report.counted
    tally = counted.in_force
    silent = counted.policy is not SilencePolicy.NONE
    return {
        "question": returned.question,
        "matter": tally.rule.matter.value,
        "rule": _rule(tally.rule),
        "roll": _weight(tally.roll),
        "participating": _weight(tally.participating),
        "consent_base": _weight(tally.consent_base),
        "options": _options(tally),
        "winner": name_of(tally.winner) if tally.options else None,
        "invalid": _weight(returned.invalid),
        "delivered_unreturned": _weight(returned.delivered_unreturned),
        "undelivered": _weight(returned.undelivered),
        "silence": {
            "policy": counted.policy.value,
            "added_to": name_of(counted.added_to),
            "added": _weight(counted.added),
        },
        "checks": [_check(check) for check in tally.checks],
        "outcome": tally.outcome.value,
        "cast_only": _cast_only(counted.cast_only) if silent else None,
        "conflicts": [
            _repeated(repeated) | _weight(repeated.weight) for repeated in returned.conflicts
        ],
        "duplicates": [_repeated(repeated) for repeated in returned.duplicates],
    }


def _cast_only(tally: Tally) -> dict[str, Any]:
    return {
        "participating": _weight(tally.participating),
        "consent_base": _weight(tally.consent_base),
        "options": _options(tally),
        "checks": [_check(check) for check in tally.checks],
        "outcome": tally.outcome.value,
    }


def _weight(weight: Weight) -> dict[str, Any]:
    return {"persons": weight.persons, "area_m2": format_area(weight.area_cm2)}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "source": rule.source,
        "quorum": str(rule.quorum.share),
        "approval": str(rule.approval.share),
        "approval_inclusive": rule.approval.inclusive,
    }


def _options(tally: Tally) -> list[dict[str, Any]]:
    return [_option(tally, choice) for choice in tally.choices]


def _option(tally: Tally, choice: str) -> dict[str, Any]:
    weight, base = tally.choices[choice], tally.consent_base
    told = {
        "choice": name_of(choice),
        **_weight(weight),
        "persons_pct": percent(weight.persons, base.persons),
        "area_pct": percent(weight.area_cm2, base.area_cm2),
    }
    if choice in tally.options:
        told["checks"] = [_check(check) for check in tally.approval_of(choice)]
    return told


def _check(check: Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "part": check.part,
        "whole": check.whole,
        "bar": str(check.bar.share),
        "inclusive": check.bar.inclusive,
        "holds": check.holds,
    }


def _repeated(repeated: Repeated) -> dict[str, Any]:
    return {"rows": repeated.rows, "rooms": repeated.rooms, "choices": repeated.choices}


def as_text(report: Report) -> str:
    """The same for the eye."""
    tally = report.counted.in_force
    return "\n".join(
        [
            f"事项：{report.returned.question or '（未写明）'}",
            f"类别：{tally.rule.wording}（{tally.rule.source}）",
            "",
            *_columns(_lines(report)),
            "",
            *_told_checks(tally),
            *_told_silence(report),
            *_told_repeated(report.returned),
            f"结果：{_told_outcome(tally)}",
        ]
    )


def _lines(report: Report) -> Iterable[Sequence[str]]:
    tally, returned = report.counted.in_force, report.returned
    conflicts = sum((repeated.weight for repeated in returned.conflicts), start=NOTHING)
    invalid = "计入参与" if report.invalid_takes_part else "不计入参与"
    yield "", "人数", "占比", "面积（㎡）", "占比"
    yield _line("全体业主", tally.roll)
    yield _line("参与表决", tally.participating, tally.roll)
    if tally.consent_base != tally.participating:
        yield _line("计算同意比例的基数", tally.consent_base)
    for choice, weight in tally.choices.items():
        yield _line(f"　{name_of(choice)}", weight, tally.consent_base)
    yield _line(f"无效（{invalid}）", returned.invalid)
    yield _line("已送达未表决", returned.delivered_unreturned)
    yield _line("未送达", returned.undelivered)
    yield _line("选择相互矛盾（不计）", conflicts)


def _line(label: str, weight: Weight, base: Weight | None = None) -> Sequence[str]:
    if base is None:
        return label, str(weight.persons), "", format_area(weight.area_cm2), ""
    persons = percent(weight.persons, base.persons)
    area = percent(weight.area_cm2, base.area_cm2)
    return (
        label,
        str(weight.persons),
        f"{persons}%" if persons else "—",
        format_area(weight.area_cm2),
        f"{area}%" if area else "—",
    )


def _columns(lines: Iterable[Sequence[str]]) -> list[str]:
    """Lines in columns: the first to the left, figures to the right; a Chinese sign is two wide."""
    rows = [list(line) for line in lines]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell + " " * (width - _width(cell)) if i == 0 else " " * (width - _width(cell)) + cell
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _told_checks(tally: Tally) -> Iterable[str]:
    for check in tally.checks:
        yield _told_check(check)
    for option in tally.options:
        for check in tally.approval_of(option):
            yield f"“{option}”{_told_check(check)}"


def _told_check(check: Check) -> str:
    area = check.name.endswith(".area")
    part, whole = (format_area(n) if area else str(n) for n in (check.part, check.whole))
    share = percent(check.part, check.whole)
    return (
        f"{CHECKS[check.name]} {part} / {whole}（{f'{share}%' if share else '—'}），"
        f"须{check.bar.wording}：{'达到' if check.holds else '未达到'}"
    )


def _told_silence(report: Report) -> Iterable[str]:
    counted = report.counted
    if counted.policy is SilencePolicy.NONE:
        return
    yield f"未表决票的规则：{report.silence_rule}"
    if counted.added_to is None:
        yield "没有已送达未表决的票可计入，或没有人数和面积都最多的一种意见：未作计入。"
    else:
        added = counted.added
        yield (
            f"已计入多数意见“{name_of(counted.added_to)}”："
            f"{added.persons} 人，{format_area(added.area_cm2)} ㎡。"
        )
    yield "只按收回的票计算："
    yield from (f"　{line}" for line in _told_checks(counted.cast_only))
    yield f"　结果：{_told_outcome(counted.cast_only)}"


def _told_repeated(returned: Returned) -> Iterable[str]:
    for label, listed in (("矛盾", returned.conflicts), ("重复", returned.duplicates)):
        for repeated in listed:
            yield (
                f"{label}：第 {'、'.join(map(str, repeated.rows))} 行，"
                f"{'、'.join(repeated.rooms)}（{'、'.join(repeated.choices)}）"
            )


def _told_outcome(tally: Tally) -> str:
    chosen = f"：{name_of(tally.winner)}" if tally.options and tally.winner else ""
    return OUTCOMES[tally.outcome] + chosen
