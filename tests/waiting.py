"""Waiting for what others do, and doing two things at once, however long it takes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from coordination import db

PATIENCE = 60.0  # on a machine that is busy with other things
# In this database alone: other tests wait in theirs.
BEFORE_A_LOCK = """
select exists (select from pg_locks join pg_stat_activity using (pid)
                where not granted and datname = current_database())
"""


async def until(
    condition: Callable[[], Awaitable[object] | object],
    what: str = "it is so",
    *,
    seconds: float = PATIENCE,
    pause: float = 0.01,
) -> None:
    """Look again and again. AssertionError: it never came about."""
    try:
        async with asyncio.timeout(seconds):
            while True:
                answer = condition()
                if await answer if isinstance(answer, Awaitable) else answer:
                    return
                await asyncio.sleep(pause)
    except TimeoutError:
        raise AssertionError(f"it never came about that {what}") from None


@asynccontextmanager
async def uncommitted(doing: Coroutine[Any, Any, Any]) -> AsyncIterator[None]:
    """Done, and committed only at the end of the block, whatever happens in it."""
    done, commit = asyncio.Event(), asyncio.Event()

    async def do() -> None:
        async with db.transaction():
            await doing
            done.set()
            await commit.wait()

    task, waiting = asyncio.create_task(do()), asyncio.create_task(done.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    try:
        yield
    finally:
        commit.set()
        await task


async def has_to_wait(task: asyncio.Task) -> bool:
    """Whether it stands before a lock; False: it is done already."""
    await until(lambda: task.done() or db.value(BEFORE_A_LOCK), "it is done or waits", pause=0.005)
    return not task.done()
