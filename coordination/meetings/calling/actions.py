"""Calling a meeting: plan it, choose the parties, change it, call it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import rows, transaction
from coordination.errors import Conflict, Invalid, NotAllowed, uncut
from coordination.meetings.calling.agenda import fill_agenda
from coordination.meetings.kinds import KINDS, MeetingKind
from coordination.meetings.permits import calling_role, may_call
from coordination.meetings.queries import Seen, load
from coordination.meetings.steps import lock_meeting, require_state, run_by, take_step
from coordination.meetings.tables import (
    Answer,
    InvitationAnswer,
    Meeting,
    MeetingParty,
    Step,
)
from coordination.people.askers import Asker
from coordination.people.tables import BodyKind
from coordination.places.tables import Place

LONGEST_AHEAD = timedelta(days=400)


class NotCaller(NotAllowed):
    """This office calls no such meetings here."""


class NotInvited(NotAllowed):
    """Only who holds an office in an invited body answers for it."""


class AlreadyOver(Conflict):
    """The meeting has begun or ended; nobody answers an invitation to it."""


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """What the convener writes."""

    title: str
    starts_at: datetime
    lasts_minutes: int
    venue: str
    contact: str
    chair: UUID | None = None
    recorder: UUID | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body that could take part, and as what."""

    body: UUID
    name: str
    label: str
    required: bool


CANDIDATES = """
select b.id, b.name, b.kind from body b join place p on p.id = b.place
 where b.kind = any($2) and (starts_with($1, p.path) or starts_with(p.path, $1))
   and (b.until is null or b.until > $3)
 order by length(p.path) desc, b.name, b.id limit 60
"""


async def candidates(kind: MeetingKind, place: Place, at: datetime) -> list[Candidate]:
    """The bodies of the place, above it and in it that have a part in such a meeting."""
    wanted = [body.value for part in kind.parts for body in part.bodies]
    found = []
    for each in await rows(CANDIDATES, place.path, wanted, at.date()):
        part = kind.part_of(BodyKind(each["kind"]))
        assert part, "the statement asked for these kinds"
        found.append(Candidate(each["id"], each["name"], part.label, part.required))
    return found


async def plan_meeting(
    asker: Asker, place: Place, code: str, facts: MeetingFacts, at: datetime,
    *, recalls: UUID | None = None, matter: UUID | None = None,
) -> Meeting:  # fmt: skip
    """Plan one, perhaps for the sake of a matter: its parties and its agenda fill themselves.
    NotCaller, Invalid."""
    kind = KINDS.get(code)
    role = calling_role(asker, place, kind) if kind else None
    if kind is None or role is None or not may_call(asker, place, kind):
        raise NotCaller("您的身份不能在这里召集这类会议。请联系有权召集的单位。")
    check_facts(facts, at)
    return await begin_meeting(
        place, kind, facts, role.body, at, by=asker, recalls=recalls, matter=matter
    )


async def begin_meeting(
    place: Place, kind: MeetingKind, facts: MeetingFacts, convener: UUID, at: datetime,
    *, by: Asker | None = None, series: UUID | None = None, recalls: UUID | None = None,
    matter: UUID | None = None,
) -> Meeting:  # fmt: skip
    """The planned meeting with parties and agenda, in the caller's transaction."""
    async with transaction():
        meeting = Meeting(
            id=uuid4(), place=place.id, kind=kind.code, title=facts.title, convener=convener,
            called_by=by and by.id, called_at=at, starts_at=facts.starts_at,
            lasts_minutes=facts.lasts_minutes, venue=facts.venue, contact=facts.contact,
            chair=facts.chair, recorder=facts.recorder, series=series, recalls=recalls,
            state=Step.PLANNED,
        )  # fmt: skip
        await meeting.save()
        for one in await candidates(kind, place, at):
            await _invite(meeting.id, one)
        found = await load(meeting.id)
        await fill_agenda(found, at, matter)
        await take_step(found, Step.PLANNED, by, at)
        return meeting


def check_facts(facts: MeetingFacts, at: datetime) -> None:
    """Invalid: a time that has passed, or a length nobody sits through."""
    wrong = {}
    if not at < facts.starts_at < at + LONGEST_AHEAD:
        wrong["starts_at"] = "开会时间要在现在之后、一年以内。"
    if not 10 <= facts.lasts_minutes <= 720:
        wrong["lasts_minutes"] = "预计时长要在 10 到 720 分钟之间。"
    if wrong:
        raise Invalid("会议的时间需要修改。", **wrong)


