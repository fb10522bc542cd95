"""The six stages of a matter 六事: 点事 → 提事 → 议事 → 决事 → 办事 → 评事, and how each is left.

The words: 百姓点事、两委提事、居民议事、与会决事、多元办事、公众评事 (蚌埠市民政局, 2020). Pure.
A matter stands where its steps bring it; `Standing.after` replays them. What is missing before a
stage may be left is said in words, all of it at once, by `lacking`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from coordination.matters.tables import Stage, StepKind, Way

STAGES = tuple(Stage)
NAMES = dict(zip(STAGES, ("点事", "提事", "议事", "决事", "办事", "评事"), strict=True))
WHO_ACTS = dict(zip(STAGES, ("百姓", "两委", "居民", "与会", "多元", "公众"), strict=True))

# From each stage: what may happen, and the stage it leads to; None: the matter is over.
ROAD: dict[Stage, dict[StepKind, Stage | None]] = {
    Stage.RAISED: {
        StepKind.REACHED: Stage.SCREENED,
        StepKind.ADOPTED: Stage.SCREENED,
        StepKind.ANSWERED: None,
    },
    Stage.SCREENED: {
        StepKind.LISTED: Stage.DISCUSSED,
        StepKind.TO_BALLOT: Stage.DECIDED,
        StepKind.TO_TICKET: None,
        StepKind.DECLINED: None,
    },
    Stage.DISCUSSED: {StepKind.HELD: Stage.DECIDED},
    Stage.DECIDED: {
        StepKind.RESOLVED: Stage.DONE,
        StepKind.PARTLY_RESOLVED: Stage.DONE,
        StepKind.NOT_RESOLVED: None,
    },
    Stage.DONE: {StepKind.CARRIED_OUT: Stage.EVALUATED},
    Stage.EVALUATED: {StepKind.APPROVED: None, StepKind.SENT_BACK: Stage.DISCUSSED},
}

STEP_WORDS = {
    StepKind.RAISED: "提出",
    StepKind.REACHED: "支持达到人数，进入提事",
    StepKind.ADOPTED: "社区采纳，进入提事",
    StepKind.ANSWERED: "已答复，不再进入提事",
    StepKind.LISTED: "列入议事",
    StepKind.TO_BALLOT: "转业主表决",
    StepKind.TO_TICKET: "转工单办理",
    StepKind.DECLINED: "不列入",
    StepKind.HELD: "议事完成，进入决事",
    StepKind.RESOLVED: "已决定要办",
    StepKind.PARTLY_RESOLVED: "部分通过，通过的要办",
    StepKind.NOT_RESOLVED: "议决不办",
    StepKind.CARRIED_OUT: "办理完成，请公众评价",
    StepKind.APPROVED: "公众评价合格，办结",
    StepKind.SENT_BACK: "公众评价不合格，退回再议",
}
WAY_WORDS = {
    Way.CONSENSUS: "协商一致",
    Way.SHOW_OF_HANDS: "会议表决",
    Way.BALLOT: "业主大会表决",
}
LEAST_PARTIES = 2  # a meeting is of parties: one alone does not meet
BELONGS_TO_OWNERS = (
    "属于民法典第二百七十八条由业主共同决定的事项，会议只能决定“提请业主大会表决”，"
    "表决有了最终结果才能离开决事"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a matter stands. `round`: how often it has come to be evaluated."""

    stage: Stage = Stage.RAISED
    ended: StepKind | None = None
    round: int = 0
    since: datetime | None = None

    @classmethod
    def of(cls, steps: Iterable[tuple[StepKind, datetime]]) -> Self:
        """What these steps come to, in their order. The first raises it."""
        now = cls()
        for kind, at in steps:
            now = now.after(kind, at)
        return now

    def after(self, kind: StepKind, at: datetime) -> Self:
        """Where `kind` leads. ValueError: it cannot follow."""
        if kind is StepKind.RAISED:
            return replace(self, since=at)
        if not self.may_follow(kind):
            raise ValueError(f"{kind} cannot follow at {self.stage}")
        to = ROAD[self.stage][kind]
        if to is None:
            return replace(self, ended=kind, since=at)
        round_ = self.round + 1 if to is Stage.EVALUATED else self.round
        return replace(self, stage=to, since=at, round=round_)

    def may_follow(self, kind: StepKind) -> bool:
        return self.ended is None and kind in ROAD[self.stage]

    @property
    def is_over(self) -> bool:
        return self.ended is not None

    @property
    def label(self) -> str:
        return STEP_WORDS[self.ended] if self.ended else f"正在{NAMES[self.stage]}"


