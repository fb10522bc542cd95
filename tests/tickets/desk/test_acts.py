"""Every form of the staff page does what it says, by whom it may be sent, and by nobody else."""

from datetime import timedelta

import pytest

from coordination.db import row, value
from coordination.tickets.desk.sheet import ACTS
from coordination.tickets.kinds import EventKind
from tests.tickets.a_ticket import (
    HOUR,
    WHISTLED,
    a_handled_ticket,
    a_neighbourhood,
    a_ticket,
    it_happens,
)
from tests.tickets.desk.a_desk import sign_in

LATER = WHISTLED + 2 * HOUR


class Desk:
    """One ticket, and people who send its forms."""

    def __init__(self, browser, town, ticket):
        self.browser, self.town, self.ticket = browser, town, ticket

    async def send(self, who, name: str, expect: int = 200, **fields: str):
        path = f"/desk/tickets/{self.ticket.id}"
        await sign_in(self.browser, who)
        page = await self.browser.open(path)
        if expect == 200:
            assert page.select_one(f"#{name}"), f"{name} is offered"
        return await self.browser.send(f"{path}/{name}", expect=expect, **fields)

    async def offers(self, who, name: str) -> bool:
        await sign_in(self.browser, who)
        page = await self.browser.open(f"/desk/tickets/{self.ticket.id}")
        return bool(page.select_one(f"#{name}"))

    async def standing(self, *columns: str):
        found = await row(f"select {', '.join(columns)} from ticket where id = $1", self.ticket.id)
        return tuple(found.values())


@pytest.fixture
async def town(database, time_is):
    time_is(LATER)
    return await a_neighbourhood()


@pytest.fixture
async def fresh(browser, town):
    return Desk(browser, town, await a_ticket(town))


@pytest.fixture
async def handled(browser, town):
    return Desk(browser, town, await a_handled_ticket(town))


async def test_handled_jointly_the_co_handler_does_its_part_before_the_reply(fresh, town):
    await fresh.send(town.keeper, "report-ins")
    await fresh.send(
        town.keeper, "dispatches", dispatch="joint", body=str(town.committee.id),
        parts="请协调占道的车主挪车", due="2026-03-04T18:00", mandatory="yes",
    )  # fmt: skip
    assert await fresh.standing("state") == ("handling",)
    board = await fresh.browser.open("/desk/tickets")
    assert "请协调占道" not in board.text

    await sign_in(fresh.browser, town.worker)
    assert "请协调占道" in (await fresh.browser.open("/desk/tickets")).text
    part = str(await value("select id from sub_task"))
    refused = await fresh.send(
        town.keeper, "replies", expect=409, words="办好了", outcome="explained"
    )
    assert "协办没有完成" in refused.text
    await fresh.send(town.worker, "finished-sub-tasks", part=part, result="车已挪走")

    await fresh.send(town.keeper, "replies", words="已清出通道", outcome="explained")
    assert await fresh.standing("state") == ("replied",)


async def test_a_hold_waits_for_the_community_and_stops_the_clock_only_then(handled, town):
    wish = {"blocker": "等厂家配件", "unblocker": "电梯厂", "until": "2026-03-20"}
    await handled.send(town.keeper, "hold-requests", **wish)
    assert await handled.standing("state", "hold_asked") == ("handling", True)
    assert not await handled.offers(town.keeper, "holds")

    await handled.send(town.worker, "holds", words="情况属实")
    assert await handled.standing("state", "blocker") == ("on_hold", "等厂家配件")
    assert "等厂家配件" in handled.browser.page.text

    await handled.send(town.officer, "hold-extensions", until="2026-03-25", reason="配件晚到")
    await handled.send(town.keeper, "resumptions", words="配件到了")
    assert await handled.standing("state") == ("handling",)


async def test_a_hold_needs_a_blocker_somebody_to_unblock_it_and_a_date(handled, town):
    page = await handled.send(
        town.keeper, "hold-requests", expect=422, blocker="等配件", unblocker="", until=""
    )

    assert {"hold-requests-unblocker", "hold-requests-until"} == {
        one["href"][1:] for one in page.select(".error-summary a")
    }
    assert page.select_one("#hold-requests-blocker").text.strip() == "等配件"


async def test_the_community_may_decline_a_hold(handled, town):
    await handled.send(
        town.keeper, "hold-requests", blocker="忙不过来", unblocker="公司", until="2026-03-20"
    )

    await handled.send(town.worker, "hold-refusals", words="人手问题不是难点")

    assert await handled.standing("state", "hold_asked") == ("handling", False)


