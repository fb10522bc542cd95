"""/ballots/{poll}/handovers: sales during a vote, entered by the 居委会."""

from dataclasses import dataclass
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.ballots.casting.handovers import (
    hand_over_right,
    poll_for_handover,
    sold_rights,
)
from coordination.errors import Invalid
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.web.forms import Form, form_again


@dataclass
class HandoverForm:
    document: str = ""


class HandoverPages(Controller):
    path = "/ballots/{poll_id:uuid}/handovers"
    guards = [signed_in]

    @get()
    async def handovers(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Template:
        """Rights whose homes were sold since the roll froze."""
        context = await _context(asker, poll_id)
        return Template("ballots/handovers.html", context=context | {"form": Form(), "wrong": None})

    @post("/{right_id:uuid}")
    async def hand_over(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        right_id: FromPath[UUID],
        data: URLEncodedBody[HandoverForm],
    ) -> Response:
        """Let the buyers vote on it."""
        try:
            await hand_over_right(asker, poll_id, right_id, data.document, clock.now())
        except Invalid as wrong:
            context = await _context(asker, poll_id)
            return form_again("ballots/handovers.html", wrong, data, **context, wrong=right_id)
        return Redirect(f"/ballots/{poll_id}/handovers", status_code=303)


async def _context(asker: Asker, poll_id: UUID) -> dict[str, object]:
    poll = await poll_for_handover(asker, poll_id)
    return {"poll": poll, "sold": await sold_rights(poll_id)}
