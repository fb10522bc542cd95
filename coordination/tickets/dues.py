"""When things are due on a ticket: its events told to the clocks of `law.response`. Pure.

What is read is read at the ticket's last event, so that it is a function of the events alone and a
recomputation must come to the same. The sweep looks again at `look_at`, and writes what time has
done by then; at once where something is called for that nobody has written down.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta

from coordination.law.course import Event, Kind, key
from coordination.law.escalation import next_look
from coordination.law.periods import day_of
from coordination.law.policies import Allowance, Clock, Ladder, Policy, Priority, Unit
from coordination.law.response import Reading, clocks
from coordination.law.workdays import WorkingCalendar
from coordination.tickets.climbing import calls
from coordination.tickets.kinds import EventKind
from coordination.tickets.standings import Happened, Standing

Policies = Mapping[int, Policy]
ADJUDICATION = "adjudication"  # a milestone of its own 裁定
SUPERVISION = "supervision"  # likewise 督办
PART = "part"  # likewise a co-handler's 协办
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Dues:
    """The due columns of a ticket, by their names."""

    report_due_at: datetime | None
    reply_due_at: datetime | None
    close_due_at: datetime | None
    visit_due_at: datetime | None
    holder_due_at: datetime | None
    due_at: datetime | None
    overdue_since: datetime | None
    look_at: datetime | None
    provisional: bool


DUES = tuple(one.name for one in fields(Dues))


def readings_of(
    events: Sequence[Happened], policies: Policies, calendar: WorkingCalendar, at: datetime
) -> dict[str, Reading]:
    """The ticket's clocks at a moment, by `law.course.key`."""
    policy = policies[int(events[0].facts["policy"])]
    return clocks(course_of(events, policies), policy, calendar, at)


def dues_of(
    now: Standing, events: Sequence[Happened], policies: Policies, calendar: WorkingCalendar
) -> Dues:
    """What is due, as of the last event."""
    at = moment_of(now, events)
    readings = readings_of(events, policies, calendar, at)
    running = [one for one in readings.values() if one.stopped_at is None and not now.is_done]
    return Dues(
        report_due_at=_due(readings, Clock.REPORT_IN),
        reply_due_at=_due(readings, Clock.FIRST_REPLY),
        close_due_at=_due(readings, Clock.CLOSURE),
        visit_due_at=_last_visit(readings),
        holder_due_at=_due(readings, Clock.HOLDER, str(now.holder)),
        due_at=min((one.due_at for one in running if one.due_at), default=None),
        overdue_since=min((one.breached_at for one in running if one.breached_at), default=None),
        look_at=_look(now, events, readings, policies[now.policy].ladder, at),
        provisional=any(one.provisional for one in running),
    )


def moment_of(now: Standing, events: Sequence[Happened]) -> datetime:
    """When the last event was, as the clocks count those that came at one moment."""
    return now.changed_at + len(events) * MOMENT


def _look(
    now: Standing,
    events: Sequence[Happened],
    readings: Mapping[str, Reading],
    ladder: Ladder,
    at: datetime,
) -> datetime | None:
    if now.is_done:
        return None
    if calls(now, events, readings, ladder, at):
        return now.changed_at
    look = next_look(readings, at, ladder)
    # What an extension makes early again has been called for already.
    while look and not calls(now, events, readings, ladder, look):
        look = next_look(readings, look, ladder)
    looks = (look, now.info_until, now.hold_until)
    return min((one for one in looks if one), default=None)


def _due(readings: Mapping[str, Reading], clock: Clock, of: str = "") -> datetime | None:
    found = readings.get(key(clock, of))
    return found and found.due_at


def _last_visit(readings: Mapping[str, Reading]) -> datetime | None:
    visits = [one for one in readings.values() if one.clock is Clock.VISIT]
    return max(visits, key=lambda one: int(one.of)).due_at if visits else None


def course_of(events: Iterable[Happened], policies: Policies) -> list[Event]:
    """The events as the clocks understand them; what moves none is left out."""
    told: list[Event] = []
    days: set[date] = set()
    last: datetime | None = None
    for each in events:
        event = each
        # The clocks know instants and no ordinals: what came second came a moment later.
        if last and each.at <= last:
            event = replace(each, at=last + MOMENT)
        last = event.at
        if event.kind is EventKind.VISIT:
            days.add(day_of(event.at))
            if event.facts["reached"] or len(days) > 1:
                told.append(Event(Kind.VISITED, event.at))
        elif plain := PLAIN.get(event.kind):
            told.append(Event(plain, event.at))
        elif tell := TOLD.get(event.kind):
            told += tell(event, policies)
        if event.kind is EventKind.REPLY:
            days = set()
            told += [Event(Kind.ACHIEVED, event.at, of=order) for order in _orders(told)]
    return told


