"""/meetings/{meeting}/console: for those who run the meeting, while it is on."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.meetings.calling.pages import run
from coordination.meetings.queries import Seen, names_of, people_of
from coordination.meetings.room import console, motions, presence
from coordination.meetings.room.pages import CHOICES
from coordination.meetings.room.queries import expected_at, hands_on, motions_of, the_room
from coordination.meetings.room.quorum import members_of, room_light, stays_of
from coordination.meetings.room.resolutions import resolutions_of
from coordination.meetings.room_tables import HandChoice, VotesBy
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.web.forms import Form, Reader, form_from


@dataclass
class TickFields:
    person: str = ""
    name: str = ""
    party: str = ""
    sheet: str = ""


@dataclass
class MoveFields:
    revision: str = ""
    item: str = ""
    minutes: str = ""


@dataclass
class QuestionFields:
    question: str = ""


@dataclass
class HandFields:
    stay: str = ""
    choice: str = ""


class ConsolePages(Controller):
    path = "/meetings"
    guards = [signed_in]

    @get("/{meeting_id:uuid}/console")
    async def console(self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]) -> Template:
        found = await run(asker, meeting_id)
        context = await _console(found, Form({"minutes": "0"}))
        return Template("meetings/console.html", context=context)

    @post("/{meeting_id:uuid}/opening")
    async def open(self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]) -> Redirect:
        await presence.open_meeting(asker, meeting_id, clock.now())
        return _console_of(meeting_id)

    @post("/{meeting_id:uuid}/closing")
    async def close(self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]) -> Redirect:
        await presence.close_meeting(asker, meeting_id, clock.now())
        return Redirect(f"/meetings/{meeting_id}/desk", status_code=303)

    @post("/{meeting_id:uuid}/no-quorum")
    async def no_quorum(
        self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]
    ) -> Redirect:
        await presence.declare_no_quorum(asker, meeting_id, clock.now())
        return Redirect(f"/meetings/{meeting_id}/desk", status_code=303)

    @post("/{meeting_id:uuid}/ticks")
    async def tick(
        self,
        asker: NamedDependency[Asker],
        meeting_id: FromPath[UUID],
        data: URLEncodedBody[TickFields],
    ) -> Response:
        found = await run(asker, meeting_id)
        people = {value for value, _ in await _people(found)}
        try:
            read = Reader(data)
            person = read.one_of("person", "到会人", ["", *people])
            parties = [str(one.id) for one in found.parties]
            party = read.one_of("party", "单位", ["", *parties])
            name = read.text("name", "姓名", longest=60, optional=True)
            sheets = [str(one.id) for one in await presence.sheets_of(meeting_id)]
            sheet = read.one_of("sheet", "签到方式", ["", *sheets])
            read.settle()
            await presence.tick(
                asker, meeting_id, name, UUID(party) if party else None,
                UUID(person) if person else None, clock.now(),
                sheet=UUID(sheet) if sheet else None,
            )  # fmt: skip
        except Invalid as refusal:
            return await _wrong(found, refusal, data)
        return _console_of(meeting_id)

    @post("/{meeting_id:uuid}/moves")
    async def move(
        self,
        asker: NamedDependency[Asker],
        meeting_id: FromPath[UUID],
        data: URLEncodedBody[MoveFields],
    ) -> Response:
        found = await run(asker, meeting_id)
        try:
            read = Reader(data)
            revision = read.whole("revision", "页面版本")
            minutes = read.whole("minutes", "时间", most=console.LONGEST)
            items = [str(one.id) for one in (await the_room(found, clock.now())).items]
            item = read.one_of("item", "议题", ["", *items])
            read.settle()
            await console.move(
                asker, meeting_id, revision, UUID(item) if item else None, minutes, clock.now()
            )
        except Invalid as refusal:
            return await _wrong(found, refusal, data)
        return _console_of(meeting_id)

    @post("/items/{item_id:uuid}/motions")
    async def put(
        self,
        asker: NamedDependency[Asker],
        item_id: FromPath[UUID],
        data: URLEncodedBody[QuestionFields],
    ) -> Redirect:
        read = Reader(data)
        question = read.text("question", "表决的内容", longest=300)
        read.settle()
        motion = await motions.put_motion(asker, item_id, question, clock.now())
        return _console_of(motion.meeting)

    @post("/motions/{motion_id:uuid}/hands")
    async def enter_hand(
        self,
        asker: NamedDependency[Asker],
        motion_id: FromPath[UUID],
        data: URLEncodedBody[HandFields],
    ) -> Redirect:
        """What somebody in the room said, entered by whoever runs the meeting."""
        read = Reader(data)
        choice = read.one_of("choice", "同意、不同意或弃权", list(HandChoice))
        stay = _id(read, "stay", "到会人")
        read.settle()
        await motions.raise_hand(asker, motion_id, HandChoice(choice), clock.now(), stay=stay)
        return await _back_from(motion_id)

    @post("/motions/{motion_id:uuid}/closing")
    async def end_motion(
        self, asker: NamedDependency[Asker], motion_id: FromPath[UUID]
    ) -> Redirect:
        await motions.close_motion(asker, motion_id, clock.now())
        return await _back_from(motion_id)


def _id(read: Reader, name: str, label: str) -> UUID:
    try:
        return UUID(str(read.values.get(name) or ""))
    except ValueError:
        read.wrong(name, f"请选择{label}。")
        return UUID(int=0)


async def _back_from(motion_id: UUID) -> Redirect:
    motion = await motions.Motion.objects().get(motions.Motion.id == motion_id)
    assert motion, "the action found it"
    return _console_of(motion.meeting)


def _console_of(meeting_id: Any) -> Redirect:
    return Redirect(f"/meetings/{meeting_id}/console", status_code=303)


async def _wrong(found: Seen, refusal: Invalid, data: object) -> Template:
    context = await _console(found, form_from(refusal, data))
    return Template("meetings/console.html", context=context, status_code=422)


async def _people(found: Seen) -> list[tuple[str, str]]:
    ids = await people_of([found.meeting.convener, *found.bodies], clock.now())
    names = await names_of(ids)
    return [(str(one), names[one]) for one in ids]


async def _console(found: Seen, form: Form) -> dict[str, Any]:
    at = clock.now()
    room = await the_room(found, at)
    stays = await stays_of(found.meeting.id)
    lines = await motions_of(found.meeting.id)
    return {
        "room": room,
        "seen": found,
        "here": f"/meetings/{found.meeting.id}",
        "stays": stays,
        "sheets": await presence.sheets_of(found.meeting.id),
        "labels": {one.id: one.body_name for one in found.parties},
        "mistakable": await presence.mistakable(found.meeting.id),
        "expected": await expected_at(found.meeting.id, at),
        "motions": lines,
        "hands": await hands_on([one.id for one in lines]),
        "voting": await _still_to_vote(found, room.motion) if room.motion else [],
        "resolutions": await resolutions_of(found.meeting.id),
        "choices": CHOICES,
        "may_close": (await room_light(found, at, ever=True)).is_green,
        "form": form,
        "at": at,
    }


async def _still_to_vote(found: Seen, motion: Any) -> list[tuple[str, str]]:
    """Of those in the room, whose seat has not voted yet."""
    members: set[UUID] = set()
    if found.kind.is_committee_session:
        members = await members_of(found.meeting.convener, clock.now())
    by = VotesBy(motion.votes_by)
    raised = {str(one["seat"]) for one in await hands_on([motion.id])}
    wanted = set(motion.present["seats"]) - raised
    names: dict[UUID | None, str] = {one.id: one.body_name for one in found.parties}
    return [
        (str(one.id), f"{one.name}（{names.get(one.party, '居民')}）")
        for one in await stays_of(found.meeting.id)
        if one.left_at is None and str(motions.seat_of(by, one, members)) in wanted
    ]
