"""How a poll leaves the road: withdrawn, revoked, or held anew.

What was public ends in public, with a notice that says why. What two members announced, two end:
one puts it forward, a second confirms.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit, jobs
from coordination.ballots.polls.copies import copied
from coordination.ballots.polls.drafting import convened
from coordination.ballots.polls.noticing import seen
from coordination.ballots.polls.permits import may_confirm_ending, may_end_alone, may_revoke
from coordination.ballots.polls.queries import (
    estate_of,
    questions_of,
    role_holders,
    waiting_ending,
)
from coordination.ballots.polls.state import PollState
from coordination.ballots.polls.steps import lock_poll, require_next, take_step
from coordination.ballots.tables import Poll, PollEnding, Step
from coordination.db import transaction
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.notices.actions import publish_notice
from coordination.notices.rules import Facts, Section
from coordination.notices.tables import Notice, NoticeKind
from coordination.people.askers import Asker
from coordination.people.outbox import tell
from coordination.places.tables import Place
from coordination.web.formats import local_time

TELL_OF_END = "tell-of-ended-poll"
WAYS = {
    Step.WITHDRAWN: "撤回表决",
    Step.REVOKED: "登记被撤销",
    Step.REISSUED: "停止并重新组织",
}


class HasOpened(Conflict):
    """An open vote is not withdrawn."""


class EndingWaits(Conflict):
    """One way out has been put forward already."""


class SecondMemberEnds(NotAllowed):
    """Never the one who put it forward."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of the road, and why. `document`: SHA-256 of the court's or authority's paper."""

    step: Step
    reason: str
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """What came of it: the notice, where there was one; the new draft of a poll held anew.
    `waits`: nothing yet, a second member confirms it first."""

    notice: Notice | None = None
    copy: Poll | None = None
    waits: bool = False


async def withdraw_poll(asker: Asker, poll_id: UUID, reason: str, at: datetime) -> Left:
    """Withdraw it before it opens; a public notice, unless it was never public.

    NotFound, NotConvener, OutOfOrder, HasOpened, EndingWaits, Invalid.
    """
    _require_reason(reason, "请写明撤回的原因，原因会公开。")
    async with transaction():
        poll, state = await convened(asker, poll_id)
        return await _leave_or_ask(asker, poll, state, Way(Step.WITHDRAWN, reason.strip()), at)


async def revoke_poll(
    asker: Asker, poll_id: UUID, reason: str, document: str | None, at: datetime
) -> Left:
    """Enter that a court or the authority revoked it, with the stored document.

    NotFound, NotAllowed, OutOfOrder, EndingWaits, Invalid.
    """
    _require_reason(reason, "请写明由哪个机关、以什么文书撤销。")
    if not document:
        raise Invalid("请上传文书。", document="请上传判决书或者行政决定书的扫描件或照片。")
    async with transaction():
        await seen(asker, poll_id)
        poll, state = await lock_poll(poll_id)
        if not may_revoke(asker, await estate_of(poll), poll):
            raise NotAllowed("撤销由召集人或者街道办事处登记。")
        way = Way(Step.REVOKED, reason.strip(), document)
        return await _leave_or_ask(asker, poll, state, way, at)


async def reissue_poll(asker: Asker, poll_id: UUID, reason: str, at: datetime) -> Left:
    """Hold it anew, as when the frozen roll proves wrong: a new draft that names the old one.

    The old one ends with a public notice, unless it has ended already.
    NotFound, NotConvener, OutOfOrder, EndingWaits, Invalid.
    """
    _require_reason(reason, "请写明重新组织的原因，原因会公开。")
    async with transaction():
        poll, state = await convened(asker, poll_id)
        if state.has_ended_early:
            return Left(copy=await _anew(asker, poll, at))
        return await _leave_or_ask(asker, poll, state, Way(Step.REISSUED, reason.strip()), at)


async def confirm_ending(asker: Asker, poll_id: UUID, at: datetime) -> Left:
    """Confirm, as the second member, the way out that waits: it is taken now.

    NotFound, NotConvener, OutOfOrder, HasOpened, SecondMemberEnds.
    """
    async with transaction():
        poll, state = await convened(asker, poll_id)
        ending = await _waiting(poll_id)
        if not may_confirm_ending(asker, await estate_of(poll), poll, ending):
            raise SecondMemberEnds("由您提请的，须由另一名成员确认，请联系其他成员。")
        way = Way(Step(ending.step), ending.reason, ending.document)
        _require_way(poll, state, way.step, at)
        return await _leave(asker, poll, state, way, at)


