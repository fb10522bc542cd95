"""Where a meeting 会议 stands, and which step may come next. Pure; the steps are rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from coordination.meetings.tables import MeetingStep, Step

ROAD = (
    Step.PLANNED,
    Step.NOTICED,
    Step.OPEN,
    Step.CLOSED,
    Step.MINUTES_DRAFT,
    Step.MINUTES_CHECK,
    Step.MINUTES_FINAL,
    Step.PUBLISHED,
)
NEXT = {
    None: {Step.PLANNED},
    Step.PLANNED: {Step.NOTICED, Step.CANCELLED},
    # Moved to another day or place, it is announced again.
    Step.NOTICED: {Step.NOTICED, Step.OPEN, Step.CANCELLED},
    Step.OPEN: {Step.CLOSED, Step.NO_QUORUM},
    Step.CLOSED: {Step.MINUTES_DRAFT},
    Step.MINUTES_DRAFT: {Step.MINUTES_CHECK},
    # An objection that is accepted sends them back; nobody has signed yet.
    Step.MINUTES_CHECK: {Step.MINUTES_DRAFT, Step.MINUTES_FINAL},
    Step.MINUTES_FINAL: {Step.PUBLISHED},
    Step.PUBLISHED: set(),
    Step.CANCELLED: set(),
    Step.NO_QUORUM: set(),
}
LABELS = {
    Step.PLANNED: "拟开",
    Step.NOTICED: "已通知",
    Step.OPEN: "正在开会",
    Step.CLOSED: "已散会",
    Step.MINUTES_DRAFT: "起草纪要",
    Step.MINUTES_CHECK: "核对纪要",
    Step.MINUTES_FINAL: "纪要定稿",
    Step.PUBLISHED: "纪要已公布",
    Step.CANCELLED: "已取消",
    Step.NO_QUORUM: "人未到齐，没有开成",
}
ENDED_EARLY = (Step.CANCELLED, Step.NO_QUORUM)
BEFORE = (Step.PLANNED, Step.NOTICED)
HELD = ROAD[ROAD.index(Step.CLOSED) :]


@dataclass(frozen=True, slots=True)
class Milestone:
    """One station of the road, for the drawing."""

    step: Step
    label: str
    at: datetime | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class MeetingState:
    """The steps taken, in order."""

    taken: tuple[MeetingStep, ...]

    @property
    def current(self) -> Step | None:
        return Step(self.taken[-1].step) if self.taken else None

    @property
    def label(self) -> str:
        return LABELS[self.current] if self.current else ""

    def when(self, step: Step) -> MeetingStep | None:
        """The last time this step was taken."""
        return next((one for one in reversed(self.taken) if one.step == step.value), None)

    def has(self, step: Step) -> bool:
        return self.when(step) is not None

    def may_follow(self, step: Step) -> bool:
        return step in NEXT[self.current]

    @property
    def is_public(self) -> bool:
        """From the notice on."""
        return self.has(Step.NOTICED)

    @property
    def times_moved(self) -> int:
        """How often it was announced again, for another day or place."""
        return max(0, sum(one.step == Step.NOTICED.value for one in self.taken) - 1)

    @property
    def moved(self) -> MeetingStep | None:
        """The last of these times."""
        return self.when(Step.NOTICED) if self.times_moved else None

    @property
    def check_ends(self) -> datetime | None:
        """When those present have had their time with the minutes that are being checked."""
        checking = self.when(Step.MINUTES_CHECK)
        return checking.until if checking and self.current is Step.MINUTES_CHECK else None

    @property
    def road(self) -> list[Milestone]:
        """The stations; a meeting that ended early stops where it did."""
        current = self.current
        if current in ENDED_EARLY:
            reached = [one for one in ROAD if self.has(one)] + [current]
        else:
            reached = list(ROAD)
        passed = ROAD.index(current) if current in ROAD else len(ROAD)
        return [
            Milestone(
                step,
                LABELS[step],
                taken.at
                if (taken := self.when(step)) and (step not in ROAD or ROAD.index(step) <= passed)
                else None,
                step is current,
            )
            for step in reached
            if step
        ]


def state_of(steps: Sequence[MeetingStep]) -> MeetingState:
    """The state that the rows say, oldest first."""
    return MeetingState(tuple(steps))
