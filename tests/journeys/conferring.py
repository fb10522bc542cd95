"""议事, 决事: in the room. The light, the screen that follows, the vote, resolutions and tasks."""

from datetime import timedelta

from coordination import clock
from coordination.clock import SHANGHAI
from coordination.db import row, rows, value
from coordination.law.classes import MatterClass
from coordination.meetings.doing.actions import Task, give_action
from coordination.meetings.room.motions import raise_hand
from coordination.meetings.room.presence import check_in
from coordination.meetings.room.resolutions import Proposed, resolve
from coordination.meetings.room_tables import HandChoice, ResolutionKind
from coordination.people.tables import BodyKind
from tests.journeys.neighbours import TITLE, Estate

PUBLISH = "物业十五日内公布车位成本和收支，公布前月费按原标准收取。"
ASK = "地面车位占用共有道路，是否出租、怎样定价，提请业主大会表决。"


async def when_the_meeting_opens_and_people_check_in(it: Estate) -> None:
    """By the QR on the wall, by a tick of the staff; the wall's screen follows by itself."""
    await it.the_day_comes()
    desk, wall = await it.window("郑社工"), await it.window("冯社工")
    await desk.open(f"/meetings/{it.meeting}/desk")
    await desk.press("开始签到、开会")
    await wall.open(f"/meetings/{it.meeting}/screen")
    assert await wall.page.locator(".light.red").count() == 1
    code = await it.room_code()
    assert code in await wall.page.locator(".wall").inner_text()

    phone = await it.window("陈经理", phone=True)
    await phone.open(f"/meetings/check-in?code={code}")  # as the QR says
    page = await phone.press("签到")
    assert "您已签到" not in page.text and "已签到" in page.text
    await desk.open(f"/meetings/{it.meeting}/console")
    await desk.press("王委员 签到")
    for name in ("褚校长", "卫议事", "郑社工"):
        await check_in(await it.asker(name), code, clock.now())


async def then_the_light_is_green_on_the_wall(it: Estate) -> None:
    wall = it.windows["冯社工"]
    await wall.page.locator(".light.green").wait_for()
    assert "必须参加的各方都已到会" in await wall.text()


async def when_the_chair_comes_to_the_matter(it: Estate) -> None:
    desk, wall = it.windows["郑社工"], it.windows["冯社工"]
    await desk.open(f"/meetings/{it.meeting}/console")
    point = desk.page.locator("section.panel", has_text=TITLE).last
    await desk.going(lambda: point.get_by_role("button", name="进入这一项").click())
    await wall.page.locator("h2", has_text=TITLE).wait_for()


async def when_the_parties_vote(it: Estate) -> None:
    desk, phone = it.windows["郑社工"], await it.window("陈经理", phone=True)
    point = desk.page.locator("section.panel", has_text=TITLE).last
    await desk.going(lambda: point.get_by_role("button", name="开始表决").click())
    await it.windows["冯社工"].page.locator("h3", has_text="表决：").wait_for()
    await phone.open(f"/meetings/{it.meeting}/room")
    await phone.press("去表决")
    await phone.choose("同意")
    await phone.press("提交")
    motion = await value("select id from motion where meeting = $1", it.meeting)
    for name in ("王委员", "褚校长", "卫议事"):
        await raise_hand(await it.asker(name), motion, HandChoice.APPROVE, clock.now())
    await desk.open(f"/meetings/{it.meeting}/console")
    page = await desk.press("结束表决")
    assert "有表决资格的在场 5 方，同意 4，不同意 0，弃权 0：通过" in page.text


async def when_it_resolves_what_it_may_and_asks_the_owners_for_the_rest(it: Estate) -> None:
    desk, item = it.windows["郑社工"], await it.item()
    await desk.open(f"/meetings/items/{item.id}/resolutions/new")
    await desk.fill(text=PUBLISH, reason="只是公开账目、暂缓涨价，不处分共有部分。")
    await desk.choose("属于会议能够协商决定的事")
    page = await desk.press("记录决议")
    assert f"决议1已记录 {PUBLISH}" in " ".join(page.text.split()), "who is to do it comes next"
    motion = await value("select id from motion where meeting = $1", it.meeting)
    worker = await it.asker("郑社工")
    reserved = await desk.open(f"/meetings/items/{item.id}/resolutions/new")
    common = reserved.select_one("option[value=common_use]")
    assert common
    await desk.fill(text=ASK)
    await desk.choose("属于会议能够协商决定的事")
    await desk.page.locator("[name=matter_class]").select_option("common_use")
    await desk.fill(reason="占用业主共有的道路停放汽车。")
    page = await desk.press("记录决议", expect=422)
    assert "会议不能代替业主大会作决定" in page.text and "民法典第二百七十八条" in page.text
    said = Proposed(
        ASK,
        ResolutionKind.TO_ASSEMBLY,
        motion,
        MatterClass.COMMON_USE,
        "占用业主共有的道路停放汽车。",
    )
    await resolve(worker, item.id, said, clock.now())


async def when_two_tasks_are_given(it: Estate) -> None:
    """One on the page, with a day and what shows that it is done."""
    desk, item = it.windows["郑社工"], await it.item()
    day = (clock.now() + timedelta(days=15)).astimezone(SHANGHAI)
    await desk.open(f"/meetings/items/{item.id}/tasks/new")
    await desk.fill(
        text="公布车位成本和去年收支", body="安居物业", person="陈经理（安居物业）",
        due_on=f"{day:%Y-%m-%d}", evidence="公示栏照片",
    )  # fmt: skip
    await desk.page.locator("[name=resolution]").select_option(index=1)
    await desk.press("交办")
    worker = await it.asker("郑社工")
    task = Task("征集业主对车位标准的意见", it.bodies[BodyKind.OWNERS_COMMITTEE].id, day.date())
    await give_action(worker, item.id, task, clock.now())
    found = await rows("select id from action_item where meeting = $1 order by number", it.meeting)
    it.tasks = [one["id"] for one in found]


async def then_at_the_close_the_matter_is_to_be_carried_out(it: Estate) -> None:
    """Nobody pressed 推进: held and resolved, it is at 办事."""
    desk = it.windows["郑社工"]
    await desk.open(f"/meetings/{it.meeting}/console")
    await desk.press("散会")
    page = await (await it.town.phone("stranger")).open(f"/matters/{it.matter}")
    assert "第 5 步，共 6 步：多元办事" in page.text
    told = [line.text for line in page.select(".timeline b")]
    assert any(PUBLISH in line for line in told)


async def then_the_committee_drafts_the_ballot_that_was_asked_for(it: Estate) -> None:
    desk = await it.window("王委员")
    await desk.open(f"/meetings/{it.meeting}")
    page = await desk.press("起草第 2 项的业主表决")
    assert TITLE in page.text
    found = await row("select matter, title from poll")
    assert found and (found["matter"], found["title"]) == (it.matter, TITLE)
