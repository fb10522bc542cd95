"""/ballots/{poll}/notice and the extension: for those who convene, two by two."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.ballots.polls import noticing
from coordination.ballots.polls.desk import the_desk
from coordination.ballots.polls.draft_pages import back_to
from coordination.ballots.polls.drafting import periods
from coordination.ballots.polls.extending import extend_poll, last_day
from coordination.ballots.polls.noticing import announcement
from coordination.ballots.polls.timetable import notice_is_long_enough
from coordination.ballots.polls.wording import facts_of, title_of
from coordination.ballots.tables import Step
from coordination.errors import Conflict, Invalid
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.web.formats import form_time
from coordination.web.forms import Form, Reader, form_again


@dataclass
class ReasonFields:
    reason: str = ""


@dataclass
class ExtensionFields:
    closes_at: str = ""
    reason: str = ""


class NotYetFrozen(Conflict):
    """The notice prints the frozen roll."""


class NoticePages(Controller):
    path = "/ballots/{poll_id:uuid}"
    guards = [signed_in]

    @get("/notice")
    async def draft_notice(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]
    ) -> Response:
        """The notice as it would be printed, and what this member may do with it."""
        context = await _drafted(asker, poll_id)
        if notice := context["state"].when(Step.NOTICED):
            return Redirect(f"/notices/{notice.notice}", status_code=303)
        return Template("ballots/draft_notice.html", context=context | {"form": Form()})

    @post("/notice/proposals")
    async def propose(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Redirect:
        await noticing.propose_notice(asker, poll_id, clock.now())
        return back_to(poll_id)

    @post("/notice/returns")
    async def send_back(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        data: URLEncodedBody[ReasonFields],
    ) -> Response:
        try:
            await noticing.return_notice(
                asker, poll_id, read_reason(data, "退回的原因"), clock.now()
            )
        except Invalid as refusal:
            context = await _drafted(asker, poll_id)
            return form_again("ballots/draft_notice.html", refusal, data, **context)
        return back_to(poll_id)

    @post("/notice/confirmation")
    async def confirm(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Redirect:
        notice = await noticing.confirm_notice(asker, poll_id, clock.now())
        return Redirect(f"/notices/{notice.id}", status_code=303)


class ExtensionPages(Controller):
    path = "/ballots/{poll_id:uuid}/extension"
    guards = [signed_in]

    @get()
    async def extension(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Template:
        context = await _extended(asker, poll_id)
        form = Form({"closes_at": form_time(context["state"].closes_at)})
        return Template("ballots/extension.html", context=context | {"form": form})

    @post()
    async def extend(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        data: URLEncodedBody[ExtensionFields],
    ) -> Response:
        context = await _extended(asker, poll_id)
        try:
            read = Reader(data)
            closes_at = read.moment("closes_at", "新的截止时间")
            reason = read.text("reason", "延期的原因", longest=450)
            read.settle()
            notice = await extend_poll(asker, poll_id, closes_at, reason, clock.now())
        except Invalid as refusal:
            return form_again("ballots/extension.html", refusal, data, **context)
        return Redirect(f"/notices/{notice.id}", status_code=303)


async def _drafted(asker: Asker, poll_id: UUID) -> dict[str, Any]:
    """NotYetFrozen besides what the desk refuses."""
    at = clock.now()
    desk = await the_desk(asker, poll_id, at)
    if not desk.state.roll_is_frozen:
        raise NotYetFrozen("名册锁定以后才能拟定投票公告，因为公告要印名册的人数、面积和校验值。")
    said = await announcement(desk.poll, desk.estate, desk.state, at)
    proposed = desk.state.awaited_proposal
    return desk.context | {
        "title": title_of(desk.poll),
        "facts": facts_of(said, at).as_dict(),
        "long_enough": notice_is_long_enough(at, desk.poll.opens_at, desk.poll.notice_days),
        "returned": desk.state.when(Step.RETURNED),
        "is_proposer": proposed is not None and proposed.person == asker.id,
    }


async def _extended(asker: Asker, poll_id: UUID) -> dict[str, Any]:
    desk = await the_desk(asker, poll_id, clock.now())
    most = (await periods(desk.estate, desk.at)).voting_most
    return desk.context | {"last": last_day(desk.poll, most)}


def read_reason(data: ReasonFields, label: str) -> str:
    """Invalid: none, or too long."""
    read = Reader(data)
    reason = read.text("reason", label, longest=450)
    read.settle()
    return reason