async def change_meeting(asker: Asker, meeting_id: UUID, facts: MeetingFacts, at: datetime) -> None:
    """Write its facts anew before the notice. NotFound, NotYourMeeting, OutOfOrder, Invalid."""
    check_facts(facts, at)
    async with transaction():
        found = await run_by(asker, meeting_id)
        require_state(found, Step.PLANNED, doing="修改时间、地点")
        await Meeting.update(
            {
                Meeting.title: facts.title,
                Meeting.starts_at: facts.starts_at,
                Meeting.lasts_minutes: facts.lasts_minutes,
                Meeting.venue: facts.venue,
                Meeting.contact: facts.contact,
                Meeting.chair: facts.chair,
                Meeting.recorder: facts.recorder,
            }
        ).where(Meeting.id == meeting_id)
        await audit.record(asker, "change_meeting", found.meeting, at=at, place=found.place)


async def choose_parties(
    asker: Asker, meeting_id: UUID, bodies: Sequence[UUID], at: datetime
) -> None:
    """Invite these bodies and no others, before the notice.

    NotFound, NotYourMeeting, OutOfOrder, Invalid.
    """
    async with transaction():
        found = await run_by(asker, meeting_id)
        require_state(found, Step.PLANNED, doing="更改参加单位")
        possible = {one.body: one for one in await candidates(found.kind, found.place, at)}
        if not bodies or set(bodies) - set(possible):
            raise Invalid("请至少选择一个单位。", bodies="请从列出的单位中选择参加单位。")
        await MeetingParty.delete().where(MeetingParty.meeting == meeting_id)
        for body in dict.fromkeys(bodies):
            await _invite(meeting_id, possible[body])
        await audit.record(asker, "choose_parties", found.meeting, at=at, place=found.place)


async def _invite(meeting: UUID, one: Candidate) -> None:
    await MeetingParty(
        id=uuid4(), meeting=meeting, body=one.body, label=one.label, required=one.required
    ).save()


def missing_parts(found: Seen) -> list[str]:
    """The required parts that no invited body takes."""
    taken = {party.label for party in found.parties}
    return [part.label for part in found.kind.parts if part.required and part.label not in taken]


async def answer_invitation(
    asker: Asker, meeting_id: UUID, answer: Answer, words: str, at: datetime
) -> None:
    """Answer for one's body; the last answer counts. NotFound, NotInvited, AlreadyOver, Invalid."""
    async with transaction():
        found = await lock_meeting(meeting_id)
        party = found.party_of(asker)
        if party is None:
            raise NotInvited("这次会议没有邀请您所在的单位，不用答复。")
        if found.state.current is not Step.NOTICED:
            raise AlreadyOver("会议已经开始或结束，不能再答复。到会请在现场签到。")
        if answer is not Answer.COMING and not words.strip():
            hint = "请写由谁代表参加。" if answer is Answer.REPRESENTED else "请写不能参加的原因。"
            raise Invalid(hint, words=hint)
        await keep_answer(found, party.id, answer, words.strip(), asker, at)


async def keep_answer(
    found: Seen, party: UUID, answer: Answer, words: str, by: Asker | None, at: datetime
) -> None:
    """One more answer of a party, under the meeting's lock; `by` None: by its link."""
    last = await rows("select count(*) as n from invitation_answer where party = $1", party)
    row = InvitationAnswer(
        id=uuid4(), party=party, ordinal=last[0]["n"] + 1, answer=answer,
        words=uncut(words, 200, "words"), person=by and by.id, at=at,
    )  # fmt: skip
    await row.save()
    await audit.record(by, "answer_invitation", row, at=at, place=found.place)


async def recall_meeting(asker: Asker, meeting_id: UUID, facts: MeetingFacts, at: datetime
                         ) -> Meeting:  # fmt: skip
    """Call again a meeting that had no quorum. NotFound, NotYourMeeting, OutOfOrder, NotCaller,
    Invalid."""
    async with transaction():
        found = await run_by(asker, meeting_id)
        require_state(found, Step.NO_QUORUM, doing="重新召集")
        return await plan_meeting(
            asker, found.place, found.kind.code, facts, at, recalls=meeting_id
        )
