"""The notice of a vote: two members, its number, what it prints, and the ways out of the road."""

import asyncio
from dataclasses import replace

import pytest
from asyncpg import CheckViolationError

from coordination.ballots.ballot_tables import Result
from coordination.ballots.polls.drafting import (
    NotConvener,
    RollPublished,
    change_times,
    explain_gaps,
)
from coordination.ballots.polls.endings import (
    HasOpened,
    draft_second_round,
    reissue_poll,
    revoke_poll,
    withdraw_poll,
)
from coordination.ballots.polls.extending import CloseReached, extend_poll
from coordination.ballots.polls.noticing import (
    NoticeTooShort,
    SecondMemberConfirms,
    confirm_notice,
    propose_notice,
    return_notice,
)
from coordination.ballots.polls.queries import load_poll, questions_of, state_of
from coordination.ballots.polls.steps import OutOfOrder, StepTaken, take_step
from coordination.ballots.polls.telling import deliver_notice, tell_of_extension
from coordination.ballots.roll.freezing import freeze_roll, request_freeze
from coordination.ballots.roll.scopes import Scope
from coordination.ballots.tables import PollStep, ScopeKind, Step
from coordination.db import execute, rows, transaction, value
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.law import classes
from coordination.law.classes import MatterClass
from coordination.notices.queries import by_check_code, notices, read_notice
from coordination.notices.tables import NoticeKind
from coordination.people.secrecy import phone_hash, seal_phone
from coordination.people.tables import RoleKind
from coordination.registry.tables import Guardian
from tests.ballots.convening import (
    CHECKED,
    TODAY,
    a_convening,
    a_draft,
    a_frozen_roll,
    a_member,
    a_noticed_poll,
    a_published_roll,
    a_question,
    days,
    someone,
)
from tests.builders import a_person, a_unit
from tests.people.accounts import sent_to

pytestmark = pytest.mark.usefixtures("database")


async def test_a_second_member_confirms_and_the_notice_says_it_all():
    convening = await a_convening()
    poll = await a_draft(convening)
    await a_question(convening, poll)
    first = Scope(ScopeKind.BUILDINGS, buildings=frozenset({convening.buildings[0].id}))
    await a_question(convening, poll, matter=MatterClass.RAISE_FUND, scope=first)
    poll = await a_frozen_roll(convening, poll)
    await propose_notice(convening.proposer, poll.id, CHECKED)

    notice = await confirm_notice(convening.second, poll.id, CHECKED)

    found = await read_notice(notice.id)
    said, text = found.facts["data"], str(found.facts["sections"])
    assert (notice.number, len(notice.check_code)) == ("〔2026〕第2号", 8)
    assert [q["rule"]["approval"]["share"] for q in said["questions"]] == ["1/2", "3/4"]
    assert [(q["persons"], q["scope"]) for q in said["questions"]] == [
        (4, "本小区全体业主"), (2, "1栋")
    ]  # fmt: skip
    assert [q["form"] for q in said["questions"]] == ["sums", "sums"]  # under thirty rights
    assert said["law_on"] == "2026-03-10"
    for words in (
        "四分之三以上的业主同意", "三分之二以上的业主参与表决", "选聘物业服务企业，属于第四项。",
        said["questions"][0]["roll_hash"], said["questions"][0]["list_hash"], "《物业管理条例》",
        "2026年3月26日 09:00",
    ):  # fmt: skip
        assert words in text, words
    assert "业主0" not in text
    assert (await state_of(poll)).current is Step.NOTICED
    assert (await by_check_code(f" {notice.check_code.lower()} ")).id == notice.id


async def test_the_one_who_put_it_forward_never_confirms_it():
    convening = await a_convening()
    poll = await a_frozen_roll(convening)
    await propose_notice(convening.proposer, poll.id, CHECKED)

    with pytest.raises(SecondMemberConfirms, match="另一名成员"):
        await confirm_notice(convening.proposer, poll.id, CHECKED)
    assert not await PollStep.exists().where(PollStep.step == Step.NOTICED)


async def test_the_database_takes_no_confirmation_by_the_proposer_whatever_the_code_does():
    convening = await a_convening()
    poll = await a_frozen_roll(convening)
    await propose_notice(convening.proposer, poll.id, CHECKED)

    with pytest.raises(CheckViolationError):
        await take_step(poll.id, Step.NOTICED, convening.proposer, CHECKED)
    with pytest.raises(CheckViolationError):
        await take_step(poll.id, Step.NOTICED, None, CHECKED)


@pytest.mark.parametrize(
    "kind",
    [
        RoleKind.COMMUNITY_WORKER, RoleKind.PROPERTY_MANAGER, RoleKind.SUBDISTRICT_OFFICER,
        RoleKind.SUPERVISOR,
    ],
)  # fmt: skip
async def test_nobody_outside_the_convening_body_confirms(kind):
    convening = await a_convening()
    poll = await a_frozen_roll(convening)
    await propose_notice(convening.proposer, poll.id, CHECKED)

    with pytest.raises(NotConvener):
        await confirm_notice(await someone(kind, convening.estate), poll.id, CHECKED)


