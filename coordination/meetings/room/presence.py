"""Coming and going 签到: by the code on the wall, by a tick, or on paper; opening and closing."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import execute, row, rows, transaction
from coordination.errors import Conflict, Invalid, NotFound, uncut
from coordination.meetings import following
from coordination.meetings.permits import runs
from coordination.meetings.queries import Seen
from coordination.meetings.room.quorum import room_light
from coordination.meetings.room_tables import CheckIn, PaperSheet, Presence
from coordination.meetings.steps import (
    TOPIC,
    NotYourMeeting,
    lock_meeting,
    require_state,
    run_by,
    take_step,
)
from coordination.meetings.tables import Meeting, Step
from coordination.people.askers import Asker
from coordination.people.queries import person_of
from coordination.web import live
from coordination.web.codes import typed
from coordination.web.limits import give_back, hit

OPENS_BEFORE = timedelta(hours=2)
IN_THE_ROOM = (Step.OPEN, Step.CLOSED, Step.MINUTES_DRAFT)  # a paper may come after the close
# Stays of a meeting during which no vote was open: a wrong one has counted for nothing, nor has
# anybody voted who came while one ran.
MISTAKABLE = """
select p.id from presence p where p.meeting = $1 and not exists (
  select from motion m where m.meeting = p.meeting
     and (m.closed_at is null or m.closed_at >= p.came_at)
     and (p.left_at is null or m.opened_at <= p.left_at))
"""
GUESSES, WINDOW = 6, 900  # wrong codes of one person in a quarter of an hour


class TooEarly(Conflict):
    """Nobody meets hours before the time that was announced."""


class NoQuorum(Conflict):
    """A required party never came, or too few members did."""


class MotionStillOpen(Conflict):
    """A motion is before the room."""


class Counted(Conflict):
    """A vote was open while that person stood as present."""


class WrongRoomCode(Invalid):
    """No meeting that is open has this code."""


class AlreadyIn(Conflict):
    """That person is in the room."""


async def open_meeting(asker: Asker, meeting_id: UUID, at: datetime) -> None:
    """Open it: people check in. NotFound, NotYourMeeting, OutOfOrder, StepTaken, TooEarly."""
    async with transaction():
        found = await run_by(asker, meeting_id)
        if at < found.meeting.starts_at - OPENS_BEFORE:
            raise TooEarly("离开会时间还早。开会前两小时起可以开始签到。")
        await take_step(found, Step.OPEN, asker, at)
        if found.meeting.chair is None:  # who opens it chairs it, unless somebody was named
            found.meeting.chair = asker.id
            await found.meeting.save([Meeting.chair])


async def check_in(asker: Asker, code: str, at: datetime) -> UUID:
    """Come in with the code on the wall; the meeting's id. Wrong codes are counted and noted.

    WrongRoomCode, TooMany.
    """
    guesses = f"room-code:{asker.id}"
    await hit(guesses, GUESSES, WINDOW, at)
    async with transaction():
        given = typed(code)
        found = await row(
            "select id from meeting where room_code = $1 and state = 'open'", given[:6]
        ) if len(given) == 6 else None  # fmt: skip
        if found is None:
            await audit.record(asker, "wrong_room_code", await person_of(asker.id), at=at)
        else:
            seen = await lock_meeting(found["id"])
            party = seen.party_of(asker)
            await _come(seen, asker.id, asker.name, party and party.id, CheckIn.CODE, asker, at)
    if found is None:
        raise WrongRoomCode(
            "没有正在开会的会议用这个签到码。", code="请核对墙上的 6 位签到码，没有 0、O、1、I。"
        )
    await give_back(guesses)
    return found["id"]


async def tick(
    asker: Asker, meeting_id: UUID, name: str, party: UUID | None, person: UUID | None,
    at: datetime, *, sheet: UUID | None = None,
) -> Presence:  # fmt: skip
    """Tick that somebody came; `sheet`: the paper that they signed. NotFound, NotYourMeeting,
    OutOfOrder, Invalid, AlreadyIn."""
    async with transaction():
        found = await run_by(asker, meeting_id)
        if party is not None and party not in {one.id for one in found.parties}:
            raise Invalid("请选择参加单位。", party="请从列出的单位中选择。")
        if sheet is not None and sheet not in {one.id for one in await sheets_of(meeting_id)}:
            raise Invalid("请选择纸质签到表。", sheet="请从上传的签到表中选择。")
        if person is not None:
            name = (await person_of(person)).name
        if not name.strip():
            raise Invalid("请写到会人的姓名。", name="请写姓名，或从名单中选择。")
        how = CheckIn.PAPER if sheet else CheckIn.TICK
        stay = await _come(found, person, name.strip(), party, how, asker, at, sheet)
        if stay is None:
            raise AlreadyIn("这位到会人已经签到。")
        return stay


async def keep_sheet(asker: Asker, meeting_id: UUID, sha256: str, at: datetime) -> PaperSheet:
    """Keep the photo of a paper that people signed; sent again, it is the one there is.

    NotFound, NotYourMeeting, OutOfOrder.
    """
    async with transaction():
        found = await run_by(asker, meeting_id)
        require_state(found, *IN_THE_ROOM, doing="上传纸质签到表")
        for one in await sheets_of(meeting_id):
            if one.sha256 == sha256:
                return one
        sheet = PaperSheet(id=uuid4(), meeting=meeting_id, sha256=sha256, at=at, by=asker.id)
        await sheet.save()
        await audit.record(asker, "keep_sign_in_sheet", sheet, at=at, place=found.place)
        return sheet


async def sheets_of(meeting: UUID) -> list[PaperSheet]:
    """The papers, in the order in which they came."""
    return (
        await PaperSheet.objects()
        .where(PaperSheet.meeting == meeting)
        .order_by(PaperSheet.at, PaperSheet.id)
    )


async def _come(
    found: Seen, person: UUID | None, name: str, party: UUID | None, how: CheckIn, by: Asker,
    at: datetime, sheet: UUID | None = None,
) -> Presence | None:  # fmt: skip
    """None: they are in."""
    require_state(found, Step.OPEN, doing="签到")
    meeting = found.meeting
    if person and await row(
        "select from presence where meeting = $1 and person = $2 and left_at is null",
        meeting.id, person,
    ) is not None:  # fmt: skip
        return None
    stay = Presence(
        id=uuid4(), meeting=meeting.id, party=party, person=person,
        name=uncut(name, 60, "name"), how=how, came_at=at, by=by.id, sheet=sheet,
    )  # fmt: skip
    await stay.save()
    await audit.record(by, "check_in", stay, at=at, place=meeting.place, how=how.value)
    await live.tell(TOPIC, meeting.id)
    return stay


async def leave(asker: Asker, presence_id: UUID, at: datetime) -> UUID:
    """Go, or note that somebody went; the meeting's id. NotFound, NotYourMeeting, OutOfOrder."""
    async with transaction():
        stay = await Presence.objects().get(Presence.id == presence_id)
        if stay is None:
            raise NotFound("没有找到这条签到记录。")
        found = await lock_meeting(stay.meeting)
        if stay.person != asker.id and not runs(asker, found.meeting):
            raise NotYourMeeting("只有本人和办理会议的人可以登记离会。")
        require_state(found, Step.OPEN, doing="登记离会")
        await execute(
            "update presence set left_at = $2 where id = $1 and left_at is null", stay.id, at
        )
        await audit.record(asker, "leave_meeting", stay, at=at, place=found.place)
        await live.tell(TOPIC, found.meeting.id)
        return found.meeting.id


