"""The room: the check-in page, the screen that follows the chair, and what each one votes."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid, NotFound
from coordination.meetings.permits import may_see, runs
from coordination.meetings.queries import MISSING, Seen, load, seen
from coordination.meetings.room import motions, presence
from coordination.meetings.room.queries import motions_of, the_room
from coordination.meetings.room.quorum import stays_of
from coordination.meetings.room_tables import HandChoice, Motion
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.settings import settings
from coordination.web.access import anyone
from coordination.web.codes import qr_svg
from coordination.web.forms import Form, Reader, form_again, form_from
from coordination.web.together import Together

SCREENS: Together[tuple[Seen, str]] = Together()

CHOICES = ((HandChoice.APPROVE.value, "同意", ""), (HandChoice.REJECT.value, "不同意", ""),
           (HandChoice.ABSTAIN.value, "弃权", ""))  # fmt: skip


@dataclass
class CodeFields:
    code: str = ""


@dataclass
class ChoiceFields:
    choice: str = ""


class CheckInPages(Controller):
    path = "/meetings"
    guards = [signed_in]

    @get("/check-in")
    async def check_in(self, code: FromQuery[str | None] = None) -> Template:
        """The code from the wall; who comes by the QR finds it filled in."""
        form = Form({"code": (code or "")[:12]})
        return Template("meetings/check_in.html", context={"form": form})

    @post("/check-in")
    async def come_in(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[CodeFields]
    ) -> Response:
        try:
            read = Reader(data)
            code = read.text("code", "签到码", longest=20)
            read.settle()
            meeting = await presence.check_in(asker, code, clock.now())
        except Invalid as refusal:
            return form_again("meetings/check_in.html", refusal, data)
        return Redirect(f"/meetings/{meeting}/room", status_code=303)

    @get("/{meeting_id:uuid}/room")
    async def room(self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]) -> Template:
        """For who is in the room: what is before it, and the way to vote and to leave."""
        found = await seen(asker, meeting_id)
        stays = await stays_of(meeting_id)
        mine = [one for one in stays if one.person == asker.id]
        context = {
            "room": await the_room(found, clock.now()),
            "stay": next((one for one in mine if one.left_at is None), None),
            "came": bool(mine),
            "at": clock.now(),
        }
        return Template("meetings/room.html", context=context)

    @post("/stays/{stay_id:uuid}/leaving")
    async def leave(self, asker: NamedDependency[Asker], stay_id: FromPath[UUID]) -> Redirect:
        at = clock.now()
        meeting_id = await presence.leave(asker, stay_id, at)
        meeting = (await seen(asker, meeting_id)).meeting
        there = "console" if runs(asker, meeting) else "room"
        return Redirect(f"/meetings/{meeting_id}/{there}", status_code=303)

    @post("/stays/{stay_id:uuid}/removal")
    async def take_back(self, asker: NamedDependency[Asker], stay_id: FromPath[UUID]) -> Redirect:
        meeting_id = await presence.take_back(asker, stay_id, clock.now())
        return Redirect(f"/meetings/{meeting_id}/console", status_code=303)

    @get("/motions/{motion_id:uuid}")
    async def motion(self, asker: NamedDependency[Asker], motion_id: FromPath[UUID]) -> Template:
        context = await _motion(asker, motion_id, Form())
        return Template("meetings/motion.html", context=context)

    @post("/motions/{motion_id:uuid}")
    async def raise_hand(
        self,
        asker: NamedDependency[Asker],
        motion_id: FromPath[UUID],
        data: URLEncodedBody[ChoiceFields],
    ) -> Response:
        context = await _motion(asker, motion_id, Form())
        try:
            read = Reader(data)
            choice = read.one_of("choice", "同意、不同意或弃权", list(HandChoice))
            read.settle()
            await motions.raise_hand(asker, motion_id, HandChoice(choice), clock.now())
        except Invalid as refusal:
            context |= {"form": form_from(refusal, data)}
            return Template("meetings/motion.html", context=context, status_code=422)
        return Redirect(f"/meetings/{context['meeting'].id}/room", status_code=303)


class ScreenPages(Controller):
    path = "/meetings"
    guards = [anyone]

    @get("/{meeting_id:uuid}/screen")
    async def screen(
        self, visitor: NamedDependency[Asker | None], meeting_id: FromPath[UUID]
    ) -> Template:
        """Big type for the wall; the code is on it only where who runs the meeting opened it."""
        found = await seen(visitor, meeting_id)
        code = found.meeting.room_code if runs(visitor, found.meeting) else None
        address = f"{settings().public_url}/meetings/check-in"
        context = {
            "room": await the_room(found, clock.now()),
            "code": code,
            "address": address,
            "qr": qr_svg(f"{address}?code={code}") if code else "",
            "at": clock.now(),
        }
        return Template("meetings/screen.html", context=context)

    @get("/{meeting_id:uuid}/screen/now")
    async def now(
        self, request: Request, visitor: NamedDependency[Asker | None], meeting_id: FromPath[UUID]
    ) -> Response[str]:
        """What the screen shows again at each signal: the same for all, drawn once for all."""
        engine = request.app.template_engine
        assert engine

        async def draw() -> tuple[Seen, str]:
            found, at = await load(meeting_id), clock.now()
            room = await the_room(found, at)
            return found, engine.get_template("meetings/_now.html").render(room=room, at=at)

        found, drawn = await SCREENS.look(meeting_id, draw)
        if not may_see(visitor, found.meeting, found.state, found.bodies):
            raise NotFound(MISSING)
        return Response(drawn, media_type=MediaType.HTML)


async def _motion(asker: Asker, motion_id: UUID, form: Form) -> dict[str, Any]:
    motion = await Motion.objects().get(Motion.id == motion_id)
    if motion is None:
        raise NotFound(MISSING)
    found = await seen(asker, motion.meeting)
    line = next(one for one in await motions_of(motion.meeting) if one.id == motion_id)
    return {"meeting": found.meeting, "motion": line, "choices": CHOICES, "form": form}
