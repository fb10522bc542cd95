"""The second half of a recount: from persons and area per choice to bars and outcome.

Written apart from `package_figures`, which printed them: here each printed figure is computed again
and compared, so that a slip in one is not repeated in the other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from coordination.ballots.board import INVALID
from coordination.ballots.findings import Findings
from coordination.ballots.recount_election import check_election, elect_again
from coordination.ballots.recount_lines import LABELS, Rebuilt, open_sum, weight_of
from coordination.law.areas import format_area, percent
from coordination.law.classes import Bar, MatterClass, Rule, rule_for
from coordination.law.election import Election
from coordination.law.silence import Counted, SilencePolicy, tally_with_silence
from coordination.law.tally import NOTHING, Check, Tally, Weight

CHANNELS = ["online", "paper", "phone", "door"]
REACHED_BY = ["message", "online", "door", "letter", "posting", "ballot"]


def check_rule(findings: Findings, question: dict[str, Any], noticed: date) -> Rule | None:
    """The rule printed must be the one in force on the day of the notice."""
    said = question["rule"]
    try:
        rule = rule_for(MatterClass(said["matter"]), noticed)
    except LookupError:
        findings.fits("rule", "适用的规定", str(noticed), "当日没有这样的规定", False)
        return None
    findings.same("rule.matter_wording", "事项类别", said["matter_wording"], rule.wording)
    findings.same("rule.source", "法律依据", said["source"], rule.source)
    for name, what, bar in (
        ("quorum", "参与表决", rule.quorum),
        ("approval", "同意", rule.approval),
    ):
        findings.same(f"rule.{name}.share", f"{what}的比例", *_pair(said[name], bar, "share"))
        findings.same(
            f"rule.{name}.inclusive", f"{what}含本数", *_pair(said[name], bar, "inclusive")
        )
        findings.same(
            f"rule.{name}.wording", f"{what}的法条用语", *_pair(said[name], bar, "wording")
        )
        findings.same(f"rule.{name}.clause", f"{what}的法条原文", *_pair(said[name], bar, "clause"))
    return rule


def _pair(said: dict[str, Any], bar: Bar, name: str) -> tuple[object, object]:
    found = getattr(bar, name)
    return said[name], str(found) if name == "share" else found


def check_figures(
    findings: Findings, question: dict[str, Any], rule: Rule, rebuilt: Rebuilt
) -> None:
    """Every figure of the count."""
    delivered, returned = weight_of(question["delivered"]), rebuilt.returned
    of = findings.under
    _same(of("roll", "全体业主"), question["roll"], rebuilt.roll)
    _same(of("returned", "收回"), question["returned"], returned)
    if question["form"] == "sums":
        findings.stated("invalid", "无效票", _printed(rebuilt.cast[INVALID]))
    else:
        _same(of("invalid", "无效票"), question["invalid"], rebuilt.cast[INVALID])
    _check_channels(findings, question, returned)
    if returned.fits_in(delivered) and delivered.fits_in(rebuilt.roll):
        findings.stated("delivered", "送达", _printed(delivered))
        silent = delivered - returned
    else:
        told = "少于收回，或多于全体业主"
        findings.fits("delivered", "送达", _printed(delivered), told, False)
        silent = NOTHING
    _check_reached(findings, question["delivered_by"], delivered.persons)
    silence = question["delivered_unreturned"]
    _same(of("delivered_unreturned", "送达未收回"), silence, silent)
    _same(of("undelivered", "未送达"), question["undelivered"], rebuilt.roll - delivered)
    _check_silent(findings, question, silent)
    if question["election"]:
        election = elect_again(findings, question, rule, rebuilt.roll, rebuilt.cast)
        if election:
            _check_elected(findings, question, election)
    elif counted := _count(findings, question, rule, rebuilt, silent):
        _check_counted(findings, question, counted)


def _check_silent(findings: Findings, question: dict[str, Any], silent: Weight) -> None:
    """By the estate's rule: whose ballots were delivered and never came back, and their area."""
    said, policy = question["silent"], SilencePolicy(question["silence"]["policy"])
    findings.same(
        "silent", "逐份列出计入的未表决票", said is not None, policy is not SilencePolicy.NONE
    )
    if said is None:
        return
    of, weights = findings.under("silent", "计入的未表决票"), dict(_weights(question))
    listed = sorted(set(said["who"]))
    of.same("who", "依次列出，没有重复", said["who"], listed)
    of.clean("roll", "都在票权清册上", [who for who in listed if who not in weights])
    voted = {line["who"] for line in question["lines"] or []}
    of.clean("lines", "都没有投票", [who for who in listed if who in voted])
    area = open_sum(
        of, "opening", "面积之和", [weights[who] for who in listed if who in weights],
        said["opening"],
    )  # fmt: skip
    of.same("persons", "人数", len(listed), silent.persons)
    of.same("area_m2", "面积", format_area(area), format_area(silent.area_cm2))


