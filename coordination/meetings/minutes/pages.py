"""/meetings/{meeting}/minutes: written by those who run it, checked and signed by who was there."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid, NotFound, uncut
from coordination.meetings.minutes import checking, signing
from coordination.meetings.minutes.drafting import generate_minutes
from coordination.meetings.minutes.editing import parts_of
from coordination.meetings.minutes.publishing import (
    publish_execution,
    publish_minutes,
    publish_resolutions,
)
from coordination.meetings.minutes_tables import MinutesObjection, MinutesPart
from coordination.meetings.permits import runs
from coordination.meetings.queries import MISSING, Seen, names_of, seen
from coordination.meetings.room.quorum import stays_of
from coordination.meetings.tables import Step
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.web.forms import Form, form_from


@dataclass
class WordsFields:
    words: str = ""


@dataclass
class AnswerFields:
    answer: str = ""


@dataclass
class SeatFields:
    seat: str = ""


class MinutesPages(Controller):
    path = "/meetings"
    guards = [signed_in]

    @get("/{meeting_id:uuid}/minutes")
    async def minutes(self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]) -> Template:
        """For who ran it and who was there; everybody else reads the public notice."""
        found = await inside(asker, meeting_id)
        return Template("meetings/minutes.html", context=await _shown(asker, found, Form()))

    @post("/{meeting_id:uuid}/minutes")
    async def generate(self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]) -> Redirect:
        await generate_minutes(asker, meeting_id, clock.now())
        return _minutes_of(meeting_id)

    @post("/{meeting_id:uuid}/minutes/check")
    async def send_to_check(
        self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]
    ) -> Redirect:
        await checking.send_to_check(asker, meeting_id, clock.now())
        return _minutes_of(meeting_id)

    @post("/{meeting_id:uuid}/minutes/draft")
    async def send_back(
        self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]
    ) -> Redirect:
        await checking.send_back(asker, meeting_id, clock.now())
        return _minutes_of(meeting_id)

    @post("/minutes/parts/{part_id:uuid}/objections")
    async def object_to(
        self,
        asker: NamedDependency[Asker],
        part_id: FromPath[UUID],
        data: URLEncodedBody[WordsFields],
    ) -> Response:
        part = await checking.part_of(part_id)
        found = await inside(asker, part.meeting)
        try:
            await checking.object_to(asker, part_id, data.words, clock.now())
        except Invalid as refusal:
            return await _wrong(asker, found, form_from(refusal, data, _prefix(part)))
        return _minutes_of(found.meeting.id)

    @post("/minutes/objections/{objection_id:uuid}/answers")
    async def answer(
        self,
        asker: NamedDependency[Asker],
        objection_id: FromPath[UUID],
        data: URLEncodedBody[AnswerFields],
    ) -> Redirect:
        at = clock.now()
        return _minutes_of(await checking.answer_objection(asker, objection_id, data.answer, at))

    @post("/{meeting_id:uuid}/minutes/signatures")
    async def sign(
        self,
        asker: NamedDependency[Asker],
        meeting_id: FromPath[UUID],
        data: URLEncodedBody[SeatFields],
    ) -> Redirect:
        await signing.sign_minutes(asker, meeting_id, data.seat, clock.now())
        return _minutes_of(meeting_id)

    @post("/{meeting_id:uuid}/minutes/addenda")
    async def add(
        self,
        asker: NamedDependency[Asker],
        meeting_id: FromPath[UUID],
        data: URLEncodedBody[WordsFields],
    ) -> Response:
        found = await inside(asker, meeting_id)
        try:
            await signing.add_addendum(asker, meeting_id, data.words, clock.now())
        except Invalid as refusal:
            return await _wrong(asker, found, form_from(refusal, data))
        return _minutes_of(meeting_id)

    @post("/{meeting_id:uuid}/minutes/publication")
    async def publish(self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]) -> Redirect:
        notice = await publish_minutes(asker, meeting_id, clock.now())
        return Redirect(f"/notices/{notice.id}", status_code=303)

    @post("/{meeting_id:uuid}/resolutions/publication")
    async def publish_resolutions(
        self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]
    ) -> Redirect:
        notice = await publish_resolutions(asker, meeting_id, clock.now())
        return Redirect(f"/notices/{notice.id}", status_code=303)

    @post("/resolutions/{resolution_id:uuid}/execution")
    async def publish_execution(
        self,
        asker: NamedDependency[Asker],
        resolution_id: FromPath[UUID],
        data: URLEncodedBody[WordsFields],
    ) -> Redirect:
        notice = await publish_execution(
            asker, resolution_id, uncut(data.words, 5000, "words"), clock.now()
        )
        return Redirect(f"/notices/{notice.id}", status_code=303)


async def inside(asker: Asker, meeting_id: UUID | Any) -> Seen:
    """NotFound: also for those who were not there and do not run it."""
    found = await seen(asker, meeting_id)
    if runs(asker, found.meeting):
        return found
    if asker.id in {one.person for one in await stays_of(found.meeting.id)}:
        return found
    raise NotFound(MISSING)


async def _wrong(asker: Asker, found: Seen, form: Form) -> Template:
    context = await _shown(asker, found, form)
    return Template("meetings/minutes.html", context=context, status_code=422)


async def _shown(asker: Asker, found: Seen, form: Form) -> dict[str, Any]:
    meeting = found.meeting
    parts = await parts_of(meeting.id)
    ids = [part.id for part, _ in parts]
    objections = (
        await MinutesObjection.objects()
        .where(MinutesObjection.part.is_in(ids))
        .order_by(MinutesObjection.at)
        if ids
        else []
    )
    signatures = await signing.signatures_of(meeting.id)
    seats = await signing.seats_of(found) if found.state.has(Step.CLOSED) else []
    at, ends = clock.now(), found.state.check_ends
    return {
        "seen": found,
        "here": f"/meetings/{meeting.id}",
        "runs": runs(asker, meeting),
        "parts": parts,
        "objections": objections,
        "names": await names_of([one.person for one in objections]),
        "seats": seats,
        "signed": {one.seat: one for one in signatures},
        "mine": [seat for seat in seats if asker.id in seat.people],
        "may_sign": ends is not None and at >= ends
        and all(one.answered_at for one in objections),
        "was_there": asker.id in {one.person for one in await stays_of(meeting.id)},
        "sealed": await signing.sealed_of(meeting.id),
        "addenda": await signing.addenda_of(meeting.id),
        "form": form,
        "objecting": {
            part.id: form if form.prefix == _prefix(part) else Form(prefix=_prefix(part))
            for part, _ in parts
        },
        "at": at,
    }  # fmt: skip


def _prefix(part: MinutesPart) -> str:
    """Which of the page's forms objects to this part."""
    return f"part-{part.id}"


def _minutes_of(meeting_id: Any) -> Redirect:
    return Redirect(f"/meetings/{meeting_id}/minutes", status_code=303)
