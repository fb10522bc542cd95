"""The ways out of a vote's road: withdrawn, revoked, held anew, a second round, extended."""

import asyncio

import pytest

from coordination.ballots.ballot_tables import Result
from coordination.ballots.polls.copies import draft_second_round
from coordination.ballots.polls.drafting import (
    NotConvener,
)
from coordination.ballots.polls.endings import (
    HasOpened,
    confirm_ending,
    reissue_poll,
    revoke_poll,
    withdraw_poll,
)
from coordination.ballots.polls.extending import CloseReached, extend_poll
from coordination.ballots.polls.noticing import (
    propose_notice,
)
from coordination.ballots.polls.queries import questions_of, state_of
from coordination.ballots.polls.steps import OutOfOrder, StepTaken, take_step
from coordination.ballots.polls.telling import tell_of_extension
from coordination.ballots.tables import PollStep, Step
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.notices.queries import notices, read_notice
from coordination.notices.tables import NoticeKind
from coordination.people.tables import RoleKind
from tests.ballots.convening import (
    CHECKED,
    TODAY,
    a_convening,
    a_draft,
    a_frozen_roll,
    a_noticed_poll,
    a_question,
    days,
    someone,
)
from tests.waiting import has_to_wait, uncommitted

pytestmark = pytest.mark.usefixtures("database")


async def test_a_draft_is_withdrawn_without_a_public_word():
    convening = await a_convening()
    poll = await a_draft(convening)

    left = await withdraw_poll(convening.proposer, poll.id, "不办了", TODAY)

    assert (left.notice, left.waits) == (None, False)
    assert (await state_of(poll)).current is Step.WITHDRAWN

    assert await notices(convening.estate.id) == []
    with pytest.raises(NotFound):
        await withdraw_poll(
            await someone(RoleKind.PROPERTY_MANAGER, convening.estate), poll.id, "x", TODAY
        )


async def test_a_public_poll_is_withdrawn_with_a_notice_that_says_why():
    convening = await a_convening()
    poll = await a_noticed_poll(convening)

    await withdraw_poll(convening.second, poll.id, "合同条款有变。", CHECKED)
    notice = (await confirm_ending(convening.proposer, poll.id, CHECKED)).notice

    assert notice and "合同条款有变。" in notice.text
    state = await state_of(poll)
    assert (state.current, state.has_ended_early) == (Step.WITHDRAWN, True)
    with pytest.raises(Conflict):
        await withdraw_poll(convening.second, poll.id, "再撤一次", CHECKED)


async def test_what_has_opened_is_not_withdrawn_even_before_the_clock_took_the_step():
    convening = await a_convening()
    poll = await a_noticed_poll(convening)

    with pytest.raises(HasOpened):
        await withdraw_poll(convening.second, poll.id, "晚了", poll.opens_at)


async def test_a_revocation_needs_reason_and_document_and_comes_from_convener_or_street():
    convening = await a_convening()
    poll = await a_noticed_poll(convening)
    officer = await someone(RoleKind.SUBDISTRICT_OFFICER, convening.estate)
    document = "a" * 64

    with pytest.raises(Invalid):
        await revoke_poll(officer, poll.id, "法院判决", None, CHECKED)
    for kind in (RoleKind.COMMUNITY_WORKER, RoleKind.PROPERTY_MANAGER):
        with pytest.raises(NotAllowed):
            await revoke_poll(
                await someone(kind, convening.estate), poll.id, "x", document, CHECKED
            )
    await revoke_poll(officer, poll.id, "（2026）鄂01民初1号判决", document, CHECKED)

    [step] = await PollStep.objects().where(PollStep.step == Step.REVOKED)
    assert (step.document, step.role) == (document, "subdistrict_officer")
    assert (await state_of(poll)).has_ended_early


async def test_a_poll_held_anew_copies_the_questions_and_names_the_old():
    convening = await a_convening()
    poll = await a_noticed_poll(convening)

    await reissue_poll(convening.proposer, poll.id, "名册有误。", CHECKED)
    copy = (await confirm_ending(convening.second, poll.id, CHECKED)).copy
    assert copy

    [old], [new] = await questions_of(poll.id), await questions_of(copy.id)
    assert copy.reissues == poll.id
    assert (new.title, new.matter_class, new.class_reason) == (
        old.title, old.matter_class, old.class_reason
    )  # fmt: skip
    assert (await state_of(poll)).current is Step.REISSUED
    assert (await state_of(copy)).is_editable
    again = await reissue_poll(convening.proposer, poll.id, "再按一次。", CHECKED)
    assert again.copy and again.copy.id == copy.id