async def test_a_transfer_is_returned_once_and_then_decided_bindingly(handled, town):
    await handled.send(town.keeper, "transfers", holder=str(town.department.id), basis="占道归城管")
    await handled.send(
        town.clerk, "returns", proposed=str(town.company.id), basis="小区内道路归物业"
    )
    assert await handled.standing("state", "returns") == ("adjudicating", 1)

    await handled.send(
        town.officer, "adjudications", holder=str(town.company.id), basis="规划红线以内"
    )

    assert await handled.standing("state", "holder") == ("handling", town.company.id)
    assert not await handled.offers(town.keeper, "transfers")
    await handled.send(town.keeper, "take-ups")
    assert await handled.standing("handler") == (town.keeper.id,)


async def test_a_department_signs_for_what_was_transferred_to_it(handled, town):
    await handled.send(town.keeper, "transfers", holder=str(town.department.id), basis="占道归城管")

    await handled.send(town.clerk, "acceptances")

    assert await handled.standing("state", "handler") == ("handling", town.clerk.id)


async def test_a_refusal_is_confirmed_by_a_second_person(fresh, town):
    await fresh.send(town.worker, "refusals", reason="not_here", words="属于隔壁社区，请找他们")
    assert not await fresh.offers(town.worker, "refusal-confirmations")

    await fresh.send(town.second_worker, "refusal-confirmations", words="情况属实")

    assert await fresh.standing("state", "outcome") == ("closed", "refused")


async def test_a_second_person_may_find_that_it_must_be_taken(fresh, town):
    await fresh.send(town.worker, "refusals", reason="not_here", words="不在本辖区")

    await fresh.send(town.second_worker, "overrulings", words="在红线内，应当受理")

    assert await fresh.standing("state") == ("reported",)


async def test_information_is_asked_for_once(fresh, town):
    await fresh.send(town.keeper, "report-ins")
    await fresh.send(town.keeper, "info-requests", words="请说明是哪个单元")
    assert await fresh.standing("state") == ("need_info",)

    await it_happens(fresh.ticket, EventKind.ANSWER_INFO, town.resident, LATER, "3单元")

    assert not await fresh.offers(town.keeper, "info-requests")


async def test_an_extension_gives_its_reason_in_public_and_is_granted_once(handled, town):
    (before,) = await handled.standing("close_due_at")
    await handled.send(town.keeper, "extensions", amount="2", reason="要等雨停才能补防水")

    assert (await handled.standing("close_due_at"))[0] > before + timedelta(days=1)
    assert not await handled.offers(town.keeper, "extensions")


async def test_a_supervision_comes_from_above_with_a_date(handled, town):
    assert not await handled.offers(town.keeper, "supervisions")

    await handled.send(town.worker, "supervisions", words="本周内修好", due="2026-03-06T18:00")

    assert "督办" in handled.browser.page.select_one(".history").text


async def test_priority_goes_up_by_the_holder_and_down_only_from_above(handled, town):
    await handled.send(town.keeper, "priorities", priority="p1", reason="整栋楼没有照明")
    assert await handled.standing("priority") == ("p1",)

    await handled.send(town.keeper, "priorities", expect=403, priority="p3", reason="不急")
    assert await handled.standing("priority") == ("p1",)


async def test_a_wrong_category_or_place_is_put_right_and_what_was_stays_told(handled, town):
    await handled.send(
        town.keeper, "corrections", category=str(handled.ticket.category), building="public",
        spot="东门", is_public="yes", reason="不在楼里",
    )  # fmt: skip

    assert await handled.standing("building", "spot") == (None, "东门")


async def test_two_of_the_same_become_one_by_its_number(fresh, town):
    other = await a_handled_ticket(town)

    await fresh.send(town.keeper, "merges", expect=422, into="999999")
    await fresh.send(town.keeper, "merges", into=str(other.number))

    assert await fresh.standing("state", "merged_into") == ("merged", other.id)


async def test_long_work_has_milestones(handled, town):
    await handled.send(town.keeper, "milestones", milestone="业主大会表决", due="2026-04-01T18:00")

    await handled.send(town.keeper, "achievements", milestone="业主大会表决", words="已通过")

    kinds = await value("select array_agg(kind order by ordinal) from ticket_event")
    assert kinds[-2:] == ["plan", "achieve"]


async def test_a_note_for_the_handlers_alone_is_not_public(handled, town):
    await handled.send(town.keeper, "notes", words="联系不上业主", inside="yes")

    public = "select is_public from ticket_event where kind = 'note'"
    assert await value(public) is False


async def test_nobody_of_another_estate_does_anything(fresh, town):
    stranger = (await a_neighbourhood("翠湖里")).manager
    await sign_in(fresh.browser, stranger)

    for name in ACTS:
        await fresh.browser.open("/desk/filings/new")
        await fresh.browser.send(f"/desk/tickets/{fresh.ticket.id}/{name}", expect=404)

    assert await value("select count(*) from ticket_event") == 1
