"""What meetings put on paper; 会议通知 and 决议公示 are printed as the notices that they are."""

from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from coordination import clock
from coordination.meetings.calling.pages import run
from coordination.meetings.doing.queries import actions_at
from coordination.meetings.minutes.pages import inside
from coordination.meetings.printing import (
    print_invitations,
    print_minutes,
    print_register,
    print_sign_in,
)
from coordination.meetings.state import HELD
from coordination.meetings.steps import require_state
from coordination.meetings.tables import Step
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.places.queries import place_of
from coordination.web.access import anyone
from coordination.web.pdf import PDF


class RegisterPrintPages(Controller):
    path = "/meetings/actions/register.pdf"
    guards = [anyone]

    @get()
    async def register(self, estate: FromQuery[UUID | None] = None) -> Response[bytes]:
        """整改台账: the tasks of a place."""
        place, at = (await place_of(estate) if estate else None), clock.now()
        lines = await actions_at(place.path if place else None, at)
        title = f"{place.name if place else ''}会议任务整改台账"
        return _pdf(await print_register(title, lines, at))


class MeetingPrintPages(Controller):
    path = "/meetings/{meeting_id:uuid}"
    guards = [signed_in]

    @get("/sign-in.pdf")
    async def sign_in_sheet(
        self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]
    ) -> Response[bytes]:
        """签到表, for those who run the meeting."""
        found = await run(asker, meeting_id)
        return _pdf(await print_sign_in(found, clock.now()))

    @get("/invitations.pdf")
    async def invitations(
        self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]
    ) -> Response[bytes]:
        """会议邀请函, a page for each party, for those who run the meeting."""
        found = await run(asker, meeting_id)
        require_state(found, Step.NOTICED, doing="打印邀请函")
        return _pdf(await print_invitations(found, clock.now()))

    @get("/minutes.pdf")
    async def minutes_sheet(
        self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]
    ) -> Response[bytes]:
        """会议纪要 with names, for those who were there."""
        found = await inside(asker, meeting_id)
        require_state(found, *HELD, doing="打印纪要")
        return _pdf(await print_minutes(found, clock.now()))


def _pdf(content: bytes) -> Response[bytes]:
    return Response(content, media_type=PDF, headers={"Content-Disposition": "inline"})
