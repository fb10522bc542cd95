"""Sessions of the owners' committee 业主委员会会议: who must come, and what carries.

Source: 业主大会和业主委员会指导规则（建房〔2009〕274号）.
Art. 37: "经三分之一以上业主委员会委员的提议，应当在7日内召开业主委员会会议".
Art. 38: "业主委员会会议应有过半数的委员出席，作出的决定必须经全体委员半数以上同意。业主委员会委员
不能委托代理人参加会议".
Art. 39: "应当于会议召开7日前，在物业管理区域内公告业主委员会会议的内容和议程" and "自作出决定之日起
3日内在物业管理区域内公告".
Where the rules of the assembly 议事规则 ask for more than half of all members, the caller says so.
以上 includes the figure (民法典 art. 1259).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from coordination.law.classes import Bar
from coordination.law.periods import (
    DAY,
    WorkingDays,
    start_of,
    working_day_from,
)

NOTICE_DAYS = 7
CALL_WITHIN_DAYS = 7
PUBLISH_WITHIN_DAYS = 3
SOURCE = "业主大会和业主委员会指导规则（建房〔2009〕274号）第三十七条至第三十九条"

PROPOSING = Bar(
    Fraction(1, 3),
    inclusive=True,
    wording="三分之一以上",
    clause="经三分之一以上业主委员会委员的提议，应当在7日内召开业主委员会会议。",
)
ATTENDING = Bar(
    Fraction(1, 2),
    inclusive=False,
    wording="过半数",
    clause="业主委员会会议应有过半数的委员出席。",
)
DECIDING = Bar(
    Fraction(1, 2),
    inclusive=True,
    wording="半数以上",
    clause="作出的决定必须经全体委员半数以上同意。",
)
DECIDING_BY_MORE = Bar(
    Fraction(1, 2),
    inclusive=False,
    wording="过半数",
    clause="议事规则规定：作出的决定必须经全体委员过半数同意。",
)


@dataclass(frozen=True, slots=True)
class Session:
    """A session: of how many members so many are there. ValueError: more came than there are."""

    members: int
    present: int
    by_more_than_half: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.present <= self.members:
            raise ValueError(f"{self.present} of {self.members} members present")

    @property
    def has_quorum(self) -> bool:
        """More than half of all members are there."""
        return ATTENDING.cleared_by(self.present, self.members)

    @property
    def bar(self) -> Bar:
        """What a decision needs, of all members and not of those present."""
        return DECIDING_BY_MORE if self.by_more_than_half else DECIDING

    def carries(self, approving: int) -> bool:
        """Whether a decision that so many approve is one. ValueError: more than are there."""
        if not 0 <= approving <= self.present:
            raise ValueError(f"{approving} approve, {self.present} are present")
        return self.has_quorum and self.bar.cleared_by(approving, self.members)


def must_be_called(proposing: int, members: int) -> bool:
    """Whether so many members may demand a session."""
    return PROPOSING.cleared_by(proposing, members)


def call_by(proposed_on: date) -> date:
    """The last day on which a session that was demanded that day may be held."""
    return proposed_on + timedelta(days=CALL_WITHIN_DAYS)


def publish_by(decided_on: date, is_working_day: WorkingDays) -> datetime:
    """The last moment to publish a decision: 24:00 of the third day, or of the working day on
    which a holiday ends (民法典 art. 203)."""
    last = decided_on + timedelta(days=PUBLISH_WITHIN_DAYS)
    return start_of(working_day_from(last, is_working_day) + DAY)
