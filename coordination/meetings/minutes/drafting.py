"""Minutes in one click: from agenda, presence, votes, resolutions and tasks."""

from datetime import datetime
from uuid import UUID, uuid4

from coordination.db import rows, transaction
from coordination.meetings.minutes_tables import HowWritten, MinutesPart, MinutesRevision
from coordination.meetings.queries import Seen, items_of, names_of
from coordination.meetings.room.queries import hands_on, motions_of
from coordination.meetings.room.quorum import room_light, stays_of
from coordination.meetings.room.resolutions import resolutions_of
from coordination.meetings.steps import run_by, take_step
from coordination.meetings.tables import AgendaItem, Meeting, Step
from coordination.people.askers import Asker
from coordination.web.formats import last_day, local_time

HEAD, END = "会议情况", "散会"
CHOSE = {"approve": "同意", "reject": "不同意", "abstain": "弃权"}


async def generate_minutes(asker: Asker, meeting_id: UUID, at: datetime) -> None:
    """Write the first draft; who does so records, unless somebody was named.

    NotFound, NotYourMeeting, OutOfOrder, StepTaken.
    """
    async with transaction():
        found = await run_by(asker, meeting_id)
        await take_step(found, Step.MINUTES_DRAFT, asker, at)
        if found.meeting.recorder is None:
            found.meeting.recorder = asker.id
            await found.meeting.save([Meeting.recorder])
        items = await items_of(meeting_id)
        parts: list[tuple[str, UUID | None, str]] = [(HEAD, None, await _head(found, at))]
        for number, item in enumerate(items, 1):
            parts.append((f"{number}. {item.title}", item.id, await _point(item)))
        closed = found.state.when(Step.CLOSED)
        parts.append((END, None, f"{local_time(closed.at)}散会。" if closed else ""))
        for position, (title, item, text) in enumerate(parts, 1):
            part = MinutesPart(
                id=uuid4(), meeting=meeting_id, position=position, item=item, title=title[:200]
            )
            await part.save()
            await MinutesRevision(
                id=uuid4(), part=part.id, revision=1, text=text, how=HowWritten.GENERATED, at=at,
                by=asker.id,
            ).save()  # fmt: skip


async def _head(found: Seen, at: datetime) -> str:
    meeting = found.meeting
    stays = await stays_of(meeting.id)
    names = await names_of([meeting.chair, meeting.recorder])
    came = {party.id: dict.fromkeys(s.name for s in stays if s.party == party.id)
            for party in found.parties}  # fmt: skip
    lines = [
        f"时间：{local_time(meeting.starts_at)}",
        f"地点：{meeting.venue}",
        f"主持人：{names.get(meeting.chair, '')}",  # pyright: ignore[reportArgumentType]
        f"记录人：{names.get(meeting.recorder, '')}",  # pyright: ignore[reportArgumentType]
    ]
    for party in found.parties:
        who = "、".join(came[party.id])
        lines.append(f"{party.label}：{party.body_name}" + (f"（{who}）" if who else "，缺席"))
    guests = dict.fromkeys(one.name for one in stays if one.party is None)
    if guests:
        lines.append(f"列席：{'、'.join(guests)}")
    lines.append((await room_light(found, at, ever=True)).words + "。")
    return "\n".join(lines)


async def _point(item: AgendaItem) -> str:
    """A point of the agenda: its text, then votes, resolutions and tasks that came of it."""
    meeting: UUID = item.meeting  # pyright: ignore[reportAssignmentType]
    lines = [item.text] if item.text else []
    motions = [one for one in await motions_of(meeting) if one.item == item.id]
    hands = await hands_on([one.id for one in motions])
    for motion in motions:
        lines.append(f"表决：{motion.question.rstrip('。')}。{motion.words}。")
        for hand in (one for one in hands if one["motion"] == motion.id):
            conflict = f"（同时在{hand['both_sides']}任职）" if hand["both_sides"] else ""
            who = f"{hand['body_name'] or ''}{hand['name']}"
            lines.append(f"　{who}：{CHOSE[hand['choice']]}{conflict}")
    for one in await resolutions_of(meeting):
        if one.item == item.id:
            lines.append(f"决议{one.number}：{one.text}")
    for task in await rows(
        """select a.number, a.text, a.due_at, b.name as body_name from action_item a
           join body b on b.id = a.body where a.item = $1 order by a.number""",
        item.id,
    ):
        lines.append(
            f"任务{task['number']}：{task['text']}（{task['body_name']}，"
            f"{last_day(task['due_at'])}前）"
        )
    return "\n".join(lines)
