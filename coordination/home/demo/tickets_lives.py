"""The lives of made tickets: what happened to each, when, by whom. Pure, from a fixed seed.

How long a ticket takes from its whistle to its close is log-normal: the median 1.9 days, nine in
ten within 5.9. Which ticket takes how long follows its subject: the drawn lengths are given out in
the order of how slow such things are, so the whole keeps its distribution to the second.
"""

import math
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from coordination.home.demo import tickets_words as words
from coordination.home.demo.tickets_cast import Cast, Deed, Life
from coordination.home.demo.tickets_telling import DAY, HOUR, MINUTE, Teller
from coordination.home.demo.tickets_words import SUBJECTS, Subject
from coordination.tickets.kinds import Door, EventKind

MEDIAN_DAYS, P90_DAYS = 1.9, 5.9
SIGMA = math.log(P90_DAYS / MEDIAN_DAYS) / 1.2815515655446004  # the normal's 90th percentile
SHORTEST = 3 * MINUTE
# How many whistle at each hour of the day, of a hundred or so.
HOURS = (0, 0, 0, 0, 0, 1, 3, 7, 9, 8, 7, 5, 4, 4, 5, 5, 5, 6, 8, 9, 7, 4, 2, 1)
SUMMER, WINTER = (6, 7, 8), (12, 1, 2)
DOORS = {
    Door.RESIDENT: 70, Door.COUNTER: 12, Door.HOTLINE: 12, Door.PATROL: 4, Door.PETITION: 2,
}  # fmt: skip


def draw_lives(cast: Cast, count: int, months: int, until: datetime, seed: str) -> list[Life]:
    """So many lives over so many months, in the order of their whistles."""
    drawn = random.Random(seed)
    begun = sorted(_whistled(drawn, months, until) for _ in range(count))
    chosen = [(at, _subject(drawn, at)) for at in begun]
    lengths = _lengths(drawn, [subject for _, subject in chosen])
    lives = [
        _life(drawn, cast, subject, at, took, number)
        for number, ((at, subject), took) in enumerate(zip(chosen, lengths, strict=True))
    ]
    _merge_some(drawn, cast, lives)
    return lives


def _merge_some(drawn: random.Random, cast: Cast, lives: list[Life]) -> None:
    """Some of what is whistled while the same is being worked on goes into the one before."""
    last: dict[tuple[str, UUID | None], Life] = {}
    for life in lives:
        same = last.get((life.subject.code, life.building))
        if same and same.deeds[-1].at > life.at + DAY and drawn.random() < 0.35:
            merged = Deed(
                life.at + 25 * MINUTE, EventKind.MERGE, drawn.choice(cast.staff),
                "同一处同一问题，并入一起办理。", {"into": str(same.id)},
            )  # fmt: skip
            life.deeds[1:], life.cosigners[:] = [merged], []
        else:
            last[life.subject.code, life.building] = life


def _whistled(drawn: random.Random, months: int, until: datetime) -> datetime:
    """Somewhat more of late than in the beginning; by day rather than by night."""
    back = timedelta(days=months * 30.4 * (1 - drawn.random() ** 0.8))
    day = (until - back).replace(hour=0, minute=0, second=0, microsecond=0) - 8 * HOUR
    hour = drawn.choices(range(24), HOURS)[0]
    at = day + timedelta(hours=hour, seconds=drawn.randrange(3600))
    return min(at, until - timedelta(seconds=drawn.randrange(300, 7200)))


def _subject(drawn: random.Random, at: datetime) -> Subject:
    month = (at + 8 * HOUR).month
    weights = [
        one.weight * (one.summer if month in SUMMER else one.winter if month in WINTER else 1)
        for one in SUBJECTS
    ]
    return drawn.choices(SUBJECTS, weights)[0]


def _lengths(drawn: random.Random, subjects: Sequence[Subject]) -> list[timedelta]:
    """The lengths, the slow subjects having the long ones, mostly."""
    days = sorted(drawn.lognormvariate(math.log(MEDIAN_DAYS), SIGMA) for _ in subjects)
    slowness = [subject.slow + drawn.gauss(0, 0.8) for subject in subjects]
    order = sorted(range(len(subjects)), key=slowness.__getitem__)
    given = [timedelta(0)] * len(subjects)
    for place, index in enumerate(order):
        length = timedelta(seconds=int(days[place] * 86_400))
        given[index] = max(SHORTEST, length)
    return given


def _life(
    drawn: random.Random, cast: Cast, subject: Subject, at: datetime, took: timedelta, number: int
) -> Life:
    door = drawn.choices(list(DOORS), list(DOORS.values()))[0]
    resident = drawn.choice(cast.residents) if door in (Door.RESIDENT, Door.COUNTER) else None
    filed = drawn.choice(cast.community) if door in (Door.COUNTER, Door.PATROL) else None
    elsewhere = {Door.HOTLINE: "12345", Door.PETITION: "信访"}.get(door)
    inside = subject.spots is words.DOORS or "单元" in subject.spots[0]
    life = Life(
        UUID(int=drawn.getrandbits(128), version=4), subject,
        drawn.choice(cast.buildings) if inside else None, drawn.choice(subject.spots),
        drawn.choice(subject.texts), door, resident, filed and filed.person,
        elsewhere and f"{elsewhere}:DEMO{cast.estate.hex[:6]}{number:06d}",
        drawn.random() < 0.92, [Deed(at, EventKind.WHISTLE, filed or resident)],
    )  # fmt: skip
    Teller(drawn, cast, life, took).tell()
    return life
