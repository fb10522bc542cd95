"""A district with so many tickets, each with its events and the columns they come to, by COPY."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from coordination.law.policies import DEFAULT_POLICY
from coordination.law.workdays import WorkingCalendar
from coordination.people.tables import BodyKind, RoleKind
from coordination.places.calendar import seed_calendar
from coordination.places.tables import Place, PlaceKind
from coordination.tickets.calendar import calendar_of
from coordination.tickets.grams import grams_of
from coordination.tickets.kinds import EventKind
from coordination.tickets.recomputing import computed
from coordination.tickets.routing.seeds import category_rows
from coordination.tickets.standings import Happened
from coordination.tickets.storing import COLUMNS
from tests.builders import a_body, a_person, a_place

BEGAN = datetime(2024, 1, 1, 1, 0, tzinfo=UTC)
DAYS = 730
ESTATES, BUILDINGS = 132, 8
OPEN_SHARE = 0.1
WORDS = (
    "楼道灯不亮",
    "电梯停了",
    "垃圾没有清运",
    "下水道堵塞",
    "门禁坏了",
    "路面有坑",
    "装修噪音大",
)
POLICIES = {DEFAULT_POLICY.version: DEFAULT_POLICY}
EVENT = (
    "id", "ticket", "ordinal", "kind", "at", "person", "role", "body", "words", "facts",
    "is_public",
)  # fmt: skip
TICKET = (
    "id", "estate", "building", "spot", "category", "text", "grams", "door", "whistled_at",
    "whistled_by", "caller", "caller_phone_tail", "is_public", *COLUMNS,
)  # fmt: skip
AT_ONCE = 5_000
Dice = random.Random


@dataclass(frozen=True, slots=True)
class District:
    """What was made."""

    place: Place
    estates: list[tuple[UUID, UUID]]  # the estate, and the company that serves it
    buildings: dict[UUID, list[UUID]]
    keeper: UUID
    visitor: UUID
    resident: UUID


async def a_district() -> District:
    """Four streets, 44 communities, 132 estates with eight buildings each; the holidays."""
    await seed_calendar()
    district = await a_place(PlaceKind.DISTRICT, "江夏区")
    estates, buildings = [], {}
    for number in range(ESTATES):
        if number % 33 == 0:
            street = await a_place(PlaceKind.SUBDISTRICT, f"{number}街道", district)
            await a_body(BodyKind.SUBDISTRICT_OFFICE, street)
        if number % 3 == 0:
            community = await a_place(PlaceKind.COMMUNITY, f"{number}社区", street)
            await a_body(BodyKind.RESIDENTS_COMMITTEE, community)
        estate = await a_place(PlaceKind.ESTATE, f"{number}小区", community)
        company = await a_body(BodyKind.PROPERTY_COMPANY, estate, f"{number}物业")
        estates.append((estate.id, company.id))
        made = [await a_place(PlaceKind.BUILDING, str(n), estate) for n in range(1, BUILDINGS + 1)]
        buildings[estate.id] = [one.id for one in made]
    people = [(await a_person(name)).id for name in ("管家", "网格员", "居民")]
    return District(district, estates, buildings, *people)


def a_life(
    priority: str,
    holder: UUID,
    district: District,
    at: datetime,
    is_open: bool,
    dice: Dice,
) -> list[Happened]:
    """Whistled, reported in, handled, replied, visited, closed, mostly rated; log-normal days.

    Of what is open, some wait for their report-in, some are held, the rest is being handled.
    """
    told: list[Happened] = []

    def then(kind: EventKind, who: UUID | None, after: timedelta, **facts: Any) -> None:
        staff = who in (district.keeper, district.visitor)
        told.append(
            Happened(
                kind, (told[-1].at if told else at) + after, len(told) + 1, who,
                RoleKind.PROPERTY_STAFF if staff else None, holder if staff else None, "", facts,
            )
        )  # fmt: skip

    took = timedelta(days=dice.lognormvariate(0.64, 0.89))  # median 1.9 d, p90 5.9 d
    then(EventKind.WHISTLE, district.resident, timedelta(0), priority=priority, policy=1,
         holder=str(holder))  # fmt: skip
    if is_open and dice.random() < 0.3:
        return told
    then(EventKind.REPORT_IN, district.keeper, took * 0.1)
    then(EventKind.DISPATCH, district.keeper, took * 0.01, dispatch="direct")
    if is_open:
        _held(then, told, district, dice)
        return told
    then(EventKind.REPLY, district.keeper, took * 0.6, outcome="solved", evidence=["a"])
    then(EventKind.VISIT, district.visitor, took * 0.29, reached=True, solved=True)
    then(EventKind.CLOSE, district.visitor, timedelta(0), outcome="solved")
    if dice.random() < 0.6:
        then(EventKind.RATE, district.resident, timedelta(hours=2), rating="satisfied")
    return told


def _held(then, told: list[Happened], district: District, dice: Dice) -> None:
    if dice.random() < 0.2:
        until = (told[-1].at + timedelta(days=30)).isoformat()
        wish = {"blocker": "等配件", "unblocker": "厂家", "until": until}
        then(EventKind.ASK_HOLD, district.keeper, timedelta(hours=1), **wish)
        then(EventKind.HOLD, district.visitor, timedelta(hours=1), **wish)


async def load_tickets(
    it: asyncpg.Connection,
    district: District,
    count: int,
    open_share: float = OPEN_SHARE,
    days: int = DAYS,
) -> None:
    """So many tickets over two years, or so many days; the open ones are the last."""
    dice, calendar = random.Random(1), await calendar_of()
    lines = _lines(district, count, open_share, days, calendar, dice)
    tickets: list[tuple] = []
    events: list[tuple] = []
    for ticket, told in lines:
        tickets.append(ticket)
        events += told
        if len(tickets) == AT_ONCE:
            await _copy(it, tickets, events)
    await _copy(it, tickets, events)
    await it.execute("analyze ticket, ticket_event, place, body, category")


async def _copy(it: asyncpg.Connection, tickets: list[tuple], events: list[tuple]) -> None:
    await it.copy_records_to_table("ticket", columns=TICKET, records=tickets)
    await it.copy_records_to_table("ticket_event", columns=EVENT, records=events)
    tickets.clear()
    events.clear()


def _lines(
    district: District,
    count: int,
    open_share: float,
    days: int,
    calendar: WorkingCalendar,
    dice: Dice,
) -> Iterator[tuple[tuple, list[tuple]]]:
    """The row of each ticket, and those of its events."""
    below = [(row[0], row[5]) for row in category_rows() if row[2]]
    for number in range(count):
        ticket, (estate, company) = uuid4(), district.estates[number % ESTATES]
        category, priority = below[dice.randrange(len(below))]
        at = BEGAN + timedelta(days=days * number / count, seconds=dice.randrange(40_000))
        is_open = number >= count * (1 - open_share)
        told = a_life(priority, company, district, at, is_open, dice)
        columns = computed(told, POLICIES, calendar)
        text = f"{dice.choice(WORDS)}，{number}号来电"
        yield (
            (ticket, estate, dice.choice(district.buildings[estate]), "", category, text,
             grams_of(text), "resident", at, district.resident, "", "", True, *columns),
            [(uuid4(), ticket, e.ordinal, e.kind, e.at, e.person, e.role, e.body, e.words,
              json.dumps(e.facts), True) for e in told],
        )  # fmt: skip
