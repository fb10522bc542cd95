"""/ballots/{poll}/withdrawal, …/reissue, …/revocation, …/ending: the ways out of the road."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock, files
from coordination.ballots.polls import endings
from coordination.ballots.polls.copies import draft_second_round
from coordination.ballots.polls.desk import the_desk
from coordination.ballots.polls.document_pages import stored
from coordination.ballots.polls.draft_pages import back_to
from coordination.ballots.polls.endings import Left
from coordination.ballots.polls.notice_pages import ReasonFields, read_reason
from coordination.ballots.polls.noticing import seen
from coordination.ballots.polls.permits import convenes, may_revoke
from coordination.errors import Invalid, NotAllowed
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.web.forms import Form, Reader, form_again


class EndingPages(Controller):
    path = "/ballots/{poll_id:uuid}"
    guards = [signed_in]

    @get("/withdrawal")
    async def withdrawal(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Template:
        desk = await the_desk(asker, poll_id, clock.now())
        return Template("ballots/withdrawal.html", context=desk.context | {"form": Form()})

    @post("/withdrawal")
    async def withdraw(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        data: URLEncodedBody[ReasonFields],
    ) -> Response:
        desk = await the_desk(asker, poll_id, clock.now())
        try:
            reason = read_reason(data, "撤回的原因")
            left = await endings.withdraw_poll(asker, poll_id, reason, clock.now())
        except Invalid as refusal:
            return form_again("ballots/withdrawal.html", refusal, data, **desk.context)
        return _after(poll_id, left)

    @get("/reissue")
    async def reissue(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Template:
        desk = await the_desk(asker, poll_id, clock.now())
        return Template("ballots/reissue.html", context=desk.context | {"form": Form()})

    @post("/reissue")
    async def hold_anew(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        data: URLEncodedBody[ReasonFields],
    ) -> Response:
        desk = await the_desk(asker, poll_id, clock.now())
        try:
            reason = read_reason(data, "重新组织的原因")
            left = await endings.reissue_poll(asker, poll_id, reason, clock.now())
        except Invalid as refusal:
            return form_again("ballots/reissue.html", refusal, data, **desk.context)
        return _after(poll_id, left)

    @post("/second-round")
    async def second_round(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]
    ) -> Redirect:
        """A new draft with the questions in which too few took part."""
        copy = await draft_second_round(asker, poll_id, clock.now())
        return back_to(copy.id)

    @get("/revocation")
    async def revocation(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Template:
        context = await _revocable(asker, poll_id)
        return Template("ballots/revocation.html", context=context | {"form": Form()})

    @post("/revocation", request_max_body_size=files.LARGEST_FORM)
    async def revoke(
        self, request: Request, asker: NamedDependency[Asker], poll_id: FromPath[UUID]
    ) -> Response:
        context, sent = await _revocable(asker, poll_id), await request.form()
        said = {"reason": str(sent.get("reason") or "")}
        try:
            read = Reader(said)
            reason = read.text("reason", "撤销的依据", longest=450)
            read.settle()
            document = await stored(sent.get("document"), asker, "document")
            left = await endings.revoke_poll(asker, poll_id, reason, document, clock.now())
        except Invalid as refusal:
            return form_again("ballots/revocation.html", refusal, said, **context)
        return _after(poll_id, left)

    @post("/ending/confirmation")
    async def confirm_end(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Redirect:
        """As the second member: the vote ends now."""
        return _after(poll_id, await endings.confirm_ending(asker, poll_id, clock.now()))

    @post("/ending/removal")
    async def drop_end(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Redirect:
        """Not after all: the vote goes on."""
        await endings.drop_ending(asker, poll_id, clock.now())
        return back_to(poll_id)


def _after(poll_id: UUID, left: Left) -> Redirect:
    """The new draft, else the public notice, else the hub, which says what is waited for."""
    if left.notice and not left.copy:
        return Redirect(f"/notices/{left.notice.id}", status_code=303)
    return back_to(left.copy.id if left.copy else poll_id)


async def _revocable(asker: Asker, poll_id: UUID) -> dict[str, Any]:
    poll, state, estate = await seen(asker, poll_id)
    if not may_revoke(asker, estate, poll):
        raise NotAllowed("撤销由召集人或者街道办事处登记。")
    return {
        "poll": poll,
        "state": state,
        "estate": estate,
        "is_second_asked": convenes(asker, estate, poll),
    }
