"""Writing made tickets, many at a time: their events, and what those come to.

Nothing is written that the service itself would not have: the same fold gives each ticket's
standing, the same clocks its due columns, and what the clocks would have said at the time
(reminders, breaches, levels) stands among its events.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from coordination.db import connection, rows, transaction
from coordination.files import Photo
from coordination.home.demo.tickets_cast import Cast, Deed, Hand, Life
from coordination.law.policies import Clock, Policy
from coordination.law.response import Reading, when
from coordination.law.workdays import WorkingCalendar
from coordination.places.queries import place_of
from coordination.tickets.calendar import calendar_of, policy_in_force
from coordination.tickets.dues import dues_of, readings_of
from coordination.tickets.grams import grams_of
from coordination.tickets.kinds import DONE, EventKind, PhotoKind
from coordination.tickets.routing.seeds import category_id
from coordination.tickets.standings import Happened
from coordination.tickets.state import standing
from coordination.tickets.storing import OPENED, WORDS, columns_of

EVENT_COLUMNS = (
    "id", "ticket", "ordinal", "kind", "at", "person", "role", "body", "words", "facts",
    "is_public",
)  # fmt: skip
PHOTO_COLUMNS = ("id", "ticket", "event", "kind", "sha256", "small", "sort")


@dataclass(frozen=True, slots=True)
class Pictures:
    """Drawn photos: of what was whistled about, by category, and of how it was afterwards."""

    before: dict[str, Photo]
    after: Photo


@dataclass(slots=True)
class Rows:
    """What is copied into the tables."""

    tickets: list[tuple]
    events: list[tuple]
    photos: list[tuple]
    cosigners: list[tuple]


@dataclass(frozen=True, slots=True)
class Measures:
    """By what clocks are read, and the priority of each category."""

    policy: Policy
    calendar: WorkingCalendar
    priorities: dict[str, str]


async def measures_at(estate: UUID, at: datetime) -> Measures:
    found = await rows("select code, priority from category")
    return Measures(
        await policy_in_force(await place_of(estate), at),
        await calendar_of(),
        {row["code"]: row["priority"] for row in found},
    )


async def write_lives(cast: Cast, lives: Sequence[Life], pictures: Pictures, at: datetime) -> int:
    """Write all that had happened by `at`; how many tickets."""
    measures = await measures_at(cast.estate, at)
    made = Rows([], [], [], [])
    for life in lives:
        if life.at <= at:
            _add(made, cast, life, pictures, measures, at)
    async with transaction(), connection() as it:
        for table, columns, records in (
            ("ticket", OPENED, made.tickets),
            ("ticket_event", EVENT_COLUMNS, made.events),
            ("ticket_photo", PHOTO_COLUMNS, made.photos),
            ("co_signer", ("id", "ticket", "person", "at"), made.cosigners),
        ):
            await it.copy_records_to_table(table, columns=columns, records=records)
    return len(made.tickets)


def _add(
    made: Rows, cast: Cast, life: Life, pictures: Pictures, measures: Measures, at: datetime
) -> None:
    events = happened(cast, life, measures, at)
    policies = {measures.policy.version: measures.policy}
    now = standing(events)
    dues = dues_of(now, events, policies, measures.calendar)
    given = words_of(cast, life)
    made.tickets.append((*(given[name] for name in WORDS), *columns_of(now, dues)))
    for event in events:
        public = life.is_public or event.role is not None or event.person is None
        made.events.append((
            uuid4(), life.id, event.ordinal, event.kind.value, event.at, event.person,
            event.role and event.role.value, event.body, event.words,
            json.dumps(event.facts, ensure_ascii=False), public,
        ))  # fmt: skip
        if event.kind is EventKind.CO_SIGN:
            made.cosigners.append((uuid4(), life.id, event.person, event.at))
    made.photos += _photos(life, events, pictures)


def words_of(cast: Cast, life: Life) -> dict[str, Any]:
    """The columns that are a ticket's own words."""
    given: dict[str, Any] = dict.fromkeys(WORDS)
    return given | {
        "id": life.id, "estate": cast.estate, "building": life.building, "spot": life.spot,
        "category": category_id(life.subject.code), "text": life.text,
        "grams": grams_of(life.text, life.spot), "door": life.door.value, "whistled_at": life.at,
        "whistled_by": life.whistled_by, "filed_by": life.filed_by, "caller": "",
        "caller_phone_tail": "", "is_public": life.is_public, "external": life.external,
    }  # fmt: skip


