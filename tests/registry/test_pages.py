"""The registry's pages as owner, building lead and community worker meet them."""

import re

import pytest

from coordination.db import rows, value
from coordination.people.tables import RoleKind
from coordination.places.queries import place_of
from coordination.places.tables import Place
from coordination.registry.letters.queries import letters_in
from tests.builders import DURING, a_building, a_person, a_role, a_unit, an_estate, an_owner
from tests.people.accounts import an_account, code_sent_to
from tests.registry.rolls import LI, WANG, a_line, imported
from tests.registry.test_bindings import CODE, PHONE, a_letter
from tests.registry.test_letters import codes_in


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


async def unit(room: str = "101"):
    return await value("select id from unit where room = $1", room)


async def building_of(estate: Place) -> Place:
    return await Place.objects().get(Place.parent == estate.id)


def details(page, summary: str):
    """The folded part of a page with this heading."""
    return next(d for d in page.select("details") if summary in d.summary.text)


# An owner


async def test_an_owner_binds_with_the_letter_and_sees_their_units(browser, estate):
    await a_letter(estate)
    await browser.sign_in(await a_person())
    page = await browser.open("/me/units")
    page = await browser.open(page.select_one("a[href='/bind']")["href"])
    await browser.open(page.select_one("a[href='/bind/letter']")["href"])

    page = await browser.send("/bind/letter", code="k7qm-2f9m-xrta", name="张三")

    assert page.h1.text == "我的房屋"
    assert "梧桐苑 1栋1单元101" in page.text and "89.50 平方米" in page.text
    assert "以绑定码函绑定" in page.text


async def test_what_does_not_fit_comes_back_with_the_words_typed(browser, estate):
    await a_letter(estate)
    await browser.sign_in(await a_person())
    await browser.open("/bind/letter")

    page = await browser.send("/bind/letter", code=CODE, name="王五", expect=422)

    assert page.select_one("input[name=code]")["value"] == CODE
    assert "没有核对上" in page.select_one(".error-summary").text
    assert "张三" not in page.text


async def test_an_owner_binds_with_a_code_to_the_registered_phone(browser, estate):
    await browser.sign_in(await a_person())
    claim = {"estate": str(estate.id), "building": "1幢", "entrance": "1", "room": "101"}
    await browser.open("/bind/phone")
    page = await browser.send("/bind/phone", **claim, name="张三")
    assert "13800138000" not in page.text and "8000" not in page.text

    page = await browser.send("/bind/phone/code", code=await code_sent_to(PHONE))

    assert "1栋1单元101" in page.text


async def test_a_claim_that_fits_nobody_sees_the_same_page(browser, estate):
    await browser.sign_in(await a_person())
    claim = {"estate": str(estate.id), "building": "1", "entrance": "1", "room": "101"}
    await browser.open("/bind/phone")

    page = await browser.send("/bind/phone", **claim, name="王五")

    assert page.h1.text == "输入验证码"
    page = await browser.send("/bind/phone/code", code="123456", expect=422)
    assert page.select_one("input[name=room]")["value"] == "101", "the claim is carried along"


@pytest.mark.parametrize("path", ["/bind/phone", "/me/residencies"])
async def test_a_form_half_filled_names_what_lacks(browser, estate, path):
    await browser.sign_in(await a_person())
    await browser.open(path)

    page = await browser.send(path, estate="", building="", room="101", expect=422)

    assert {"estate", "building"} <= {c["name"] for c in page.select(".wrong [name]")}
    assert page.select_one("input[name=room]")["value"] == "101"


async def test_an_owner_lets_go(browser, estate):
    person = await an_owner(await a_unit(await a_building(estate, "9"), "901"))
    binding = await value("select id from binding where person = $1", person.id)
    await browser.sign_in(person)
    await browser.open("/me/units")

    page = await browser.send(f"/me/bindings/{binding}/ending")

    assert "还没有绑定房屋" in page.text


async def test_nobody_ends_the_binding_of_another(browser, estate):
    await an_owner(await a_unit(await a_building(estate, "9"), "901"))
    binding = await value("select id from binding")
    await browser.sign_in(await a_person())
    await browser.open("/bind/letter")

    await browser.send(f"/me/bindings/{binding}/ending", expect=404)

    assert await value("select ended_at from binding") is None


async def test_a_tenant_asks_and_staff_confirm(browser, estate):
    tenant = await a_person("陈租户")
    await browser.sign_in(tenant)
    await browser.open("/me/residencies")
    page = await browser.send(
        "/me/residencies", estate=str(estate.id), building="1栋", entrance="", room="101",
        kind="tenant", proof="租赁合同",
    )  # fmt: skip
    assert "等待社区答复" in page.text
    await browser.sign_in(await a_role(RoleKind.COMMUNITY_WORKER, await place_of(estate.parent)))
    page = await browser.open(f"/registry/{estate.id}/residents")
    assert "陈租户" in page.text and "租赁合同" in page.text
    residency = await value("select id from residency")
    assert page.select_one("input[name=until]")["value"] == "2027-03-04", "the usual twelve months"

    page = await browser.send(
        f"/registry/{estate.id}/residents/{residency}/confirmation", until="2027-03-04"
    )

    assert "没有等待答复的申请" in page.text
    await browser.sign_in(tenant)
    page = await browser.open("/me/units")
    assert "已登记" in page.text and "2027年3月4日" in page.text


async def test_a_refusal_needs_a_reason_and_the_tenant_reads_it(browser, estate, worker):
    tenant = await a_person("陈租户")
    await browser.sign_in(tenant)
    await browser.open("/me/residencies")
    await browser.send(
        "/me/residencies", estate=str(estate.id), building="1栋", entrance="1", room="101",
        kind="family", proof="户口簿",
    )  # fmt: skip
    residency = await value("select id from residency")
    refuse = f"/registry/{estate.id}/residents/{residency}/refusal"
    await browser.sign_in(worker)
    await browser.open(f"/registry/{estate.id}/residents")
    await browser.send(refuse, reason="", expect=422)
    await browser.send(refuse, reason="户口簿不是这一户")

    await browser.sign_in(tenant)
    page = await browser.open("/me/units")

    assert "没有通过" in page.text and "户口簿不是这一户" in page.text


# Community staff


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


async def test_weighty_steps_ask_for_a_fresh_proof_first(browser, estate):
    person = await a_role(RoleKind.COMMUNITY_WORKER, await place_of(estate.parent))
    await browser.sign_in(person, stepped_up=False)
    here = f"/registry/{estate.id}/units/{await unit()}"
    await browser.open(here)

    await browser.send(
        f"{here}/owners", names="王五", numbers=WANG, document="产权证", expect=303, follow=False
    )

    assert browser.response.headers["location"].startswith("/step-up")
    assert await value("select count(*) from ownership where until is not null") == 0


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