async def drop_ending(asker: Asker, poll_id: UUID, at: datetime) -> None:
    """Let the vote go on: the one who put the way out forward takes it back, or a second member
    does not agree. NotFound, NotConvener."""
    async with transaction():
        poll, _ = await convened(asker, poll_id)
        ending = await _waiting(poll_id)
        await _drop(ending, asker, at)
        if ending.proposed_by != asker.id:
            await tell(
                ending.proposed_by, "ending-dropped", f"没有同意{WAYS[Step(ending.step)]}",
                f"另一名成员没有同意对“{poll.title}”{WAYS[Step(ending.step)]}，表决照常进行。",
                at=at, link=f"/ballots/{poll_id}/convening",
            )  # fmt: skip
        await audit.record(asker, "drop_poll_ending", poll, at=at, place=poll.estate)


async def _waiting(poll_id: UUID) -> PollEnding:
    """NotFound: none waits."""
    ending = await waiting_ending(poll_id)
    if ending is None:
        raise NotFound("没有等待确认的提请，可能已经撤回。请刷新页面。")
    return ending


async def _drop(ending: PollEnding, asker: Asker, at: datetime) -> None:
    ending.dropped_by, ending.dropped_at = asker.id, at
    await ending.save([PollEnding.dropped_by, PollEnding.dropped_at])


def _require_reason(reason: str, word: str) -> None:
    if not reason.strip():
        raise Invalid("请写明原因。", reason=word)


def _require_way(poll: Poll, state: PollState, step: Step, at: datetime) -> None:
    """HasOpened; StepTaken, OutOfOrder."""
    if step is Step.WITHDRAWN and at >= poll.opens_at and state.has(Step.NOTICED):
        raise HasOpened("投票已经开始，不能撤回。")
    require_next(state, step)


async def _leave_or_ask(asker: Asker, poll: Poll, state: PollState, way: Way, at: datetime) -> Left:
    """Take the way out, or put it to a second member."""
    _require_way(poll, state, way.step, at)
    if may_end_alone(asker, await estate_of(poll), poll, state, way.step):
        return await _leave(asker, poll, state, way, at)
    if before := await waiting_ending(poll.id):
        if state.may_follow(Step(before.step)):
            raise EndingWaits(f"已有成员提请{WAYS[Step(before.step)]}，请先确认或者不同意。")
        await _drop(before, asker, at)  # its time is over
    await PollEnding(
        id=uuid4(), poll=poll.id, step=way.step.value, reason=way.reason, document=way.document,
        proposed_by=asker.id, proposed_at=at,
    ).save()  # fmt: skip
    others = await role_holders(await estate_of(poll), at, body=poll.convener)
    await tell(
        [person for person in others if person != asker.id], "ending-proposed",
        f"有成员提请{WAYS[way.step]}，等您确认",
        f"“{poll.title}”：{way.reason}。须由提请人以外的一名成员确认，确认之前表决照常进行。",
        at=at, link=f"/ballots/{poll.id}/convening",
    )  # fmt: skip
    await audit.record(
        asker, "propose_poll_ending", poll, at=at, place=poll.estate, step=way.step.value
    )
    return Left(waits=True)


async def _leave(asker: Asker, poll: Poll, state: PollState, way: Way, at: datetime) -> Left:
    """Take the step, with its notice if the poll was public, and the new draft if held anew."""
    notice = None
    if state.is_public:
        notice = await _announce(asker, poll, await estate_of(poll), way, at)
        await jobs.enqueue(TELL_OF_END, notice.id)
    await take_step(
        poll.id, way.step, asker, at, reason=way.reason, notice=notice and notice.id,
        document=way.document,
    )  # fmt: skip
    return Left(notice, await _anew(asker, poll, at) if way.step is Step.REISSUED else None)


async def _anew(asker: Asker, poll: Poll, at: datetime) -> Poll:
    return await copied(asker, poll, await questions_of(poll.id), at, reissues=poll.id)


def _words(poll: Poll, way: Way) -> tuple[str, str]:
    """Title and lead of the notice."""
    match way.step:
        case Step.WITHDRAWN:
            return (
                f"关于撤回“{poll.title}”的公告",
                f"召集人撤回“{poll.title}”，不再进行表决。原因：{way.reason}",
            )
        case Step.REVOKED:
            return (
                f"关于“{poll.title}”被撤销的公告",
                f"“{poll.title}”已被依法撤销，其决定不再有效。依据：{way.reason}",
            )
    return (
        f"关于重新组织“{poll.title}”的公告",
        f"“{poll.title}”停止进行，另行重新组织，已投的票作废。原因：{way.reason}",
    )


async def _announce(asker: Asker, poll: Poll, estate: Place, way: Way, at: datetime) -> Notice:
    title, lead = _words(poll, way)
    rows = (("原定投票开始", local_time(poll.opens_at)), ("联系人", poll.contact))
    data: dict[str, object] = {"poll": str(poll.id), "step": way.step.value}
    return await publish_notice(
        estate, NoticeKind.WITHDRAWAL, title, lead, Facts((Section("", (lead,), rows),), data), at,
        issuer=poll.convener, person=asker.id, contact=poll.contact,
        link=f"/ballots/{poll.id}", subject=poll.id, matter=poll.matter,
    )  # fmt: skip
