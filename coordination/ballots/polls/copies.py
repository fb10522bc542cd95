"""A vote asked again as a new draft: the second round 第二轮, and what is held anew."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from coordination import audit
from coordination.ballots.polls.drafting import PollFacts, convened, draft_poll
from coordination.ballots.polls.queries import (
    estate_of,
    load_poll,
    open_matters,
    questions_of,
    without_quorum,
)
from coordination.ballots.polls.silence import say_what_silence_does
from coordination.ballots.polls.state import ENDED_EARLY
from coordination.ballots.tables import Poll, Question, Step
from coordination.db import execute, transaction, value
from coordination.errors import Conflict
from coordination.people.askers import Asker


class QuorumReached(Conflict):
    """A second round is for questions that too few took part in."""


async def draft_second_round(asker: Asker, poll_id: UUID, at: datetime) -> Poll:
    """A new draft with the questions that had no quorum in a poll whose result is final.

    NotFound, NotConvener, QuorumReached.
    """
    async with transaction():
        poll, state = await convened(asker, poll_id)
        without = await without_quorum(poll_id)
        again = [q for q in await questions_of(poll_id) if q.id in without]
        if not state.has(Step.FINAL) or not again:
            raise QuorumReached("只有结果公告后、参与比例不足的事项，才能组织第二轮表决。")
        return await copied(asker, poll, again, at, second_round_of=poll.id)


async def copied(
    asker: Asker,
    poll: Poll,
    questions: list[Question],
    at: datetime,
    *,
    reissues: UUID | None = None,
    second_round_of: UUID | None = None,
) -> Poll:
    """A new draft with the same words, classes, scopes and documents; the one there is already, if
    that has not ended early."""
    if before := await _copy_of(reissues, second_round_of):
        return before
    suffix = "（第二轮）" if second_round_of else "（重新组织）"
    title = f"{poll.title[: 120 - len(suffix)]}{suffix}"
    copy = await draft_poll(
        asker, await estate_of(poll), poll.convener,
        PollFacts(title, poll.summary, poll.contact, await _still_open(poll)), at,
        reissues=reissues, second_round_of=second_round_of,
    )  # fmt: skip
    await _same_silence(poll, copy)
    for position, question in enumerate(questions, 1):
        await _same_question(question, copy, position)
    await say_what_silence_does(copy.id)
    await audit.record(asker, "copy_poll", poll, at=at, place=poll.estate, copy=copy.id)
    return await load_poll(copy.id)


async def _copy_of(reissues: UUID | None, second_round_of: UUID | None) -> Poll | None:
    found = await value(
        """select id from poll p where (reissues = $1 or second_round_of = $2)
             and not exists (select from poll_step s where s.poll = p.id and s.step = any($3))
           order by drafted_at desc limit 1""",
        reissues, second_round_of, [step.value for step in ENDED_EARLY],
    )  # fmt: skip
    return await load_poll(found) if found else None


async def _same_question(question: Question, copy: Poll, position: int) -> None:
    again = Question(
        id=uuid4(), poll=copy.id, position=position, title=question.title,
        text=question.text, cost=question.cost, proposer=question.proposer,
        if_silent=question.if_silent, matter_class=question.matter_class,
        class_reason=question.class_reason, scope_kind=question.scope_kind,
        scope=question.scope, options=question.options, seats=question.seats,
        tie_rule=question.tie_rule, precedence=question.precedence,
        by_election_of=question.by_election_of,
    )  # fmt: skip
    await again.save()
    if question.options and question.seats is not None:
        await _same_candidates(question, again)
    await execute(
        """insert into question_document (id, question, file, title)
           select gen_random_uuid(), $2, file, title from question_document
           where question = $1""",
        question.id, again.id,
    )  # fmt: skip


async def _same_candidates(question: Question, again: Question) -> None:
    """Who stood for the seats stands again under the same number."""
    columns = "years, nominate_until, publicity_days, called_at, called_by, notice"
    election = await value(
        f"""insert into election (id, poll, question, {columns})
            select gen_random_uuid(), $2, $3, {columns} from election where question = $1
            returning id""",
        question.id, again.poll, again.id,
    )  # fmt: skip
    listed = "published_at, published_by, until, notice, settled_at, settled_by"
    await execute(
        f"""insert into candidate_list (id, election, {listed})
            select gen_random_uuid(), $2, {listed} from candidate_list
             where election = (select id from election where question = $1)""",
        question.id, election,
    )  # fmt: skip
    columns = (
        'owner, place, name, home, about, "by", at, consented_at, withdrawn_at, admitted, '
        "check_reason, checked_by, checked_at, number, precedence"
    )
    await execute(
        f"""insert into candidacy (id, election, {columns})
            select gen_random_uuid(), $2, {columns} from candidacy
             where election = (select id from election where question = $1)""",
        question.id, election,
    )  # fmt: skip


async def _same_silence(poll: Poll, copy: Poll) -> None:
    """The copy quotes the same rule, if that is still in force."""
    await execute(
        """update poll set silence = (select id from silence_rule
                                       where id = $2 and ended_at is null) where id = $1""",
        copy.id, poll.silence,
    )  # fmt: skip


async def _still_open(poll: Poll) -> UUID | None:
    """The poll's matter, unless that has come to its end meanwhile."""
    matter: Any = poll.matter
    return (
        matter if matter in {one for one, _ in await open_matters(await estate_of(poll))} else None
    )
