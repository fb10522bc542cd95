"""A vote that cannot be counted: who is told, what is kept, and that it goes on by itself."""

from datetime import timedelta

import pytest

from coordination import db
from coordination.ballots.ballot_tables import Ballot
from coordination.ballots.polls.queries import state_of
from coordination.ballots.results.clockwork import advance_poll, advance_polls
from coordination.ballots.tables import Step
from coordination.people.tables import BodyKind, RoleKind
from tests.ballots.a_vote import a_vote, a_voter, freeze
from tests.ballots.test_casting_actions import a_paper, sent
from tests.builders import CLOSING, OPENING, a_body, a_role
from tests.conftest import a_client

pytestmark = pytest.mark.usefixtures("database")
COUNTED = CLOSING + timedelta(seconds=60)
LATER = COUNTED + timedelta(hours=1)


async def a_vote_with_garbage(as_owner):
    """Three have voted; one of the three rows cannot be opened."""
    vote = await a_vote()
    voters = [await a_voter(vote, area_cm2=800_000 + n) for n in range(3)]
    await freeze(vote)
    await advance_poll(vote.poll.id, OPENING)
    for voter in voters:
        await sent(await a_paper(vote, voter), voter)
    good = await db.value("select sealed from ballot order by id limit 1")
    await spoil(as_owner, b"garbage" * 12)
    await advance_polls(COUNTED)
    return vote, good


async def spoil(as_owner, sealed):
    """As someone with the whole database could."""
    await as_owner.execute("alter table ballot disable trigger user")
    await as_owner.execute(
        "update ballot set sealed = $1 where id = (select id from ballot order by id limit 1)",
        sealed,
    )
    await as_owner.execute("alter table ballot enable trigger user")


async def test_those_who_convene_read_what_is_wrong_whom_to_call_and_that_nothing_is_lost(
    browser, as_owner, time_is
):
    await a_body(BodyKind.OPERATOR, None, "江城运营中心")
    vote, _ = await a_vote_with_garbage(as_owner)
    time_is(LATER)
    member = await a_role(RoleKind.COMMITTEE_MEMBER, vote.estate, body=vote.body)
    await browser.sign_in(member, second_factor=True)

    hub = await browser.open(f"{vote.path}/convening")
    listed = await browser.open("/ballots/convening")
    work = await browser.open("/work")

    assert "暂时不能计票" in hub.main.text and "打不开" in hub.main.text
    assert "江城运营中心" in hub.main.text and "一张不少" in hub.main.text
    assert "不能计票" in listed.main.text and "不能计票" in work.main.text
    assert await Ballot.count() == 3


async def test_the_operator_and_the_owners_are_told_too(browser, as_owner, time_is):
    vote, _ = await a_vote_with_garbage(as_owner)
    time_is(LATER)

    public = await browser.open(vote.path)
    await browser.sign_in(await a_role(RoleKind.OPERATOR, None), second_factor=True)
    work = await browser.open("/work")

    assert "暂时不能计票" in public.main.text
    assert "表决不能计票，请处理" in work.main.text and vote.poll.title in work.main.text


async def test_the_monitor_counts_it(app, as_owner):
    async with a_client(app) as client:
        before = (await client.get("/metrics")).text
        await a_vote_with_garbage(as_owner)
        after = (await client.get("/metrics")).text

    assert "coordination_polls_stalled 0.0" in before
    assert "coordination_polls_stalled 1.0" in after


async def test_once_the_row_is_whole_again_it_is_counted_and_nothing_more_is_said(
    browser, as_owner, time_is
):
    vote, good = await a_vote_with_garbage(as_owner)
    await advance_polls(LATER)
    assert (await state_of(vote.poll)).current is Step.CLOSED
    assert await db.value("select since from stall") == COUNTED, "since the first try"

    await spoil(as_owner, good)
    await advance_polls(LATER)

    time_is(LATER)
    page = await browser.open(vote.path)
    assert (await state_of(vote.poll)).current is Step.PRELIMINARY
    assert "暂时不能计票" not in page.main.text
