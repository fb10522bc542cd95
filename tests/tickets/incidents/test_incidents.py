"""突发事件: one outage, its tickets, one notice; its end replies to all and forgets none."""

import io

import pytest
from PIL import Image

from coordination import db
from coordination.errors import Conflict, Invalid, NotAllowed
from coordination.people.tables import Person
from coordination.tickets.incidents.actions import (
    Ended,
    end_incident,
    issue_notice,
    link_tickets,
    open_incident,
)
from coordination.tickets.incidents.queries import drafted_notice, read_incident
from coordination.tickets.kinds import EventKind, PhotoKind
from coordination.tickets.routing.seeds import category_id
from tests.builders import a_building
from tests.tickets.a_ticket import DAY, HOUR, WHISTLED, a_neighbourhood, a_ticket, it_happens

AT = WHISTLED + 2 * HOUR
WATER = category_id("water-cut")
AFTER = [(PhotoKind.AFTER, "a" * 64, "b" * 64)]


@pytest.fixture
async def town(database):
    return await a_neighbourhood()


async def opened(town, *buildings, by=None):
    return await open_incident(
        by or town.manager, town.estate.id, WATER, "1栋停水", "主管爆裂，正在抢修。", buildings,
        AT + 6 * HOUR, AT,
    )  # fmt: skip


async def states() -> dict:
    return {row["id"]: row["state"] for row in await db.rows("select id, state from ticket")}


async def linked() -> set:
    return {row["id"] for row in await db.rows("select id from ticket where incident is not null")}


async def test_what_was_whistled_about_it_within_a_day_in_its_buildings_is_linked(town):
    other = await a_building(town.estate, "9栋")
    here = await a_ticket(town, category="water-cut")
    kin = await a_ticket(town, category="power-cut", text="停电了，水泵也停了")
    anywhere = await a_ticket(town, category="water-cut", building=None)
    await a_ticket(town, category="water-cut", building=other.id)
    await a_ticket(town, category="lighting")
    await a_ticket(town, category="water-cut", at=AT - 2 * DAY)

    incident = await opened(town, town.building.id)

    assert await linked() == {here.id, kin.id, anywhere.id}
    later = await a_ticket(town, category="water-cut", at=AT + HOUR)
    assert (await read_incident(incident.id)).waiting == 1
    assert await link_tickets(town.manager, incident.id, AT + HOUR) == 1
    assert later.id in await linked()


async def test_its_end_replies_to_each_and_leaves_what_it_cannot(town):
    fresh = await a_ticket(town, category="water-cut")
    taken = await a_ticket(town, category="water-cut", text="水压小")
    await it_happens(taken, EventKind.REPORT_IN, town.keeper, WHISTLED + HOUR)
    asked = await a_ticket(town, category="water-cut", text="水黄")
    await it_happens(asked, EventKind.ASK_INFO, town.keeper, WHISTLED + HOUR, "几楼？",
                     until=AT + DAY)  # fmt: skip
    incident = await opened(town)

    counted = await end_incident(
        town.manager, incident.id, "更换爆裂的主管。", AFTER, AT + 3 * HOUR
    )

    assert counted == (2, 1)
    assert await states() == {fresh.id: "replied", taken.id: "replied", asked.id: "need_info"}
    said = await db.rows("select distinct words from ticket_event where kind = 'reply'")
    assert [row["words"] for row in said] == ["更换爆裂的主管。"]
    assert await db.value("select count(*) from ticket_photo") == 2
    with pytest.raises(Ended):
        await end_incident(town.manager, incident.id, "又一次", AFTER, AT + 4 * HOUR)


async def test_an_end_without_words_or_photo_ends_nothing(town):
    ticket = await a_ticket(town, category="water-cut")
    incident = await opened(town)

    with pytest.raises(Invalid) as refusal:
        await end_incident(town.manager, incident.id, " ", [], AT + HOUR)

    assert set(refusal.value.fields) == {"words", "after"}
    assert await states() == {ticket.id: "whistled"}


async def test_the_notice_is_drafted_for_its_buildings_and_issued_once(town):
    incident = await opened(town, town.building.id)
    draft = drafted_notice(await read_incident(incident.id))
    assert draft["title"] == f"关于{town.building.name}停水的通知"
    assert "主管爆裂，正在抢修。" in draft["text"] and "梧桐苑物业" in draft["contact"]

    notice = await issue_notice(town.manager, incident.id, *draft.values(), AT)

    assert (notice.issuer, notice.subject) == (town.company.id, incident.id)
    with pytest.raises(Conflict):
        await issue_notice(town.manager, incident.id, *draft.values(), AT)


async def test_residents_and_other_estates_open_none_nor_name_foreign_buildings(town):
    elsewhere = await a_neighbourhood("丁香苑")

    for stranger in (town.resident, elsewhere.manager):
        with pytest.raises(NotAllowed):
            await opened(town, by=stranger)
    with pytest.raises(Invalid):
        await opened(town, elsewhere.building.id)


async def test_it_is_walked_in_a_browser_and_read_by_anybody(town, browser, time_is):
    time_is(AT)
    await a_ticket(town, category="water-cut")
    await browser.sign_in(await Person.objects().get(Person.id == town.manager.id))
    await browser.open("/incidents/new")
    await browser.send("/incidents/new", category=str(WATER), title="", text="爆管", expect=422)
    page = await browser.send("/incidents/new", category=str(WATER), title="停水", text="爆管。",
                              buildings=[str(town.building.id)],
                              expected_at="2026-03-02T18:00")  # fmt: skip
    path = browser.response.url.path
    title = page.select_one("[name=title]")["value"]
    await browser.send(f"{path}/notice", title=title, text="正在抢修。", contact="物业 027-8700000")
    await browser.open(path)
    await browser.send(f"{path}/end", words="修好了", expect=422)
    photo = io.BytesIO()
    Image.new("RGB", (40, 40), (9, 99, 9)).save(photo, "JPEG")
    await browser.send(
        f"{path}/end", words="主管已更换。", files={"after": ("a.jpg", photo.getvalue())}
    )
    browser.sign_out()

    page = await browser.open(path)

    assert "已恢复" in page.text and not page.select("form[method=post]")
    assert set((await states()).values()) == {"replied"}
