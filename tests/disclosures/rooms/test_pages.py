"""场地 as residents find, ask for and are answered about them; what everybody sees names nobody."""

import pytest

from coordination.disclosures.rooms.actions import answer_application
from tests.builders import a_person
from tests.conftest import Browser
from tests.disclosures.a_disclosure import EARLY, a_town
from tests.disclosures.rooms.a_room import a_room, an_application
from tests.matters.a_matter import asking

WISH = {"on": "2026-04-08", "starts": "14:00", "ends": "16:00", "use": "culture", "people": "12",
        "group": "枫叶合唱团", "purpose": "章大年带队排练"}  # fmt: skip


def words(page) -> str:
    return page.get_text(" ", strip=True)


async def test_from_the_list_to_an_answer_and_a_calendar_file(browser: Browser, time_is):
    time_is(EARLY)
    town = await a_town()
    room = await a_room(town)
    singer = await a_person("梅歌唱")
    await browser.sign_in(singer)
    shelves = await browser.open(f"/disclosures?estate={town.estate.id}")
    rooms = await browser.open(shelves.select_one("a[href^='/rooms']")["href"])
    page = await browser.open(rooms.select_one(f"a[href='/rooms/{room.id}']")["href"])
    await browser.open(page.find("a", string="申请使用")["href"])

    page = await browser.send(f"/rooms/{room.id}/applications/new", **WISH)
    assert "申请已收到" in words(page) and page.select("a.tel")
    application = browser.response.url.path
    await browser.sign_in(town.worker)
    desk = await browser.open("/rooms/desk")
    assert application in {a["href"] for a in desk.select("a[href]")}
    work = await browser.open("/work")
    assert "答复场地申请" in words(work)
    await browser.open(application)
    page = await browser.send(f"{application}/answer", answer="granted", words="")
    assert "已同意" in words(page) and "梅歌唱" in words(page)
    await browser.sign_in(singer)
    await browser.open(application)
    file = await browser.client.get(f"{application}/calendar.ics")
    assert file.headers["content-type"] == "text/calendar; charset=utf-8"
    assert b"DTSTART:20260408T060000Z" in file.content
    browser.sign_out()
    page = await browser.open(f"/rooms/{room.id}?week=2026-04-08")
    assert "14:00–16:00 文体活动" in words(page) and "已同意" in words(page)
    for secret in ("梅歌唱", "枫叶合唱团", "章大年"):
        assert secret not in page.text
    await browser.open(application, expect=303, follow=False)


async def test_a_refused_one_shows_its_reason_to_all_and_its_asker_to_none(browser, time_is):
    time_is(EARLY)
    town, other = await a_town(), await a_town("丁香苑")
    room = await a_room(town)
    singer = await asking(await a_person("梅歌唱"), EARLY)
    one = await an_application(singer, room, group="枫叶合唱团", purpose="章大年带队")
    await answer_application(await asking(town.worker, EARLY), one.id, False, "当天义诊。", EARLY)

    page = await browser.open(f"/rooms/{room.id}")

    assert "当天义诊。" in words(page)
    for secret in ("梅歌唱", "枫叶合唱团", "章大年"):
        assert secret not in page.text
    for stranger in (other.worker, town.manager, await a_person("路人")):
        await browser.sign_in(stranger)
        refused = await browser.open(f"/rooms/applications/{one.id}", expect=403)
        assert "章大年" not in refused.text


@pytest.mark.parametrize(
    ("field", "value"),
    [("on", "2026-04-12"), ("on", "明天"), ("starts", "25:00"), ("starts", "两点"),
     ("ends", "13:00"), ("use", "wedding"), ("people", "31"), ("people", "-1"), ("purpose", " "),
     ("purpose", "x" * 301), ("group", "x" * 61)],
)  # fmt: skip
async def test_a_wrong_wish_comes_back_with_every_word(browser: Browser, time_is, field, value):
    time_is(EARLY)
    room = await a_room(await a_town())
    await browser.sign_in(await a_person())
    path = f"/rooms/{room.id}/applications/new"
    await browser.open(path)

    page = await browser.send(path, expect=422, **(WISH | {field: value}))

    assert page.select(f"#f-{field}-error")
    if field != "group":
        assert page.select_one("[name=group]")["value"] == "枫叶合唱团"


async def test_who_keeps_rooms_opens_one_and_stops_lending_it(browser: Browser, time_is):
    time_is(EARLY)
    town, other = await a_town(), await a_town("丁香苑")
    await browser.sign_in(town.member)
    page = await browser.open("/rooms/new")
    assert [o.text for o in page.select("[name=place] option")] == ["请选择", "梧桐苑"]
    said = {"place": str(town.estate.id), "name": "业主之家", "where": "1栋底层", "seats": "20"}

    page = await browser.send("/rooms/new", expect=422, **said, day_0="9-5")
    assert page.select("#f-day_0-error")
    page = await browser.send("/rooms/new", expect=422, **said)
    assert "开放时间" in words(page.select_one(".error-summary"))
    await browser.send("/rooms/new", **said, day_5="9:00-21:00")
    room = browser.response.url.path
    await browser.open(f"{room}/facts")
    page = await browser.send(f"{room}/facts", **said, day_5="9:00-12:00", closed="yes")
    assert "停止借用" in words(page) and "9:00–12:00" in words(page)
    assert "业主之家" not in words(await browser.open(f"/rooms?estate={town.estate.id}"))
    await browser.sign_in(other.member)
    await browser.open(f"{room}/facts", expect=403)
    await browser.send(f"{room}/facts", expect=403, **said, day_5="9:00-12:00")


async def test_nonsense_in_an_address_is_answered(browser: Browser, time_is):
    time_is(EARLY)
    town = await a_town()
    room = await a_room(town)

    for week in ("x", "9999-12-31", "0001-01-01", "%00"):
        answer = await browser.client.get(f"/rooms/{room.id}?week={week}")
        assert answer.status_code == 200
    await browser.open(f"/rooms/{town.company.id}", expect=404)
