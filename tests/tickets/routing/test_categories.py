"""The operator keeps the categories; what was changed and by whom stays on their pages."""

import pytest

from coordination.db import value
from coordination.errors import Invalid, NotAllowed
from coordination.law.policies import Priority
from coordination.people.tables import BodyKind, Person, RoleKind
from coordination.tickets.routing.category_actions import (
    CodeTaken,
    StillNeeded,
    Words,
    add_category,
    change_category,
    retire_category,
)
from coordination.tickets.routing.seeds import category_id
from tests.builders import a_body, a_role
from tests.tickets.a_ticket import WHISTLED, a_neighbourhood, a_ticket, asking

WORDS = Words("电动车充电", "飞线 充电桩", Priority.LIVELIHOOD, 300)


@pytest.fixture
async def town(database):
    return await a_neighbourhood()


@pytest.fixture
async def operator(town):
    body = await a_body(BodyKind.OPERATOR, None, "运营方")
    return await asking(await a_role(RoleKind.OPERATOR, None, body=body))


async def test_only_the_operator_keeps_them(town):
    for asker in (town.officer, town.worker, town.manager):
        with pytest.raises(NotAllowed, match="运营方"):
            await change_category(asker, category_id("parking"), WORDS, WHISTLED)


async def test_a_code_is_ascii_and_once_and_what_pages_name_stays(operator):
    main = category_id("order")
    for code in ("充电", "A b", "x" * 41, ""):
        with pytest.raises(Invalid):
            await add_category(operator, main, code, WORDS, WHISTLED)
    await add_category(operator, main, "charging", WORDS, WHISTLED)
    with pytest.raises(CodeTaken):
        await add_category(operator, main, "charging", WORDS, WHISTLED)
    for code in ("order", "fire", "other", "documents"):
        with pytest.raises(StillNeeded):
            await retire_category(operator, category_id(code), WHISTLED)


async def test_a_priority_changed_holds_for_whistles_to_come(town, operator):
    before = await a_ticket(town, category="parking")

    words = Words("停车", "车位", Priority.LIVELIHOOD, 20)
    await change_category(operator, category_id("parking"), words, WHISTLED)
    after = await a_ticket(town, category="parking")

    kept = "select priority from ticket where id = $1"
    assert [await value(kept, one.id) for one in (before, after)] == ["p2", "p1"]


async def test_it_is_renamed_retired_and_restored_in_a_browser(browser, town, operator, time_is):
    time_is(WHISTLED)
    person = await Person.objects().get(Person.id == operator.id)
    await browser.sign_in(person)
    here = f"/desk/categories/{category_id('parking')}"
    await browser.open("/desk/categories")
    assert browser.page.select(f"a[href='{here}']")
    await browser.open(here)

    page = await browser.send(here, name="停车充电", tags="车位  充电", priority="p2", sort="7")
    assert page.h1.text == "停车充电"
    assert "名称：停车 → 停车充电" in page.text
    page = await browser.send(f"{here}/retirement")
    assert "已停用" in page.text
    shown = "select count(*) from category where retired_at is not null"
    assert await value(shown) == 1
    await browser.send(f"{here}/restoration")
    assert await value(shown) == 0
    await browser.send(here, name="", priority="p2", sort="7", expect=422)


async def test_a_blocked_fire_lane_is_hurried_and_no_fire(town):
    lane = await a_ticket(town, category="fire-lane", text="消防通道被车堵住了")

    assert await value("select priority from ticket where id = $1", lane.id) == "p1"
