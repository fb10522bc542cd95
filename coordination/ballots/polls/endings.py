"""How a poll leaves the road: withdrawn, revoked, or held anew; and the second round.

What was public ends in public: with a notice that says why.
"""

from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit, jobs
from coordination.ballots.polls.drafting import PollFacts, convened, draft_poll
from coordination.ballots.polls.noticing import seen
from coordination.ballots.polls.permits import may_revoke
from coordination.ballots.polls.queries import (
    estate_of,
    load_poll,
    questions_of,
    without_quorum,
)
from coordination.ballots.polls.state import PollState
from coordination.ballots.polls.steps import lock_poll, require_next, take_step
from coordination.ballots.tables import Poll, Question, Step
from coordination.db import execute, transaction
from coordination.errors import Conflict, Invalid, NotAllowed
from coordination.notices.actions import publish_notice
from coordination.notices.rules import Facts, Section
from coordination.notices.tables import Notice, NoticeKind
from coordination.people.askers import Asker
from coordination.places.tables import Place
from coordination.web.formats import local_time

TELL_OF_END = "tell-of-ended-poll"


class HasOpened(Conflict):
    """An open vote is not withdrawn."""


class QuorumReached(Conflict):
    """A second round is for questions that too few took part in."""


async def withdraw_poll(asker: Asker, poll_id: UUID, reason: str, at: datetime) -> Notice | None:
    """Withdraw it before it opens; a public notice, unless it was never public.

    NotFound, NotConvener, OutOfOrder, HasOpened, Invalid.
    """
    _require_reason(reason, "请写明撤回的原因，原因会公开。")
    async with transaction():
        poll, state = await convened(asker, poll_id)
        if at >= poll.opens_at and state.has(Step.NOTICED):
            raise HasOpened("投票已经开始，不能撤回。")
        require_next(state, Step.WITHDRAWN)
        lead = f"召集人撤回“{poll.title}”，不再进行表决。原因：{reason.strip()}"
        return await _end(
            asker, poll, state, Step.WITHDRAWN, f"关于撤回“{poll.title}”的公告", lead, at, reason
        )


async def revoke_poll(
    asker: Asker, poll_id: UUID, reason: str, document: str | None, at: datetime
) -> Notice | None:
    """Enter that a court or the authority revoked it, with the stored document.

    NotFound, NotAllowed, OutOfOrder, Invalid.
    """
    _require_reason(reason, "请写明由哪个机关、以什么文书撤销。")
    if not document:
        raise Invalid("请上传文书。", document="请上传判决书或者行政决定书的扫描件或照片。")
    async with transaction():
        await seen(asker, poll_id)
        poll, state = await lock_poll(poll_id)
        if not may_revoke(asker, await estate_of(poll), poll):
            raise NotAllowed("撤销由召集人或者街道办事处登记。")
        require_next(state, Step.REVOKED)
        lead = f"“{poll.title}”已被依法撤销，其决定不再有效。依据：{reason.strip()}"
        return await _end(
            asker, poll, state, Step.REVOKED, f"关于“{poll.title}”被撤销的公告", lead, at, reason,
            document,
        )  # fmt: skip


async def reissue_poll(asker: Asker, poll_id: UUID, reason: str, at: datetime) -> Poll:
    """Hold it anew, as when the frozen roll proves wrong: a new draft that names the old one.

    The old one ends with a public notice, unless it has ended already.
    NotFound, NotConvener, OutOfOrder, Invalid.
    """
    _require_reason(reason, "请写明重新组织的原因，原因会公开。")
    async with transaction():
        poll, state = await convened(asker, poll_id)
        if not state.has_ended_early:
            require_next(state, Step.REISSUED)
            lead = f"“{poll.title}”停止进行，另行重新组织，已投的票作废。原因：{reason.strip()}"
            await _end(
                asker, poll, state, Step.REISSUED, f"关于重新组织“{poll.title}”的公告", lead, at,
                reason,
            )  # fmt: skip
        return await _copied(asker, poll, await questions_of(poll.id), at, reissues=poll.id)


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
        return await _copied(asker, poll, again, at, second_round_of=poll.id)


def _require_reason(reason: str, word: str) -> None:
    if not reason.strip():
        raise Invalid("请写明原因。", reason=word)


async def _end(
    asker: Asker,
    poll: Poll,
    state: PollState,
    step: Step,
    title: str,
    lead: str,
    at: datetime,
    reason: str,
    document: str | None = None,
) -> Notice | None:
    notice = None
    if state.is_public:
        notice = await _announce(asker, poll, await estate_of(poll), title, lead, step, at)
        await jobs.enqueue(TELL_OF_END, notice.id)
    await take_step(
        poll.id, step, asker, at, reason=reason.strip(), notice=notice and notice.id,
        document=document,
    )  # fmt: skip
    return notice


async def _announce(
    asker: Asker, poll: Poll, estate: Place, title: str, lead: str, step: Step, at: datetime
) -> Notice:
    rows = (("原定投票开始", local_time(poll.opens_at)), ("联系人", poll.contact))
    data: dict[str, object] = {"poll": str(poll.id), "step": step.value}
    return await publish_notice(
        estate, NoticeKind.WITHDRAWAL, title, lead, Facts((Section("", (lead,), rows),), data), at,
        issuer=poll.convener, person=asker.id, contact=poll.contact,
        link=f"/ballots/{poll.id}", subject=poll.id, matter=poll.matter,
    )  # fmt: skip


async def _copied(
    asker: Asker,
    poll: Poll,
    questions: list[Question],
    at: datetime,
    *,
    reissues: UUID | None = None,
    second_round_of: UUID | None = None,
) -> Poll:
    """A new draft with the same words, classes, scopes and documents."""
    suffix = "（第二轮）" if second_round_of else "（重新组织）"
    title = f"{poll.title[: 120 - len(suffix)]}{suffix}"
    copy = await draft_poll(
        asker, await estate_of(poll), poll.convener,
        PollFacts(title, poll.summary, poll.contact), at,
        reissues=reissues, second_round_of=second_round_of, matter=poll.matter,
    )  # fmt: skip
    for position, question in enumerate(questions, 1):
        again = Question(
            id=uuid4(), poll=copy.id, position=position, title=question.title,
            text=question.text, cost=question.cost, proposer=question.proposer,
            if_silent=question.if_silent, matter_class=question.matter_class,
            class_reason=question.class_reason, scope_kind=question.scope_kind,
            scope=question.scope, options=question.options,
        )  # fmt: skip
        await again.save()
        await execute(
            """insert into question_document (id, question, file, title)
               select gen_random_uuid(), $2, file, title from question_document
               where question = $1""",
            question.id, again.id,
        )  # fmt: skip
    await audit.record(asker, "copy_poll", poll, at=at, place=poll.estate, copy=copy.id)
    return await load_poll(copy.id)
