"""The pages of the room: console, check-in, screen, vote, resolution, task."""

from datetime import timedelta

from coordination.meetings.queries import items_of
from tests.meetings.a_meeting import (
    DURING,
    STARTS,
    a_full_room,
    a_noticed,
    a_town,
    topic_of,
)
from tests.meetings.test_calling_pages import sign_in


async def test_people_check_in_by_the_code_and_by_a_tick(browser, time_is):
    time_is(STARTS)
    town = await a_town()
    meeting = await a_noticed(town)
    here = f"/meetings/{meeting.id}"
    await sign_in(browser, town.worker)
    await browser.open(f"{here}/desk")
    await browser.send(f"{here}/opening")
    for one in (town.members[0], town.manager, town.helper):
        await sign_in(browser, one)
        page = await browser.open(f"/meetings/check-in?code={meeting.room_code}")
        assert page.select_one("input[name=code]")["value"] == meeting.room_code
        room = await browser.send("/meetings/check-in", code=meeting.room_code)
        assert "已签到" in room.main.text
    await sign_in(browser, town.worker)
    page = await browser.open(f"{here}/console")
    assert "还没有到会：社区议事会" in page.main.text
    council = next(o["value"] for o in page.select("select[name=party] option")
                   if "议事会" in o.text)  # fmt: skip

    await browser.send(f"{here}/ticks", person="", name="", party=council, expect=422)
    page = await browser.send(f"{here}/ticks", person="", name="郑议事", party=council)
    assert "必须参加的各方都已到会" in page.main.text


async def test_a_meeting_is_run_from_its_console(browser, time_is):
    time_is(DURING)
    town = await a_town()
    meeting = await a_full_room(town)
    here = f"/meetings/{meeting.id}"
    await sign_in(browser, town.worker)
    item = await topic_of(town, meeting)
    page = await browser.open(f"{here}/console")
    page = await browser.send(f"{here}/moves", item=str(item.id), revision="0", minutes="10")
    page = await browser.send(f"/meetings/items/{item.id}/motions", question="建车棚吗")
    hands = page.select("form[action$='/hands']")
    for form in hands[:4]:
        stay = form.select_one("[name=stay]")["value"]
        page = await browser.send(form["action"], stay=stay, choice="approve")
    motion = page.select_one("form[action$='/closing'][action*='motions']")["action"]
    page = await browser.send(motion)
    assert "同意 4，不同意 0，弃权 0：通过" in page.main.text

    await browser.open(f"/meetings/items/{item.id}/resolutions/new")
    wrong = await browser.send(f"/meetings/items/{item.id}/resolutions/new", text="", expect=422)
    chosen = wrong.select("select[name=motion] option")[0]["value"]
    page = await browser.send(
        f"/meetings/items/{item.id}/resolutions/new", text="建车棚", kind="decided", motion=chosen,
        matter_class="", reason="",
    )  # fmt: skip
    assert "决议1" in page.main.text
    page = await browser.open(f"/meetings/items/{item.id}/tasks/new")
    body = next(o["value"] for o in page.select("select[name=body] option") if o.text == "安居物业")
    page = await browser.send(
        f"/meetings/items/{item.id}/tasks/new", text="买材料", body=body, due_on="2026-03-20",
        person="", resolution="",
    )  # fmt: skip
    page = await browser.send(f"{here}/closing")
    assert "已散会" in page.main.text


async def test_the_screen_shows_what_the_chair_put_and_no_name_and_no_code(browser, time_is):
    time_is(DURING)
    town = await a_town()
    meeting = await a_full_room(town)
    item = (await items_of(meeting.id))[0]
    await sign_in(browser, town.worker)
    await browser.open(f"/meetings/{meeting.id}/console")
    await browser.send(
        f"/meetings/{meeting.id}/moves", item=str(item.id), revision="0", minutes="15"
    )
    wall = await browser.open(f"/meetings/{meeting.id}/screen")

    browser.sign_out()
    page = await browser.open(f"/meetings/{meeting.id}/screen")
    now = await browser.open(f"/meetings/{meeting.id}/screen/now")

    assert meeting.room_code in wall.text
    assert meeting.room_code not in page.text
    assert page.select_one("[sse-connect]")["sse-connect"] == f"/live/meeting/{meeting.id}"
    assert item.title in now.text
    assert "还剩15分钟" in now.text
    for name in ("钱经理", "委员0", "吴议事"):
        assert name not in page.text


async def test_a_stale_console_moves_nothing(browser, time_is):
    time_is(DURING)
    town = await a_town()
    meeting = await a_full_room(town)
    first, second = (await items_of(meeting.id))[:2]
    await sign_in(browser, town.worker)
    here = f"/meetings/{meeting.id}/moves"
    await browser.open(f"/meetings/{meeting.id}/console")
    await browser.send(here, item=str(first.id), revision="0", minutes="0")

    refused = await browser.send(here, item=str(second.id), revision="0", minutes="0", expect=409)

    assert "另一位主持人刚刚推进了议程" in refused.text


async def test_one_votes_on_ones_own_phone_and_leaves(browser, time_is):
    time_is(DURING)
    town = await a_town()
    meeting = await a_full_room(town)
    item = await topic_of(town, meeting)
    await sign_in(browser, town.worker)
    await browser.open(f"/meetings/{meeting.id}/console")
    await browser.send(f"/meetings/items/{item.id}/motions", question="建车棚吗")
    await sign_in(browser, town.manager)
    room = await browser.open(f"/meetings/{meeting.id}/room")
    vote = room.select_one("a[href^='/meetings/motions/']")["href"]
    page = await browser.open(vote)

    assert not page.select("input[checked]")
    await browser.send(vote, expect=422)
    await browser.send(vote, choice="reject")
    await browser.send(vote, choice="approve", expect=409)
    leaving = (await browser.open(f"/meetings/{meeting.id}/room")).select_one(
        "form[action$='/leaving']"
    )
    page = await browser.send(leaving["action"])
    assert "您已离会" in page.main.text


async def test_strangers_run_nothing(browser, time_is):
    time_is(STARTS - timedelta(minutes=5))
    town = await a_town()
    meeting = await a_noticed(town)
    await sign_in(browser, town.manager)
    await browser.open(f"/meetings/{meeting.id}")

    for path in ("opening", "closing", "no-quorum"):
        await browser.send(f"/meetings/{meeting.id}/{path}", expect=403)
    await browser.open(f"/meetings/{meeting.id}/console", expect=403)
