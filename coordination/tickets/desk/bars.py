"""The clocks of a ticket as bars: how much is used up, paused, and when it is due. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from coordination.law.policies import Clock
from coordination.law.response import Reading
from coordination.tickets.dues import PART
from coordination.tickets.words import ORDER_WORDS, clock_words, countdown
from coordination.web.formats import duration, local_time, whole_percent

ORDER = (
    Clock.REPORT_IN, Clock.FIRST_REPLY, Clock.CLOSURE, Clock.VISIT, Clock.HOLDER, Clock.MILESTONE,
    Clock.PROGRESS,
)  # fmt: skip
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Bar:
    """One clock. `part` of `whole` seconds are used up; `mark`: where the promise ended, once it
    has passed."""

    label: str
    part: int
    whole: int
    mark: int | None
    state: str
    numbers: str
    tone: str

    @property
    def fill(self) -> str:
        return {"bad": "#b3261e", "wait": "#7a4a00"}.get(self.tone, "#0f5f49")


def bars_of(
    readings: Mapping[str, Reading],
    holder_name: str,
    at: datetime,
    co_handlers: Mapping[str, str] | None = None,
) -> list[Bar]:
    """The bars worth drawing, in the order in which they matter. `co_handlers`: the names of
    those who do a part 协办, by what its clock is a clock of."""
    named = co_handlers or {}
    wanted = [one for one in readings.values() if one.allowance is not None and _speaks(one)]
    wanted.sort(key=lambda one: (one.stopped_at is not None, ORDER.index(one.clock)))
    return [_bar(one, named.get(one.of, holder_name), at) for one in wanted]


def _speaks(one: Reading) -> bool:
    """A clock that ended in time and is only one of a series says nothing more."""
    serial = one.clock in (Clock.HOLDER, Clock.PROGRESS, Clock.VISIT)
    return one.stopped_at is None or one.breached or not serial


def _bar(one: Reading, holder_name: str, at: datetime) -> Bar:
    allowance = one.allowance or 0
    late = one.breached
    used = max(one.elapsed, 0)
    tone = "bad" if late else "wait" if one.paused_at else ""
    return Bar(
        _label(one, holder_name),
        used,
        max(used, allowance),
        allowance if used > allowance else None,
        _state(one, at),
        _numbers(one, allowance),
        tone,
    )


def _label(one: Reading, holder_name: str) -> str:
    if one.clock is Clock.MILESTONE:
        order = one.of.partition("-")[0]
        return f"{holder_name}协办" if order == PART else ORDER_WORDS.get(order, f"节点：{one.of}")
    if one.clock is Clock.HOLDER and one.stopped_at is None:
        return f"{holder_name}经手"
    return clock_words(one.clock.value)


def _state(one: Reading, at: datetime) -> str:
    if one.stopped_at is not None:
        return "已完成，超期" if one.breached else "按时完成"
    if one.paused_at is not None:
        return f"暂停计时，自 {local_time(one.paused_at)}"
    return countdown(one.due_at, at) if one.due_at else ""


def _numbers(one: Reading, allowance: int) -> str:
    """Used, promised, paused and due, in figures."""
    calendar = one.ruler.calendar
    say = partial(_worked, calendar.day_seconds) if calendar else _long
    parts = [f"已用 {say(one.elapsed)} / {say(allowance)}"]
    parts.append(whole_percent(one.elapsed, allowance))
    if one.paused:
        parts.append(f"暂停 {say(one.paused)}")
    if one.due_at and one.stopped_at is None:
        parts.append(f"应于 {local_time(one.due_at)} 前")
    return "，".join(parts)


def _worked(day: int, seconds: int) -> str:
    """A working day 工作日 is one of the calendar's `day` seconds, not of 24 hours."""
    days, rest = divmod(seconds, day)
    if not days:
        return _long(rest)
    return f"{days} 个工作日" + (f" {_long(rest)}" if rest >= MINUTE else "")


def _long(seconds: int) -> str:
    return duration(timedelta(seconds=seconds))
