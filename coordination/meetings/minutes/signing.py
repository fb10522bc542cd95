"""Signing minutes 签字: chair, recorder and each party that was there; then they are sealed.

All sign the same words: the hash is over a canonical form of them, and nobody changes them once
they are being checked. What must be corrected later stands behind them as an addendum 更正.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import transaction
from coordination.errors import Conflict, Invalid, NotAllowed, uncut
from coordination.meetings.minutes.checking import NotPresent, open_objections
from coordination.meetings.minutes.editing import parts_of
from coordination.meetings.minutes_tables import (
    Addendum,
    Capacity,
    MinutesSignature,
    SealedMinutes,
)
from coordination.meetings.queries import Seen, names_of
from coordination.meetings.room.quorum import members_of, stays_of
from coordination.meetings.room.resolutions import resolutions_of
from coordination.meetings.steps import lock_meeting, require_state, run_by, take_step
from coordination.meetings.tables import Step
from coordination.people.askers import Asker
from coordination.web.formats import local_end, local_time

LONGEST_ADDENDUM = 5_000
CAPACITY_WORDS = {
    Capacity.CHAIR: "主持人",
    Capacity.RECORDER: "记录人",
    Capacity.PARTY: "参会方",
    Capacity.MEMBER: "委员",
}


class StillChecked(Conflict):
    """Those who were there have not had their days yet, or wait for an answer."""


class AlreadySigned(Conflict):
    """This seat has signed."""


class NotYourSeat(NotAllowed):
    """Each signs for the seat that is theirs."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A signature that the minutes need, and who may give it."""

    capacity: Capacity
    key: str
    label: str
    people: frozenset[UUID]
    party: UUID | None = None


async def seats_of(found: Seen) -> list[Seat]:
    """Chair and recorder; then each party that was there, or each member of a committee."""
    meeting = found.meeting
    stays = [one for one in await stays_of(meeting.id) if one.person]
    seats = [
        Seat(capacity, capacity.value, CAPACITY_WORDS[capacity], frozenset({person}))
        for capacity, person in (
            (Capacity.CHAIR, meeting.chair), (Capacity.RECORDER, meeting.recorder))
        if isinstance(person, UUID)
    ]  # fmt: skip
    if found.kind.members_sign:
        held = found.state.when(Step.CLOSED)
        members = await members_of(meeting.convener, held.at) if held else set()
        there = dict.fromkeys(one.person for one in stays if one.person in members)
        names = await names_of(list(there))
        return seats + [
            Seat(Capacity.MEMBER, str(who), names[who], frozenset({who})) for who in there if who
        ]
    for party in found.parties:
        people = frozenset(one.person for one in stays if one.party == party.id and one.person)
        if people:
            seats.append(Seat(Capacity.PARTY, str(party.id), party.body_name, people, party.id))
    return seats


async def content_of(found: Seen) -> tuple[str, str]:
    """The words that are signed, in one form, and their SHA-256."""
    meeting = found.meeting
    said = {
        "meeting": str(meeting.id),
        "title": meeting.title,
        "kind": found.kind.code,
        "starts_at": local_time(meeting.starts_at),
        "venue": meeting.venue,
        "parties": [[one.label, one.body_name] for one in found.parties],
        "parts": [[part.title, text.text] for part, text in await parts_of(meeting.id)],
        "resolutions": [[one.number, one.text] for one in await resolutions_of(meeting.id)],
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text, hashlib.sha256(text.encode()).hexdigest()


async def sign_minutes(asker: Asker, meeting_id: UUID, key: str, at: datetime) -> bool:
    """Sign for a seat, with a fresh proof; True: it was the last, and they are sealed.

    NotFound, ProveFirst, NotPresent, NotYourSeat, OutOfOrder, StillChecked, AlreadySigned.
    """
    asker.must_have_stepped_up(at)
    async with transaction():
        found = await lock_meeting(meeting_id)
        seats = {seat.key: seat for seat in await seats_of(found)}
        if not any(asker.id in seat.people for seat in seats.values()):
            raise NotPresent("您没有到会，也不是主持人、记录人，不能签字。")
        seat = seats.get(key)
        if seat is None or asker.id not in seat.people:
            raise NotYourSeat("这一处要由别的人签字。")
        signed = await signatures_of(meeting_id)
        if key in {one.seat for one in signed}:
            raise AlreadySigned(f"{seat.label}已经签过字了。")
        require_state(found, Step.MINUTES_CHECK, doing="签字")
        await _require_checked(found, at)
        text, digest = await content_of(found)
        row = MinutesSignature(
            id=uuid4(), meeting=meeting_id, capacity=seat.capacity, seat=key, party=seat.party,
            person=asker.id, sha256=digest, at=at,
        )  # fmt: skip
        await row.save()
        await audit.record(asker, "sign_minutes", row, at=at, place=found.place, sha256=digest)
        is_last = len(signed) + 1 == len(seats)
        if is_last:
            await SealedMinutes(
                id=uuid4(), meeting=meeting_id, text=text, sha256=digest, at=at
            ).save()
            await take_step(found, Step.MINUTES_FINAL, asker, at)
        return is_last


async def _require_checked(found: Seen, at: datetime) -> None:
    ends = found.state.check_ends
    if ends is not None and at < ends:
        raise StillChecked(f"到会的人正在核对，{local_end(ends)}后才能签字。")
    if waiting := await open_objections(found.meeting.id):
        raise StillChecked(f"还有 {waiting} 条异议没有答复，答复后才能签字。")


async def add_addendum(asker: Asker, meeting_id: UUID, words: str, at: datetime) -> None:
    """Correct sealed minutes without touching them. NotFound, NotYourMeeting, OutOfOrder,
    Invalid."""
    words = uncut(words, LONGEST_ADDENDUM, "words")
    if not words:
        raise Invalid("请写更正的内容。", words="请写明更正哪一处、应为什么。")
    async with transaction():
        found = await run_by(asker, meeting_id)
        require_state(found, Step.MINUTES_FINAL, Step.PUBLISHED, doing="加更正说明")
        before = await addenda_of(meeting_id)
        sealed = await sealed_of(meeting_id)
        assert sealed, "the step says so"
        last = before[-1].sha256 if before else sealed.sha256
        row = Addendum(
            id=uuid4(), meeting=meeting_id, ordinal=len(before) + 1, words=words,
            sha256=hashlib.sha256(f"{last}{words}".encode()).hexdigest(),
            by=asker.id, at=at,
        )  # fmt: skip
        await row.save()
        await audit.record(asker, "add_addendum", row, at=at, place=found.place)


async def signatures_of(meeting: UUID) -> list[MinutesSignature]:
    return (
        await MinutesSignature.objects()
        .where(MinutesSignature.meeting == meeting)
        .order_by(MinutesSignature.at)
    )


async def sealed_of(meeting: UUID) -> SealedMinutes | None:
    return await SealedMinutes.objects().get(SealedMinutes.meeting == meeting)


async def addenda_of(meeting: UUID) -> list[Addendum]:
    return await Addendum.objects().where(Addendum.meeting == meeting).order_by(Addendum.ordinal)
