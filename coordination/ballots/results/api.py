"""/api/v1/polls: what everybody may read of a poll, its turnout, its result and objections."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from coordination import clock
from coordination.ballots.ballot_tables import Result
from coordination.ballots.package import as_json
from coordination.ballots.polls.queries import questions_of
from coordination.ballots.reading import SCHEMA
from coordination.ballots.results.asked import asked_in
from coordination.ballots.results.lists import answered_objections, polls_after
from coordination.ballots.results.objections import object_to_result
from coordination.ballots.results.pages import public_poll, result_of
from coordination.ballots.results.queries import notices_of
from coordination.ballots.results.said import (
    Objections,
    ObjectionSaid,
    PollListed,
    Polls,
    PollSaid,
    Stage,
)
from coordination.ballots.results.turnout import figures_of
from coordination.ballots.roll.objections import raise_objection
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.people.queries import body_of
from coordination.web.access import anyone
from coordination.web.api import (
    PAGE,
    SESSION_AND_TOKEN,
    UNSEEN,
    answers,
    cut,
    published_form,
)

published_form("read_result", "ResultPackage", json.loads(SCHEMA.read_text("utf-8")))


class FigureSaid(Struct, frozen=True):
    """Turnout 参与率 of a building, of the merged small ones, or (building null, label 全体) of
    all: persons exactly, area in whole percent."""

    label: str
    building: UUID | None
    persons: int
    of_persons: int
    area_percent: int


class QuestionTurnout(Struct, frozen=True):
    """As last moved; figures move in steps, so that no single cast can be read from them. None
    where they could be taken from another question's to learn of a few owners."""

    question: UUID
    title: str
    moved_at: datetime | None
    figures: list[FigureSaid]


class Turnout(Struct, frozen=True):
    is_open: bool
    questions: list[QuestionTurnout]


class ObjectionSent(Struct, frozen=True):
    """To the published roll (`unit`: of one's own, or null for what is missing) or to the
    preliminary result."""

    about: Literal["roll", "result"]
    text: Annotated[str, Meta(min_length=1, max_length=2000, pattern=r"^[^\x00]*\S[^\x00]*$")]
    unit: UUID | None = None


class ObjectionTaken(Struct, frozen=True):
    """`id` names it in the list once it is answered."""

    id: UUID
    raised_at: datetime


class PollApi(Controller):
    path = "/polls"
    guards = [anyone]
    tags = ["polls"]

    @get(responses=answers(422))
    async def list_polls(
        self, estate: FromQuery[UUID | None] = None, after: FromQuery[UUID | None] = None
    ) -> Polls:
        """Polls from the publication of their roll on: of one estate, or of all."""
        found, last = cut(await polls_after(estate, after, PAGE + 1))
        return Polls([PollListed.of(poll) for poll in found], last and last.id)

    @get("/{poll_id:uuid}", responses=answers(404))
    async def read_poll(
        self, visitor: NamedDependency[Asker | None], poll_id: FromPath[UUID]
    ) -> PollSaid:
        """One poll: questions with rule and electorate, timetable, road, notices."""
        poll, state, estate = await public_poll(poll_id, visitor)
        convener = await body_of(poll.convener)
        asked = await asked_in(poll, state, await questions_of(poll_id))
        notices = await notices_of(poll_id)
        names = estate.name, convener.name
        stages = await _stages(poll_id)
        return PollSaid.of(poll, state, names, asked, notices, stages, clock.now())

    @get("/{poll_id:uuid}/turnout", responses=answers(404))
    async def read_turnout(
        self, visitor: NamedDependency[Asker | None], poll_id: FromPath[UUID]
    ) -> Turnout:
        """Turnout by building, question by question."""
        _, state, _ = await public_poll(poll_id, visitor)
        shown = []
        for question in await questions_of(poll_id):
            rows = await figures_of(question.id)
            figures = [
                FigureSaid(row.label, row.building, row.persons, row.rights, row.area_percent)
                for row in rows
            ]
            moved_at = max((row.moved_at for row in rows), default=None)
            shown.append(QuestionTurnout(question.id, question.title, moved_at, figures))
        return Turnout(state.is_open(clock.now()), shown)

    @get("/{poll_id:uuid}/result", responses=answers(404, 422))
    async def read_result(
        self,
        visitor: NamedDependency[Asker | None],
        poll_id: FromPath[UUID],
        stage: FromQuery[Stage | None] = None,
    ) -> Response[dict[str, Any]]:
        """The published result package 公示包, byte for byte as `coordination recount` reads it:
        of one stage, else the latest."""
        await public_poll(poll_id, visitor)
        package: Any = (await result_of(poll_id, stage)).package
        return Response(as_json(package), media_type="application/json")  # pyright: ignore


class ObjectionApi(Controller):
    path = "/polls/{poll_id:uuid}/objections"
    tags = ["polls"]

    @get(guards=[anyone], responses=answers(404, 422))
    async def list_objections(
        self,
        visitor: NamedDependency[Asker | None],
        poll_id: FromPath[UUID],
        after: FromQuery[UUID | None] = None,
    ) -> Objections:
        """Answered objections to roll and result, without names."""
        await public_poll(poll_id, visitor)
        found, last = cut(await answered_objections(poll_id, after, PAGE + 1))
        return Objections([ObjectionSaid.of(one) for one in found], last and last.id)

    @post(
        guards=[signed_in],
        security=SESSION_AND_TOKEN,
        response_headers=UNSEEN,
        responses=answers(400, 401, 403, 404, 409, 422, 429),
    )
    async def object_to_poll(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        data: JSONBody[ObjectionSent],
    ) -> ObjectionTaken:
        """Object to the published roll, or to the preliminary result, as an owner."""
        at = clock.now()
        if data.about == "roll":
            raised = await raise_objection(asker, poll_id, data.unit, data.text, at)
        else:
            raised = await object_to_result(asker, poll_id, data.text, at)
        return ObjectionTaken(raised.id, raised.raised_at)


async def _stages(poll_id: UUID) -> list[Stage]:
    """The stages published so far, in order."""
    found = await Result.select(Result.kind).where(Result.poll == poll_id)
    kinds = {row["kind"] for row in found}
    return [stage for stage in ("preliminary", "final") if stage in kinds]
