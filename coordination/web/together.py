"""Many who ask for the same thing at once are answered by one look at it.

A hall of screens hears one signal and asks at once. Who asks while a look is on its way waits for
the next one, which begins after they asked: nobody is shown less than what they were signalled.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Seen = TypeVar("Seen")


class Together(Generic[Seen]):
    """One look at a time for each key, and one that waits for all who asked meanwhile."""

    def __init__(self) -> None:
        self._next: dict[object, asyncio.Task[Seen]] = {}
        self._now: dict[object, asyncio.Task[Seen]] = {}

    async def look(self, key: object, do: Callable[[], Awaitable[Seen]]) -> Seen:
        """What `do` finds, begun no earlier than this was asked. Not within a transaction."""
        if key not in self._next:
            self._next[key] = asyncio.create_task(self._in_turn(key, do))
        # Who goes away leaves the look to the others.
        return await asyncio.shield(self._next[key])

    async def _in_turn(self, key: object, do: Callable[[], Awaitable[Seen]]) -> Seen:
        if before := self._now.get(key):
            await asyncio.wait([before])
        mine = self._now[key] = self._next.pop(key)
        try:
            return await do()
        finally:
            if self._now.get(key) is mine:
                del self._now[key]
