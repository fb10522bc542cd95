"""The sweep over open tickets by the hundred thousand: few of them due, then a thousand at once."""

import asyncio
import json
import time
from datetime import datetime

import asyncpg

from coordination.db import close_pool, open_pool, transaction, value
from coordination.tickets.watching.sweeping import AT_ONCE, BEGINNING, DUE, sweep_tickets
from tests.benchmarks.servers import Database, say
from tests.benchmarks.ticket_lives import a_district, load_tickets

DUE_AT_ONCE = (0, 100, 1_000)
DAYS = 2


async def _swept(due: int, count: int) -> None:
    """At the moment by which so many are due; the others wait for theirs."""
    at = await value("select min(look_at) - interval '1 second' from ticket")
    if due:
        at = await value("select look_at from ticket order by look_at offset $1 limit 1", due - 1)
    before = await value("select count(*) from ticket_event")
    begun = time.perf_counter()
    moved = await sweep_tickets(at)
    seconds = time.perf_counter() - begun
    written = await value("select count(*) from ticket_event") - before
    say(
        "sweeping", seconds=round(seconds, 3), open_tickets=count, due=due, moved=moved,
        events_written=written, index=await _index(at),
    )  # fmt: skip


async def _index(at: datetime) -> str:
    """The index that the sweep finds its tickets by."""
    async with transaction():
        plan = await value(f"explain (format json) {DUE}", at, *BEGINNING, AT_ONCE)
    names: list[str] = []

    def look(node: dict) -> None:
        if node.get("Relation Name") == "ticket" or "ticket_" in node.get("Index Name", ""):
            names.append(node.get("Index Name") or node["Node Type"])
        for below in node.get("Plans", ()):
            look(below)

    look(json.loads(plan)[0]["Plan"])
    return ", ".join(names)


async def _measured(base: Database, count: int) -> None:
    await open_pool(4)
    try:
        district = await a_district()
        owner = await asyncpg.connect(base.owner)
        await load_tickets(owner, district, count, open_share=1.0, days=DAYS)
        await owner.close()
        for due in DUE_AT_ONCE:
            await _swept(due, count)
    finally:
        await close_pool()


def measure(base: Database, quick: bool) -> None:
    """Over 100,000 open tickets."""
    asyncio.run(_measured(base, 5_000 if quick else 100_000))
