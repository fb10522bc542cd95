"""Who was elected, as the final result says; and the by-election for seats that stay empty."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from coordination import audit
from coordination.ballots.elections.queries import candidacies
from coordination.ballots.elections.tables import Candidacy, Election
from coordination.ballots.polls.answer_words import IF_SILENT
from coordination.ballots.polls.answers import Answers, choose_answers
from coordination.ballots.polls.drafting import PollFacts, convened, draft_poll
from coordination.ballots.polls.queries import estate_of, load_poll, open_matters, state_of
from coordination.ballots.polls.questions import (
    QuestionWords,
    add_question,
    choose_class,
    choose_scope,
)
from coordination.ballots.polls.scopes import Scope
from coordination.ballots.tables import Poll, Question, Step
from coordination.db import transaction, value
from coordination.errors import Conflict, NotFound
from coordination.law.classes import MatterClass
from coordination.law.election import TieRule
from coordination.law.periods import day_of
from coordination.law.tally import Outcome
from coordination.people.askers import Asker
from coordination.places.tables import Place

SUFFIX = "（补选）"


class NotElected(Conflict):
    """The result is not final, or was revoked."""


class NoEmptySeat(Conflict):
    """Nothing to fill, or a by-election is under way."""


@dataclass(frozen=True, slots=True)
class Winners:
    """What the final result says of one election."""

    poll: Poll
    question: Question
    estate: Place
    years: int
    elected: list[Candidacy]
    substitutes: list[Candidacy]
    empty_seats: int
    had_quorum: bool
    final_on: date

    @property
    def is_by_election(self) -> bool:
        return self.question.by_election_of is not None


async def winners_of(question_id: UUID) -> Winners:
    """NotFound: no election. NotElected: its result is not final."""
    question = (
        await Question.objects().get(Question.id == question_id).output(load_json=True)
    )  # fmt: skip
    if question is None or question.seats is None:
        raise NotFound("没有找到这次选举。")
    poll = await load_poll(question.poll)
    state = await state_of(poll)
    final = state.when(Step.FINAL)
    if final is None or state.has(Step.REVOKED):
        raise NotElected("结果公告以后才能办理就任。初步结果公示期内有异议的，先答复异议。")
    said = await _said(question)
    election = await Election.objects().get(Election.question == question_id)
    listed = await candidacies(election.id) if election else []
    by_number = {one.number: one for one in listed if one.number is not None}
    return Winners(
        poll, question, await estate_of(poll), election.years if election else 0,
        [by_number[number] for number in said["election"]["elected"]],
        [by_number[number] for number in said["election"]["substitutes"]],
        said["election"]["empty_seats"], said["outcome"] != Outcome.NO_QUORUM, day_of(final.at),
    )  # fmt: skip


async def _said(question: Question) -> dict[str, Any]:
    written = await value(
        """select said from result r, jsonb_array_elements(r.package->'questions') said
            where r.poll = $1 and r.kind = 'final' and said->>'id' = $2""",
        question.poll, str(question.id),
    )  # fmt: skip
    assert written, "the final result of an election says who was elected"
    return json.loads(written)


async def by_election_of(question_id: UUID) -> UUID | None:
    """The poll of the by-election that fills what this election left empty, if one was begun."""
    return await value(
        """select q.poll from question q where q.by_election_of = $1
             and not exists (select from poll_step s where s.poll = q.poll
                              and s.step in ('withdrawn', 'revoked', 'reissued')) limit 1""",
        question_id,
    )


async def draft_by_election(asker: Asker, question_id: UUID, at: datetime) -> Poll:
    """A draft that elects as many as seats stayed empty. NotFound, NotConvener, NotElected,
    NoEmptySeat."""
    async with transaction():
        won = await winners_of(question_id)
        await convened(asker, won.poll.id)
        if not won.had_quorum:
            raise NoEmptySeat("这次选举参与比例不足，没有选出任何人，请组织第二轮表决。")
        if won.empty_seats == 0 or await by_election_of(question_id):
            raise NoEmptySeat("没有空缺的席位，或者补选已经在办理。")
        matters = {one for one, _ in await open_matters(won.estate)}
        matter: Any = won.poll.matter if won.poll.matter in matters else None
        title = f"{won.poll.title[: 120 - len(SUFFIX)]}{SUFFIX}"
        summary = f"上次选举空缺 {won.empty_seats} 名委员，现补选。"
        poll = await draft_poll(
            asker, won.estate, won.poll.convener,
            PollFacts(title, summary, won.poll.contact, matter), at,
        )  # fmt: skip
        await _ask(asker, poll, won, at)
        await audit.record(asker, "draft_by_election", poll, at=at, place=won.estate)
        return poll


async def _ask(asker: Asker, poll: Poll, won: Winners, at: datetime) -> None:
    before = won.question
    words = QuestionWords(
        f"{before.title[: 100 - len(SUFFIX)]}{SUFFIX}",
        f"上次选举空缺 {won.empty_seats} 名委员，现补选 {won.empty_seats} 名，任期至本届届满。",
        before.cost, before.proposer, IF_SILENT,
    )  # fmt: skip
    question = await add_question(asker, poll.id, words, at)
    await Question.update({Question.by_election_of: before.id}).where(Question.id == question.id)
    await choose_class(
        asker, question.id, MatterClass.COMMITTEE, before.class_reason or "补选委员", at
    )
    scope = Scope.of(before)
    assert scope, "a question that was voted on has a scope"
    await choose_scope(asker, question.id, scope, at)
    answers = Answers((), won.empty_seats, TieRule(before.tie_rule))
    await choose_answers(asker, question.id, answers, at)
