"""What is told: with its transaction or not at all, and by each way that a person has."""

import pytest

from coordination import db
from coordination.db import DB, transaction
from coordination.people import outbox
from coordination.people.outbox import WITH_SMS, tell
from coordination.people.rules import fits_sms
from coordination.people.secrecy import seal
from coordination.people.tables import Channel
from coordination.settings import read
from tests.builders import DURING
from tests.people.accounts import an_account


async def test_what_is_told_in_a_transaction_that_fails_was_never_told(database):
    person = await an_account()

    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await tell(person.id, "e", "t", "x", at=DURING, channels=WITH_SMS)
            raise ZeroDivisionError

    assert await db.value("select count(*) from message") == 0
    assert await db.value("select count(*) from pgqueuer") == 0


async def test_everyone_is_told_by_each_way_they_have(database):
    with_both = await an_account()
    await db.execute("update person set email_sealed = $1", seal("li@example.com", "email"))
    without = await an_account(phone=None, login="ohne")
    closed = await an_account(phone=None, login="zu")
    await db.execute("update person set closed_at = $2 where id = $1", closed.id, DURING)

    await tell(
        [with_both.id, without.id, closed.id], "notice", "公告", "请看公告", at=DURING,
        channels=WITH_SMS,
    )  # fmt: skip

    found = await db.rows(
        "select person, channel from message order by channel, person = $1", without.id
    )
    assert [(row["person"], row["channel"]) for row in found] == [
        (with_both.id, "email"), (with_both.id, "in_app"), (without.id, "in_app"),
        (with_both.id, "sms"),
    ]  # fmt: skip


async def test_a_message_in_the_app_is_there_at_once(database):
    await tell((await an_account()).id, "e", "t", "x", at=DURING)

    row = await db.row("select * from message")

    assert row and (row["sent_at"], row["delivered_at"], row["read_at"]) == (DURING, DURING, None)


async def test_an_sms_longer_than_one_is_refused_when_it_is_told(database, monkeypatch):
    person, sign = await an_account(), "梧桐"
    monkeypatch.setattr(outbox, "settings", lambda: read({"COORDINATION_SMS_SIGN": sign}))
    fits, too_long = "字" * 66, "字" * 67

    await tell(person.id, "e", "t", fits, at=DURING, channels=(Channel.SMS,))
    with pytest.raises(ValueError, match="longer"):
        await tell(person.id, "e", "t", too_long, at=DURING, channels=(Channel.SMS,))
    await tell(person.id, "e", "t", too_long, at=DURING, channels=(Channel.SMS,), sms=fits)

    assert await db.value("select count(*) from message") == 2
    assert fits_sms(fits, sign) and not fits_sms(too_long, sign)


async def test_one_waiting_job_wakes_the_worker_for_all_that_is_told(database):
    person = (await an_account()).id

    for _ in range(3):
        await tell(person, "e", "t", "x", at=DURING, channels=WITH_SMS)

    assert await db.value("select count(*) from pgqueuer") == 1
    assert await db.value("select count(*) from message where channel = 'sms'") == 3


async def test_a_job_that_is_taken_up_already_does_not_stand_for_what_is_told_now(database):
    person = (await an_account()).id
    await tell(person, "e", "t", "x", at=DURING, channels=WITH_SMS)
    await db.execute("update pgqueuer set status = 'picked'")

    await tell(person, "e", "t", "x", at=DURING, channels=WITH_SMS)

    waiting = await db.rows("select status from pgqueuer order by id")
    assert [row["status"] for row in waiting] == ["picked", "queued"]


async def test_the_job_waits_for_whoever_counts_on_it(database):
    """Claimed before our commit it would not see our message, and nobody would send it."""
    person = (await an_account()).id
    await tell(person, "e", "t", "x", at=DURING, channels=WITH_SMS)
    claim = "select id from pgqueuer where status = 'queued' for update skip locked"

    async with transaction():
        await tell(person, "e", "t", "x", at=DURING, channels=WITH_SMS)
        assert DB.pool
        async with DB.pool.acquire() as worker:
            assert await worker.fetchval(claim) is None

    assert await db.value(claim) is not None
