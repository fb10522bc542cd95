"""Anyone who lives here can have an account: with their own phone, their consent, and no more."""

import asyncio
from datetime import timedelta

import pytest

from coordination import db
from coordination.people import join_pages
from coordination.people.account_actions import ask_join_code, join
from coordination.people.sessions import COOKIE, look_up
from tests.builders import DURING
from tests.people.accounts import HERE, PASSWORD, PHONE, an_account, code_sent_to, wrong

NAME = "王小明"


@pytest.fixture(autouse=True)
def codes_arrive(monkeypatch):
    monkeypatch.setattr(join_pages, "reaches_phones", lambda: True)


async def fill_in(browser, *, expect: int = 303, code: str | None = None, **fields):
    await browser.open("/join?next=/messages")
    page = await browser.send("/join", phone="13812345678")
    action = page.select_one("main form")["action"]
    answers = {"name": NAME, "agreed": "yes", **fields}
    return await browser.send(
        action, code=code or await code_sent_to(PHONE), expect=expect, follow=False, **answers
    )


async def test_a_phone_a_name_and_consent_make_an_account_that_owns_nothing(browser):
    await fill_in(browser)

    assert browser.response.headers["location"] == "/messages"
    asker = await look_up(browser.client.cookies[COOKIE], DURING)
    assert asker and (asker.name, asker.phone_tail, asker.roles) == (NAME, "5678", ())
    consent = await db.row("select person, text_version, given_at, withdrawn_at from consent")
    assert consent and tuple(consent) == (asker.id, "2026-01", DURING, None)


@pytest.mark.parametrize(
    ("field", "value"), [("name", " "), ("agreed", ""), ("password", "12345678")]
)
async def test_what_is_missing_is_said_at_its_field_and_the_code_is_still_good(
    browser, field, value
):
    page = await fill_in(browser, expect=422, **{field: value})

    assert page.select_one(f"#f-{field}-error")
    action = page.select_one("main form")["action"]
    answers = {"name": NAME, "agreed": "yes", "code": await code_sent_to(PHONE)}
    await browser.send(action, expect=303, follow=False, **answers)


async def test_a_wrong_code_makes_nobody_and_keeps_what_was_typed(browser):
    await browser.open("/join")
    page = await browser.send("/join", phone="13812345678")
    code = wrong(await code_sent_to(PHONE))

    page = await browser.send(
        page.select_one("main form")["action"], code=code, name=NAME, agreed="yes", expect=422
    )

    assert page.select_one("input[name=name]")["value"] == NAME
    assert page.select_one("input[name=agreed]").has_attr("checked")
    assert await db.value("select count(*) from person") == 0


async def test_where_no_code_can_arrive_none_is_asked_for(browser, monkeypatch):
    monkeypatch.undo()

    page = await browser.open("/join")

    assert not page.select("main form") and "还没有接通短信" in page.select_one(".panel.wait").text
    assert page.select_one("main a[href='/responsible']"), "whom to call instead"


@pytest.mark.parametrize("phone", ["", "12345", "027-87654321", "not a phone"])
async def test_a_number_that_takes_no_code_is_refused(browser, phone):
    await browser.open("/join")

    page = await browser.send("/join", phone=phone, expect=422)

    assert "手机号" in page.select_one("#f-phone-error").text
    assert await db.value("select count(*) from message") == 0


async def test_whoever_proves_a_known_number_comes_in_and_changes_nothing(browser):
    person = await an_account("李秀英")

    await fill_in(browser, password="全新的一句好密码")

    asker = await look_up(browser.client.cookies[COOKIE], DURING)
    row = await db.row("select name, password_hash from person")
    assert asker and asker.id == person.id
    assert row and tuple(row) == ("李秀英", person.password_hash)


async def test_two_forms_at_once_make_one_account(database):
    first = await ask_join_code(PHONE, HERE, DURING)
    one = await code_sent_to(PHONE)
    later = DURING + timedelta(minutes=1)
    second = await ask_join_code(PHONE, HERE, later)
    two = await code_sent_to(PHONE)

    await asyncio.gather(
        join(first, one, NAME, True, "", HERE, later),
        join(second, two, NAME, True, "", HERE, later),
    )

    assert await db.value("select count(*) from person") == 1
    assert await db.value("select count(distinct person) from sign_in") == 1


async def test_the_words_of_the_consent_stand_on_the_page(browser):
    await browser.open("/join")
    page = await browser.send("/join", phone="13812345678")

    assert "撤回同意或注销账号" in page.text


async def test_someone_entered_by_staff_is_asked_for_consent_at_first(browser):
    await an_account(consented=False)
    await browser.open("/sign-in?next=/messages")

    page = await browser.send("/sign-in", name="13812345678", password=PASSWORD)
    assert page.h1.text == "同意书"
    page = await browser.send("/consent")

    assert page.h1.text == "消息"
    assert await db.value("select count(*) from consent where withdrawn_at is null") == 1


async def test_consent_can_be_withdrawn_and_only_leaving_works_until_it_is_given_again(browser):
    await browser.sign_in(await an_account())
    token = browser.client.cookies[COOKIE]
    await browser.open("/consent")

    page = await browser.send("/consent/withdrawal")
    assert "您已撤回同意" in page.text
    for path in ("/messages", "/me/security", "/me/password"):
        page = await browser.open(path)
        assert page.h1.text == "同意书", path
    await browser.open("/me/closing")
    assert (await browser.client.get("/me/export")).status_code == 200
    assert await look_up(token, DURING) is None, "nobody to the rest of the service"

    await browser.open("/consent?next=/messages")
    page = await browser.send("/consent")
    assert page.h1.text == "消息"
