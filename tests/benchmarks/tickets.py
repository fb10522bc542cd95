"""Tickets by the hundred thousand: each part is one function of `PARTS`, over one district."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import asyncpg

from coordination.db import close_pool, open_pool
from coordination.tickets.recomputing import compare_all
from tests.benchmarks.servers import Database, say
from tests.benchmarks.ticket_lives import District, a_district, load_tickets

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


PARTS: tuple[Part, ...] = (recomputing,)


async def _measured(base: Database, count: int) -> None:
    await open_pool(4)
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