def _orders(told: Iterable[Event]) -> list[str]:
    """What a reply answers: orders 督办, and the parts that it did not have to wait for."""
    answered = {one.of for one in told if one.kind is Kind.ACHIEVED}
    ordered = {one.of for one in told if one.kind is Kind.PLANNED} - answered
    return sorted(of for of in ordered if of.startswith((SUPERVISION, PART)))


def _whistled(event: Happened, _: Policies) -> list[Event]:
    priority = Priority(event.facts["priority"])
    return [Event(Kind.WHISTLED, event.at, priority=priority, holder=event.facts["holder"])]


def _in_hand(event: Happened, policies: Policies) -> list[Event]:
    passed = _passed_on(event, policies) if "holder" in event.facts else []
    return [Event(Kind.REPORTED_IN, event.at), *passed]


def _passed_on(event: Happened, _: Policies) -> list[Event]:
    return [Event(Kind.TRANSFERRED, event.at, holder=event.facts["holder"])]


def _returned(event: Happened, policies: Policies) -> list[Event]:
    due = datetime.fromisoformat(event.facts["due"])
    return [
        *_passed_on(event, policies),
        Event(Kind.PLANNED, event.at, of=ADJUDICATION, due_at=due),
    ]


def _adjudicated(event: Happened, policies: Policies) -> list[Event]:
    return [*_passed_on(event, policies), Event(Kind.ACHIEVED, event.at, of=ADJUDICATION)]


def _extended(event: Happened, _: Policies) -> list[Event]:
    if "amount" not in event.facts:
        return []  # a hold's date, not a clock
    extra = Allowance(int(event.facts["amount"]), Unit(event.facts["unit"]))
    return [Event(Kind.EXTENDED, event.at, clock=Clock.CLOSURE, extra=extra)]


def _supervised(event: Happened, _: Policies) -> list[Event]:
    due = datetime.fromisoformat(event.facts["due"])
    return [Event(Kind.PLANNED, event.at, of=f"{SUPERVISION}-{event.ordinal}", due_at=due)]


def _opened_part(event: Happened, _: Policies) -> list[Event]:
    due = datetime.fromisoformat(event.facts["due"])
    return [Event(Kind.PLANNED, event.at, of=part_name(event.facts["sub_task"]), due_at=due)]


def _finished_part(event: Happened, _: Policies) -> list[Event]:
    return [Event(Kind.ACHIEVED, event.at, of=part_name(event.facts["sub_task"]))]


def part_name(sub_task: str) -> str:
    """What a sub-task's clock is a clock of."""
    return f"{PART}-{sub_task}"


def _planned(event: Happened, _: Policies) -> list[Event]:
    due = datetime.fromisoformat(event.facts["due"])
    return [Event(Kind.PLANNED, event.at, of=event.facts["milestone"], due_at=due)]


def _achieved(event: Happened, _: Policies) -> list[Event]:
    return [Event(Kind.ACHIEVED, event.at, of=event.facts["milestone"])]


def _reprioritised(event: Happened, _: Policies) -> list[Event]:
    priority = Priority(event.facts["priority"])
    return [Event(Kind.PRIORITY_CHANGED, event.at, priority=priority)]


def _repinned(event: Happened, policies: Policies) -> list[Event]:
    policy = policies[int(event.facts["policy"])]
    return [Event(Kind.POLICY_REPINNED, event.at, policy=policy)]


PLAIN: dict[EventKind, Kind] = {
    EventKind.NOTE: Kind.NOTED,
    EventKind.REPLY: Kind.REPLIED,
    EventKind.ASK_INFO: Kind.PAUSED,
    EventKind.ANSWER_INFO: Kind.RESUMED,
    EventKind.INFO_TIMEOUT: Kind.RESUMED,
    EventKind.HOLD: Kind.PAUSED,
    EventKind.RESUME: Kind.RESUMED,
    EventKind.CLOSE: Kind.CLOSED,
    EventKind.MERGE: Kind.CLOSED,
    EventKind.WITHDRAW: Kind.CLOSED,
    EventKind.RETRACT: Kind.CLOSED,
    EventKind.REOPEN: Kind.REOPENED,
}
TOLD: dict[EventKind, Callable[[Happened, Policies], list[Event]]] = {
    EventKind.WHISTLE: _whistled,
    EventKind.REPORT_IN: _in_hand,
    EventKind.ACCEPT: _in_hand,
    EventKind.TAKE_UP: _in_hand,
    EventKind.TRANSFER: _passed_on,
    EventKind.HAND_OVER: _passed_on,
    EventKind.RETURN: _returned,
    EventKind.ADJUDICATE: _adjudicated,
    EventKind.EXTEND: _extended,
    EventKind.SUPERVISE: _supervised,
    EventKind.OPEN_SUB_TASK: _opened_part,
    EventKind.FINISH_SUB_TASK: _finished_part,
    EventKind.PLAN: _planned,
    EventKind.ACHIEVE: _achieved,
    EventKind.CHANGE_PRIORITY: _reprioritised,
    EventKind.REPIN_POLICY: _repinned,
}
