"""Resolutions and tasks, recorded from a point of the agenda; the ballot that was asked for."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid, NotFound
from coordination.law.classes import RULES, MatterClass
from coordination.law.periods import day_of
from coordination.meetings.calling.pages import run
from coordination.meetings.doing.actions import Task, give_action
from coordination.meetings.queries import MISSING, Seen, speakers_of
from coordination.meetings.room.queries import motions_of
from coordination.meetings.room.resolutions import (
    EXECUTION_DAYS,
    NotCarried,
    OwnersDecide,
    Proposed,
    draft_ballot,
    resolutions_of,
    resolve,
)
from coordination.meetings.room_tables import ResolutionKind, VotesBy
from coordination.meetings.tables import AgendaItem
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.web.forms import Form, Reader, form_again

KIND_OPTIONS = (
    (ResolutionKind.DECIDED.value, "会议议定", "属于会议能够协商决定的事"),
    (ResolutionKind.TO_ASSEMBLY.value, "提请业主大会表决", "民法典第二百七十八条的事项只能这样"),
)
CLASS_OPTIONS = [(rule.matter.value, rule.wording) for rule in RULES]


@dataclass
class ResolutionFields:
    text: str = ""
    kind: str = ""
    motion: str = ""
    matter_class: str = ""
    reason: str = ""
    execution_on: str = ""


@dataclass
class TaskFields:
    text: str = ""
    body: str = ""
    person: str = ""
    due_on: str = ""
    evidence: str = ""
    resolution: str = ""
    as_ticket: str = ""
    budget_yuan: str = ""


class ResolutionPages(Controller):
    path = "/meetings"
    guards = [signed_in]

    @get("/items/{item_id:uuid}/resolutions/new")
    async def resolution(self, asker: NamedDependency[Asker], item_id: FromPath[UUID]) -> Template:
        item, found = await _item(asker, item_id)
        context = await _resolving(item, found)
        motion, question = context["motions"][-1] if context["motions"] else ("", item.title)
        form = Form({"text": question, "motion": motion})
        return Template("meetings/resolution.html", context=context | {"form": form})

    @post("/items/{item_id:uuid}/resolutions/new")
    async def resolve(
        self,
        asker: NamedDependency[Asker],
        item_id: FromPath[UUID],
        data: URLEncodedBody[ResolutionFields],
    ) -> Response:
        item, found = await _item(asker, item_id)
        context = await _resolving(item, found)
        try:
            made = await resolve(asker, item_id, _proposed(data, context), clock.now())
        except (OwnersDecide, NotCarried) as refusal:  # the words stay, to be resolved otherwise
            said = Invalid(str(refusal), kind=str(refusal))
            return form_again("meetings/resolution.html", said, data, **context)
        except Invalid as refusal:
            return form_again("meetings/resolution.html", refusal, data, **context)
        if made.kind == ResolutionKind.DECIDED.value:  # what was settled, somebody is to do
            after = f"/meetings/items/{item_id}/tasks/new?resolution={made.id}"
            return Redirect(after, status_code=303)
        return Redirect(f"/meetings/{found.meeting.id}/console", status_code=303)

    @get("/items/{item_id:uuid}/tasks/new")
    async def task(
        self,
        asker: NamedDependency[Asker],
        item_id: FromPath[UUID],
        resolution: FromQuery[str] = "",
    ) -> Template:
        """`resolution`: what the task carries out; its words are where the task's begin."""
        item, found = await _item(asker, item_id)
        context = await _giving(item, found)
        of = next((one for one in context["resolved"] if str(one.id) == resolution), None)
        form = Form({"resolution": str(of.id), "text": of.text[:1000]} if of else {})
        return Template("meetings/task.html", context=context | {"form": form, "of": of})

    @post("/items/{item_id:uuid}/tasks/new")
    async def give(
        self,
        asker: NamedDependency[Asker],
        item_id: FromPath[UUID],
        data: URLEncodedBody[TaskFields],
    ) -> Response:
        item, found = await _item(asker, item_id)
        context = await _giving(item, found)
        try:
            await give_action(asker, item_id, _task(data, context), clock.now())
        except Invalid as refusal:
            return form_again("meetings/task.html", refusal, data, of=None, **context)
        return Redirect(f"/meetings/{found.meeting.id}/console", status_code=303)

    @post("/resolutions/{resolution_id:uuid}/ballot")
    async def draft(self, asker: NamedDependency[Asker], resolution_id: FromPath[UUID]) -> Redirect:
        """A member of the committee drafts the ballot that the meeting asked for."""
        poll = await draft_ballot(asker, resolution_id, clock.now())
        return Redirect(f"/ballots/{poll.id}/convening", status_code=303)


