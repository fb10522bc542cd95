"""Calling a meeting off, and telling everybody who was invited."""

from datetime import datetime
from uuid import UUID

from coordination.db import transaction
from coordination.errors import Invalid
from coordination.meetings import demands
from coordination.meetings.calling.linking import text_office, without_account
from coordination.meetings.queries import people_of
from coordination.meetings.steps import run_by, take_step
from coordination.meetings.tables import Step
from coordination.people.askers import Asker
from coordination.people.outbox import tell
from coordination.web.formats import local_time


async def cancel_meeting(asker: Asker, meeting_id: UUID, reason: str, at: datetime) -> None:
    """Call it off, with a reason; the parties are told, by SMS where nobody has an account.

    NotFound, NotYourMeeting, OutOfOrder, Invalid.
    """
    if not reason.strip():
        raise Invalid("请写取消的原因。", reason="请写明为什么取消，会告诉参加单位。")
    async with transaction():
        found = await run_by(asker, meeting_id)
        was_noticed, meeting = found.state.is_public, found.meeting
        await take_step(found, Step.CANCELLED, asker, at, reason=reason.strip())
        await demands.released(meeting_id)
        if was_noticed:
            when = local_time(meeting.starts_at)
            await tell(
                await people_of(found.bodies, at), "meeting-cancelled", "会议取消",
                f"原定{when}的“{meeting.title}”取消。{reason.strip()}", at=at,
                link=f"/meetings/{meeting_id}",
            )  # fmt: skip
            for _, phone in await without_account(meeting_id, at):
                said = f"原定{when}的会议取消。"
                await text_office(phone, "meeting-cancelled", meeting.title, said, at)
