"""One's own account is one's own: sessions, password, data, and the door out."""

from datetime import timedelta
from uuid import uuid4

from coordination import db
from coordination.people.account_actions import GONE
from coordination.people.outbox import tell
from coordination.people.secrecy import seal
from coordination.people.sessions import COOKIE, look_up, open_session
from coordination.people.tables import Channel, RoleKind
from coordination.people.ties import TIES, Tie, tie
from tests.builders import DURING, a_role, an_estate
from tests.people.accounts import PASSWORD, PHONE, an_account, code_sent_to, wrong

NEW = "另一句很好记的话"


async def test_the_page_lists_my_devices_and_ends_one(browser):
    person = await an_account()
    other = await open_session(person.id, DURING - timedelta(days=1), device="微信 · 安卓")
    stranger = await open_session((await an_account(phone=None, login="x")).id, DURING, device="贼")
    await browser.sign_in(person)
    page = await browser.open("/me/security")
    assert "微信 · 安卓" in page.text and "贼" not in page.text

    [form] = page.select(
        "form[action^='/me/sessions/'][action$='/revocation']:not([action='/me/sessions/revocation'])"
    )
    await browser.send(form["action"])

    assert await look_up(other, DURING) is None
    assert await look_up(stranger, DURING)
    assert await look_up(browser.client.cookies[COOKIE], DURING)


async def test_nobody_ends_anothers_session(browser):
    theirs = await open_session((await an_account(phone=None, login="x")).id, DURING)
    asker = await look_up(theirs, DURING)
    assert asker
    await browser.sign_in(await an_account())
    await browser.open("/me/security")

    await browser.send(f"/me/sessions/{asker.session}/revocation", expect=404)

    assert await look_up(theirs, DURING)


async def test_a_new_password_needs_the_old_one_and_ends_the_other_sessions(browser):
    person = await an_account()
    other = await open_session(person.id, DURING)
    await browser.sign_in(person, stepped_up=False)
    await browser.open("/me/password")

    page = await browser.send("/me/password", old="falsch", password=NEW, expect=422)
    assert page.select_one("#f-old-error")
    await browser.send("/me/password", old=PASSWORD, password="12345678", expect=422)
    assert await look_up(other, DURING)
    await browser.send("/me/password", old=PASSWORD, password=NEW)

    assert await look_up(other, DURING) is None
    assert await look_up(browser.client.cookies[COOKIE], DURING)
    browser.sign_out()
    await browser.open("/sign-in")
    await browser.send("/sign-in", name=PHONE, password=PASSWORD, expect=422)
    await browser.send("/sign-in", name=PHONE, password=NEW, expect=303, follow=False)


async def test_a_fresh_proof_stands_for_a_forgotten_password(browser):
    await browser.sign_in(await an_account(), stepped_up=True)
    page = await browser.open("/me/password")

    assert not page.select("input[name=old]")
    await browser.send("/me/password", password=NEW)


async def test_step_up_takes_a_code_or_the_password_and_leads_back(browser):
    person = await an_account()
    for way in ("code", "password"):
        await browser.sign_in(person, stepped_up=False)
        page = await browser.open("/me/closing")
        assert "/step-up?next=%2Fme%2Fclosing" in str(page)
        await browser.open("/step-up?next=/me/closing")
        if way == "code":
            await browser.send("/step-up/code")
            digits = await code_sent_to(PHONE)
            await browser.send("/step-up", code=wrong(digits), expect=422)
            page = await browser.send("/step-up", code=digits)
        else:
            await browser.send("/step-up", way="password", password="falsch", expect=422)
            page = await browser.send("/step-up", way="password", password=PASSWORD)

        assert page.h1.text == "注销账号"
        assert page.select("form[action='/me/closing']")


async def test_anothers_code_proves_nothing_about_me(browser):
    victim, thief = await an_account(), await an_account(phone="+8613912345678")
    await browser.sign_in(thief, stepped_up=False)
    await browser.open("/step-up")
    await browser.send("/step-up/code")
    fields = browser._hidden("/step-up")
    digits = await code_sent_to("+8613912345678")
    await browser.sign_in(victim, stepped_up=False)
    await browser.open("/step-up")

    await browser.send(
        "/step-up",
        **{**fields, "_csrf_token": browser._hidden("/step-up")["_csrf_token"]},
        code=digits,
        expect=422,
    )  # noqa: E501

    asker = await look_up(browser.client.cookies[COOKIE], DURING)
    assert asker and not asker.has_stepped_up(DURING)


async def test_an_e_mail_is_confirmed_by_a_code_and_can_go_again(browser):
    person = await an_account()
    await browser.sign_in(person)
    await browser.open("/me/email")
    await browser.send("/me/email", email="kein at zeichen", expect=422)
    page = await browser.send("/me/email", email="li@example.com")
    digits = await code_sent_to("li@example.com")

    await browser.send(page.select_one("main form")["action"], code=wrong(digits), expect=422)
    page = await browser.send(page.select_one("main form")["action"], code=digits)
    assert "li@example.com" in page.text
    assert "li@example.com" not in repr(dict(await db.row("select * from person") or {}))
    page = await browser.send("/me/email/removal")

    assert "li@example.com" not in page.text


