"""What a request began is finished, also when the client has gone.

Granian cancels a handler whose client goes away, and a query cancelled half-way leaves its
connection in a state that the next request stumbles over. So each request runs in a task of its
own; only a stream, which has no end of its own, ends with its client.
"""

import asyncio
from contextlib import suppress

from litestar.types import ASGIApp, Receive, Scope, Send

STREAMS = "/live/"


class Unbroken:
    """Around the whole application."""

    def __init__(self, inside: ASGIApp) -> None:
        self.inside = inside
        self._running: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(STREAMS):
            await self.inside(scope, receive, send)
            return
        task = asyncio.create_task(self._finish(scope, receive, send))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        await asyncio.shield(task)

    async def _finish(self, scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(ConnectionError):  # nobody is left to read the answer
            await self.inside(scope, receive, send)
