"""Help in person: checked, written down, told to the person, and never beyond one's community."""

import re
from datetime import timedelta

import pytest

from coordination import db
from coordination.errors import NotFound
from coordination.people.counter_actions import find_person
from coordination.people.sessions import look_up, open_session
from coordination.people.tables import RoleKind
from tests.builders import DURING, a_role, an_estate
from tests.people.accounts import ELSEWHERE, PASSWORD, SECRET, an_account
from tests.people.conftest import REASON, at_the_counter

HOUR = timedelta(hours=1)
NEW = "+8613912345678"


async def verbs() -> list[str]:
    return [row["verb"] for row in await db.rows("select verb from audit_entry order by id")]


async def test_an_account_is_found_by_its_phone_and_the_look_up_is_written_down(browser, lives_in):
    person, worker, _ = await at_the_counter(browser, lives_in)
    await browser.open("/counter")
    await browser.send("/counter", name="13812345678", reason="", expect=422)

    page = await browser.send("/counter", name="138 1234 5678", reason=REASON)

    assert page.h1.text == "李秀英"
    assert "13812345678" not in page.text
    row = await db.row("select person, verb, subject, detail from audit_entry")
    assert row and (row["person"], row["verb"], row["subject"]) == (
        worker.id, "look_up_person", person.id,
    )  # fmt: skip
    assert REASON in row["detail"] and "138" not in row["detail"]


@pytest.mark.parametrize("kind", list(RoleKind))
async def test_an_account_of_another_community_is_not_found(browser, lives_in, kind):
    home = await an_estate("梧桐苑")
    lives_in(home)
    person = await an_account()
    elsewhere = await an_estate("丁香苑")
    await browser.sign_in(await a_role(kind, None if kind is RoleKind.OPERATOR else elsewhere))
    if kind not in (RoleKind.OPERATOR, RoleKind.COMMUNITY_WORKER):
        await browser.open("/counter", expect=403)
        await browser.open(f"/people/{person.id}", expect=403)
        return
    page = await browser.open("/counter")

    if kind is RoleKind.COMMUNITY_WORKER:
        page = await browser.send("/counter", name="13812345678", reason=REASON, expect=404)
        assert "李秀英" not in page.text
        page = await browser.open(f"/people/{person.id}", expect=404)
        assert "李秀英" not in page.text
        assert await verbs() == ["look_up_person"], "the vain look-up too"
    else:  # may give a role, and not touch the account
        page = await browser.send("/counter", name="13812345678", reason=REASON)
        assert "由其所在社区的窗口办理" in page.text
        for form in ("recovery-codes", "phone-changes", "second-factor/removal"):
            assert not page.select(f"form[action$='{form}']")
            await browser.open("/counter")  # for its token
            await browser.send(
                f"/people/{person.id}/{form}", phone="13912345678", reason=REASON, expect=404
            )


async def test_a_community_worker_cannot_become_the_operator(browser, lives_in):
    _, worker, estate = await at_the_counter(browser, lives_in)
    boss = await a_role(
        RoleKind.OPERATOR, None, person=await an_account("运营", phone=NEW, login="boss")
    )
    await browser.open("/counter")

    await browser.send("/counter", name="boss", reason=REASON, expect=404)
    await browser.open("/counter")
    await browser.send(f"/people/{boss.id}/recovery-codes", reason=REASON, expect=404)

    assert await db.value("select count(*) from one_time_code") == 0


async def issued_code(browser, person) -> str:
    await browser.open(f"/people/{person.id}")
    page = await browser.send(f"/people/{person.id}/recovery-codes", reason=REASON)
    return page.select_one(".number code").text


