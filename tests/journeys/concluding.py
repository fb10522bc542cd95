"""办事 and 评事: minutes that two write and each signs; a task done, one late; the judgement."""

from datetime import timedelta

from bs4 import BeautifulSoup

from coordination import clock
from coordination.db import rows, value
from coordination.matters.evaluating import evaluate_matter
from coordination.matters.tables import Grade
from coordination.meetings.action_tables import ActionStepKind
from coordination.meetings.calling.actions import MeetingFacts, plan_meeting
from coordination.meetings.calling.noticing import announce_meeting
from coordination.meetings.doing.actions import take_action_step
from coordination.meetings.minutes.checking import answer_objection
from coordination.meetings.minutes.publishing import publish_execution, publish_resolutions
from coordination.meetings.minutes.signing import seats_of, sign_minutes
from coordination.meetings.queries import load
from tests.browser.test_ticket_desk import a_photo
from tests.journeys.conferring import PUBLISH
from tests.journeys.gathering import UPSTAIRS
from tests.journeys.neighbours import LIVING, OFFICES, TITLE, Estate

FIRST, SECOND = "物业说明：人工和保洁占七成。", "业主提出：先公开，再谈标准。"


async def when_minutes_write_themselves_and_two_go_on_writing(it: Estate) -> None:
    """Both have the same part open; both save; neither loses a word."""
    one, other = await it.window("郑社工"), await it.window("冯社工")
    await one.open(f"/meetings/{it.meeting}/minutes")
    page = await one.press("生成纪要")
    for said in ("安居物业（陈经理）", "同意 4，不同意 0", PUBLISH, "任务"):
        assert said in page.text
    part = await value(
        "select id from minutes_part where meeting = $1 and item = $2",
        it.meeting, (await it.item()).id,
    )  # fmt: skip
    texts = []
    for screen in (one, other):
        await screen.open(f"/meetings/minutes/parts/{part}")
        texts.append(await screen.page.locator("textarea").input_value())
    await one.fill(text=f"{FIRST}\n{texts[0]}")
    await other.fill(text=f"{texts[1]}\n{SECOND}")
    await one.press("保存")
    await other.press("保存")
    for screen in (one, other):
        page = await screen.open(f"/meetings/{it.meeting}/minutes")
        assert FIRST in page.text and SECOND in page.text


async def when_those_present_check_them_for_three_working_days(it: Estate) -> None:
    """One objects to a point and is answered; nobody signs before the days are over."""
    desk, phone = await it.window("郑社工"), await it.window("陈经理", phone=True)
    await desk.open(f"/meetings/{it.meeting}/minutes")
    await desk.press("送到会的人核对")
    await phone.open(f"/meetings/{it.meeting}/minutes")
    point = phone.page.locator("section.panel", has_text=TITLE).first
    await point.locator("summary").tap()
    await point.locator("[name=words]").fill("人工和保洁是六成，不是七成。")
    page = await phone.going(lambda: point.get_by_role("button", name="提出异议").tap())
    assert "人工和保洁是六成" in page.text and "签字：" not in page.text
    objection = await value("select id from minutes_objection")
    said = "以公布的账目为准，届时加更正说明。"
    await answer_objection(await it.asker("郑社工"), objection, said, clock.now())
    await it.days_pass(9)


async def when_chair_recorder_and_each_party_sign(it: Estate) -> None:
    phone = await it.window("陈经理", phone=True)
    await phone.open(f"/meetings/{it.meeting}/minutes")
    await phone.press("签字：安居物业")
    signers = {it.people[name].id: name for name in OFFICES}
    signed = {one["seat"] for one in await rows("select seat from minutes_signature")}
    for seat in await seats_of(await load(it.meeting)):
        if seat.key not in signed:
            name = next(signers[one] for one in seat.people if one in signers)
            await sign_minutes(await it.asker(name), it.meeting, seat.key, clock.now())


async def then_they_are_sealed_and_published_without_a_name(it: Estate) -> None:
    desk = await it.window("郑社工")
    page = await desk.open(f"/meetings/{it.meeting}/minutes")
    sealed = await value("select sha256 from sealed_minutes where meeting = $1", it.meeting)
    assert sealed in page.text
    page = await desk.press("公布纪要")
    public = await (await it.town.phone("stranger")).open(desk.path)
    for read in (page, public):
        assert PUBLISH in read.text and sealed in read.text
        it_names_nobody(read)
    await publish_resolutions(await it.asker("郑社工"), it.meeting, clock.now())


