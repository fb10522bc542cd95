"""Work for later: once, after the commit, whoever runs it, and again when it failed."""

import asyncio
from contextlib import asynccontextmanager
from datetime import datetime
from types import SimpleNamespace
from uuid import uuid4

import asyncpg
import pytest
from pgqueuer.queries import Queries

from coordination import audit, db, jobs, worker
from tests.builders import DURING, a_person
from tests.waiting import until


class Done:
    """What the jobs of a test did: `Done()` is a slice's job, and fails as often as told."""

    def __init__(self, failures: int = 0) -> None:
        self.ids: list[str] = []
        self.failures = failures

    async def __call__(self, id: str, at: datetime) -> None:
        self.ids.append(id)
        if len(self.ids) <= self.failures:
            raise ValueError("电话 13800138000")


def a_slice(done: Done, *sweeps) -> SimpleNamespace:
    return SimpleNamespace(JOBS={"work": done}, SWEEPS=sweeps)


@asynccontextmanager
async def working(*slices, workers: int = 1):
    """Workers that run meanwhile, beside the test's own pool."""
    stop = asyncio.Event()
    running = [asyncio.create_task(worker.work(stop, slices)) for _ in range(workers)]
    yield
    stop.set()
    await asyncio.wait_for(asyncio.gather(*running), 20)


async def test_a_job_runs_after_the_commit_of_what_it_follows_from(database):
    done, id = Done(), uuid4()

    async with working(a_slice(done)):
        async with db.transaction():
            await jobs.enqueue("work", id)
            await asyncio.sleep(0.5)
            before_commit = list(done.ids)
        await until(lambda: len(done.ids) == 1)

    assert (before_commit, done.ids) == ([], [str(id)])


async def test_a_job_of_a_transaction_that_failed_never_runs(database):
    done = Done()

    with pytest.raises(RuntimeError):
        async with db.transaction():
            await jobs.enqueue("work", "never")
            raise RuntimeError
    await jobs.enqueue("work", "after")
    async with working(a_slice(done)):
        await until(lambda: "after" in done.ids)

    assert done.ids == ["after"]


async def test_several_workers_run_each_job_once(database):
    done = Done()
    for number in range(40):
        await jobs.enqueue("work", str(number))

    async with working(a_slice(done), workers=3):
        await until(lambda: len(done.ids) >= 40)
        await asyncio.sleep(0.3)

    assert sorted(done.ids, key=int) == [str(number) for number in range(40)]


async def test_a_job_that_waits_already_is_not_queued_twice(database):
    done = Done()
    async with db.transaction():
        await jobs.enqueue("work", "once", dedupe="the same")
        await jobs.enqueue("work", "once", dedupe="the same")
    await jobs.enqueue("work", "other")

    async with working(a_slice(done)):
        await until(lambda: len(done.ids) == 2)

    assert sorted(done.ids) == ["once", "other"]


async def test_a_job_that_failed_is_tried_again(database):
    done = Done(failures=1)
    await jobs.enqueue("work", "stubborn")

    async with working(a_slice(done)):
        await until(lambda: len(done.ids) == 2)
        await until(queue_is_empty)

    assert done.ids == ["stubborn", "stubborn"]


async def test_a_job_that_fails_for_good_is_kept_and_counted_without_its_words(
    database, monkeypatch, as_owner
):
    monkeypatch.setattr(worker, "TRIES", 1)
    await jobs.enqueue("work", "hopeless")

    async with working(a_slice(Done(failures=99))):
        await until(one_has_failed)

    figures = await jobs.figures()
    assert (figures["waiting"], figures["failed"]) == (0, 1)
    notes = await as_owner.fetchval("select string_agg(traceback::text, '') from pgqueuer_log")
    assert "ValueError" in notes and "13800138000" not in notes


async def queue_is_empty() -> bool:
    return not await db.value("select count(*) from pgqueuer")


async def one_has_failed() -> bool:
    return (await jobs.figures())["failed"] == 1


async def test_a_worker_survives_the_loss_of_every_connection(database, as_owner):
    done, ticks = Done(), Done()

    async def tick(at: datetime) -> None:
        ticks.ids.append(await db.value("select 'tick'"))

    async with working(a_slice(done, (0.1, tick))):
        await jobs.enqueue("work", "before")
        await until(lambda: done.ids == ["before"] and len(ticks.ids) > 0)
        await as_owner.execute(
            """select pg_terminate_backend(pid) from pg_stat_activity
               where datname = current_database() and pid <> pg_backend_pid()"""
        )
        heard = len(ticks.ids)
        await until(enqueued_after_the_loss)
        await until(lambda: done.ids == ["before", "after"] and len(ticks.ids) > heard, 15)


async def enqueued_after_the_loss() -> bool:
    try:
        await jobs.enqueue("work", "after")
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
        return False
    return True


async def test_what_falls_due_is_looked_for_over_and_over_also_after_a_failure(database):
    seen: list[datetime] = []

    async def sweep(at: datetime) -> None:
        seen.append(at)
        if len(seen) == 2:
            raise ValueError

    async with working(a_slice(Done(), (0.05, sweep))):
        await until(lambda: len(seen) >= 4)

    assert seen == sorted(seen) and all(at.tzinfo for at in seen)


async def test_what_was_noted_is_chained_within_moments(database):
    person = await a_person()

    async with working(a_slice(Done())):
        await audit.record(person, "look", person, at=DURING)
        await until(everything_is_sealed, 3)

    assert (await audit.verify()).seals == 1


async def everything_is_sealed() -> bool:
    return not await audit.unsealed()


async def test_a_worker_says_that_it_is_alive(database):
    assert await jobs.seconds_since_beat() is None

    async with working(a_slice(Done())):
        await until(someone_was_heard)

    age = await jobs.seconds_since_beat()
    assert age is not None and 0 <= age < 10


async def someone_was_heard() -> bool:
    return await jobs.seconds_since_beat() is not None


async def test_the_queue_s_tables_are_those_of_the_installed_version(as_owner):
    plan = await Queries.from_asyncpg_connection(as_owner).plan_upgrade()

    assert not plan.statements
