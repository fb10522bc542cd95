"""Group commit: papers that arrive together are written together.

Who sends a paper waits for the commit that holds it; while one batch commits, the next gathers,
so batches grow with the rush and nobody waits for company. Two are under way at most: one is
looked up and sealed while the other is written. A batch runs in a task of its own, so a client that
goes away cancels nothing half-way; and when the database is gone for a moment the batch is tried
again, which is safe: a submission that did get through is found, not repeated.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from coordination.ballots.casting.actions import Answer, Submission, cast_ballots
from coordination.ballots.receipts import Receipt
from coordination.errors import Unavailable

LARGEST = 500  # submissions in one transaction
ABREAST = 2  # batches under way
PATIENCE = 12.0  # seconds that a batch outlives a missing database
GONE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.InternalClientError,  # used between the server's last word and its hanging up
)
AGAIN = (
    *GONE,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.DeadlockDetectedError,
    asyncpg.UniqueViolationError,
)


@dataclass(slots=True)
class Waiting:
    submission: Submission
    at: datetime
    answer: asyncio.Future[list[Receipt]]


class CastQueue:
    """One per process; `start` and `stop` belong to the application's life."""

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []
        self._under_way: dict[asyncio.Task[None], int] = {}  # batches, and how large each is
        self._turn = asyncio.Lock()

    def start(self) -> None:
        self._waiting, self._under_way, self._turn = [], {}, asyncio.Lock()

    async def stop(self) -> None:
        """Write what has arrived, then end."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def cast(self, submission: Submission, at: datetime) -> list[Receipt]:
        """The receipts, once committed. Any refusal of `cast_ballots`; Unavailable."""
        answer: asyncio.Future[list[Receipt]] = asyncio.get_running_loop().create_future()
        self._waiting.append(Waiting(submission, at, answer))
        self._begin()
        return await answer  # a client that goes away cancels the wait, not the writing

    def _begin(self) -> None:
        """Begin the next batch: at once when none is under way, else when as many wait as that
        one holds, so that batches side by side stay large."""
        sizes = self._under_way.values()
        if self._waiting and len(sizes) < ABREAST and len(self._waiting) >= max(sizes, default=0):
            batch, self._waiting = self._waiting[:LARGEST], self._waiting[LARGEST:]
            settling = asyncio.create_task(self._settle(batch))
            self._under_way[settling] = len(batch)
            settling.add_done_callback(self._end)

    def _end(self, settled: asyncio.Task[None]) -> None:
        del self._under_way[settled]
        self._begin()

    async def _settle(self, batch: Sequence[Waiting]) -> None:
        try:
            answers = await _cast_patiently(batch, self._turn)
        except Exception as broken:  # noqa: BLE001 - nobody else would answer those who wait
            answers = [broken] * len(batch)
        for waiting, answer in zip(batch, answers, strict=True):
            if waiting.answer.done():
                continue
            if isinstance(answer, BaseException):
                waiting.answer.set_exception(answer)
            else:
                waiting.answer.set_result(answer)


async def _cast_patiently(batch: Sequence[Waiting], turn: asyncio.Lock) -> Sequence[Answer]:
    """Try until the database answers. Unavailable: it did not, within `PATIENCE`."""
    # The latest arrival's time: nobody is judged by an earlier moment than their own.
    submissions, at = [w.submission for w in batch], max(w.at for w in batch)
    loop = asyncio.get_running_loop()
    until, pause = loop.time() + PATIENCE, 0.05
    while True:
        try:
            return await cast_ballots(submissions, at, turn)
        except AGAIN as gone:
            if loop.time() > until:
                raise Unavailable(
                    "系统暂时无法写入，您的选择没有丢失。请过一会儿再按一次提交，不会重复投票。"
                ) from gone
            await asyncio.sleep(pause)
            pause = min(pause * 2, 1.0)