async def mistakable(meeting_id: UUID) -> set[UUID]:
    """The stays that may still be taken back."""
    return {each["id"] for each in await rows(MISTAKABLE, meeting_id)}


async def take_back(asker: Asker, presence_id: UUID, at: datetime) -> UUID:
    """Take back a check-in that was ticked wrongly: nobody came. What a vote has counted stays; the
    audit log keeps who was taken back. The meeting's id. NotFound, NotYourMeeting, OutOfOrder,
    Counted."""
    async with transaction():
        stay = await Presence.objects().get(Presence.id == presence_id)
        if stay is None:
            raise NotFound("没有找到这条签到记录。")
        found = await run_by(asker, stay.meeting)  # pyright: ignore[reportArgumentType]
        require_state(found, Step.OPEN, doing="撤回签到")
        if stay.id not in await mistakable(found.meeting.id):
            raise Counted(f"{stay.name}签到以后已经表决过，不能撤回。请登记离会，并在纪要里说明。")
        await Presence.delete().where(Presence.id == stay.id)
        await audit.record(
            asker, "take_back_check_in", stay, at=at, place=found.place, how=stay.how,
            came=stay.person,
        )  # fmt: skip
        await live.tell(TOPIC, found.meeting.id)
        return found.meeting.id


async def close_meeting(asker: Asker, meeting_id: UUID, at: datetime) -> None:
    """End it: no more votes. NotFound, NotYourMeeting, OutOfOrder, StepTaken, NoQuorum,
    MotionStillOpen."""
    async with transaction():
        found = await run_by(asker, meeting_id)
        light = await room_light(found, at, ever=True)
        if found.state.current is Step.OPEN and not light.is_green:
            raise NoQuorum(f"{light.words}，会议没有开成。请选“人未到齐”，再重新召集。")
        await _require_no_motion(meeting_id)
        await take_step(found, Step.CLOSED, asker, at)
        await _everyone_leaves(meeting_id, at)
        await following.held(found, asker, at)


async def declare_no_quorum(asker: Asker, meeting_id: UUID, at: datetime) -> None:
    """Who must be there did not come: it is called again. NotFound, NotYourMeeting, OutOfOrder."""
    async with transaction():
        found = await run_by(asker, meeting_id)
        light = await room_light(found, at, ever=True)
        if found.state.current is Step.OPEN and light.is_green:
            raise Conflict(f"{light.words}，会议已经开成，请按散会办理。")
        await _require_no_motion(meeting_id)
        await take_step(found, Step.NO_QUORUM, asker, at, reason=light.words)
        await _everyone_leaves(meeting_id, at)


async def _require_no_motion(meeting_id: UUID) -> None:
    if await row("select from motion where meeting = $1 and closed_at is null", meeting_id
                 ) is not None:  # fmt: skip
        raise MotionStillOpen("还有一项表决没有结束。请先结束表决。")


async def _everyone_leaves(meeting_id: UUID, at: datetime) -> None:
    await execute(
        "update presence set left_at = $2 where meeting = $1 and left_at is null", meeting_id, at
    )
