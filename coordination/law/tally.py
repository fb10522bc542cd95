"""Counting 计票 a question that the owners' assembly 业主大会 decides.

A question is carried when four checks all hold: enough owners took part, by persons and by
area; and enough of those approved, by persons and by area. A choice among options is carried
by the one option that clears both bars of approval. Who publishes a result prints the checks,
so that an owner can redo the sum by hand.

Source: Civil Code 民法典 art. 278 ¶2. A lost motion never decides its opposite. Who counts as
one person, and which area counts: see `franchise`. Unreturned ballots: see `silence`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coordination.law.classes import Bar, Rule


class Choice(StrEnum):
    """What can stand on every ballot; an option's own name stands beside these."""

    APPROVE = "approve"  # 同意
    REJECT = "reject"  # 不同意
    NONE_OF_THESE = "none_of_these"  # 都不同意: of all the options, none
    ABSTAIN = "abstain"  # 弃权: takes part, does not approve


class Outcome(StrEnum):
    CARRIED = "carried"  # 通过
    NOT_CARRIED = "not_carried"  # 未通过: nothing is decided, the opposite neither
    NO_QUORUM = "no_quorum"  # 参与表决的业主不足: nothing is decided


@dataclass(frozen=True, slots=True)
class Weight:
    """The two measures that the law counts side by side."""

    persons: int = 0  # 人数
    area_cm2: int = 0  # 专有部分面积; 1 cm² = 0.0001 m²

    def __add__(self, other: "Weight") -> "Weight":
        return Weight(self.persons + other.persons, self.area_cm2 + other.area_cm2)

    def __sub__(self, other: "Weight") -> "Weight":
        return Weight(self.persons - other.persons, self.area_cm2 - other.area_cm2)

    def fits_in(self, other: "Weight") -> bool:
        """Whether it is no more than `other`, by either measure."""
        return self.persons <= other.persons and self.area_cm2 <= other.area_cm2


NOTHING = Weight()


@dataclass(frozen=True, slots=True)
class Check:
    """One sum that a reader can redo: `part` of `whole` against a bar."""

    name: str  # "quorum.persons", "quorum.area", "approval.persons", "approval.area"
    part: int  # persons, or cm²
    whole: int
    bar: Bar

    @property
    def holds(self) -> bool:
        return self.bar.cleared_by(self.part, self.whole)


def checks_of(test: str, part: Weight, whole: Weight, bar: Bar) -> tuple[Check, Check]:
    """One test by both measures; `test`: quorum or approval."""
    return (
        Check(f"{test}.persons", part.persons, whole.persons, bar),
        Check(f"{test}.area", part.area_cm2, whole.area_cm2, bar),
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """A question counted. `choices` holds every choice that could be made, also at zero."""

    rule: Rule
    roll: Weight
    choices: Mapping[str, Weight]
    participating: Weight  # what the quorum is tested on
    consent_base: Weight  # what approval is measured against
    options: tuple[str, ...] = ()  # empty: a motion, for or against

    @property
    def quorum(self) -> tuple[Check, Check]:
        return checks_of("quorum", self.participating, self.roll, self.rule.quorum)

    def approval_of(self, choice: str) -> tuple[Check, Check]:
        """The two checks of approval that `choice` would need to win."""
        return checks_of("approval", self.choices[choice], self.consent_base, self.rule.approval)

    @property
    def checks(self) -> tuple[Check, ...]:
        """A motion's four checks; of a choice among options, the two of the quorum."""
        return self.quorum if self.options else self.quorum + self.approval_of(Choice.APPROVE)

    @property
    def winner(self) -> str | None:
        """What was decided: 同意 or an option; None where nothing was."""
        if not all(check.holds for check in self.quorum):
            return None
        for choice in self.options or (Choice.APPROVE,):
            if all(check.holds for check in self.approval_of(choice)):
                return choice  # at most one: every bar is at least more than half
        return None

    @property
    def outcome(self) -> Outcome:
        if not all(check.holds for check in self.quorum):
            return Outcome.NO_QUORUM
        return Outcome.NOT_CARRIED if self.winner is None else Outcome.CARRIED


def choices_of(options: Sequence[str] = ()) -> tuple[str, ...]:
    """Every choice a ballot offers: of a motion, or of these `options`, in printed order.

    ValueError: an option is named twice, has no name, or is named like a standing choice.
    """
    if not options:
        return Choice.APPROVE, Choice.REJECT, Choice.ABSTAIN
    if len(set(options)) < len(options) or any(not name or name in set(Choice) for name in options):
        raise ValueError(f"options {options!r} repeat, are empty, or are standing choices")
    return (*options, Choice.NONE_OF_THESE, Choice.ABSTAIN)


def tally(
    rule: Rule,
    roll: Weight,
    cast: Mapping[str, Weight],
    *,
    options: Sequence[str] = (),
    invalid: Weight = NOTHING,
    invalid_takes_part: bool = False,
    absent: Weight = NOTHING,
) -> Tally:
    """Apply `rule` to the ballots `cast`, against the `roll` of everyone entitled to vote.

    `absent` is what `cast` holds of owners who did not take part: it weighs for consent and
    not for the quorum. ValueError: an unknown choice, or more than the roll holds; that is
    corrupt data, not a lost vote.
    """
    offered = choices_of(options)
    if unknown := [choice for choice in cast if choice not in offered]:
        raise ValueError(f"no such choice: {unknown!r}")
    choices = {choice: cast.get(choice, NOTHING) for choice in offered}
    chosen = sum(choices.values(), start=NOTHING)
    for weight in (*choices.values(), invalid, absent, chosen - absent):
        if not NOTHING.fits_in(weight):
            raise ValueError(f"negative weight {weight}")
    if not (chosen + invalid).fits_in(roll):
        raise ValueError(f"cast {chosen + invalid} exceeds roll {roll}")

    consent_base = chosen + invalid if invalid_takes_part else chosen
    return Tally(rule, roll, choices, consent_base - absent, consent_base, tuple(options))
