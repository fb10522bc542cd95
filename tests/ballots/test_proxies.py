"""Proxies: an owner names somebody who votes, within the limit, until it is used or taken back."""

from datetime import timedelta
from uuid import uuid4

import pytest

from coordination import db
from coordination.ballots.ballot_tables import Ballot
from coordination.ballots.casting.actions import AlreadyCast, AlreadyFinal, NoProxy
from coordination.ballots.casting.receipts_of import receipts_of
from coordination.ballots.casting.representing import represent_co_owners
from coordination.ballots.casting.rights import my_rights
from coordination.ballots.proxies.actions import (
    Agent,
    Entrusted,
    OwnProxy,
    TooManyProxies,
    end_proxy,
    enter_proxy,
    grant_proxy,
)
from coordination.ballots.proxies.tables import Proxy
from coordination.ballots.proxies.telling import tell_used
from coordination.errors import Invalid, NotAllowed, NotFound
from coordination.files import store
from coordination.people.askers import ProveFirst
from coordination.people.secrecy import phone_hash, seal_phone
from coordination.people.tables import BodyKind, Message, Person, Role, RoleKind
from tests.ballots.a_vote import Vote, a_vote, a_voter, on_the_roll, owners_of, rights_of
from tests.ballots.convening import asking, someone
from tests.ballots.test_casting_actions import a_paper, sent, stored_choices
from tests.builders import (
    CLOSING,
    DURING,
    LONG_AGO,
    OPENING,
    a_body,
    a_person,
    a_unit,
    an_owner,
)
from tests.test_files import a_photo

pytestmark = pytest.mark.usefixtures("database")
PHONE = "+8613800138000"
CALLED = Agent("13800138000", "周明")


async def an_agent(phone: str = PHONE, name: str = "周明") -> Person:
    agent = await a_person(name)
    await db.execute(
        "update person set phone_sealed = $2, phone_hash = $3, phone_tail = $4 where id = $1",
        agent.id, seal_phone(phone), phone_hash(phone), phone[-4:],
    )  # fmt: skip
    return agent


async def granted(vote: Vote, owner: Person, at=DURING, agent: Agent = CALLED) -> None:
    await grant_proxy(await asking(owner, at), vote.poll.id, agent, at)


async def the_proxy(owner: Person):
    return await db.value(
        """select x.id from proxy x join right_holder h on h."right" = x."right"
             join acting a on a.owner = h.owner where a.person = $1 limit 1""",
        owner.id,
    )


async def told(person: Person) -> list[str]:
    rows = await Message.select(Message.event).where(Message.person == person.id)
    return sorted({row["event"] for row in rows})


async def a_property_role(vote: Vote, person: Person) -> None:
    body = await a_body(BodyKind.PROPERTY_COMPANY, vote.estate)
    await Role(
        id=uuid4(), person=person.id, body=body.id, place=vote.estate.id,
        kind=RoleKind.PROPERTY_STAFF, since=LONG_AGO,
    ).save()  # fmt: skip


async def test_the_agent_votes_once_for_the_owner_who_hears_of_it_and_sees_the_receipt():
    vote = await a_vote()
    owner, agent = await a_voter(vote), await an_agent()
    await granted(vote, owner)

    [right] = await my_rights(agent.id, vote.poll.id)
    [receipt] = await sent(choosing(await a_paper(vote, agent), right.id, "reject"), agent)
    await tell_used(DURING)
    await tell_used(DURING)

    assert right.behalf == "代 李秀英（梧桐苑11单元1000）"
    assert await stored_choices(vote) == [(1, "reject")]
    kept = [await receipts_of(person.id, vote.poll.id) for person in (agent, owner)]
    assert [[one.code for one in each] for each in kept] == [[receipt.cast.code]] * 2
    assert await told(owner) == ["proxy-cast"]
    assert await told(agent) == ["proxy-granted"]
    assert await Message.count().where(Message.event == "proxy-cast") == 1


