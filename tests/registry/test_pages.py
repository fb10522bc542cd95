"""The registry's pages as owner, building lead and community worker meet them."""

import pytest

from coordination.db import value
from coordination.people.tables import RoleKind
from coordination.places.queries import place_of
from coordination.places.tables import Place
from tests.builders import a_building, a_person, a_role, a_unit, an_estate, an_owner
from tests.people.accounts import code_sent_to
from tests.registry.claims import CODE, PHONE, a_letter
from tests.registry.rolls import LI, a_line, imported


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
    await browser.open(page.select_one("a[href='/bind']")["href"])

    page = await browser.send("/bind/letter", code="k7qm-2f9m-xrta", name="张三")

    assert page.h1.text == "我的房屋" and "绑定好了" in page.text
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
