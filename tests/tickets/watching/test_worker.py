"""The worker itself: what is due by its clock is written down and told, put ahead or not."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from types import SimpleNamespace

from coordination import clock
from coordination.db import execute
from coordination.tickets import jobs
from coordination.tickets.tables import Ticket
from coordination.worker import SLICES, work
from tests.tickets.a_ticket import a_neighbourhood, a_ticket
from tests.tickets.watching.hearing import heard
from tests.waiting import until

# Every few moments what the real one does every twenty seconds.
HASTY = SimpleNamespace(JOBS=jobs.JOBS, SWEEPS=[(0.05, do) for _, do in jobs.SWEEPS[:2]])


@asynccontextmanager
async def a_worker():
    stop = asyncio.Event()
    task = asyncio.create_task(work(stop, [HASTY]))  # pyright: ignore
    yield
    stop.set()
    await task


def test_the_worker_knows_the_sweeps_of_the_tickets_and_comes_every_minute():
    assert jobs in SLICES
    named = {do.__name__: seconds for seconds, do in jobs.SWEEPS}
    assert named["sweep_tickets"] <= 60 and named["tell_digests"] <= 60


async def test_when_the_clock_is_put_ahead_the_worker_escalates_and_tells_as_if_time_had_passed(
    database, monkeypatch
):
    await execute(
        """insert into setting (id, name, value, since, reason, rank)
           select gen_random_uuid(), n, v::jsonb, now(), 'always', 1
             from (values ('quiet_from', '23'), ('quiet_until', '5')) as given (n, v)"""
    )
    town = await a_neighbourhood()
    noon = clock.now().replace(hour=4, minute=0)  # in Shanghai
    ahead = timedelta(0)
    monkeypatch.setattr(clock, "now", lambda: noon + ahead)
    ticket = await a_ticket(town, at=noon, category="water-cut", text="停水了")

    async def level():
        found = await Ticket.objects().get(Ticket.id == ticket.id)
        return found and found.level

    async with a_worker(), a_worker():
        await until(lambda: heard(town.manager))
        assert await level() == 1
        ahead = timedelta(hours=2, minutes=1)
        await until(lambda: heard(town.worker))
        assert await level() == 2
        ahead = timedelta(hours=3, minutes=1)
        await until(lambda: heard(town.officer))

    assert await level() == 3
    assert await heard(town.worker) == ["工单提醒"]
