"""What time alone does to a ticket until a moment: reminders, breaches, climbs, ends of pauses.

Pure. Each event carries the moment at which it fell due, or, if something else happened since,
the moment of that: the order of a ticket's events is also that of their moments. So a sweep that
comes late leaves what one in time would have left.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from coordination.law.policies import Level
from coordination.law.workdays import WorkingCalendar
from coordination.tickets.climbing import calls
from coordination.tickets.dues import Dues, Policies, dues_of, moment_of, readings_of
from coordination.tickets.folding import standing
from coordination.tickets.kinds import EventKind, State
from coordination.tickets.standings import Happened, Standing

MOST = 200  # events that one ticket can be behind
WORDS = {
    EventKind.INFO_TIMEOUT: "没有等到补充，按现有信息继续办理。",
    EventKind.RESUME: "暂缓的日期到了，恢复办理。",
}
UNSEEN = frozenset({EventKind.REMIND})  # between the clock and the office


def caught_up(
    events: Sequence[Happened],
    policies: Policies,
    calendar: WorkingCalendar,
    held_at: Level,
    until: datetime,
    now: Standing | None = None,
) -> tuple[list[Happened], Standing, Dues]:
    """What fell due by `until` and is not among the events, after which it stood as `now`; how the
    ticket then stands, what is due. RuntimeError: clocks and events do not come to rest."""
    told = list(events)
    now = now or standing(told)
    dues = dues_of(now, told, policies, calendar)
    while dues.look_at is not None and dues.look_at <= until:
        more = _at_look(now, told, policies, calendar, held_at, dues.look_at)
        if not more or len(told) - len(events) > MOST:
            raise RuntimeError(f"a ticket to be looked at for nothing, at {dues.look_at}")
        told += more
        now = standing(more, now)
        dues = dues_of(now, told, policies, calendar)
    return told[len(events) :], now, dues


def _at_look(
    now: Standing,
    told: Sequence[Happened],
    policies: Policies,
    calendar: WorkingCalendar,
    held_at: Level,
    look: datetime,
) -> list[Happened]:
    if now.state is State.NEED_INFO and now.info_until and now.info_until <= look:
        return [_event(now, 1, EventKind.INFO_TIMEOUT, now.info_until, {})]
    if now.state is State.ON_HOLD and now.hold_until and now.hold_until <= look:
        return [_event(now, 1, EventKind.RESUME, now.hold_until, {})]
    at = max(look, moment_of(now, told))
    ladder = policies[now.policy].ladder
    readings = readings_of(told, policies, calendar, at)
    found = calls(now, told, readings, ladder, at, held_at)
    written: list[Happened] = []
    level = now.level
    for call in found:
        for kind, facts in call.events(level):
            written.append(_event(now, len(written) + 1, kind, call.since, facts))
            level = max(level, facts.get("level", level))
    return _in_order(written)


def _event(
    now: Standing, ahead: int, kind: EventKind, since: datetime, facts: dict[str, Any]
) -> Happened:
    at = max(since, now.changed_at)
    return Happened(kind, at, now.events + ahead, words=WORDS.get(kind, ""), facts=facts)


def _in_order(events: list[Happened]) -> list[Happened]:
    """By `since` they already are; what was pushed to the last event's moment stays behind it."""
    assert all(a.at <= b.at for a, b in zip(events, events[1:], strict=False))
    return events
