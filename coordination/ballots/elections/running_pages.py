"""/ballots/{poll}/questions/{question}/candidates: running an election, for who convenes it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.ballots.elections import listing
from coordination.ballots.elections.calling import call_for_candidates
from coordination.ballots.elections.nominating import consent
from coordination.ballots.elections.objections import answer_objection
from coordination.ballots.elections.queries import (
    candidacies,
    election_for,
    held,
    objections_to,
    standing,
)
from coordination.ballots.polls.desk import the_desk
from coordination.errors import Conflict, Invalid, NotFound
from coordination.law.periods import day_of, first_opening_day, start_of
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.places.values import whole_setting
from coordination.web.formats import form_time
from coordination.web.forms import Form, FormPerThing, Reader, form_again


@dataclass
class CallFields:
    nominate_until: str = ""


@dataclass
class CheckFields:
    admitted: str = ""
    reason: str = ""


@dataclass
class AnswerFields:
    upheld: str = ""
    gist: str = ""
    answer: str = ""


class RunningPages(Controller):
    path = "/ballots/{poll_id:uuid}/questions/{question_id:uuid}/candidates"
    guards = [signed_in]

    @get()
    async def candidates(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID], question_id: FromPath[UUID]
    ) -> Template:
        """Where the election stands and what comes next."""
        context = await _desk(asker, poll_id, question_id)
        first = start_of(first_opening_day(day_of(context["at"]), context["days"]))
        form = Form({"nominate_until": form_time(first)})
        return Template("ballots/candidates.html", context=context | {"form": form})

    @post()
    async def call(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        question_id: FromPath[UUID],
        data: URLEncodedBody[CallFields],
    ) -> Response:
        context = await _desk(asker, poll_id, question_id)
        try:
            read = Reader(data)
            until = read.moment("nominate_until", "报名截止")
            read.settle()
            await call_for_candidates(asker, question_id, until, clock.now())
        except Invalid as refusal:
            return form_again("ballots/candidates.html", refusal, data, **context)
        return _back(poll_id, question_id)

    @post("/{candidacy_id:uuid}/check")
    async def check(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        question_id: FromPath[UUID],
        candidacy_id: FromPath[UUID],
        data: URLEncodedBody[CheckFields],
    ) -> Response:
        try:
            read = Reader(data)
            admitted = read.one_of("admitted", "审核结果", ("yes", "no"))
            reason = read.text("reason", "原因", longest=300, optional=True)
            read.settle()
            at = clock.now()
            await listing.check_candidacy(asker, candidacy_id, admitted == "yes", reason, at)
        except Invalid as refusal:
            context = await _desk(asker, poll_id, question_id)
            context["form"] = context["checks"].again(candidacy_id, refusal, data)
            return Template("ballots/candidates.html", context=context, status_code=422)
        return _back(poll_id, question_id)

    @post("/{candidacy_id:uuid}/consent")
    async def written_consent(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        question_id: FromPath[UUID],
        candidacy_id: FromPath[UUID],
    ) -> Redirect:
        await consent(asker, candidacy_id, clock.now())
        return _back(poll_id, question_id)

    @post("/list")
    async def publish(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID], question_id: FromPath[UUID]
    ) -> Redirect:
        await listing.publish_list(asker, await _election(question_id), clock.now())
        return _back(poll_id, question_id)

    @post("/draw")
    async def record_draw(
        self,
        request: Request,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        question_id: FromPath[UUID],
    ) -> Response:
        """One number per candidate: `order-<candidacy>`."""
        sent = await request.form()
        said = {name: str(value) for name, value in sent.items()}
        election = await _election(question_id)
        try:
            draw = await _read_draw(election, said)
            await listing.record_draw(asker, election, draw, clock.now())
        except Invalid as refusal:
            return await _again(asker, poll_id, question_id, refusal, said)
        return _back(poll_id, question_id)

    @post("/settlement")
    async def settle(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID], question_id: FromPath[UUID]
    ) -> Redirect:
        await listing.settle_list(asker, await _election(question_id), clock.now())
        return _back(poll_id, question_id)

    @post("/objections/{objection_id:uuid}/answer")
    async def answer(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        question_id: FromPath[UUID],
        objection_id: FromPath[UUID],
        data: URLEncodedBody[AnswerFields],
    ) -> Response:
        try:
            read = Reader(data)
            upheld = read.one_of("upheld", "异议是否成立", ("yes", "no"))
            gist = read.text("gist", "异议事由", longest=200)
            said = read.text("answer", "答复", longest=1000)
            read.settle()
            await answer_objection(asker, objection_id, upheld == "yes", gist, said, clock.now())
        except Invalid as refusal:
            context = await _desk(asker, poll_id, question_id)
            context["form"] = context["answers"].again(objection_id, refusal, data)
            return Template("ballots/candidates.html", context=context, status_code=422)
        return _back(poll_id, question_id)


async def _read_draw(election: UUID, said: dict[str, str]) -> listing.Draw:
    """Invalid: a place is missing, taken twice, or not one of them."""
    listed = standing(await candidacies(election))
    read = Reader(said)
    places = {
        one.id: read.whole(f"order-{one.id}", f"{one.name}的次序", least=1, most=len(listed))
        for one in listed
    }
    at = read.moment("drawn_at", "抽签时间")
    venue = read.text("venue", "抽签地点", longest=100)
    witnesses = read.text("witnesses", "在场人", longest=200)
    read.settle()
    drawn = list(places.values())
    if twice := {f"order-{id}" for id, place in places.items() if drawn.count(place) > 1}:
        told = "和别人写了同一个次序。每名候选人要有一个不同的次序，从 1 排到最后。"
        raise Invalid("抽签次序重复。", **dict.fromkeys(twice, told))
    order = tuple(sorted(places, key=places.__getitem__))
    return listing.Draw(order, at, venue, witnesses)


async def _election(question_id: UUID) -> UUID:
    found = await election_for(question_id)
    if found is None:
        raise NotFound("候选人报名公告还没有发布。")
    return found


async def _desk(asker: Asker, poll_id: UUID, question_id: UUID) -> dict[str, Any]:
    """NotFound, NotConvener. Conflict: the question elects nobody."""
    desk = await the_desk(asker, poll_id, clock.now())
    question = next((one for one in desk.questions if one.id == question_id), None)
    if question is None:
        raise NotFound("没有找到这个表决事项。")
    if question.seats is None:
        raise Conflict("这个事项不是选举，不需要候选人。")
    id = await election_for(question_id)
    listed = await candidacies(id) if id else []
    objections = await objections_to(id) if id else []
    return desk.context | {
        "question": question,
        "held": await held(id) if id else None,
        "listed": listed,
        "standing": standing(listed),
        "objections": objections,
        "answers": FormPerThing("o", [one.id for one in objections]),
        "checks": FormPerThing("c", [one.id for one in listed]),
        "names": {one.id: one.name for one in listed},
        "days": await whole_setting("nomination_days", desk.estate, desk.at),
        "publicity_days": await whole_setting("candidate_days", desk.estate, desk.at),
    }


async def _again(
    asker: Asker, poll_id: UUID, question_id: UUID, refusal: Invalid, data: object
) -> Response:
    context = await _desk(asker, poll_id, question_id)
    return form_again("ballots/candidates.html", refusal, data, **context)


def _back(poll_id: UUID, question_id: UUID) -> Redirect:
    return Redirect(f"/ballots/{poll_id}/questions/{question_id}/candidates", status_code=303)
