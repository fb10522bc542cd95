"""A change of phone: in person, a day later, the old number told, and free to be called off."""

from datetime import timedelta

from coordination import db
from coordination.people.counter_actions import carry_out_phone_changes
from coordination.people.secrecy import open_phone
from coordination.people.sessions import look_up, open_session
from tests.builders import DURING
from tests.people.accounts import PHONE, an_account, code_sent_to, sent_to
from tests.people.conftest import REASON, at_the_counter

HOUR = timedelta(hours=1)
NEW = "+8613912345678"


async def test_a_new_phone_takes_a_day_and_the_old_one_is_told(browser, lives_in, time_is):
    person, _, _ = await at_the_counter(browser, lives_in)
    mine = await open_session(person.id, DURING)
    await browser.open(f"/people/{person.id}")
    await browser.send(f"/people/{person.id}/phone-changes", phone="139 1234 5678", reason=REASON)

    await carry_out_phone_changes(DURING + 24 * HOUR - timedelta(seconds=1))
    before = await db.row("select * from person where id = $1", person.id)
    await carry_out_phone_changes(DURING + 24 * HOUR)
    after = await db.row("select * from person where id = $1", person.id)

    assert before and after
    assert open_phone(before["phone_sealed"]) == PHONE
    assert (open_phone(after["phone_sealed"]), after["phone_tail"]) == (NEW, "5678")
    assert await look_up(mine, DURING + 24 * HOUR) is None
    told = await db.rows(
        "select text from message where person = $1 and channel = 'sms'", person.id
    )
    assert "24小时后换为尾号5678" in told[0]["text"]
    assert "已换为尾号5678" in (await sent_to(PHONE))[0]


async def test_the_holder_of_the_old_phone_calls_the_change_off(browser, lives_in):
    person, _, _ = await at_the_counter(browser, lives_in)
    await browser.open(f"/people/{person.id}")
    await browser.send(f"/people/{person.id}/phone-changes", phone="13912345678", reason=REASON)
    browser.sign_out()
    await browser.open("/sign-in/code?next=/me/security")
    page = await browser.send("/sign-in/code", phone="13812345678")
    page = await browser.send(
        page.select_one("main form")["action"], code=await code_sent_to(PHONE)
    )

    [form] = page.select("form[action$='/cancellation']")
    page = await browser.send(form["action"])
    await carry_out_phone_changes(DURING + 25 * HOUR)

    assert not page.select("form[action$='/cancellation']")
    assert (
        open_phone(await db.value("select phone_sealed from person where id = $1", person.id))
        == PHONE
    )


async def test_a_stranger_calls_nothing_off(browser, lives_in):
    person, _, _ = await at_the_counter(browser, lives_in)
    await browser.open(f"/people/{person.id}")
    await browser.send(f"/people/{person.id}/phone-changes", phone="13912345678", reason=REASON)
    change = await db.value("select id from phone_change")
    await browser.sign_in(await an_account(phone=None, login="x"))
    await browser.open("/me/security")

    await browser.send(f"/me/phone-changes/{change}/cancellation", expect=404)

    assert await db.value("select cancelled_at from phone_change") is None


async def test_a_number_that_is_taken_is_refused_at_once_and_also_a_day_later(browser, lives_in):
    person, _, _ = await at_the_counter(browser, lives_in)
    await an_account("王五", phone="+8613712345678")
    await browser.open(f"/people/{person.id}")
    page = await browser.send(
        f"/people/{person.id}/phone-changes", phone="13712345678", reason=REASON, expect=409
    )
    assert "王五" not in page.text
    await browser.open(f"/people/{person.id}")
    await browser.send(f"/people/{person.id}/phone-changes", phone="13912345678", reason=REASON)
    await browser.open(f"/people/{person.id}")
    await browser.send(
        f"/people/{person.id}/phone-changes", phone="13612345678", reason=REASON, expect=409
    )

    await an_account("赵六", phone=NEW)
    await carry_out_phone_changes(DURING + 25 * HOUR)

    assert (
        open_phone(await db.value("select phone_sealed from person where id = $1", person.id))
        == PHONE
    )
    assert "没有生效" in await db.value(
        "select title from message where person = $1 order by queued_at desc limit 1", person.id
    )