def happened(cast: Cast, life: Life, measures: Measures, at: datetime) -> list[Happened]:
    """The life's deeds until `at`, and what the clocks said in between, in order."""
    deeds = [deed for deed in life.deeds if deed.at <= at]
    by_community = life.subject.code in cast.led_by_community
    holder = (cast.community if by_community else cast.staff)[0].body
    first = replace(deeds[0], facts={
        "priority": measures.priorities[life.subject.code], "policy": measures.policy.version,
        "holder": str(holder),
    })  # fmt: skip
    events = _in_order([first, *deeds[1:]])
    policies = {measures.policy.version: measures.policy}
    readings = readings_of(events, policies, measures.calendar, at)
    held_at = 2 if by_community else 1
    said = [
        deed
        for key, reading in readings.items()
        if not _says_the_same(reading, readings)
        for deed in _said(key, reading, measures.policy, held_at)
    ]
    open_until = events[-1].at if standing(events).state in DONE else at
    told = [deed for deed in said if deed.at <= open_until and _is_open_then(events, deed.at)]
    return _in_order(sorted([first, *deeds[1:], *told], key=lambda deed: deed.at))


def _is_open_then(events: Sequence[Happened], moment: datetime) -> bool:
    """Whether the ticket was open at a moment: clocks are read only of open ones."""
    return standing([event for event in events if event.at <= moment]).state not in DONE


def _says_the_same(reading: Reading, readings: Mapping[str, Reading]) -> bool:
    """The first holder's clock runs with the ticket's own, which speaks for both."""
    closure = readings.get(Clock.CLOSURE)
    own = reading.clock is Clock.HOLDER and closure is not None
    return own and closure is not None and reading.started_at == closure.started_at


def _said(key: str, reading: Reading, policy: Policy, held_at: int) -> list[Deed]:
    """What the sweep would have written of one clock, when it would have. A return visit is the
    community's to make."""
    ladder = policy.ladder
    level = max(held_at, 2) if reading.clock is Clock.VISIT else held_at
    deeds = []
    if reminded := when(reading, ladder.remind_percent):
        deeds.append(_called(reminded, EventKind.REMIND, clock=key))
    if breached := when(reading, ladder.breach_percent):
        why = f"{key}:{ladder.breach_percent}"
        deeds.append(_called(breached, EventKind.BREACH, clock=key))
        deeds.append(_called(breached, EventKind.ESCALATE, level=level + 1, reason=why))
    if second := when(reading, ladder.second_percent):
        why = f"{key}:{ladder.second_percent}"
        deeds.append(_called(second, EventKind.ESCALATE, level=level + 2, reason=why))
    return deeds


def _called(at: datetime, kind: EventKind, **facts: Any) -> Deed:
    return Deed(at, kind, None, "", facts | {"since": at.isoformat()})


def _in_order(deeds: Sequence[Deed]) -> list[Happened]:
    return [_as_happened(deed, ordinal) for ordinal, deed in enumerate(deeds, 1)]


def _as_happened(deed: Deed, ordinal: int) -> Happened:
    if isinstance(deed.by, Hand):
        who = (deed.by.person, deed.by.role, deed.by.body)
    else:
        who = (deed.by, None, None)
    return Happened(deed.kind, deed.at, ordinal, *who, deed.words, deed.facts)


def _photos(life: Life, events: Sequence[Happened], pictures: Pictures) -> list[tuple]:
    """One with most whistles, one of the result with every reply that needs one."""
    found = []
    before = pictures.before.get(life.subject.code)
    if before and life.id.int % 3:
        found.append((1, PhotoKind.WHISTLE, before))
    for event in events:
        if event.kind is EventKind.REPLY and event.facts["evidence"]:
            found.append((event.ordinal, PhotoKind.AFTER, pictures.after))
    return [
        (uuid4(), life.id, ordinal, kind.value, photo.sha256, photo.small, 1)
        for ordinal, kind, photo in found
    ]
