"""The published roll as everybody reads it, objections to it, and each owner's own right."""

from io import BytesIO
from uuid import uuid4

import pytest
from pypdf import PdfReader

from coordination.ballots.polls.queries import questions_of
from coordination.ballots.polls.scopes import Scope
from coordination.ballots.roll.electorate import electorate_of
from coordination.ballots.roll.objections import raise_objection
from coordination.ballots.roll.queries import public_list
from coordination.db import value
from coordination.people.tables import RoleKind
from coordination.registry.tables import Ownership
from tests.ballots.convening import (
    CHECKED,
    TODAY,
    Convening,
    a_convening,
    a_frozen_roll,
    a_noticed_poll,
    a_published_roll,
    asking,
)
from tests.ballots.test_polls_pages import sign_in
from tests.builders import a_role, a_unit, an_owner

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def convening(browser, time_is) -> Convening:
    time_is(TODAY)
    found = await a_convening()
    await sign_in(browser, found.proposer)
    return found


async def test_everybody_reads_rooms_and_areas_and_nobody_reads_a_name(browser, convening):
    poll = await a_published_roll(convening)
    [question] = await questions_of(poll.id)
    browser.sign_out()

    page = await browser.open(f"/ballots/{poll.id}/roll")
    rooms = await browser.open(page.select_one("a[href*='/buildings/']")["href"])
    csv = await browser.client.get(f"/ballots/{poll.id}/roll/{question.id}/rooms.csv")
    xlsx = await browser.client.get(f"/ballots/{poll.id}/roll/{question.id}/rooms.xlsx")
    pdf = await browser.client.get(f"/ballots/{poll.id}/roll/print.pdf")

    text = "".join(each.extract_text() for each in PdfReader(BytesIO(pdf.content)).pages)
    lines = csv.content.decode("utf-8-sig").splitlines()
    assert "1单元101" in rooms.main.text and "89.50 平方米" in rooms.main.text
    assert lines[-1] == "2栋,1,102,89.5,登记"
    assert "1单元102" in text
    assert xlsx.content[:2] == b"PK"
    for said in (page.text, rooms.text, csv.text, text):
        assert "业主0" not in said and "业主3" not in said


async def test_before_the_freeze_the_list_says_how_many_persons_its_units_have(browser, convening):
    [one, two, *_] = convening.units
    more = await a_unit(convening.buildings[1], "901")
    held = await value("select owner from ownership where unit = $1", one.id)
    await Ownership(id=uuid4(), unit=more.id, owner=held, since=TODAY).save()
    await an_owner(two, name="共有人", bound=False)
    first = await a_unit(convening.buildings[1], "902", unsold=True)
    developer = await an_owner(first, name="建设单位")
    theirs = await value("select owner from binding where person = $1", developer.id)
    for room, unsold in (("903", True), ("904", False)):
        unit = await a_unit(convening.buildings[1], room, unsold=unsold)
        await Ownership(id=uuid4(), unit=unit.id, owner=theirs, since=TODAY).save()
    poll = await a_published_roll(convening)
    [question] = await questions_of(poll.id)
    scope = Scope.of(question)
    assert scope

    page = await browser.open(f"/ballots/{poll.id}/roll")

    law = await electorate_of(poll, scope)
    assert await (await public_list(poll, question)).sums() == (law.persons, law.area_cm2)
    assert (law.persons, len(law.units)) == (5, 8)
    assert "5 人" in page.main.text and "6 个专有部分，4 人" in page.main.text


async def test_a_long_building_is_paged_without_losing_a_room(browser, convening):
    for n in range(103, 230):
        await an_owner(await a_unit(convening.buildings[0], str(n)), bound=False)
    poll = await a_published_roll(convening)
    browser.sign_out()
    page = await browser.open(f"/ballots/{poll.id}/roll")
    page = await browser.open(page.select_one("a[href*='/buildings/']")["href"])
    seen = [row.td.text for row in page.select("tbody tr")]

    page = await browser.open(page.select_one("a[rel=next]")["href"])
    seen += [row.td.text for row in page.select("tbody tr")]

    assert seen == [f"1单元{n}" for n in range(101, 230)]
    assert not page.select("a[rel=next]")


