"""What the API says of a poll to everybody: the answers of `api`, and how they are made."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from msgspec import Struct, convert

from coordination.ballots.polls.state import LABELS, Milestone, PollState
from coordination.ballots.results.asked import Asked
from coordination.ballots.results.lists import AnsweredObjection, PublicPoll
from coordination.ballots.tables import Poll, RollFreeze, Step
from coordination.law.areas import format_area
from coordination.law.classes import Bar, MatterClass, Rule
from coordination.notices.tables import Notice, NoticeKind

Stage = Literal["preliminary", "final"]


class PollListed(Struct, frozen=True):
    """A poll in a list. `label`: the step in words; `closes_at`: with all extensions."""

    id: UUID
    title: str
    estate: UUID
    estate_name: str
    step: Step
    label: str
    opens_at: datetime
    closes_at: datetime

    @classmethod
    def of(cls, poll: PublicPoll) -> Self:
        return cls(
            poll.id, poll.title, poll.estate, poll.estate_name, poll.step, LABELS[poll.step],
            poll.opens_at, poll.closes_at,
        )  # fmt: skip


class Polls(Struct, frozen=True):
    """Public polls, the newest first."""

    polls: list[PollListed]
    next: UUID | None


class BarSaid(Struct, frozen=True):
    """A share to be reached; `inclusive`: the exact share is enough. `wording`: the law's words
    that set it, in the sentence `clause`."""

    share: str
    inclusive: bool
    wording: str
    clause: str

    @classmethod
    def of(cls, bar: Bar) -> Self:
        share = f"{bar.share.numerator}/{bar.share.denominator}"
        return cls(share, bar.inclusive, bar.wording, bar.clause)


class RuleSaid(Struct, frozen=True):
    """The rule in force on the day of the notice. `quorum`: of all owners; `approval`: of those
    who take part; each by persons and by area."""

    source: str
    wording: str
    since: date
    quorum: BarSaid
    approval: BarSaid

    @classmethod
    def of(cls, rule: Rule) -> Self:
        quorum, approval = BarSaid.of(rule.quorum), BarSaid.of(rule.approval)
        return cls(rule.source, rule.wording, rule.since, quorum, approval)


class ElectorateSaid(Struct, frozen=True):
    """Who may vote, as the roll was frozen: sums, and the SHA-256 that the notice prints."""

    persons: int
    area_m2: str
    units: int
    frozen_at: datetime
    roll_hash: str
    rooms_hash: str
    rights_hash: str

    @classmethod
    def of(cls, freeze: RollFreeze) -> Self:
        return cls(
            freeze.persons, format_area(freeze.area_cm2), freeze.units, freeze.frozen_at,
            freeze.roll_hash, freeze.list_hash, freeze.rights_hash,
        )  # fmt: skip


class DocumentSaid(Struct, frozen=True):
    title: str
    sha256: str


class QuestionSaid(Struct, frozen=True):
    """A question 表决事项. `options` is empty for a motion; with `seats` they are the candidates
    of an election, by number. `electorate` null before the freeze."""

    id: UUID
    position: int
    title: str
    text: str
    cost: str
    proposer: str
    if_silent: str
    matter_class: MatterClass | None
    class_reason: str | None
    rule: RuleSaid | None
    scope: str
    options: list[str]
    seats: int | None
    electorate: ElectorateSaid | None
    documents: list[DocumentSaid]

    @classmethod
    def of(cls, asked: Asked) -> Self:
        question, kind = asked.question, asked.question.matter_class
        return cls(
            id=question.id,
            position=question.position,
            title=question.title,
            text=question.text,
            cost=question.cost,
            proposer=question.proposer,
            if_silent=question.if_silent,
            matter_class=MatterClass(kind) if kind else None,
            class_reason=question.class_reason,
            rule=asked.rule and RuleSaid.of(asked.rule),
            scope=asked.scope,
            options=convert(question.options, list[str]),
            seats=question.seats,
            electorate=asked.freeze and ElectorateSaid.of(asked.freeze),
            documents=[DocumentSaid(one.title, one.file) for one in asked.documents],
        )


class StationSaid(Struct, frozen=True):
    """A station of the poll's road; `at` is null until it is reached."""

    step: Step
    label: str
    at: datetime | None
    is_current: bool

    @classmethod
    def of(cls, station: Milestone) -> Self:
        return cls(station.step, station.label, station.at, station.is_current)


class NoticeOfPoll(Struct, frozen=True):
    id: UUID
    kind: NoticeKind
    number: str
    check_code: str
    title: str
    published_at: datetime

    @classmethod
    def of(cls, notice: Notice) -> Self:
        return cls(
            notice.id, NoticeKind(notice.kind), notice.number, notice.check_code, notice.title,
            notice.published_at,
        )  # fmt: skip


class PollSaid(Struct, frozen=True):
    """A poll 业主大会表决: what is asked, of whom, when, and where it stands."""

    id: UUID
    estate: UUID
    estate_name: str
    convener: str
    title: str
    summary: str
    contact: str
    step: Step | None
    label: str
    is_open: bool
    opens_at: datetime
    closes_at: datetime
    notice_days: int
    objection_days: int
    changes_allowed: int
    invalid_takes_part: bool
    parking_counts: bool
    reissues: UUID | None
    second_round_of: UUID | None
    questions: list[QuestionSaid]
    road: list[StationSaid]
    notices: list[NoticeOfPoll]
    results: list[Stage]

    @classmethod
    def of(
        cls,
        poll: Poll,
        state: PollState,
        names: tuple[str, str],
        asked: Sequence[Asked],
        notices: Sequence[Notice],
        results: list[Stage],
        at: datetime,
    ) -> Self:
        """`names`: of the estate and of the convener."""
        return cls(
            id=poll.id,
            estate=poll.estate,
            estate_name=names[0],
            convener=names[1],
            title=poll.title,
            summary=poll.summary,
            contact=poll.contact,
            step=state.current,
            label=state.label,
            is_open=state.is_open(at),
            opens_at=poll.opens_at,
            closes_at=state.closes_at,
            notice_days=poll.notice_days,
            objection_days=poll.objection_days,
            changes_allowed=poll.changes_allowed,
            invalid_takes_part=poll.invalid_takes_part,
            parking_counts=poll.parking_counts,
            reissues=poll.reissues,
            second_round_of=poll.second_round_of,
            questions=[QuestionSaid.of(one) for one in asked],
            road=[StationSaid.of(station) for station in state.road],
            notices=[NoticeOfPoll.of(notice) for notice in notices],
            results=results,
        )


class ObjectionSaid(Struct, frozen=True):
    """An answered objection 异议, without who raised it."""

    id: UUID
    about: Literal["roll", "result"]
    number: int | None
    text: str
    raised_at: datetime
    answer: str
    upheld: bool | None
    answered_at: datetime

    @classmethod
    def of(cls, objection: AnsweredObjection) -> Self:
        return convert(objection, cls, from_attributes=True)


class Objections(Struct, frozen=True):
    """Answered objections, the earliest answer first."""

    objections: list[ObjectionSaid]
    next: UUID | None
