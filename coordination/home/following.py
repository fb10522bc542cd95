"""What a web process keeps up with while it runs: the demo's clock, and the neighbourhood."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from litestar import Litestar

from coordination.home.chrome import chrome
from coordination.home.neighbourhood import follow_neighbourhood, keep_neighbourhood
from coordination.places.moving_clock import follow_clock
from coordination.web.chrome import register_chrome


@asynccontextmanager
async def following(_: Litestar) -> AsyncIterator[None]:
    """For the application's life."""
    register_chrome(chrome)
    await keep_neighbourhood()
    tasks = [asyncio.create_task(follow_clock()), asyncio.create_task(follow_neighbourhood())]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
