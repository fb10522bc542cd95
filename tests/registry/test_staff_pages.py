"""The registry's pages as staff and building leads meet them, and as others do not."""

import re
from datetime import timedelta

import pytest

from coordination.db import rows, value
from coordination.people.sessions import prove
from coordination.people.tables import RoleKind
from coordination.places.queries import place_of
from coordination.places.tables import Place
from coordination.registry.letters.queries import letters_in
from tests.builders import DURING, a_person, a_role, an_estate
from tests.people.accounts import an_account
from tests.registry.rolls import LI, WANG, a_line, imported
from tests.registry.test_letters import codes_in
from tests.registry.test_pages import building_of, details, unit


@pytest.fixture
async def estate(database) -> Place:
    """101 is 张三's with a phone, 102 is 李四's; nobody has bound an account."""
    estate = await an_estate()
    await imported(
        estate, a_line("101", phone="13800138000"), a_line("102", name="李四", number=LI)
    )
    return estate


@pytest.fixture
async def worker(browser, estate):
    person = await a_role(RoleKind.COMMUNITY_WORKER, await place_of(estate.parent))
    await browser.sign_in(person)
    return person


async def test_one_estate_opens_by_itself_and_several_are_listed(browser, estate, worker):
    page = await browser.open("/registry")
    assert page.h1.text == "梧桐苑登记册"
    await browser.open(f"/places/{estate.parent}")
    await browser.send(f"/places/{estate.parent}/parts", name="新苑")

    page = await browser.open("/registry")

    assert [a.b.text for a in page.select("a.weui-cell")] == ["梧桐苑", "新苑"] or [
        a.b.text for a in page.select("a.weui-cell")
    ] == ["新苑", "梧桐苑"]


async def test_from_the_registry_to_a_unit(browser, estate, worker):
    page = await browser.open(f"/registry/{estate.id}")
    row = page.select_one("tbody tr")
    assert "1栋" in row.text and "0（0.00%）" in row.text
    page = await browser.open(row.a["href"])
    assert [td.text.strip() for td in page.select("tbody tr td:first-child")] == [
        "1栋1单元101", "1栋1单元102",
    ]  # fmt: skip
    assert "张三" not in page.text, "a list shows no owner"

    page = await browser.open(page.select_one("tbody a")["href"])

    assert "张*" in page.text and "张三" not in page.text
    assert "尾号 8000" in page.text and "13800138000" not in page.text
    looks = await value("select count(*) from audit_entry where verb = 'look_up_unit'")
    assert looks == 1


async def test_a_room_is_searched(browser, estate, worker):
    page = await browser.open(f"/registry/{estate.id}/units?room=102室")

    assert [a.text for a in page.select("tbody a")] == ["1栋1单元102"]
    page = await browser.open(f"/registry/{estate.id}/units?room=999")
    assert "没有找到房屋" in page.text


async def test_staff_bind_in_person_and_end_it_with_a_reason(browser, estate, worker):
    await an_account(phone="+8613700137000")
    here = f"/registry/{estate.id}/units/{await unit()}"
    owner = await value("select id from owner where name = '张三'")
    await browser.open(here)
    bind = f"{here}/owners/{owner}/binding"
    given = {"number": "420115199001010011", "account": "13700137000", "document": "身份证原件"}

    page = await browser.send(bind, **(given | {"number": "42011519900101"}), expect=422)
    form = details(page, "当面核验绑定")
    assert form.has_attr("open") and form.select_one(".wrong input[name=number]")
    assert not form.select_one("input[name=number]").get("value"), "not given back to the page"
    page = await browser.send(bind, **given)
    assert "已绑定" in page.text and "以当面核验绑定" in page.text

    binding = await value("select id from binding")
    page = await browser.send(f"{here}/bindings/{binding}/ending", reason="本人要求")
    assert "未绑定" in page.text


async def test_a_sale_is_entered_on_the_units_page(browser, estate, worker):
    here = f"/registry/{estate.id}/units/{await unit()}"
    await browser.open(here)
    page = await browser.send(f"{here}/owners", names="王五", numbers="4201*", expect=422)
    form = details(page, "登记新业主")
    assert form.has_attr("open") and form.select_one("input[name=names]")["value"] == "王五"

    page = await browser.send(
        f"{here}/owners", names="王五", numbers=WANG, phones="", document="产权证"
    )

    assert "王*" in page.text
    assert "张*" in page.select_one("table").text, "who held it before"


async def test_an_area_a_phone_and_a_guardian_are_changed_on_the_units_page(
    browser, estate, worker
):
    await an_account("赵监护", phone="+8613700137000")
    owner = await value("select id from owner where name = '张三'")
    here = f"/registry/{estate.id}/units/{await unit()}"
    await browser.open(here)
    given = {"source": "survey", "kind": "home", "floor": "1", "reason": "实测报告"}
    page = await browser.send(f"{here}/correction", area="-1", **given, expect=422)
    assert details(page, "更正面积").select_one(".wrong input[name=area]")["value"] == "-1"
    page = await browser.send(f"{here}/correction", area="90.25", **given)
    assert "90.25 平方米" in page.text and "来源：实测" in page.text

    page = await browser.send(f"{here}/owners/{owner}/phone", phone="12", document="", expect=422)
    page = await browser.send(
        f"{here}/owners/{owner}/phone", phone="13600136000", document="身份证原件"
    )
    assert "尾号 6000" in page.text

    guardian = f"{here}/owners/{owner}/guardian"
    await browser.send(guardian, account="13699999999", document="户口簿", expect=422)
    page = await browser.send(guardian, account="13700137000", document="户口簿")
    assert "监护人：赵**（户口簿）" in page.text
    page = await browser.send(f"{guardian}/ending")
    assert "监护人：" not in page.text


