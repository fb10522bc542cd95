"""How a ticket climbs 分级响应, L1 to L4: which levels must have heard of it, and why.

What a sweep finds here and has not yet written down is new. Nothing is ever taken back: a clock
that was late stays late, and what an extension makes early again has been heard already.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from coordination.law.policies import Clock, Ladder, Level
from coordination.law.response import Reading, reaches, when


@dataclass(frozen=True, slots=True, order=True)
class Escalation:
    """A level that must hear of a ticket, and why.

    `reason`: "closure:80", "holder:…:150", "visit:2:100", or "reopened", "cosigners", "hops".
    `percent`: of the clock, nought where a count climbs.
    """

    level: Level
    reason: str
    percent: int = 0


def escalations(
    readings: Mapping[str, Reading],
    at: datetime,
    ladder: Ladder,
    *,
    held_at: Level = Level.PROPERTY,
    reopened: int = 0,
    cosigners: int = 0,
    hops: int = 0,
) -> frozenset[Escalation]:
    """Who must have heard by `at`, and why.

    At the reminder 提醒 the level that holds the ticket, `held_at`; at the breach 超期 and where a
    count is full the next, which is then 督办人; later the one after.
    """
    steps = ((ladder.remind_percent, 0), (ladder.breach_percent, 1), (ladder.second_percent, 2))
    counts = (
        ("reopened", reopened, ladder.reopened),
        ("cosigners", cosigners, ladder.cosigners),
        ("hops", hops, ladder.hops),
    )
    found = {Escalation(_up(held_at, 1), why) for why, count, full in counts if count >= full}
    for name, reading in _climbing(readings).items():
        for percent, step in steps:
            if not _is_heard(reading, percent, at):
                break
            found.add(Escalation(_up(held_at, step), f"{name}:{percent}", percent))
    return frozenset(found)


def next_look(readings: Mapping[str, Reading], at: datetime, ladder: Ladder) -> datetime | None:
    """When, if nothing happens, `escalations` next holds more than at `at`; None: never."""
    percents = (ladder.remind_percent, ladder.breach_percent, ladder.second_percent)
    found = []
    for reading in _climbing(readings).values():
        ahead = [percent for percent in percents if not _is_heard(reading, percent, at)]
        if ahead and (moment := when(reading, min(ahead))):
            found.append(moment)
    return min(found, default=None)


def _is_heard(reading: Reading, percent: int, at: datetime) -> bool:
    return (percent <= 100 and reading.breached) or reaches(reading, percent, at)


def _climbing(readings: Mapping[str, Reading]) -> dict[str, Reading]:
    """Without the first holder's clock: the ticket's own say the same."""
    closure = readings.get(Clock.CLOSURE)
    return {
        name: reading
        for name, reading in readings.items()
        if reading.clock is not Clock.HOLDER
        or closure is None
        or reading.started_at != closure.started_at
    }


def _up(level: Level, steps: int) -> Level:
    return Level(min(level + steps, Level.DISTRICT))
