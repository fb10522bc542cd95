"""Coming in, being kept out, and going where one meant to go."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from coordination import db
from coordination.app import create_app
from coordination.people import sign_in_pages
from coordination.people.sessions import COOKIE, look_up, open_session, token_hash
from tests.builders import DURING, a_person
from tests.conftest import Browser, a_client, litestar_of, running
from tests.people.accounts import (
    PASSWORD,
    PHONE,
    an_account,
    code_sent_to,
    sent_to,
    wrong,
)

WEAK_LINK = "https://evil.example/"
INSIDE = "/messages"


async def sign_in(browser: Browser, name: str, password: str, *, expect: int = 303, **fields):
    await browser.open("/sign-in")
    return await browser.send(
        "/sign-in", name=name, password=password, expect=expect, follow=False, **fields
    )


@pytest.mark.parametrize("name", ["13812345678", "138 1234 5678", "LiXiuying"])
async def test_phone_or_name_with_the_password_opens_a_session(browser, name):
    person = await an_account(login="lixiuying")

    await sign_in(browser, name, PASSWORD)

    token = browser.client.cookies[COOKIE]
    asker = await look_up(token, DURING)
    assert asker and asker.id == person.id
    assert not asker.has_stepped_up(DURING), "a vote asks for a fresh proof of its own"


async def test_the_cookie_is_kept_from_scripts_and_other_sites(browser):
    await an_account()
    await sign_in(browser, "13812345678", PASSWORD)

    [line] = [c for c in browser.response.headers.get_list("set-cookie") if c.startswith("sid=")]
    parts = {part.strip().split("=")[0].lower() for part in line.split(";")}
    assert {"httponly", "samesite", "path"} <= parts
    assert "samesite=lax" in line.lower()


async def test_a_wrong_password_and_an_unknown_number_read_the_same(browser):
    await an_account()

    known = await sign_in(browser, "13812345678", "falsch falsch", expect=422)
    unknown = await sign_in(browser, "13912345678", "falsch falsch", expect=422)

    assert known.select_one(".error-summary").text == unknown.select_one(".error-summary").text
    assert known.title.text.startswith("出错")
    assert known.select_one("input[name=name]")["value"] == "13812345678"
    assert "value" not in known.select_one("input[name=password]").attrs
    assert COOKIE not in browser.client.cookies


async def test_a_planted_session_id_is_never_taken_over(browser):
    """Fixation: the id that an attacker put into the browser is nobody's before and after."""
    await an_account()
    browser.client.cookies.set(COOKIE, "planted")

    await sign_in(browser, "13812345678", PASSWORD)

    token = browser.client.cookies.get(COOKIE, domain="test.local")
    assert token and token != "planted"
    assert (
        await db.value("select count(*) from sign_in where token_hash = $1", token_hash("planted"))
        == 0
    )


async def test_each_sign_in_has_a_new_token_and_ends_the_one_before(browser):
    person = await an_account()
    await browser.sign_in(person)
    before = browser.client.cookies[COOKIE]
    await browser.open("/me/security")

    await browser.send("/sign-in", name="13812345678", password=PASSWORD, expect=303, follow=False)

    after = [c.value for c in browser.client.cookies.jar if c.name == COOKIE and c.value != before]
    assert len(after) == 1
    assert await look_up(before, DURING) is None
    assert await look_up(after[0], DURING)


@pytest.mark.parametrize(
    "path",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)",
     "/%0d%0aSet-Cookie:x\r\n", "\t//evil.example", ""],
)  # fmt: skip
async def test_signing_in_never_leads_off_this_site(browser, path):
    await an_account()
    await browser.open("/sign-in?next=" + quote(path))
    assert browser.page.select_one("input[name=next]")["value"] in ("/", "/%0d%0aSet-Cookie:x")

    await browser.send(
        "/sign-in", name="13812345678", password=PASSWORD, next=path, expect=303, follow=False
    )

    location = browser.response.headers["location"]
    assert location.startswith("/") and not location.startswith(("//", "/\\"))
    assert "evil" not in location.split("?")[0]


async def test_one_comes_back_to_the_page_one_was_sent_away_from(browser):
    await an_account()
    page = await browser.open("/messages?before=00000000-0000-0000-0000-000000000001")
    assert page.h1.text == "登录"

    await browser.send("/sign-in", name="13812345678", password=PASSWORD, expect=303, follow=False)

    assert browser.response.headers["location"] == (
        "/messages?before=00000000-0000-0000-0000-000000000001"
    )


async def test_a_form_sent_after_the_session_ended_leads_to_sign_in_and_back_to_its_page(
    browser, time_is
):
    person = await an_account()
    await browser.sign_in(person)
    await browser.open("/me/password")
    time_is(DURING + timedelta(days=15))

    response = await browser.client.post(
        "/me/password",
        data={**browser._hidden("/me/password"), "password": PASSWORD + "新"},
        headers={"Accept": "text/html", "Referer": "http://test/me/password"},
    )

    assert response.status_code == 303
    assert response.headers["location"] == "/sign-in?next=%2Fme%2Fpassword"


