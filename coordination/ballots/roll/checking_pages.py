"""/ballots/{poll}/roll/…: publishing the roll, objections and answers, the freeze."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.ballots.polls.desk import the_desk
from coordination.ballots.polls.noticing import seen
from coordination.ballots.polls.permits import may_answer_objection, may_read_objection
from coordination.ballots.polls.state import PollState
from coordination.ballots.roll.electorate_pages import with_electorate
from coordination.ballots.roll.freezing import request_freeze
from coordination.ballots.roll.objections import MISSING, answer_objection, raise_objection
from coordination.ballots.roll.publishing import publish_roll
from coordination.ballots.roll.queries import (
    objections,
    own_rooms,
    room_of,
)
from coordination.ballots.tables import RollObjection, Step
from coordination.errors import Invalid, NotFound
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.places.tables import Place
from coordination.registry.permits import may_keep_registry
from coordination.web.access import anyone
from coordination.web.forms import Form, Reader, form_again

OTHER = "other"  # what is missing, or anything else


@dataclass
class ObjectionFields:
    unit: str = ""
    text: str = ""


@dataclass
class AnswerFields:
    upheld: str = ""
    gist: str = ""
    answer: str = ""


class CheckingPages(Controller):
    """For those who convene."""

    path = "/ballots/{poll_id:uuid}/roll"
    guards = [signed_in]

    @get("/publication")
    async def publication(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Template:
        """Everything once more before the roll goes out and the content is fixed."""
        desk = await the_desk(asker, poll_id, clock.now(), editable=True)
        return Template("ballots/publication.html", context=await with_electorate(desk))

    @post("/publication")
    async def publish(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Redirect:
        notice = await publish_roll(asker, poll_id, clock.now())
        return Redirect(f"/notices/{notice.id}", status_code=303)

    @get("/freeze")
    async def freeze(
        self, request: Request, asker: NamedDependency[Asker], poll_id: FromPath[UUID]
    ) -> Template:
        """Whether it can be frozen; while a worker does it, how far it has come."""
        desk = await the_desk(asker, poll_id, clock.now())
        if request.headers.get("hx-request") == "true":
            return Template("ballots/_freeze.html", context=desk.context)
        return Template("ballots/freeze.html", context=await with_electorate(desk))

    @post("/freeze")
    async def ask_to_freeze(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]
    ) -> Redirect:
        await request_freeze(asker, poll_id, clock.now())
        return Redirect(f"/ballots/{poll_id}/roll/freeze", status_code=303)


class ObjectionsPages(Controller):
    """Read by everybody, without names."""

    path = "/ballots/{poll_id:uuid}/roll/objections"
    guards = [anyone]

    @get()
    async def roll_objections(
        self, visitor: NamedDependency[Asker | None], poll_id: FromPath[UUID]
    ) -> Template:
        poll, state, estate = await seen(visitor, poll_id)
        found = await objections(poll_id)
        context = {
            "poll": poll,
            "state": state,
            "objections": found,
            "readable": {one.id for one in found if may_read_objection(visitor, estate, poll, one)},
            "may_object": await may_be_asked(visitor, state, estate),
        }
        return Template("ballots/roll_objections.html", context=context)


class ObjectingPages(Controller):
    """For owners who object and those who answer."""

    path = "/ballots/{poll_id:uuid}/roll/objections"
    guards = [signed_in]

    @get("/new")
    async def new_roll_objection(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]
    ) -> Template:
        context = await _objecting(asker, poll_id)
        return Template("ballots/new_roll_objection.html", context=context | {"form": Form()})

    @post("/new")
    async def object_to(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        data: URLEncodedBody[ObjectionFields],
    ) -> Response:
        context = await _objecting(asker, poll_id)
        try:
            read = Reader(data)
            options = {str(room.id) for room in context["rooms"]} | {OTHER}
            unit = read.one_of("unit", "有异议的房屋", options)
            text = read.text("text", "异议内容", longest=1000)
            read.settle()
            about = None if unit == OTHER else UUID(unit)
            objection = await raise_objection(asker, poll_id, about, text, clock.now())
        except Invalid as refusal:
            return form_again("ballots/new_roll_objection.html", refusal, data, **context)
        return Redirect(f"/ballots/{poll_id}/roll/objections/{objection.id}", status_code=303)

    @get("/{objection_id:uuid}")
    async def roll_objection(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        objection_id: FromPath[UUID],
    ) -> Template:
        context = await _one(asker, poll_id, objection_id)
        return Template("ballots/roll_objection.html", context=context | {"form": Form()})

    @post("/{objection_id:uuid}/answer")
    async def answer(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        objection_id: FromPath[UUID],
        data: URLEncodedBody[AnswerFields],
    ) -> Response:
        context = await _one(asker, poll_id, objection_id)
        try:
            read = Reader(data)
            upheld = read.one_of("upheld", "异议是否成立", ("yes", "no"))
            gist = read.text("gist", "异议事由", longest=200)
            said = read.text("answer", "答复", longest=1000)
            read.settle()
            await answer_objection(asker, objection_id, upheld == "yes", gist, said, clock.now())
        except Invalid as refusal:
            return form_again("ballots/roll_objection.html", refusal, data, **context)
        return back_to_list(poll_id)


async def may_be_asked(visitor: Asker | None, state: PollState, estate: Place) -> bool:
    """Whether a page offers to object: to owners here, and to who has not said who they are."""
    if state.current is not Step.ROLL_PUBLISHED:
        return False
    return visitor is None or bool(await own_rooms(visitor.id, estate.id))


def back_to_list(poll_id: UUID) -> Redirect:
    return Redirect(f"/ballots/{poll_id}/roll/objections", status_code=303)


async def _objecting(asker: Asker, poll_id: UUID) -> dict[str, Any]:
    poll, state, estate = await seen(asker, poll_id)
    if not state.is_public:
        raise NotFound("这次表决的名册还没有公布。")
    rooms = await own_rooms(asker.id, estate.id)
    options = [(str(room.id), room.name, "") for room in rooms]
    options.append((OTHER, "遗漏或者其他", "例如名册里少了您的房屋"))
    return {"poll": poll, "state": state, "rooms": rooms, "options": options, "other": OTHER}


async def _one(asker: Asker, poll_id: UUID, objection_id: UUID) -> dict[str, Any]:
    """An objection whose words the asker may read. NotFound."""
    poll, state, estate = await seen(asker, poll_id)
    objection = await RollObjection.objects().get(
        (RollObjection.id == objection_id) & (RollObjection.poll == poll_id)
    )
    if objection is None or not may_read_objection(asker, estate, poll, objection):
        raise NotFound(MISSING)
    return {
        "poll": poll,
        "state": state,
        "objection": objection,
        "room": await room_of(objection.unit) if objection.unit else None,
        "rooms": await own_rooms(objection.person, estate.id),
        "keeps_registry": may_keep_registry(asker, estate),
        "estate": estate,
        "may_answer": may_answer_objection(asker, estate, poll),
        "is_mine": objection.person == asker.id,
    }
