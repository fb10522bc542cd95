"""/meetings/new and /meetings/{meeting}/…: calling a meeting, for the body that does."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid, uncut
from coordination.law.periods import day_of
from coordination.meetings.calling import actions
from coordination.meetings.calling.actions import MeetingFacts, missing_parts
from coordination.meetings.calling.cancelling import cancel_meeting
from coordination.meetings.calling.linking import address
from coordination.meetings.calling.noticing import announce_meeting, announced
from coordination.meetings.calling.offers import offered_to, prefilled
from coordination.meetings.calling.registering import unregistered
from coordination.meetings.kinds import KINDS
from coordination.meetings.minutes.duties import duties_of
from coordination.meetings.permits import runs
from coordination.meetings.queries import Seen, items_of, names_of, people_of, seen
from coordination.meetings.steps import NotYourMeeting
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.web.formats import form_time
from coordination.web.forms import Form, Reader, form_again

NOBODY = "当天确定"


@dataclass
class MeetingFields:
    kind: str = ""
    place: str = ""
    matter: str = ""
    title: str = ""
    starts_at: str = ""
    lasts_minutes: str = ""
    venue: str = ""
    contact: str = ""
    chair: str = ""
    recorder: str = ""


@dataclass
class ReasonFields:
    reason: str = ""


class CallingPages(Controller):
    path = "/meetings"
    guards = [signed_in]

    @get("/new")
    async def new(
        self,
        asker: NamedDependency[Asker],
        place: FromQuery[str] = "",
        matter: FromQuery[str] = "",
    ) -> Template:
        """`place`: where the `matter` lies that is to be discussed."""
        offers = await offered_to(asker)
        form = Form(await prefilled(asker, offers, place, matter))
        context = {"offers": offers, "form": form, "at": clock.now()}
        return Template("meetings/new.html", context=context)

    @post("/new")
    async def plan(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[MeetingFields]
    ) -> Response:
        offers, at = await offered_to(asker), clock.now()
        try:
            read = Reader(data)
            facts = _facts(read, untitled=True)
            kind, place = offers.read(read)
            if day_of(facts.starts_at) < kind.first_day(at):
                read.wrong("starts_at", kind.too_short(at))
                read.settle()
            if not facts.title:
                title = kind.title(offers.name_of(place), facts.starts_at)
                facts = replace(facts, title=title)
            meeting = await actions.plan_meeting(
                asker, place, kind.code, facts, at, matter=_matter(data)
            )
        except Invalid as refusal:
            return form_again("meetings/new.html", refusal, data, offers=offers, at=at)
        return back_to(meeting.id)

    @get("/{meeting_id:uuid}/desk")
    async def desk(self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]) -> Template:
        """Where the meeting stands, and what those who run it do next."""
        found = await run(asker, meeting_id)
        return Template("meetings/desk.html", context=await _desk(asker, found) | {"form": Form()})

    @get("/{meeting_id:uuid}/facts")
    async def facts(self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]) -> Template:
        found = await run(asker, meeting_id)
        meeting = found.meeting
        values = {
            "title": meeting.title, "starts_at": form_time(meeting.starts_at),
            "lasts_minutes": meeting.lasts_minutes, "venue": meeting.venue,
            "contact": meeting.contact, "chair": str(meeting.chair or ""),
            "recorder": str(meeting.recorder or ""),
        }  # fmt: skip
        context = {"seen": found, "people": await _people(found), "form": Form(values)}
        return Template("meetings/facts.html", context=context)

    @post("/{meeting_id:uuid}/facts")
    async def change(
        self,
        asker: NamedDependency[Asker],
        meeting_id: FromPath[UUID],
        data: URLEncodedBody[MeetingFields],
    ) -> Response:
        found = await run(asker, meeting_id)
        people = await _people(found)
        try:
            read = Reader(data)
            chair = read.one_of("chair", "主持人", ["", *(value for value, _ in people)])
            recorder = read.one_of("recorder", "记录人", ["", *(value for value, _ in people)])
            facts = replace(
                _facts(read),
                chair=UUID(chair) if chair else None,
                recorder=UUID(recorder) if recorder else None,
            )
            read.settle()
            await actions.change_meeting(asker, meeting_id, facts, clock.now())
        except Invalid as refusal:
            return form_again("meetings/facts.html", refusal, data, seen=found, people=people)
        return back_to(meeting_id)

    @post("/{meeting_id:uuid}/notice")
    async def announce(self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]) -> Redirect:
        notice = await announce_meeting(asker, meeting_id, clock.now())
        return Redirect(f"/notices/{notice.id}", status_code=303)

    @get("/{meeting_id:uuid}/cancellation")
    async def cancellation(
        self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]
    ) -> Template:
        context = {"seen": await run(asker, meeting_id), "form": Form()}
        return Template("meetings/cancellation.html", context=context)

    @post("/{meeting_id:uuid}/cancellation")
    async def cancel(
        self,
        asker: NamedDependency[Asker],
        meeting_id: FromPath[UUID],
        data: URLEncodedBody[ReasonFields],
    ) -> Response:
        found = await run(asker, meeting_id)
        try:
            await cancel_meeting(asker, meeting_id, uncut(data.reason, 500, "reason"), clock.now())
        except Invalid as refusal:
            return form_again("meetings/cancellation.html", refusal, data, seen=found)
        return back_to(meeting_id)

    @post("/{meeting_id:uuid}/recall")
    async def recall(self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]) -> Redirect:
        """Plan it again as it was, as soon as its notice allows; the convener then changes it."""
        meeting, at = (await run(asker, meeting_id)).meeting, clock.now()
        days = KINDS[meeting.kind].notice_days + 1
        starts_at = meeting.starts_at
        while starts_at < at + timedelta(days=days):
            starts_at += timedelta(days=1)
        facts = MeetingFacts(
            meeting.title, starts_at, meeting.lasts_minutes, meeting.venue, meeting.contact,
            meeting.chair, meeting.recorder,
        )  # fmt: skip
        return back_to((await actions.recall_meeting(asker, meeting_id, facts, at)).id)


async def run(asker: Asker, meeting_id: UUID) -> Seen:
    """NotFound, NotYourMeeting."""
    found = await seen(asker, meeting_id)
    if not runs(asker, found.meeting):
        raise NotYourMeeting("只有召集单位、主持人和记录人可以办理这次会议。请联系召集单位。")
    return found


def _matter(data: MeetingFields) -> UUID | None:
    """For the sake of which matter it is called; what is none is left out."""
    try:
        return UUID(data.matter) if data.matter else None
    except ValueError:
        return None


def _facts(read: Reader, *, untitled: bool = False) -> MeetingFacts:
    """What was typed; `untitled`: who gives no title is given one. What is wrong is noted."""
    return MeetingFacts(
        read.text("title", "会议名称", longest=100, optional=untitled),
        read.moment("starts_at", "开会时间"),
        read.whole("lasts_minutes", "预计时长", least=10, most=720),
        read.text("venue", "地点", longest=100),
        read.text("contact", "联系人和电话"),
    )


async def _people(found: Seen) -> list[tuple[str, str]]:
    """Who may chair or record: those with an office in the calling body or a party."""
    ids = await people_of([found.meeting.convener, *found.bodies], clock.now())
    names = await names_of(ids)
    return [(str(one), names[one]) for one in ids]


async def _desk(asker: Asker, found: Seen) -> dict[str, Any]:
    meeting = found.meeting
    names = await names_of([meeting.chair, meeting.recorder])
    missing = missing_parts(found)
    at = clock.now()
    first = found.kind.first_day(at)
    return {
        "seen": found,
        "items": await items_of(meeting.id),
        "too_short": found.kind.too_short(at) if day_of(meeting.starts_at) < first else "",
        "links": {one.id: address(one.link_code) for one in found.parties if one.link_code},
        "missing": missing,
        "to_register": await unregistered(asker, found, missing, at),
        "notice": await announced(meeting.id),
        "duties": await duties_of(meeting.id),
        "chair": names.get(meeting.chair, NOBODY),  # pyright: ignore[reportArgumentType]
        "recorder": names.get(meeting.recorder, NOBODY),  # pyright: ignore[reportArgumentType]
        "at": at,
    }


def back_to(meeting_id: UUID) -> Redirect:
    return Redirect(f"/meetings/{meeting_id}/desk", status_code=303)
