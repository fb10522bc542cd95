"""/ballots and /ballots/{poll}: what everybody may read of a poll, and its result in every form.

All forms of a result come from the one package; none is computed again here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.ballots.ballot_tables import Result, ResultObjection
from coordination.ballots.casting.rights import my_rights
from coordination.ballots.package import as_json
from coordination.ballots.package_election import standing_words
from coordination.ballots.package_tables import (
    as_csv,
    as_xlsx,
    aside_words,
    form_words,
    invalid_words,
    valid_of,
)
from coordination.ballots.polls.permits import may_answer_objection, may_see
from coordination.ballots.polls.queries import estate_of, load_poll, state_of
from coordination.ballots.polls.state import PollState
from coordination.ballots.results.objections import answer_result_objection, object_to_result
from coordination.ballots.results.printing import result_pdf
from coordination.ballots.results.queries import notices_of, turnout_of
from coordination.ballots.tables import Poll, Question, Step
from coordination.errors import Invalid, NotFound
from coordination.law.remedies import REVOCATION
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.places.tables import Place
from coordination.web.access import anyone
from coordination.web.forms import Form, FormPerThing, form_again

STAGES = ("preliminary", "final")


@dataclass
class WordsForm:
    text: str = ""


@dataclass
class AnswerForm:
    gist: str = ""
    answer: str = ""


class Public(NamedTuple):
    """A poll that the visitor may see, where it stands, and whose owners vote."""

    poll: Poll
    state: PollState
    estate: Place


async def public_poll(poll_id: UUID, visitor: Asker | None) -> Public:
    """NotFound: there is none, or it is still a draft of others."""
    poll = await load_poll(poll_id)
    found = Public(poll, await state_of(poll), await estate_of(poll))
    if not may_see(visitor, found.estate, poll, found.state):
        raise NotFound("没有找到这次表决。")
    return found


async def result_of(poll_id: UUID, stage: str | None) -> Result:
    """The result of `stage`, else the latest. NotFound: not published."""
    found = {
        row.kind: row
        for row in await Result.objects().where(Result.poll == poll_id).output(load_json=True)
    }
    wanted = stage if stage in STAGES else ("final" if "final" in found else "preliminary")
    if wanted not in found:
        raise NotFound("结果还没有公布。投票截止后会自动计票并公示。")
    return found[wanted]


class ResultPages(Controller):
    path = "/ballots/{poll_id:uuid}"
    guards = [anyone]

    @get("/result")
    async def result(
        self,
        visitor: NamedDependency[Asker | None],
        poll_id: FromPath[UUID],
        stage: FromQuery[str | None] = None,
    ) -> Template:
        """The result as published; the preliminary one with its objections."""
        poll, *_ = await public_poll(poll_id, visitor)
        context = await result_context(poll, visitor, stage)
        return Template("ballots/result.html", context=context | {"form": Form()})

    @get("/result/{name:str}")
    async def result_file(
        self,
        visitor: NamedDependency[Asker | None],
        poll_id: FromPath[UUID],
        name: FromPath[str],
        stage: FromQuery[str | None] = None,
    ) -> Response[bytes]:
        """The same result as package.json, result.csv, result.xlsx or result.pdf."""
        await public_poll(poll_id, visitor)
        row = await result_of(poll_id, stage)
        package: Any = row.package
        match name:
            case "package.json":
                body, kind = as_json(package), "application/json"
            case "result.csv":
                body, kind = as_csv(package), "text/csv; charset=utf-8"
            case "result.xlsx":
                body = as_xlsx(package)
                kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            case "result.pdf":
                body, kind = await result_pdf(row, package, clock.now()), "application/pdf"
            case _:
                raise NotFound("没有这个文件。可下载：package.json、result.csv、.xlsx、.pdf。")
        disposition = "inline" if name.endswith("pdf") else "attachment"
        headers = {"content-disposition": f'{disposition}; filename="{row.kind}-{name}"'}
        return Response(body, media_type=kind, headers=headers)


class ObjectionPages(Controller):
    path = "/ballots/{poll_id:uuid}/result/objections"
    guards = [signed_in]

    @post()
    async def object(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        data: URLEncodedBody[WordsForm],
    ) -> Response:
        """An owner objects to the preliminary result."""
        try:
            await object_to_result(asker, poll_id, data.text, clock.now())
        except Invalid as wrong:
            context = await result_context(await load_poll(poll_id), asker, "preliminary")
            return form_again("ballots/result.html", wrong, data, **context)
        return Redirect(f"/ballots/{poll_id}/result?stage=preliminary", status_code=303)

    @post("/{objection_id:uuid}/answer")
    async def answer(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        objection_id: FromPath[UUID],
        data: URLEncodedBody[AnswerForm],
    ) -> Response:
        """The convener or the 居委会 answers it."""
        try:
            await answer_result_objection(asker, objection_id, data.gist, data.answer, clock.now())
        except Invalid as wrong:
            context = await result_context(await load_poll(poll_id), asker, "preliminary")
            context["form"] = context["answers"].again(objection_id, wrong, data)
            return Template("ballots/result.html", context=context, status_code=422)
        return Redirect(f"/ballots/{poll_id}/result?stage=preliminary", status_code=303)


async def turnout_context(
    poll: Poll, state: PollState, questions: Sequence[Question]
) -> dict[str, object]:
    """What `_turnout.html` needs."""
    return {
        "poll": poll,
        "running": state.is_open(clock.now()),
        "turnout": await turnout_of(questions),
    }


async def result_context(poll: Poll, visitor: Asker | None, stage: str | None) -> dict[str, Any]:
    """What `result.html` needs, but the form."""
    row = await result_of(poll.id, stage)
    package: Any = row.package
    objections = (
        await ResultObjection.objects()
        .where(ResultObjection.poll == poll.id)
        .order_by(ResultObjection.raised_at)
    )
    at = clock.now()
    open_until = row.objections_until if row.kind == "preliminary" else None
    estate, state = await estate_of(poll), await state_of(poll)
    objects_now = state.current is Step.PRELIMINARY and open_until is not None and at < open_until
    holds = bool(visitor and await my_rights(visitor.id, poll.id))
    return {
        "poll": poll,
        "result": row,
        "package": package,
        "stood": standing_words,
        "valid": valid_of,
        "invalid_words": invalid_words,
        "aside_words": aside_words,
        "form_words": form_words,
        "objections": objections,
        "answers": FormPerThing("o", [one.id for one in objections]),
        "revoked": state.when(Step.REVOKED),
        "objects_now": objects_now,
        "may_object": holds and objects_now,
        "revocation": REVOCATION,
        "may_answer": visitor is not None and may_answer_objection(visitor, estate, poll),
        "stages": [r["kind"] for r in await Result.select(Result.kind).where(
            Result.poll == poll.id)],
        "notices": await notices_of(poll.id),
        "visitor_id": visitor.id if visitor else None,
        "last_day": date.fromisoformat(package["publication"]["objections_until"]),
    }  # fmt: skip
