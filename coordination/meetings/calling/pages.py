"""/meetings/new and /meetings/{meeting}/…: calling a meeting, for the body that does."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.meetings.calling import actions
from coordination.meetings.calling.actions import MeetingFacts, candidates, missing_parts
from coordination.meetings.calling.noticing import announce_meeting, announced
from coordination.meetings.kinds import KINDS
from coordination.meetings.minutes.duties import duties_of
from coordination.meetings.permits import runs
from coordination.meetings.queries import Seen, items_of, names_of, people_of, seen
from coordination.meetings.steps import NotYourMeeting
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.people.queries import body_of
from coordination.places.queries import place_of, places_within
from coordination.web.formats import form_time
from coordination.web.forms import Form, Reader, form_again

NOBODY = "当天确定"


@dataclass
class MeetingFields:
    what: str = ""
    title: str = ""
    starts_at: str = ""
    lasts_minutes: str = ""
    venue: str = ""
    contact: str = ""
    chair: str = ""
    recorder: str = ""


@dataclass
class PartyFields:
    bodies: list[str] | str | None = None


@dataclass
class ReasonFields:
    reason: str = ""


class CallingPages(Controller):
    path = "/meetings"
    guards = [signed_in]

    @get("/new")
    async def new(self, asker: NamedDependency[Asker]) -> Template:
        options = await callable_here(asker)
        form = Form({"lasts_minutes": "90", "contact": await _contact(asker)})
        return Template("meetings/new.html", context={"options": options, "form": form})

    @post("/new")
    async def plan(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[MeetingFields]
    ) -> Response:
        options = await callable_here(asker)
        try:
            read = Reader(data)
            what = read.one_of("what", "会议类型和范围", [value for value, _ in options])
            facts = _facts(read)
            code, _, place_id = what.partition(":")
            place = await place_of(UUID(place_id))
            meeting = await actions.plan_meeting(asker, place, code, facts, clock.now())
        except Invalid as refusal:
            return form_again("meetings/new.html", refusal, data, options=options)
        return back_to(meeting.id)

    @get("/{meeting_id:uuid}/desk")
    async def desk(self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]) -> Template:
        """Where the meeting stands, and what those who run it do next."""
        found = await run(asker, meeting_id)
        return Template("meetings/desk.html", context=await _desk(found) | {"form": Form()})

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
            await actions.change_meeting(asker, meeting_id, facts, clock.now())
        except Invalid as refusal:
            return form_again("meetings/facts.html", refusal, data, seen=found, people=people)
        return back_to(meeting_id)

    @get("/{meeting_id:uuid}/parties")
    async def parties(self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]) -> Template:
        found = await run(asker, meeting_id)
        form = Form({"bodies": [str(body) for body in found.bodies]})
        context = {"seen": found, "options": await _bodies(found), "form": form}
        return Template("meetings/parties.html", context=context)

    @post("/{meeting_id:uuid}/parties")
    async def choose_parties(
        self,
        asker: NamedDependency[Asker],
        meeting_id: FromPath[UUID],
        data: URLEncodedBody[PartyFields],
    ) -> Response:
        found = await run(asker, meeting_id)
        ticked = [data.bodies] if isinstance(data.bodies, str) else list(data.bodies or ())
        try:
            bodies = _ids(ticked)
            await actions.choose_parties(asker, meeting_id, bodies, clock.now())
        except Invalid as refusal:
            options = await _bodies(found)
            return form_again("meetings/parties.html", refusal, data, seen=found, options=options)
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
            await actions.cancel_meeting(asker, meeting_id, data.reason[:500], clock.now())
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


async def callable_here(asker: Asker) -> list[tuple[str, str]]:
    """What this person may call: ("kind:place", words)."""
    options = []
    for kind in KINDS.values():
        paths = [role.place_path for role in asker.roles if role.kind in kind.conveners]
        for level in kind.levels if paths else ():
            for place in await places_within(paths, level):
                options.append((f"{kind.code}:{place.id}", f"{kind.name} · {place.name}"))
    return options


async def _contact(asker: Asker) -> str:
    """The published line of the first body that the asker serves."""
    if not asker.roles:
        return ""
    body = await body_of(asker.roles[0].body)
    return f"{body.officer} {body.phone}".strip()


def _facts(read: Reader) -> MeetingFacts:
    """Invalid: something is missing or too long."""
    facts = MeetingFacts(
        read.text("title", "会议名称", longest=100),
        read.moment("starts_at", "开会时间"),
        read.whole("lasts_minutes", "预计时长", least=10, most=720),
        read.text("venue", "地点", longest=100),
        read.text("contact", "联系人和电话"),
    )
    read.settle()
    return facts


async def _people(found: Seen) -> list[tuple[str, str]]:
    """Who may chair or record: those with an office in the calling body or a party."""
    ids = await people_of([found.meeting.convener, *found.bodies], clock.now())
    names = await names_of(ids)
    return [(str(one), names[one]) for one in ids]


async def _bodies(found: Seen) -> list[tuple[str, str, str]]:
    return [
        (str(one.body), one.name, one.label + ("（必须参加）" if one.required else ""))
        for one in await candidates(found.kind, found.place, clock.now())
    ]


def _ids(texts: list[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in texts]
    except ValueError as wrong:
        raise Invalid("请重新选择。", bodies="请从列出的单位中选择。") from wrong


async def _desk(found: Seen) -> dict[str, Any]:
    meeting = found.meeting
    names = await names_of([meeting.chair, meeting.recorder])
    return {
        "seen": found,
        "items": await items_of(meeting.id),
        "missing": missing_parts(found),
        "notice": await announced(meeting.id),
        "duties": await duties_of(meeting.id),
        "chair": names.get(meeting.chair, NOBODY),  # pyright: ignore[reportArgumentType]
        "recorder": names.get(meeting.recorder, NOBODY),  # pyright: ignore[reportArgumentType]
        "at": clock.now(),
    }


def back_to(meeting_id: UUID) -> Redirect:
    return Redirect(f"/meetings/{meeting_id}/desk", status_code=303)
