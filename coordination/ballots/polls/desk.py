"""What those who convene see around every page of a poll: the desk.

A page never asks a member for what is not theirs to do, and says who is waited for instead.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from coordination.ballots.polls.drafting import NotConvener, RollPublished, periods, stranger
from coordination.ballots.polls.endings import WAYS
from coordination.ballots.polls.noticing import scope_words, seen
from coordination.ballots.polls.permits import (
    CONVENERS,
    convenes,
    has_conflicting_role,
    may_confirm,
    may_confirm_ending,
    works_for_property,
)
from coordination.ballots.polls.queries import (
    candidates_ready,
    check_ends,
    documents_of,
    elections_of,
    open_objections,
    progress_of,
    questions_of,
    waiting_ending,
    without_quorum,
)
from coordination.ballots.polls.questions import missing
from coordination.ballots.polls.state import ENDED_EARLY, LABELS, PollState
from coordination.ballots.polls.timetable import last_notice_day, last_roll_day
from coordination.ballots.tables import Poll, PollEnding, Question, QuestionDocument, Step
from coordination.db import rows
from coordination.errors import NotAllowed
from coordination.law.classes import RULES
from coordination.law.periods import day_of
from coordination.people.askers import Asker
from coordination.people.queries import body_of
from coordination.places.calendar import working_days
from coordination.places.queries import places_within
from coordination.places.tables import Place, PlaceKind

NOT_SEATED = (
    "业主大会的表决由业主委员会或筹备组的成员发起。需要发起表决的业主，请联系业主委员会；"
    "没有业主委员会的小区，请向街道办事处申请成立筹备组。"
)
CLASS_WORDS = {rule.matter: rule.wording for rule in RULES}


@dataclass(frozen=True, slots=True)
class Seat:
    """A body that the asker may begin a poll for, in one estate."""

    estate: Place
    body: UUID
    body_name: str
    contact: str

    @property
    def key(self) -> str:
        return f"{self.estate.id}_{self.body}"


@dataclass(frozen=True, slots=True)
class ConvenedPoll:
    """A poll of the asker's body in a list."""

    id: UUID
    title: str
    estate_name: str
    opens_at: datetime
    step: Step
    is_stalled: bool

    @property
    def is_over(self) -> bool:
        return self.step in (Step.FINAL, Step.ARCHIVED, *ENDED_EARLY)

    @property
    def tone(self) -> str:
        """As of `lists.tag`."""
        if self.is_stalled:
            return "bad"
        if self.is_over:
            return "" if self.step in ENDED_EARLY else "done"
        return "now" if self.step in (Step.OPENED, Step.EXTENDED) else "wait"

    @property
    def label(self) -> str:
        return "不能计票" if self.is_stalled else LABELS[self.step]


@dataclass(frozen=True, slots=True)
class Desk:
    """A poll as its conveners work on it."""

    poll: Poll
    state: PollState
    estate: Place
    questions: list[Question]
    documents: list[QuestionDocument]
    scopes: dict[UUID, str]
    waiting_objections: int
    progress: dict[str, Any] | None
    is_mine_to_confirm: bool
    ending: PollEnding | None  # a way out that waits for a second member
    is_mine_to_end: bool
    without_quorum: int
    checked_at: datetime  # the check period of the roll is over, or would be if it began now
    called: set[UUID]  # the questions for which candidates were called: they stay as they are
    act_by: date | None  # the last day to publish the roll, then the notice, for this opening
    candidates_at: datetime | None  # the lists of candidates may be settled, where any wait
    at: datetime

    @property
    def is_late(self) -> bool:
        """The opening as it is set can no longer be kept."""
        if self.act_by is None:
            return False
        settled = self.candidates_at or self.at
        notice_by = last_notice_day(self.poll.opens_at, self.poll.notice_days)
        return day_of(self.at) > self.act_by or day_of(settled) > notice_by

    @property
    def lacking(self) -> list[str]:
        """What keeps the roll from being published."""
        late = ["投票开始的时间已经来不及，请改到更晚。"] if self.is_late else []
        return missing(self.questions) + late

    @property
    def next_part(self) -> tuple[str, str] | None:
        """The first part of the draft that lacks something: its words and its screen."""
        here = f"/ballots/{self.poll.id}/questions"
        if not self.questions:
            return "添加表决事项", f"{here}/new"
        for question in self.questions:
            if question.matter_class is None:
                return f"选择“{question.title}”的类别", f"{here}/{question.id}/class"
            if question.scope_kind is None:
                return f"选择“{question.title}”的范围", f"{here}/{question.id}/scope"
        for question in self.questions:
            if question.seats and not question.options and question.id not in self.called:
                return f"征集“{question.title}”的候选人", f"{here}/{question.id}/candidates"
        if self.is_late:
            return "把投票时间改到更晚", f"/ballots/{self.poll.id}/times"
        return None

    @property
    def context(self) -> dict[str, Any]:
        """For the templates."""
        return {
            "poll": self.poll,
            "state": self.state,
            "estate": self.estate,
            "questions": self.questions,
            "documents": self.documents,
            "scopes": self.scopes,
            "lacking": self.lacking,
            "next_part": self.next_part,
            "class_words": CLASS_WORDS,
            "waiting_objections": self.waiting_objections,
            "checked_at": self.checked_at,
            "called": self.called,
            "act_by": self.act_by,
            "candidates_at": self.candidates_at,
            "is_late": self.is_late,
            "progress": self.progress,
            "is_mine_to_confirm": self.is_mine_to_confirm,
            "ending": self.ending,
            "is_mine_to_end": self.is_mine_to_end,
            "ways": WAYS,
            "without_quorum": self.without_quorum,
            "at": self.at,
        }


