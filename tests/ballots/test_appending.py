"""The board's lock: two processes are two connections to the database, and one tree."""

import asyncio

import asyncpg
import pytest

from coordination import db
from coordination.ballots.casting.queries import poll_card
from coordination.ballots.sequencing.appending import append_to_board, grow_board, read_frontier
from coordination.ballots.sequencing.queries import board_of, trackers_in_order
from coordination.ballots.tree import root_of
from tests.ballots.a_vote import Vote, a_vote
from tests.builders import DURING
from tests.waiting import has_to_wait

pytestmark = pytest.mark.usefixtures("database")
EDGE = "select size, frontier from board where poll = $1"
FIRST, SECOND = bytes([1]) * 32, bytes([2]) * 32


async def key_of(vote: Vote) -> bytes:
    card = await poll_card(vote.poll.id)
    assert card
    return card.key


async def require_one_tree(vote: Vote, *trackers: bytes) -> None:
    board = await board_of(vote.poll.id)
    assert await trackers_in_order(vote.poll.id, board.size) == list(trackers)
    assert root_of([board.entry_zero, *trackers]) == board.root


async def test_another_process_waits_for_the_board_and_goes_on_from_its_new_edge(as_owner):
    vote = await a_vote()
    key = await key_of(vote)

    async def other() -> None:
        async with as_owner.transaction():
            await append_to_board(as_owner, vote.poll.id, key, [SECOND], DURING)

    async with db.transaction(), db.connection() as connection:
        await append_to_board(connection, vote.poll.id, key, [FIRST], DURING)
        waiting = asyncio.create_task(other())
        assert await has_to_wait(waiting)
    await waiting

    await require_one_tree(vote, FIRST, SECOND)


async def test_who_goes_by_an_edge_that_was_read_without_the_lock_writes_nothing(as_owner):
    vote = await a_vote()
    key = await key_of(vote)
    found = await as_owner.fetchrow(EDGE, vote.poll.id)
    edge = read_frontier(found["size"], found["frontier"])

    async def other() -> None:
        async with as_owner.transaction():
            await grow_board(as_owner, vote.poll.id, key, edge, [SECOND], DURING)

    async with db.transaction(), db.connection() as connection:
        await append_to_board(connection, vote.poll.id, key, [FIRST], DURING)
        late = asyncio.create_task(other())
        await has_to_wait(late)
    with pytest.raises((asyncpg.UniqueViolationError, AssertionError)):
        await late

    await require_one_tree(vote, FIRST)
