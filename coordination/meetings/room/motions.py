"""Votes in the room 会议表决: by party, by person, or by consensus, of those who were there when
the motion was put. Named, and apart from any owners' ballot."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import row, rows, transaction
from coordination.errors import Conflict, NotAllowed, NotFound, uncut
from coordination.law.committee import Session
from coordination.meetings.calling.agenda import require_decidable
from coordination.meetings.permits import runs
from coordination.meetings.queries import Seen
from coordination.meetings.room.quorum import Stay, members_of, room_light, stays_of
from coordination.meetings.room_tables import (
    Hand,
    HandChoice,
    Motion,
    MotionOutcome,
    VotesBy,
)
from coordination.meetings.steps import TOPIC, NotYourMeeting, lock_meeting, require_state, run_by
from coordination.meetings.tables import AgendaItem, Step
from coordination.people.askers import Asker
from coordination.places.values import yes_no_setting
from coordination.web import live

MORE_THAN_HALF = "committee_more_than_half"
BY_SEAT = (VotesBy.PARTY, VotesBy.CONSENSUS)


class NotInTheRoom(NotAllowed):
    """Only who was there when the motion was put, and still is."""


class MotionOver(Conflict):
    """The vote has ended."""


class AlreadyRaised(Conflict):
    """This party or person has voted on the motion."""


class MissingParties(Conflict):
    """Nothing is decided while somebody is missing who must be there."""


class OneAtATime(Conflict):
    """Another motion is before the room."""


async def put_motion(asker: Asker, item_id: UUID, question: str, at: datetime) -> Motion:
    """Put a question to the room; who is there now may vote on it.

    NotFound, NotYourMeeting, OutOfOrder, MissingParties, OneAtATime.
    """
    async with transaction():
        item = await AgendaItem.objects().get(AgendaItem.id == item_id)
        if item is None:
            raise NotFound("没有找到这个议题。")
        found = await run_by(asker, item.meeting)
        require_state(found, Step.OPEN, doing="表决")
        require_decidable(found, item)
        light = await room_light(found, at)
        if not light.is_green:
            raise MissingParties(f"{light.words}，现在不能表决。")
        if await row("select from motion where meeting = $1 and closed_at is null",
                     found.meeting.id) is not None:  # fmt: skip
            raise OneAtATime("上一项表决还没有结束。")
        motion = Motion(
            id=uuid4(), meeting=found.meeting.id, item=item.id,
            question=uncut(question, 300, "question"), votes_by=found.kind.votes_by,
            present=json.dumps(await _snapshot(found, at)),
            opened_at=at, opened_by=asker.id,
        )  # fmt: skip
        await motion.save()
        await audit.record(asker, "put_motion", motion, at=at, place=found.place)
        await live.tell(TOPIC, found.meeting.id)
        return motion


async def _snapshot(found: Seen, at: datetime) -> dict[str, Any]:
    """Who is there: seats that may vote, and the counts that are printed."""
    stays = [one for one in await stays_of(found.meeting.id) if one.left_at is None]
    members: set[UUID] = set()
    if found.kind.is_committee_session:
        members = await members_of(found.meeting.convener, at)
    by = found.kind.votes_by
    seats = dict.fromkeys(str(seat) for one in stays if (seat := seat_of(by, one, members)))
    return {
        "seats": list(seats),
        "persons": len({one.who for one in stays}),
        "parties": len({one.party for one in stays if one.party}),
        "members": len(members),
        "more_than_half": await yes_no_setting(MORE_THAN_HALF, found.place, at),
    }


def seat_of(by: VotesBy, stay: Stay, members: set[UUID]) -> UUID | None:
    """As what somebody in the room votes; None: they only listen."""
    if by in BY_SEAT:
        return stay.party
    if by is VotesBy.MEMBERS:
        return stay.person if stay.person in members else None
    return stay.who


async def raise_hand(
    asker: Asker, motion_id: UUID, choice: HandChoice, at: datetime, *, stay: UUID | None = None
) -> Hand:
    """Vote; with `stay`, whoever runs the meeting enters what somebody in the room said.

    NotFound, OutOfOrder, MotionOver, NotInTheRoom, AlreadyRaised, NotYourMeeting.
    """
    async with transaction():
        motion, found = await _open_motion(motion_id)
        if stay is not None and not runs(asker, found.meeting):
            raise NotYourMeeting("只有办理会议的人可以代为登记。")
        present = await stays_of(found.meeting.id)
        mine = [one for one in present if one.id == stay or (not stay and one.person == asker.id)]
        here = next((one for one in mine if one.left_at is None), None)
        if here is None:
            raise NotInTheRoom("离会或没有签到的，不能参加这项表决。")
        members = set()
        if found.kind.is_committee_session:
            members = await members_of(found.meeting.convener, at)
        seat = seat_of(VotesBy(motion.votes_by), here, members)
        if str(seat) not in snapshot_of(motion)["seats"]:
            raise NotInTheRoom("提出表决时不在场，或者不是有表决资格的一方，不能参加这项表决。")
        if await row("select from hand where motion = $1 and seat = $2", motion.id, seat
                     ) is not None:  # fmt: skip
            raise AlreadyRaised("这一方（人）已经表决过了，不能更改。")
        hand = Hand(
            id=uuid4(), motion=motion.id, seat=seat, presence=here.id, choice=choice,
            both_sides=await both_sides(found, here), at=at, by=asker.id,
        )  # fmt: skip
        await hand.save()
        await audit.record(asker, "raise_hand", hand, at=at, place=found.place)
        await live.tell(TOPIC, found.meeting.id)
        return hand


async def both_sides(found: Seen, stay: Stay) -> str:
    """The other parties of this meeting that the person holds an office in, by name."""
    if stay.person is None:
        return ""
    own = next((one.body for one in found.parties if one.id == stay.party), None)
    others = [one.body for one in found.parties if one.body != own]
    held = await rows(
        """select distinct b.name from role r join body b on b.id = r.body
            where r.person = $1 and r.body = any($2) and r.since <= $3
              and (r.until is null or r.until > $3) order by b.name""",
        stay.person, others, stay.came_at,
    )  # fmt: skip
    return "、".join(each["name"] for each in held)[:200]


async def close_motion(asker: Asker, motion_id: UUID, at: datetime) -> MotionOutcome:
    """End the vote and count it. NotFound, NotYourMeeting, OutOfOrder, MotionOver."""
    async with transaction():
        motion, found = await _open_motion(motion_id)
        if not runs(asker, found.meeting):
            raise NotYourMeeting("只有办理会议的人可以结束表决。")
        counted = await hands_of(motion.id)
        result = outcome(VotesBy(motion.votes_by), counted, snapshot_of(motion))
        motion.closed_at, motion.closed_by, motion.outcome = at, asker.id, result
        await motion.save([Motion.closed_at, Motion.closed_by, Motion.outcome])
        await audit.record(asker, "close_motion", motion, at=at, place=found.place, **counted)
        await live.tell(TOPIC, found.meeting.id)
        return result


async def _open_motion(motion_id: UUID) -> tuple[Motion, Seen]:
    """Under the meeting's lock. NotFound, OutOfOrder, MotionOver."""
    meeting = await row("select meeting from motion where id = $1", motion_id)
    if meeting is None:
        raise NotFound("没有找到这项表决。")
    found = await lock_meeting(meeting["meeting"])
    require_state(found, Step.OPEN, doing="表决")
    motion = await Motion.objects().get(Motion.id == motion_id)
    assert motion
    if motion.closed_at is not None:
        raise MotionOver("这项表决已经结束。")
    return motion, found


def outcome(by: VotesBy, counted: Mapping[str, int], present: Mapping[str, Any]) -> MotionOutcome:
    """Pure: what the hands come to, of all who could have raised one."""
    approve, reject = counted.get("approve", 0), counted.get("reject", 0)
    entitled = len(present["seats"])
    if by is VotesBy.MEMBERS:
        session = Session(present["members"], entitled, present["more_than_half"])
        carried = session.carries(approve)
    else:
        carried = 2 * approve > entitled and not (by is VotesBy.CONSENSUS and reject)
    return MotionOutcome.CARRIED if carried else MotionOutcome.NOT_CARRIED


async def hands_of(motion: UUID) -> dict[str, int]:
    """How many chose what."""
    found = await rows("select choice from hand where motion = $1", motion)
    return dict(Counter(each["choice"] for each in found))


def snapshot_of(motion: Motion) -> dict[str, Any]:
    """Who was there when it was put; JSON comes back as text unless asked otherwise."""
    present: Any = motion.present
    return json.loads(present) if isinstance(present, str) else present
