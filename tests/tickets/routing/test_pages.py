"""The pages of 谁负责: everybody reads it, operator and 街道 keep it, handlers write hints."""

import pytest

from coordination.people.tables import Person, RoleKind
from coordination.tickets.routing.actions import add_departments
from coordination.tickets.routing.seeds import category_id
from tests.builders import a_role
from tests.tickets.a_ticket import DAY, WHISTLED, a_handled_ticket, a_neighbourhood


@pytest.fixture
async def town(app, time_is):
    time_is(WHISTLED)
    return await a_neighbourhood()


async def person(asker) -> Person:
    found = await Person.objects().get(Person.id == asker.id)
    assert found
    return found


async def test_anyone_reads_who_answers_for_what(browser, town):
    await add_departments(None, town.district, WHISTLED)
    await a_neighbourhood("丁香苑")

    chosen = await browser.open("/responsible")
    page = await browser.open(f"/responsible?estate={town.estate.id}")

    assert "梧桐苑" in chosen.text and "丁香苑" in chosen.text
    said = {cell.b.text: cell.small.text for cell in page.select(".weui-cell__bd")}
    assert said["违建拆除"] == "主管：梧桐苑区城市管理执法局"
    assert said["照明设施"] == "主管：梧桐苑物业"
    assert said["邻里纠纷"] == "主管：梧桐苑居委会"
    assert said["楼道保洁"] == "主管：梧桐苑物业；协助：居委会（依法协助）"
    assert "丁香苑" not in page.text
    assert page.select("a[href='tel:02787000000']")


async def test_the_operator_adds_and_ends_a_line(browser, town):
    await browser.sign_in(await a_role(RoleKind.OPERATOR, None))
    here = f"/desk/routes?at_place={town.estate.id}"
    await browser.open(here)

    page = await browser.send(
        here, category=str(category_id("parking")), kind="lead", body=str(town.office.id)
    )
    row = next(one for one in page.select("tr") if "停车" in one.text and one.select("form"))
    assert "主管：梧桐苑街道办" in row.text
    page = await browser.send(row.select_one("form")["action"])
    row = next(one for one in page.select("tr") if one.text.strip().startswith("停车"))
    assert "街道办" not in row.text


async def test_a_line_without_its_body_is_given_back_as_typed(browser, town):
    await browser.sign_in(await a_role(RoleKind.OPERATOR, None))
    await browser.open("/desk/routes")

    page = await browser.send(
        "/desk/routes", expect=422, category=str(category_id("parking")), kind="lead", body=""
    )

    assert "请选择一个单位" in page.text
    [chosen] = page.select("select[name=category] option[selected]")
    assert chosen["value"] == str(category_id("parking"))


async def test_the_street_enters_its_departments_and_the_duty_list_is_the_operators(browser, town):
    await browser.sign_in(await person(town.officer))
    here = f"/desk/routes?at_place={town.street.id}"
    page = await browser.open(here)
    assert "职责" not in [label.text for label in page.select("label")]

    page = await browser.send(f"/desk/routes/departments?at_place={town.street.id}")

    assert "梧桐苑街道园林局" in page.text
    await browser.send(
        "/desk/routes/duties", expect=403, duty_category=str(category_id("noise")),
        duty="self_governed", basis="清单",
    )  # fmt: skip


async def test_the_operator_keeps_the_duty_list(browser, town):
    await browser.sign_in(await a_role(RoleKind.OPERATOR, None))
    await browser.open("/desk/routes")

    page = await browser.send(
        "/desk/routes/duties", duty_category=str(category_id("noise")), duty="self_governed",
        basis="自治清单第二条",
    )  # fmt: skip

    row = next(one for one in page.select("tr") if one.text.strip().startswith("噪音"))
    assert "依法自治" in row.text and "自治清单第二条" in row.text


@pytest.mark.parametrize("who", ["worker", "manager", "resident", "clerk"])
async def test_others_do_not_keep_the_table(browser, town, who):
    await browser.sign_in(await person(getattr(town, who)))

    await browser.open("/desk/routes", expect=403)


async def test_a_handler_writes_a_hint_and_a_stranger_sees_none(browser, town):
    other = await a_neighbourhood("丁香苑")
    here = f"/desk/buildings/{town.building.id}/hints"
    await browser.sign_in(await person(town.keeper))
    await browser.open(here)

    page = await browser.send(here, hint="总阀在地下室东侧")

    assert "总阀在地下室东侧" in page.text
    await browser.sign_in(await person(other.keeper))
    refused = await browser.open(here, expect=403)
    assert "总阀" not in refused.text


async def test_a_handler_is_offered_first_whom_the_table_names(browser, town):
    await add_departments(None, town.district, WHISTLED)
    ticket = await a_handled_ticket(town, WHISTLED - DAY, category="illegal-building")
    await browser.sign_in(await person(town.keeper))

    page = await browser.open(f"/desk/tickets/{ticket.id}")

    offered = [one.text for one in page.select("select[name=holder] option") if one["value"]]
    assert offered[0] == "梧桐苑区城市管理执法局（责任表：主管）"
    assert "梧桐苑居委会" in offered and "梧桐苑物业" not in offered
