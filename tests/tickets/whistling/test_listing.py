"""The public list: its filters, its search in Chinese, its pages, and what it never shows."""

from datetime import timedelta
from uuid import uuid4

import pytest

from coordination.tickets.grams import grams_of, words_in
from coordination.tickets.kinds import EventKind
from coordination.tickets.routing.seeds import category_id
from coordination.tickets.whistling.actions import co_sign
from coordination.tickets.whistling.listing import Asked, joined_by, tickets, tickets_of
from tests.builders import a_building
from tests.tickets.a_ticket import (
    DAY,
    HOUR,
    WHISTLED,
    Neighbourhood,
    a_closed_ticket,
    a_handled_ticket,
    a_neighbourhood,
    a_ticket,
    it_happens,
)


@pytest.fixture
async def town(database) -> Neighbourhood:
    return await a_neighbourhood()


async def numbers(**asked) -> list[int]:
    return [line.number for line in await tickets(Asked(**asked))]


# --- words ---------------------------------------------------------------------------------------


def test_a_text_is_found_by_its_bigrams_and_punctuation_parts_them():
    assert grams_of("电梯坏了，3单元") == ["3单", "单元", "坏了", "梯坏", "电梯"]
    assert grams_of("ＡＢ栋") == ["ab", "b栋"]
    assert grams_of("好", "") == []


def test_what_is_looked_for_is_words():
    assert words_in(" 电梯  坏了,电梯 ") == ["电梯", "坏了"]
    assert words_in("'; drop table --\x00") == ["drop", "table"]


async def test_a_word_is_found_wherever_it_stands_and_every_word_must(town):
    lift = await a_ticket(town, text="二单元电梯坏了，老人下不去")
    lamp = await a_ticket(town, text="路灯坏了")

    assert await numbers(q="电梯") == [lift.number]
    assert await numbers(q="坏了") == [lamp.number, lift.number]
    assert await numbers(q="坏了 老人") == [lift.number]
    assert await numbers(q="灯") == [lamp.number]
    assert await numbers(q="电梯坏了") == [lift.number]
    assert await numbers(q="电梯老人") == []
    assert await numbers(q=f"#{lamp.number}") == [lamp.number]
    assert await numbers(q="！？") == [lamp.number, lift.number], "nothing was looked for"


async def test_a_longer_word_is_not_found_in_its_scattered_parts(town):
    await a_ticket(town, text="水管坏 管道堵 道路")

    assert await numbers(q="水管道路") == []


async def test_words_that_are_not_public_are_not_found_and_not_shown(town):
    hidden = await a_ticket(town, text="隔壁吵架", is_public=False)

    [line] = await tickets(Asked())

    assert await numbers(q="吵架") == await numbers(q="吵") == await numbers(q="隔壁吵架") == []
    assert (line.number, line.text, line.photo) == (hidden.number, None, None)
    [own] = await tickets_of(town.resident.id)
    assert own.text == "隔壁吵架"
    assert await tickets_of(town.neighbour.id) == []


# --- filters -------------------------------------------------------------------------------------


async def test_each_filter_keeps_what_it_says(town):
    elsewhere = await a_neighbourhood("丁香苑")
    second = await a_building(town.estate, "2")
    plain = await a_ticket(town)
    other = await a_ticket(town, building=second.id, category="parking", text="占位")
    away = await a_ticket(elsewhere)
    done = await a_closed_ticket(town)
    held = await a_handled_ticket(town)
    await it_happens(held, EventKind.ASK_HOLD, town.keeper, WHISTLED + 2 * HOUR,
                     blocker="等配件", unblocker="厂家", until=WHISTLED + 9 * DAY)  # fmt: skip
    await it_happens(held, EventKind.HOLD, town.worker, WHISTLED + 3 * HOUR,
                     blocker="等配件", unblocker="厂家", until=WHISTLED + 9 * DAY)  # fmt: skip

    assert await numbers(estate=elsewhere.estate.id) == [away.number]
    assert await numbers(building=second.id) == [other.number]
    assert await numbers(category=category_id("parking")) == [other.number]
    assert await numbers(category=category_id("order")) == [other.number], "and what lies below"
    assert await numbers(estate=town.estate.id, show="closed") == [done.number]
    assert await numbers(estate=town.estate.id, show="on_hold") == [held.number]
    assert await numbers(estate=town.estate.id, show="open") == [
        held.number, other.number, plain.number,
    ]  # fmt: skip
    assert await numbers(estate=uuid4()) == []


async def test_what_is_overdue_stands_in_its_own_list(town):
    late = await a_ticket(town)
    await a_ticket(town, at=WHISTLED + DAY)
    await it_happens(late, EventKind.BREACH, None, WHISTLED + 2 * DAY, clock="report_in")

    assert await numbers(overdue=True) == [late.number]


async def test_taken_back_and_merged_ones_are_not_in_the_way(town):
    first, second = await a_ticket(town), await a_ticket(town, text="同一件事")
    await it_happens(second, EventKind.MERGE, town.keeper, WHISTLED + HOUR, into=first.id)

    assert await numbers() == [first.number]


async def test_pages_follow_each_other_without_a_gap_or_a_double(town):
    made = [(await a_ticket(town, text=f"第{n}件")).number for n in range(7)]

    seen, after = [], ""
    for _ in range(4):
        page = await tickets(Asked(after=after), limit=2)
        seen += [line.number for line in page]
        after = page[-1].cursor

    assert seen == sorted(made, reverse=True)
    for nonsense in ("x", "-1", "9" * 40, "１２"):
        assert (await numbers(after=nonsense))[0] == made[-1]


async def test_what_one_joined_is_one_s_own_list_too(town):
    ticket = await a_ticket(town)
    await co_sign(town.neighbour, ticket.id, WHISTLED + HOUR)

    assert [line.number for line in await joined_by(town.neighbour.id)] == [ticket.number]
    assert await joined_by(town.resident.id) == []


def test_a_list_has_an_address():
    estate = uuid4()
    asked = Asked(estate=estate, show="open", q="电梯", after="9")

    assert asked.address(after="") == (f"/tickets?estate={estate}&show=open&q=%E7%94%B5%E6%A2%AF")
    assert Asked().address() == "/tickets"


async def test_the_filters_of_the_page_survive_nonsense(town, browser):
    await a_ticket(town, at=WHISTLED - timedelta(days=1))

    page = await browser.open("/tickets?estate=x&building='&category=1&show=all2&overdue=?&after=b")

    assert len(page.select(".lines li")) == 1
