"""/rooms 场地: which there are, when they are taken, and asking for one."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.clock import SHANGHAI
from coordination.disclosures.rooms import actions
from coordination.disclosures.rooms.hours import (
    AHEAD,
    STATES,
    USES,
    day_there,
    draw_week,
    week_words,
)
from coordination.disclosures.rooms.permits import KEEPERS, may_answer, may_keep, may_read
from coordination.disclosures.rooms.queries import (
    ApplicationRead,
    application_of,
    asked_by,
    hours_of,
    in_week,
    room_of,
    rooms_near,
    steps_of,
    turned_down,
)
from coordination.disclosures.rooms.tables import RoomState, Use
from coordination.errors import Conflict, Invalid, NotAllowed, uncut
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.places.queries import estates, place_of
from coordination.places.tables import PlaceKind
from coordination.settings import settings
from coordination.web.access import anyone
from coordination.web.calendar_file import CALENDAR, Event, calendar_file, disposition
from coordination.web.forms import Form, Reader, form_from

WEEK = timedelta(days=7)
USE_OPTIONS = [(use.value, words, "") for use, words in USES.items()]


@dataclass
class WishFields:
    on: str = ""
    starts: str = ""
    ends: str = ""
    use: str = ""
    group: str = ""
    people: str = ""
    purpose: str = ""


@dataclass
class AnswerFields:
    answer: str = ""
    words: str = ""


class RoomPages(Controller):
    path = "/rooms"
    guards = [anyone]

    @get()
    async def rooms(
        self, visitor: NamedDependency[Asker | None], estate: FromQuery[UUID | None] = None
    ) -> Template:
        """The rooms that people of an estate may use; of several estates, one chooses first."""
        known, at = await estates(), clock.now()
        wanted = estate or (known[0].id if len(known) == 1 else None)
        chosen = await place_of(wanted, PlaceKind.ESTATE) if wanted else None
        found = await rooms_near(chosen) if chosen else []
        context = {
            "estate": chosen,
            "estates": known,
            "rooms": [(room, week_words(hours_of(room))) for room in found],
            "own": await asked_by(visitor.id, at) if visitor else [],
            "at": at,
            "is_keeper": bool(visitor and visitor.is_any(*KEEPERS)),
        }
        return Template("disclosures/rooms/rooms.html", context=context)

    @get("/{room_id:uuid}")
    async def room(
        self,
        visitor: NamedDependency[Asker | None],
        room_id: FromPath[UUID],
        week: FromQuery[str] = "",
    ) -> Template:
        """What it is, seven days as a drawing, and what was refused and why."""
        found, at = await room_of(room_id), clock.now()
        first = _first_day(week, at)
        taken = await in_week(room_id, first, at)
        blocks = [
            (one["starts_at"], one["ends_at"], USES[Use(one["use"])], one["state"] == "granted")
            for one in taken
        ]
        context = {
            "room": found,
            "hours": week_words(hours_of(found)),
            "week": draw_week(hours_of(found), first, blocks),
            "taken": [(one, USES[Use(one["use"])], STATES[RoomState(one["state"])],
                       one["state"] == "granted") for one in taken],
            "before": (first - WEEK).isoformat(),
            "after": (first + WEEK).isoformat() if first < day_there(at + AHEAD) else "",
            "turned_down": [(one, USES[Use(one["use"])]) for one in await turned_down(room_id, at)],
            "may_keep": may_keep(visitor, found.body),
        }  # fmt: skip
        return Template("disclosures/rooms/room.html", context=context)


class ApplyingPages(Controller):
    path = "/rooms"
    guards = [signed_in]

    @get("/{room_id:uuid}/applications/new")
    async def wish(self, room_id: FromPath[UUID]) -> Template:
        context = await _wishing(room_id) | {"form": Form({"people": "10"})}
        return Template("disclosures/rooms/wish.html", context=context)

    @post("/{room_id:uuid}/applications/new")
    async def apply(
        self,
        asker: NamedDependency[Asker],
        room_id: FromPath[UUID],
        data: URLEncodedBody[WishFields],
    ) -> Response:
        try:
            wish = _read_wish(data)
            one = await actions.apply_for_room(asker, room_id, wish, clock.now())
        except (Invalid, Conflict) as refusal:
            return await _wish_again(room_id, data, refusal)
        return Redirect(f"/rooms/applications/{one.id}?asked=yes", status_code=303)

    @get("/applications/{application_id:uuid}")
    async def application(
        self,
        asker: NamedDependency[Asker],
        application_id: FromPath[UUID],
        asked: FromQuery[str] = "",
    ) -> Template:
        """For who asked, and for who answers."""
        context = await _shown(asker, application_id)
        return Template(
            "disclosures/rooms/application.html",
            context=context | {"form": Form(), "asked": bool(asked)},
        )

    @post("/applications/{application_id:uuid}/answer")
    async def answer(
        self,
        asker: NamedDependency[Asker],
        application_id: FromPath[UUID],
        data: URLEncodedBody[AnswerFields],
    ) -> Response:
        try:
            read = Reader(data)
            said = read.one_of("answer", "答复", ("granted", "refused"))
            words = read.text("words", "原因", longest=300, optional=True)
            read.settle()
            await actions.answer_application(
                asker, application_id, said == "granted", words, clock.now()
            )
        except (Invalid, actions.RoomTaken) as refusal:
            return await _answer_again(asker, application_id, data, refusal)
        return Redirect(f"/rooms/applications/{application_id}", status_code=303)

    @post("/applications/{application_id:uuid}/cancellation")
    async def cancel(
        self,
        asker: NamedDependency[Asker],
        application_id: FromPath[UUID],
        data: URLEncodedBody[AnswerFields],
    ) -> Response:
        try:
            await actions.cancel_application(
                asker, application_id, uncut(data.words, 300, "words"), clock.now()
            )
        except Invalid as refusal:
            return await _answer_again(asker, application_id, data, refusal)
        return Redirect(f"/rooms/applications/{application_id}", status_code=303)

    @get("/applications/{application_id:uuid}/calendar.ics")
    async def calendar(
        self, asker: NamedDependency[Asker], application_id: FromPath[UUID]
    ) -> Response[bytes]:
        """What was granted, for one's own calendar."""
        one = (await _shown(asker, application_id))["one"]
        if one.state is not RoomState.GRANTED:
            raise Conflict("同意以后才能加入日历。")
        event = Event(
            str(one.id), "rooms", f"{one.room_name}：{one.use_words}", one.where, one.purpose,
            f"{settings().public_url}/rooms/applications/{one.id}", one.starts_at, one.ends_at,
        )  # fmt: skip
        return Response(
            calendar_file(event, clock.now()),
            media_type=CALENDAR,
            headers={"content-disposition": disposition(one.room_name, "room")},
        )


