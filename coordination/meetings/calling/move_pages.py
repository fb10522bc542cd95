"""/meetings/{meeting}/move: another day or place after the notice 改期."""

from dataclasses import dataclass
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.meetings.calling.moving import move_meeting
from coordination.meetings.calling.noticing import NoticeTooShort
from coordination.meetings.calling.pages import run
from coordination.meetings.steps import require_state
from coordination.meetings.tables import Step
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.web.formats import form_time
from coordination.web.forms import Form, Reader, form_again


@dataclass
class MoveFields:
    starts_at: str = ""
    venue: str = ""
    reason: str = ""


class MovePages(Controller):
    path = "/meetings/{meeting_id:uuid}/move"
    guards = [signed_in]

    @get()
    async def move(self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]) -> Template:
        found = await run(asker, meeting_id)
        require_state(found, Step.NOTICED, doing="改期")
        meeting = found.meeting
        form = Form({"starts_at": form_time(meeting.starts_at), "venue": meeting.venue})
        return Template("meetings/move.html", context={"seen": found, "form": form})

    @post()
    async def announce_again(
        self,
        asker: NamedDependency[Asker],
        meeting_id: FromPath[UUID],
        data: URLEncodedBody[MoveFields],
    ) -> Response:
        found = await run(asker, meeting_id)
        try:
            read = Reader(data)
            starts_at = read.moment("starts_at", "开会时间")
            venue = read.text("venue", "地点", longest=100)
            reason = read.text("reason", "原因", longest=200)
            read.settle()
            notice = await move_meeting(
                asker, meeting_id, starts_at, venue, reason.rstrip("。"), clock.now()
            )
        except NoticeTooShort as refusal:
            wrong = Invalid("开会时间需要修改。", starts_at=str(refusal))
            return form_again("meetings/move.html", wrong, data, seen=found)
        except Invalid as refusal:
            return form_again("meetings/move.html", refusal, data, seen=found)
        return Redirect(f"/notices/{notice.id}", status_code=303)
