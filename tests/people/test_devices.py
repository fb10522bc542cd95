"""A device that is known: strangers cannot use up the codes of whoever has signed in there."""

from datetime import timedelta
from uuid import uuid4

import pytest

from coordination import db
from coordination.errors import TooMany
from coordination.people.codes import DAILY, send_code
from coordination.people.devices import COOKIE, MOST, known_device, remember
from coordination.people.sessions import COOKIE as SESSION
from coordination.people.sign_in_actions import Visit, ask_sign_in_code
from coordination.people.tables import CodePurpose
from coordination.places.actions import write_setting
from tests.builders import DURING
from tests.people.accounts import PASSWORD, PHONE, an_account, code_sent_to, sent_to

MINUTE = timedelta(minutes=1)


async def strangers_use_up(phone: str, at=DURING) -> None:
    for n in range(DAILY):
        await send_code(phone, CodePurpose.SIGN_IN, at, source=f"10.0.0.{n}", known=False)


async def signed_in_with_password(browser) -> None:
    await browser.open("/sign-in")
    await browser.send("/sign-in", name="13812345678", password=PASSWORD)


async def test_an_owner_who_signed_in_here_before_gets_a_code_whatever_strangers_ask_for(browser):
    await an_account()
    await signed_in_with_password(browser)
    browser.client.cookies.delete(SESSION)
    await strangers_use_up(PHONE)

    await browser.open("/sign-in/code")
    page = await browser.send("/sign-in/code", phone="13812345678")
    digits = await code_sent_to(PHONE)
    await browser.send(page.select_one("main form")["action"], code=digits)

    assert (await browser.open("/me/security")).h1.text == "账号与安全"


async def test_a_stranger_s_browser_stays_locked_out_and_so_does_a_cookie_made_by_hand(browser):
    await an_account()
    neighbour = await an_account("王五", phone="+8613712345678")
    await strangers_use_up(PHONE)

    for carried in ("", "0" * 48, "nonsense", remember("", neighbour.id)):
        browser.client.cookies.clear()
        browser.client.cookies.set(COOKIE, carried)
        await browser.open("/sign-in/code")
        await browser.send("/sign-in/code", phone="13812345678", expect=429)

    assert await sent_to(PHONE) == []


async def test_a_known_device_has_a_limit_of_its_own(database):
    person = await an_account()
    visit = Visit("10.1.1.1", known=remember("", person.id))
    for n in range(10):
        await ask_sign_in_code("13812345678", visit, DURING + n * MINUTE)

    with pytest.raises(TooMany):
        await ask_sign_in_code("13812345678", visit, DURING + 10 * MINUTE)

    another = Visit("10.1.1.1", known=remember("", person.id))
    assert await ask_sign_in_code("13812345678", another, DURING + 10 * MINUTE)


async def test_the_cookie_names_nobody_and_keeps_the_last_few_who_signed_in(browser):
    person = await an_account()
    await signed_in_with_password(browser)
    carried = browser.client.cookies[COOKIE]

    assert person.id.hex not in carried and str(person.id) not in carried
    assert known_device(carried, person.id)
    again = remember(carried, person.id)
    assert again == carried, "one device of one person, however often they sign in"
    family = [uuid4() for _ in range(MOST)]
    for each in family:
        carried = remember(carried, each)
    assert all(known_device(carried, each) for each in family)
    assert known_device(carried, person.id) is None


async def test_many_at_one_address_ask_in_the_last_hour_up_to_the_setting(database):
    await write_setting(None, "codes_per_source", 250, "试行", DURING - MINUTE, None)
    for n in range(250):
        await send_code(f"+86138{n:08d}", CodePurpose.SIGN_IN, DURING, source="100.64.0.1")

    with pytest.raises(TooMany):
        await send_code(PHONE, CodePurpose.SIGN_IN, DURING, source="100.64.0.1")

    used = "select count(*) from rate_window where key like '%:day'"
    assert await db.value(used) == 250, "the refusal did not count against the phone"
