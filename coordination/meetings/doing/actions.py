"""Giving an action item 交办, and the steps that follow: each an event under the row's lock."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import row, transaction, value
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.law.periods import DAY, day_of, start_of
from coordination.matters.actions import open_duty, settle_duty, write_line
from coordination.meetings.action_tables import (
    ActionItem,
    ActionState,
    ActionStep,
    ActionStepKind,
)
from coordination.meetings.doing.rules import (
    BY_HOLDER,
    NEEDS_WORDS,
    OPEN,
    STATE_WORDS,
    STEP_WORDS,
    may_follow,
    state_after,
)
from coordination.meetings.permits import convenes, runs
from coordination.meetings.queries import load, people_of
from coordination.meetings.steps import TOPIC, require_state, run_by
from coordination.meetings.tables import AgendaItem, Meeting, Step
from coordination.people.askers import Asker
from coordination.people.outbox import tell
from coordination.tickets.tables import Ticket
from coordination.web import live
from coordination.web.formats import local_day

MISSING = "没有找到这项任务。"


class NotYourTask(NotAllowed):
    """The body that has the task works on it; the convener verifies it."""


class OwnWork(NotAllowed):
    """Nobody verifies what they themselves reported."""


class WrongTurn(Conflict):
    """Not from the state that the task is in."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is given: to which body, to whom there, until when, and what shows that it is done."""

    text: str
    body: UUID
    due_on: date
    person: UUID | None = None
    evidence: str = ""
    resolution: UUID | None = None
    ticket: UUID | None = None
    budget_fen: int | None = None


async def give_action(asker: Asker, item_id: UUID, task: Task, at: datetime) -> ActionItem:
    """Give a task from a point of the agenda. NotFound, NotYourMeeting, OutOfOrder, Invalid."""
    async with transaction():
        item = await AgendaItem.objects().get(AgendaItem.id == item_id)
        if item is None:
            raise NotFound("没有找到这个议题。")
        found = await run_by(asker, item.meeting)
        require_state(found, Step.OPEN, Step.CLOSED, Step.MINUTES_DRAFT, doing="交办任务")
        await _check(task, [found.meeting.convener, *found.bodies], at)
        action = ActionItem(
            id=uuid4(), number=await value("select nextval('action_number')"),
            place=found.place.id, meeting=found.meeting.id, item=item.id,
            resolution=task.resolution, text=task.text.strip(), body=task.body,
            person=task.person, evidence=task.evidence.strip()[:200], matter=item.matter,
            ticket=task.ticket, budget_fen=task.budget_fen,
            due_at=start_of(task.due_on + DAY), state=ActionState.TO_DO,
        )  # fmt: skip
        await action.save()
        await _record(asker, action, ActionStepKind.GIVEN, task.text, at)
        if item.matter:
            await open_duty(item.matter, _duty_label(action), action.due_at)
        told = [task.person] if task.person else await people_of([task.body], at)
        await tell(
            told, "action-given", f"会议任务{action.number}",
            f"“{found.meeting.title}”交办：{action.text[:120]}。{local_day(task.due_on)}前完成。",
            at=at, link=f"/meetings/actions/{action.id}",
        )  # fmt: skip
        await live.tell(TOPIC, found.meeting.id)
        return action


async def _check(task: Task, bodies: list[UUID], at: datetime) -> None:
    """Invalid: to nobody who was invited, or due in the past."""
    wrong = {}
    if not task.text.strip():
        wrong["text"] = "请写要做什么。"
    if task.body not in bodies:
        wrong["body"] = "请选择参加单位。"
    if task.due_on < day_of(at):
        wrong["due_on"] = "完成日期不能在今天之前。"
    if task.person and task.person not in await people_of([task.body], at):
        wrong["person"] = "责任人要是这个单位的人。"
    if task.ticket and not await Ticket.exists().where(Ticket.id == task.ticket):
        wrong["ticket"] = "没有这张工单。"
    if wrong:
        raise Invalid("任务还没有写完整。", **wrong)