async def test_weighty_steps_ask_for_a_fresh_proof_first(browser, estate, worker, time_is):
    here = f"/registry/{estate.id}/units/{await unit()}"
    await browser.open(here)
    time_is(DURING + timedelta(minutes=11))  # the proof of the sign-in is no longer fresh
    browser.client.headers["Referer"] = f"http://test{here}"

    await browser.send(
        f"{here}/owners", names="王五", numbers=WANG, document="产权证", expect=303, follow=False
    )

    assert browser.response.headers["location"].startswith("/step-up")
    assert await value("select count(*) from ownership where until is not null") == 0
    await prove(await value("select id from sign_in"), DURING + timedelta(minutes=11))
    back = browser.response.next_request.url.params["next"]
    page = await browser.open(back)
    [form] = page.select("details[open] form")
    assert form.select_one("[name=names]")["value"] == "王五"
    assert form.select_one("[name=document]")["value"] == "产权证"
    assert WANG not in page.text, "an ID number stands in no page"


async def test_letters_are_made_printed_and_carried(browser, estate, worker):
    building = await building_of(estate)
    here = f"/registry/{estate.id}/letters/{building.id}"
    page = await browser.open(here)
    assert "为还没有函的 2 户制作" in page.text
    page = await browser.send(here)
    assert "2 封等待打印" in page.text

    await browser.send(f"{here}/print")
    pdf = browser.response.content
    assert browser.response.headers["content-type"] == "application/pdf"
    assert len(codes_in(pdf)) == 2
    page = await browser.open(here)
    assert "等待打印" not in page.text
    assert not re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", page.text)

    lead = await a_role(RoleKind.BUILDING_LEAD, building)
    await browser.sign_in(lead)
    page = await browser.open("/deliveries")
    assert page.h1.text == "1栋函件送达"
    letter = (await letters_in(building, DURING))[0].letter
    page = await browser.send(f"/deliveries/{building.id}/letters/{letter}", how="投入信箱")
    assert "投入信箱" in page.select_one(".weui-cells").text
    assert "张" not in page.main.text, "a door is all one needs"


async def test_letters_are_made_anew_for_what_is_ticked(browser, estate, worker):
    building = await building_of(estate)
    here = f"/registry/{estate.id}/letters/{building.id}"
    await browser.open(here)
    await browser.send(here)
    before = await rows("select code_hash from letter_code order by id")

    await browser.send(here, remake="1", expect=422)
    await browser.send(here, remake="1", units=str(await unit("101")))

    live = await value("select count(*) from letter_code where revoked_at is null")
    assert (live, len(before)) == (2, 2)
    assert await value("select count(*) from letter_code") == 3


# Who does not come in


STAFF_PAGES = (
    "", "/units", "/units?room=101", "/units/{unit}", "/imports", "/letters/{building}",
    "/residents",
)  # fmt: skip


@pytest.mark.parametrize(
    "kind", [None, RoleKind.OPERATOR, RoleKind.PROPERTY_MANAGER, RoleKind.COMMITTEE_MEMBER,
             RoleKind.BUILDING_LEAD, RoleKind.SUPERVISOR],
)  # fmt: skip
async def test_nobody_else_sees_a_page_of_the_registry(browser, estate, kind):
    place = None if kind is RoleKind.OPERATOR else estate
    person = await a_role(kind, place) if kind else await a_person()
    await browser.sign_in(person)

    for page in STAFF_PAGES:
        path = page.format(unit=await unit(), building=(await building_of(estate)).id)
        shown = await browser.open(f"/registry/{estate.id}{path}", expect=403)
        assert not {"张三", "张*", "8000", "0011"} & set(re.findall(r"\w+\*?", shown.text))


async def test_another_communitys_worker_finds_nothing_here(browser, estate):
    elsewhere = await an_estate("丁香苑")
    await browser.sign_in(await a_role(RoleKind.COMMUNITY_WORKER, await place_of(elsewhere.parent)))

    for where in (estate, elsewhere):
        for page in STAFF_PAGES:
            if where is elsewhere and "{" not in page:
                continue
            path = page.format(unit=await unit(), building=(await building_of(estate)).id)
            shown = await browser.open(f"/registry/{where.id}{path}", expect=404)
            assert "张" not in shown.main.text
    await browser.open(f"/deliveries/{(await building_of(estate)).id}", expect=404)


async def test_a_stranger_is_asked_to_sign_in_and_comes_back(browser, estate):
    for path in ("/bind", "/me/units", f"/registry/{estate.id}", "/deliveries"):
        await browser.open(path, expect=303, follow=False)
        assert browser.response.headers["location"].startswith("/sign-in?next=")
