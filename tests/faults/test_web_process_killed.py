"""A web process is killed, or a client goes away, in the middle of a rush."""

import asyncio
import json
import os
import signal
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from coordination import clock
from tests.ballots.a_vote import a_vote
from tests.ballots.electorate import seat_owners
from tests.faults.gates import a_gate
from tests.faults.rush import (
    Letter,
    Rush,
    ballots_by_right,
    require_promise_kept,
    require_same_receipts_again,
)
from tests.faults.service import a_web_server
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("database")


async def letters_of(voters: int) -> list[Letter]:
    now = clock.now()
    vote = await a_vote(opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=1))
    return [
        Letter.of(seat, vote.poll.id, "approve", now)
        for seat in await seat_owners(vote, voters, now, own_weights=False)
    ]


async def test_both_web_processes_killed_among_a_thousand_casts_lose_none_and_double_none(
    tmp_path,
):
    letters = await letters_of(1_000)
    async with a_web_server(tmp_path, workers=2) as web:
        rush, at_first = Rush(web.address), web.children
        sending = asyncio.create_task(rush.send(letters, clients=24))
        for process, acknowledged in zip(at_first, (300, 600), strict=True):
            await until(lambda count=acknowledged: rush.acknowledged >= count)
            os.kill(process, signal.SIGKILL)
        in_time = rush.acknowledged
        await asyncio.wait_for(sending, 60)
        await until(lambda: len(web.children) == 2)

        assert not set(at_first) & set(web.children)
        assert 600 <= in_time < 1_000
        assert rush.said["no answer"] > 0, "nobody was being answered by those that were killed"
        await require_promise_kept(letters)
        await require_same_receipts_again(rush, letters[:100])
        await require_promise_kept(letters)


async def test_who_goes_away_after_sending_has_voted_and_finds_the_same_receipt(tmp_path, as_owner):
    letters = await letters_of(10)
    async with a_web_server(tmp_path) as web:
        async with a_gate(as_owner, "ballot") as gate:
            gone = [await _sent(web.address, letter) for letter in letters]
            await gate.someone_waits()
            await asyncio.sleep(1)  # the others stand in the queue behind the first
            for connection in gone:
                connection.transport.abort()
            await asyncio.sleep(0.3)
        poll = letters[0].poll
        await until(lambda: _count(poll, 10), seconds=10)
        arrived = await ballots_by_right(poll)

        await Rush(web.address).send(letters, clients=8)

    await require_promise_kept(letters)
    assert await ballots_by_right(poll) == arrived


async def _count(poll: UUID, count: int) -> bool:
    return len(await ballots_by_right(poll)) == count


async def _sent(address: str, letter: Letter) -> asyncio.StreamWriter:
    """The whole request is on its way; nobody has read an answer."""
    where = urlsplit(address)
    body = json.dumps(letter.body).encode()
    headers = {
        "Host": where.netloc, "Content-Type": "application/json",
        "Content-Length": str(len(body)), **letter.headers,
    }  # fmt: skip
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    _, writer = await asyncio.open_connection(where.hostname, where.port)
    writer.write(f"POST {letter.path} HTTP/1.1\r\n{head}\r\n".encode() + body)
    await writer.drain()
    return writer
