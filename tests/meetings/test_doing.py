"""What a meeting asked for: done, checked by another, late, and on the next agenda by itself."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from coordination.db import rows
from coordination.errors import Invalid
from coordination.meetings.action_tables import ActionState, ActionStepKind
from coordination.meetings.doing.actions import (
    NotYourTask,
    OwnWork,
    Task,
    WrongTurn,
    give_action,
    take_action_step,
)
from coordination.meetings.doing.queries import actions_at, actions_for
from coordination.meetings.queries import items_of
from coordination.people.tables import RoleKind
from tests.builders import a_person, a_role
from tests.meetings.a_meeting import (
    DURING,
    ENDS,
    a_full_room,
    a_town,
    asking,
    facts,
    minutes_of,
)
from tests.meetings.a_meeting import plan_meeting as plan
from tests.meetings.test_calling_pages import sign_in

pytestmark = pytest.mark.usefixtures("database")
DUE = date(2026, 3, 20)
LATE = ENDS + timedelta(days=10)
K = ActionStepKind


async def a_task(town, **more):
    meeting = await a_full_room(town)
    item = (await items_of(meeting.id))[-1]
    task = Task("修好3栋道闸", town.company.id, DUE, **more)
    return meeting, await give_action(town.worker, item.id, task, DURING)


async def test_a_task_goes_its_road_and_another_checks_it():
    town = await a_town()
    _, action = await a_task(town)

    with pytest.raises(WrongTurn):
        await take_action_step(town.worker, action.id, K.VERIFIED, "", DURING)
    await take_action_step(town.manager, action.id, K.STARTED, "", DURING)
    with pytest.raises(Invalid):
        await take_action_step(town.manager, action.id, K.REPORTED, "", ENDS)
    await take_action_step(town.manager, action.id, K.REPORTED, "已更换", ENDS)
    with pytest.raises(NotYourTask):
        await take_action_step(town.manager, action.id, K.VERIFIED, "", ENDS)
    await take_action_step(town.worker, action.id, K.RETURNED, "还是坏的", ENDS)
    await take_action_step(town.manager, action.id, K.REPORTED, "又换了", ENDS)
    done = await take_action_step(town.worker, action.id, K.VERIFIED, "现场看过", ENDS)

    steps = await rows("select step from action_step order by ordinal")
    assert done.state == ActionState.VERIFIED
    assert [one["step"] for one in steps] == [
        "given", "started", "reported", "returned", "reported", "verified",
    ]  # fmt: skip


async def test_nobody_checks_their_own_work():
    town = await a_town()
    _, action = await a_task(town)
    both = type("P", (), {"id": town.worker.id})
    await a_role(RoleKind.PROPERTY_STAFF, town.estate, body=town.company, person=both)
    worker = await asking(both, DURING)

    await take_action_step(worker, action.id, K.REPORTED, "我自己办的", ENDS)
    with pytest.raises(OwnWork):
        await take_action_step(worker, action.id, K.VERIFIED, "", ENDS)


async def test_only_the_convener_gives_more_time_and_only_later():
    town = await a_town()
    _, action = await a_task(town)

    with pytest.raises(NotYourTask):
        await take_action_step(
            town.manager, action.id, K.EXTENDED, "等配件", ENDS, due_on=date(2026, 4, 1)
        )
    with pytest.raises(Invalid):
        await take_action_step(town.worker, action.id, K.EXTENDED, "等配件", ENDS, due_on=DUE)
    longer = await take_action_step(
        town.worker, action.id, K.EXTENDED, "等配件", ENDS, due_on=date(2026, 4, 1)
    )

    assert longer.due_at.isoformat() == "2026-04-02T00:00:00+08:00"
    [told] = await rows(
        "select due_at from action_step where step = 'extended' and words = '等配件'"
    )
    assert told["due_at"] == longer.due_at


async def test_what_is_late_comes_first_on_the_next_agenda_by_itself():
    town = await a_town()
    meeting, late = await a_task(town)
    item = (await items_of(meeting.id))[-1]
    await give_action(
        town.worker, item.id, Task("后面的事", town.company.id, date(2026, 5, 1)), ENDS
    )

    coming = facts("下一次会", LATE + timedelta(days=9))
    following = await plan(town.worker, town.estate, "three_party", coming, LATE)

    text = (await items_of(following.id))[0].text
    assert text.splitlines()[0].startswith(f"【逾期】任务{late.number}：修好3栋道闸（安居物业")
    assert not text.splitlines()[1].startswith("【逾期】")


async def test_a_task_is_given_only_to_who_was_invited_and_not_for_yesterday():
    town, other = await a_town(), await a_town("外苑")
    meeting = await a_full_room(town)
    item = (await items_of(meeting.id))[-1]
    stranger = await a_person("外人")

    with pytest.raises(Invalid) as refused:
        await give_action(
            town.worker, item.id, Task(" ", other.company.id, date(2026, 3, 1), stranger.id), DURING
        )

    assert set(refused.value.fields) == {"text", "body", "due_on", "person"}


async def test_each_body_finds_what_waits_for_it():
    town = await a_town()
    _, action = await a_task(town)

    assert [one.id for one in await actions_for([town.company.id], ENDS)] == [action.id]
    assert await actions_for([town.community.id], ENDS) == []
    await take_action_step(town.manager, action.id, K.REPORTED, "好了", ENDS)
    assert [one.id for one in await actions_for([town.community.id], ENDS)] == [action.id]
    assert await actions_for([town.company.id], ENDS) == []
    assert [one.is_late(LATE) for one in await actions_at(town.estate.path, LATE)] == [False]


async def test_the_register_is_public_and_names_no_person(browser, time_is):
    time_is(LATE)
    town = await a_town()
    _, action = await a_task(town, person=town.manager.id)

    listed = await browser.open(f"/meetings/actions?estate={town.estate.id}")
    page = await browser.open(f"/meetings/actions/{action.id}")
    printed = await browser.client.get(f"/meetings/actions/register.pdf?estate={town.estate.id}")

    assert "逾期" in listed.main.text
    assert "安居物业" in page.main.text
    assert "钱经理" not in listed.text + page.text
    text = "".join(one.extract_text() for one in PdfReader(BytesIO(printed.content)).pages)
    assert "修好3栋道闸" in text.replace("\n", "")
    assert "逾期1项" in text.replace(" ", "").replace("\n", "")


async def test_the_body_works_on_it_from_its_page(browser, time_is):
    time_is(ENDS)
    town = await a_town()
    _, action = await a_task(town)
    await sign_in(browser, town.manager)
    mine = await browser.open("/meetings/actions/mine")
    here = f"/meetings/actions/{action.id}"
    assert mine.select_one(f"a[href='{here}']")
    await browser.open(here)

    await browser.send(f"{here}/steps", step="reported", words="", expect=422)
    page = await browser.send(f"{here}/steps", step="reported", words="换好了")

    assert "已完成（待核）" in page.main.text
    assert not page.select(f"form[action='{here}/steps']")


async def test_sign_in_sheet_and_minutes_print(browser, time_is):
    time_is(ENDS)
    town = await a_town()
    meeting = await a_full_room(town)
    await sign_in(browser, town.worker)
    sheet = await browser.client.get(f"/meetings/{meeting.id}/sign-in.pdf")
    await browser.open(f"/meetings/{meeting.id}/console")
    await browser.send(f"/meetings/{meeting.id}/closing")
    await minutes_of(town, meeting)
    minutes = await browser.client.get(f"/meetings/{meeting.id}/minutes.pdf")

    texts = ["".join(one.extract_text() for one in PdfReader(BytesIO(r.content)).pages)
             .replace("\n", "").replace(" ", "") for r in (sheet, minutes)]  # fmt: skip
    assert "邀请5方7人，到会5人" in texts[0]
    assert "委员2" in texts[0], "invited, and did not come"
    assert "第三次四方联席会议纪要" in texts[1]
    await sign_in(browser, town.members[2])
    for name in ("sign-in.pdf", "minutes.pdf"):
        refused = await browser.client.get(f"/meetings/{meeting.id}/{name}")
        assert refused.status_code in (403, 404)
