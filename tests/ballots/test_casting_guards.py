"""What holds at the close and against every role: waits for ballots on their way, changes none."""

import asyncio

import pytest

from coordination import db
from coordination.ballots.ballot_tables import Ballot
from tests.ballots.a_vote import a_vote, a_voter
from tests.ballots.test_casting_actions import a_paper, sent
from tests.waiting import has_to_wait, uncommitted

pytestmark = pytest.mark.usefixtures("database")


async def test_closing_waits_for_a_ballot_still_on_its_way():
    vote = await a_vote()
    owner = await a_voter(vote)
    paper = await a_paper(vote, owner)

    async def close():
        async with db.transaction():
            await db.execute(
                "select pg_advisory_xact_lock(hashtextextended($1, 278))", str(vote.poll.id)
            )
            return await Ballot.count()

    async with uncommitted(sent(paper, owner)):
        closing = asyncio.create_task(close())
        waited = await has_to_wait(closing)

    assert (waited, await closing) == (True, 1)


@pytest.mark.parametrize("statement", ["update ballot set ordinal = 9", "delete from ballot"])
async def test_the_serving_role_cannot_change_a_ballot_and_the_owner_only_by_saying_so(
    as_owner, statement
):
    vote = await a_vote()
    owner = await a_voter(vote)
    await sent(await a_paper(vote, owner), owner)

    with pytest.raises(Exception, match="permission denied"):
        await db.execute(statement)
    with pytest.raises(Exception, match="only ever added"):
        await as_owner.execute(statement)
    assert await Ballot.count() == 1
