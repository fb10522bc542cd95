"""Sheets of paper for an estate of 2,000 owners as one PDF: asked for, made by the job, opened.

Two questions and an election on each; also in large print. The floor of the count in pages is one
per owner.
"""

import asyncio
import io
import resource
import time
from datetime import timedelta

from pypdf import PdfReader

from coordination import clock, files
from coordination.ballots.paper.printing import Portion, request_print, run_print
from coordination.ballots.paper.tables import SheetPrint
from coordination.ballots.results.clockwork import advance_poll
from coordination.db import close_pool, open_pool
from coordination.law.classes import MatterClass
from coordination.people.sessions import look_up, open_session
from coordination.people.tables import RoleKind
from tests.ballots.a_vote import Vote, a_vote, freeze
from tests.ballots.electorate import seat_owners
from tests.benchmarks.servers import Database, say
from tests.builders import a_role

OWNERS = 2_000
CLASSES = (MatterClass.MANAGER, MatterClass.SPEND_FUND, MatterClass.OTHER)
OPTIONS = tuple(f"{letter} 方案" for letter in "甲乙丙丁戊")


def measure(base: Database, quick: bool) -> None:
    """Seconds of the job, from the rows to the stored file."""
    asyncio.run(_measure(200 if quick else OWNERS))


async def _measure(owners: int) -> None:
    await open_pool(4)
    try:
        now = clock.now()
        vote = await a_vote(
            opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9), classes=CLASSES,
            options=OPTIONS,
        )  # fmt: skip
        await seat_owners(vote, owners, now, own_weights=False)
        await freeze(vote)
        await advance_poll(vote.poll.id, now)
        for is_large in (False, True):
            await _print(vote, owners, is_large)
    finally:
        await close_pool()


async def _print(vote: Vote, owners: int, is_large: bool) -> None:
    now = clock.now()
    person = await a_role(RoleKind.COMMUNITY_WORKER, vote.estate)
    token = await open_session(person.id, now, stepped_up=True, second_factor=True)
    asker = await look_up(token, now)
    assert asker
    begun = time.perf_counter()
    asked = await request_print(asker, vote.poll.id, Portion(is_large=is_large), now)
    made = time.perf_counter()
    await run_print(asked, now)
    done = time.perf_counter()
    found = await SheetPrint.objects().get(SheetPrint.id == asked)
    assert found and found.file and found.total == owners, found
    content = await files.content_of(found.file)
    pages = len(PdfReader(io.BytesIO(content)).pages)
    assert pages >= owners
    say(
        "printing", sheets=owners, large=is_large, pages=pages,
        making=round(made - begun, 2), seconds=round(done - made, 2),
        megabytes=round(len(content) / 1e6, 1),
        resident=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    )  # fmt: skip