async def take_action_step(
    asker: Asker, action_id: UUID, step: ActionStepKind, words: str, at: datetime,
    *, due_on: date | None = None, photo: str | None = None,
) -> ActionItem:  # fmt: skip
    """Take a step of the task. NotFound, NotYourTask, OwnWork, WrongTurn, Invalid."""
    async with transaction():
        await row("select id from action_item where id = $1 for update", action_id)
        action = await ActionItem.objects().get(ActionItem.id == action_id)
        if action is None or step is ActionStepKind.GIVEN:
            raise NotFound(MISSING)
        await _require_right(asker, action, step)
        state = ActionState(action.state)
        if not may_follow(state, step):
            raise WrongTurn(f"任务现在“{STATE_WORDS[state]}”，不能{STEP_WORDS[step]}。请刷新页面。")
        if step in NEEDS_WORDS and not words.strip():
            raise Invalid("请写说明。", words=f"{STEP_WORDS[step]}要写明情况或理由。")
        due_at = None
        if step is ActionStepKind.EXTENDED:
            due_at = _later(action, due_on, at)
            action.due_at = due_at
        action.state = state_after(state, step)
        await action.save([ActionItem.state, ActionItem.due_at])
        await _record(asker, action, step, words, at, due_at=due_at, photo=photo)
        await _tell(asker, action, step, words, at)
        return action


async def _require_right(asker: Asker, action: ActionItem, step: ActionStepKind) -> None:
    """NotYourTask, OwnWork."""
    meeting = await Meeting.objects().get(Meeting.id == action.meeting)
    assert meeting
    if step in BY_HOLDER:
        if not any(role.body == action.body for role in asker.roles):
            raise NotYourTask("这项任务由责任单位办理，请联系该单位。")
        return
    if not convenes(asker, meeting) and not runs(asker, meeting):
        raise NotYourTask("核实、退回、延期和取消由召集单位办理。请联系召集单位。")
    if step is ActionStepKind.VERIFIED and await value(
        """select person from action_step where action = $1 and step = 'reported'
           order by ordinal desc limit 1""",
        action.id,
    ) == asker.id:  # fmt: skip
        raise OwnWork("报完成的人不能核实自己办的事，请由召集单位的另一人核实。")


def _later(action: ActionItem, due_on: date | None, at: datetime) -> datetime:
    """Invalid: not after the day it was due, or in the past."""
    if due_on is None or start_of(due_on + DAY) <= max(action.due_at, at):
        raise Invalid("请写新的日期。", due_on="延期的日期要在原来的期限和今天之后。")
    return start_of(due_on + DAY)


async def _record(
    asker: Asker, action: ActionItem, step: ActionStepKind, words: str, at: datetime,
    *, due_at: datetime | None = None, photo: str | None = None,
) -> None:  # fmt: skip
    ordinal = 1 + await value("select count(*) from action_step where action = $1", action.id)
    body = next((role.body for role in asker.roles if role.body == action.body), None)
    await ActionStep(
        id=uuid4(), action=action.id, ordinal=ordinal, step=step, at=at, person=asker.id,
        body=body or next((role.body for role in asker.roles), None), words=words.strip(),
        due_at=due_at, photo=photo,
    ).save()  # fmt: skip
    await audit.record(asker, f"action_{step.value}", action, at=at, place=action.place)


async def _tell(
    asker: Asker, action: ActionItem, step: ActionStepKind, words: str, at: datetime
) -> None:
    """The matter hears of each step; the other side is told of it."""
    said = f"任务{action.number}{STEP_WORDS[step]}：{action.text[:100]}"
    matter: UUID | None = action.matter  # pyright: ignore[reportAssignmentType]
    if matter:
        await write_line(matter, said[:300], at, link=f"/meetings/actions/{action.id}",
                         person=asker.id)  # fmt: skip
        if ActionState(action.state) not in OPEN:
            await settle_duty(matter, _duty_label(action), at)
    found = await load(action.meeting)
    to = found.meeting.convener if step in BY_HOLDER else action.body
    await tell(
        [one for one in await people_of([to], at) if one != asker.id], "action-step", said[:100],
        words.strip() or said, at=at, link=f"/meetings/actions/{action.id}",
    )  # fmt: skip


def _duty_label(action: ActionItem) -> str:
    return f"任务{action.number}：{action.text}"[:200]
