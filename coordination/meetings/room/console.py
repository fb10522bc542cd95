"""The chair's console 主持台: what is before the room. Two chairs who move at once: one does."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from coordination.db import transaction
from coordination.errors import Conflict, Invalid
from coordination.meetings.queries import items_of
from coordination.meetings.room_tables import RoomMove
from coordination.meetings.steps import TOPIC, require_state, run_by
from coordination.meetings.tables import Step
from coordination.people.askers import Asker
from coordination.web import live

LONGEST = 240  # minutes for one point


class MovedMeanwhile(Conflict):
    """Another chair moved the agenda since this page was opened."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the room sees: the revision, the point, and until when its time runs."""

    revision: int
    item: UUID | None
    until: datetime | None


async def shown_now(meeting_id: UUID) -> Shown:
    """The last move."""
    last = (
        await RoomMove.objects()
        .where(RoomMove.meeting == meeting_id)
        .order_by(RoomMove.revision, ascending=False)
        .first()
    )
    return Shown(last.revision, last.item, last.until) if last else Shown(0, None, None)


async def move(
    asker: Asker, meeting_id: UUID, revision: int, item: UUID | None, minutes: int, at: datetime
) -> Shown:
    """Put a point before the room, for so many minutes (0: no timer); `revision`: what this chair
    saw. NotFound, NotYourMeeting, OutOfOrder, Invalid, MovedMeanwhile."""
    if not 0 <= minutes <= LONGEST:
        raise Invalid("时间不对。", minutes=f"请填 0 到 {LONGEST} 分钟。")
    async with transaction():
        found = await run_by(asker, meeting_id)
        require_state(found, Step.OPEN, doing="推进议程")
        if item is not None and item not in {one.id for one in await items_of(meeting_id)}:
            raise Invalid("请选择议程中的一项。", item="请选择议程中的一项。")
        now = await shown_now(meeting_id)
        if now.revision != revision:
            raise MovedMeanwhile(
                "另一位主持人刚刚推进了议程，您的这一步没有生效。请看现在的议程后再操作。"
            )
        until = at + timedelta(minutes=minutes) if minutes else None
        await RoomMove(
            id=uuid4(), meeting=meeting_id, revision=revision + 1, at=at, by=asker.id, item=item,
            until=until,
        ).save()  # fmt: skip
        await live.tell(TOPIC, meeting_id)
        return Shown(revision + 1, item, until)