async def test_my_data_is_mine_to_take_along_and_holds_nobody_elses(browser):
    other = await an_account("王五", phone="+8613912345678")
    await tell(other.id, "e", "别人的消息", "别人的内容", at=DURING)
    person = await an_account(login="lxy")
    await db.execute(
        "update person set email_sealed = $2 where id = $1",
        person.id,
        seal("li@a.example", "email"),
    )
    await tell(person.id, "e", "我的消息", "我的内容", at=DURING, channels=(Channel.IN_APP,))
    await browser.sign_in(person)

    response = await browser.client.get("/me/export")

    found = response.json()
    assert (found["name"], found["login"], found["phone"], found["email"]) == (
        "李秀英", "lxy", PHONE, "li@a.example",
    )  # fmt: skip
    assert [message["text"] for message in found["messages"]] == ["我的内容"]
    assert [session["device"] for session in found["sessions"]] == ["测试"]
    assert len(found["consents"]) == 1
    assert "王五" not in response.text and "别人的" not in response.text
    assert "attachment" in response.headers["content-disposition"]
    assert response.headers["cache-control"] == "no-store"


async def test_other_slices_add_what_they_know_to_the_export_and_end_with_the_account(
    browser, monkeypatch
):
    closed = []

    async def export(person):
        return {"units": ["1栋101"]}

    async def close(person, at):
        closed.append((person, at))

    monkeypatch.setattr("coordination.people.ties.TIES", TIES.copy())
    monkeypatch.setattr("coordination.people.exports.TIES", ties := {})
    monkeypatch.setattr("coordination.people.account_actions.TIES", ties)
    ties["registry"] = Tie("registry", export, close=close)
    person = await an_account()
    await browser.sign_in(person)

    found = (await browser.client.get("/me/export")).json()
    await browser.open("/me/closing")
    await browser.send("/me/closing", expect=303, follow=False)

    assert found["registry"] == {"units": ["1栋101"]}
    assert closed == [(person.id, DURING)]


async def test_a_slice_makes_itself_known_once():
    before = dict(TIES)
    tie(Tie("test", export=lambda person: None))  # pyright: ignore
    assert TIES["test"].name == "test"
    TIES.clear()
    TIES.update(before)


async def test_closing_erases_the_person_and_keeps_what_they_did(browser):
    person = await an_account(login="lxy", secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    await tell(person.id, "e", "t", "x", at=DURING)
    other = await open_session(person.id, DURING)
    await browser.sign_in(person)
    token = browser.client.cookies[COOKIE]
    await browser.open("/me/closing")

    await browser.send("/me/closing", expect=303, follow=False)

    leads_to = browser.response.headers["location"]
    row = await db.row("select * from person")
    assert row
    assert row["name"] == GONE and row["closed_at"] == DURING
    kept = {"id", "name", "joined_at", "closed_at", "phone_tail", "paused_at"}
    assert {name for name, value in row.items() if value} <= kept
    assert row["phone_tail"] == ""
    assert [await look_up(t, DURING) for t in (token, other)] == [None, None]
    assert await db.value("select count(*) from message") == 1
    await an_account()  # the number is free again
    browser.sign_out()
    page = await browser.open(leads_to)
    assert "账号已注销" in page.select_one(".panel.done").text
    await browser.send("/sign-in", name="lxy", password=PASSWORD, expect=422)


async def test_closing_needs_a_fresh_proof_and_no_office(browser):
    person = await an_account()
    await browser.sign_in(person, stepped_up=False)
    await browser.open("/me/security")
    await browser.send("/me/closing", expect=303, follow=False)
    assert browser.response.headers["location"].startswith("/step-up?next=")

    await a_role(RoleKind.COMMITTEE_MEMBER, await an_estate(), person=person)
    await browser.sign_in(person)
    page = await browser.open("/me/closing")
    assert not page.select("form[action='/me/closing']")
    await browser.open("/me/security")
    await browser.send("/me/closing", expect=409)

    assert await db.value("select closed_at from person where id = $1", person.id) is None


async def test_messages_are_listed_read_and_counted(browser):
    person = await an_account()
    for n in range(35):
        await tell(person.id, "e", f"消息{n}", "内容", at=DURING + timedelta(minutes=n))
    await browser.sign_in(person)

    page = await browser.open("/messages")
    titles = [cell.b.text for cell in page.select("a.weui-cell")]
    assert titles == [f"消息{n}" for n in range(34, 4, -1)]
    assert "35 条未读" in page.text
    page = await browser.open(page.select_one("a[rel=next]")["href"])
    assert [cell.b.text for cell in page.select("a.weui-cell")] == [
        f"消息{n}" for n in range(4, -1, -1)
    ]
    page = await browser.open(page.select("a.weui-cell")[0]["href"])
    assert page.h1.text == "消息4"
    page = await browser.open("/messages")
    assert "34 条未读" in page.text
    page = await browser.send("/messages/reading")

    assert "未读" not in page.select_one("main").text


async def test_anothers_message_is_not_found_and_stays_unread(browser):
    other = await an_account(phone=None, login="x")
    await tell(other.id, "e", "密函", "密函内容", at=DURING)
    message = await db.value("select id from message")
    await browser.sign_in(await an_account())

    for path in (f"/messages/{message}", f"/messages/{uuid4()}"):
        page = await browser.open(path, expect=404)
        assert "密函" not in page.text
    page = await browser.open(f"/messages?before={message}")
    assert "密函" not in page.text

    assert await db.value("select read_at from message") is None


async def test_the_account_pages_are_for_whoever_is_signed_in(browser):
    for path in (
        "/me/security", "/me/password", "/me/email", "/me/closing", "/me/export", "/messages",
        "/step-up", "/second-factor", "/consent", f"/messages/{uuid4()}",
    ):  # fmt: skip
        page = await browser.open(path)
        assert page.h1.text == "登录", path