def choosing(paper, right, choice):
    return paper.choosing({right: choice})


async def test_the_owner_changes_what_the_agent_voted_and_the_agent_learns_nothing_of_it():
    vote = await a_vote(changes_allowed=1)
    owner, agent = await a_voter(vote), await an_agent()
    [right] = await rights_of(vote, owner)
    await granted(vote, owner)
    agents = choosing(await a_paper(vote, agent), right, "approve")
    await sent(agents, agent)

    again = await sent(choosing(await a_paper(vote, agent), right, "reject"), agent)
    [change] = await sent(await a_paper(vote, owner, "abstain"), owner)
    more = await sent(await a_paper(vote, owner, "approve"), owner)

    assert isinstance(again, AlreadyCast)
    assert change.cast.ordinal == 2
    assert isinstance(more, AlreadyFinal), "only the owner's own changes use up the limit: one"
    assert await stored_choices(vote) == [(1, "approve"), (2, "abstain")]
    [kept] = await receipts_of(agent.id, vote.poll.id)
    assert (kept.ordinal, kept.counts) == (1, True)
    [seen] = await sent(agents, agent)
    assert seen.cast.tracker.hex() == kept.tracker, "a retry finds what was cast"


async def test_who_votes_after_all_leaves_the_agent_nothing_to_cast():
    vote = await a_vote()
    owner, agent = await a_voter(vote), await an_agent()
    [right] = await rights_of(vote, owner)
    await granted(vote, owner)
    opened_before = choosing(await a_paper(vote, agent), right, "approve")

    await sent(await a_paper(vote, owner, "reject"), owner)

    assert isinstance(await sent(opened_before, agent), AlreadyCast)
    assert await stored_choices(vote) == [(1, "reject")]


async def test_a_proxy_taken_back_votes_no_more_and_one_that_voted_is_not_taken_back():
    vote = await a_vote()
    early, late, agent = await a_voter(vote), await a_voter(vote), await an_agent()
    for owner in (early, late):
        await granted(vote, owner)
    [first], [second] = [await rights_of(vote, owner) for owner in (early, late)]
    paper = await a_paper(vote, agent)

    await end_proxy(await asking(early), vote.poll.id, await the_proxy(early), "", DURING)
    assert isinstance(await sent(choosing(paper, first, "approve"), agent), NotFound)
    assert isinstance(await sent(choosing(paper, second, "approve"), agent), list)
    with pytest.raises(AlreadyCast):
        await end_proxy(await asking(late), vote.poll.id, await the_proxy(late), "", DURING)

    assert await Ballot.count() == 1
    assert await told(agent) == ["proxy-ended", "proxy-granted"]


async def test_nobody_else_takes_a_proxy_back_but_the_agent_may_lay_it_down():
    vote = await a_vote()
    owner, neighbour, agent = await a_voter(vote), await a_voter(vote), await an_agent()
    await granted(vote, owner)
    proxy = await the_proxy(owner)

    with pytest.raises(NotFound):
        await end_proxy(await asking(neighbour), vote.poll.id, proxy, "", DURING)
    await end_proxy(await asking(agent), vote.poll.id, proxy, "", DURING)

    assert await told(owner) == ["proxy-ended"]
    assert await my_rights(agent.id, vote.poll.id) == []


async def test_a_fourth_owner_is_refused_and_a_place_that_was_given_up_can_be_taken():
    vote = await a_vote()
    owners, _ = [await a_voter(vote) for _ in range(4)], await an_agent()
    for owner in owners[:3]:
        await granted(vote, owner)

    with pytest.raises(TooManyProxies, match="3 名"):
        await granted(vote, owners[3])
    await end_proxy(await asking(owners[0]), vote.poll.id, await the_proxy(owners[0]), "", DURING)
    await granted(vote, owners[3])

    assert await Proxy.count().where(Proxy.ended_at.is_null()) == 3


