"""Proxies while others act at the same time: the limit holds, and taking back and casting wait."""

import asyncio

import pytest

from coordination.ballots.ballot_tables import Ballot
from coordination.ballots.casting.actions import AlreadyCast
from coordination.ballots.proxies.actions import TooManyProxies, end_proxy, grant_proxy
from coordination.ballots.proxies.tables import Proxy
from coordination.errors import NotFound
from tests.ballots.a_vote import a_vote, a_voter, rights_of
from tests.ballots.convening import asking
from tests.ballots.test_casting_actions import a_paper, sent
from tests.ballots.test_proxies import CALLED, an_agent, choosing, granted, the_proxy
from tests.builders import DURING
from tests.waiting import has_to_wait, uncommitted

pytestmark = pytest.mark.usefixtures("database")


async def test_of_two_owners_at_once_only_one_gets_the_last_place():
    vote = await a_vote()
    owners, _ = [await a_voter(vote) for _ in range(4)], await an_agent()
    for owner in owners[:2]:
        await granted(vote, owner)
    third, fourth = [await asking(owner, DURING) for owner in owners[2:]]

    async with uncommitted(grant_proxy(third, vote.poll.id, CALLED, DURING)):
        second = asyncio.create_task(grant_proxy(fourth, vote.poll.id, CALLED, DURING))
        waited = await has_to_wait(second)
    [refusal] = await asyncio.gather(second, return_exceptions=True)

    assert (waited, type(refusal)) == (True, TooManyProxies)
    assert await Proxy.count() == 3


async def test_taking_back_waits_for_the_cast_that_is_under_way_and_then_comes_too_late():
    vote = await a_vote()
    owner, agent = await a_voter(vote), await an_agent()
    await granted(vote, owner)
    [right] = await rights_of(vote, owner)
    paper = choosing(await a_paper(vote, agent), right, "approve")
    proxy, asker = await the_proxy(owner), await asking(owner)

    async with uncommitted(sent(paper, agent)):
        ending = asyncio.create_task(end_proxy(asker, vote.poll.id, proxy, "", DURING))
        waited = await has_to_wait(ending)
    [refusal] = await asyncio.gather(ending, return_exceptions=True)

    assert (waited, type(refusal)) == (True, AlreadyCast)
    assert await Proxy.exists().where(Proxy.ended_at.is_null())


async def test_a_cast_waits_for_the_taking_back_that_is_under_way_and_is_then_refused():
    vote = await a_vote()
    owner, agent = await a_voter(vote), await an_agent()
    await granted(vote, owner)
    [right] = await rights_of(vote, owner)
    paper = choosing(await a_paper(vote, agent), right, "approve")
    proxy, asker = await the_proxy(owner), await asking(owner)

    async with uncommitted(end_proxy(asker, vote.poll.id, proxy, "", DURING)):
        casting = asyncio.create_task(sent(paper, agent))
        waited = await has_to_wait(casting)

    assert waited
    assert isinstance(await casting, NotFound)
    assert await Ballot.count() == 0
