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
from itertools import pairwise
from typing import NamedTuple

from coordination.law.course import OFF, PAUSED, RUNNING, Course, Event, Measure, Timer, in_order
from coordination.law.course import instant as instant_of
from coordination.law.policies import DAY, Clock, Policy, Unit
from coordination.law.workdays import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Ruler:
    """Measures time in seconds of day and night, or, by a calendar, in seconds worked."""

    calendar: WorkingCalendar | None = None
    zero: int = 0  # worked by the end of the day of the event: that day is not counted
    _marks: dict[int, int] = field(default_factory=dict, compare=False, repr=False)

    def mark(self, instant: int) -> int:
        if self.calendar is None:
            return instant
        mark = self._marks.get(instant)
        if mark is None:
            mark = self._marks[instant] = max(self.zero, self.calendar.worked_by(instant))
        return mark

    def instant(self, mark: int) -> int:
        """The first instant at that mark."""
        return mark if self.calendar is None else self.calendar.instant_of(mark)

    def rests_on_unknown(self, begin: int, end: int) -> bool:
        return self.calendar is not None and self.calendar.rests_on_unknown(begin, end)


Runs = tuple[tuple[int, int | None], ...]  # from an instant until another, the last perhaps open
Scale = tuple[int, Ruler, int | None]  # since when, in what, and how many seconds are allowed

DAYS = {Unit.SECONDS: DAY, Unit.WORKING_DAYS: 1}  # how many of it make a day


class Reading(NamedTuple):
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
    runs: Runs
    ruler: Ruler

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
    told = in_order(events, at)
    if not told:
        return {}
    course = Course(told[0][1], policy)
    course.follow(told[1:])
    now = instant_of(at)
    rulers: dict[tuple[Unit, int], Ruler] = {}
    readings = {}
    for name, timer in course.timers.items():
        scales = _scales(timer, course.measures, calendar, rulers)
        if any(allowance is not None for _, _, allowance in scales):
            reading = _read(timer, scales, now)
            if reading.allowance is not None or reading.breached:
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


def _read(timer: Timer, scales: list[Scale], now: int) -> Reading:
    running, resting = timer.state == RUNNING, timer.state == PAUSED
    runs = (*timer.runs, (timer.since, None)) if running else tuple(timer.runs)
    rests = (*timer.rests, (timer.since, now)) if resting else timer.rests
    stopped = None if running or resting else timer.since
    _, ruler, allowance = scales[-1]
    elapsed = _elapsed(runs, ruler, now)
    due = _reached(runs, ruler, allowance)
    breached = _breached(due, runs, scales, now)
    if due is None and allowance is not None and stopped is not None:
        due = ruler.instant(ruler.mark(stopped) + allowance - elapsed)
    return Reading(
        timer.clock,
        timer.of,
        _moment(timer.start),
        None if due is None else _moment(due),
        elapsed,
        sum(ruler.mark(end) - ruler.mark(begin) for begin, end in rests),
        allowance,
        None if breached is None else _moment(breached),
        _moment(timer.since) if resting else None,
        None if stopped is None else _moment(stopped),
        ruler.rests_on_unknown(timer.start, max(due or now, timer.start)),
        runs,
        ruler,
    )


def _breached(due: int | None, runs: Runs, scales: list[Scale], now: int) -> int | None:
    """The first breach that a measure found while it was in force; `due`: by the last."""
    found = [due] if due is not None and due <= now else []
    for (_, ruler, allowance), (until, _, _) in pairwise(scales):
        earlier = _reached(runs, ruler, allowance)
        if earlier is not None and earlier <= until:
            found.append(earlier)
    return min(found, default=None)


def _scales(
    timer: Timer,
    measures: list[Measure],
    calendar: WorkingCalendar,
    rulers: dict[tuple[Unit, int], Ruler],
) -> list[Scale]:
    """By what a clock is measured from when on; what came after it stopped is none of it."""
    scales: list[Scale] = [(since, Ruler(), seconds) for since, seconds in timer.plans]
    for measure in () if timer.plans else measures:
        unit, seconds = _allowed(timer, measure, calendar.day_seconds)
        ruler = rulers.get((unit, timer.start))
        if ruler is None:
            ruler = rulers[unit, timer.start] = _ruler(unit, timer.start, calendar)
        scales.append((measure.since, ruler, seconds))
    if timer.state == OFF:
        scales = [scale for scale in scales if scale[0] <= timer.since]
    return scales


def _ruler(unit: Unit, begin: int, calendar: WorkingCalendar) -> Ruler:
    if unit is Unit.SECONDS:
        return Ruler()
    return Ruler(calendar, calendar.worked_by_end_of_day(begin))


def _allowed(timer: Timer, measure: Measure, day_seconds: int) -> tuple[Unit, int | None]:
    """How many seconds of which kind a measure allows a clock, with its extensions.

    Where an extension is not in the unit of what it extends, a working day is a day.
    """
    clocks = measure.policy.clocks[measure.priority]
    clock, of = timer.clock, timer.of
    if clock is Clock.HOLDER and clock not in clocks:
        clock, of = Clock.CLOSURE, ""
    allowance = clocks.get(clock)
    if allowance is None:
        return Unit.SECONDS, None
    day = day_seconds if allowance.unit is Unit.WORKING_DAYS else DAY
    seconds = allowance.amount * day // DAYS[allowance.unit]
    for name, whose, extra in measure.extras:
        if (name, whose) == (clock, of):
            seconds += extra.amount * day // DAYS[extra.unit]
    return allowance.unit, seconds


def _elapsed(runs: Runs, ruler: Ruler, now: int) -> int:
    total = 0
    for begin, end in runs:
        until = now if end is None or end > now else end
        if until > begin:
            total += ruler.mark(until) - ruler.mark(begin)
    return total


def _reached(runs: Runs, ruler: Ruler, target: int | None) -> int | None:
    """The first instant by which the runs hold that many seconds."""
    if target is None:
        return None
    for begin, end in runs:
        mark = ruler.mark(begin)
        ran = None if end is None else ruler.mark(end) - mark
        if ran is None or ran >= target:
            return ruler.instant(mark + target) if target else begin
        target -= ran
    return None


def _moment(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, UTC)
