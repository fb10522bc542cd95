"""Bodies, accounts of offices, roles with scope and period; and the outbox of the demo."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from asyncpg import CheckViolationError

from coordination import db
from coordination.people import message_pages
from coordination.people.outbox import tell
from coordination.people.role_actions import AlreadyFounded, AlreadyHeld, found_operator, grant_role
from coordination.people.sending import send_due
from coordination.people.sessions import look_up, open_session
from coordination.people.tables import BodyKind, Channel, RoleKind
from coordination.settings import read
from tests.builders import DURING, a_body, a_person, a_role, an_estate
from tests.people.accounts import PASSWORD, PHONE, an_account, code_sent_to

DAY = timedelta(days=1)


async def asker_of(person):
    asker = await look_up(await open_session(person.id, DURING, second_factor=True), DURING)
    assert asker
    return asker


async def test_an_empty_deployment_names_its_operator_once_even_when_asked_twice(database):
    async def found(n: int):
        return await found_operator(f"运营{n}", f"ops{n}", "", PASSWORD, "运营中心", DURING)

    both = await asyncio.gather(found(1), found(2), return_exceptions=True)

    assert sorted(type(one).__name__ for one in both) == ["AlreadyFounded", "Person"]
    assert await db.value("select count(*) from role where kind = 'operator'") == 1
    with pytest.raises(AlreadyFounded):
        await found(3)


async def test_the_operator_adds_an_account_and_gives_it_a_role_where_it_works(browser):
    estate = await an_estate("梧桐苑")
    await a_body(BodyKind.OWNERS_COMMITTEE, estate, "梧桐苑业委会")
    await browser.sign_in(await a_role(RoleKind.OPERATOR, None))
    await browser.open("/people/new")
    page = await browser.send("/people/new", name="张伟", phone="13812345678")
    assert page.h1.text == "授予身份：张伟"

    for step in ("梧桐苑街道", "梧桐苑社区", "梧桐苑"):
        page = await browser.open(page.find("a", string=step)["href"])
    body = page.find("option", string="梧桐苑业委会")["value"]
    page = await browser.send(
        page.select("main form")[0]["action"], kind="committee_member", body=body,
        since="2026-03-01", last_day="2031-02-28",
    )  # fmt: skip

    assert "业主委员会委员" in page.text and "至 2031年3月1日（不含）" in page.text
    person = await db.value("select id from person where name = '张伟'")
    found = await look_up(await open_session(person, DURING, second_factor=True), DURING)
    assert found and found.holds(estate, RoleKind.COMMITTEE_MEMBER)
    over = await look_up(
        await open_session(person, DURING + 5 * 365 * DAY, second_factor=True),
        DURING + 5 * 365 * DAY,
    )
    assert over and over.roles == ()


async def test_what_is_wrong_with_a_new_account_is_said(browser):
    await an_account(login="taken")
    await browser.sign_in(await a_role(RoleKind.OPERATOR, None))
    await browser.open("/people/new")

    for fields, wrong in (
        ({"name": "张伟"}, "phone"),
        ({"name": "", "login": "zw"}, "name"),
        ({"name": "张伟", "login": "123456"}, "login"),
        ({"name": "张伟", "login": "TAKEN"}, "login"),
        ({"name": "张伟", "phone": "13812345678"}, "phone"),
    ):
        page = await browser.send("/people/new", expect=422, **fields)
        assert page.select_one(f"#f-{wrong}-error"), fields


async def test_a_new_office_begins_with_a_fresh_sign_in(database):
    operator = await asker_of(await a_role(RoleKind.OPERATOR, None))
    estate = await an_estate()
    body = await a_body(BodyKind.OWNERS_COMMITTEE, estate)
    person = await a_person()
    before = await open_session(person.id, DURING, second_factor=True)

    await grant_role(
        operator, person.id, body.id, estate, RoleKind.COMMITTEE_MEMBER, DURING, None, DURING
    )

    assert await look_up(before, DURING) is None


async def test_the_same_role_twice_is_refused_also_at_once(database):
    operator = await asker_of(await a_role(RoleKind.OPERATOR, None))
    estate = await an_estate()
    body = await a_body(BodyKind.OWNERS_COMMITTEE, estate)
    person = await a_person()

    async def grant():
        return await grant_role(
            operator, person.id, body.id, estate, RoleKind.COMMITTEE_MEMBER, DURING, None, DURING
        )

    both = await asyncio.gather(grant(), grant(), return_exceptions=True)

    assert sorted(type(one).__name__ for one in both) == ["AlreadyHeld", "Role"]
    with pytest.raises(AlreadyHeld):
        await grant()


async def test_a_role_is_ended_with_its_reason_and_stops_at_once(browser):
    estate = await an_estate()
    member = await a_role(RoleKind.COMMITTEE_MEMBER, estate)
    theirs = await open_session(member.id, DURING, second_factor=True)
    role = await db.value("select id from role where person = $1", member.id)
    await browser.sign_in(await a_role(RoleKind.OPERATOR, None))
    await browser.open(f"/people/{member.id}")
    await browser.send(f"/people/{member.id}/roles/{role}/ending", reason=" ", expect=422)

    page = await browser.send(f"/people/{member.id}/roles/{role}/ending", reason="任期届满")

    assert "已结束" in page.text
    assert await look_up(theirs, DURING) is None
    again = await asker_of(member)
    assert again.roles == () and again.waiting == ()
    row = await db.row("select detail from audit_entry where verb = 'end_role'")
    assert row and "任期届满" in row["detail"]


async def test_a_community_names_its_building_leads_and_nothing_more(browser, monkeypatch):
    estate, elsewhere = await an_estate("梧桐苑"), await an_estate("丁香苑")
    body = await a_body(BodyKind.RESIDENTS_COMMITTEE, estate, "居委会")
    person = await an_account()
    await browser.sign_in(await a_role(RoleKind.COMMUNITY_WORKER, estate, body=body))

    page = await browser.open(f"/people/{person.id}/roles?at_place={estate.id}")
    kinds = [option["value"] for option in page.select("select[name=kind] option")]
    assert kinds == ["", "building_lead"]
    path = f"/people/{person.id}/roles?at_place={estate.id}"
    await browser.send(
        path, kind="committee_member", body=str(body.id), since="2026-03-01", expect=422
    )
    await browser.send(path, kind="building_lead", body=str(body.id), since="2026-03-01")
    page = await browser.open(f"/people/{person.id}/roles?at_place={elsewhere.id}")

    assert not page.select("select[name=kind]")
    assert await db.value("select kind from role where person = $1", person.id) == "building_lead"


async def test_a_role_without_a_place_is_refused_by_the_database_itself(database):
    person, body = await a_person(), await a_body(BodyKind.OTHER, await an_estate())
    estate = await an_estate("丁香苑")

    for kind, place in (("community_worker", None), ("operator", estate.id)):
        with pytest.raises(CheckViolationError):
            await db.execute(
                """insert into role (id, person, body, place, kind, since)
                   values ($1, $2, $3, $4, $5, $6)""",
                uuid4(), person.id, body.id, place, kind, DURING,
            )  # fmt: skip


async def test_bodies_are_entered_where_they_are_and_changed(browser):
    estate = await an_estate("梧桐苑")
    await browser.sign_in(await a_role(RoleKind.OPERATOR, None))
    path = f"/bodies?at_place={estate.id}"
    await browser.open(path)
    await browser.send(path, kind="owners_committee", name="", expect=422)
    await browser.send(
        path, kind="owners_committee", name="业委会", since="2026-01-01", until="2025-01-01",
        expect=422,
    )  # fmt: skip

    page = await browser.send(
        path, kind="owners_committee", name="梧桐苑业委会", phone="027-87000000", officer="张主任",
        until="2031-01-01",
    )  # fmt: skip
    page = await browser.open(page.select_one("a.weui-cell")["href"])
    assert page.select_one("input[name=until]")["value"] == "2031-01-01"
    page = await browser.send(
        page.select_one("main form")["action"], kind="owners_committee", name="梧桐苑第二届业委会"
    )

    assert "梧桐苑第二届业委会" in page.text
    assert [
        tuple(row)
        for row in await db.rows("select name, place from body where kind = 'owners_committee'")
    ] == [("梧桐苑第二届业委会", estate.id)]


async def test_a_body_without_a_place_is_the_operators_alone(browser):
    await browser.sign_in(await a_role(RoleKind.OPERATOR, None))
    await browser.open("/bodies")

    page = await browser.send("/bodies", kind="owners_committee", name="业委会", expect=422)

    assert "请选择" in page.select_one(".error-summary").text


@pytest.mark.parametrize("kind", [kind for kind in RoleKind if kind is not RoleKind.OPERATOR])
async def test_only_the_operator_sees_people_bodies_and_the_outbox(browser, kind):
    await an_account("不该看见")
    await browser.sign_in(await a_role(kind, await an_estate()))

    for path in ("/people", "/people/new", "/bodies", "/outbox"):
        page = await browser.open(path, expect=403)
        assert "不该看见" not in page.text


async def test_the_list_of_people_goes_on_page_by_page(browser):
    estate = await an_estate()
    for n in range(31):
        await a_role(RoleKind.SUPERVISOR, estate, person=await a_person(f"监督{n:02d}"))
    await browser.sign_in(await a_role(RoleKind.OPERATOR, None))

    first = await browser.open("/people")
    second = await browser.open(first.select_one("a[rel=next]")["href"])

    names = [a.text for page in (first, second) for a in page.select("tbody a")]
    assert len(names) == len(set(names)) == 32


async def a_code_on_its_way(browser):
    await an_account()
    await browser.open("/sign-in/code")
    await browser.send("/sign-in/code", phone="13812345678")
    return await code_sent_to(PHONE)


@pytest.mark.parametrize(("demo", "seen"), [("1", True), ("0", False)])
async def test_the_outbox_shows_words_and_codes_in_the_demo_alone(browser, monkeypatch, demo, seen):
    digits = await a_code_on_its_way(browser)
    person = await an_account("收信人", phone="+8613912345678")
    await tell(person.id, "e", "t", "写给一个人的话", at=DURING, channels=(Channel.SMS,))
    await browser.sign_in(await a_role(RoleKind.OPERATOR, None))
    monkeypatch.setattr(message_pages, "settings", lambda: read({"COORDINATION_DEMO": demo}))

    page = await browser.open("/outbox")

    assert (digits in page.text) is seen
    assert ("写给一个人的话" in page.text) is seen
    assert ("13912345678" in page.text) is seen
    assert ("5678" in page.text) is seen
    assert "验证码" in page.text and "等待发送" in page.text


async def test_the_outbox_says_what_became_of_each_message(browser):
    await a_code_on_its_way(browser)
    await send_due(DURING)
    await browser.sign_in(await a_role(RoleKind.OPERATOR, None))

    page = await browser.open("/outbox")

    assert "已记录，未接通网关" in page.text


async def test_a_role_is_given_only_with_a_fresh_proof(browser):
    estate = await an_estate("梧桐苑")
    body = await a_body(BodyKind.OWNERS_COMMITTEE, estate)
    person = await an_account("张伟")
    await browser.sign_in(await a_role(RoleKind.OPERATOR, None), stepped_up=False)
    path = f"/people/{person.id}/roles?at_place={estate.id}"
    await browser.open(path)

    page = await browser.send(path, kind="committee_member", body=str(body.id), since="2026-03-01")

    assert "验证身份" in page.text
    assert await db.value("select count(*) from role where person = $1", person.id) == 0


async def test_each_look_at_an_account_is_in_the_audit_log(browser):
    person, operator = await an_account("张伟"), await a_role(RoleKind.OPERATOR, None)
    await browser.sign_in(operator)

    await browser.open(f"/people/{person.id}")

    noted = await db.rows("select person, subject from audit_entry where verb = 'look_at_person'")
    assert [(row["person"], row["subject"]) for row in noted] == [(operator.id, person.id)]
