"""Another company takes an estate over: what is open goes to it, what was done stays readable."""

import pytest

from coordination.db import row, value
from coordination.people.tables import BodyKind, RoleKind
from coordination.places.tables import PlaceKind
from tests.builders import a_body, a_place, a_role
from tests.tickets.a_ticket import (
    DAY,
    HOUR,
    WHISTLED,
    a_closed_ticket,
    a_handled_ticket,
    a_neighbourhood,
    a_ticket,
    asking,
)
from tests.tickets.desk.a_desk import numbers, sign_in

HANDED = WHISTLED + 3 * DAY


@pytest.fixture
async def town(database, time_is):
    time_is(HANDED)
    return await a_neighbourhood()


@pytest.fixture
async def newcomer(town):
    body = await a_body(BodyKind.PROPERTY_COMPANY, town.estate, "新城物业")
    return body, await asking(await a_role(RoleKind.PROPERTY_MANAGER, town.estate, body=body))


async def hand_over(browser, town, body, expect: int = 200, **fields: str):
    await sign_in(browser, town.worker)
    path = f"/desk/handovers/{town.estate.id}"
    await browser.open(path)
    said = {
        "old": str(town.company.id), "new": str(body.id), "reads": "2026-04-30",
        "reason": "业主大会决定，合同自3月5日起",
    } | fields  # fmt: skip
    return await browser.send(path, expect=expect, **said)


async def test_what_is_open_goes_to_the_new_company_and_what_is_done_does_not(
    town, newcomer, browser
):
    body, manager = newcomer
    opened = await a_handled_ticket(town)
    closed = await a_closed_ticket(town)

    page = await hand_over(browser, town, body)

    assert "1 张" in page.text
    holders = "select holder, handler from ticket where id = $1"
    assert tuple(await row(holders, opened.id)) == (body.id, None)
    assert (await row(holders, closed.id))["holder"] == town.company.id
    await sign_in(browser, manager)
    assert numbers(await browser.open("/desk/tickets")) == [opened.number]
    page = await browser.open(f"/desk/tickets/{opened.id}")
    assert page.select_one("#take-ups")


async def test_the_old_company_reads_what_it_did_and_nothing_that_came_after(
    town, newcomer, browser, time_is
):
    body, _ = newcomer
    own = await a_handled_ticket(town)
    await hand_over(browser, town, body)
    after = await a_ticket(town, at=HANDED + HOUR, text="交接以后的事")

    await sign_in(browser, town.keeper)
    page = await browser.open("/desk/tickets?show=all")
    assert numbers(page) == [own.number] and "交接以后的事" not in page.text
    await browser.open(f"/desk/tickets/{after.id}", expect=404)
    page = await browser.open(f"/desk/tickets/{own.id}")
    assert page.select("details.act") == []

    time_is(WHISTLED.replace(month=5, day=4))
    await sign_in(browser, town.keeper)
    await browser.open(f"/desk/tickets/{own.id}", expect=403)


async def test_without_reason_or_date_nothing_is_handed_over_and_the_words_stay(
    town, newcomer, browser
):
    body, _ = newcomer
    await a_handled_ticket(town)

    page = await hand_over(browser, town, body, expect=422, reads="", reason="合同到期")

    assert page.select_one("#f-reason").text.strip() == "合同到期"
    assert await value("select count(*) from ticket_event where kind = 'hand_over'") == 0


async def test_the_community_of_another_place_hands_nothing_over(town, newcomer, browser):
    body, _ = newcomer
    other = await a_neighbourhood("翠湖里")
    await sign_in(browser, other.worker)

    await browser.open(f"/desk/handovers/{town.estate.id}", expect=403)


async def test_a_company_of_several_estates_loses_sight_of_the_one_it_gave_up(
    town, browser, time_is
):
    wide = await a_body(BodyKind.PROPERTY_COMPANY, town.community, "连锁物业")
    second = await a_place(PlaceKind.ESTATE, "二期", town.community)
    keeper = await asking(await a_role(RoleKind.PROPERTY_MANAGER, town.community, body=wide))
    kept = await a_ticket(town, estate=second.id, building=None)
    await a_ticket(town, text="一期的事，已有自己的物业")

    await sign_in(browser, keeper)
    page = await browser.open("/desk/tickets?show=all")

    assert numbers(page) == [kept.number] and "一期的事" not in page.text
