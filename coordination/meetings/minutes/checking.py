"""Those who were there check the minutes 核对: an objection to a part, and its answer."""

from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import rows, transaction
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound, uncut
from coordination.law.periods import DAY, day_of, start_of, working_days_after
from coordination.meetings.minutes.editing import part_of, parts_of
from coordination.meetings.minutes.merging import BOTH, OTHER
from coordination.meetings.minutes_tables import MinutesObjection, MinutesSignature
from coordination.meetings.room.quorum import stays_of
from coordination.meetings.steps import lock_meeting, require_state, run_by, take_step
from coordination.meetings.tables import Step
from coordination.people.askers import Asker
from coordination.people.outbox import tell
from coordination.places.calendar import working_days
from coordination.places.values import whole_setting
from coordination.web.formats import local_end

LONGEST = 2_000  # of an objection, and of its answer


class NotPresent(NotAllowed):
    """Only who was at the meeting."""


class CheckOver(Conflict):
    """The days for checking are over."""


class Unsettled(Conflict):
    """Two wrote the same paragraph, and nobody has chosen yet."""


class AlreadyAnswered(Conflict):
    """The objection has its answer."""


class AlreadySignedBySome(Conflict):
    """Somebody has signed these words."""


async def send_to_check(asker: Asker, meeting_id: UUID, at: datetime) -> datetime:
    """Put the minutes before those who were there; until when.

    NotFound, NotYourMeeting, OutOfOrder, StepTaken, Unsettled.
    """
    async with transaction():
        found = await run_by(asker, meeting_id)
        for part, text in await parts_of(meeting_id):
            if BOTH in text.text or OTHER in text.text:
                raise Unsettled(
                    f"“{part.title}”里还有两人同时改的地方，请打开修改，留下一段，"
                    "删去带【】的提醒，再送核对。"
                )
        days = await whole_setting("minutes_check_days", found.place, at)
        last = working_days_after(day_of(at), days, await working_days())
        until = start_of(last + DAY)
        await take_step(found, Step.MINUTES_CHECK, asker, at, until=until)
        there = {one.person for one in await stays_of(meeting_id) if one.person}
        await tell(
            [one for one in there if one and one != asker.id], "minutes-check", "请核对会议纪要",
            f"“{found.meeting.title}”的纪要已拟好，请在{local_end(until)}前核对，"
            "有不同意见可以逐项提出。", at=at, link=f"/meetings/{meeting_id}/minutes",
        )  # fmt: skip
        return until


async def object_to(asker: Asker, part_id: UUID, words: str, at: datetime) -> None:
    """Say what is not so in a part. NotFound, NotPresent, OutOfOrder, CheckOver, Invalid."""
    words = uncut(words, LONGEST, "words")
    if not words:
        raise Invalid("请写异议。", words="请写明哪里不对、应当怎样写。")
    async with transaction():
        part = await part_of(part_id)
        found = await lock_meeting(part.meeting)
        if asker.id not in {one.person for one in await stays_of(found.meeting.id)}:
            raise NotPresent("只有到会的人可以对纪要提出异议。")
        require_state(found, Step.MINUTES_CHECK, doing="提出异议")
        ends = found.state.check_ends
        if ends is not None and at >= ends:
            raise CheckOver(f"核对期已在{local_end(ends)}结束，不能再提异议。请联系记录人。")
        row = MinutesObjection(id=uuid4(), part=part_id, person=asker.id, words=words, at=at)
        await row.save()
        await audit.record(asker, "object_to_minutes", row, at=at, place=found.place)


async def answer_objection(asker: Asker, objection_id: UUID, answer: str, at: datetime) -> UUID:
    """Answer it; the meeting's id. NotFound, NotYourMeeting, OutOfOrder, AlreadyAnswered,
    Invalid."""
    answer = uncut(answer, LONGEST, "answer")
    if not answer:
        raise Invalid("请写答复。", answer="请写答复：怎样改，或者为什么不改。")
    async with transaction():
        objection = await MinutesObjection.objects().get(MinutesObjection.id == objection_id)
        if objection is None:
            raise NotFound("没有找到这条异议。")
        found = await run_by(asker, (await part_of(objection.part)).meeting)
        require_state(found, Step.MINUTES_CHECK, Step.MINUTES_DRAFT, doing="答复异议")
        objection = await MinutesObjection.objects().get(MinutesObjection.id == objection_id)
        assert objection
        if objection.answered_at is not None:
            raise AlreadyAnswered("这条异议已经答复过了。")
        objection.answer, objection.answered_by = answer, asker.id
        objection.answered_at = at
        await objection.save(
            [MinutesObjection.answer, MinutesObjection.answered_by, MinutesObjection.answered_at]
        )
        await audit.record(asker, "answer_minutes_objection", objection, at=at, place=found.place)
        return found.meeting.id


async def send_back(asker: Asker, meeting_id: UUID, at: datetime) -> None:
    """Back to drafting, to mend what was objected to; they are checked anew afterwards.

    NotFound, NotYourMeeting, OutOfOrder, AlreadySignedBySome.
    """
    async with transaction():
        found = await run_by(asker, meeting_id)
        require_state(found, Step.MINUTES_CHECK, doing="退回修改")
        if await MinutesSignature.exists().where(MinutesSignature.meeting == meeting_id):
            raise AlreadySignedBySome("已经有人签字，纪要不能再改。定稿后可以加更正说明。")
        await take_step(found, Step.MINUTES_DRAFT, asker, at, reason="按异议修改")


async def open_objections(meeting: UUID) -> int:
    """How many wait for an answer."""
    found = await rows(
        """select count(*) as n from minutes_objection o join minutes_part p on p.id = o.part
            where p.meeting = $1 and o.answered_at is null""",
        meeting,
    )
    return found[0]["n"]
