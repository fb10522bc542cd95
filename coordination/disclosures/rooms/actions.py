"""Rooms are opened, asked for, granted or refused with a reason, given back."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import asyncpg

from coordination import audit
from coordination.db import execute, row, rows, transaction, value
from coordination.disclosures.rooms.hours import Open, wrong_times
from coordination.disclosures.rooms.permits import (
    KEEPERS,
    keeping_role,
    may_answer,
    may_keep,
    may_open_room,
)
from coordination.disclosures.rooms.queries import RoomRead, application_of, hours_of, room_of
from coordination.disclosures.rooms.tables import Room, RoomApplication, RoomState, RoomStep, Use
from coordination.errors import Conflict, Invalid, NotAllowed
from coordination.matters.rules import quotes_a_person
from coordination.people.askers import Asker
from coordination.people.outbox import tell
from coordination.places.tables import Place
from coordination.web.formats import local_time

MOST_WAITING = 5
NUMBERS = 278_410  # the advisory lock under which rooms are numbered
WHO_KEEPS = "场地由社区或者业主委员会管理，您不是这个场地的管理人员。"


class RoomTaken(Conflict):
    """Somebody has it at that time."""


class TooManyWaiting(Conflict):
    """One person has enough applications that wait."""


class AlreadyAnswered(Conflict):
    """The application is not waiting any more."""


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """What is said of a room."""

    name: str
    where: str
    seats: int
    says: str
    hours: Sequence[Open]


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for."""

    group: str
    use: Use
    purpose: str
    people: int
    starts_at: datetime
    ends_at: datetime


async def open_room(asker: Asker, place: Place, facts: RoomFacts, at: datetime) -> Room:
    """Put a room on the list, in the name of the asker's body. NotAllowed, Invalid."""
    if not may_open_room(asker, place):
        raise NotAllowed(WHO_KEEPS)
    role = asker.role(place, *KEEPERS)
    assert role, "the permit found one"
    _check_room(facts)
    async with transaction():
        await execute("select pg_advisory_xact_lock($1)", NUMBERS)
        room = Room(
            id=uuid4(), number=await value("select coalesce(max(number), 0) + 1 from room"),
            place=place.id, body=role.body, opened_at=at, opened_by=asker.id, name=facts.name,
            where=facts.where, seats=facts.seats, says=facts.says, hours=_json(facts.hours),
        )  # fmt: skip
        await room.save()
        await audit.record(asker, "open_room", room, at=at, place=place)
        return room


async def change_room(
    asker: Asker, room_id: UUID, facts: RoomFacts, closed: bool, at: datetime
) -> None:
    """Change what is said of it, or take it off the list. What was granted stays granted.

    NotFound, NotAllowed, Invalid.
    """
    async with transaction():
        found = await room_of(room_id)
        if not may_keep(asker, found.body):
            raise NotAllowed(WHO_KEEPS)
        _check_room(facts)
        await execute(
            """update room set name = $2, "where" = $3, seats = $4, says = $5, hours = $6,
                 closed_at = case when $7 then coalesce(closed_at, $8) end where id = $1""",
            room_id, facts.name, facts.where, facts.seats, facts.says, _json(facts.hours),
            closed, at,
        )  # fmt: skip
        room = await Room.objects().get(Room.id == room_id)
        assert room
        await audit.record(asker, "change_room", room, at=at, place=found.place, closed=closed)


async def apply_for_room(asker: Asker, room_id: UUID, wish: Wish, at: datetime) -> RoomApplication:
    """Ask for it; who keeps it is told. NotFound, Conflict: it is lent no more; RoomTaken;
    TooManyWaiting; Invalid."""
    async with transaction():
        # One's applications are counted one after another.
        await row("select id from person where id = $1 for no key update", asker.id)
        found = await room_of(room_id)
        if found.closed_at is not None:
            raise Conflict("这个场地已经停止借用，请选别的场地。")
        _check_wish(found, wish, at)
        waiting = await value(
            """select count(*) from room_application where person = $1 and state = 'asked'
                 and starts_at > $2""",
            asker.id, at,
        )  # fmt: skip
        if waiting >= MOST_WAITING:
            raise TooManyWaiting(f"您有 {waiting} 个申请还在等答复，先取消不用的再申请。")
        await _refuse_taken(found, wish)
        application = RoomApplication(
            id=uuid4(), room=room_id, room_number=found.number, person=asker.id, asked_at=at,
            state=RoomState.ASKED, group=wish.group, use=wish.use, purpose=wish.purpose,
            people=wish.people, starts_at=wish.starts_at, ends_at=wish.ends_at,
        )  # fmt: skip
        await application.save()
        await _step(application.id, RoomState.ASKED, asker, None, "", at)
        await audit.record(asker, "apply_for_room", application, at=at, place=found.place)
        await tell(
            await _keepers(found, at), "room-asked", "有人申请场地",
            f"{found.name}：{local_time(wish.starts_at)}起，请答复。", at=at,
            link=f"/rooms/applications/{application.id}",
        )  # fmt: skip
        return application


