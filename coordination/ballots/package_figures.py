"""The figures of one question as the result package prints them. Names follow the tally's JSON.

Percentages stand beside the raw figures and are measured against `consent_base`. Every check
names what it divides by what.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coordination.ballots.board import INVALID
from coordination.law.areas import format_area, percent
from coordination.law.classes import Bar, Rule
from coordination.law.silence import Counted, SilencePolicy, tally_with_silence
from coordination.law.tally import NOTHING, Check, Choice, Tally, Weight

LABELS: dict[str, str] = {
    Choice.APPROVE: "同意",
    Choice.REJECT: "不同意",
    Choice.NONE_OF_THESE: "都不同意",
    Choice.ABSTAIN: "弃权",
    INVALID: "无效",
}
MEASURES = {"persons": "人数", "area": "专有部分面积"}


@dataclass(frozen=True, slots=True)
class CountingRules:
    """How a question is counted, as its notice says."""

    options: tuple[str, ...] = ()
    invalid_takes_part: bool = False
    silence: SilencePolicy = SilencePolicy.NONE
    silence_rule: str | None = None  # the estate's rule, quoted
    silence_takes_part: bool = False


def count(
    rule: Rule,
    rules: CountingRules,
    roll: Weight,
    cast: Mapping[str, Weight],
    delivered: Weight,
) -> Counted:
    """The tally of what was `cast`, invalid ballots among it, and what silence adds."""
    valid = {choice: weight for choice, weight in cast.items() if choice != INVALID}
    returned = sum(cast.values(), start=NOTHING)
    return tally_with_silence(
        rule,
        roll,
        valid,
        delivered - returned,
        policy=rules.silence,
        takes_part=rules.silence_takes_part,
        options=rules.options,
        invalid=cast.get(INVALID, NOTHING),
        invalid_takes_part=rules.invalid_takes_part,
    )


def figures(
    counted: Counted,
    rules: CountingRules,
    cast: Mapping[str, Weight],
    delivered: Weight,
) -> dict[str, object]:
    """All counted figures of a question."""
    tally = counted.in_force
    returned = sum(cast.values(), start=NOTHING)
    return {
        **_result(tally),
        "delivered": measured(delivered),
        "returned": measured(returned),
        "invalid": measured(cast.get(INVALID, NOTHING)),
        "delivered_unreturned": measured(delivered - returned),
        "undelivered": measured(tally.roll - delivered),
        "silence": {
            "policy": str(rules.silence),
            "rule": rules.silence_rule,
            "takes_part": rules.silence_takes_part,
            "added_to": counted.added_to,
            "added": measured(counted.added),
        },
        "cast_only": (None if rules.silence is SilencePolicy.NONE else _result(counted.cast_only)),
    }


def rule_figures(rule: Rule) -> dict[str, object]:
    """The rule in force, with the words of the law."""
    return {
        "matter": str(rule.matter),
        "matter_wording": rule.wording,
        "source": rule.source,
        "quorum": _bar(rule.quorum),
        "approval": _bar(rule.approval),
    }


def measured(weight: Weight) -> dict[str, object]:
    """Persons, and square metres with four decimals."""
    return {"persons": weight.persons, "area_m2": format_area(weight.area_cm2)}


def _result(tally: Tally) -> dict[str, object]:
    return {
        "participating": measured(tally.participating),
        "consent_base": measured(tally.consent_base),
        "choices": [_choice(tally, choice) for choice in tally.choices],
        "checks": _checks(tally, tally.checks),
        "winner": tally.winner if tally.options else None,
        "outcome": str(tally.outcome),
    }


def _choice(tally: Tally, choice: str) -> dict[str, object]:
    weight, base = tally.choices[choice], tally.consent_base
    can_win = choice in tally.options
    return {
        "choice": str(choice),
        "label": label(choice),
        **measured(weight),
        "persons_pct": percent(weight.persons, base.persons),
        "area_pct": percent(weight.area_cm2, base.area_cm2),
        "checks": _checks(tally, tally.approval_of(choice)) if can_win else None,
    }


def label(choice: str) -> str:
    """What a page calls a choice; an option's name is its own."""
    return LABELS.get(choice, choice)


def _checks(tally: Tally, checks: Sequence[Check]) -> list[dict[str, object]]:
    return [
        {
            "name": check.name,
            "part": check.part,
            "whole": check.whole,
            "whole_is": _denominator(tally, check.name),
            "bar": str(check.bar.share),
            "inclusive": check.bar.inclusive,
            "wording": check.bar.wording,
            "holds": check.holds,
        }
        for check in checks
    ]


def _denominator(tally: Tally, check: str) -> str:
    test, measure = check.split(".")
    if test == "quorum":
        return f"全体业主{MEASURES[measure]}"
    if tally.consent_base == tally.participating:
        return f"参与表决业主{MEASURES[measure]}"
    return f"参与表决业主与按规则计入的未表决业主{MEASURES[measure]}"


def _bar(bar: Bar) -> dict[str, object]:
    return {
        "share": str(bar.share),
        "inclusive": bar.inclusive,
        "wording": bar.wording,
        "clause": bar.clause,
    }
