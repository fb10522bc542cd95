"""The course of a ticket 工单经过: when each clock ran, was paused, stood still.

A clock runs while the ticket is open and what it waits for has not come; it is paused while the
ticket is 待补充 or on an approved hold 挂起; between a closure and a reopening it does neither. A
holder's clock 经手 also stands still while another holds the ticket and while a reply awaits its
return visit. Instants are whole seconds since 1970; a part of a second is dropped. What happens
at one moment is taken in the order of `Kind`, whatever order it is told in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from coordination.law.policies import Allowance, Clock, Policy, Priority

ORIGIN = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Kind(StrEnum):
    """What can happen to a ticket, in the order in which what comes at one moment is taken."""

    WHISTLED = "whistled"  # 吹哨: priority, and its first holder if known
    POLICY_REPINNED = "policy_repinned"  # 改用另一版时限: policy
    PRIORITY_CHANGED = "priority_changed"  # 调整等级: priority
    TRANSFERRED = "transferred"  # 转由他人经手: holder
    EXTENDED = "extended"  # 延期: clock, extra, and for a holder's clock `of`
    PLANNED = "planned"  # 定节点, or move it: of, due_at
    REPORTED_IN = "reported_in"  # 报到
    NOTED = "noted"  # 进展说明
    ACHIEVED = "achieved"  # 节点完成: of
    REPLIED = "replied"  # 答复
    VISITED = "visited"  # 回访: reached, or tried as often as must be
    CLOSED = "closed"  # 办结, 并入, 撤回: the ticket is open no more
    REOPENED = "reopened"  # 重办
    PAUSED = "paused"  # 待补充, or a hold that was approved; `of`: which
    RESUMED = "resumed"  # the end of the pause of that name, unless a reopening ended it


RANK = {kind: rank for rank, kind in enumerate(Kind)}
NEEDS = {
    Kind.WHISTLED: ("priority",),
    Kind.POLICY_REPINNED: ("policy",),
    Kind.PRIORITY_CHANGED: ("priority",),
    Kind.TRANSFERRED: ("holder",),
    Kind.EXTENDED: ("clock", "extra"),
    Kind.PLANNED: ("of", "due_at"),
    Kind.ACHIEVED: ("of",),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. ValueError: without what its kind needs, or without a time zone."""

    kind: Kind
    at: datetime
    priority: Priority | None = None
    policy: Policy | None = None
    holder: str = ""
    clock: Clock | None = None
    extra: Allowance | None = None
    of: str = ""
    due_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError(f"a moment without a time zone: {self}")
        for name in NEEDS.get(self.kind, ()):
            if not getattr(self, name):
                raise ValueError(f"{self.kind} without its {name}: {self}")


@dataclass(frozen=True, slots=True)
class Measure:
    """By what the clocks are measured, from `since` on."""

    since: int
    policy: Policy
    priority: Priority
    extras: tuple[tuple[Clock, str, Allowance], ...] = ()


OFF, RUNNING, PAUSED = range(3)


class Timer:
    """One clock: its runs and its pauses, each from an instant until another."""

    __slots__ = ("clock", "of", "plans", "runs", "rests", "since", "start", "state")

    def __init__(self, clock: Clock, of: str, start: int) -> None:
        self.clock, self.of, self.start = clock, of, start
        self.state, self.since = OFF, start
        self.runs: list[tuple[int, int]] = []
        self.rests: list[tuple[int, int]] = []
        self.plans: list[tuple[int, int]] = []  # a milestone's: since when, seconds it then had

    def turn(self, state: int, now: int) -> None:
        """From `now` on, be in `state`."""
        if state == self.state:
            return
        if self.state != OFF:
            (self.runs if self.state == RUNNING else self.rests).append((self.since, now))
        self.state, self.since = state, now

    def ran(self, now: int) -> int:
        """Seconds it has run, day and night."""
        running = now - self.since if self.state == RUNNING else 0
        return sum(end - begin for begin, end in self.runs) + running


def instant(at: datetime) -> int:
    """Whole seconds since 1970."""
    return (at - ORIGIN) // SECOND