async def _item(asker: Asker, item_id: UUID) -> tuple[AgendaItem, Seen]:
    item = await AgendaItem.objects().get(AgendaItem.id == item_id)
    if item is None:
        raise NotFound(MISSING)
    return item, await run(asker, item.meeting)


async def _resolving(item: AgendaItem, found: Seen) -> dict[str, Any]:
    carried = [one for one in await motions_of(found.meeting.id)
               if one.item == item.id and one.outcome == "carried"]  # fmt: skip
    return {
        "item": item,
        "seen": found,
        "motions": [(str(one.id), one.question) for one in carried],
        "must_vote": found.kind.votes_by is not VotesBy.CONSENSUS,
        "kinds": KIND_OPTIONS,
        "classes": CLASS_OPTIONS,
        "execution_days": EXECUTION_DAYS,
    }


def _proposed(data: ResolutionFields, context: dict[str, Any]) -> Proposed:
    """Invalid: something is missing or chosen from elsewhere."""
    read = Reader(data)
    text = read.text("text", "决议内容", longest=2000)
    kind = read.one_of("kind", "怎样决定", [value for value, _, _ in KIND_OPTIONS])
    motion = read.one_of("motion", "表决", ["", *(value for value, _ in context["motions"])])
    chosen = read.one_of("matter_class", "类别", ["", *(value for value, _ in CLASS_OPTIONS)])
    reason = read.text("reason", "理由", longest=300, optional=True)
    by = read.day("execution_on", "日期") if data.execution_on else None
    if by and by < day_of(clock.now()):
        read.wrong("execution_on", "执行结果的公开日期不能在今天之前。")
    read.settle()
    return Proposed(
        text, ResolutionKind(kind), UUID(motion) if motion else None,
        MatterClass(chosen) if chosen else None, reason, by,
    )  # fmt: skip


async def _giving(item: AgendaItem, found: Seen) -> dict[str, Any]:
    bodies = {str(one.body): one.body_name for one in found.parties}
    people = [(str(one), f"{name}（{found_in}）") for one, name, found_in in
              await speakers_of(found.meeting.id, clock.now())]  # fmt: skip
    resolved = await resolutions_of(found.meeting.id)
    return {
        "item": item,
        "seen": found,
        "bodies": list(bodies.items()),
        "people": people,
        "resolved": resolved,
        "resolutions": [(str(one.id), f"第{one.number}项：{one.text[:40]}") for one in resolved],
    }


def _task(data: TaskFields, context: dict[str, Any]) -> Task:
    """Invalid: something is missing or chosen from elsewhere."""
    read = Reader(data)
    text = read.text("text", "任务", longest=1000)
    body = read.one_of("body", "责任单位", [value for value, _ in context["bodies"]])
    person = read.one_of("person", "责任人", ["", *(value for value, _ in context["people"])])
    due_on = read.day("due_on", "完成日期")
    evidence = read.text("evidence", "完成的证明", optional=True)
    budget = read.text("budget_yuan", "预算", longest=12, optional=True)
    if budget and not budget.isdigit():
        read.wrong("budget_yuan", "预算请填整数，单位是元。")
    of = read.one_of("resolution", "决议", ["", *(value for value, _ in context["resolutions"])])
    read.settle()
    return Task(
        text, UUID(body), due_on, UUID(person) if person else None, evidence,
        UUID(of) if of else None, data.as_ticket == "yes", int(budget) * 100 if budget else None,
    )  # fmt: skip
