"""A session is whoever holds its token, as long as it lasts and no longer."""

import asyncio
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from coordination import db
from coordination.people.askers import Asker
from coordination.people.sessions import (
    end_session,
    end_sessions,
    look_up,
    open_session,
    prove,
    token_hash,
)
from coordination.people.tables import BodyKind, Role, RoleKind
from coordination.places.tables import PlaceKind
from tests.builders import DURING, a_body, a_person, a_place, a_role, an_estate

HOUR = timedelta(hours=1)


async def test_the_database_holds_no_token(database):
    token = await open_session((await a_person()).id, DURING, device="微信")

    row = await db.row("select * from sign_in")

    assert row
    assert token not in repr(dict(row))
    assert row["token_hash"] == token_hash(token)
    assert len(token) >= 43, "256 bits"


async def test_a_resident_stays_two_weeks_and_staff_half_a_day(database):
    resident = await open_session((await a_person()).id, DURING)
    worker = await open_session(
        (await a_role(RoleKind.COMMUNITY_WORKER, await an_estate())).id, DURING
    )
    lead = await open_session((await a_role(RoleKind.BUILDING_LEAD, await an_estate())).id, DURING)

    async def lasts(token: str, stay: timedelta) -> bool:
        before = await look_up(token, DURING + stay - timedelta(seconds=1))
        return before is not None and await look_up(token, DURING + stay) is None

    assert await lasts(resident, 14 * 24 * HOUR)
    assert await lasts(worker, 12 * HOUR)
    assert await lasts(lead, 14 * 24 * HOUR)


async def test_an_ended_session_opens_nothing_and_the_others_stay(database):
    person = await a_person()
    first, second, third = [await open_session(person.id, DURING) for _ in range(3)]
    of_another = await open_session((await a_person()).id, DURING)
    asker = await look_up(first, DURING)
    assert asker

    await end_session(asker.session, DURING)
    kept = await look_up(second, DURING)
    assert kept
    await end_sessions(person.id, DURING, but=kept.session)

    found = [await look_up(token, DURING) for token in (first, second, third, of_another)]
    assert [asker is not None for asker in found] == [False, True, False, True]


@pytest.mark.parametrize("column", ["closed_at", "paused_at"])
async def test_a_closed_or_paused_account_is_nobody(database, column):
    person = await a_person()
    token = await open_session(person.id, DURING)

    await db.execute(f"update person set {column} = $2 where id = $1", person.id, DURING)

    assert await look_up(token, DURING) is None
    paused = await look_up(token, DURING, paused=True)
    assert (paused is not None) == (column == "paused_at")


async def test_an_asker_has_the_roles_in_force_with_body_and_reach(database):
    street = await a_place(PlaceKind.SUBDISTRICT, "关山街道")
    community = await a_place(PlaceKind.COMMUNITY, "梧桐社区", street)
    estate = await a_place(PlaceKind.ESTATE, "梧桐苑", community)
    other = await an_estate("丁香苑")
    body = await a_body(BodyKind.RESIDENTS_COMMITTEE, community, "梧桐社区居委会")
    person = await a_role(RoleKind.COMMUNITY_WORKER, community, body=body)
    for since, until in ((DURING + HOUR, None), (DURING - 2 * HOUR, DURING)):
        await Role(
            id=uuid4(), person=person.id, body=body.id, place=estate.id,
            kind=RoleKind.SUPERVISOR, since=since, until=until,
        ).save()  # fmt: skip

    asker = await look_up(await open_session(person.id, DURING, second_factor=True), DURING)

    assert asker
    [role] = asker.roles
    assert (role.kind, role.body, role.body_name) == (
        RoleKind.COMMUNITY_WORKER, body.id, "梧桐社区居委会",
    )  # fmt: skip
    assert asker.holds(estate, RoleKind.COMMUNITY_WORKER)
    assert not asker.holds(street, RoleKind.COMMUNITY_WORKER)
    assert not asker.holds(other, RoleKind.COMMUNITY_WORKER)


async def test_an_office_waits_for_the_second_factor_and_a_volunteer_does_not(database):
    estate = await an_estate()
    person = await a_role(RoleKind.COMMITTEE_MEMBER, estate)
    await a_role(RoleKind.BUILDING_LEAD, estate, person=person)
    token = await open_session(person.id, DURING, stepped_up=True)

    before = await look_up(token, DURING)
    assert before
    await prove(before.session, DURING, second_factor=True)
    after = await look_up(token, DURING)

    assert after
    assert [role.kind for role in before.roles] == [RoleKind.BUILDING_LEAD]
    assert [role.kind for role in before.waiting] == [RoleKind.COMMITTEE_MEMBER]
    assert {role.kind for role in after.roles} == {
        RoleKind.COMMITTEE_MEMBER, RoleKind.BUILDING_LEAD,
    }  # fmt: skip
    assert after.waiting == ()


async def test_looking_up_is_one_statement_and_writes_nothing(database):
    token = await open_session((await a_role(RoleKind.OPERATOR, None)).id, DURING)
    asked = []

    async with db.transaction(readonly=True), db.connection() as connection:  # refuses a write
        connection.add_query_logger(lambda record: asked.append(record.query))
        found = await look_up(token, DURING)
        await asyncio.sleep(0)  # asyncpg logs after it has answered
        statements = len(asked)

    assert found
    assert statements == 1


def test_a_fresh_proof_is_ten_minutes_old_at_most():
    asker = Asker(id=uuid4(), name="", phone_tail="", session=uuid4(), stepped_up_at=DURING)

    assert asker.has_stepped_up(DURING + timedelta(minutes=10))
    assert not asker.has_stepped_up(DURING + timedelta(minutes=10, seconds=1))
    assert not replace(asker, stepped_up_at=None).has_stepped_up(DURING)


@pytest.mark.parametrize(
    ("environment", "name", "secure"),
    [
        ({}, "sid", False),
        ({"COORDINATION_PROXIED": "1"}, "__Host-sid", True),
        ({"COORDINATION_PUBLIC_URL": "https://wutong.example"}, "__Host-sid", True),
    ],
)
def test_behind_tls_the_browser_itself_guards_the_cookie(environment, name, secure):
    said = subprocess.run(
        [sys.executable, "-c", "from coordination.people.access import session_cookie as c;"
         "print(c('token').to_header(header=''))"],
        env={**os.environ, **environment}, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip

    assert said.startswith(f"{name}=token;")
    assert ("Secure" in said) is secure
    assert "HttpOnly" in said and "Path=/" in said and "Domain" not in said


async def test_a_style_sheet_is_not_asked_who_reads_it(browser, as_owner):
    await browser.sign_in(await a_person())
    page = await browser.open("/me/security")
    sheet = page.select_one("link[rel=stylesheet]")["href"]
    async with as_owner.transaction():
        await as_owner.execute("lock table sign_in in access exclusive mode")

        found = await asyncio.wait_for(browser.client.get(sheet), 5)

    assert found.status_code == 200
