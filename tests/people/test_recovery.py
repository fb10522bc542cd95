"""Recovery in person: it gives the account back, and no clerk another's vote."""

from datetime import timedelta

import pytest

from coordination import db
from coordination.people.account_actions import ask_email_code
from coordination.people.askers import ProveFirst
from coordination.people.counter_actions import carry_out_phone_changes
from coordination.people.jobs import sweep_old
from coordination.people.second_factor import NotYetProof, step_up_with_password
from coordination.people.sessions import COOKIE, look_up
from coordination.people.tables import RoleKind
from tests.builders import DURING, a_role, an_estate
from tests.conftest import Browser, a_client
from tests.people.accounts import HERE, PHONE, SECRET, an_account, code_sent_to, sent_to, totp_code
from tests.people.conftest import REASON, at_the_counter

HOUR = timedelta(hours=1)
NEW = "新的一句好记的话"
PHONE_TYPED = "13812345678"


async def recovered(browser, lives_in):
    """The account's own session after a recovery at the counter, and who it is."""
    person, _, _ = await at_the_counter(browser, lives_in)
    code = await a_code(browser, person)
    browser.sign_out()
    await browser.open("/recover")
    await browser.send("/recover", code=code, name=PHONE_TYPED, password=NEW)
    return person, await asker_of(browser)


async def a_code(browser, person) -> str:
    await browser.open(f"/people/{person.id}")
    page = await browser.send(f"/people/{person.id}/recovery-codes", reason=REASON)
    return page.select_one(".number code").text


async def asker_of(browser, at=DURING):
    asker = await look_up(browser.client.cookies[COOKIE], at)
    assert asker
    return asker


async def prove_by_password(browser, expect: int = 200):
    await browser.open("/me/security")  # for its token
    return await browser.send("/step-up", way="password", password=NEW, expect=expect)


async def test_who_recovered_an_account_has_not_proven_to_be_its_owner(browser, lives_in):
    _, asker = await recovered(browser, lives_in)

    assert asker.stepped_up_at is None
    page = await browser.open("/step-up")
    assert not page.select("input[type=password]") and "24小时" in page.text
    await prove_by_password(browser, expect=422)
    assert (await asker_of(browser)).stepped_up_at is None


async def test_the_holder_of_the_phone_proves_themselves_at_once(browser, lives_in):
    await recovered(browser, lives_in)

    await browser.open("/me/security")  # for its token
    page = await browser.send("/step-up/code")
    [code] = page.select("input[name=code_id]")
    await browser.send(
        "/step-up", way="code", code_id=code["value"], code=await code_sent_to(PHONE)
    )

    assert (await asker_of(browser)).has_stepped_up(DURING)


async def test_an_authenticator_set_up_before_still_proves(browser, lives_in):
    person, _ = await recovered(browser, lives_in)
    theirs = await an_account("王主任", phone="+8613712345678", secret=SECRET)
    await db.execute(
        "update person set totp_sealed = $2 where id = $1", person.id, theirs.totp_sealed
    )

    await browser.open("/step-up")
    await browser.send("/step-up", way="totp", code=totp_code(DURING))

    assert (await asker_of(browser)).has_stepped_up(DURING)


async def test_a_day_later_the_new_password_proves_as_ever(browser, lives_in, time_is):
    _, asker = await recovered(browser, lives_in)
    await sweep_old(DURING + 24 * HOUR - timedelta(seconds=1))
    with pytest.raises(NotYetProof):
        await step_up_with_password(asker, NEW, HERE, DURING + 24 * HOUR - timedelta(seconds=1))

    time_is(DURING + 24 * HOUR)
    await prove_by_password(browser)

    assert (await asker_of(browser)).has_stepped_up(DURING + 24 * HOUR)


@pytest.mark.parametrize(
    ("consented", "owns", "works"),
    [(False, False, True), (False, True, True), (True, False, True), (False, False, False)],
)
async def test_the_first_code_of_an_office_that_nobody_entered_and_no_home_hangs_on_proves(
    browser, lives_in, consented, owns, works
):
    estate = await an_estate()
    if owns:
        lives_in(estate)
    person = await an_account(password=None, consented=consented)
    await browser.sign_in(await a_role(RoleKind.OPERATOR, None))
    if works:
        await a_role(RoleKind.COMMUNITY_WORKER, estate, person=person)
    code = await a_code(browser, person)
    browser.sign_out()
    await browser.open("/recover")
    await browser.send("/recover", code=code, name=PHONE_TYPED, password=NEW)
    if not consented:
        await browser.open("/consent")
        await browser.send("/consent")

    begins = works and not consented and not owns
    await browser.open("/consent")  # for its token
    await browser.send("/step-up", way="password", password=NEW, expect=200 if begins else 422)
    assert (await asker_of(browser)).has_stepped_up(DURING) == begins


async def test_a_stranger_who_guesses_does_not_void_the_code(browser, lives_in, app):
    person, _, _ = await at_the_counter(browser, lives_in)
    code = await a_code(browser, person)
    async with a_client(app) as client:
        stranger = Browser(client)
        await stranger.open("/recover")
        for _ in range(5):
            await stranger.send(
                "/recover", code="AAAA-BBBB-CCCC", expect=422, name=PHONE_TYPED, password=NEW
            )
        await stranger.send(
            "/recover", code="AAAA-BBBB-CCCC", expect=429, name=PHONE_TYPED, password=NEW
        )
    await db.execute("delete from rate_window")  # the owner is at another address
    browser.sign_out()

    await browser.open("/recover")
    page = await browser.send("/recover", code=code, name=PHONE_TYPED, password=NEW)

    assert page.h1.text == "账号与安全"


async def test_a_first_phone_given_at_the_counter_waits_as_a_change_does(browser, lives_in):
    person, _, _ = await at_the_counter(browser, lives_in)
    await db.execute(
        """update person set phone_sealed = null, phone_hash = null, phone_tail = '', login = 'li'
            where id = $1""",
        person.id,
    )
    await browser.open(f"/people/{person.id}")
    await browser.send(f"/people/{person.id}/phone-changes", phone="13912345678", reason=REASON)
    browser.sign_out()
    await browser.open("/sign-in/code")

    await browser.send("/sign-in/code", phone="13912345678")
    await carry_out_phone_changes(DURING + 23 * HOUR)

    assert await sent_to("+8613912345678") == []
    tail = "select phone_tail from person where id = $1"
    assert await db.value(tail, person.id) == ""
    await carry_out_phone_changes(DURING + 24 * HOUR)
    assert await db.value(tail, person.id) == "5678"


async def test_an_address_for_messages_is_added_only_after_a_fresh_proof(browser):
    person = await an_account()
    await browser.sign_in(person, stepped_up=False)

    for way in (browser.open, browser.send):
        await way("/me/email", expect=303, follow=False)
        assert browser.response.headers["location"].startswith("/step-up?next=")
        await browser.open("/me/security")  # for its token

    with pytest.raises(ProveFirst):
        await ask_email_code(await asker_of(browser), "li@example.com", DURING)
    assert await sent_to("li@example.com") == []
