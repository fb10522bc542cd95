"""The to-do board counts the tickets that wait for an office, and leads to them."""

import pytest

from coordination.tickets.kinds import EventKind
from tests.tickets.a_ticket import (
    DAY,
    WHISTLED,
    a_handled_ticket,
    a_neighbourhood,
    a_replied_ticket,
    a_ticket,
    it_happens,
)
from tests.tickets.desk.a_desk import numbers, sign_in


@pytest.fixture
async def town(database, time_is):
    time_is(WHISTLED + DAY)
    return await a_neighbourhood()


async def counted(browser) -> dict[str, str]:
    """How many lie on each pile; what is most urgent stands before them by its number."""
    page = await browser.open("/work")
    cells = [one for one in page.select("a.weui-cell") if "/desk/" in one["href"]]
    cells = [one for one in cells if not one.b.text.startswith("#")]
    return {one.b.text: one.select_one(".tag").text.split()[1] for one in cells}


async def test_the_property_is_told_what_is_late_and_what_to_report_in_to(town, browser):
    late = await a_ticket(town, category="lift-trapped", text="困人")
    await a_handled_ticket(town)
    await a_ticket(await a_neighbourhood("翠湖里"))
    await sign_in(browser, town.keeper)

    assert await counted(browser) == {"已超期": "1", "待报到": "1"}
    page = browser.page
    first = next(one for one in page.select("a.weui-cell") if one.b.text.startswith("#"))
    assert first.b.text == f"#{late.number} 电梯困人" and "报到 已超期" in first.text
    [link] = [one["href"] for one in page.select("a.weui-cell") if one.b.text == "待报到"]
    assert numbers(await browser.open(link)) == [late.number]


async def test_the_community_is_told_whom_to_call_and_what_to_agree_to(town, browser):
    await a_replied_ticket(town)
    waits = await a_handled_ticket(town)
    await it_happens(
        waits, EventKind.ASK_HOLD, town.keeper, WHISTLED + DAY, "等配件", blocker="等配件",
        unblocker="厂家", until="2026-03-20T00:00:00+08:00",
    )  # fmt: skip
    await sign_in(browser, town.worker)

    assert await counted(browser) == {"申请挂起待批": "1", "待回访": "1"}
