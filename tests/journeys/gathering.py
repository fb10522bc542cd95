"""点事, 提事 and the call of the meeting: from three whistles to four parties who say they come."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

from coordination import clock
from coordination.clock import SHANGHAI
from coordination.db import rows
from coordination.matters.raising import support_matter
from coordination.meetings.calling.actions import answer_invitation
from coordination.meetings.tables import Answer
from coordination.tickets.handling.linking import link_matter
from coordination.tickets.whistling.actions import Whistle, blow_whistle
from tests.journeys.neighbours import LIVING, TITLE, Estate
from tests.waiting import until

UPSTAIRS = "社区二楼会议室"


async def given_three_whistles_about_the_same_charge(it: Estate) -> None:
    for name in LIVING[:3]:
        whistle = Whistle(
            uuid4(), it.estate.id, None, "地面车位", "parking",
            f"{name[0]}家反映：车位月费从 200 元涨到 350 元，没有公示依据",
        )  # fmt: skip
        await blow_whistle(await it.asker(name), whistle, clock.now())


async def when_the_community_makes_one_matter_of_them(it: Estate) -> None:
    desk = await it.window("郑社工")
    await desk.open("/matters/new")
    await desk.choose("由多张工单汇总")
    await desk.fill(
        title=TITLE, text="三张工单反映同一件事：涨价没有依据。请公开成本，一起商量标准。"
    )
    await desk.press("提交")
    it.matter = UUID(re.sub(r"\D*/matters/", "", desk.path))
    worker = await it.asker("郑社工")
    for ticket in await rows("select id from ticket order by number"):
        await link_matter(worker, ticket["id"], it.matter, clock.now())


async def when_residents_support_it(it: Estate) -> None:
    """One on her phone, then others; the last of five brings it to the screening."""
    phone = await it.window("赵一凡", phone=True)
    await phone.open(f"/matters/{it.matter}")
    page = await phone.press("我也支持")
    assert "您已支持" in page.text
    for name in LIVING[1:5]:
        await support_matter(await it.asker(name), it.matter, clock.now())
    page = await phone.open(f"/matters/{it.matter}")
    assert "第 2 步，共 6 步：两委提事" in page.text


async def when_it_is_screened_with_a_public_answer(it: Estate) -> None:
    desk = await it.window("冯社工")
    await desk.open(f"/matters/{it.matter}")
    await desk.choose("列入联席会议或议事会的议题")
    await desk.fill(words="关系到多数住户，列入四方联席会议；物业带上成本账目。")
    page = await desk.press("公开答复")
    assert "第 3 步，共 6 步：居民议事" in page.text


async def when_the_community_calls_the_four_party_meeting(it: Estate) -> None:
    """The matter is on the agenda by itself; from the notice on, the agenda is what it says."""
    desk = await it.window("郑社工")
    starts = (clock.now() + timedelta(days=6)).astimezone(SHANGHAI)
    await desk.open("/meetings/new")
    await desk.fill(
        kind="四方联席会议", place="梧桐苑", title="梧桐苑四方联席会议",
        starts_at=f"{starts:%Y-%m-%dT14:30}", venue=UPSTAIRS, contact="社区居委会 027-87000000",
    )  # fmt: skip
    page = await desk.press("下一步：参加单位和议程")
    it.meeting = UUID(desk.path.split("/")[2])
    assert TITLE in page.text
    page = await desk.press("发出会议通知")
    assert "关于召开梧桐苑四方联席会议的通知" in page.text


async def then_the_parties_are_invited_and_confirm(it: Estate) -> None:
    phone = await it.window("陈经理", phone=True)
    await phone.open(f"/meetings/{it.meeting}")
    await phone.choose("参加")
    page = await phone.press("答复")
    assert "安居物业已答复：参加" in page.text.replace("\n", "")
    for name in ("王委员", "褚校长", "卫议事"):
        asker = await it.asker(name)
        await answer_invitation(asker, it.meeting, Answer.COMING, "", clock.now())
    said = await rows(
        "select text from message where event = 'meeting-notice' and person = $1",
        it.people["陈经理"].id,
    )
    assert len(said) == 1, "every party was told"


async def then_anybody_may_share_it_in_a_group(it: Estate) -> None:
    """The page of the meeting reads without an account, with a title and one line."""
    stranger = await it.town.phone("stranger")
    page = await stranger.open(f"/meetings/{it.meeting}")
    titled = page.select_one('meta[property="og:title"]')
    line = page.select_one('meta[property="og:description"]')
    assert titled and line
    assert titled["content"] == "梧桐苑四方联席会议"
    assert UPSTAIRS in str(line["content"])
    await until(lambda: _told(it), "the matter hears that it is on the agenda")


async def _told(it: Estate) -> list:
    return await rows(
        "select 1 from timeline_line where matter = $1 and text like '%已通知%'", it.matter
    )