async def test_a_form_without_its_token_is_refused(browser):
    await an_account()
    await browser.open("/sign-in")

    refused = await browser.client.post(
        "/sign-in", data={"name": "13812345678", "password": PASSWORD},
        headers={"Accept": "text/html"},
    )  # fmt: skip
    foreign = await browser.client.post(
        "/sign-in",
        data={**browser._hidden("/sign-in"), "name": "13812345678", "password": PASSWORD},
        headers={"Accept": "text/html", "Sec-Fetch-Site": "cross-site"},
    )

    assert (refused.status_code, foreign.status_code) == (403, 403)
    assert await db.value("select count(*) from sign_in") == 0


async def test_five_failures_lock_the_password_here_and_a_code_still_lets_the_owner_in(browser):
    person = await an_account()
    for _ in range(5):
        await sign_in(browser, "13812345678", "falsch falsch", expect=422)

    locked = await sign_in(browser, "138-1234-5678", PASSWORD, expect=429)
    await browser.open("/sign-in/code")
    await browser.send("/sign-in/code", phone="13812345678")
    await browser.send(
        browser.page.select_one("main form")["action"], code=await code_sent_to(PHONE),
        expect=303, follow=False,
    )  # fmt: skip

    assert "登记手机的验证码" in locked.text
    asker = await look_up(browser.client.cookies[COOKIE], DURING)
    assert asker and asker.id == person.id
    assert asker.has_stepped_up(DURING), "the code was a fresh proof"


async def test_the_lock_is_shared_by_all_workers(browser):
    await an_account()
    for _ in range(5):
        await sign_in(browser, "13812345678", "falsch falsch", expect=422)

    another = create_app()
    async with running(litestar_of(another)), a_client(another) as client:  # pyright: ignore
        other = Browser(client)
        await sign_in(other, "13812345678", PASSWORD, expect=429)

    assert int(other.response.headers["retry-after"]) == 15 * 60


async def test_the_lock_is_over_after_fifteen_minutes(browser, time_is):
    await an_account()
    for _ in range(5):
        await sign_in(browser, "13812345678", "falsch falsch", expect=422)
    await sign_in(browser, "13812345678", PASSWORD, expect=429)

    time_is(DURING + timedelta(minutes=15))

    await sign_in(browser, "13812345678", PASSWORD)


async def test_a_code_lets_in_whoever_has_the_phone_and_a_wrong_one_nobody(browser):
    await an_account()
    await browser.open("/sign-in/code?next=" + quote(INSIDE))
    page = await browser.send("/sign-in/code", phone="138 1234 5678")
    action = page.select_one("main form")["action"]
    digits = await code_sent_to(PHONE)

    await browser.send(action, code=wrong(digits), expect=422)
    await browser.send(action, code=digits, expect=303, follow=False)

    assert browser.response.headers["location"] == INSIDE
    assert page.select_one("input[name=code]")["autocomplete"] == "one-time-code"


async def test_nobody_learns_from_the_code_page_which_numbers_have_accounts(browser):
    await an_account()
    pages = []
    for phone in ("13812345678", "13912345678"):
        await browser.open("/sign-in/code")
        page = await browser.send("/sign-in/code", phone=phone)
        pages.append(page.select_one("main").text)

    assert pages[0] == pages[1]
    assert await sent_to("+8613912345678") == []


async def test_signing_out_ends_the_session_everywhere(browser):
    await browser.sign_in(await an_account())
    token = browser.client.cookies[COOKIE]
    await browser.open("/me/security")

    await browser.send("/sign-out", expect=303, follow=False)

    assert await look_up(token, DURING) is None
    assert browser.response.headers["location"] == "/"
    assert "Max-Age=0" in browser.response.headers["set-cookie"]


async def test_the_page_says_what_to_do_when_the_phone_is_another_one(browser):
    page = await browser.open("/sign-in")

    assert "手机号换了？" in page.text and "请带身份证到社区窗口办理换号" in page.text


async def test_who_forgot_the_password_gets_a_code_to_the_phone_that_is_typed_already(
    browser, monkeypatch
):
    await an_account()
    link = "/sign-in?next=" + quote(INSIDE)
    await browser.open(link)
    page = await browser.send("/sign-in", name="", way="code")
    assert page.h1.text == "用手机验证码登录", "nothing was typed: it is asked for"

    monkeypatch.setattr(sign_in_pages, "reaches_phones", lambda: True)
    await browser.open(link)
    digits = await browser.send("/sign-in", name="13812345678", way="code")
    page = await browser.send(digits.form["action"], code=await code_sent_to(PHONE))

    assert page.h1.text == "消息"


async def test_a_session_opened_by_hand_for_nobody_opens_nothing(browser):
    await open_session((await a_person()).id, DURING)
    browser.client.cookies.set(COOKIE, "0" * 43)

    page = await browser.open("/messages")

    assert page.h1.text == "登录"
