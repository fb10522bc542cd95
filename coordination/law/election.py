"""Electing the owners' committee 选举业主委员会: who is elected, who stands by, what stays empty.

A ballot names at most as many candidates as there are seats. Each candidate is decided on as a
matter of their own: with the quorum reached, they need the approval of more than half of those
who took part, by persons and by area. Of those who clear both bars the seats go to the first by
persons, at a tie by area, at a further tie by the precedence that was announced before the vote;
the rest stand by in that order. Seats that nobody may take stay empty for a by-election 补选.

Source: Civil Code 民法典 art. 278 ¶1 item 3, ¶2; 业主大会和业主委员会指导规则（建房〔2009〕274号）
arts. 31–33: "业主委员会由业主大会会议选举产生，由5至11人单数组成", a term of at most five years.
Committees of three where a local rule allows them to small estates (Hangzhou 2021 art. 27, Beijing
2024 art. 39: one hundred households and fewer). Silence never joins an election: it has no one
majority to join. That only who clears both bars stands by is our reading, and the narrowest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from coordination.law.classes import Rule
from coordination.law.tally import NOTHING, Check, Choice, Outcome, Weight, checks_of

FEWEST_SEATS, MOST_SEATS = 5, 11
SEATS_OF_THE_SMALL = 3
STANDING = (Choice.NONE_OF_THESE, Choice.ABSTAIN)  # each alone on a ballot
MOST_CANDIDATES = 99
SOURCE = "业主大会和业主委员会指导规则（建房〔2009〕274号）第三十一条"


class TieRule(StrEnum):
    """What decides between equals by persons and by area; it is fixed before the vote."""

    LOT = "lot"  # 事先公开抽签: an order drawn in public before the notice
    NOMINATION = "nomination"  # 报名在先: the order in which they were nominated


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate 候选人 as on the ballot. `precedence`: 1 goes before 2 at a tie."""

    number: int
    name: str
    precedence: int


@dataclass(frozen=True, slots=True)
class Standing:
    """One candidate counted. `rank`: among those who cleared both bars, from 1; else None."""

    candidate: Candidate
    weight: Weight
    checks: tuple[Check, Check]
    rank: int | None
    is_elected: bool
    won_tie: bool  # precedence, and neither persons nor area, set the rank


@dataclass(frozen=True, slots=True)
class Election:
    """An election counted. `standing` holds 都不同意 and 弃权; `naming`: ballots with a name."""

    rule: Rule
    roll: Weight
    seats: int
    candidates: tuple[Candidate, ...]
    named: Mapping[int, Weight]
    naming: Weight
    standing: Mapping[str, Weight]
    participating: Weight

    @property
    def quorum(self) -> tuple[Check, Check]:
        return checks_of("quorum", self.participating, self.roll, self.rule.quorum)

    @property
    def has_quorum(self) -> bool:
        return all(check.holds for check in self.quorum)

    def approval_of(self, number: int) -> tuple[Check, Check]:
        """The two checks of approval that this candidate must clear."""
        return checks_of("approval", self.named[number], self.participating, self.rule.approval)

    def _passes(self, candidate: Candidate) -> bool:
        return self.has_quorum and all(c.holds for c in self.approval_of(candidate.number))

    @property
    def ranked(self) -> tuple[Candidate, ...]:
        """Those who cleared quorum and both bars, the first first."""

        def order(candidate: Candidate) -> tuple[int, int, int]:
            weight = self.named[candidate.number]
            return -weight.persons, -weight.area_cm2, candidate.precedence

        return tuple(sorted(filter(self._passes, self.candidates), key=order))

    @property
    def elected(self) -> tuple[Candidate, ...]:
        return self.ranked[: self.seats]

    @property
    def substitutes(self) -> tuple[Candidate, ...]:
        """候补: who cleared both bars and found no seat left, in order."""
        return self.ranked[self.seats :]

    @property
    def empty_seats(self) -> int:
        """空缺: what a by-election must fill."""
        return self.seats - len(self.elected)

    @property
    def outcome(self) -> Outcome:
        """Carried as soon as anyone is elected; the seats left empty stand beside it."""
        if not self.has_quorum:
            return Outcome.NO_QUORUM
        return Outcome.CARRIED if self.elected else Outcome.NOT_CARRIED

    @property
    def standings(self) -> tuple[Standing, ...]:
        """Every candidate in the order of the ballot."""
        ranks = {one.number: rank for rank, one in enumerate(self.ranked, 1)}
        weights = [self.named[one.number] for one in self.ranked]
        return tuple(
            Standing(
                one,
                self.named[one.number],
                self.approval_of(one.number),
                ranks.get(one.number),
                ranks.get(one.number, self.seats + 1) <= self.seats,
                one.number in ranks and weights.count(self.named[one.number]) > 1,
            )
            for one in self.candidates
        )


