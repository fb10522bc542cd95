"""The demo's clock 演示时钟: it can be put forward, for every process, so that the whole road of
a poll is walked in one sitting. Only where the data is made up; never back.

How far it stands ahead is a row of Setting; each process reads it every second.
"""

import asyncio
import contextlib
from datetime import datetime, timedelta

import asyncpg

from coordination import audit, clock
from coordination.db import transaction, value
from coordination.errors import Invalid, NotFound
from coordination.places.actions import write_setting
from coordination.places.permits import Holder, may_move_clock
from coordination.settings import settings

NAME = "demo_clock_seconds"
FARTHEST = timedelta(days=400)
EVERY_SECONDS = 1.0


async def put_forward(asker: Holder, distance: timedelta, at: datetime) -> None:
    """Move the clock of all processes. NotFound: no demo, or not the operator; Invalid."""
    if not may_move_clock(asker, demo=settings().demo):
        raise NotFound("没有这个页面。")
    if not timedelta(0) < distance <= FARTHEST:
        raise Invalid("演示时间只能向前拨，一次最多 400 天。", distance="请填写大于零的数。")
    async with transaction():
        # One at a time, or two pushes at once would count as one.
        await value("select pg_advisory_xact_lock(hashtext($1))", NAME)
        ahead = await _ahead() + distance
        row = await write_setting(None, NAME, int(ahead.total_seconds()), "演示", at, asker.id)
        seconds = int(distance.total_seconds())
        await audit.record(asker, "put_clock_forward", row, at=at, seconds=seconds)
    await read_clock()


async def read_clock() -> None:
    """Set this process's clock as the database says."""
    if settings().demo:
        clock.move_by(await _ahead())


async def follow_clock() -> None:
    """Keep this process's clock with the others', until cancelled. Only a demo needs it."""
    while settings().demo:
        # While the database is away the clock stays as it was.
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await read_clock()
        await asyncio.sleep(EVERY_SECONDS)


async def _ahead() -> timedelta:
    seconds = await value(
        "select value::text::bigint from setting where name = $1 order by rank desc limit 1", NAME
    )
    return timedelta(seconds=seconds or 0)
