"""Moving a meeting 改期 after its notice: another day or place, announced and told anew."""

from datetime import datetime
from uuid import UUID

from coordination import audit
from coordination.db import transaction
from coordination.errors import Invalid
from coordination.meetings.calling.actions import MeetingFacts, check_facts
from coordination.meetings.calling.linking import give_links
from coordination.meetings.calling.noticing import (
    notice_facts,
    notice_place,
    require_long_notice,
)
from coordination.meetings.queries import items_of, people_of
from coordination.meetings.steps import require_state, run_by, take_step
from coordination.meetings.tables import Meeting, Step
from coordination.notices.actions import publish_notice
from coordination.notices.tables import Notice, NoticeKind
from coordination.people.askers import Asker
from coordination.people.outbox import tell
from coordination.web.formats import local_time


async def move_meeting(
    asker: Asker, meeting_id: UUID, starts_at: datetime, venue: str, reason: str, at: datetime
) -> Notice:
    """Hold it then and there, under a notice of its own; whoever was invited answers anew.

    NotFound, NotYourMeeting, OutOfOrder, NoticeTooShort, Invalid.
    """
    async with transaction():
        found = await run_by(asker, meeting_id)
        require_state(found, Step.NOTICED, doing="改期")
        meeting, before = found.meeting, found.meeting.starts_at
        was = f"原定{local_time(before)}在{meeting.venue}召开的{meeting.title}"
        if (starts_at, venue) == (before, meeting.venue):
            raise Invalid("时间和地点都没有改。", starts_at="请写新的时间，或者写新的地点。")
        check_facts(MeetingFacts(meeting.title, starts_at, meeting.lasts_minutes, venue, ""), at)
        if starts_at != before:
            require_long_notice(found.kind, starts_at, at)
        meeting.starts_at, meeting.venue = starts_at, venue
        await meeting.save([Meeting.starts_at, Meeting.venue])
        what = "改期" if starts_at != before else "更换地点"
        now = f"{was}，改在{local_time(starts_at)}、{venue}召开。原因：{reason}"
        notice = await publish_notice(
            await notice_place(found.place), NoticeKind.MEETING,
            f"关于{meeting.title}{what}的通知", f"{now}。原通知的时间、地点作废，议程不变。",
            notice_facts(found, await items_of(meeting_id)), at, issuer=meeting.convener,
            person=asker.id, contact=meeting.contact, link=f"/meetings/{meeting_id}",
            subject=meeting_id,
        )  # fmt: skip
        await take_step(found, Step.NOTICED, asker, at, reason=now[:500], notice=notice.id)
        await give_links(meeting, at)
        await audit.record(asker, "move_meeting", meeting, at=at, place=found.place)
        await tell(
            [one for one in await people_of(found.bodies, at) if one != asker.id],
            "meeting-moved", f"会议{what}：{meeting.title}",
            f"{now}。请重新答复能否参加。联系：{meeting.contact}",
            at=at, link=f"/meetings/{meeting_id}",
        )  # fmt: skip
        return notice
