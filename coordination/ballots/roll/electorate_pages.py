"""/ballots/{poll}/electorate and …/gaps: who could vote as the registry stands, what it lacks."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.ballots.polls import drafting
from coordination.ballots.polls.desk import Desk, the_desk
from coordination.ballots.polls.queries import registrar_of
from coordination.ballots.roll.publishing import eligible
from coordination.errors import Invalid
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.registry.permits import may_keep_registry
from coordination.web.forms import Form, Reader, form_again


@dataclass
class ReasonFields:
    reason: str = ""


class ElectoratePages(Controller):
    path = "/ballots/{poll_id:uuid}"
    guards = [signed_in]

    @get("/electorate")
    async def electorate(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        said: FromQuery[str] = "",
    ) -> Template:
        """Who could vote on each question as the registry stands now, and what is missing."""
        desk = await the_desk(asker, poll_id, clock.now())
        form = Form({"reason": desk.poll.gaps_reason or ""})
        context = await _mendable(desk, asker) | {"form": form, "saved": bool(said)}
        return Template("ballots/electorate.html", context=context)

    @post("/gaps")
    async def explain_gaps(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        data: URLEncodedBody[ReasonFields],
    ) -> Response:
        """Why the units without area or owner stay out; printed in the notice."""
        at = clock.now()
        desk = await the_desk(asker, poll_id, at)
        try:
            read = Reader(data)
            reason = read.text("reason", "原因", longest=1000, optional=True)
            read.settle()
            await drafting.explain_gaps(asker, poll_id, reason, at)
        except Invalid as refusal:
            context = await _mendable(desk, asker)
            return form_again("ballots/electorate.html", refusal, data, **context, saved=False)
        return Redirect(f"/ballots/{poll_id}/electorate?said=1", status_code=303)


async def with_electorate(desk: Desk) -> dict[str, Any]:
    """The desk with the rights of each question as of now, and the units that lack area or owner,
    each once."""
    parts = await eligible(desk.poll)
    gaps = {unit.id: unit for part in parts for unit in part.electorate.gaps}
    return desk.context | {"parts": parts, "gaps": list(gaps.values())}


async def _mendable(desk: Desk, asker: Asker) -> dict[str, Any]:
    """Who mends the gaps of the registry, and whether that is the asker."""
    return await with_electorate(desk) | {
        "keeps_registry": may_keep_registry(asker, desk.estate),
        "registrar": await registrar_of(desk.estate),
    }
