"""The notice of a vote: two members, what it prints, and what it fixes."""

import asyncio
from dataclasses import replace

import pytest
from asyncpg import CheckViolationError

from coordination.ballots.polls.drafting import (
    NotConvener,
    RollPublished,
    change_times,
    explain_gaps,
)
from coordination.ballots.polls.noticing import (
    NoticeTooShort,
    SecondMemberConfirms,
    confirm_notice,
    propose_notice,
    return_notice,
)
from coordination.ballots.polls.queries import load_poll, state_of
from coordination.ballots.polls.scopes import Scope
from coordination.ballots.polls.steps import take_step
from coordination.ballots.tables import PollStep, ScopeKind, Step
from coordination.db import execute, rows
from coordination.errors import Invalid
from coordination.law import classes
from coordination.law.classes import MatterClass
from coordination.notices.queries import by_check_code, notices, read_notice
from coordination.notices.tables import NoticeKind
from coordination.people.tables import RoleKind
from tests.ballots.convening import (
    CHECKED,
    a_convening,
    a_draft,
    a_frozen_roll,
    a_member,
    a_noticed_poll,
    a_question,
    days,
    someone,
)

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
