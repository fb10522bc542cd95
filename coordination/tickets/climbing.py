"""What the clocks call for on a ticket 分级响应 and nobody has written down yet. Pure.

A call is one of the steps of `law.escalation`: the reminder, the breach, the climb after it, or a
count that is full. It is written down by its events; what they say is not called for again. A
clock that stopped late was late all the same, whether or not a worker ran meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from coordination.law.escalation import Escalation, escalations
from coordination.law.policies import Clock, Ladder, Level
from coordination.law.response import Reading, when
from coordination.tickets.kinds import EventKind
from coordination.tickets.standings import Happened, Standing

Known = tuple[str, EventKind]  # the clock or the count, and the event that says it


@dataclass(frozen=True, slots=True, order=True)
class Call:
    """Who is called upon, since when, and why."""

    since: datetime
    kind: EventKind  # REMIND, BREACH, ESCALATE
    why: str  # the name of a clock, or "reopened", "cosigners", "hops"
    percent: int  # of the clock; nought for a count
    level: Level
    count: int = 0  # how many there are, of what is counted

    def events(self, level_now: int) -> list[tuple[EventKind, dict[str, Any]]]:
        """Which events write it down. A breach calls the next level, unless it came already."""
        since = self.since.isoformat()
        reason = f"{self.why}:{self.percent}" if self.percent else self.why
        facts = {"level": int(self.level), "reason": reason, "since": since}
        climb = (EventKind.ESCALATE, facts | ({"count": self.count} if self.count else {}))
        match self.kind:
            case EventKind.REMIND:
                return [(EventKind.REMIND, {"clock": self.why, "since": since})]
            case EventKind.BREACH:
                breach = (EventKind.BREACH, {"clock": self.why, "since": since})
                return [breach, climb] if self.level > level_now else [breach]
        return [climb]


def calls(
    now: Standing,
    events: Sequence[Happened],
    readings: Mapping[str, Reading],
    ladder: Ladder,
    at: datetime,
    held_at: Level = Level.PROPERTY,
) -> list[Call]:
    """What is called for by `at` and not written down, in the order in which it fell due.

    `held_at`: the level that holds the ticket. A return visit 回访 is the community's to make.
    """
    if now.is_done:
        return []
    visits = {name: one for name, one in readings.items() if one.clock is Clock.VISIT}
    others = {name: one for name, one in readings.items() if name not in visits}
    found = escalations(
        others, at, ladder, held_at=held_at, reopened=now.reopened, cosigners=now.cosigners,
        hops=now.hops,
    ) | escalations(visits, at, ladder, held_at=max(held_at, Level.COMMUNITY))  # fmt: skip
    known = _known(events, ladder)
    read = [_read(one, readings, ladder, now) for one in found]
    return sorted(
        one for one in read if (one.why, one.kind) not in known and not _moot(one, readings)
    )


def _read(one: Escalation, readings: Mapping[str, Reading], ladder: Ladder, now: Standing) -> Call:
    last = now.changed_at
    if not one.percent:
        count = getattr(now, one.reason)
        return Call(last, EventKind.ESCALATE, one.reason, 0, one.level, count)
    why = one.reason.rpartition(":")[0]
    reading = readings[why]
    kind = _kind(one.percent, ladder)
    since = when(reading, one.percent) or last
    if reading.breached_at and kind is not EventKind.ESCALATE:
        since = min(since, reading.breached_at)
    return Call(since, kind, why, one.percent, one.level)


def _kind(percent: int, ladder: Ladder) -> EventKind:
    if percent == ladder.breach_percent:
        return EventKind.BREACH
    return EventKind.REMIND if percent < ladder.breach_percent else EventKind.ESCALATE


def _moot(call: Call, readings: Mapping[str, Reading]) -> bool:
    """Nobody is reminded of what is done, or late already."""
    if call.kind is not EventKind.REMIND:
        return False
    reading = readings[call.why]
    return reading.stopped_at is not None or reading.breached


def _known(events: Sequence[Happened], ladder: Ladder) -> set[Known]:
    """What is written down. A ladder with other percents does not call for the same step again."""
    found: set[Known] = set()
    for event in events:
        if event.kind in (EventKind.REMIND, EventKind.BREACH):
            found.add((event.facts["clock"], event.kind))
        elif event.kind is EventKind.ESCALATE:
            why, _, percent = event.facts["reason"].rpartition(":")
            if not why:
                found.add((percent, event.kind))
            elif int(percent) > ladder.breach_percent:
                found.add((why, event.kind))
    return found
