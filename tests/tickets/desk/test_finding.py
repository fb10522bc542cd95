"""Tickets of the desk found by their words, and several of them raised as a matter."""

from urllib.parse import quote

import pytest

from coordination.db import execute, value
from coordination.places.naming import building_name
from coordination.tickets.grams import grams_of
from tests.tickets.a_ticket import (
    HOUR,
    WHISTLED,
    a_closed_ticket,
    a_neighbourhood,
    a_ticket,
)
from tests.tickets.desk.a_desk import numbers, sign_in


@pytest.fixture
async def town(database):
    return await a_neighbourhood()


@pytest.mark.parametrize("typed", ["漏水", "水管漏水", "12345:WH-2026/07", "ｗｈ2026 07"])
async def test_staff_find_what_is_done_or_not_public_by_its_words_or_number_elsewhere(
    town, browser, time_is, typed
):
    time_is(WHISTLED + 99 * HOUR)
    found = await a_closed_ticket(town, text="地下室水管漏水", is_public=False)
    await a_ticket(town, text="路灯不亮")
    await execute("update ticket set external = '12345:WH-2026/07' where id = $1", found.id)
    await a_ticket(await a_neighbourhood("丁香苑"), text="水管漏水")
    await sign_in(browser, town.worker)

    page = await browser.open(f"/desk/tickets?q={typed.removeprefix('12345:')}")

    assert numbers(page) == [found.number]
    assert await browser.open(f"/desk/tickets?q={typed}&show=open")
    assert numbers(browser.page) == []


async def test_staff_find_a_ticket_by_what_is_said_of_it_on_the_phone(town, browser, time_is):
    time_is(WHISTLED + HOUR)
    grams = grams_of("夜里装修", "1202门口")
    noise = await a_ticket(town, category="noise", text="夜里装修", spot="1202门口", grams=grams)
    lamp = await a_ticket(town, building=None, text="东门灯不亮", caller_phone_tail="4471")
    await execute("update person set phone_tail = '0316' where id = $1", town.resident.id)
    building = building_name(town.building.name)
    await sign_in(browser, town.worker)

    for typed, found in {
        f"#{noise.number}": noise, "噪音": noise, building: noise, f"{building}1202": noise,
        f"噪音 {building} 1202": noise, "4471": lamp, "照明": lamp,
    }.items():  # fmt: skip
        page = await browser.open(f"/desk/tickets?q={quote(typed)}")
        assert (typed, numbers(page)) == (typed, [found.number])
    both = numbers(await browser.open("/desk/tickets?q=0316"))
    assert sorted(both) == [noise.number, lamp.number]
    for typed in (f"{building}1203", "噪音 东门", "9999"):
        assert numbers(await browser.open(f"/desk/tickets?q={quote(typed)}")) == []


async def test_tickets_are_ticked_and_raised_as_one_matter(town, browser, time_is):
    time_is(WHISTLED + HOUR)
    tickets = [await a_ticket(town, text=f"路灯第{n}次不亮", is_public=n == 1) for n in (1, 2)]
    await sign_in(browser, town.worker)
    page = await browser.open("/desk/tickets")
    assert not page.select("input[name=ticket]")
    await browser.open(page.select_one("a[href*=pick]")["href"])
    boxes = browser.page.select("input[name=ticket]")
    assert [box["form"] for box in boxes] == ["gather", "gather"]

    chosen = "&".join(f"ticket={box['value']}" for box in boxes)
    page = await browser.open(f"/desk/tickets/matters/new?{chosen}")
    words = page.select_one("textarea").text
    assert "路灯第1次不亮" in words and "路灯第2次" not in words
    both = [box["value"] for box in boxes]
    refused = await browser.send(
        "/desk/tickets/matters", title="", text="路灯修了又坏", ticket=both, expect=422
    )
    assert [one["value"] for one in refused.select("input[name=ticket]")] == both[::-1]
    page = await browser.send(
        "/desk/tickets/matters", title="三号楼换路灯", text="路灯修了又坏", ticket=both
    )

    assert page.h1.text == "三号楼换路灯"
    sql = "select count(*) from ticket where matter is not null and id = any($1)"
    assert await value(sql, [one.id for one in tickets]) == 2
