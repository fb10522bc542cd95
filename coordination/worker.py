"""The worker: runs the jobs and sweeps of the slices. No logic of its own.

A slice's `jobs.py` has JOBS, name → async function(id, at), run once for each enqueued row, and
SWEEPS, pairs of seconds and async function(at), run over and over: what is due, is done. Several
workers may run side by side: a job is claimed by one, and a sweep locks what it takes.
"""

import argparse
import asyncio
import signal
import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from types import ModuleType

import asyncpg
import structlog
from pgqueuer.core.qm import QueueManager
from pgqueuer.db import AsyncpgDriver
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job
from pgqueuer.queries import Queries

from coordination import audit, clock, jobs, logs
from coordination.ballots import jobs as ballot_jobs
from coordination.db import close_pool, lone_connection, open_pool
from coordination.disclosures import jobs as disclosure_jobs
from coordination.home import jobs as home_jobs
from coordination.matters import jobs as matter_jobs
from coordination.meetings import jobs as meeting_jobs
from coordination.people import jobs as people_jobs
from coordination.petitions import jobs as petition_jobs
from coordination.places import jobs as place_jobs
from coordination.places import moving_clock
from coordination.registry import jobs as registry_jobs
from coordination.reports import jobs as report_jobs
from coordination.tickets import jobs as ticket_jobs
from coordination.tickets.doors import jobs as ticket_door_jobs

SLICES: Sequence[ModuleType] = (
    place_jobs, people_jobs, registry_jobs, matter_jobs, disclosure_jobs, petition_jobs,
    ballot_jobs, ticket_jobs, ticket_door_jobs, meeting_jobs, report_jobs, home_jobs,
)  # fmt: skip
TRIES = 8
LONGEST_PAUSE = 5.0  # seconds between attempts while the database is away
SEAL_EVERY, BEAT_EVERY, LOOK_EVERY, HOUR = 0.5, 5.0, 5.0, 3600.0

Work = Callable[[str, datetime], Awaitable[object]]
Sweep = Callable[[datetime], Awaitable[object]]
log = structlog.get_logger()


class GivenUpError(RuntimeError):
    """A job failed as often as it may; it stays in the queue as failed, for a person to see."""


def main(argv: list[str]) -> int:
    """`coordination work`: until told to stop."""
    argparse.ArgumentParser(prog="coordination work").parse_args(argv)
    logs.configure()
    asyncio.run(_until_told_to_stop())
    return 0


async def _until_told_to_stop() -> None:
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    if await _opened_pool(stop):
        try:
            await work(stop, SLICES)
        finally:
            await close_pool()


async def work(stop: asyncio.Event, slices: Sequence[ModuleType]) -> None:
    """Run what these slices have to run until `stop`; what is being done then is finished."""
    me = uuid.uuid4()
    known: dict[str, Work] = {}
    sweeps: list[tuple[float, Sweep]] = [(SEAL_EVERY, audit.seal), (HOUR, jobs.forget_old)]
    for part in slices:
        known |= part.JOBS
        sweeps += part.SWEEPS
    clock_task = asyncio.create_task(moving_clock.follow_clock())
    try:
        await asyncio.gather(
            _again(stop, LOOK_EVERY, lambda: _run_queue(stop, known), "queue"),
            _again(stop, BEAT_EVERY, lambda: jobs.beat(me), "beat"),
            *(
                _again(stop, seconds, lambda do=do: do(clock.now()), do.__qualname__)
                for seconds, do in sweeps
            ),
        )
    finally:
        clock_task.cancel()
        with suppress(asyncio.CancelledError):
            await clock_task


async def _opened_pool(stop: asyncio.Event) -> bool:
    """The database may come up after us."""
    while not stop.is_set():
        try:
            await open_pool()
            return True
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            log.warning("no database yet", exc_info=True)
            await _pause(stop, LONGEST_PAUSE)
    return False


async def _again(
    stop: asyncio.Event, seconds: float, do: Callable[[], Awaitable[object]], name: str
) -> None:
    """`do` every so often until `stop`. A failure is logged once, and its end."""
    failures = 0
    while not stop.is_set():
        try:
            await do()
            if failures:
                log.info("sweep works again", sweep=name, failures=failures)
            failures = 0
        except Exception:
            failures += 1
            if failures == 1:
                log.error("sweep failed", sweep=name, exc_info=True)
        await _pause(stop, max(seconds, min(LONGEST_PAUSE, failures * 0.5)))


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def _run_queue(stop: asyncio.Event, known: dict[str, Work]) -> None:
    """Claim and run jobs until `stop`, or until the connection is lost."""
    connection = await lone_connection()
    queue = QueueManager(Queries(AsyncpgDriver(connection)))
    connection.add_termination_listener(lambda _: queue.shutdown.set())
    for name, do in known.items():
        queue.entrypoint(name, on_failure="hold")(_attempt(name, do))
    told = asyncio.create_task(_shut_down_after(stop, queue))
    try:
        await queue.run(
            dequeue_timeout=timedelta(seconds=LOOK_EVERY), batch_size=4, max_concurrent_tasks=8
        )
    finally:
        told.cancel()
        await connection.close(timeout=5)


async def _shut_down_after(stop: asyncio.Event, queue: QueueManager) -> None:
    await stop.wait()
    queue.shutdown.set()


def _attempt(name: str, do: Work) -> Callable[[Job], Awaitable[None]]:
    """Failed, it is tried again after 2, 4, 8 … seconds. The queue keeps no message of an error:
    it may quote the row it met."""

    async def attempt(job: Job) -> None:
        try:
            await do((job.payload or b"").decode(), clock.now())
        except Exception as error:
            number = job.attempts + 1
            log.error("job failed", job=name, attempt=number, exc_info=True)
            what = type(error).__name__
            if number >= TRIES:
                raise GivenUpError(what) from None
            raise RetryRequested(timedelta(seconds=2**number), what) from None

    return attempt
