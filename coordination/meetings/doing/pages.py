"""/meetings/actions: what meetings asked of whom, for everybody; steps, for those who take them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.meetings.action_tables import ActionState, ActionStepKind
from coordination.meetings.calling.pages import run
from coordination.meetings.doing.actions import take_action_step
from coordination.meetings.doing.queries import (
    ActionLine,
    action_line,
    actions_at,
    actions_for,
    steps_of_action,
)
from coordination.meetings.doing.rules import BY_HOLDER, STEP_WORDS, may_follow
from coordination.meetings.minutes.pages import inside
from coordination.meetings.printing import print_minutes, print_register, print_sign_in
from coordination.meetings.state import HELD
from coordination.meetings.steps import require_state
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.places.queries import place_of
from coordination.web.access import anyone
from coordination.web.forms import Form, Reader, form_from
from coordination.web.pdf import PDF


@dataclass
class StepFields:
    step: str = ""
    words: str = ""
    due_on: str = ""


class ActionPages(Controller):
    path = "/meetings/actions"
    guards = [anyone]

    @get()
    async def actions(
        self,
        visitor: NamedDependency[Asker | None],
        estate: FromQuery[UUID | None] = None,
    ) -> Template:
        """The register of a place, the overdue first; whose task it is is a body."""
        place, at = (await place_of(estate) if estate else None), clock.now()
        lines = await actions_at(place.path if place else None, at)
        context = {"lines": lines, "place": place, "signed_in": visitor is not None, "at": at}
        return Template("meetings/actions.html", context=context)

    @get("/register.pdf")
    async def register(self, estate: FromQuery[UUID | None] = None) -> Response[bytes]:
        place, at = (await place_of(estate) if estate else None), clock.now()
        lines = await actions_at(place.path if place else None, at)
        title = f"{place.name if place else ''}会议任务整改台账"
        return _pdf(await print_register(title, lines, at))

    @get("/{action_id:uuid}")
    async def action(
        self, visitor: NamedDependency[Asker | None], action_id: FromPath[UUID]
    ) -> Template:
        return Template("meetings/action.html", context=await _shown(visitor, action_id, Form()))


class OwnActionPages(Controller):
    path = "/meetings"
    guards = [signed_in]

    @get("/actions/mine")
    async def own_actions(self, asker: NamedDependency[Asker]) -> Template:
        """What waits for the asker's bodies."""
        at = clock.now()
        lines = await actions_for([role.body for role in asker.roles], at)
        return Template("meetings/own_actions.html", context={"lines": lines, "at": at})

    @post("/actions/{action_id:uuid}/steps")
    async def take(
        self,
        asker: NamedDependency[Asker],
        action_id: FromPath[UUID],
        data: URLEncodedBody[StepFields],
    ) -> Response:
        try:
            read = Reader(data)
            step = read.one_of("step", "怎样办理", list(ActionStepKind))
            words = read.text("words", "说明", longest=2000, optional=True)
            due_on = read.day("due_on", "新的日期") if data.due_on else None
            read.settle()
            await take_action_step(
                asker, action_id, ActionStepKind(step), words, clock.now(), due_on=due_on
            )
        except Invalid as refusal:
            context = await _shown(asker, action_id, form_from(refusal, data))
            return Template("meetings/action.html", context=context, status_code=422)
        return Redirect(f"/meetings/actions/{action_id}", status_code=303)

    @get("/{meeting_id:uuid}/sign-in.pdf")
    async def sign_in_sheet(
        self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]
    ) -> Response[bytes]:
        found = await run(asker, meeting_id)
        return _pdf(await print_sign_in(found, clock.now()))

    @get("/{meeting_id:uuid}/minutes.pdf")
    async def minutes_sheet(
        self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]
    ) -> Response[bytes]:
        found = await inside(asker, meeting_id)
        require_state(found, *HELD, doing="打印纪要")
        return _pdf(await print_minutes(found, clock.now()))


async def _shown(asker: Asker | None, action_id: UUID, form: Form) -> dict[str, Any]:
    line = await action_line(action_id)
    return {
        "line": line,
        "steps": await steps_of_action(action_id),
        "options": _options(asker, line),
        "form": form,
        "at": clock.now(),
    }


def _options(asker: Asker | None, line: ActionLine) -> list[tuple[str, str, str]]:
    """The steps that the asker may take now."""
    bodies = {role.body for role in asker.roles} if asker else set()
    state = ActionState(line.state)
    return [
        (step.value, STEP_WORDS[step], "")
        for step in ActionStepKind
        if may_follow(state, step) and (line.body if step in BY_HOLDER else line.convener) in bodies
    ]


def _pdf(content: bytes) -> Response[bytes]:
    return Response(content, media_type=PDF, headers={"Content-Disposition": "inline"})
