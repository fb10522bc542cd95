"""What a ballot of a question may say: of a motion, of options, of an election."""

from collections.abc import Sequence
from dataclasses import dataclass

from coordination.ballots.board import INVALID
from coordination.ballots.seal import choice_length
from coordination.law.election import STANDING, named_by, written
from coordination.law.tally import choices_of


@dataclass(frozen=True, slots=True)
class Offer:
    """The paper of one question. `seats`: an election, and the options are its candidates."""

    options: tuple[str, ...] = ()
    seats: int | None = None

    @property
    def choices(self) -> tuple[str, ...]:
        """What stands on the paper, box by box; of an election the candidates' numbers."""
        if self.seats is None:
            return tuple(map(str, choices_of(self.options)))
        return (*(str(n) for n in range(1, len(self.options) + 1)), *map(str, STANDING))

    def accepts(self, choice: str) -> bool:
        """Whether an owner's ballot may say this."""
        if self.seats is None:
            return choice in self.choices
        try:
            named_by(choice, len(self.options), self.seats)
        except ValueError:
            return False
        return True

    def why_not(self, choice: str) -> str:
        """Words for who sent a choice that is not accepted."""
        names = len(choice.split(","))
        if self.seats is not None and choice not in STANDING and names > self.seats:
            return f"选了 {names} 人，最多选 {self.seats} 人，请重新选择。"
        return "所选的意见不在表决票上，请重新选择。"

    @property
    def length(self) -> int:
        """What every seal of this question is padded to: the longest that any ballot may say."""
        longest = self.choices
        if self.seats is not None:
            last = len(self.options)
            longest = (*longest, written(range(max(1, last - self.seats + 1), last + 1)))
        return choice_length((*longest, INVALID))


def offer_of(options: Sequence[str], seats: int | None) -> Offer:
    return Offer(tuple(options), seats)