def _first_day(text: str, at: datetime) -> date:
    """The day named, else today."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = day_there(at)
    if not 2000 < day.year < 3000:
        day = day_there(at)
    return day


def _read_wish(data: WishFields) -> actions.Wish:
    read = Reader(data)
    on = read.day("on", "哪一天")
    starts, ends = _time(read, "starts", "开始时间"), _time(read, "ends", "结束时间")
    use = read.one_of("use", "用途", [use.value for use in Use])
    group = read.text("group", "团队名称", longest=60, optional=True)
    people = read.whole("people", "人数", least=1, most=10_000)
    purpose = read.text("purpose", "做什么", longest=300)
    read.settle()
    return actions.Wish(
        group, Use(use), purpose, people,
        datetime.combine(on, starts, SHANGHAI), datetime.combine(on, ends, SHANGHAI),
    )  # fmt: skip


def _time(read: Reader, name: str, label: str) -> time:
    found = read.text(name, label).replace("：", ":")
    try:
        return time.fromisoformat(found.zfill(5)).replace(tzinfo=None) if found else time()
    except ValueError:
        read.wrong(name, f"{label}要写成 14:30 这样。")
        return time()


async def _wishing(room_id: UUID) -> dict[str, Any]:
    found = await room_of(room_id)
    return {"room": found, "hours": week_words(hours_of(found)), "uses": USE_OPTIONS}


async def _wish_again(room_id: UUID, data: WishFields, refusal: Invalid | Conflict) -> Template:
    """The form once more, with every word."""
    is_field = isinstance(refusal, Invalid)
    form = form_from(refusal, data) if is_field else form_from(Invalid(str(refusal)), data)
    context = await _wishing(room_id) | {"form": form}
    return Template(
        "disclosures/rooms/wish.html", context=context, status_code=422 if is_field else 409
    )


async def _answer_again(
    asker: Asker, application_id: UUID, data: AnswerFields, refusal: Invalid | Conflict
) -> Template:
    is_field = isinstance(refusal, Invalid)
    form = form_from(refusal if is_field else Invalid(str(refusal)), data)
    context = await _shown(asker, application_id) | {"form": form, "asked": False}
    return Template(
        "disclosures/rooms/application.html", context=context, status_code=422 if is_field else 409
    )


async def _shown(asker: Asker, application_id: UUID) -> dict[str, Any]:
    """NotFound; NotAllowed: neither who asked nor who answers."""
    one: ApplicationRead = await application_of(application_id)
    if not may_read(asker, one.body, one.person):
        raise NotAllowed("申请的内容只给申请人和管理场地的单位看。")
    at = clock.now()
    live = one.state in (RoomState.ASKED, RoomState.GRANTED)
    return {
        "one": one,
        "at": at,
        "steps": [(step, STATES[RoomState(step["state"])]) for step in await steps_of(one.id)],
        "is_own": asker.id == one.person,
        "may_answer": may_answer(asker, one.body, one.person)
        and one.state is RoomState.ASKED
        and one.starts_at > at,
        "may_cancel": live and one.ends_at > at,
    }