async def the_desk(
    asker: Asker,
    poll_id: UUID,
    at: datetime,
    *,
    editable: bool = False,
) -> Desk:
    """The desk of a poll that the asker's body convenes. NotFound, NotConvener, ConflictingRole;
    `editable`: RollPublished besides."""
    poll, state, estate = await seen(asker, poll_id)
    if not convenes(asker, estate, poll):
        raise stranger(asker, estate)
    if editable and not state.is_editable:
        raise RollPublished("名册已经公布，这一部分不能再改。")
    questions = await questions_of(poll_id)
    ending = await waiting_ending(poll_id)
    if ending and not state.may_follow(Step(ending.step)):
        ending = None
    return Desk(
        poll,
        state,
        estate,
        questions,
        await documents_of(poll_id),
        {one.id: await scope_words(one) for one in questions if one.scope_kind},
        await open_objections(poll_id),
        await progress_of(poll_id),
        may_confirm(asker, estate, poll, state),
        ending,
        ending is not None and may_confirm_ending(asker, estate, poll, ending),
        len(await without_quorum(poll_id)) if state.has(Step.FINAL) else 0,
        await check_ends(state, poll.roll_check_days, at),
        set(await elections_of(poll_id)),
        await _act_by(poll, state, estate, at),
        await candidates_ready(poll_id, estate, at),
        at,
    )


async def _act_by(poll: Poll, state: PollState, estate: Place, at: datetime) -> date | None:
    """None: the notice is out, or nothing follows."""
    if state.has(Step.NOTICED) or state.has_ended_early:
        return None
    if state.is_public:
        return last_notice_day(poll.opens_at, poll.notice_days)
    return last_roll_day(poll.opens_at, await periods(estate, at), await working_days())


async def seats(asker: Asker, *, required: bool = False) -> list[Seat]:
    """The bodies that the asker may begin a poll for. `required`: NotConvener, ConflictingRole."""
    found: list[Seat] = []
    refusal: NotAllowed = NotConvener(NOT_SEATED)
    for role in asker.roles:
        if role.kind not in CONVENERS:
            continue
        body = await body_of(role.body)
        for estate in await places_within([role.place_path], PlaceKind.ESTATE):
            if has_conflicting_role(asker, estate):
                refusal = stranger(asker, estate)
            else:
                contact = f"{body.officer} {body.phone}".strip()
                found.append(Seat(estate, role.body, body.name, contact))
    if required and not found:
        raise refusal
    return found


async def convened_polls(asker: Asker) -> list[ConvenedPoll]:
    """Every poll that a body of the asker convenes, the newest first."""
    bodies = [role.body for role in asker.roles if role.kind in CONVENERS]
    found = await rows(
        """select p.id, p.title, e.name as estate_name, p.opens_at,
                  (select s.step from poll_step s where s.poll = p.id
                   order by s.number desc limit 1) as step, e.path,
                  exists (select from stall where stall.poll = p.id
                            and stall.until is null) as is_stalled
           from poll p join place e on e.id = p.estate where p.convener = any($1)
           order by p.drafted_at desc, p.id limit 100""",
        bodies,
    )
    return [
        ConvenedPoll(
            row["id"],
            row["title"],
            row["estate_name"],
            row["opens_at"],
            Step(row["step"]),
            row["is_stalled"],
        )
        for row in found
        if not works_for_property(asker, row["path"])
    ]
