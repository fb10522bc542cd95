"""A poll of 100,000 rights from its roll to a result that is recounted: each long part timed."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from coordination import db
from coordination.ballots.casting.actions import Submission, cast_ballots
from coordination.ballots.delivery.board import lines_of
from coordination.ballots.polls.noticing import confirm_notice, propose_notice
from coordination.ballots.results.clockwork import advance_poll
from coordination.ballots.roll.freezing import freeze_roll, request_freeze
from coordination.ballots.tables import Poll
from coordination.db import close_pool, open_pool
from coordination.people.sessions import token_hash
from tests.ballots.convening import CHECKED, Convening, a_convening, a_published_roll
from tests.ballots.electorate import Seat, house_owners
from tests.benchmarks.servers import Database, say

RIGHTS = """
select h.owner, h."right" from right_holder h join voting_right r on r.id = h."right"
  join question q on q.id = r.question where q.poll = $1
"""
CHOICES = ("approve", "approve", "reject", "approve", "abstain")
BATCH = 500


def measure(base: Database, quick: bool) -> None:
    """Freeze, cast, look at the board of deliveries, count, recount."""
    package = asyncio.run(_road(base, 5_000 if quick else 100_000))
    with _timed("recount", **{"lines": _lines(package)}):
        subprocess.run(
            [sys.executable, "-m", "coordination", "recount", str(package)],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip


def _lines(package: Path) -> int:
    return package.read_bytes().count(b'"nonce"')


async def _road(base: Database, count: int) -> Path:
    await open_pool(4)
    try:
        convening = await a_convening()
        seats = await house_owners(convening.estate, convening.buildings[0], count, CHECKED)
        poll = await a_published_roll(convening)
        await _freeze(convening, poll, count)
        await _notice(convening, poll)
        poll = await Poll.objects().get(Poll.id == poll.id)
        assert poll
        voting = poll.opens_at + timedelta(hours=1)
        await _cast_all(poll, await _seated(poll.id, seats), voting)
        with _timed("delivery_board", rights=count):
            await lines_of(poll.id, voting)
        return await _count(base, poll)
    finally:
        await close_pool()


async def _freeze(convening: Convening, poll: Poll, count: int) -> None:
    await request_freeze(convening.proposer, poll.id, CHECKED)
    async with _watching(poll.id) as seen:
        with _timed("freeze", rights=count, progress_seen=seen):
            assert await freeze_roll(poll.id, CHECKED)


@asynccontextmanager
async def _watching(poll: UUID) -> AsyncIterator[list[int]]:
    """How far the freeze says it has come, as a page that waits would ask."""
    seen: list[int] = []

    async def look() -> None:
        while True:
            done = await db.value("select done from freeze_progress where poll = $1", poll)
            if done is not None and done not in seen:
                seen.append(done)
            await asyncio.sleep(1)

    task = asyncio.create_task(look())
    yield seen
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _notice(convening: Convening, poll: Poll) -> None:
    await propose_notice(convening.proposer, poll.id, CHECKED)
    await confirm_notice(convening.second, poll.id, CHECKED)


async def _seated(poll: UUID, seats: list[Seat]) -> list[Seat]:
    of = {seat.owner: seat for seat in seats}
    for row in await db.rows(RIGHTS, poll):
        if seat := of.get(row["owner"]):
            seat.rights.append(row["right"])
    return seats


async def _cast_all(poll: Poll, seats: list[Seat], at: datetime) -> None:
    """Without HTTP: `casting` measures that. The sessions begin when the vote does."""
    await db.execute(
        "update sign_in set stepped_up_at = $1, expires_at = $2 where device = ''",
        at, at + timedelta(days=1),
    )  # fmt: skip
    with _timed("cast_batches", ballots=len(seats), in_one_batch=BATCH):
        for start in range(0, len(seats), BATCH):
            batch = [
                Submission(token_hash(s.token), s.paper(poll.id, CHOICES[n % len(CHOICES)], at))
                for n, s in enumerate(seats[start : start + BATCH])
            ]
            answers = await cast_ballots(batch, at)
            assert all(isinstance(answer, list) for answer in answers), answers[0]


async def _count(base: Database, poll: Poll) -> Path:
    counted_at = poll.closes_at + timedelta(seconds=60)
    for at in (poll.opens_at, poll.closes_at):
        await advance_poll(poll.id, at)
    with _timed("count", ballots=await db.value("select count(*) from ballot")):
        await advance_poll(poll.id, counted_at)
    package = base.folder / "package.json"
    package.write_text(await db.value("select package::text from result where poll = $1", poll.id))
    return package


@contextmanager
def _timed(name: str, **figures: object) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    say(name, seconds=round(time.perf_counter() - begun, 2), **figures)
