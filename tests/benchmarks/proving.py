"""Inclusion proofs per second, from a board of 100,000: those of a batch, from memory, and those
of receipts that are asked for again, from the database."""

import asyncio
import random
import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

from coordination import clock, db
from coordination.ballots.casting.queries import poll_card
from coordination.ballots.sequencing.appending import append_to_board
from coordination.ballots.sequencing.queries import board_of, consistency_of, inclusions_of
from coordination.db import close_pool, open_pool
from tests.ballots.a_vote import a_vote
from tests.benchmarks.servers import Database, say

BATCH, AT_ONCE = 500, 100


def measure(base: Database, quick: bool) -> None:
    """How long the board takes to grow, and proofs per second of each kind."""
    asyncio.run(_measured(5_000 if quick else 100_000, 200 if quick else 2_000))


async def _measured(leaves: int, proofs: int) -> None:
    await open_pool(1)
    try:
        now = clock.now()
        vote = await a_vote(opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9))
        trackers = await _grown(vote.poll.id, leaves)
        some = random.sample(trackers, proofs)
        await _told("proof_one_by_one", proofs, lambda: _one_by_one(vote.poll.id, some))
        await _told("proof_by_the_hundred", proofs, lambda: _by_the_hundred(vote.poll.id, some))
        await _told("consistency", proofs, lambda: _consistent(vote.poll.id, proofs))
    finally:
        await close_pool()


async def _grown(poll: UUID, leaves: int) -> list[bytes]:
    """In batches, each signed and each leaf with its proof."""
    card = await poll_card(poll)
    assert card
    trackers = [secrets.token_bytes(32) for _ in range(leaves)]

    async def grow() -> None:
        for start in range(0, leaves, BATCH):
            async with db.transaction(), db.connection() as connection:
                some = trackers[start : start + BATCH]
                await append_to_board(connection, poll, card.key, some, clock.now())

    await _told("proof_in_its_batch", leaves, grow)
    return trackers


async def _one_by_one(poll: UUID, trackers: list[bytes]) -> None:
    for tracker in trackers:
        assert await inclusions_of(poll, [tracker])


async def _by_the_hundred(poll: UUID, trackers: list[bytes]) -> None:
    for start in range(0, len(trackers), AT_ONCE):
        some = trackers[start : start + AT_ONCE]
        assert len(await inclusions_of(poll, some)) == len(some)


async def _consistent(poll: UUID, proofs: int) -> None:
    size = (await board_of(poll)).size
    for _ in range(proofs):
        assert await consistency_of(poll, random.randrange(2, size) | 1, size)


async def _told(name: str, count: int, doing: Callable[[], Awaitable[None]]) -> None:
    begun = time.perf_counter()
    await doing()
    say(name, count=count, per_second=round(count / (time.perf_counter() - begun)))
