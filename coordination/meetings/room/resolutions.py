"""Resolutions 决议: what a meeting may settle, and what it may only ask the owners to decide.

A joint meeting coordinates; on what 民法典 art. 278 leaves to the owners together it resolves
提请业主大会表决 and nothing else, and a member of the owners' committee then drafts the ballot.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from coordination import audit
from coordination.ballots.polls.answer_words import IF_SILENT
from coordination.ballots.polls.drafting import PollFacts, draft_poll
from coordination.ballots.polls.permits import CONVENERS
from coordination.ballots.polls.questions import (
    QuestionWords,
    add_question,
    choose_class,
)
from coordination.ballots.tables import Poll
from coordination.db import row, rows, transaction, value
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound, uncut
from coordination.law.classes import MatterClass, rule_for
from coordination.law.committee import publish_by
from coordination.law.periods import DAY, day_of, start_of
from coordination.matters.actions import open_duty, settle_duty, write_line
from coordination.matters.rules import reserved_word
from coordination.matters.tables import Matter, Stage
from coordination.meetings import following
from coordination.meetings.calling.agenda import require_decidable
from coordination.meetings.calling.noticing import notice_place
from coordination.meetings.labels import labels_of, without_names
from coordination.meetings.minutes.editing import note_in_minutes
from coordination.meetings.queries import Seen, people_of
from coordination.meetings.room_tables import (
    Motion,
    MotionOutcome,
    PublicationDuty,
    Publishing,
    Resolution,
    ResolutionKind,
    VotesBy,
)
from coordination.meetings.steps import TOPIC, lock_meeting, require_state, run_by
from coordination.meetings.tables import AgendaItem, Step
from coordination.people.askers import Asker
from coordination.people.outbox import tell
from coordination.people.tables import BodyKind
from coordination.places.calendar import working_days
from coordination.places.tables import PlaceKind
from coordination.web import live

EXECUTION_DAYS = 30


class OwnersDecide(Conflict):
    """Only the owners together decide this; a meeting may ask for their vote."""

    rule = "民法典第二百七十八条"


class NotCarried(Conflict):
    """What the room has not carried is no resolution."""


class AlreadyDrafted(Conflict):
    """The ballot has been drafted."""


class NotCommittee(NotAllowed):
    """A ballot is begun by a member of the owners' committee or the preparatory group."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is to be resolved. `matter_class`: the item of art. 278 that it falls under, if any;
    `reason`: why that one, or why none."""

    text: str
    kind: ResolutionKind
    motion: UUID | None = None
    matter_class: MatterClass | None = None
    reason: str = ""
    execution_on: date | None = None


async def resolve(asker: Asker, item_id: UUID, said: Proposed, at: datetime) -> Resolution:
    """Record what was resolved on a point; both its publications fall due.

    NotFound, NotYourMeeting, OutOfOrder, OwnersDecide, NotCarried, Invalid.
    """
    async with transaction():
        item = await AgendaItem.objects().get(AgendaItem.id == item_id)
        if item is None:
            raise NotFound("没有找到这个议题。")
        found = await run_by(asker, item.meeting)
        require_state(found, Step.OPEN, Step.CLOSED, Step.MINUTES_DRAFT, doing="记录决议")
        require_decidable(found, item)
        said = await _with_reserved_class(item, said)
        require_competence(said, item, at)
        await _require_carried(found, item, said)
        number = 1 + (await value(
            "select count(*) from resolution where meeting = $1", found.meeting.id))  # fmt: skip
        resolution = Resolution(
            id=uuid4(), meeting=found.meeting.id, number=number, item=item.id, motion=said.motion,
            kind=said.kind, text=said.text.strip(), matter_class=said.matter_class,
            class_reason=uncut(said.reason, 300, "reason"), matter=item.matter, at=at, by=asker.id,
        )  # fmt: skip
        await resolution.save()
        await _open_duties(found, resolution, said, at)
        await audit.record(asker, "resolve", resolution, at=at, place=found.place, kind=said.kind)
        await _tell(found, resolution, asker, at)
        line = f"决议{resolution.number}：{resolution.text}"
        await note_in_minutes(found, item.id, line, asker, at)
        if item.matter and found.state.current is not Step.OPEN:
            await following.resolved(found, item.matter, asker, at)
        await live.tell(TOPIC, found.meeting.id)
        return resolution


async def _with_reserved_class(item: AgendaItem, said: Proposed) -> Proposed:
    """A matter that was screened as the owners' own stays theirs, whoever forgets to say so."""
    if not item.matter or said.matter_class:
        return said
    matter = await Matter.objects().get(Matter.id == item.matter)
    if matter is None or not matter.reserved:
        return said
    reason = said.reason or "提事时已确认属于业主共同决定的事项"
    return replace(said, matter_class=MatterClass(matter.reserved), reason=reason)


def require_competence(said: Proposed, item: AgendaItem, at: datetime) -> None:
    """OwnersDecide, Invalid: what art. 278 leaves to the owners is not decided here, and what it
    does not is not sent to them without saying why."""
    if not said.text.strip():
        raise Invalid("请写决议内容。", text="请写决议内容。")
    if said.matter_class and said.kind is ResolutionKind.DECIDED:
        rule = rule_for(said.matter_class, day_of(at))
        raise OwnersDecide(
            f"“{rule.wording}”由业主共同决定（{rule.source}），会议不能代替业主大会作决定。"
            "请选“提请业主大会表决”。"
        )
    if said.kind is ResolutionKind.TO_ASSEMBLY and not said.matter_class:
        raise Invalid("请选事项类别。", matter_class="请选择属于民法典第二百七十八条的哪一项。")
    if said.matter_class and not said.reason.strip():
        raise Invalid("请写归类理由。", reason="请写明为什么属于这一类。")
    hint = reserved_word(f"{item.title}{item.text}{said.text}")
    if hint and not said.matter_class and not said.reason.strip():
        raise Invalid(
            f"文字里有“{hint}”，可能属于民法典第二百七十八条由业主共同决定的事项。",
            reason="如果不属于业主共同决定的事项，请写明理由；属于的，请选类别并提请业主大会表决。",
        )


