"""What two members announced, two end: one puts it forward, a second confirms or does not."""

import pytest
from asyncpg import CheckViolationError

from coordination.ballots.polls.drafting import NotConvener
from coordination.ballots.polls.endings import (
    EndingWaits,
    HasOpened,
    SecondMemberEnds,
    confirm_ending,
    drop_ending,
    reissue_poll,
    revoke_poll,
    withdraw_poll,
)
from coordination.ballots.polls.queries import state_of
from coordination.ballots.polls.steps import take_step
from coordination.ballots.tables import PollStep, Step
from coordination.db import rows
from coordination.errors import NotFound
from coordination.notices.queries import notices
from coordination.notices.tables import NoticeKind
from coordination.people.tables import RoleKind
from tests.ballots.convening import CHECKED, a_convening, a_noticed_poll, days, someone

pytestmark = pytest.mark.usefixtures("database")


async def an_open_poll(convening):
    poll = await a_noticed_poll(convening)
    await take_step(poll.id, Step.OPENED, None, poll.opens_at)
    return poll, poll.opens_at + days(1)


async def test_one_member_alone_ends_no_announced_vote():
    convening = await a_convening()
    poll, during = await an_open_poll(convening)

    left = await reissue_poll(convening.proposer, poll.id, "名册有误。", during)
    with pytest.raises(SecondMemberEnds):
        await confirm_ending(convening.proposer, poll.id, during)
    with pytest.raises(EndingWaits):
        await revoke_poll(convening.proposer, poll.id, "判决", "a" * 64, during)
    assert (left.waits, left.copy, left.notice) == (True, None, None)
    assert (await state_of(poll)).is_open(during)
    assert await notices(kind=NoticeKind.WITHDRAWAL) == []

    ended = await confirm_ending(convening.second, poll.id, during)

    assert ended.copy and ended.notice and "名册有误。" in ended.notice.text
    assert (await state_of(poll)).current is Step.REISSUED


async def test_a_member_enters_no_revocation_alone_however_it_is_documented():
    convening = await a_convening()
    poll, during = await an_open_poll(convening)

    left = await revoke_poll(convening.second, poll.id, "判决", "a" * 64, during)
    still = await state_of(poll)
    await confirm_ending(convening.proposer, poll.id, during)

    assert (left.waits, still.current) == (True, Step.OPENED)
    [step] = await PollStep.objects().where(PollStep.step == Step.REVOKED)
    assert (step.document, step.person) == ("a" * 64, convening.proposer.id)


async def test_what_the_second_member_does_not_agree_to_is_told_and_may_be_asked_again():
    convening = await a_convening()
    poll, during = await an_open_poll(convening)
    await reissue_poll(convening.proposer, poll.id, "名册有误。", during)

    await drop_ending(convening.second, poll.id, during)

    with pytest.raises(NotFound):
        await confirm_ending(convening.second, poll.id, during)
    [told] = await rows("select person from message where event = 'ending-dropped'")
    assert told["person"] == convening.proposer.id
    assert (await reissue_poll(convening.proposer, poll.id, "仍有误。", during)).waits


async def test_a_withdrawal_that_nobody_confirmed_in_time_ends_nothing():
    convening = await a_convening()
    poll = await a_noticed_poll(convening)
    await withdraw_poll(convening.proposer, poll.id, "合同有变。", CHECKED)
    await take_step(poll.id, Step.OPENED, None, poll.opens_at)

    with pytest.raises(HasOpened):
        await confirm_ending(convening.second, poll.id, poll.opens_at)

    assert (await reissue_poll(convening.proposer, poll.id, "有误。", poll.opens_at)).waits


async def test_a_stranger_to_the_body_neither_confirms_nor_drops():
    convening = await a_convening()
    poll, during = await an_open_poll(convening)
    await reissue_poll(convening.proposer, poll.id, "名册有误。", during)

    for kind in (RoleKind.COMMUNITY_WORKER, RoleKind.PROPERTY_MANAGER, RoleKind.OPERATOR):
        place = None if kind is RoleKind.OPERATOR else convening.estate
        for verb in (confirm_ending, drop_ending):
            with pytest.raises(NotConvener):
                await verb(await someone(kind, place), poll.id, during)


async def test_the_database_itself_lets_nobody_end_an_announced_vote_alone(as_owner):
    convening = await a_convening()
    poll = await a_noticed_poll(convening)
    alone = """insert into poll_step (id, poll, number, step, ordinal, at, person, role, reason)
               select gen_random_uuid(), $1, 99, 'reissued', 1, now(), $2, '', ''"""

    with pytest.raises(CheckViolationError, match="two members"):
        await as_owner.execute(alone, poll.id, convening.proposer.id)
    await reissue_poll(convening.proposer, poll.id, "名册有误。", CHECKED)
    with pytest.raises(CheckViolationError, match="two members"):
        await as_owner.execute(alone, poll.id, convening.proposer.id)
    await as_owner.execute(alone, poll.id, convening.second.id)
