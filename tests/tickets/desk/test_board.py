"""The list of the desk: who sees which tickets, in which order, and how many of a kind."""

from datetime import timedelta

import pytest

from coordination.db import lone_connection
from coordination.tickets.kinds import EventKind
from tests.tickets.a_ticket import (
    DAY,
    HOUR,
    WHISTLED,
    a_closed_ticket,
    a_handled_ticket,
    a_neighbourhood,
    a_replied_ticket,
    a_ticket,
    it_happens,
)
from tests.tickets.desk.a_desk import numbers, sign_in
from tests.waiting import until


@pytest.fixture
async def town(database):
    return await a_neighbourhood()


async def test_what_is_due_first_stands_first(town, browser, time_is):
    time_is(WHISTLED + HOUR)
    later = await a_ticket(town, category="lighting")
    first = await a_ticket(town, category="lift-trapped", text="有人困在电梯里")
    await sign_in(browser, town.keeper)

    page = await browser.open("/desk/tickets")

    assert numbers(page) == [first.number, later.number]
    late, coming = [line.text for line in page.select(".ticket")]
    assert "报到 已超期" in late and "报到 还剩" in coming


async def test_what_was_late_when_it_was_put_on_hold_grows_no_later_by_it(town, browser, time_is):
    time_is(WHISTLED + 9 * DAY)
    held = await a_ticket(town, category="lift-out", text="电梯坏了")
    hold = {"blocker": "等配件", "unblocker": "厂家", "until": (WHISTLED + 20 * DAY).isoformat()}
    await it_happens(held, EventKind.REPORT_IN, town.keeper, WHISTLED + HOUR)
    await it_happens(held, EventKind.DISPATCH, town.keeper, WHISTLED + HOUR, dispatch="direct")
    await it_happens(held, EventKind.ASK_HOLD, town.keeper, WHISTLED + 2 * HOUR, "等配件", **hold)
    await it_happens(held, EventKind.HOLD, town.worker, WHISTLED + 27 * HOUR, "等配件", **hold)
    await sign_in(browser, town.keeper)

    page = await browser.open("/desk/tickets")

    assert "首次答复 已超期 3小时，暂缓到" in page.select_one(".ticket").text


async def test_the_property_of_another_estate_sees_none_of_it(town, browser, time_is):
    time_is(WHISTLED)
    ticket = await a_ticket(town, text="三单元电梯夹人")
    other = await a_neighbourhood("翠湖里")
    own = await a_ticket(other)
    await sign_in(browser, other.manager)

    page = await browser.open("/desk/tickets?show=all")

    assert numbers(page) == [own.number]
    assert "电梯夹人" not in page.text
    await browser.open(f"/desk/tickets?estate={town.estate.id}&show=all")
    assert numbers(browser.page) == []
    await browser.open(f"/desk/tickets/{ticket.id}", expect=404)


async def test_a_department_sees_what_was_transferred_to_it_and_nothing_else(
    town, browser, time_is
):
    time_is(WHISTLED + DAY)
    await a_handled_ticket(town, text="不关城管的事")
    sent = await a_handled_ticket(town, category="illegal-building", text="楼顶违建")
    await it_happens(
        sent, EventKind.TRANSFER, town.keeper, WHISTLED + 2 * HOUR, "属城管职责",
        holder=str(town.department.id), basis="城管条例",
    )  # fmt: skip
    await sign_in(browser, town.clerk)

    page = await browser.open("/desk/tickets?show=all")

    assert numbers(page) == [sent.number]
    assert "不关城管的事" not in page.text


async def test_an_officer_of_the_street_sees_every_estate_of_it(town, browser, time_is):
    time_is(WHISTLED)
    ticket = await a_ticket(town)
    await a_ticket(await a_neighbourhood("翠湖里"))
    await sign_in(browser, town.officer)

    page = await browser.open("/desk/tickets")

    assert numbers(page) == [ticket.number]


async def test_the_summary_counts_and_each_count_is_the_list_behind_it(town, browser, time_is):
    time_is(WHISTLED + DAY)
    late = await a_ticket(town, category="lift-trapped", text="困人")
    await a_handled_ticket(town)
    await a_replied_ticket(town)
    await a_closed_ticket(town)
    await sign_in(browser, town.keeper)

    page = await browser.open("/desk/tickets")

    counted = {a.contents[0].strip(): a for a in page.select(".piles a")}
    assert {name: a.b.text for name, a in counted.items()} == {
        "已超期": "1", "今天到期": "0", "待报到": "1", "待分派": "0", "重办": "0",
        "P0、P1": "1", "督办中": "0", "暂缓中": "0", "待回访": "1", "我报到的": "2",
    }  # fmt: skip
    behind = await browser.open(counted["已超期"]["href"])
    assert numbers(behind) == [late.number]
    mine = await browser.open(counted["我报到的"]["href"])
    assert len(numbers(mine)) == 2


