"""The figures of one question as the result package prints them. Names follow the tally's JSON.

Percentages stand beside the raw figures and are measured against `consent_base`. Every check
names what it divides by what.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coordination.ballots.board import INVALID
from coordination.ballots.package_election import (
    NAMED,
    TIE_WORDS,
    candidates_of,
    election_figures,
    named_label,
    sums_of,
    sums_offered,
    with_complements,
)
from coordination.law.areas import format_area, percent
from coordination.law.classes import Bar, Rule
from coordination.law.election import STANDING, Candidate, Election, TieRule, counted
from coordination.law.silence import Counted, SilencePolicy, tally_with_silence
from coordination.law.tally import NOTHING, Check, Choice, Tally, Weight, choices_of

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
    silence_source: str | None = None  # where the quoted words stand
    seats: int | None = None  # of an election; its options are the candidates
    tie_rule: TieRule | None = None
    precedence: tuple[int, ...] = ()

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Of an election, in the order of the ballot."""
        return candidates_of(self.options, self.precedence)

    @property
    def sums(self) -> tuple[str, ...]:
        """What weights are summed under, invalid ballots among it. ValueError: bad options."""
        if self.seats is None:
            return (*map(str, choices_of(self.options)), INVALID)
        return (*sums_offered(len(self.options)), INVALID)

    def sums_of(self, choice: str) -> tuple[str, ...]:
        """The sums that a ballot saying this is part of. ValueError: no such choice."""
        if self.seats is None or choice == INVALID:
            return (choice,)
        return sums_of(choice, len(self.options), self.seats)

    def returned(self, cast: Mapping[str, Weight]) -> Weight:
        """All ballots once: candidates share theirs, and `named` holds them."""
        once = cast if self.seats is None else (NAMED, *STANDING, INVALID)
        return sum((cast.get(name, NOTHING) for name in once), start=NOTHING)

    def exposed(self, cast: Mapping[str, Weight]) -> Mapping[str, Weight]:
        """The sums that the privacy report looks at."""
        return cast if self.seats is None else with_complements(cast, len(self.options))


def count(
    rule: Rule,
    rules: CountingRules,
    roll: Weight,
    cast: Mapping[str, Weight],
    delivered: Weight,
) -> Counted | Election:
    """The tally of what was `cast`, invalid ballots among it, and what silence adds; of an
    election, who is elected. ValueError: silence without a quoted rule, or in an election."""
    if rules.silence is not SilencePolicy.NONE and not (rules.silence_rule or "").strip():
        raise ValueError("silence is added only by the quoted rule of the estate")
    if rules.seats is not None:
        return _count_election(rule, rules, roll, cast)
    valid = {choice: weight for choice, weight in cast.items() if choice != INVALID}
    returned = rules.returned(cast)
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


def _count_election(
    rule: Rule, rules: CountingRules, roll: Weight, cast: Mapping[str, Weight]
) -> Election:
    if rules.silence is not SilencePolicy.NONE:
        raise ValueError("an election has no one majority that silence could join")
    assert rules.seats is not None, "the caller asked"
    return counted(
        rule, roll, rules.seats, rules.candidates,
        {n: cast[str(n)] for n in range(1, len(rules.options) + 1)}, cast[NAMED],
        {str(choice): cast[choice] for choice in STANDING},
        invalid=cast.get(INVALID, NOTHING), invalid_takes_part=rules.invalid_takes_part,
    )  # fmt: skip


