"""What a meeting does to its matters by itself: nobody presses 推进 for what its rows say."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

import pytest
from asyncpg import Record

from coordination.db import row, rows, value
from coordination.law.classes import MatterClass
from coordination.matters.actions import OWNERS_VOTE, open_duty, settle_duty
from coordination.matters.following import follow_vote
from coordination.matters.raising import raise_matter
from coordination.matters.screening import TO_TICKET, adopt_matter, screen_matter
from coordination.matters.steps import lock_matter
from coordination.matters.tables import Door, Stage, StepKind
from coordination.meetings.action_tables import ActionStepKind as K
from coordination.meetings.calling.noticing import announce_meeting
from coordination.meetings.doing.actions import Task, give_action, take_action_step
from coordination.meetings.doing.ticketing import open_ticket_of_matter
from coordination.meetings.minutes.publishing import publish_execution
from coordination.meetings.queries import items_of
from coordination.meetings.room.presence import check_in, close_meeting, open_meeting
from coordination.meetings.room.resolutions import Proposed, resolve
from coordination.meetings.room_tables import ResolutionKind
from coordination.meetings.sweeping import sweep_meetings
from coordination.meetings.tables import Meeting
from tests.meetings.a_meeting import DURING, ENDS, STARTS, TODAY, Town, a_planned, a_town

pytestmark = pytest.mark.usefixtures("database")
DUE = date(2026, 3, 20)
LATER = ENDS + timedelta(days=20)
ASKED = Proposed(
    "提请表决", ResolutionKind.TO_ASSEMBLY, None, MatterClass.COMMON_USE, "占用共有道路"
)


async def a_matter(town: Town, *, listed: bool = True) -> UUID:
    """Raised by the committee; screened, or waiting to be."""
    at = TODAY - timedelta(days=5)
    matter = await raise_matter(
        town.members[0],
        town.estate,
        "车位月费要公开",
        "请公开依据，一起商量。",
        at,
        door=Door.PARTY,
    )
    await adopt_matter(town.worker, matter, "", at)
    if listed:
        await screen_matter(town.worker, matter, StepKind.LISTED, "列入例会。", at)
    return matter


async def a_meeting_about(town: Town, matter: UUID) -> tuple[Meeting, UUID]:
    """三方联动例会, open, everybody there; and its point about the matter, which came by itself."""
    meeting = await a_planned(town, "three_party", title="三月例会")
    await announce_meeting(town.worker, meeting.id, TODAY)
    await open_meeting(town.worker, meeting.id, STARTS)
    code = await value("select room_code from meeting where id = $1", meeting.id)
    for one in (town.worker, town.members[0], town.manager):
        await check_in(one, code, STARTS)
    item = next(one for one in await items_of(meeting.id) if one.matter == matter)
    return meeting, item.id


async def stage_of(matter: UUID) -> Stage | None:
    """None: it is over."""
    standing = (await lock_matter(matter)).standing
    return None if standing.is_over else standing.stage


async def last_step(matter: UUID) -> Record:
    found = await row(
        """select kind, words, facts->>'way' as way from matter_step where matter = $1
            order by number desc limit 1""",
        matter,
    )
    assert found
    return found


async def a_decided(town: Town, matter: UUID) -> tuple[Meeting, UUID]:
    """Resolved and over, with one task; the resolution's and the task's ids are rows."""
    meeting, item = await a_meeting_about(town, matter)
    await resolve(town.worker, item, Proposed("公开账目", ResolutionKind.DECIDED), DURING)
    task = await give_action(town.worker, item, Task("贴出账目", town.company.id, DUE), DURING)
    await close_meeting(town.worker, meeting.id, ENDS)
    return meeting, task.id


async def finish(town: Town, task: UUID, at=LATER) -> None:
    await take_action_step(town.manager, task, K.REPORTED, "已贴出", at)
    await take_action_step(town.worker, task, K.VERIFIED, "", at)


async def test_on_the_announced_agenda_it_is_listed_and_that_is_the_public_answer():
    town = await a_town()
    matter = await a_matter(town, listed=False)

    await a_meeting_about(town, matter)

    step = await last_step(matter)
    assert (await stage_of(matter), step["kind"]) == (Stage.DISCUSSED, "listed")
    assert step["words"].startswith("列入三月例会议程")
    assert await value("select settled_at is not null from duty where label = '提事并公开答复'")


async def test_held_and_resolved_it_is_to_be_done_by_whom_the_first_task_went_to():
    town = await a_town()
    matter = await a_matter(town)

    await a_decided(town, matter)

    step = await last_step(matter)
    assert (step["kind"], step["words"], step["way"]) == ("resolved", "公开账目", "consensus")
    assert await value("select holder from matter where id = $1", matter) == town.company.id
    held = await row("select words from matter_step where kind = 'held' and matter = $1", matter)
    assert held and held["words"].endswith("到会：梧桐苑业委会、梧桐苑居委会、安居物业")


async def test_discussed_without_a_decision_it_comes_back_on_the_next_agenda():
    town = await a_town()
    matter = await a_matter(town)
    meeting, _ = await a_meeting_about(town, matter)
    await close_meeting(town.worker, meeting.id, ENDS)
    assert await stage_of(matter) is Stage.DECIDED

    following = await a_planned(town, "three_party", starts_at=STARTS + timedelta(days=30))

    assert matter in {one.matter for one in await items_of(following.id)}


async def the_owners_are_asked(town: Town, matter: UUID) -> None:
    meeting, item = await a_meeting_about(town, matter)
    await resolve(town.worker, item, ASKED, DURING)
    await close_meeting(town.worker, meeting.id, ENDS)


async def test_asked_of_the_owners_alone_it_waits_for_their_final_vote():
    town = await a_town()
    matter = await a_matter(town)
    await the_owners_are_asked(town, matter)
    duty = f"{OWNERS_VOTE}车位"

    await open_duty(matter, duty)
    before = await follow_vote(matter, "车位：表决通过", LATER, carried=[True], link="/ballots/1")
    await settle_duty(matter, duty, LATER)
    await follow_vote(matter, "车位：表决通过", LATER, carried=[True], link="/ballots/1")

    assert before is None, "the vote is not final"
    assert (await last_step(matter))["way"] == "ballot"
    assert await stage_of(matter) is Stage.DONE


async def test_what_the_owners_do_not_carry_is_over():
    town = await a_town()
    matter = await a_matter(town)
    await the_owners_are_asked(town, matter)
    await open_duty(matter, f"{OWNERS_VOTE}车位")
    await settle_duty(matter, f"{OWNERS_VOTE}车位", LATER)

    await follow_vote(matter, "车位：表决未通过", LATER, carried=[False], link="/ballots/1")

    assert (await stage_of(matter), (await last_step(matter))["kind"]) == (None, "not_resolved")


async def test_of_several_questions_what_was_carried_is_to_be_done_and_the_page_says_which(browser):
    town = await a_town()
    matter = await a_matter(town)
    await the_owners_are_asked(town, matter)
    await open_duty(matter, f"{OWNERS_VOTE}车位")
    await settle_duty(matter, f"{OWNERS_VOTE}车位", LATER)
    words = "出租车位：表决通过；收取月费：表决未通过"

    await follow_vote(matter, words, LATER, carried=[True, False], link="/ballots/1")

    page = await browser.open(f"/matters/{matter}")
    assert (await last_step(matter))["kind"] == "partly_resolved"
    assert await stage_of(matter) is Stage.DONE
    said = " ".join(page.main.text.split())
    assert f"部分通过，通过的要办：2 项表决，通过 1 项。{words}" in said


async def test_with_the_last_task_checked_the_public_judges_once():
    town = await a_town()
    matter = await a_matter(town)
    meeting, task = await a_decided(town, matter)
    item = next(one.id for one in await items_of(meeting.id) if one.matter == matter)
    second = await give_action(town.worker, item, Task("征求意见", town.committee.id, DUE), ENDS)

    await finish(town, task)
    waiting = await stage_of(matter)
    await take_action_step(town.worker, second.id, K.CANCELLED, "已由问卷代替", LATER)
    await asyncio.gather(sweep_meetings(LATER), sweep_meetings(LATER))

    assert waiting is Stage.DONE
    step = await last_step(matter)
    assert (step["kind"], await stage_of(matter)) == ("carried_out", Stage.EVALUATED)
    assert step["words"].startswith("1 项任务核实完成，1 项取消；任务")


async def test_a_vote_that_goes_on_keeps_it_open_and_the_sweep_moves_it_when_it_is_final():
    town = await a_town()
    matter = await a_matter(town)
    _, task = await a_decided(town, matter)
    await open_duty(matter, f"{OWNERS_VOTE}车位")
    await finish(town, task)
    waiting = await stage_of(matter)

    await settle_duty(matter, f"{OWNERS_VOTE}车位", LATER)
    await sweep_meetings(LATER)

    assert (waiting, await stage_of(matter)) == (Stage.DONE, Stage.EVALUATED)


async def test_a_resolution_without_tasks_is_done_with_its_published_execution():
    town = await a_town()
    matter = await a_matter(town)
    meeting, item = await a_meeting_about(town, matter)
    said = await resolve(town.worker, item, Proposed("公开账目", ResolutionKind.DECIDED), DURING)
    await close_meeting(town.worker, meeting.id, ENDS)

    notice = await publish_execution(town.worker, said.id, "钱经理已贴出账目。", LATER)

    told = await rows("select text, link from timeline_line where matter = $1", matter)
    assert ("第1项决议执行结果已公开：物业公司代表已贴出账目。", f"/notices/{notice.id}") in {
        (one["text"], one["link"]) for one in told
    }
    assert await stage_of(matter) is Stage.EVALUATED


async def test_an_extended_task_is_late_on_its_new_day_and_told_once_by_two_workers():
    town = await a_town()
    matter = await a_matter(town)
    _, task = await a_decided(town, matter)
    new = date(2026, 4, 20)
    await take_action_step(town.worker, task, K.EXTENDED, "等新标准", ENDS, due_on=new)
    due = await value("select due_at from duty where label like '任务%'")
    early = await rows("select 1 from message where event = 'action-late'")

    late = due + timedelta(minutes=1)
    await sweep_meetings(late - timedelta(days=1))
    await asyncio.gather(sweep_meetings(late), sweep_meetings(late))

    told = await rows("select person from message where event = 'action-late'")
    assert (due.date(), early) == (date(2026, 4, 20), [])
    assert [one["person"] for one in told] == [town.manager.id]


async def test_a_publication_that_is_late_is_told_in_public_once():
    town = await a_town()
    matter = await a_matter(town)
    await a_decided(town, matter)

    await sweep_meetings(LATER)
    await sweep_meetings(LATER + timedelta(days=60))

    said = await rows(
        """select text from timeline_line where matter = $1 and text like '超期：三月例会%'
            order by at""",
        matter,
    )
    assert [one["text"].partition("，")[0] for one in said] == [
        "超期：三月例会第1项决议没有公开", "超期：三月例会第1项决议的执行结果没有公开",
    ]  # fmt: skip


async def test_a_matter_turned_into_a_ticket_has_one_and_only_one():
    town = await a_town()
    matter = await a_matter(town, listed=False)
    await screen_matter(town.worker, matter, StepKind.TO_TICKET, "责任清楚，不用再议。", TODAY)
    queued = await rows("select payload from pgqueuer where entrypoint = $1", TO_TICKET)

    await open_ticket_of_matter(str(matter), TODAY)
    await open_ticket_of_matter(str(matter), TODAY)

    [ticket] = await rows("select id, door, matter, holder, text, estate from ticket")
    assert [bytes(one["payload"]) for one in queued] == [str(matter).encode()]
    assert (ticket["door"], ticket["matter"], ticket["holder"], ticket["estate"]) == (
        "matter", matter, town.company.id, town.estate.id)  # fmt: skip
    assert ticket["text"] == "车位月费要公开。请公开依据，一起商量。"
    link = f"/tickets/{ticket['id']}"
    assert await rows("select 1 from timeline_line where matter = $1 and link = $2", matter, link)


async def test_a_task_may_be_worked_on_as_a_ticket():
    town = await a_town()
    matter = await a_matter(town)
    _, item = await a_meeting_about(town, matter)

    task = Task("修好道闸", town.company.id, DUE, as_ticket=True)
    action = await give_action(town.worker, item, task, DURING)

    ticket = await row("select id, matter, holder, text from ticket")
    assert ticket and dict(ticket) == {
        "id": action.ticket, "matter": matter, "holder": town.company.id,
        "text": "会议任务：修好道闸",
    }  # fmt: skip