@dataclass(frozen=True, slots=True)
class Found:
    """What whoever moves a matter on brings: words for the public, and what the stage asks for."""

    words: str = ""
    parties: int = 0  # bodies that took part in the meeting
    way: Way | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """What stands open or done on the matter: labels of duties; `balloted`: a vote is final."""

    open_duties: Sequence[str] = ()
    reserved: bool = False
    balloted: bool = False


def lacking(stage: Stage, found: Found, held: Held) -> list[str]:
    """What is missing before `stage` may be left onward; empty: nothing."""
    missing = [f"还有未完成的事项：{label}" for label in held.open_duties]
    if not found.words.strip():
        missing.append(WORDS_ASKED[stage])
    if stage is Stage.DISCUSSED and found.parties < LEAST_PARTIES:
        missing.append(f"至少 {LEAST_PARTIES} 方到会才算议过")
    if stage is Stage.DECIDED:
        missing += _undecided(found.way, held)
    return missing


WORDS_ASKED = {
    Stage.RAISED: "要写明理由，公开答复",
    Stage.SCREENED: "要写明理由，公开答复",
    Stage.DISCUSSED: "要写明会议的时间、地点和议事情况",
    Stage.DECIDED: "要写明决议的内容",
    Stage.DONE: "要写明办了什么、结果怎样",
    Stage.EVALUATED: "要写明评价的情况",
}


def _undecided(way: Way | None, held: Held) -> list[str]:
    if way is None:
        return ["要写明是怎样决定的"]
    if held.reserved and way is not Way.BALLOT:
        return [BELONGS_TO_OWNERS]
    if way is Way.BALLOT and not held.balloted:
        return ["业主大会表决还没有最终结果"]
    return []


# Support


def support_needed(active: int, percent: int, least: int) -> int:
    """How many must support a topic: a share of those active of late, rounded up; never fewer
    than `least`."""
    return max(least, -(-active * percent // 100))


# Evaluation


@dataclass(frozen=True, slots=True)
class Grades:
    """How a matter was evaluated in one round."""

    good: int = 0
    fair: int = 0
    poor: int = 0

    @property
    def rated(self) -> int:
        return self.good + self.fair + self.poor

    @property
    def positive(self) -> int:
        return self.good + self.fair

    def is_enough(self, enough: int) -> bool:
        return self.rated >= enough

    def verdict(self, percent: int) -> StepKind:
        """Below `percent` positive it is sent back; whom nobody judged, nobody sends back."""
        if self.positive * 100 < percent * self.rated:
            return StepKind.SENT_BACK
        return StepKind.APPROVED


@dataclass(frozen=True, slots=True)
class Station:
    """One of the six words, as the progress drawing shows it."""

    stage: Stage
    name: str
    who: str
    mark: str  # done, now, next, skipped
    times: int  # how often it was come to


def progress(steps: Sequence[tuple[StepKind, datetime]]) -> list[Station]:
    """The six words: what was passed, where it is, what lies ahead."""
    now, visits = Standing(), [Stage.RAISED]
    for kind, at in steps:
        now = now.after(kind, at)
        if now.stage is not visits[-1]:
            visits.append(now.stage)
    here = STAGES.index(now.stage)
    return [
        Station(stage, NAMES[stage], WHO_ACTS[stage], _mark(place, here, now, visits),
                visits.count(stage))
        for place, stage in enumerate(STAGES)
    ]  # fmt: skip


def _mark(place: int, here: int, now: Standing, visits: Sequence[Stage]) -> str:
    if place > here:
        return "skipped" if now.is_over else "next"
    if place == here:
        return "done" if now.is_over else "now"
    return "done" if STAGES[place] in visits else "skipped"