async def answer_application(
    asker: Asker, application_id: UUID, granted: bool, words: str, at: datetime
) -> None:
    """Grant or refuse. NotFound, NotAllowed, AlreadyAnswered; RoomTaken: another was granted that
    time; Invalid: no reason, or one that names who asked."""
    try:
        async with transaction():
            one = await application_of(application_id, lock=True)
            if not may_answer(asker, one.body, one.person):
                raise NotAllowed("由管理这个场地的单位答复，自己的申请由同事答复。")
            _require(one.state is RoomState.ASKED, "这个申请已经答复或者取消了。")
            _require(one.starts_at > at, "申请的时间已经过去，不用再答复。")
            state = RoomState.GRANTED if granted else RoomState.REFUSED
            _check_answer(granted, words, one.name)
            role = keeping_role(asker, one.body)
            await _move(one.id, state, asker, role and role.body, words, at, one.place)
            said = "已同意" if granted else "没有同意"
            await tell(
                one.person, "room-answered", f"场地申请{said}",
                f"{one.room_name}，{local_time(one.starts_at)}起：{said}。{words}".strip(), at=at,
                link=f"/rooms/applications/{one.id}",
            )  # fmt: skip
    except asyncpg.ExclusionViolationError as overlap:
        said = "这段时间已经同意给别人用，不能重复。请写明原因不同意，或者请其换时间。"
        raise RoomTaken(said) from overlap


async def cancel_application(asker: Asker, application_id: UUID, words: str, at: datetime) -> None:
    """Give it back: who asked, at any time before; who keeps it, with a reason.

    NotFound, NotAllowed, AlreadyAnswered, Invalid.
    """
    async with transaction():
        one = await application_of(application_id, lock=True)
        role = None if asker.id == one.person else keeping_role(asker, one.body)
        if asker.id != one.person and role is None:
            raise NotAllowed("只有申请人和管理场地的单位可以取消。")
        live = one.state in (RoomState.ASKED, RoomState.GRANTED)
        _require(live and one.ends_at > at, "这个申请已经结束，不用取消。")
        if role is not None:
            _check_answer(False, words, one.name)
        await _move(one.id, RoomState.CANCELLED, asker, role and role.body, words, at, one.place)
        if role is not None:
            await tell(
                one.person, "room-answered", "场地使用被取消",
                f"{one.room_name}，{local_time(one.starts_at)}起：{words}", at=at,
                link=f"/rooms/applications/{one.id}",
            )  # fmt: skip


async def _move(
    application: UUID, state: RoomState, asker: Asker, body: UUID | None, words: str, at: datetime,
    place: Place,
) -> None:  # fmt: skip
    await execute("update room_application set state = $2 where id = $1", application, state.value)
    step = await _step(application, state, asker, body, words, at)
    await audit.record(asker, f"room_{state.value}", step, at=at, place=place)


async def _step(
    application: UUID, state: RoomState, asker: Asker, body: UUID | None, words: str, at: datetime
) -> RoomStep:
    number = await value("select count(*) + 1 from room_step where application = $1", application)
    step = RoomStep(
        id=uuid4(), application=application, number=number, state=state, at=at, person=asker.id,
        body=body, words=words.strip(),
    )  # fmt: skip
    await step.save()
    return step


async def _refuse_taken(found: RoomRead, wish: Wish) -> None:
    taken = await row(
        """select starts_at, ends_at from room_application
            where room = $1 and state = 'granted' and starts_at < $3 and ends_at > $2 limit 1""",
        found.id, wish.starts_at, wish.ends_at,
    )  # fmt: skip
    if taken:
        since, until = local_time(taken["starts_at"]), local_time(taken["ends_at"])
        raise RoomTaken(f"{since} 到 {until[-5:]} 已经有人使用，请换个时间。")


async def _keepers(found: RoomRead, at: datetime) -> list[UUID]:
    people = await rows(
        """select distinct person from role where body = $1 and kind = any($2)
             and since <= $3 and (until is null or until > $3)""",
        found.body, [kind.value for kind in KEEPERS], at,
    )  # fmt: skip
    return [one["person"] for one in people]


def _check_room(facts: RoomFacts) -> None:
    if not any(facts.hours):
        raise Invalid("请填写开放时间。", day_0="至少一天要开放。")
    if quotes_a_person(facts.says):
        raise Invalid("这里人人能看到，请去掉手机号和证件号。", says="请去掉手机号和证件号。")


def _check_wish(found: RoomRead, wish: Wish, at: datetime) -> None:
    wrong = wrong_times(hours_of(found), wish.starts_at, wish.ends_at, at)
    if not 1 <= wish.people <= found.seats:
        wrong["people"] = f"这个场地最多 {found.seats} 人。"
    if wrong:
        raise Invalid("有需要修改的地方，您填写的内容都还在。", **wrong)


def _check_answer(granted: bool, words: str, name: str) -> None:
    if not granted and not words.strip():
        raise Invalid("请写明原因。", words="请写明原因，所有人都能看到（不显示申请人）。")
    if quotes_a_person(words) or (name and name in words):
        raise Invalid("原因人人能看到。", words="请去掉姓名、手机号和证件号。")


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise AlreadyAnswered(otherwise)


def _json(hours: Sequence[Open]) -> str:
    return json.dumps([list(span) if span else None for span in hours])
