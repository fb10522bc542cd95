"""Whom the notice of a vote has reached, as the result counts it: by account and by SMS."""

from datetime import timedelta

import pytest

from coordination import db
from coordination.ballots.polls.telling import NOTICED
from coordination.ballots.results.clockwork import advance_poll, advance_polls
from coordination.ballots.tables import PollStep, Step
from coordination.people.outbox import tell_phones
from coordination.people.secrecy import phone_hash, seal_phone
from tests.ballots.a_vote import a_vote, a_voter, freeze
from tests.ballots.test_casting_actions import a_paper, sent
from tests.ballots.test_results import COUNTED, package_of
from tests.builders import OPENING

pytestmark = pytest.mark.usefixtures("database")
BEFORE = OPENING - timedelta(days=20)


async def test_an_owner_without_an_account_was_reached_once_the_sms_came_and_not_before():
    vote = await a_vote()
    voters = [await a_voter(vote) for _ in range(3)]
    await freeze(vote)
    phones = ["+8613800138000", "+8613900139000"]
    for voter, phone in zip(voters, phones, strict=False):
        await db.execute(
            """update owner set phone_sealed = $2, phone_hash = $3
                where id = (select owner from binding where person = $1)""",
            voter.id, seal_phone(phone), phone_hash(phone),
        )  # fmt: skip
        await db.execute("update binding set ended_at = $2 where person = $1", voter.id, BEFORE)
    step = await PollStep.objects().get(PollStep.step == Step.NOTICED)
    assert step
    await tell_phones(
        phones, NOTICED, "投票公告", "公告已发布。", at=BEFORE, link=f"/notices/{step.notice}"
    )
    first = await db.value("select id from message where event = $1 limit 1", NOTICED)
    await db.execute("update message set delivered_at = $2 where id = $1", first, BEFORE)
    await advance_poll(vote.poll.id, OPENING)
    await sent(await a_paper(vote, voters[2]), voters[2])

    await advance_polls(COUNTED)

    package = await package_of(vote)
    assert package
    [question] = package["questions"]
    assert question["delivered"]["persons"] == 2, "one by SMS, one by the ballot they cast"
    assert question["undelivered"]["persons"] == 1
