"""/meetings/actions: what meetings asked of whom, for everybody; steps, for those who take them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid, NotFound
from coordination.files import JPEG, LARGEST, Photo, content_of, store_photo
from coordination.meetings.action_tables import ActionState, ActionStepKind
from coordination.meetings.doing.actions import take_action_step
from coordination.meetings.doing.queries import (
    ActionLine,
    action_line,
    actions_at,
    actions_for,
    is_photo_of,
    steps_of_action,
)
from coordination.meetings.doing.rules import BY_HOLDER, STEP_WORDS, may_follow
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.places.queries import place_of
from coordination.web.access import anyone
from coordination.web.forms import Form, Reader, form_from
from coordination.web.typed import chosen_file

MOST_PHOTOS = 6
MOST_BYTES = (MOST_PHOTOS + 1) * LARGEST


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

    @get("/{action_id:uuid}")
    async def action(
        self, visitor: NamedDependency[Asker | None], action_id: FromPath[UUID]
    ) -> Template:
        return Template("meetings/action.html", context=await _shown(visitor, action_id, Form()))

    @get("/{action_id:uuid}/photos/{name:str}")
    async def photo(self, action_id: FromPath[UUID], name: FromPath[str]) -> Response[bytes]:
        """What shows that it was done; drawn anew when it was stored."""
        if not await is_photo_of(action_id, name):
            raise NotFound("没有这张照片。")
        return Response(
            await content_of(name),
            media_type=JPEG,
            headers={"cache-control": "public, max-age=31536000, immutable"},
        )


class OwnActionPages(Controller):
    path = "/meetings"
    guards = [signed_in]

    @get("/actions/mine")
    async def own_actions(self, asker: NamedDependency[Asker]) -> Template:
        """What waits for the asker's bodies."""
        at = clock.now()
        lines = await actions_for([role.body for role in asker.roles], at)
        return Template("meetings/own_actions.html", context={"lines": lines, "at": at})

    @post("/actions/{action_id:uuid}/steps", request_max_body_size=MOST_BYTES)
    async def take(
        self, request: Request, asker: NamedDependency[Asker], action_id: FromPath[UUID]
    ) -> Response:
        """A step, with photos of what was done; words stay when a photo is not taken."""
        sent, at = await request.form(), clock.now()
        said = {name: str(sent.get(name) or "") for name in ("step", "words", "due_on")}
        try:
            read = Reader(said)
            step = read.one_of("step", "怎样办理", list(ActionStepKind))
            words = read.text("words", "说明", longest=2000, optional=True)
            due_on = read.day("due_on", "新的日期") if said["due_on"] else None
            read.settle()
            photos = await _photos(sent.getall("photos", []), asker, at)
            await take_action_step(
                asker, action_id, ActionStepKind(step), words, at, due_on=due_on, photos=photos
            )
        except Invalid as refusal:
            context = await _shown(asker, action_id, form_from(refusal, said))
            return Template("meetings/action.html", context=context, status_code=422)
        return Redirect(f"/meetings/actions/{action_id}", status_code=303)


async def _photos(sent: Sequence[object], asker: Asker, at: datetime) -> list[Photo]:
    """What was sent, kept. Invalid: too many, or one that is no photo."""
    contents = [one for each in sent if (one := await chosen_file(each)) is not None]
    if len(contents) > MOST_PHOTOS:
        raise Invalid("照片太多。", photos=f"一次最多 {MOST_PHOTOS} 张。")
    try:
        return [await store_photo(one, at=at, by=asker.id) for one in contents]
    except Invalid as refusal:
        raise Invalid(str(refusal), photos=str(refusal)) from refusal


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
