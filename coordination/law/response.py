"""The clocks of a ticket 响应时限: what is due when, how much is used up, what is late.

Pure: the same events, policy and calendar give the same readings, in whole seconds. Sources:
`law.policies`; counting by Civil Code 民法典 arts. 201 and 203. "按照小时计算期间的，自法律规定或者
当事人约定的时间开始计算": an allowance in seconds runs from its event, day and night.
"开始的当日不计入": one of n working days begins with the first working day after the day of its
event and ends when work ends on the nth; in between its unit is the second worked, so that a
pause of an hour costs an hour.

A clock is measured from its beginning by the priority and the policy in force, and once stopped,
by those then in force; a change does not undo a breach 超期 that came before it. What is due at
an instant is late at that instant.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from coordination.law.course import PAUSED, RUNNING, Course, Event, Measure, Timer, in_order
from coordination.law.course import instant as instant_of
from coordination.law.policies import DAY, Allowance, Clock, Policy, Unit
from coordination.law.workdays import WorkingCalendar

Runs = tuple[tuple[int, int | None], ...]  # from an instant until another, the last perhaps open


@dataclass(frozen=True, slots=True)
class Ruler:
    """Measures time in seconds of day and night, or, from a calendar, in seconds worked."""

    calendar: WorkingCalendar | None = None
    zero: int = 0  # worked by the end of the day of the event, which is not counted

    def mark(self, instant: int) -> int:
        if self.calendar is None:
            return instant
        return max(self.zero, self.calendar.worked_by(instant))

    def instant(self, mark: int) -> int:
        """The first instant at that mark."""
        return mark if self.calendar is None else self.calendar.instant_of(mark)


@dataclass(frozen=True, slots=True)
class Reading:
    """One clock at one moment. Seconds are those of its allowance: of day and night, or worked.

    `due_at`: None where nothing is promised, and while a clock in time is paused.
    """

    clock: Clock
    of: str  # whose: a holder, a milestone; which: the ordinal of a visit, of a progress note
    started_at: datetime
    due_at: datetime | None
    elapsed: int
    paused: int
    allowance: int | None
    breached_at: datetime | None
    paused_at: datetime | None
    stopped_at: datetime | None
    provisional: bool  # 暂按: rests on a year whose holidays nobody has announced
    runs: Runs = field(repr=False)
    ruler: Ruler = field(repr=False)

    @property
    def breached(self) -> bool:
        return self.breached_at is not None


def clocks(
    events: Iterable[Event], policy: Policy, calendar: WorkingCalendar, at: datetime
) -> dict[str, Reading]:
    """The clocks of a ticket at a moment, by `course.key`; of what happened later, nothing.

    `policy`: the one pinned at the whistle; a re-pinning brings its own. A clock for which
    nothing is promised is left out, unless it is late from before. ValueError: the first event
    is no whistle, or one lacks what its kind needs.
    """
    told = in_order(event for event in events if event.at <= at)
    if not told:
        return {}
    course = Course(told[0], policy)
    course.follow(told[1:])
    now = instant_of(at)
    readings = {}
    for name, timer in course.timers.items():
        reading = _read(timer, course.measures, calendar, now)
        if reading.allowance is not None or reading.breached_at is not None:
            readings[name] = reading
    return readings


def reaches(reading: Reading, percent: int, at: datetime) -> bool:
    """Whether that much of the allowance is used up by `at`, if nothing else happens."""
    if reading.allowance is None:
        return False
    used = _elapsed(reading.runs, reading.ruler, instant_of(at))
    return used * 100 >= reading.allowance * percent


def when(reading: Reading, percent: int) -> datetime | None:
    """The first second at which `reaches`, if nothing else happens; None: never."""
    if reading.allowance is None:
        return None
    found = _reached(reading.runs, reading.ruler, -(-reading.allowance * percent // 100))
    return None if found is None else _moment(found)


def _read(timer: Timer, measures: list[Measure], calendar: WorkingCalendar, now: int) -> Reading:
    on = timer.state in (RUNNING, PAUSED)
    runs = (*timer.runs, (timer.since, None)) if timer.state == RUNNING else tuple(timer.runs)
    rests = [*timer.rests, (timer.since, now)] if timer.state == PAUSED else timer.rests
    stopped = None if on else timer.since
    ruler, allowance, breached = _measured(timer, measures, calendar, runs, stopped)
    reached = None if allowance is None else _reached(runs, ruler, allowance)
    due = reached
    if due is None and allowance is not None and stopped is not None:
        rest = allowance - _elapsed(runs, ruler, stopped)
        due = ruler.instant(ruler.mark(stopped) + rest)
    if reached is not None and reached <= now:
        breached = reached if breached is None else min(breached, reached)
    return Reading(
        clock=timer.clock,
        of=timer.of,
        started_at=_moment(timer.start),
        due_at=None if due is None else _moment(due),
        elapsed=_elapsed(runs, ruler, now),
        paused=sum(ruler.mark(end) - ruler.mark(begin) for begin, end in rests),
        allowance=allowance,
        breached_at=None if breached is None else _moment(breached),
        paused_at=_moment(timer.since) if timer.state == PAUSED else None,
        stopped_at=None if stopped is None else _moment(stopped),
        provisional=ruler.calendar is not None
        and calendar.rests_on_unknown(timer.start, max(due or now, timer.start)),
        runs=runs,
        ruler=ruler,
    )


def _measured(
    timer: Timer,
    measures: list[Measure],
    calendar: WorkingCalendar,
    runs: Runs,
    stopped: int | None,
) -> tuple[Ruler, int | None, int | None]:
    """The measure that holds, and the breach that an earlier one had found."""
    scales = [(since, Ruler(), ran) for since, ran in timer.plans] or [
        (measure.since, *_scale(timer, measure, calendar))
        for measure in measures
        if stopped is None or measure.since <= stopped
    ]
    breached = None
    for (_, ruler, allowance), (until, _, _) in zip(scales, scales[1:], strict=False):
        found = None if allowance is None else _reached(runs, ruler, allowance)
        if found is not None and found <= until:
            breached = found if breached is None else min(breached, found)
    return scales[-1][1], scales[-1][2], breached


def _scale(timer: Timer, measure: Measure, calendar: WorkingCalendar) -> tuple[Ruler, int | None]:
    """How a measure reads a clock: its ruler and how long it may run."""
    clocks = measure.policy.clocks[measure.priority]
    clock, of = timer.clock, timer.of
    if clock is Clock.HOLDER and clock not in clocks:
        clock, of = Clock.CLOSURE, ""
    allowance = clocks.get(clock)
    if allowance is None:
        return Ruler(), None
    extras = [extra for name, whose, extra in measure.extras if (name, whose) == (clock, of)]
    if allowance.unit is Unit.SECONDS:
        return Ruler(), sum(_seconds(one, DAY) for one in (allowance, *extras))
    ruler = Ruler(calendar, calendar.worked_by_end_of_day(timer.start))
    return ruler, sum(_seconds(one, calendar.day_seconds, DAY) for one in (allowance, *extras))


def _seconds(allowance: Allowance, day: int, of: int = 1) -> int:
    """Day for day: where an extension and what it extends differ, a working day is a day."""
    if allowance.unit is Unit.WORKING_DAYS:
        return allowance.amount * day
    return allowance.amount if of == 1 else allowance.amount * day // of


def _elapsed(runs: Runs, ruler: Ruler, now: int) -> int:
    total = 0
    for begin, end in runs:
        until = now if end is None or end > now else end
        if until > begin:
            total += ruler.mark(until) - ruler.mark(begin)
    return total


def _reached(runs: Runs, ruler: Ruler, target: int) -> int | None:
    """The first instant by which the runs hold that many seconds."""
    for begin, end in runs:
        mark = ruler.mark(begin)
        ran = None if end is None else ruler.mark(end) - mark
        if ran is None or ran >= target:
            return ruler.instant(mark + target) if target else begin
        target -= ran
    return None


def _moment(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, UTC)
