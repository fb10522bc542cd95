"""How a recount sums the ballots of a question, and who was elected.

Written apart from `package_election`, which printed it: seats, ranks and substitutes are found
again from the sums that the lines come to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coordination.ballots.board import INVALID
from coordination.ballots.findings import Findings
from coordination.ballots.reading import Unreadable
from coordination.law.areas import format_area
from coordination.law.classes import Rule
from coordination.law.election import Candidate, Election, TieRule, counted, named_by
from coordination.law.tally import NOTHING, Choice, Weight, choices_of

ONE_NAME = "named"  # the sum of all ballots that name anybody
STANDING = (str(Choice.NONE_OF_THESE), str(Choice.ABSTAIN))
TIE_RULES = {
    TieRule.LOT: "人数与面积都相同的，按投票前公开抽签排定的次序",
    TieRule.NOMINATION: "人数与面积都相同的，报名在先的在先",
}


@dataclass(frozen=True, slots=True)
class Grouping:
    """The sums of one question: per choice, or of an election per candidate and once for all."""

    options: tuple[str, ...]
    seats: int | None

    @property
    def numbers(self) -> list[str]:
        return [str(number) for number in range(1, len(self.options) + 1)]

    @property
    def sums(self) -> tuple[str, ...]:
        if self.seats is None:
            return (*map(str, choices_of(self.options)), INVALID)
        return (*self.numbers, ONE_NAME, *STANDING, INVALID)

    def of(self, choice: str) -> tuple[str, ...]:
        """The sums that a line with this choice belongs to; () where no ballot may say it."""
        if self.seats is None or choice == INVALID:
            return (choice,) if choice in self.sums else ()
        try:
            numbers = named_by(choice, len(self.options), self.seats)
        except ValueError:
            return ()
        return (*map(str, numbers), ONE_NAME) if numbers else (choice,)

    def returned(self, cast: Mapping[str, Weight]) -> Weight:
        """Every ballot once: candidates share theirs."""
        once = self.sums if self.seats is None else (ONE_NAME, *STANDING, INVALID)
        return sum((cast[name] for name in once), start=NOTHING)

    def exposed(self, cast: Mapping[str, Weight]) -> dict[str, int]:
        """Persons per sum that the privacy report must look at."""
        found = {name: weight.persons for name, weight in cast.items()}
        if self.seats is None:
            return found
        missed = {f"not {n}": found[ONE_NAME] - found[n] for n in self.numbers if found[n]}
        return found | missed


def grouping_of(question: dict[str, Any]) -> Grouping:
    """Unreadable: options that no ballot could hold, or candidates that are not the options."""
    options, election = question["options"], question["election"]
    if election is None:
        try:
            choices_of(options)
        except ValueError as broken:
            raise Unreadable("选项重复、为空或与固定选择同名", "options") from broken
        if INVALID in options:
            raise Unreadable("选项与固定选择同名", "options")
        return Grouping(tuple(options), None)
    if question["silence"]["policy"] != "none":
        raise Unreadable("选举没有可以计入未表决票的多数", "silence", "policy")
    listed = election["candidates"]
    if [one["name"] for one in listed] != options or [one["number"] for one in listed] != list(
        range(1, len(listed) + 1)
    ):
        raise Unreadable("候选人与选项不一致，或没有从 1 起依次编号", "election", "candidates")
    if len({one["precedence"] for one in listed}) < len(listed):
        raise Unreadable("两名候选人的先后次序相同", "election", "candidates")
    return Grouping(tuple(options), election["seats"])


def elect_again(
    findings: Findings, question: dict[str, Any], rule: Rule, roll: Weight, cast: dict[str, Weight]
) -> Election | None:
    """The election from its sums. None, and named: they do not fit into the roll."""
    said = question["election"]
    candidates = tuple(
        Candidate(one["number"], one["name"], one["precedence"]) for one in said["candidates"]
    )
    try:
        return counted(
            rule, roll, said["seats"], candidates,
            {one.number: cast[str(one.number)] for one in candidates}, cast[ONE_NAME],
            {choice: cast[choice] for choice in STANDING},
            invalid=cast[INVALID], invalid_takes_part=question["invalid_takes_part"],
        )  # fmt: skip
    except ValueError:
        findings.fits("participating", "参与表决", None, "票数超过票权清册", False)
        return None


def check_election(findings: Findings, question: dict[str, Any], election: Election) -> None:
    """Ranks, seats, substitutes and what stays empty."""
    said, of = question["election"], findings.under("election", "选举")
    of.stated("seats", "应选人数", said["seats"])
    of.stated("precedence", "得票相同时的先后", [one["precedence"] for one in said["candidates"]])
    words = TIE_RULES[TieRule(said["tie_rule"])]
    of.same("tie_rule_words", "得票相同的规则", said["tie_rule_words"], words)
    of.same("elected", "当选", said["elected"], [one.number for one in election.elected])
    found = [one.number for one in election.substitutes]
    of.same("substitutes", "候补，按次序", said["substitutes"], found)
    of.same("empty_seats", "空缺席位", said["empty_seats"], election.empty_seats)
    persons, area = election.naming.persons, format_area(election.naming.area_cm2)
    of.same("named.persons", "选了人的票·人数", said["named"]["persons"], persons)
    of.same("named.area_m2", "选了人的票·面积", said["named"]["area_m2"], area)
    for one, standing in zip(said["candidates"], election.standings, strict=True):
        below = of.under(f"candidates.{one['number']}", f"{one['number']}号 {one['name']}")
        below.same("rank", "名次", one["rank"], standing.rank)
        below.same("elected", "当选", one["elected"], standing.is_elected)
        below.same("won_tie", "得票与他人相同", one["won_tie"], standing.won_tie)
