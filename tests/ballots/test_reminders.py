"""Reminders: twice at most, to those who have not voted, and to nobody who has."""

import asyncio
from datetime import timedelta

import pytest

from coordination import db
from coordination.ballots.casting.actions import Closed, NotOpen
from coordination.ballots.delivery.reminders import (
    EVENT,
    RemindedEnough,
    remind,
    send_reminders,
)
from coordination.ballots.delivery.tables import Reminder
from coordination.ballots.results.clockwork import advance_poll
from coordination.errors import NotAllowed
from coordination.people.secrecy import phone_hash, seal_phone
from coordination.people.tables import Message, RoleKind
from tests.ballots.a_vote import Vote, a_vote, a_voter
from tests.ballots.convening import a_member, someone
from tests.ballots.test_casting_actions import a_paper, sent
from tests.builders import CLOSING, DURING, OPENING

pytestmark = pytest.mark.usefixtures("database")


async def a_running_vote() -> Vote:
    vote = await a_vote()
    await advance_poll(vote.poll.id, OPENING)
    return vote


async def reminded() -> list:
    rows = await Message.select(Message.person).where(
        (Message.event == EVENT) & (Message.channel == "in_app")
    )
    return [row["person"] for row in rows]


async def test_only_who_has_not_voted_is_reminded_and_twice_is_all():
    vote = await a_running_vote()
    voted, waiting, without_account = [await a_voter(vote) for _ in range(3)]
    await db.execute(
        "update owner set phone_sealed = $1, phone_hash = $2 where id ="
        " (select owner from binding where person = $3)",
        seal_phone("+8613900139000"), phone_hash("+8613900139000"), without_account.id,
    )  # fmt: skip
    await db.execute("update binding set ended_at = $2 where person = $1", without_account.id,
                     OPENING)  # fmt: skip
    await sent(await a_paper(vote, voted), voted)
    member = await a_member(vote.estate, vote.body)

    await remind(member, vote.poll.id, DURING)
    await send_reminders(DURING)
    await send_reminders(DURING)

    assert await reminded() == [waiting.id]
    texted = Message.person.is_null() & (Message.event == EVENT)
    assert await Message.count().where(texted) == 1

    later = DURING + timedelta(days=2)
    await sent(await a_paper(vote, waiting), waiting, later)
    await remind(member, vote.poll.id, later)
    await send_reminders(later)
    with pytest.raises(RemindedEnough, match="两次"):
        await remind(member, vote.poll.id, later)

    assert await reminded() == [waiting.id], "they have voted since"
    assert [one.ordinal for one in await Reminder.objects().order_by(Reminder.ordinal)] == [1, 2]


async def test_members_who_tap_at_once_use_up_one_and_the_next_waits_until_it_went_out():
    vote = await a_running_vote()
    members = [await a_member(vote.estate, vote.body) for _ in range(3)]

    done = await asyncio.gather(
        *(remind(member, vote.poll.id, DURING) for member in members), return_exceptions=True
    )

    names = ["Reminder", "StillWaiting", "StillWaiting"]
    assert sorted(type(one).__name__ for one in done) == names
    await send_reminders(DURING)
    assert (await remind(members[0], vote.poll.id, DURING)).ordinal == 2


async def test_what_waits_in_the_outbox_is_forgotten_once_its_reader_has_voted():
    vote = await a_running_vote()
    voter, other = await a_voter(vote), await a_voter(vote)
    for person, phone in ((voter, "+8613800138000"), (other, "+8613800138001")):
        await db.execute(
            "update person set phone_sealed = $2, phone_hash = $3 where id = $1",
            person.id, seal_phone(phone), phone_hash(phone),
        )  # fmt: skip
    await remind(await a_member(vote.estate, vote.body), vote.poll.id, DURING)
    await send_reminders(DURING)
    await sent(await a_paper(vote, voter), voter)

    await send_reminders(DURING)

    rows = await Message.select(Message.person).where(
        (Message.event == EVENT) & (Message.channel == "sms")
    )
    assert [row["person"] for row in rows] == [other.id]


async def test_by_night_it_waits_for_the_morning():
    vote = await a_running_vote()
    await a_voter(vote)
    night = DURING + timedelta(hours=14)  # 23:00 in Shanghai
    await remind(await a_member(vote.estate, vote.body), vote.poll.id, night)

    await send_reminders(night)
    assert await reminded() == []
    await send_reminders(night + timedelta(hours=9))
    assert len(await reminded()) == 1


async def test_who_may_remind_and_when():
    vote = await a_running_vote()
    member = await a_member(vote.estate, vote.body)

    for kind in (RoleKind.PROPERTY_MANAGER, RoleKind.COMMUNITY_WORKER, RoleKind.BUILDING_LEAD):
        with pytest.raises(NotAllowed):
            await remind(await someone(kind, vote.estate), vote.poll.id, DURING)
    with pytest.raises(NotOpen):
        await remind(member, vote.poll.id, OPENING - timedelta(seconds=1))
    with pytest.raises(Closed):
        await remind(member, vote.poll.id, CLOSING)

    assert await Reminder.count() == 0