async def test_a_pile_keeps_its_list_in_sight_and_a_tap_says_what_was_reported_in(
    town, browser, time_is
):
    time_is(WHISTLED + HOUR)
    first, second = await a_ticket(town), await a_ticket(town)
    await sign_in(browser, town.keeper)
    page = await browser.open("/desk/tickets?pile=report")
    assert not page.select_one("details.narrow").has_attr("open")
    form = page.select_one(f"#t{first.number} form")

    said = {field["name"]: field["value"] for field in form.select("input[name]")}
    page = await browser.send(form["action"], **said)

    assert numbers(page) == [second.number]
    told = page.select_one("main .panel")
    assert f"已报到 #{first.number}" in told.text
    page = await browser.open(told.a["href"])
    assert page.select_one("#dispatches[open]")
    await sign_in(browser, town.manager)
    assert not (await browser.open(f"/desk/tickets?reported={first.id}")).select(".panel")


async def test_filters_narrow_the_list_by_building_category_and_state(town, browser, time_is):
    time_is(WHISTLED)
    here = await a_ticket(town)
    public = await a_ticket(town, building=None, category="greening", text="草坪")
    await sign_in(browser, town.worker)

    by_building = await browser.open(f"/desk/tickets?building={town.building.id}")
    assert numbers(by_building) == [here.number]
    by_category = await browser.open(f"/desk/tickets?category={public.category}")
    assert numbers(by_category) == [public.number]
    by_state = await browser.open("/desk/tickets?state=handling")
    assert numbers(by_state) == [] and "没有符合条件的工单" in by_state.text
    by_number = await browser.open(f"/desk/tickets?number=%23{here.number}&show=all")
    assert numbers(by_number) == [here.number]


async def test_pages_follow_each_other_without_a_gap_when_tickets_come_in(
    town, browser, time_is, monkeypatch
):
    time_is(WHISTLED)
    monkeypatch.setattr("coordination.tickets.desk.board.PAGE", 3)
    made = [(await a_ticket(town, at=WHISTLED + n * timedelta(minutes=5))).number
            for n in range(7)]  # fmt: skip
    await sign_in(browser, town.keeper)

    page = await browser.open("/desk/tickets")
    shown = numbers(page)
    await a_ticket(town, category="lift-trapped", text="困人")
    while link := page.select_one("a[rel=next]"):
        page = await browser.open(link["href"])
        shown += numbers(page)

    assert shown == made


async def test_the_counts_say_how_many_tickets_moved_since_the_list_was_drawn(
    town, browser, time_is
):
    time_is(WHISTLED)
    ticket = await a_ticket(town)
    await a_ticket(await a_neighbourhood("翠湖里"), at=WHISTLED + 2 * HOUR)
    await sign_in(browser, town.keeper)
    page = await browser.open("/desk/tickets")
    update = page.select_one("#piles")["hx-get"]
    assert "条更新" not in page.text

    await it_happens(ticket, EventKind.CO_SIGN, town.neighbour, WHISTLED + HOUR)
    time_is(WHISTLED + 3 * HOUR)
    fragment = await browser.open(update)

    assert "有 1 条更新" in fragment.text
    assert fragment.select("form") == []


async def test_a_list_is_taken_along_as_excel_and_says_what_it_holds(town, browser, time_is):
    time_is(WHISTLED)
    ticket = await a_ticket(town, text="=1+1 灯坏了", caller="王小明", caller_phone_tail="6789")
    await a_ticket(await a_neighbourhood("翠湖里"), text="别的小区")
    await sign_in(browser, town.keeper)

    await browser.client.get("/desk/tickets")
    answer = await browser.client.get("/desk/tickets.csv?show=all")

    said = answer.content.decode("utf-8-sig")
    assert answer.status_code == 200
    assert "筛选,全部" in said and f"\n{ticket.number}," in said and "'=1+1 灯坏了" in said
    assert "别的小区" not in said and "王小明" not in said and "6789" not in said
    book = await browser.client.get("/desk/tickets.xlsx?show=all")
    assert book.content[:2] == b"PK"


async def test_the_community_the_street_and_the_holder_hear_that_a_ticket_moved(town, database):
    heard: list[str] = []
    listening = await lone_connection()
    await listening.add_listener("live", lambda *told: heard.append(told[-1]))

    await a_ticket(town)
    places = (town.estate, town.community, town.street, town.company)
    await until(lambda: {f"tickets/{place.id}" for place in places} <= set(heard))
    await listening.close()


async def test_an_export_goes_on_over_its_batches_and_ends_at_its_limit(
    town, browser, time_is, monkeypatch
):
    time_is(WHISTLED)
    monkeypatch.setattr("coordination.tickets.desk.export_actions.BATCH", 2)
    made = [(await a_ticket(town)).number for _ in range(5)]
    await sign_in(browser, town.keeper)

    async def exported() -> list[int]:
        answer = await browser.client.get("/desk/tickets.csv")
        lines = answer.content.decode("utf-8-sig").splitlines()
        return [int(line.split(",")[0]) for line in lines if line.split(",")[0].isdigit()]

    assert await exported() == made
    monkeypatch.setattr("coordination.tickets.desk.export_actions.MOST", 3)
    assert await exported() == made[:3]
