"""Which co-owner votes on what they share: the first who says the others agree, told to them."""

import asyncio
from datetime import timedelta

import pytest

from coordination import db
from coordination.ballots.casting.actions import Closed, HeldByAnother, NotOpen
from coordination.ballots.casting.representing import NotShared, represent_co_owners
from coordination.people.secrecy import phone_hash, seal_phone
from tests.ballots.a_vote import a_vote, a_voter, on_the_roll, owners_of
from tests.ballots.convening import asking
from tests.builders import CLOSING, DURING, OPENING, a_unit, an_owner
from tests.people.accounts import sent_to

pytestmark = pytest.mark.usefixtures("database")
AWAY = "+8613700137000"


async def a_couple(*, both_bound: bool = True):
    """A vote, and two who own one home together; the second can be reached at AWAY."""
    vote = await a_vote()
    unit = await a_unit(vote.building, "901")
    one = await an_owner(unit, name="林晓燕")
    other = await an_owner(unit, name="张伟", bound=both_bound)
    await db.execute(
        "update owner set phone_sealed = $1, phone_hash = $2 where name = '张伟'",
        seal_phone(AWAY), phone_hash(AWAY),
    )  # fmt: skip
    await on_the_roll(vote, await owners_of(unit), unit, 895_000)
    return vote, await asking(one, DURING), await asking(other, DURING)


async def told_to(person) -> int:
    return await db.value(
        "select count(*) from message where person = $1 and event = 'co-owner-represents'",
        person.id,
    )


async def test_of_two_who_say_so_at_once_one_votes_and_the_other_hears_why_not():
    vote, one, other = await a_couple()

    said = await asyncio.gather(
        *(represent_co_owners(who, vote.poll.id, DURING) for who in (one, other)),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in said) == ["HeldByAnother", "NoneType"]
    assert isinstance(next(each for each in said if each), HeldByAnother)


async def test_a_co_owner_hears_of_it_by_account_and_nobody_else_does():
    vote, one, other = await a_couple()
    stranger = await a_voter(vote, name="邻居")

    await represent_co_owners(one, vote.poll.id, DURING)

    assert [await told_to(who) for who in (one, other, stranger)] == [0, 1, 0]


async def test_a_co_owner_without_an_account_hears_of_it_by_the_phone_in_the_register():
    vote, one, _ = await a_couple(both_bound=False)

    await represent_co_owners(one, vote.poll.id, DURING)

    [told] = await sent_to(AWAY)
    assert "由另一位共有人代表投票" in told


async def test_an_only_owner_needs_no_agreement():
    vote = await a_vote()
    alone = await asking(await a_voter(vote), DURING)

    with pytest.raises(NotShared):
        await represent_co_owners(alone, vote.poll.id, DURING)


async def test_nobody_says_so_before_the_vote_opens_nor_after_its_end():
    vote, one, _ = await a_couple()

    for at, why in ((OPENING - timedelta(seconds=1), NotOpen), (CLOSING, Closed)):
        with pytest.raises(why):
            await represent_co_owners(one, vote.poll.id, at)

    assert await db.value("select count(*) from representative") == 0