def figures(
    counted: Counted | Election,
    rules: CountingRules,
    cast: Mapping[str, Weight],
    delivered: Weight,
) -> dict[str, object]:
    """All counted figures of a question."""
    returned = rules.returned(cast)
    if isinstance(counted, Election):
        whole, added_to, added, cast_only = counted.roll, None, NOTHING, None
        result, election = _election_result(counted), _election(counted, rules, cast)
    else:
        whole, added_to, added = counted.in_force.roll, counted.added_to, counted.added
        adds = rules.silence is not SilencePolicy.NONE
        cast_only = _result(counted.cast_only) if adds else None
        result, election = _result(counted.in_force), None
    return {
        **result,
        "election": election,
        "delivered": measured(delivered),
        "returned": measured(returned),
        "invalid": measured(cast.get(INVALID, NOTHING)),
        "delivered_unreturned": measured(delivered - returned),
        "undelivered": measured(whole - delivered),
        "silence": {
            "policy": str(rules.silence),
            "rule": rules.silence_rule,
            "source": rules.silence_source,
            "takes_part": rules.silence_takes_part,
            "added_to": added_to,
            "added": measured(added),
        },
        "cast_only": cast_only,
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
        "checks": _checks(tally.checks, _names(tally)),
        "winner": tally.winner if tally.options else None,
        "outcome": str(tally.outcome),
    }


def _election_result(election: Election) -> dict[str, object]:
    """As `_result`: candidates stand where options do."""
    sums = {str(one.number): election.named[one.number] for one in election.candidates}
    labels = {str(one.number): named_label(one) for one in election.candidates}
    base = election.participating
    return {
        "participating": measured(base),
        "consent_base": measured(base),
        "choices": [
            {
                "choice": choice,
                "label": labels.get(choice) or label(choice),
                **_shares(weight, base),
                "checks": _checks(election.approval_of(int(choice)), _DENOMINATORS)
                if choice in labels
                else None,
            }
            for choice, weight in (sums | dict(election.standing)).items()
        ],
        "checks": _checks(election.quorum, _DENOMINATORS),
        "winner": None,
        "outcome": str(election.outcome),
    }


def _election(
    election: Election, rules: CountingRules, cast: Mapping[str, Weight]
) -> dict[str, object]:
    assert rules.tie_rule is not None, "it is announced with the seats"
    return {
        **election_figures(election),
        "tie_rule": str(rules.tie_rule),
        "tie_rule_words": TIE_WORDS[rules.tie_rule],
        "named": measured(cast[NAMED]),
    }


def _choice(tally: Tally, choice: str) -> dict[str, object]:
    weight, base = tally.choices[choice], tally.consent_base
    can_win = choice in tally.options
    return {
        "choice": str(choice),
        "label": label(choice),
        **_shares(weight, base),
        "checks": _checks(tally.approval_of(choice), _names(tally)) if can_win else None,
    }


def _shares(weight: Weight, base: Weight) -> dict[str, object]:
    """A weight, and what part of the base it is."""
    return {
        **measured(weight),
        "persons_pct": percent(weight.persons, base.persons),
        "area_pct": percent(weight.area_cm2, base.area_cm2),
    }


def label(choice: str) -> str:
    """What a page calls a choice; an option's name is its own."""
    return LABELS.get(choice, choice)


_DENOMINATORS = {"quorum": "全体业主", "approval": "参与表决业主"}


def _names(tally: Tally) -> Mapping[str, str]:
    """What each test divides by."""
    if tally.consent_base == tally.participating:
        return _DENOMINATORS
    return _DENOMINATORS | {"approval": "参与表决业主与按规则计入的未表决业主"}


def _checks(checks: Sequence[Check], names: Mapping[str, str]) -> list[dict[str, object]]:
    return [
        {
            "name": check.name,
            "part": check.part,
            "whole": check.whole,
            "whole_is": _denominator(check.name, names),
            "bar": str(check.bar.share),
            "inclusive": check.bar.inclusive,
            "wording": check.bar.wording,
            "holds": check.holds,
        }
        for check in checks
    ]


def _denominator(check: str, names: Mapping[str, str]) -> str:
    test, measure = check.split(".")
    return f"{names[test]}{MEASURES[measure]}"


def _bar(bar: Bar) -> dict[str, object]:
    return {
        "share": str(bar.share),
        "inclusive": bar.inclusive,
        "wording": bar.wording,
        "clause": bar.clause,
    }