def why_not_seats(seats: int, households: int, small_up_to: int = 0) -> str | None:
    """Why a committee may not have so many seats; None: it may.

    `small_up_to`: estates of so many households may elect three, by a local rule; 0: none may.
    """
    if seats % 2 == 0:
        return f"委员人数应当是单数，{seats} 人是双数。请改为 5、7、9 或 11 人。"
    if FEWEST_SEATS <= seats <= MOST_SEATS:
        return None
    if seats != SEATS_OF_THE_SMALL:
        return f"业主委员会由 {FEWEST_SEATS} 至 {MOST_SEATS} 人单数组成，不能是 {seats} 人。"
    if small_up_to == 0:
        return "本地没有 3 人业主委员会的规定，请改为 5、7、9 或 11 人。"
    if households > small_up_to:
        return (
            f"只有不超过 {small_up_to} 户的小区可以由 3 人组成业主委员会，"
            f"本小区有 {households} 户。请改为 5、7、9 或 11 人。"
        )
    return None


def written(numbers: Iterable[int]) -> str:
    """A ballot's choice: the candidates' numbers, ascending, as `1,4,7`."""
    return ",".join(map(str, sorted(numbers)))


def named_by(choice: str, candidates: int, seats: int) -> tuple[int, ...]:
    """The numbers a ballot names; () where it says 都不同意 or 弃权.

    ValueError: nothing such a ballot may say: too many names, one twice, a stranger, or not
    written as `written` writes it.
    """
    if choice in STANDING:
        return ()
    parts = choice.split(",")
    if not all(part.isascii() and part.isdigit() and len(part) <= 2 for part in parts):
        raise ValueError(f"no such choice: {choice!r}")
    numbers = tuple(map(int, parts))
    if written({*numbers}) != choice or not 1 <= min(numbers) <= max(numbers) <= candidates:
        raise ValueError(f"no such candidates: {choice!r}")
    if len(numbers) > seats:
        raise ValueError(f"{len(numbers)} names for {seats} seats: {choice!r}")
    return numbers


def elect(
    rule: Rule,
    roll: Weight,
    seats: int,
    candidates: Iterable[Candidate],
    cast: Mapping[str, Weight],
    *,
    invalid: Weight = NOTHING,
    invalid_takes_part: bool = False,
) -> Election:
    """Count what was `cast`, by what each ballot says.

    ValueError: as `named_by`, a negative weight, or more than the roll holds: corrupt data.
    """
    standing = dict.fromkeys(map(str, STANDING), NOTHING)
    listed = tuple(candidates)
    named, naming = {one.number: NOTHING for one in listed}, NOTHING
    for choice, weight in cast.items():
        numbers = named_by(choice, len(listed), seats)
        for number in numbers:
            named[number] += weight
        if numbers:
            naming += weight
        else:
            standing[choice] += weight
    return counted(
        rule, roll, seats, listed, named, naming, standing,
        invalid=invalid, invalid_takes_part=invalid_takes_part,
    )  # fmt: skip


def counted(
    rule: Rule,
    roll: Weight,
    seats: int,
    candidates: tuple[Candidate, ...],
    named: Mapping[int, Weight],
    naming: Weight,
    standing: Mapping[str, Weight],
    *,
    invalid: Weight = NOTHING,
    invalid_takes_part: bool = False,
) -> Election:
    """An election of which the sums are known already. ValueError: they do not fit together."""
    numbers = [one.number for one in candidates]
    if numbers != list(range(1, len(numbers) + 1)) or set(named) != set(numbers):
        raise ValueError(f"candidates are not numbered from 1: {numbers}")
    if len({one.precedence for one in candidates}) < len(candidates):
        raise ValueError("two candidates have one precedence")
    returned = sum(standing.values(), start=naming) + invalid
    for weight in (*named.values(), naming, *standing.values(), invalid):
        if not NOTHING.fits_in(weight):
            raise ValueError(f"negative weight {weight}")
    if not returned.fits_in(roll) or not all(weight.fits_in(naming) for weight in named.values()):
        raise ValueError(f"cast {returned} exceeds roll {roll}, or a candidate's part the whole")
    took_part = returned if invalid_takes_part else returned - invalid
    return Election(rule, roll, seats, candidates, named, naming, standing, took_part)