async def test_property_staff_are_refused_when_named_and_again_when_they_cast():
    vote = await a_vote()
    owner, agent = await a_voter(vote), await an_agent()
    await granted(vote, owner)
    [right] = await rights_of(vote, owner)
    await a_property_role(vote, agent)  # they were hired after they had been named

    with pytest.raises(NoProxy, match="物业"):
        await granted(vote, await a_voter(vote))
    answer = await sent(choosing(await a_paper(vote, agent), right, "approve"), agent)

    assert isinstance(answer, NoProxy) and answer.rule
    assert await Ballot.count() == 0


async def test_property_staff_of_another_estate_may_be_named():
    vote, elsewhere = await a_vote(), await a_vote()
    owner, agent = await a_voter(vote), await an_agent()
    await a_property_role(elsewhere, agent)

    await granted(vote, owner)

    assert len(await my_rights(agent.id, vote.poll.id)) == 1


async def test_what_an_owner_cannot_entrust_is_refused_and_nothing_is_written():
    vote = await a_vote()
    owner, neighbour, agent = await a_voter(vote), await a_voter(vote), await an_agent()
    asker = await asking(owner, DURING)

    with pytest.raises(Invalid, match="手机号和姓名"):
        await grant_proxy(asker, vote.poll.id, Agent("13800138000", "周暗"), DURING)
    with pytest.raises(NotFound):
        await grant_proxy(await asking(agent, DURING), vote.poll.id, CALLED, DURING)
    with pytest.raises(ProveFirst):
        later = DURING + timedelta(minutes=11)
        await grant_proxy(asker, vote.poll.id, CALLED, later)
    with pytest.raises(Exception, match="截止"):
        await granted(vote, owner, CLOSING)
    await sent(await a_paper(vote, neighbour), neighbour)
    with pytest.raises(AlreadyCast):
        await granted(vote, neighbour)
    assert await Proxy.count() == 0

    await granted(vote, owner, OPENING - timedelta(days=1))
    with pytest.raises(Entrusted):
        await granted(vote, owner)
    assert await Proxy.count() == 1


async def test_a_co_owner_needs_no_proxy_and_nobody_names_themselves():
    vote = await a_vote()
    unit = await a_unit(vote.building, "101")
    owner, other = await an_owner(unit, name="张伟"), await an_agent()
    await an_owner(unit, name="周明", person=other)
    await on_the_roll(vote, await owners_of(unit), unit, 500_000)
    await represent_co_owners(await asking(owner, DURING), vote.poll.id, DURING)
    own = await a_voter(vote, person=await an_agent("+8613900139000", "王五"))

    with pytest.raises(OwnProxy, match="业主或共有人"):
        await granted(vote, owner)
    with pytest.raises(OwnProxy, match="不能委托给自己"):
        await granted(vote, own, agent=Agent("13900139000", "王五"))
    assert await Proxy.count() == 0


@pytest.mark.parametrize("kind", [RoleKind.COMMUNITY_WORKER, RoleKind.PROPERTY_MANAGER])
async def test_a_written_proxy_is_entered_by_the_community_never_by_the_property_company(kind):
    vote = await a_vote()
    owner, agent = await a_voter(vote), await an_agent()
    await db.execute(
        "update owner set phone_sealed = $1, phone_hash = $2",
        seal_phone("+8613900139000"), phone_hash("+8613900139000"),
    )  # fmt: skip
    asker = await someone(kind, vote.estate)
    document = await store(a_photo(), at=DURING, by=asker.id)
    room = ("梧桐苑1", "1", "1000")

    async def enter() -> None:
        await enter_proxy(asker, vote.poll.id, room, CALLED, document, DURING)

    if kind is RoleKind.PROPERTY_MANAGER:
        with pytest.raises(NotAllowed):
            await enter()
        return
    await enter()

    [right] = await my_rights(agent.id, vote.poll.id)
    assert [right.id] == await rights_of(vote, owner)
    assert await told(owner) == ["proxy-noted"]
    assert await Message.count().where(Message.person.is_null()) == 1, "the phone in the register"
