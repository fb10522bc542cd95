"""A third of the members demand a session: seven days to call it, in public when they go by."""

import asyncio
from datetime import datetime, timedelta

import pytest

from coordination.db import rows
from coordination.errors import Invalid
from coordination.meetings.calling.cancelling import cancel_meeting
from coordination.meetings.calling.noticing import announce_meeting
from coordination.meetings.demand_tables import SessionDemand
from coordination.meetings.demanding.actions import (
    AlreadyCalled,
    AlreadyDemanded,
    NotMember,
    TooFewMembers,
    begin_demand,
    call_session,
    join_demand,
)
from coordination.meetings.queries import items_of
from coordination.meetings.sweeping import sweep_meetings
from tests.meetings.a_meeting import STARTS, TODAY, a_town, facts
from tests.meetings.test_calling_pages import sign_in

pytestmark = pytest.mark.usefixtures("database")
DUE = datetime.fromisoformat("2026-03-10T00:00:00+08:00")  # demanded on the 2nd, a Monday


async def a_demand(town, at=TODAY):
    return await begin_demand(
        town.members[0], town.estate, "公共收益账目", "半年没有公布，请开会决定。", at
    )


async def found(demand):
    it = await SessionDemand.objects().get(SessionDemand.id == demand.id)
    assert it
    return it


async def test_the_member_who_makes_a_third_starts_the_days():
    town = await a_town(members=5)
    demand = await a_demand(town)
    alone = await found(demand)

    with pytest.raises(TooFewMembers, match="提议的委员 1 人，全体委员 5 人，还不到三分之一"):
        await call_session(town.members[0], demand.id, facts(), TODAY)
    await join_demand(town.members[1], demand.id, TODAY)

    reached = await found(demand)
    assert (alone.reached_at, reached.members, reached.due_at) == (None, 5, DUE)


async def test_only_members_ask_and_each_once():
    town, other = await a_town(members=5), await a_town("银杏苑")
    demand = await a_demand(town)

    for stranger in (town.worker, town.manager, other.members[0]):
        with pytest.raises(NotMember):
            await join_demand(stranger, demand.id, TODAY)
    with pytest.raises(NotMember):
        await begin_demand(town.worker, town.estate, "账目", "请开会。", TODAY)
    with pytest.raises(AlreadyDemanded):
        await join_demand(town.members[0], demand.id, TODAY)
    with pytest.raises(Invalid):
        await begin_demand(town.members[0], town.estate, "账目", "打 13812345678", TODAY)
    assert len(await rows("select 1 from session_demander")) == 1


async def test_two_who_ask_at_once_start_the_days_once():
    town = await a_town(members=9)
    demand = await a_demand(town)

    await asyncio.gather(*(join_demand(one, demand.id, TODAY) for one in town.members[1:4]))

    told = await rows("select 1 from message where title = '三分之一以上委员提议召开会议'")
    assert len(told) == 9


async def test_the_notice_of_its_session_is_the_call_and_called_off_it_stands_again():
    town = await a_town()
    demand = await a_demand(town)
    meeting = await call_session(town.members[0], demand.id, facts(starts_at=STARTS), TODAY)
    with pytest.raises(AlreadyCalled):
        await call_session(town.members[1], demand.id, facts(), TODAY)

    planned = (await found(demand)).called_at
    await announce_meeting(town.members[0], meeting.id, TODAY)
    called = (await found(demand)).called_at
    await cancel_meeting(town.members[0], meeting.id, "场地被占", TODAY)

    assert "公共收益账目" in {one.title for one in await items_of(meeting.id)}
    assert (planned, called) == (None, TODAY)
    assert ((await found(demand)).called_at, (await found(demand)).meeting) == (None, None)


async def test_what_is_not_called_in_seven_days_is_late_in_public(browser, time_is):
    town = await a_town()
    demand = await a_demand(town)
    await sweep_meetings(DUE - timedelta(minutes=1))
    early = await rows("select 1 from message where event = 'demand-late'")
    await asyncio.gather(sweep_meetings(DUE), sweep_meetings(DUE))

    time_is(DUE)
    public = await browser.open(f"/meetings/demands?estate={town.estate.id}")
    page = await browser.open(f"/meetings/demands/{demand.id}")

    assert "逾期未召集" in public.main.text and "逾期未召集" in page.main.text
    assert "1 / 3 人" in page.main.text and "委员0" not in page.main.text
    told = await rows("select 1 from message where event = 'demand-late'")
    assert (early, len(told)) == ([], 3)


async def test_members_ask_and_call_on_their_pages(browser, time_is):
    town = await a_town(members=5)
    time_is(TODAY)
    await sign_in(browser, town.members[0])
    await browser.open("/meetings/demands/new")
    await browser.send("/meetings/demands/new", expect=422, place=str(town.estate.id), title="账目",
                       text="")  # fmt: skip
    page = await browser.send(
        "/meetings/demands/new",
        place=str(town.estate.id),
        title="公共收益账目",
        text="请开会决定。",
    )
    assert "提议中，还不到三分之一" in page.main.text
    here = browser.response.url.path
    await sign_in(browser, town.members[1])
    await browser.open(here)
    await browser.send(f"{here}/members")
    late = await browser.send(
        f"{here}/session", expect=422, starts_at="2026-03-01T10:00", venue="会议室", contact="电话"
    )
    assert "请先" not in late.main.text and "开会时间" in late.main.text
    desk = await browser.send(
        f"{here}/session",
        starts_at="2026-03-12T10:00",
        venue="会议室",
        contact="业委会 027-87000004",
    )
    assert "公共收益账目" in desk.main.text

    await sign_in(browser, town.manager)
    page = await browser.open("/meetings/demands/new")
    assert "您不是业委会委员" in page.main.text
