"""Things made up to have happened, told in the order of their times.

Each tale is an asynchronous generator: it yields the moment of what it will do next and does it
when it is resumed. So notices are numbered, and the audit log is written, as time went by.
"""

import heapq
from collections.abc import AsyncIterator, Iterable
from datetime import datetime

Tale = AsyncIterator[datetime]


async def tell(tales: Iterable[Tale]) -> None:
    """Let all tales happen, the earliest moment first; of one moment, the tale given first."""
    waiting: list[tuple[datetime, int, Tale]] = []
    for number, tale in enumerate(tales):
        await _wait(waiting, number, tale)
    while waiting:
        _, number, tale = heapq.heappop(waiting)
        await _wait(waiting, number, tale)


async def _wait(waiting: list[tuple[datetime, int, Tale]], number: int, tale: Tale) -> None:
    """Run the tale up to the moment of its next deed; told to the end, it leaves."""
    async for moment in tale:
        heapq.heappush(waiting, (moment, number, tale))
        return
