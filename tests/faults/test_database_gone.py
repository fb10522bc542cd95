"""The database goes away in the middle of a vote, and comes back."""

import asyncio
from datetime import timedelta

from coordination import clock
from coordination.app import create_app
from coordination.ballots.ballot_tables import Ballot
from coordination.ballots.casting import queue
from coordination.db import close_pool, open_pool
from tests.ballots.a_vote import a_vote, a_voter
from tests.ballots.electorate import seat_owners
from tests.ballots.test_casting_pages import begin, choose
from tests.conftest import Browser, a_client, litestar_of, running
from tests.faults.rush import Letter, Rush, require_promise_kept, require_same_receipts_again
from tests.faults.service import a_web_server
from tests.waiting import until

VOTERS, CLIENTS = 1_000, 32
GONE_FOR = 3.0


async def a_running_vote(voters: int):
    """A vote that is open now, and a letter of each of its owners."""
    now = clock.now()
    vote = await a_vote(opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=1))
    seats = await seat_owners(vote, voters, now)
    return vote, [Letter.of(seat, vote.poll.id, "approve", now) for seat in seats]


async def a_fresh_pool() -> None:
    """The connections of the old one died with the server."""
    await close_pool()
    await open_pool(4)


async def test_a_database_killed_among_a_thousand_casts_loses_no_receipt_s_leaf_and_doubles_none(
    durable, tmp_path
):
    _, letters = await a_running_vote(VOTERS)
    async with a_web_server(tmp_path) as web:
        rush = Rush(web.address)
        sending = asyncio.create_task(rush.send(letters, clients=CLIENTS))
        await until(lambda: rush.acknowledged >= VOTERS // 4)

        durable.kill()
        await asyncio.sleep(GONE_FOR)
        acknowledged_without = rush.acknowledged
        await durable.start_again()
        await asyncio.wait_for(sending, 40)

        await a_fresh_pool()
        assert VOTERS // 4 <= acknowledged_without < VOTERS
        assert set(rush.said) <= {"201", "503"}
        await require_promise_kept(letters)
        await require_same_receipts_again(rush, letters[:100])
        await require_promise_kept(letters)


async def test_who_waits_in_vain_keeps_the_choice_and_casts_it_when_the_database_is_back(
    durable, monkeypatch
):
    monkeypatch.setattr(queue, "PATIENCE", 0.3)
    now = clock.now()
    vote = await a_vote(opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=1))
    owner = await a_voter(vote)
    before = await Ballot.count()
    app = create_app()
    async with running(litestar_of(app)), a_client(app) as client:
        browser = Browser(client)
        await browser.sign_in(owner)
        await begin(browser, vote)
        await choose(browser, "reject")

        durable.kill()
        page = await browser.send(f"{vote.path}/casts", expect=503)
        address = str(browser.response.url)
        await durable.start_again()
        back = await browser.open(address)
        receipt = await browser.send(f"{vote.path}/casts")

    assert page.h1 and "paper=" in address
    assert "不同意" in back.select_one(".answers").text
    assert "再按一次提交" in back.text
    assert receipt.h1.text == "已经投出"
    await a_fresh_pool()
    assert await Ballot.count() == before + 1
