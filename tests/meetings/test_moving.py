"""A meeting is moved after its notice: announced anew, told, and answered anew."""

from datetime import timedelta

import pytest

from coordination.db import rows
from coordination.errors import Invalid
from coordination.matters.tables import Stage
from coordination.meetings.calling.actions import answer_invitation
from coordination.meetings.calling.moving import move_meeting
from coordination.meetings.calling.noticing import NoticeTooShort, announced
from coordination.meetings.queries import load
from coordination.meetings.room.presence import open_meeting
from coordination.meetings.steps import NotYourMeeting, OutOfOrder
from coordination.meetings.tables import Answer, Step
from coordination.meetings.waiting import meetings_waiting
from coordination.web.formats import form_time
from tests.meetings.a_meeting import STARTS, TODAY, a_noticed, a_planned, a_town
from tests.meetings.test_calling import a_matter
from tests.meetings.test_calling_pages import sign_in

pytestmark = pytest.mark.usefixtures("database")
LATER = TODAY + timedelta(days=3)
MOVED = STARTS + timedelta(days=2)


async def test_who_was_invited_hears_of_the_new_day_and_answers_anew():
    town = await a_town()
    matter = await a_matter(town, Stage.DISCUSSED, "停车收费")
    meeting = await a_noticed(town)
    await answer_invitation(town.manager, meeting.id, Answer.COMING, "", TODAY)

    notice = await move_meeting(town.worker, meeting.id, MOVED, "三楼", "会议室漏水", LATER)

    found = await load(meeting.id)
    assert (found.meeting.starts_at, found.meeting.venue) == (MOVED, "三楼")
    assert found.state.current is Step.NOTICED and found.state.times_moved == 1
    assert "会议室漏水" in found.state.moved.reason
    assert [party.answer for party in found.parties] == [None] * len(found.parties)
    assert (await announced(meeting.id)).id == notice.id and "改期" in notice.title
    told = await rows("select person, text from message where event = 'meeting-moved'")
    assert town.manager.id in {one["person"] for one in told}
    assert town.worker.id not in {one["person"] for one in told}
    assert "2026年3月12日 14:30" in told[0]["text"] and "2026年3月14日 14:30" in told[0]["text"]
    waits = [one.what for one in await meetings_waiting(town.manager, LATER)]
    assert waits == ["answer"]
    await answer_invitation(town.manager, meeting.id, Answer.DECLINED, "出差", LATER)
    assert await meetings_waiting(town.manager, LATER) == []
    lines = await rows(
        "select text from timeline_line where matter = $1 order by number", matter.id
    )
    assert lines[-1]["text"] == "第三次四方联席会议：改在2026年3月14日 14:30召开"


async def test_a_new_day_needs_the_full_notice_again_and_a_new_room_does_not():
    town = await a_town()
    meeting = await a_noticed(town, "committee")
    late = STARTS - timedelta(days=3)

    with pytest.raises(NoticeTooShort, match="最早2026年3月17日"):
        await move_meeting(town.members[0], meeting.id, MOVED, "二楼", "人不齐", late)
    await move_meeting(town.members[0], meeting.id, STARTS, "三楼", "二楼停电", late)

    found = await load(meeting.id)
    assert (found.meeting.starts_at, found.meeting.venue) == (STARTS, "三楼")


async def test_what_is_not_announced_or_has_begun_is_not_moved_nor_by_a_stranger():
    town = await a_town()
    planned, meeting = await a_planned(town), await a_noticed(town)

    with pytest.raises(OutOfOrder):
        await move_meeting(town.worker, planned.id, MOVED, "三楼", "改", TODAY)
    with pytest.raises(NotYourMeeting):
        await move_meeting(town.manager, meeting.id, MOVED, "三楼", "改", TODAY)
    with pytest.raises(Invalid, match="没有改"):
        await move_meeting(town.worker, meeting.id, STARTS, meeting.venue, "改", TODAY)
    await open_meeting(town.worker, meeting.id, STARTS)
    with pytest.raises(OutOfOrder):
        await move_meeting(town.worker, meeting.id, MOVED, "三楼", "改", STARTS)


async def test_it_is_moved_on_one_page_that_keeps_what_was_typed(browser, time_is):
    time_is(LATER)
    town = await a_town()
    meeting = await a_noticed(town)
    await sign_in(browser, town.worker)
    here = f"/meetings/{meeting.id}"
    page = await browser.open(f"{here}/move")
    assert page.select_one("input[name=starts_at]")["value"] == form_time(STARTS)

    near = form_time(LATER + timedelta(days=1))
    wrong = await browser.send(
        f"{here}/move", starts_at=near, venue="三楼", reason="会议室漏水", expect=422
    )
    notice = await browser.send(
        f"{here}/move", starts_at=form_time(MOVED), venue="三楼", reason="会议室漏水。"
    )
    public = await browser.open(here)
    calendar = await browser.client.get(f"{here}/invitation.ics")

    codes = await rows("select check_code, title from notice order by published_at")
    old, new = [await browser.open(f"/v/{one['check_code']}") for one in codes]

    assert "已经改期或换地点" in old.main.text and "有这份公告" in old.main.text
    assert "改期或换地点" not in new.main.text
    assert "最早2026年3月8日开会" in wrong.main.text and "会议室漏水" in wrong.main.text
    assert notice.h1.text == "关于第三次四方联席会议改期的通知"
    assert "已改期，以新通知为准" in public.main.text and "会议室漏水" in public.main.text
    assert "SEQUENCE:1\r\n" in calendar.text and "DTSTART:20260314T063000Z" in calendar.text


async def test_a_meeting_called_for_a_matter_has_it_first_though_another_has_it_too(
    browser, time_is
):
    time_is(TODAY)
    town = await a_town()
    matter = await a_matter(town, Stage.DISCUSSED, "北门夜间关不关")
    await a_noticed(town)
    later = await a_matter(town, Stage.DISCUSSED, "快递柜")
    await sign_in(browser, town.worker)
    asked = f"/meetings/new?place={town.estate.id}&matter={matter.id}"
    page = await browser.open(asked)
    sent = {one["name"]: one.get("value", "") for one in page.select("main form input[name]")}
    sent |= {"kind": "four_party", "place": town.estate.id}

    too_near = await browser.send("/meetings/new", **sent | {"starts_at": "2026-03-04T14:30",
                                  "venue": "二楼"}, expect=422)  # fmt: skip
    desk = await browser.send("/meetings/new", **sent | {"starts_at": "2026-03-05T14:30",
                              "venue": "二楼"})  # fmt: skip

    assert "3月5日 星期四：三方联动例会、四方联席会议" in page.main.text
    assert "最早2026年3月5日开会" in too_near.main.text
    points = [one.text.partition(". ")[2] for one in desk.select("section.panel h3")]
    assert points == ["上次纪要与决议执行", "工单月度分析", matter.title, later.title,
                      "公开事项", "其他"]  # fmt: skip