class Course:
    """A ticket's clocks as its events turn them."""

    def __init__(self, whistled: Event, policy: Policy) -> None:
        if whistled.kind is not Kind.WHISTLED or whistled.priority is None:
            raise ValueError(f"a course begins with a whistle, not {whistled}")
        self.now = instant(whistled.at)
        self.timers: dict[str, Timer] = {}
        self.measures = [Measure(self.now, whistled.policy or policy, whistled.priority)]
        self.live: list[Timer] = []  # those that are not done
        self.open, self.replied = True, False
        self.holder = ""
        self.pauses: dict[str, int] = {}  # those open, by name, how often begun
        self.rounds = {Clock.VISIT: 0, Clock.PROGRESS: 0}
        for clock in (Clock.REPORT_IN, Clock.FIRST_REPLY, Clock.CLOSURE):
            self._begin(clock)
        self._next(Clock.PROGRESS)
        if whistled.holder:
            self._transferred(whistled)

    def follow(self, events: Iterable[tuple[int, Event]]) -> None:
        """Let happen what did, told `in_order`. ValueError: a second whistle, a past plan."""
        for now, event in events:
            if now != self.now:
                self._settle()
                self.now = now
            TURNS[event.kind](self, event)
        self._settle()

    def _settle(self) -> None:
        on = PAUSED if self.pauses else RUNNING
        for timer in self.live:
            timer.turn(on if self._is_on(timer) else OFF, self.now)

    def _is_on(self, timer: Timer) -> bool:
        if not self.open:
            return False
        return timer.clock is not Clock.HOLDER or (timer.of == self.holder and not self.replied)

    def _begin(self, clock: Clock, of: str = "") -> Timer:
        name = key(clock, of)
        timer = self.timers.setdefault(name, Timer(clock, of, self.now))
        if timer not in self.live:
            self.live.append(timer)
        return timer

    def _next(self, clock: Clock) -> None:
        """The round that is on is over, and the next begins."""
        self._end(clock, str(self.rounds[clock]))
        self.rounds[clock] += 1
        self._begin(clock, str(self.rounds[clock]))

    def _end(self, clock: Clock, of: str = "") -> None:
        timer = self.timers.get(key(clock, of))
        if timer in self.live:
            self.live.remove(timer)
            timer.turn(OFF, self.now)

    def _whistled(self, event: Event) -> None:
        raise ValueError(f"a second whistle: {event}")

    def _remeasured(self, event: Event) -> None:
        last = self.measures[-1]
        extra = ((event.clock, event.of, event.extra),) if event.clock and event.extra else ()
        measure = Measure(
            self.now,
            event.policy or last.policy,
            event.priority or last.priority,
            last.extras + extra,
        )
        if last.since == self.now:
            self.measures.pop()
        self.measures.append(measure)

    def _transferred(self, event: Event) -> None:
        self.holder = event.holder
        self._begin(Clock.HOLDER, event.holder)

    def _planned(self, event: Event) -> None:
        if event.due_at is None or instant(event.due_at) <= self.now:
            raise ValueError(f"a milestone lies ahead: {event}")
        timer = self._begin(Clock.MILESTONE, event.of)
        timer.plans.append((self.now, timer.ran(self.now) + instant(event.due_at) - self.now))

    def _reported_in(self, event: Event) -> None:
        self._end(Clock.REPORT_IN)

    def _noted(self, event: Event) -> None:
        self._next(Clock.PROGRESS)

    def _achieved(self, event: Event) -> None:
        if key(Clock.MILESTONE, event.of) not in self.timers:
            raise ValueError(f"a milestone that nobody planned: {event}")
        self._end(Clock.MILESTONE, event.of)

    def _replied(self, event: Event) -> None:
        self._end(Clock.FIRST_REPLY)
        self._next(Clock.PROGRESS)
        self._next(Clock.VISIT)
        self.replied = True

    def _visited(self, event: Event) -> None:
        self._end(Clock.VISIT, str(self.rounds[Clock.VISIT]))

    def _closed(self, event: Event) -> None:
        self._visited(event)
        self.open = False

    def _reopened(self, event: Event) -> None:
        """Also ends the visit that found it unsolved, and any pause it was closed in."""
        self._visited(event)
        self.open, self.replied = True, False
        self.pauses.clear()

    def _paused(self, event: Event) -> None:
        self.pauses[event.of] = self.pauses.get(event.of, 0) + 1

    def _resumed(self, event: Event) -> None:
        begun = self.pauses.pop(event.of, 0)
        if begun > 1:
            self.pauses[event.of] = begun - 1


TURNS = {
    Kind.WHISTLED: Course._whistled,
    Kind.POLICY_REPINNED: Course._remeasured,
    Kind.PRIORITY_CHANGED: Course._remeasured,
    Kind.EXTENDED: Course._remeasured,
    Kind.TRANSFERRED: Course._transferred,
    Kind.PLANNED: Course._planned,
    Kind.REPORTED_IN: Course._reported_in,
    Kind.NOTED: Course._noted,
    Kind.ACHIEVED: Course._achieved,
    Kind.REPLIED: Course._replied,
    Kind.VISITED: Course._visited,
    Kind.CLOSED: Course._closed,
    Kind.REOPENED: Course._reopened,
    Kind.PAUSED: Course._paused,
    Kind.RESUMED: Course._resumed,
}


def key(clock: Clock, of: str = "") -> str:
    """The name of one clock of a ticket: "closure", "holder:…", "visit:2"."""
    return f"{clock}:{of}" if of else clock


def in_order(events: Iterable[Event], until: datetime) -> list[tuple[int, Event]]:
    """What happened `until` then with its second, by moment and `Kind`."""
    told = [(instant(event.at), event) for event in events if event.at <= until]
    if any(first >= second for (first, _), (second, _) in pairwise(told)):
        told.sort(key=_place)
    return told


def _place(told: tuple[int, Event]) -> tuple[datetime, int, str, int, str]:
    # Where even the kinds are equal, the more urgent priority is taken last and so holds, the
    # later policy and the greater name.
    _, event = told
    urgency = "" if event.priority is None else str(9 - int(event.priority[1]))
    version = event.policy.version if event.policy else 0
    return event.at, RANK[event.kind], urgency, version, event.holder