async def test_the_notice_of_a_poll_held_anew_names_the_old_one():
    convening = await a_convening()
    poll = await a_noticed_poll(convening)
    await reissue_poll(convening.proposer, poll.id, "名册有误。", TODAY)
    copy = (await confirm_ending(convening.second, poll.id, TODAY)).copy

    await a_noticed_poll(convening, copy)

    [notice] = await notices(kind=NoticeKind.BALLOT, subject=copy.id)
    text = str((await read_notice(notice.id)).facts["sections"])
    assert "本次表决是“2026年第一次业主大会”（〔2026〕第2号）的重新组织。" in text


async def test_a_second_round_asks_again_what_had_no_quorum_and_nothing_else():
    convening = await a_convening()
    poll = await a_draft(convening)
    again, carried = [await a_question(convening, poll) for _ in range(2)]
    poll = await a_noticed_poll(convening, poll)
    package = {
        "questions": [
            {"id": str(again.id), "outcome": "no_quorum"},
            {"id": str(carried.id), "outcome": "carried"},
        ]
    }
    for step in (Step.OPENED, Step.CLOSED, Step.COUNTED, Step.PRELIMINARY, Step.FINAL):
        await take_step(poll.id, step, None, poll.closes_at)
    [notice, *_] = await notices()
    await Result(
        poll=poll.id, kind="final", package=package, sha256="0" * 64, published_at=TODAY,
        notice=notice.id,
    ).save()  # fmt: skip

    copy = await draft_second_round(convening.proposer, poll.id, TODAY)

    [question] = await questions_of(copy.id)
    assert (copy.second_round_of, question.title) == (poll.id, again.title)
    assert copy.title.endswith("（第二轮）")
    assert (await draft_second_round(convening.proposer, poll.id, TODAY)).id == copy.id


async def test_a_running_vote_is_extended_in_public_and_again_but_never_shortened():
    convening = await a_convening()
    poll = await a_noticed_poll(convening)
    await take_step(poll.id, Step.OPENED, None, poll.opens_at)
    during, close = poll.opens_at + days(1), poll.closes_at

    for earlier in (close, close - days(1), poll.opens_at + days(61)):
        with pytest.raises(Invalid):
            await extend_poll(convening.proposer, poll.id, earlier, "参与不足", during)
    with pytest.raises(Invalid):
        await extend_poll(convening.proposer, poll.id, close + days(5), " ", during)
    notice = await extend_poll(convening.second, poll.id, close + days(5), "参与不足", during)
    await extend_poll(convening.second, poll.id, close + days(9), "仍不足", close + days(1))

    state = await state_of(poll)
    assert state.closes_at == close + days(9)
    assert state.is_open(close + days(8))
    assert (notice.kind, "参与不足" in notice.text) == (NoticeKind.EXTENSION, True)
    assert await tell_of_extension(notice.id, during) == 4


async def test_nobody_else_extends_and_nobody_what_has_closed():
    convening = await a_convening()
    poll = await a_noticed_poll(convening)
    later = poll.closes_at + days(5)

    with pytest.raises(OutOfOrder):
        await extend_poll(convening.second, poll.id, later, "未开始", CHECKED)
    await take_step(poll.id, Step.OPENED, None, poll.opens_at)
    for kind in (RoleKind.COMMUNITY_WORKER, RoleKind.PROPERTY_MANAGER):
        with pytest.raises(NotConvener):
            await extend_poll(
                await someone(kind, convening.estate), poll.id, later, "x", poll.opens_at
            )
    with pytest.raises(CloseReached):
        await extend_poll(convening.second, poll.id, later, "晚了", poll.closes_at)


async def test_no_second_round_before_a_result_says_that_too_few_took_part():
    convening = await a_convening()
    poll = await a_noticed_poll(convening)

    with pytest.raises(Conflict):
        await draft_second_round(convening.proposer, poll.id, CHECKED)


async def test_steps_taken_together_by_two_are_one_after_the_other():
    """Deleting the lock in `lock_poll` lets both read the same state: the constraint stops one."""
    convening = await a_convening()
    poll = await a_frozen_roll(convening)

    async with uncommitted(propose_notice(convening.proposer, poll.id, CHECKED)):
        second = asyncio.create_task(propose_notice(convening.second, poll.id, CHECKED))
        waited = await has_to_wait(second)
    [answer] = await asyncio.gather(second, return_exceptions=True)

    assert waited
    assert isinstance(answer, OutOfOrder | StepTaken)