async def _require_carried(found: Seen, item: AgendaItem, said: Proposed) -> None:
    if said.motion is None:
        if found.kind.votes_by is VotesBy.CONSENSUS:
            return
        raise NotCarried(f"{found.kind.name}的决议要先在会上表决通过。请先提出表决。")
    motion = await Motion.objects().get(Motion.id == said.motion)
    if motion is None or motion.item != item.id or motion.outcome != MotionOutcome.CARRIED.value:
        raise NotCarried("这项表决没有通过，或者不是这个议题的表决，不能形成决议。")


async def _open_duties(found: Seen, resolution: Resolution, said: Proposed, at: datetime) -> None:
    """两公开: the resolution, and later what became of it."""
    days = found.kind.publish_days
    if found.kind.is_committee_session:
        due = publish_by(day_of(at), await working_days())
    else:
        due = start_of(day_of(at) + (days + 1) * DAY)
    done_on = said.execution_on or day_of(at) + timedelta(days=EXECUTION_DAYS)
    for what, due_at in ((Publishing.RESOLUTION, due),
                         (Publishing.EXECUTION, start_of(done_on + DAY))):  # fmt: skip
        await PublicationDuty(id=uuid4(), resolution=resolution.id, what=what, due_at=due_at).save()


def _duty_label(meeting_title: str, resolution: Resolution) -> str:
    return f"提请业主大会表决：{meeting_title}第{resolution.number}项决议"[:200]


async def _tell(found: Seen, resolution: Resolution, asker: Asker, at: datetime) -> None:
    """The matter's line; those who may draft the ballot."""
    link = f"/meetings/{found.meeting.id}"
    if resolution.matter:
        matter: UUID = resolution.matter  # pyright: ignore[reportAssignmentType]
        words = without_names(resolution.text, await labels_of(found, at))
        await write_line(
            matter, f"{found.meeting.title}决议：{words}"[:300], at, link=link,
            person=asker.id, body=found.meeting.convener,
        )  # fmt: skip
        if resolution.kind is ResolutionKind.TO_ASSEMBLY:
            # Asked alone, it waits at 决事 for the vote itself; beside what was settled, at 办事.
            await open_duty(matter, _duty_label(found.meeting.title, resolution), stage=Stage.DONE)
    if resolution.kind is ResolutionKind.TO_ASSEMBLY:
        await tell(
            await people_of(await _committees(found), at), "ballot-asked", "会议提请业主大会表决",
            f"“{found.meeting.title}”议定：{resolution.text[:100]}。请业委会或筹备组起草表决。",
            at=at, link=link,
        )  # fmt: skip


async def _committees(found: Seen) -> list[UUID]:
    """The bodies at the place that may convene the owners."""
    kinds = [BodyKind.OWNERS_COMMITTEE.value, BodyKind.PREPARATORY_GROUP.value]
    asked = await rows("select id from body where id = any($1) and kind = any($2)",
                       found.bodies, kinds)  # fmt: skip
    return [each["id"] for each in asked]


async def draft_ballot(asker: Asker, resolution_id: UUID, at: datetime) -> Poll:
    """Draft the ballot that the meeting asked for, with its question and class, linked to the
    matter. NotFound, NotCommittee, AlreadyDrafted, and what drafting refuses."""
    async with transaction():
        meeting = await row("select meeting from resolution where id = $1", resolution_id)
        if meeting is None:
            raise NotFound("没有找到这项决议。")
        found = await lock_meeting(meeting["meeting"])
        resolution = await Resolution.objects().get(Resolution.id == resolution_id)
        assert resolution
        if resolution.kind != ResolutionKind.TO_ASSEMBLY.value or not resolution.matter_class:
            raise NotFound("这项决议没有提请业主大会表决。")
        if resolution.poll:
            raise AlreadyDrafted("这项决议已经起草了表决，请到“我召集的表决”查看。")
        estate = await notice_place(found.place)
        role = asker.role(estate, *CONVENERS)
        if estate.kind != PlaceKind.ESTATE.value or role is None:
            raise NotCommittee("表决由本小区的业主委员会或筹备组成员起草，请联系他们。")
        item = await AgendaItem.objects().get(AgendaItem.id == resolution.item)
        assert item
        matter: UUID | None = resolution.matter  # pyright: ignore[reportAssignmentType]
        facts = PollFacts(item.title[:100], resolution.text[:500], found.meeting.contact, matter)
        poll = await draft_poll(asker, estate, role.body, facts, at)
        words = QuestionWords(item.title, resolution.text, "", found.meeting.title, IF_SILENT)
        question = await add_question(asker, poll.id, words, at)
        await choose_class(asker, question.id, MatterClass(resolution.matter_class),
                           resolution.class_reason, at)  # fmt: skip
        await Resolution.update({Resolution.poll: poll.id}).where(Resolution.id == resolution_id)
        if matter:
            await settle_duty(matter, _duty_label(found.meeting.title, resolution), at)
        return poll


async def resolutions_of(meeting: UUID) -> list[Resolution]:
    """In their order."""
    return (
        await Resolution.objects().where(Resolution.meeting == meeting).order_by(Resolution.number)
    )
