"""Giving an action item 交办, and the steps that follow: each an event under the row's lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import row, transaction, value
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound, uncut
from coordination.files import Photo
from coordination.law.periods import DAY, day_of, start_of
from coordination.matters.actions import move_duty, open_duty, settle_duty, write_line
from coordination.matters.rules import quotes_a_person
from coordination.matters.tables import Stage
from coordination.meetings import following
from coordination.meetings.action_tables import (
    ActionItem,
    ActionPhoto,
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
from coordination.meetings.doing.ticketing import open_for
from coordination.meetings.minutes.editing import note_in_minutes
from coordination.meetings.permits import convenes, runs
from coordination.meetings.queries import Seen, load, people_of
from coordination.meetings.steps import TOPIC, require_state, run_by
from coordination.meetings.tables import AgendaItem, Meeting, Step
from coordination.people.askers import Asker
from coordination.people.outbox import tell
from coordination.places.tables import PlaceKind
from coordination.tickets.events import actor_of
from coordination.web import live
from coordination.web.formats import last_day, local_day

MISSING = "没有找到这项任务。"
NO_NUMBERS = "公众会看到，请去掉手机号和身份证号。"


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
    as_ticket: bool = False  # worked on, and visited, as a ticket
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
        ticket = await _ticket(asker, found, item, task, at) if task.as_ticket else None
        action = ActionItem(
            id=uuid4(), number=await value("select nextval('action_number')"),
            place=found.place.id, meeting=found.meeting.id, item=item.id,
            resolution=task.resolution, text=task.text.strip(), body=task.body,
            person=task.person, evidence=uncut(task.evidence, 200, "evidence"), matter=item.matter,
            ticket=ticket, budget_fen=task.budget_fen,
            due_at=start_of(task.due_on + DAY), state=ActionState.TO_DO,
        )  # fmt: skip
        await action.save()
        await _record(asker, action, ActionStepKind.GIVEN, task.text, at)
        await note_in_minutes(found, item.id, await _minuted(action), asker, at)
        if item.matter:
            await open_duty(item.matter, _duty_label(action), action.due_at, stage=Stage.DONE)
        told = [task.person] if task.person else await people_of([task.body], at)
        await tell(
            told, "action-given", f"会议任务{action.number}",
            f"“{found.meeting.title}”交办：{action.text[:120]}。{local_day(task.due_on)}前完成。",
            at=at, link=f"/meetings/actions/{action.id}",
        )  # fmt: skip
        await live.tell(TOPIC, found.meeting.id)
        return action


async def _minuted(action: ActionItem) -> str:
    body = await value("select name from body where id = $1", action.body)
    return f"任务{action.number}：{action.text}（{body}，{last_day(action.due_at)}前）"


async def _ticket(
    asker: Asker, found: Seen, item: AgendaItem, task: Task, at: datetime
) -> UUID:  # fmt: skip
    """The ticket that the task is worked on as. Invalid: a meeting of no one estate."""
    if found.place.kind not in (PlaceKind.ESTATE.value, PlaceKind.BUILDING.value):
        raise Invalid("不能开工单。", as_ticket="只有小区、楼栋的会议任务可以开工单。")
    matter: UUID | None = item.matter  # pyright: ignore[reportAssignmentType]
    opened = await open_for(
        found.place, f"会议任务：{task.text.strip()}", actor_of(asker, found.place), at,
        matter=matter, holder=task.body,
    )  # fmt: skip
    return opened.id


async def _check(task: Task, bodies: list[UUID], at: datetime) -> None:
    """Invalid: to nobody who was invited, or due in the past."""
    wrong = {}
    if not task.text.strip():
        wrong["text"] = "请写要做什么。"
    elif quotes_a_person(task.text):
        wrong["text"] = NO_NUMBERS
    if task.body not in bodies:
        wrong["body"] = "请选择参加单位。"
    if task.due_on < day_of(at):
        wrong["due_on"] = "完成日期不能在今天之前。"
    if task.person and task.person not in await people_of([task.body], at):
        wrong["person"] = "责任人要是这个单位的人。"
    if wrong:
        raise Invalid("任务还没有写完整。", **wrong)


async def take_action_step(
    asker: Asker, action_id: UUID, step: ActionStepKind, words: str, at: datetime,
    *, due_on: date | None = None, photos: Sequence[Photo] = (),
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
        _check_words(step, words)
        due_at = None
        if step is ActionStepKind.EXTENDED:
            due_at = _later(action, due_on, at)
            action.due_at, action.overdue_at = due_at, None
        action.state = state_after(state, step)
        await action.save([ActionItem.state, ActionItem.due_at, ActionItem.overdue_at])
        await _record(asker, action, step, words, at, due_at=due_at, photos=photos)
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


def _check_words(step: ActionStepKind, words: str) -> None:
    """Invalid: none where they are asked for, or somebody's number in what everybody reads."""
    if step in NEEDS_WORDS and not words.strip():
        raise Invalid("请写说明。", words=f"{STEP_WORDS[step]}要写明情况或理由。")
    if quotes_a_person(words):
        raise Invalid(NO_NUMBERS, words=NO_NUMBERS)


def _later(action: ActionItem, due_on: date | None, at: datetime) -> datetime:
    """Invalid: not after the day it was due, or in the past."""
    if due_on is None or start_of(due_on + DAY) <= max(action.due_at, at):
        raise Invalid("请写新的日期。", due_on="延期的日期要在原来的期限和今天之后。")
    return start_of(due_on + DAY)


async def _record(
    asker: Asker, action: ActionItem, step: ActionStepKind, words: str, at: datetime,
    *, due_at: datetime | None = None, photos: Sequence[Photo] = (),
) -> None:  # fmt: skip
    ordinal = 1 + await value("select count(*) from action_step where action = $1", action.id)
    body = next((role.body for role in asker.roles if role.body == action.body), None)
    taken = ActionStep(
        id=uuid4(), action=action.id, ordinal=ordinal, step=step, at=at, person=asker.id,
        body=body or next((role.body for role in asker.roles), None), words=words.strip(),
        due_at=due_at,
    )  # fmt: skip
    await taken.save()
    for sort, one in enumerate(photos):
        await ActionPhoto(
            id=uuid4(), step=taken.id, sort=sort, sha256=one.sha256, small=one.small
        ).save()
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
        if step is ActionStepKind.EXTENDED:
            await move_duty(matter, _duty_label(action), action.due_at)
        if ActionState(action.state) not in OPEN:
            await settle_duty(matter, _duty_label(action), at)
            await following.carried_out(at, matter)
    found = await load(action.meeting)
    to = found.meeting.convener if step in BY_HOLDER else action.body
    await tell(
        [one for one in await people_of([to], at) if one != asker.id], "action-step", said[:100],
        words.strip() or said, at=at, link=f"/meetings/actions/{action.id}",
    )  # fmt: skip


def _duty_label(action: ActionItem) -> str:
    return f"任务{action.number}：{action.text}"[:200]
