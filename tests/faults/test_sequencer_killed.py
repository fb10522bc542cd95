"""The sequencer of a board is killed between any two of its steps: no receipt without its leaf,
no leaf twice, and the board goes on where it stood."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from coordination import clock
from coordination.ballots.casting.actions import Submission
from coordination.ballots.casting.papers import open_paper
from coordination.ballots.casting.queue import CastQueue
from coordination.ballots.sequencing.queries import board_of
from coordination.people.sessions import token_hash
from tests.faults.gates import a_gate
from tests.faults.rush import Letter, Rush, require_promise_kept, require_whole_board
from tests.faults.service import a_web_server
from tests.faults.test_web_process_killed import letters_of
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("database")

# A batch writes its ballots, then in one statement leaves, checkpoint and the board's new edge.
STEPS = ("ballot", "board_leaf")
AT_COMMIT = """
create function wait_at_commit() returns trigger language plpgsql as $$
begin perform pg_advisory_xact_lock(4711); return null; end $$
"""
DEFERRED = """
create constraint trigger waits after insert on board_checkpoint
  deferrable initially deferred for each row execute function wait_at_commit()
"""
AT_THE_COMMIT = """
select exists(select from pg_locks where locktype = 'advisory' and objid = 4711 and not granted)
"""
NOBODY_ELSE = """
select not exists(select from pg_stat_activity where datname = current_database()
  and state <> 'idle' and pid <> pg_backend_pid())
"""
STOPPED = "select pid from pg_locks where not granted limit 1"


@asynccontextmanager
async def stopped_at(step: str, owner: asyncpg.Connection) -> AsyncIterator[None]:
    """Within the block a batch stands before its step."""
    if step == "commit":
        async with owner.transaction():
            await owner.execute("select pg_advisory_xact_lock(4711)")
            await until(lambda: owner.fetchval(AT_THE_COMMIT))
            yield
    else:
        async with a_gate(owner, step) as gate:
            await gate.someone_waits()
            yield


@pytest.mark.parametrize("step", ["board_leaf", "commit"])
async def test_the_service_killed_half_way_through_a_batch_leaves_the_board_whole(
    step, tmp_path, as_owner
):
    letters = await letters_of(20)
    await as_owner.execute(AT_COMMIT)
    await as_owner.execute(DEFERRED)
    async with a_web_server(tmp_path) as web:
        rush = Rush(web.address)
        sending = asyncio.create_task(rush.send(letters, clients=10))
        async with stopped_at(step, as_owner):
            web.kill()
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
    await until(lambda: as_owner.fetchval(NOBODY_ELSE))
    await require_whole_board(letters[0].poll)
    on_the_board = (await board_of(letters[0].poll)).size - 1

    await cast(letters)

    assert rush.acknowledged == 0, "nobody has a receipt of what was not committed"
    assert (on_the_board > 0) == (step == "commit"), "what had begun to commit is there"
    await require_promise_kept(letters)


async def cast(letters: list[Letter]) -> None:
    """By the queue of this process, all at once."""
    queue = CastQueue()
    queue.start()
    casting = [queue.cast(submitted(letter), clock.now()) for letter in letters]
    for letter, receipts in zip(letters, await asyncio.gather(*casting), strict=True):
        letter.receipts = [receipt.as_dict() for receipt in receipts]
    await queue.stop()


def submitted(letter: Letter) -> Submission:
    """What the door makes of it."""
    paper = open_paper(letter.poll, str(letter.body["paper"]), clock.now())
    return Submission(token_hash(letter.seat.token), paper)


@pytest.mark.parametrize("step", STEPS)
async def test_a_backend_ended_before_any_step_writes_nothing_and_the_batch_is_tried_again(
    step, as_owner
):
    letters = await letters_of(6)
    async with a_gate(as_owner, step) as gate:
        casting = asyncio.create_task(cast(letters))
        await gate.someone_waits()
        await as_owner.execute(f"select pg_terminate_backend(pid) from ({STOPPED}) as one")
    await casting

    await require_promise_kept(letters)
