"""Tickets by the hundred thousand: each part is one function of `PARTS`, over one district."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

import asyncpg

from coordination.db import close_pool, open_pool
from coordination.tickets.events import Actor, open_ticket
from coordination.tickets.kinds import Door
from coordination.tickets.recomputing import compare_all
from coordination.tickets.routing.seeds import category_id
from coordination.tickets.tables import Ticket
from tests.benchmarks.servers import Database, say
from tests.benchmarks.ticket_lists import lists
from tests.benchmarks.ticket_lives import BEGAN, DAYS, District, a_district, load_tickets
from tests.benchmarks.ticket_residents import public_lists, whistling

CLIENTS, WHISTLES = 16, 1_600
Part = Callable[[Database, District], Awaitable[None]]


async def recomputing(base: Database, district: District) -> None:
    """Every ticket's columns computed anew from its events, and compared."""
    begun, worked = time.perf_counter(), time.process_time()
    found = await compare_all()
    say(
        "recomputing", seconds=round(time.perf_counter() - begun, 2),
        processor_seconds=round(time.process_time() - worked, 2), tickets=found.tickets,
        events=found.events, differing=len(found.differing),
    )  # fmt: skip


async def opening(base: Database, district: District) -> None:
    """Whistles written to the database, by 16 who whistle without a pause."""
    took: list[float] = []

    async def whistle(number: int) -> None:
        for turn in range(WHISTLES // CLIENTS):
            estate, _ = district.estates[(number * 7 + turn) % len(district.estates)]
            at = BEGAN + timedelta(days=DAYS, seconds=turn)
            ticket = Ticket(
                id=uuid4(), estate=estate, building=district.buildings[estate][0], spot="",
                category=category_id("lighting"), text="灯不亮", grams=["灯不", "不亮"],
                door=Door.RESIDENT, whistled_at=at, whistled_by=district.resident, caller="",
                caller_phone_tail="", is_public=True,
            )  # fmt: skip
            begun = time.perf_counter()
            await open_ticket(ticket, Actor(district.resident), at)
            took.append(time.perf_counter() - begun)

    begun = time.perf_counter()
    await asyncio.gather(*map(whistle, range(CLIENTS)))
    seconds = time.perf_counter() - begun
    took.sort()
    say(
        "opening", per_second=round(len(took) / seconds), clients=CLIENTS, tickets=len(took),
        p50_ms=round(took[len(took) // 2] * 1000, 1),
        p99_ms=round(took[len(took) * 99 // 100] * 1000, 1),
    )  # fmt: skip


PARTS: tuple[Part, ...] = (recomputing, opening, lists, public_lists, whistling)


async def _measured(base: Database, count: int) -> None:
    await open_pool(CLIENTS)
    try:
        begun = time.perf_counter()
        district = await a_district()
        owner = await asyncpg.connect(base.owner)
        await load_tickets(owner, district, count)
        await owner.close()
        say("loading tickets", seconds=round(time.perf_counter() - begun, 2), tickets=count)
        for part in PARTS:
            await part(base, district)
    finally:
        await close_pool()


def measure(base: Database, quick: bool) -> None:
    """Each part, over 100,000 tickets of two years."""
    asyncio.run(_measured(base, 5_000 if quick else 100_000))
