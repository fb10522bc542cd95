"""From the draft to the notice: two questions, a roll that owners check, two members."""

import io
import re
from datetime import datetime, timedelta

import pypdf

from coordination.clock import SHANGHAI
from tests.browser.screens import Screen
from tests.journeys.founding import STAFF
from tests.journeys.the_roll import LETTER, corrected, expected
from tests.journeys.town import Town, prove
from tests.waiting import until

MEASURED = "80.06"  # what the certificate of the objecting owner says
WHOLE_ESTATE, ONE_BUILDING = "续聘安居物业服务有限公司", "使用维修资金更换1栋电梯"
QUESTIONS = {
    WHOLE_ESTATE: ("选聘和解聘物业服务企业", "续聘三年，属于选聘。", "全体业主", None),
    ONE_BUILDING: ("使用建筑物及其附属设施的维修资金", "从维修资金列支。", "部分楼栋", "1栋"),
}  # fmt: skip


async def when_a_member_drafts_a_poll_with_two_questions(town: Town) -> None:
    desk = await town.desk("chair")
    await desk.open("/ballots/convening")
    await desk.press("起草一次表决")
    await desk.fill(title="2026年第一次业主大会", summary="续聘物业；更换1栋电梯。")
    await desk.press("下一步：投票时间")
    town.poll = re.sub(r"/times.*", "", desk.path)
    await _begin_three_days_later(desk)
    for title, (words, reason, scope, building) in QUESTIONS.items():
        await desk.open(f"{town.poll}/questions/new")
        await desk.fill(title=title, text=f"是否{title}？", if_silent="不计入参与表决。")
        await desk.press("下一步：事项类别")
        await desk.choose(words)
        await desk.fill(reason=reason)
        await desk.press("下一步")
        await desk.choose(scope)
        await desk.press("下一步")
        if building:
            await desk.choose(building)
            await desk.press("保存")


async def _begin_three_days_later(desk: Screen) -> None:
    """Than the earliest: time to answer objections."""
    boxes = [desk.page.locator(f"[name={name}]") for name in ("opens_at", "closes_at")]
    for box in boxes:
        offered = datetime.fromisoformat(await box.input_value())
        await box.fill((offered + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M"))
    await desk.press("保存")


async def when_the_roll_is_published(town: Town) -> None:
    desk = await town.desk("chair")
    await desk.open(f"{town.poll}/convening")
    await desk.press("核对并公布名册")
    words = await desk.text()
    assert expected(town.units, 0).persons == 34 and "34 人" in words
    assert expected(town.units, 1, "1栋").persons == 17 and "17 人" in words
    await desk.press("公布名册")


async def when_an_owner_objects_to_it(town: Town) -> None:
    phone = await town.phone(LETTER.name)
    await phone.open(f"{town.poll}/roll")
    await phone.press("提出异议")
    await phone.choose("1栋1单元101")
    await phone.fill(text=f"我家面积应为 {MEASURED} 平方米，与不动产权证一致。")
    await phone.press("提出异议")

    assert "已经收到您的异议" in await phone.text()


async def then_the_roll_is_not_frozen_while_it_waits(town: Town) -> None:
    """The days of checking are over, and there is an objection."""
    desk = await town.desk("chair")
    await desk.open(f"{town.poll}/roll/freeze")
    [ends] = re.findall(r"到 (\d+)年(\d+)月(\d+)日 24:00 为止", await desk.text())
    last_day = datetime(*map(int, ends), tzinfo=SHANGHAI)
    await town.put_clock_to(last_day + timedelta(days=1, minutes=1))

    await desk.open(f"{town.poll}/roll/freeze")

    words = await desk.text()
    assert "✓ 已满" in words and "还有 1 条" in words and "还不能锁定" in words
    assert not await desk.page.get_by_role("button", name="锁定名册").count()


async def when_the_area_is_corrected_and_the_objection_answered(town: Town) -> None:
    worker = await town.desk("worker")
    await worker.open(f"/registry/{town.estate}/units?room=101")
    await worker.press("1栋1单元101")
    await prove(town, worker, STAFF["worker"][1])
    await worker.page.get_by_text("更正面积、性质或楼层").click()
    await worker.fill(area=MEASURED, reason="不动产权证书记载")
    await worker.press("更正")
    assert MEASURED in await worker.page.locator(".facts").first.inner_text()
    town.units = corrected(town.units, "1栋101", MEASURED)

    chair = await town.desk("chair")
    await chair.open(f"{town.poll}/roll/objections")
    await chair.press("查看和答复")
    await chair.choose("成立，名册登记已更正")
    await chair.fill(gist="1栋一户面积有误", answer="经核对不动产权证，面积已更正。")
    await chair.press("公布答复")


async def then_the_roll_freezes_with_its_hash(town: Town) -> None:
    desk = await town.desk("chair")
    await desk.open(f"{town.poll}/roll/freeze")
    await desk.press("锁定名册")
    await until(lambda: desk.page.get_by_text("名册已锁定").count(), "the roll is frozen")

    phone = await town.phone(LETTER.name)
    await phone.open(f"{town.poll}/roll")
    words = await phone.text()
    assert len(re.findall(r"\b[0-9a-f]{64}\b", words)) == 4, "two hashes for each question"
    await phone.open(f"{town.poll}/rights")
    assert MEASURED in await phone.text()


async def when_the_notice_is_proposed_and_a_second_member_confirms_it(town: Town) -> None:
    chair, second = await town.desk("chair"), await town.desk("second")
    await chair.open(f"{town.poll}/notice")
    await chair.press("提交给另一名成员确认")
    assert not await chair.page.get_by_role("button", name="确认并发布公告").count()

    await second.open(f"{town.poll}/convening")
    await second.press("核对并确认公告")
    await second.press("确认并发布公告")


async def then_anybody_reads_prints_and_checks_the_notice(town: Town) -> None:
    stranger = await town.phone("a stranger")
    await stranger.open(town.poll)
    await stranger.press(re.compile("投票公告"))
    words = await stranger.text()
    [number] = set(re.findall(r"〔\d{4}〕第\d+号", words))
    [parts] = re.findall(r"校验码\s+([0-9A-Z]{4}) ([0-9A-Z]{4})", words)
    code = "".join(parts)
    printed = await stranger.context.request.get(f"{stranger.page.url}.pdf")
    pages = pypdf.PdfReader(io.BytesIO(await printed.body())).pages
    print_out = "".join(page.extract_text() for page in pages)

    await stranger.open(f"/v/{code}")

    assert number in await stranger.text() and "有这份公告" in await stranger.text()
    assert number in print_out
    assert code in print_out.replace(" ", "")


async def then_the_poll_opens_by_itself(town: Town) -> None:
    api = (await town.browser()).client
    said = (await api.get(f"/api/v1/polls/{town.poll.rpartition('/')[2]}")).json()
    opens_at = datetime.fromisoformat(said["opens_at"]).astimezone(SHANGHAI)
    stranger = await town.phone("a stranger")
    await stranger.open(town.poll)
    assert "● 投票进行中" not in await stranger.text()

    await town.put_clock_to(opens_at)

    async def is_open() -> bool:
        await stranger.open(town.poll)
        return "● 投票进行中" in await stranger.text()

    await until(is_open, "the poll opens")