async def test_a_member_of_another_estates_committee_does_not_confirm():
    convening, other = await a_convening(), await a_convening("丁香苑")
    poll = await a_frozen_roll(convening)
    await propose_notice(convening.proposer, poll.id, CHECKED)

    with pytest.raises(NotConvener):
        await confirm_notice(other.second, poll.id, CHECKED)


async def test_two_members_confirming_at_once_issue_one_notice():
    convening = await a_convening()
    third = await a_member(convening.estate, convening.committee)
    poll = await a_frozen_roll(convening)
    await propose_notice(convening.proposer, poll.id, CHECKED)

    answers = await asyncio.gather(
        confirm_notice(convening.second, poll.id, CHECKED),
        confirm_notice(third, poll.id, CHECKED),
        return_exceptions=True,
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Notice", "StepTaken"]
    assert len(await notices(kind=NoticeKind.BALLOT)) == 1


async def test_a_notice_shorter_than_the_rule_is_refused_with_the_article():
    convening = await a_convening()
    poll = await a_frozen_roll(convening)
    too_late = CHECKED + days(1)

    with pytest.raises(NoticeTooShort, match="最早2026年3月27日") as refusal:
        await propose_notice(convening.proposer, poll.id, too_late)
    assert "第十四条" in (refusal.value.rule or "")

    await propose_notice(convening.proposer, poll.id, CHECKED)
    with pytest.raises(NoticeTooShort):
        await confirm_notice(convening.second, poll.id, too_late)


async def test_a_proposed_notice_is_fixed_until_it_is_sent_back_with_a_reason():
    convening = await a_convening()
    poll = await a_frozen_roll(convening)
    await propose_notice(convening.proposer, poll.id, CHECKED)
    later = (poll.opens_at + days(1), poll.closes_at + days(1))

    with pytest.raises(RollPublished):
        await change_times(convening.proposer, poll.id, *later, CHECKED)
    with pytest.raises(Invalid):
        await return_notice(convening.second, poll.id, " ", CHECKED)
    await return_notice(convening.second, poll.id, "开始时间撞上节日。", CHECKED)
    await change_times(convening.proposer, poll.id, *later, CHECKED)
    await propose_notice(convening.second, poll.id, CHECKED)
    await confirm_notice(convening.proposer, poll.id, CHECKED)

    assert (await state_of(await load_poll(poll.id))).current is Step.NOTICED
    told = await rows(
        """select person, text from message where event = 'notice-returned'
           and channel = 'in_app'"""
    )
    assert [tuple(row) for row in told] == [(convening.proposer.id, "开始时间撞上节日。")]


async def test_after_the_notice_neither_times_nor_gaps_change():
    convening = await a_convening()
    poll = await a_noticed_poll(convening)

    with pytest.raises(RollPublished):
        await change_times(convening.proposer, poll.id, poll.opens_at, poll.closes_at, CHECKED)
    with pytest.raises(RollPublished):
        await explain_gaps(convening.proposer, poll.id, "别的原因", CHECKED)
    for column in ("opens_at", "closes_at"):
        with pytest.raises(CheckViolationError):
            await execute(f"update poll set {column} = {column} + interval '1 day'")
    with pytest.raises(CheckViolationError):
        await execute("update poll set gaps_reason = '别的原因'")


@pytest.mark.parametrize(("in_force_after", "bar"), [(0, "3/4"), (1, "1/2")])
async def test_the_bar_printed_is_the_law_of_the_day_of_the_notice(
    monkeypatch, in_force_after, bar
):
    convening = await a_convening()
    poll = await a_frozen_roll(convening)
    await propose_notice(convening.proposer, poll.id, CHECKED)
    old = classes.rule_for(MatterClass.MANAGER, CHECKED.date())
    since = (CHECKED + days(in_force_after)).date()
    stricter = replace(old, approval=classes.THREE_QUARTERS, source="新法", since=since)
    monkeypatch.setattr(classes, "RULES", (*classes.RULES, stricter))

    notice = await confirm_notice(convening.second, poll.id, CHECKED)

    [question] = (await read_notice(notice.id)).facts["data"]["questions"]
    assert question["rule"]["approval"]["share"] == bar


async def test_community_and_subdistrict_are_told_and_asked_for_nothing():
    convening = await a_convening()
    worker = await someone(RoleKind.COMMUNITY_WORKER, convening.estate)
    officer = await someone(RoleKind.SUBDISTRICT_OFFICER, convening.estate)
    elsewhere = await someone(RoleKind.COMMUNITY_WORKER, (await a_convening("丁香苑")).estate)

    await a_noticed_poll(convening)

    told = await rows(
        """select person, text from message where event = 'ballot-notice-issued'
           and channel = 'in_app'"""
    )
    assert {row["person"] for row in told} == {worker.id, officer.id}
    assert elsewhere.id not in {row["person"] for row in told}
    assert all("无须审批" in row["text"] for row in told)


async def test_the_notice_is_delivered_once_to_all_who_may_vote_and_to_nobody_else():
    convening = await a_convening()
    poll = await a_draft(convening)
    first = Scope(ScopeKind.BUILDINGS, buildings=frozenset({convening.buildings[0].id}))
    await a_question(convening, poll, scope=first)
    poll = await a_noticed_poll(convening, poll)
    child = await value("select owner from binding where person = $1", convening.owners[1].id)
    guardian = await a_person("监护人")
    await Guardian(
        owner=child, person=guardian.id, document="监护证明", at=TODAY, by=convening.owners[0].id
    ).save()
    [notice] = await notices(kind=NoticeKind.BALLOT)

    first_time = await deliver_notice(notice.id, CHECKED)
    again = await deliver_notice(notice.id, CHECKED)

    told = await rows(
        """select person, delivered_at from message where event = 'ballot-notice'
           and channel = 'in_app'"""
    )
    expected = {convening.owners[0].id, convening.owners[1].id, guardian.id}
    assert (first_time, again) == (3, 0)
    assert {row["person"] for row in told} == expected
    assert all(row["delivered_at"] == CHECKED for row in told)


async def test_owners_without_an_account_hear_of_the_notice_by_the_phone_in_the_register():
    convening = await a_convening()
    for n, phone in enumerate(("+8613800138000", "+8613900139000")):
        await execute(
            """update owner set phone_sealed = $2, phone_hash = $3
                where id = (select owner from ownership where unit = $1)""",
            convening.units[n].id, seal_phone(phone), phone_hash(phone),
        )  # fmt: skip
    await execute(
        "update binding set ended_at = $2 where person = $1", convening.owners[0].id, TODAY
    )
    await a_noticed_poll(convening)
    [notice] = await notices(kind=NoticeKind.BALLOT)

    await deliver_notice(notice.id, CHECKED)
    await deliver_notice(notice.id, CHECKED)

    [told] = await sent_to("+8613800138000")
    assert "业主大会投票公告已发布" in told
    assert await sent_to("+8613900139000") == [], "bound: told by the account"


async def test_gaps_are_listed_in_the_notice_with_the_reason():
    convening = await a_convening()
    await a_unit(convening.buildings[0], "901", area_cm2=None, unsold=True)
    poll = await a_published_roll(convening)
    await explain_gaps(convening.proposer, poll.id, "测绘资料未移交。", CHECKED)
    await request_freeze(convening.proposer, poll.id, CHECKED)
    await freeze_roll(poll.id, CHECKED)
    await propose_notice(convening.proposer, poll.id, CHECKED)

    notice = await confirm_notice(convening.second, poll.id, CHECKED)

    sections = (await read_notice(notice.id)).facts["sections"]
    [gaps] = [part for part in sections if part["heading"] == "未列入名册的专有部分"]
    assert gaps["paragraphs"] == ["测绘资料未移交。"]
    assert gaps["tables"][0]["rows"] == [["1栋1单元901", "没有面积"]]


async def test_a_draft_is_withdrawn_without_a_public_word():
    convening = await a_convening()
    poll = await a_draft(convening)

    assert await withdraw_poll(convening.proposer, poll.id, "不办了", TODAY) is None

    assert await notices(convening.estate.id) == []
    with pytest.raises(NotFound):
        await withdraw_poll(
            await someone(RoleKind.PROPERTY_MANAGER, convening.estate), poll.id, "x", TODAY
        )


async def test_a_public_poll_is_withdrawn_with_a_notice_that_says_why():
    convening = await a_convening()
    poll = await a_noticed_poll(convening)

    notice = await withdraw_poll(convening.second, poll.id, "合同条款有变。", CHECKED)

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

    copy = await reissue_poll(convening.proposer, poll.id, "名册有误。", CHECKED)

    [old], [new] = await questions_of(poll.id), await questions_of(copy.id)
    assert copy.reissues == poll.id
    assert (new.title, new.matter_class, new.class_reason) == (
        old.title, old.matter_class, old.class_reason
    )  # fmt: skip
    assert (await state_of(poll)).current is Step.REISSUED
    assert (await state_of(copy)).is_editable


async def test_the_notice_of_a_poll_held_anew_names_the_old_one():
    convening = await a_convening()
    poll = await a_noticed_poll(convening)
    copy = await reissue_poll(convening.proposer, poll.id, "名册有误。", TODAY)

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
    held, go_on = asyncio.Event(), asyncio.Event()

    async def slowly():
        async with transaction():
            await propose_notice(convening.proposer, poll.id, CHECKED)
            held.set()
            await go_on.wait()

    first = asyncio.create_task(slowly())
    await held.wait()
    second = asyncio.create_task(propose_notice(convening.second, poll.id, CHECKED))
    await asyncio.sleep(0.2)
    waited = not second.done()
    go_on.set()
    await first
    [answer] = await asyncio.gather(second, return_exceptions=True)

    assert waited
    assert isinstance(answer, OutOfOrder | StepTaken)
