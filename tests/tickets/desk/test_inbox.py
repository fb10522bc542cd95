"""The inbox: what waits for an office's decision, and that each office has its own."""

import pytest

from coordination.db import execute
from coordination.people.tables import BodyKind
from coordination.tickets.kinds import EventKind
from tests.builders import a_body
from tests.tickets.a_ticket import (
    DAY,
    HOUR,
    WHISTLED,
    a_handled_ticket,
    a_neighbourhood,
    a_ticket,
    it_happens,
)
from tests.tickets.desk.a_desk import sign_in

UNTIL = "2026-03-20T00:00:00+08:00"


@pytest.fixture
async def town(database, time_is):
    time_is(WHISTLED + 3 * HOUR)
    return await a_neighbourhood()


async def trays(browser, asker) -> dict[str, int]:
    """The heading of each tray and how many tickets lie in it; none is listed twice."""
    await sign_in(browser, asker)
    page = await browser.open("/desk/inbox")
    lines = [one["href"].partition("?")[0] for one in page.select("ol.tickets li a")]
    assert len(lines) == len(set(lines))
    headings = [
        one.text.rstrip("）").partition("（") for one in page.select("h2.weui-cells__title")
    ]
    return {label: int(count) for label, _, count in headings}


async def returned(town):
    ticket = await a_handled_ticket(town)
    at = WHISTLED + 2 * HOUR
    await it_happens(ticket, EventKind.TRANSFER, town.keeper, at, "占道",
                     holder=str(town.department.id), basis="占道")  # fmt: skip
    return ticket


async def test_the_community_finds_what_to_dispatch_agree_to_and_review(town, browser):
    reported = await a_ticket(town)
    await it_happens(reported, EventKind.REPORT_IN, town.keeper, WHISTLED + HOUR)
    waits = await a_handled_ticket(town)
    await it_happens(waits, EventKind.ASK_HOLD, town.keeper, WHISTLED + 2 * HOUR, "等配件",
                     blocker="等配件", unblocker="厂家", until=UNTIL)  # fmt: skip
    refused = await a_ticket(town)
    await it_happens(refused, EventKind.PROPOSE_REFUSAL, town.keeper, WHISTLED + HOUR, "不在这里",
                     reason="not_here")  # fmt: skip
    await a_handled_ticket(await a_neighbourhood("翠湖里"))

    assert await trays(browser, town.worker) == {
        "待分派": 1, "申请挂起待批": 1, "不予受理待复核": 1,
    }  # fmt: skip


async def test_a_department_finds_what_was_sent_to_it_and_the_street_what_to_decide(town, browser):
    ticket = await returned(town)
    await a_handled_ticket(town)
    assert await trays(browser, town.clerk) == {"待签收": 1}

    await it_happens(
        ticket, EventKind.RETURN, town.clerk, WHISTLED + 3 * HOUR, "不归我们",
        holder=str(town.office.id), proposed=str(town.company.id), basis="不归我们",
        due=(WHISTLED + DAY).isoformat(),
    )  # fmt: skip

    assert await trays(browser, town.officer) == {"待裁定": 1}
    assert await trays(browser, town.clerk) == {}


async def test_what_is_under_an_order_and_what_climbed_is_found_until_it_is_answered(town, browser):
    ticket = await a_handled_ticket(town)
    at = WHISTLED + 2 * HOUR
    await it_happens(ticket, EventKind.SUPERVISE, town.worker, at, "快办",
                     due=(at + DAY).isoformat())  # fmt: skip
    await it_happens(ticket, EventKind.ESCALATE, None, at, level=2, reason="report_in:100")
    assert await trays(browser, town.worker) == {"督办中": 1, "升级到社区": 1}

    await it_happens(ticket, EventKind.REPLY, town.keeper, at, "修好了", outcome="solved",
                     evidence=["0" * 64])  # fmt: skip

    assert await trays(browser, town.worker) == {"升级到社区": 1}


async def test_what_climbed_to_the_district_is_its_departments_to_see(town, browser):
    ticket = await a_handled_ticket(town, text="一直没人管")
    await a_handled_ticket(town, text="在小区里办着")
    assert await trays(browser, town.clerk) == {}

    at = WHISTLED + 2 * HOUR
    await it_happens(ticket, EventKind.ESCALATE, None, at, level=4, reason="report_in:100")

    assert await trays(browser, town.clerk) == {"升级到区": 1}
    page = await browser.open("/desk/tickets?show=all")
    assert "在小区里办着" not in page.text
    await browser.open(f"/desk/tickets/{ticket.id}")


async def test_a_department_that_another_leads_before_does_not_see_it(town, browser):
    ticket = await a_handled_ticket(town, category="greening", text="树倒了")
    gardens = await a_body(BodyKind.DEPARTMENT, town.district, "园林局")
    await execute(
        """insert into route (id, category, kind, body, since)
           values (gen_random_uuid(), $1, 'lead', $2, $3)""",
        ticket.category, gardens.id, WHISTLED - DAY,
    )  # fmt: skip

    at = WHISTLED + 2 * HOUR
    await it_happens(ticket, EventKind.ESCALATE, None, at, level=4, reason="report_in:100")

    assert await trays(browser, town.clerk) == {}
    await browser.open(f"/desk/tickets/{ticket.id}", expect=404)