async def when_one_task_is_done_and_shown_and_checked(it: Estate) -> None:
    phone = await it.window("陈经理", phone=True)
    await phone.open(f"/meetings/actions/{it.tasks[0]}")
    await phone.choose("报完成")
    await phone.fill(words="成本和收支已在公示栏和本系统公布。")
    await phone.page.locator("[name=photos]").set_input_files(a_photo())  # pyright: ignore[reportArgumentType]
    page = await phone.press("提交")
    assert page.select_one(".photos img"), "everybody sees what shows it"
    done, worker = ActionStepKind.VERIFIED, await it.asker("郑社工")
    await take_action_step(worker, it.tasks[0], done, "现场看过。", clock.now())


async def then_the_late_one_is_public_and_on_the_next_agenda(it: Estate) -> None:
    """By itself: its day goes by, the timeline says so, the next meeting begins with it."""
    await it.days_pass(10)
    await it.sweeps_come_round()
    late = "select 1 from timeline_line where matter = $1 and text like '超期：任务%'"
    assert await rows(late, it.matter), "the timeline says that the task is late"
    worker, starts = await it.asker("郑社工"), clock.now() + timedelta(days=6)
    facts = MeetingFacts("下一次四方联席会议", starts, 90, UPSTAIRS, "社区居委会 027-87000000")
    following = await plan_meeting(worker, it.estate, "four_party", facts, clock.now())
    await announce_meeting(worker, following.id, clock.now())
    page = await (await it.window("郑社工")).open(f"/meetings/{following.id}/desk")
    first = page.select("section.panel")[0]
    assert "上次纪要与决议执行" in first.text
    assert "【逾期】任务" in first.text and "征集业主对车位标准的意见" in first.text


async def when_it_is_done_after_all_and_its_result_published(it: Estate) -> None:
    """With the last task checked the public judges, without anybody's 推进."""
    member, worker = await it.asker("王委员"), await it.asker("郑社工")
    done, at = ActionStepKind.REPORTED, clock.now()
    await take_action_step(member, it.tasks[1], done, "收回意见 212 份，已公布。", at)
    await take_action_step(worker, it.tasks[1], ActionStepKind.VERIFIED, "抽查属实。", at)
    resolution = await value("select id from resolution where number = 1")
    await publish_execution(worker, resolution, "成本、收支和意见都已公布。", at)
    page = await (await it.town.phone("stranger")).open(f"/matters/{it.matter}")
    assert "第 6 步，共 6 步：公众评事" in page.text


async def when_the_public_judges_it_poorly(it: Estate) -> None:
    """Two are content, three are not: forty per cent."""
    phone = await it.window("赵一凡", phone=True)
    await phone.open(f"/matters/{it.matter}")
    await phone.choose("不满意")
    await phone.fill(words="公开了，可是还在按新标准收。")
    await phone.press("提交评价")
    grades = (Grade.POOR, Grade.POOR, Grade.GOOD, Grade.FAIR)
    for name, grade in zip(LIVING[1:5], grades, strict=True):
        await evaluate_matter(await it.asker(name), it.matter, grade, "", clock.now())
    await it.days_pass(17)
    await it.sweeps_come_round()
    assert await value("select stage from matter where id = $1", it.matter) == "discussed"


async def then_one_page_tells_all_of_it(it: Estate) -> None:
    """The six words, and one timeline from the first whistle to the return."""
    page = await (await it.town.phone("stranger")).open(f"/matters/{it.matter}")
    assert "第 3 步，共 6 步：居民议事（第 2 次）" in page.text
    for word in ("点事", "提事", "议事", "决事", "办事", "评事"):
        assert word in page.text
    told = await rows(
        "select text, link from timeline_line where matter = $1 order by at, number", it.matter
    )
    said = "\n".join(one["text"] for one in told)
    at = -1
    for part in (
        "提出", "归入事项", "支持达到人数", "列入议事", "已通知", "决议：", "议事完成",
        "已决定要办", "起草", "纪要已公布", "决议已公开", "报完成", "超期：任务",
        "办理完成", "执行结果已公开",
        "公众评价不合格，退回再议：5 人评价，满意 1 人、基本满意 1 人、不满意 3 人",
    ):  # fmt: skip
        found = said.find(part, at + 1)
        assert found > at, f"{part} comes in its turn in\n{said}"
        at = found
    assert len({one["link"] for one in told if one["link"].startswith("/tickets/")}) == 3
    it_names_nobody(page)


def it_names_nobody(page: BeautifulSoup) -> None:
    main = page.select_one("main")
    assert main
    for name in (*OFFICES, *LIVING):
        assert name not in main.text