async def test_a_recovery_code_is_shown_once_and_sets_a_new_password(browser, lives_in):
    person, worker, _ = await at_the_counter(browser, lives_in)
    old = await open_session(person.id, DURING)
    code = await issued_code(browser, person)
    assert re.fullmatch(r"([2-9A-HJ-NP-Z]{4}-){2}[2-9A-HJ-NP-Z]{4}", code)
    assert browser.response.headers["cache-control"] == "no-store"
    assert code not in (await browser.open(f"/people/{person.id}")).text
    assert "找回码" in (await browser_messages(person))[0]
    browser.sign_out()

    await browser.open("/recover")
    fields = {"name": "13812345678", "password": "新的一句好记的话"}
    await browser.send("/recover", code="AAAA-BBBB-CCCC", expect=422, **fields)
    await browser.send("/recover", code=code, expect=422, **{**fields, "password": "12345678"})
    page = await browser.send("/recover", code=code.lower(), **fields)

    assert page.h1.text == "账号与安全"
    assert await look_up(old, DURING) is None
    browser.sign_out()
    await browser.open("/recover")
    await browser.send("/recover", code=code, expect=422, **fields)
    await browser.open("/sign-in")
    await browser.send("/sign-in", name="13812345678", password=PASSWORD, expect=422)


async def browser_messages(person) -> list[str]:
    found = await db.rows(
        "select text from message where person = $1 and channel = 'in_app'", person.id
    )
    return [row["text"] for row in found]


async def test_a_recovery_code_lasts_a_day_and_the_next_one_voids_it(browser, lives_in, time_is):
    person, _, _ = await at_the_counter(browser, lives_in)
    first = await issued_code(browser, person)
    second = await issued_code(browser, person)
    fields = {"name": "13812345678", "password": "新的一句好记的话"}
    browser.sign_out()
    await browser.open("/recover")

    await browser.send("/recover", code=first, expect=422, **fields)
    time_is(DURING + 24 * HOUR)
    await browser.send("/recover", code=second, expect=422, **fields)

    assert await db.value("select password_hash from person where id = $1", person.id) == (
        person.password_hash
    )


async def test_guessing_a_recovery_code_locks_after_five(browser, lives_in):
    person, _, _ = await at_the_counter(browser, lives_in)
    code = await issued_code(browser, person)
    fields = {"name": "13812345678", "password": "新的一句好记的话"}
    browser.sign_out()
    await browser.open("/recover")
    for _ in range(5):
        await browser.send("/recover", code="AAAA-BBBB-CCCC", expect=422, **fields)

    await browser.send("/recover", code=code, expect=429, **fields)


async def test_the_counter_asks_for_a_fresh_proof_before_it_changes_anything(browser, lives_in):
    person, _, _ = await at_the_counter(browser, lives_in, stepped_up=False)
    await browser.open(f"/people/{person.id}")

    for what in ("recovery-codes", "phone-changes", "second-factor/removal"):
        await browser.send(
            f"/people/{person.id}/{what}", reason=REASON, phone="13912345678", expect=303,
            follow=False,
        )  # fmt: skip
        assert browser.response.headers["location"].startswith("/step-up?next=")

    assert await db.value("select count(*) from one_time_code") == 0
    assert await db.value("select count(*) from phone_change") == 0


async def test_a_lost_authenticator_is_removed_by_the_operator_and_sessions_end(browser):
    estate = await an_estate()
    worker = await a_role(RoleKind.COMMUNITY_WORKER, estate, person=await an_account(secret=SECRET))
    theirs = await open_session(worker.id, DURING, second_factor=True)
    await browser.sign_in(await a_role(RoleKind.OPERATOR, None))
    await browser.open(f"/people/{worker.id}")
    await browser.send(f"/people/{worker.id}/second-factor/removal", reason="", expect=422)

    await browser.send(f"/people/{worker.id}/second-factor/removal", reason="手机丢失，已当面核验")

    assert await db.value("select totp_sealed from person where id = $1", worker.id) is None
    assert await look_up(theirs, DURING) is None
    assert "remove_second_factor" in await verbs()


async def test_the_action_itself_refuses_whom_the_page_would(database, lives_in):
    estate = await an_estate()
    lives_in(estate)
    await an_account()
    manager = await a_role(RoleKind.PROPERTY_MANAGER, estate)
    asker = await look_up(await open_session(manager.id, DURING, second_factor=True), DURING)
    assert asker and asker.roles

    with pytest.raises(NotFound):
        await find_person(asker, "13812345678", REASON, DURING)

    assert ELSEWHERE.source not in repr(await verbs())