def _weights(question: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    for right in question["rights"]:
        yield right["who"], bytes.fromhex(right["weight"])


def _check_elected(findings: Findings, question: dict[str, Any], election: Election) -> None:
    """As `_check_result`: candidates stand where options do."""
    of, proven = findings.under, question["form"] != "sums"
    _same(of("participating", "参与表决"), question["participating"], election.participating)
    _same(
        of("consent_base", "计算同意比例的基数"), question["consent_base"], election.participating
    )
    labels = {str(one.number): f"{one.number}号 {one.name}" for one in election.candidates}
    sums = {number: election.named[int(number)] for number in labels} | dict(election.standing)
    listed = [each["choice"] for each in question["choices"]]
    findings.same("choices", "列出的选择", listed, list(sums))
    for each in question["choices"]:
        if (choice := each["choice"]) in sums:
            can_win = election.approval_of(int(choice)) if choice in labels else None
            label = (labels | LABELS)[choice]
            counted = _Choice(label, sums[choice], election.participating, can_win)
            _check_choice(findings, each, counted, _WHOLES, proven)
    _check_bars(findings, "checks", question["checks"], _WHOLES, election.quorum)
    findings.same("winner", "表决通过的选项", question["winner"], None)
    findings.same("outcome", "表决结果", question["outcome"], str(election.outcome))
    findings.same("cast_only", "另列不计未表决票的结果", question["cast_only"] is not None, False)
    check_election(findings, question, election)


def _count(
    findings: Findings, question: dict[str, Any], rule: Rule, rebuilt: Rebuilt, silent: Weight
) -> Counted | None:
    silence = question["silence"]
    policy = SilencePolicy(silence["policy"])
    if policy is not SilencePolicy.NONE:
        for name, what in (("rule", "规约原文"), ("source", "规约出处")):
            quoted = bool((silence[name] or "").strip())
            findings.fits(f"silence.{name}", f"未表决票计入的{what}", silence[name], quoted, quoted)
    try:
        return tally_with_silence(
            rule,
            rebuilt.roll,
            {choice: each for choice, each in rebuilt.cast.items() if choice != INVALID},
            silent,
            policy=policy,
            takes_part=silence["takes_part"],
            options=question["options"],
            invalid=rebuilt.cast[INVALID],
            invalid_takes_part=question["invalid_takes_part"],
        )
    except ValueError:
        findings.fits("participating", "参与表决", None, "票数超过票权清册", False)
        return None


def _check_counted(findings: Findings, question: dict[str, Any], counted: Counted) -> None:
    silence, cast_only = question["silence"], question["cast_only"]
    findings.same("silence.added_to", "未表决票计入", silence["added_to"], counted.added_to)
    _same(findings.under("silence.added", "计入的未表决票"), silence["added"], counted.added)
    adds = counted.policy is not SilencePolicy.NONE
    findings.same("cast_only", "另列不计未表决票的结果", cast_only is not None, adds)
    open_lines = question["form"] != "sums"
    _check_result(findings, question, counted.in_force, proven=open_lines or adds)
    if adds and cast_only is not None:
        below = findings.under("cast_only", "不计未表决票")
        _check_result(below, cast_only, counted.cast_only, proven=open_lines)


def _check_result(findings: Findings, said: dict[str, Any], tally: Tally, *, proven: bool) -> None:
    """`proven`: choices come from lines, and not from what is being checked."""
    of = findings.under
    _same(of("participating", "参与表决"), said["participating"], tally.participating)
    _same(of("consent_base", "计算同意比例的基数"), said["consent_base"], tally.consent_base)
    listed = [each["choice"] for each in said["choices"]]
    findings.same("choices", "列出的选择", listed, [str(choice) for choice in tally.choices])
    for each in said["choices"]:
        if (choice := each["choice"]) in tally.choices:
            can_win = tally.approval_of(choice) if choice in tally.options else None
            label = str(LABELS.get(choice, choice))
            counted = _Choice(label, tally.choices[choice], tally.consent_base, can_win)
            _check_choice(findings, each, counted, _wholes(tally), proven)
    _check_bars(findings, "checks", said["checks"], _wholes(tally), tally.checks)
    winner = tally.winner if tally.options else None
    findings.same("winner", "表决通过的选项", said["winner"], winner)
    findings.same("outcome", "表决结果", said["outcome"], str(tally.outcome))


@dataclass(frozen=True, slots=True)
class _Choice:
    """A choice counted again. `can_win`: its own bars of approval, of options and candidates."""

    label: str
    weight: Weight
    base: Weight
    can_win: tuple[Check, Check] | None


def _check_choice(
    findings: Findings,
    said: dict[str, Any],
    counted: _Choice,
    wholes: Mapping[str, str],
    proven: bool,
) -> None:
    found, base = counted.weight, counted.base
    below = findings.under(f"choices.{said['choice']}", counted.label)
    below.same("label", "名称", said["label"], counted.label)
    if proven:
        _same(below, said, found)
    else:
        below.stated("persons", "人数", said["persons"])
        below.stated("area_m2", "面积", said["area_m2"])
    persons = percent(found.persons, base.persons)
    below.same("persons_pct", "人数百分比", said["persons_pct"], persons)
    below.same("area_pct", "面积百分比", said["area_pct"], percent(found.area_cm2, base.area_cm2))
    if counted.can_win is None:
        below.same("checks", "单独核对同意比例", said["checks"], None)
    else:
        _check_bars(below, "checks", said["checks"] or [], wholes, counted.can_win)


def _check_bars(
    findings: Findings,
    name: str,
    said: list[dict[str, Any]],
    wholes: Mapping[str, str],
    checks: tuple[Check, ...],
) -> None:
    names = [check.name for check in checks]
    findings.same(name, "列出的核对项", [each["name"] for each in said], names)
    for each, check in zip(said, checks, strict=False):
        below = findings.under(f"{name}.{check.name}", _named(check.name))
        below.same("part", "分子", each["part"], check.part)
        below.same("whole", "分母", each["whole"], check.whole)
        below.same("whole_is", "分母名称", each["whole_is"], _denominator(check.name, wholes))
        below.same("bar", "应达到", each["bar"], str(check.bar.share))
        below.same("inclusive", "含本数", each["inclusive"], check.bar.inclusive)
        below.same("wording", "法条用语", each["wording"], check.bar.wording)
        below.same("holds", "达到", each["holds"], check.holds)


def _named(check: str) -> str:
    test, measure = check.split(".")
    return {"quorum": "参与", "approval": "同意"}[test] + {"persons": "人数", "area": "面积"}[
        measure
    ]


_WHOLES = {"quorum": "全体业主", "approval": "参与表决业主"}


def _wholes(tally: Tally) -> Mapping[str, str]:
    silent = tally.consent_base != tally.participating
    return _WHOLES | {"approval": "参与表决业主与按规则计入的未表决业主"} if silent else _WHOLES


def _denominator(check: str, wholes: Mapping[str, str]) -> str:
    test, measure = check.split(".")
    return wholes[test] + {"persons": "人数", "area": "专有部分面积"}[measure]


def _check_channels(findings: Findings, question: dict[str, Any], returned: Weight) -> None:
    said = question["channels"]
    findings.same("channels", "列出的渠道", [each["channel"] for each in said], CHANNELS)
    total = sum((weight_of(each) for each in said), start=NOTHING)
    findings.same("channels.sum", "各渠道之和", _printed(total), _printed(returned))
    for each in said:
        findings.stated(f"channels.{each['channel']}", "该渠道收回", _printed(weight_of(each)))


def _check_reached(findings: Findings, said: list[dict[str, Any]], reached: int) -> None:
    """Nobody can recount how somebody was reached; that each is counted once, anybody."""
    ways = [each["channel"] for each in said]
    findings.same("delivered_by", "列出的送达方式", ways, REACHED_BY)
    total = sum(each["persons"] for each in said)
    findings.same("delivered_by.sum", "各送达方式之和", total, reached)


def _printed(weight: Weight) -> dict[str, object]:
    return {"persons": weight.persons, "area_m2": format_area(weight.area_cm2)}


def _same(findings: Findings, said: dict[str, Any], found: Weight) -> None:
    """Compares persons and area one by one, so that the wrong one is named."""
    findings.same("persons", "人数", said["persons"], found.persons)
    findings.same("area_m2", "面积", said["area_m2"], format_area(found.area_cm2))