async def test_an_owner_objects_on_the_page_and_their_words_are_theirs(browser, convening):
    poll = await a_published_roll(convening)
    await browser.sign_in(convening.owners[0])
    at = f"/ballots/{poll.id}/roll/objections"
    await browser.open(f"{at}/new")

    await browser.send(f"{at}/new", unit="", text="我叫张三", expect=422)
    page = await browser.send(
        f"{at}/new", unit=str(convening.units[0].id), text="我叫张三，面积不对"
    )
    assert "已经收到您的异议" in page.main.text
    mine = browser.response.url.path

    browser.sign_out()
    public = await browser.open(at)
    assert "第1号异议" in public.main.text
    assert "张三" not in public.text
    for person in (
        convening.owners[1],
        await a_role(RoleKind.PROPERTY_MANAGER, convening.estate),
        await a_role(RoleKind.OPERATOR, None),
    ):
        await browser.sign_in(person, second_factor=True)
        assert "张三" not in (await browser.open(mine, expect=404)).text


async def test_the_community_finds_the_registry_from_an_objection_and_nobody_else_does(
    browser, convening
):
    poll = await a_published_roll(convening)
    owner = await asking(convening.owners[0])
    objection = await raise_objection(owner, poll.id, convening.units[0].id, "面积不对", TODAY)
    at = f"/ballots/{poll.id}/roll/objections/{objection.id}"
    link = f"/registry/{convening.estate.id}/units/{convening.units[0].id}"

    mine = await browser.open(at)
    worker = await a_role(RoleKind.COMMUNITY_WORKER, convening.estate)
    await browser.sign_in(worker, second_factor=True)
    theirs = await browser.open(at)

    assert not mine.select(f"a[href='{link}']")
    assert theirs.select(f"a[href='{link}']")


async def test_a_visitor_without_rooms_is_led_to_binding_them(browser, convening):
    poll = await a_published_roll(convening)
    await browser.sign_in(await a_role(RoleKind.SUPERVISOR, convening.estate))

    page = await browser.open(f"/ballots/{poll.id}/roll/objections/new")

    assert page.select("a[href='/bind']")
    assert not page.select("textarea")
    here = f"/ballots/{poll.id}/roll"
    for offering in (here, f"{here}/objections"):
        assert not (await browser.open(offering)).select("a[href$='/objections/new']")
    await browser.sign_in(convening.owners[0])
    for offering in (here, f"{here}/objections"):
        assert (await browser.open(offering)).select("a[href$='/objections/new']")


async def test_an_owner_gets_the_opening_of_their_own_right_and_of_no_other(
    browser, convening, time_is
):
    time_is(CHECKED)
    poll = await a_frozen_roll(convening)
    await browser.sign_in(convening.owners[0])
    page = await browser.open(f"/ballots/{poll.id}/rights")
    [link] = page.select("a[href$='/file']")

    response = await browser.client.get(link["href"])
    await browser.sign_in(convening.owners[1])
    other = await browser.client.get(link["href"], headers={"Accept": "text/html"})
    empty = await browser.open(f"/ballots/{poll.id}/rights")

    said = response.json()
    assert (said["area_cm2"], said["cast"], len(said["salt"])) == (895_000, None, 64)
    assert response.headers["cache-control"] == "no-store"
    assert other.status_code == 404
    assert link["href"] not in str(empty)


async def test_the_hub_says_what_comes_next_at_every_station(browser, convening, time_is):
    poll = await a_published_roll(convening)
    page = await browser.open(f"/ballots/{poll.id}/convening")
    assert "下一步：锁定名册" in page.main.text
    time_is(CHECKED)
    other = await a_convening("丁香苑")
    noticed = await a_noticed_poll(other)
    await sign_in(browser, other.second)

    page = await browser.open(f"/ballots/{noticed.id}/convening")

    assert "自动开始" in page.main.text
