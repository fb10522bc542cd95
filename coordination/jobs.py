"""Work for later: a row, written in the caller's transaction, run by a worker after commit.

Rolled back, it never runs; committed, it runs at least once: what it does must bear a second time.
What falls due at a moment (an opening, a close, a message) is not here but a row of its own slice,
found by that slice's sweep: a queue must not be the only record of a legal deadline.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries
from piccolo.columns import UUID
from piccolo.table import Table

from coordination.db import DB, Moment, connection, execute, row, value


class WorkerBeat(Table, db=DB):
    """A worker that is alive, and when it last said so, by the database's clock."""

    worker = UUID(primary_key=True)
    at = Moment()


def install_sql() -> str:
    """What makes the queue's own tables."""
    return QueryBuilderEnvironment().build_install_query()


async def enqueue(name: str, id: uuid.UUID | str, *, dedupe: str | None = None) -> None:
    """Have a worker run the job `name` for `id` once this transaction has committed.

    `dedupe`: dropped while another with that key waits or runs; only for jobs of which the one
    that runs does all that the dropped one would.
    """
    async with connection() as it:
        queue = Queries(AsyncpgDriver(it))
        await queue.enqueue(
            [name], [str(id).encode()], [0], dedupe_key=[dedupe], on_conflict="skip"
        )


async def enqueue_all(name: str, ids: Sequence[uuid.UUID | str]) -> None:
    """`enqueue` for many ids in one go."""
    if ids:
        async with connection() as it:
            queue = Queries(AsyncpgDriver(it))
            await queue.enqueue([name] * len(ids), [str(id).encode() for id in ids], [0] * len(ids))


async def wake(name: str) -> None:
    """Have a worker run the job `name` after this transaction; one that waits already will do."""
    # Locked, it is passed over by the workers until we have committed: it sees what we wrote.
    waits = await value(
        """select id from pgqueuer where entrypoint = $1 and status = 'queued'
              and execute_after <= current_timestamp limit 1 for share skip locked""",
        name,
    )
    if waits is None:
        await enqueue(name, "")


async def beat(worker: uuid.UUID) -> None:
    """Say that this worker is alive, and forget those long silent."""
    await execute(
        """insert into worker_beat (worker, at) values ($1, current_timestamp)
           on conflict (worker) do update set at = excluded.at""",
        worker,
    )
    await execute("delete from worker_beat where at < current_timestamp - interval '1 hour'")


async def seconds_since_beat() -> float | None:
    """How long ago the liveliest worker was heard of; None: never."""
    return await value(
        "select extract(epoch from current_timestamp - max(at))::float8 from worker_beat"
    )


async def forget_old(_: datetime) -> None:
    """Keep what the queue notes of its jobs for a month."""
    await execute("delete from pgqueuer_log where created < current_timestamp - interval '30 days'")
    await execute(
        "delete from pgqueuer_statistics where created < current_timestamp - interval '30 days'"
    )


async def figures() -> dict[str, Any]:
    """How many jobs wait, run and were given up; for how many seconds the first has been due."""
    found = await row(
        """select count(*) filter (where status = 'queued') as waiting,
                  count(*) filter (where status = 'picked') as running,
                  count(*) filter (where status = 'failed') as failed,
                  coalesce(extract(epoch from current_timestamp - min(execute_after)
                    filter (where status = 'queued' and execute_after <= current_timestamp)),
                    0)::float8 as late
           from pgqueuer"""
    )
    return dict(found or {})
