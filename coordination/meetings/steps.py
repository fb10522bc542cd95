"""Taking a step of a meeting: the row, the cached state, the audit row, lines on its matters."""

from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import row, rows, transaction
from coordination.errors import Conflict, NotAllowed
from coordination.matters.actions import write_line
from coordination.meetings.permits import runs
from coordination.meetings.queries import Seen, load
from coordination.meetings.state import LABELS
from coordination.meetings.tables import Meeting, MeetingStep, Step
from coordination.people.askers import Asker
from coordination.web import live
from coordination.web.formats import local_time

TOPIC = "meeting"  # of web.live
TOLD = (Step.NOTICED, Step.CLOSED, Step.PUBLISHED, Step.CANCELLED, Step.NO_QUORUM)


class StepTaken(Conflict):
    """The meeting has taken this step already."""


class OutOfOrder(Conflict):
    """Another step must come first."""


class NotYourMeeting(NotAllowed):
    """Only the body that calls it, its chair and its recorder run a meeting."""


async def lock_meeting(meeting_id: UUID) -> Seen:
    """The meeting, read after its row is locked. NotFound."""
    await row("select id from meeting where id = $1 for no key update", meeting_id)
    return await load(meeting_id)


async def run_by(asker: Asker, meeting_id: UUID) -> Seen:
    """The meeting, locked, for those who run it. NotFound, NotYourMeeting."""
    found = await lock_meeting(meeting_id)
    if not runs(asker, found.meeting):
        raise NotYourMeeting("只有召集单位、主持人和记录人可以办理这次会议。请联系召集单位。")
    return found


def require_state(found: Seen, *states: Step, doing: str) -> None:
    """OutOfOrder: the meeting is in none of these."""
    if found.state.current not in states:
        raise OutOfOrder(f"会议现在“{found.state.label}”，不能{doing}。请刷新页面查看进度。")


async def take_step(
    found: Seen,
    step: Step,
    asker: Asker | None,
    at: datetime,
    *,
    reason: str = "",
    until: datetime | None = None,
    notice: UUID | None = None,
) -> None:
    """Take it, under the meeting's lock. StepTaken, OutOfOrder."""
    async with transaction():
        meeting = found.meeting
        if not found.state.may_follow(step):
            if found.state.current is step:
                raise StepTaken(f"这一步已经完成：{LABELS[step]}。请刷新页面。")
            require_state(found, doing=f"进行“{LABELS[step]}”")
        body = next((r.body for r in asker.roles if r.body in (meeting.convener, *found.bodies)),
                    None) if asker else None  # fmt: skip
        await MeetingStep(
            id=uuid4(), meeting=meeting.id, number=len(found.state.taken) + 1, step=step, at=at,
            until=until, person=asker and asker.id, body=body, reason=reason, notice=notice,
        ).save()  # fmt: skip
        await Meeting.update({Meeting.state: step}).where(Meeting.id == meeting.id)
        await audit.record(asker, f"meeting_{step.value}", meeting, at=at, place=meeting.place)
        await live.tell(TOPIC, meeting.id)
        if step in TOLD:
            moved = step is Step.NOTICED and found.state.has(step)
            label = f"改在{local_time(meeting.starts_at)}召开" if moved else LABELS[step]
            await _tell_matters(meeting, label, asker, body, at)


async def _tell_matters(
    meeting: Meeting, label: str, asker: Asker | None, body: UUID | None, at: datetime
) -> None:
    """A line on each matter that is on the agenda."""
    found = await rows(
        "select distinct matter from agenda_item where meeting = $1 and matter is not null",
        meeting.id,
    )
    for each in found:
        await write_line(
            each["matter"], f"{meeting.title}：{label}"[:300], at,
            link=f"/meetings/{meeting.id}", person=asker and asker.id, body=body,
        )  # fmt: skip
