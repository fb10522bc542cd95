"""Where a poll 业主大会表决 stands: derived from the steps it took, never stored.

`PollState` is pure. It says which steps may come next, when the poll closes with all its
extensions, and draws the road for whoever waits. `actions.take_step` asks it; the unique
constraint on `poll_step` has the last word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from coordination.ballots.tables import Poll, PollStep, Step

GRACE = timedelta(seconds=60)  # for pages opened before the close; counting starts after it

ROAD = (
    Step.DRAFTED,
    Step.ROLL_PUBLISHED,
    Step.ROLL_FREEZING,
    Step.ROLL_FROZEN,
    Step.PROPOSED,
    Step.NOTICED,
    Step.OPENED,
    Step.CLOSED,
    Step.COUNTED,
    Step.PRELIMINARY,
    Step.FINAL,
    Step.ARCHIVED,
)
ENDED_EARLY = (Step.WITHDRAWN, Step.REVOKED, Step.REISSUED)
REPEATED = (Step.PROPOSED, Step.RETURNED, Step.EXTENDED)

LABELS = {
    Step.DRAFTED: "起草",
    Step.ROLL_PUBLISHED: "公布名册、受理异议",
    Step.ROLL_FREEZING: "正在锁定名册",
    Step.ROLL_FROZEN: "名册已锁定",
    Step.PROPOSED: "公告待第二人确认",
    Step.RETURNED: "公告退回修改",
    Step.NOTICED: "已发布投票公告",
    Step.OPENED: "投票进行中",
    Step.EXTENDED: "投票已延期",
    Step.CLOSED: "投票已截止",
    Step.COUNTED: "已计票",
    Step.PRELIMINARY: "初步结果公示（询异）",
    Step.FINAL: "结果公告",
    Step.ARCHIVED: "已归档",
    Step.WITHDRAWN: "已撤回",
    Step.REVOKED: "已被撤销",
    Step.REISSUED: "已另行重新组织",
}

# Public, and not open yet.
COMING = (
    Step.ROLL_PUBLISHED, Step.ROLL_FREEZING, Step.ROLL_FROZEN, Step.PROPOSED, Step.RETURNED,
    Step.NOTICED,
)  # fmt: skip

# The road as owners see it, and the steps that stand at each station.
STATIONS = (
    ("名册", (Step.ROLL_PUBLISHED, Step.ROLL_FREEZING, Step.ROLL_FROZEN, Step.RETURNED)),
    ("公告", (Step.PROPOSED, Step.NOTICED)),
    ("投票", (Step.OPENED, Step.EXTENDED)),
    ("计票", (Step.CLOSED, Step.COUNTED)),
    ("公示", (Step.PRELIMINARY,)),
    ("结果", (Step.FINAL, Step.ARCHIVED)),
)

# After the step on the left, those on the right may be taken.
NEXT = {
    None: {Step.DRAFTED},
    Step.DRAFTED: {Step.ROLL_PUBLISHED, Step.WITHDRAWN},
    Step.ROLL_PUBLISHED: {Step.ROLL_FREEZING, Step.WITHDRAWN},
    Step.ROLL_FREEZING: {Step.ROLL_FROZEN, Step.WITHDRAWN},
    Step.ROLL_FROZEN: {Step.PROPOSED, Step.WITHDRAWN, Step.REISSUED},
    Step.PROPOSED: {Step.NOTICED, Step.RETURNED, Step.WITHDRAWN, Step.REISSUED},
    Step.RETURNED: {Step.PROPOSED, Step.WITHDRAWN, Step.REISSUED},
    Step.NOTICED: {Step.OPENED, Step.WITHDRAWN, Step.REVOKED, Step.REISSUED},
    Step.OPENED: {Step.EXTENDED, Step.CLOSED, Step.REVOKED, Step.REISSUED},
    Step.EXTENDED: {Step.EXTENDED, Step.CLOSED, Step.REVOKED, Step.REISSUED},
    Step.CLOSED: {Step.COUNTED, Step.REVOKED},
    Step.COUNTED: {Step.PRELIMINARY, Step.REVOKED},
    Step.PRELIMINARY: {Step.FINAL, Step.REVOKED},
    Step.FINAL: {Step.ARCHIVED, Step.REVOKED},
    Step.ARCHIVED: {Step.REVOKED},
    Step.WITHDRAWN: set(),
    Step.REVOKED: set(),
    Step.REISSUED: set(),
}


@dataclass(frozen=True, slots=True)
class Taken:
    """A step as it was taken."""

    step: Step
    ordinal: int
    at: datetime
    person: UUID | None = None
    role: str = ""
    reason: str = ""
    notice: UUID | None = None
    closes_at: datetime | None = None

    @property
    def label(self) -> str:
        return LABELS[self.step]


@dataclass(frozen=True, slots=True)
class Milestone:
    """One station of the road as the progress drawing shows it."""

    step: Step
    label: str
    at: datetime | None  # when it was reached
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class PollState:
    """The steps taken so far, in order, with the times the poll was given."""

    opens_at: datetime
    first_closes_at: datetime
    taken: tuple[Taken, ...]

    @classmethod
    def of(cls, poll: Poll, steps: Sequence[PollStep]) -> Self:
        """The state that the rows of `poll_step` say, oldest first."""
        return cls(poll.opens_at, poll.closes_at, tuple(_taken(row) for row in steps))

    @property
    def current(self) -> Step | None:
        """The step taken last."""
        return self.taken[-1].step if self.taken else None

    @property
    def label(self) -> str:
        return LABELS[self.current] if self.current else "尚未起草"

    def has(self, step: Step) -> bool:
        return self.when(step) is not None

    def when(self, step: Step) -> Taken | None:
        """The last time this step was taken."""
        return next((taken for taken in reversed(self.taken) if taken.step == step), None)

    def may_follow(self, step: Step) -> bool:
        """Whether `step` may be taken next, time apart."""
        return step in NEXT[self.current]

    def ordinal_of_next(self, step: Step) -> int:
        """1, or one more than the last of those that may repeat."""
        last = self.when(step) if step in REPEATED else None
        return last.ordinal + 1 if last else 1

    @property
    def closes_at(self) -> datetime:
        """The close in force: the last extension's, else the one in the notice."""
        extended = self.when(Step.EXTENDED)
        return (extended and extended.closes_at) or self.first_closes_at

    @property
    def has_ended_early(self) -> bool:
        """Withdrawn, revoked or re-issued: nothing follows."""
        return self.current in ENDED_EARLY

    @property
    def is_editable(self) -> bool:
        """Everything, until the roll is published."""
        return self.current is Step.DRAFTED

    @property
    def times_are_editable(self) -> bool:
        """Opening and close, until the notice is put to the second member."""
        return not self.has(Step.NOTICED) and self.current not in (Step.PROPOSED, *ENDED_EARLY)

    @property
    def awaited_proposal(self) -> Taken | None:
        """The notice that waits for the second member, if one does."""
        return self.taken[-1] if self.current is Step.PROPOSED else None

    @property
    def is_public(self) -> bool:
        """From the publication of the roll on."""
        return self.has(Step.ROLL_PUBLISHED)

    @property
    def roll_is_frozen(self) -> bool:
        return self.has(Step.ROLL_FROZEN)

    def is_open(self, at: datetime) -> bool:
        """From the opening step up to, not including, the close in force."""
        return self.current in (Step.OPENED, Step.EXTENDED) and at < self.closes_at

    def due(self, at: datetime) -> Step | None:
        """The step that the clock owes: opening, close, or count."""
        match self.current:
            case Step.NOTICED if at >= self.opens_at:
                return Step.OPENED
            case Step.OPENED | Step.EXTENDED if at >= self.closes_at:
                return Step.CLOSED
            case Step.CLOSED if at >= self.closes_at + GRACE:
                return Step.COUNTED
        return None

    @property
    def road(self) -> list[Milestone]:
        """The stations, the reached ones with their time; a poll that ended early stops there."""
        reached = [
            Milestone(step, LABELS[step], taken.at if (taken := self.when(step)) else None)
            for step in ROAD
        ]
        if self.has_ended_early:
            last = self.taken[-1]
            reached = [station for station in reached if station.at]
            return [*reached, Milestone(last.step, self.label, last.at, is_current=True)]
        return [_marked(station, self._station) for station in reached]

    @property
    def stations(self) -> list[tuple[str, str]]:
        """The six stations with their marks (done, now, next); none before the roll, nor of a poll
        that ended early. What is final is done."""
        here = next((n for n, (_, at) in enumerate(STATIONS) if self.current in at), None)
        if here is None:
            return []
        over = here == len(STATIONS) - 1
        return [
            (name, "done" if n < here or over else "now" if n == here else "next")
            for n, (name, _) in enumerate(STATIONS)
        ]

    @property
    def _station(self) -> Step | None:
        """The current step as one of the road: a return is the frozen roll again."""
        aside = {Step.RETURNED: Step.ROLL_FROZEN, Step.EXTENDED: Step.OPENED}
        return aside.get(self.current, self.current) if self.current else None


def _marked(station: Milestone, current: Step | None) -> Milestone:
    if current and ROAD.index(station.step) > ROAD.index(current):
        return Milestone(station.step, station.label, None)
    return Milestone(station.step, station.label, station.at, station.step is current)


def _taken(row: PollStep) -> Taken:
    return Taken(
        step=Step(row.step),
        ordinal=row.ordinal,
        at=row.at,
        person=row.person,
        role=row.role,
        reason=row.reason,
        notice=row.notice,
        closes_at=row.closes_at,
    )
