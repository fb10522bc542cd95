"""Coming in with an office: over the second factor, to what waits there."""

import asyncio
from urllib.parse import unquote

import pytest

from coordination.errors import Invalid
from coordination.people.role_actions import add_person
from coordination.people.sessions import COOKIE, look_up
from coordination.people.tables import RoleKind
from tests.builders import DURING, a_person, a_role, an_estate
from tests.matters.a_matter import asking
from tests.people.accounts import PASSWORD, PHONE, SECRET, an_account, totp_code
from tests.people.test_sign_in_pages import INSIDE, sign_in
from tests.waiting import has_to_wait, uncommitted


async def test_staff_are_led_to_the_second_factor_and_residents_are_not(browser):
    await a_role(
        RoleKind.COMMUNITY_WORKER, await an_estate(), person=await an_account(secret=SECRET)
    )

    await sign_in(browser, "13812345678", PASSWORD, next="/counter")
    assert browser.response.headers["location"] == "/second-factor?next=%2Fcounter"
    page = await browser.open("/counter")
    assert page.h1.text == "二次验证"
    await browser.open("/messages")  # what a resident may do works without
    await browser.open("/second-factor?next=/counter")
    page = await browser.send("/second-factor", code=totp_code(DURING))

    assert page.h1.text == "窗口办理"


@pytest.mark.parametrize(("office", "place"), [(RoleKind.BUILDING_LEAD, "/work"), (None, "/")])
async def test_who_holds_an_office_comes_to_what_waits_there_and_a_resident_home(
    browser, office, place
):
    person = await an_account()
    if office:
        await a_role(office, await an_estate(), person=person)

    await sign_in(browser, "13812345678", PASSWORD)

    path = browser.response.headers["location"]
    assert unquote(path.rpartition("next=")[2]) == place


async def test_an_office_without_a_second_factor_is_led_to_set_one_up(browser):
    await a_role(RoleKind.COMMITTEE_MEMBER, await an_estate(), person=await an_account())
    await sign_in(browser, "13812345678", PASSWORD, next=INSIDE)

    page = await browser.open(browser.response.headers["location"])
    assert page.h1.text == "验证身份", "a stolen password alone sets up nothing"
    await browser.send("/step-up", way="password", password=PASSWORD)
    assert browser.page.h1.text == "设置二次验证"
    secret = browser.page.select_one("main code").text.replace("-", "")
    page = await browser.send("/second-factor/enrolment", code=totp_code(DURING, secret))

    assert page.h1.text == "消息"
    asker = await look_up(browser.client.cookies[COOKIE], DURING)
    assert asker and [role.kind for role in asker.roles] == [RoleKind.COMMITTEE_MEMBER]


async def test_a_resident_does_not_reach_staff_pages(browser):
    await browser.sign_in(await a_person())

    for path in ("/people", "/counter", "/outbox", "/bodies"):
        await browser.open(path, expect=403)


@pytest.mark.parametrize(
    ("login", "phone", "said"),
    [("yezhu", "", "这个登录名已有人使用。"), ("", PHONE, "这个手机号已有账号。")],
)
async def test_who_comes_second_at_the_same_moment_is_told_so(database, login, phone, said):
    operator = await asking(await a_role(RoleKind.OPERATOR, None), DURING)

    async with uncommitted(add_person(operator, "吴平", login, phone, DURING)):
        second = asyncio.create_task(add_person(operator, "吴安", login, phone, DURING))
        await has_to_wait(second)

    with pytest.raises(Invalid, match=said):
        await second
