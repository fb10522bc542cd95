"""A sale during a vote: the seller's ballot stands; else the buyer votes on the same right."""

from datetime import timedelta
from uuid import uuid4

import pytest

from coordination import db
from coordination.ballots.ballot_tables import Ballot
from coordination.ballots.casting.handovers import (
    NotSold,
    SellerVoted,
    hand_over_right,
    sold_rights,
)
from coordination.errors import Invalid, NotAllowed, NotFound
from coordination.people.sessions import look_up, open_session
from coordination.people.tables import RoleKind
from coordination.registry.tables import Ownership
from tests.ballots.a_vote import a_vote, a_voter, owners_of, rights_of
from tests.ballots.test_casting_actions import a_paper, sent
from tests.builders import DURING, OPENING, a_role, a_unit, an_estate, an_owner

pytestmark = pytest.mark.usefixtures("database")
SALE = OPENING + timedelta(days=1)


async def a_sale(vote):
    """A flat on the roll, sold after the freeze: seller, buyer, the right."""
    unit = await a_unit(vote.building, "301")
    seller = await a_voter(vote, unit=unit, name="卖家")
    [right] = await rights_of(vote, seller)
    buyer = await an_owner(await a_unit(vote.building, "999"), name="买家")
    [old] = await owners_of(unit)
    bought = await db.value("select owner from binding where person = $1", buyer.id)
    await db.execute("update ownership set until = $2 where owner = $1", old, SALE)
    await Ownership(id=uuid4(), unit=unit.id, owner=bought, since=SALE).save()
    return seller, buyer, right


async def staff_of(vote, kind=RoleKind.COMMUNITY_WORKER):
    person = await a_role(kind, vote.estate)
    token = await open_session(person.id, DURING, stepped_up=True, second_factor=True)
    return await look_up(token, DURING)


async def test_the_buyer_votes_on_the_same_right_and_the_seller_no_more():
    vote = await a_vote()
    seller, buyer, right = await a_sale(vote)
    paper = await a_paper(vote, seller)

    await hand_over_right(await staff_of(vote), vote.poll.id, right, "证 0001 号", DURING)

    assert await rights_of(vote, buyer) == [right]
    assert isinstance(await sent(paper, seller), NotFound)
    assert isinstance(await sent(await a_paper(vote, buyer), buyer), list)
    assert await Ballot.count() == 1


async def test_a_ballot_that_the_seller_cast_stands():
    vote = await a_vote()
    seller, buyer, right = await a_sale(vote)
    await sent(await a_paper(vote, seller, "reject"), seller)

    with pytest.raises(SellerVoted):
        await hand_over_right(await staff_of(vote), vote.poll.id, right, "证 0001 号", DURING)

    assert await rights_of(vote, buyer) == []
    assert await db.value("select count(*) from audit_entry where verb = 'hand_over_refused'") == 1


async def test_who_only_looks_at_the_sales_learns_of_nobody_whether_they_voted(browser):
    vote = await a_vote()
    seller, _, _ = await a_sale(vote)
    await browser.sign_in(await a_role(RoleKind.COMMUNITY_WORKER, vote.estate), second_factor=True)
    before = await browser.open(f"{vote.path}/handovers")
    await sent(await a_paper(vote, seller), seller)

    after = await browser.open(f"{vote.path}/handovers")

    assert "301" in before.main.text
    assert after.main.text == before.main.text


async def test_staff_of_another_community_find_nothing_there(browser):
    vote = await a_vote()
    await a_sale(vote)
    elsewhere = await a_role(RoleKind.COMMUNITY_WORKER, await an_estate("丁香苑"))
    await browser.sign_in(elsewhere, second_factor=True)

    page = await browser.open(f"{vote.path}/handovers", expect=404)

    assert "301" not in page.text


async def test_of_two_flats_of_one_right_both_must_be_sold():
    vote = await a_vote()
    flat = await a_unit(vote.building, "401")
    await a_voter(vote, unit=flat)

    assert await sold_rights(vote.poll.id) == []
    with pytest.raises(NotSold):
        await hand_over_right(await staff_of(vote), vote.poll.id, uuid4(), "证 0001 号", DURING)


@pytest.mark.parametrize(
    "kind", [RoleKind.PROPERTY_MANAGER, RoleKind.COMMITTEE_MEMBER, RoleKind.SUPERVISOR]
)
async def test_only_the_residents_committee_enters_a_sale(kind):
    vote = await a_vote()
    _, _, right = await a_sale(vote)

    with pytest.raises(NotAllowed):
        await hand_over_right(await staff_of(vote, kind), vote.poll.id, right, "证", DURING)


async def test_a_sale_needs_its_document():
    vote = await a_vote()
    _, _, right = await a_sale(vote)

    with pytest.raises(Invalid):
        await hand_over_right(await staff_of(vote), vote.poll.id, right, "  ", DURING)


async def test_staff_enter_it_in_the_page(browser):
    vote = await a_vote()
    _, buyer, right = await a_sale(vote)
    await browser.sign_in(await a_role(RoleKind.COMMUNITY_WORKER, vote.estate), second_factor=True)

    await browser.open(f"{vote.path}/handovers")
    empty = await browser.send(f"{vote.path}/handovers/{right}", document="", expect=422)
    done = await browser.send(f"{vote.path}/handovers/{right}", document="证 0001 号")

    assert "请写明过户凭证" in empty.text
    assert "没有需要登记的过户" in done.text
    assert await rights_of(vote, buyer) == [right]
