"""What programs are told, how they know that it is us, and where we never call."""

import asyncio
import hmac
import json
from datetime import timedelta

import pytest

from coordination.db import row, rows, value
from coordination.errors import NotFound
from coordination.settings import read
from coordination.tickets.doors.keys.actions import revoke_key
from coordination.tickets.doors.webhooks import addresses, sending
from coordination.tickets.doors.webhooks.actions import (
    MOST,
    TooManyWebhooks,
    end_webhook,
    note_deliveries,
    register_webhook,
)
from coordination.tickets.doors.webhooks.addresses import UnfitAddress, target_of
from coordination.tickets.doors.webhooks.rules import TRIES
from coordination.tickets.doors.webhooks.sending import send_due
from coordination.tickets.kinds import EventKind
from tests.tickets.a_ticket import WHISTLED, a_neighbourhood, a_ticket, it_happens
from tests.tickets.doors.keys import Machine, a_key
from tests.tickets.doors.receivers import receiving
from tests.waiting import until

LATER = WHISTLED + timedelta(minutes=1)


@pytest.fixture
def may_loop(monkeypatch):
    """As in the demo: this machine may be told."""
    monkeypatch.setattr(addresses, "settings", lambda: read({"COORDINATION_DEMO": "1"}))


async def a_hook(town, receiver, *kinds: EventKind):
    key, _ = await a_key(town)
    return key, *await register_webhook(key.id, receiver.url, kinds, WHISTLED)


async def it_is_noted(town, **words) -> None:
    ticket = await a_ticket(town, **words)
    await note_deliveries(ticket.id, 1, WHISTLED)


async def log() -> list[tuple]:
    found = await rows(
        "select tries, status, failure, delivered_at, failed_at from webhook_delivery"
    )
    return [tuple(each) for each in found]


async def test_what_happened_is_told_signed_and_names_nobody(town, may_loop):
    async with receiving() as receiver:
        _, _, secret = await a_hook(town, receiver)
        await it_is_noted(town, caller="王五", text="我家漏水")

        await send_due(LATER)

    [body], [headers] = receiver.bodies, receiver.headers
    said = json.loads(body)
    t, v1 = (part.partition("=")[2] for part in headers["coordination-signature"].split(","))
    expected = hmac.new(secret.encode(), f"{t}.".encode() + body, "sha256").hexdigest()
    assert (v1, abs(int(t) - LATER.timestamp()) < 5) == (expected, True)
    assert (said["event"], said["ticket"]["state"], said["ordinal"]) == (
        "ticket.whistle", "whistled", 1,
    )  # fmt: skip
    for hidden in ("王五", "漏水", str(town.resident.id)):
        assert hidden not in body.decode()
    assert headers["host"] == f"127.0.0.1:{receiver.port}"


async def test_noted_twice_it_is_told_once(town, may_loop):
    async with receiving() as receiver:
        await a_hook(town, receiver)
        ticket = await a_ticket(town)
        await note_deliveries(ticket.id, 1, WHISTLED)
        await note_deliveries(ticket.id, 1, WHISTLED)

        await send_due(LATER)
        await send_due(LATER)

    assert len(receiver.bodies) == 1


async def test_another_estates_tickets_and_unwanted_events_are_not_told(town, may_loop):
    async with receiving() as receiver:
        await a_hook(town, receiver, EventKind.REPORT_IN)
        await it_is_noted(await a_neighbourhood("丁香苑"))
        ticket = await a_ticket(town)
        await it_happens(ticket, EventKind.REPORT_IN, town.keeper, WHISTLED)
        for ordinal in (1, 2):
            await note_deliveries(ticket.id, ordinal, WHISTLED)

        await send_due(LATER)

    assert [json.loads(body)["event"] for body in receiver.bodies] == ["ticket.report_in"]


async def test_a_receiver_that_hangs_holds_nobody_else(town, may_loop):
    async with receiving(hangs=True) as slow, receiving() as quick:
        await a_hook(town, slow)
        await a_hook(town, quick)
        for _ in range(3):
            await it_is_noted(town)

        round_ = asyncio.create_task(send_due(LATER))
        await until(lambda: len(quick.bodies) == 3 and slow.bodies, seconds=sending.PATIENCE / 2)

        assert (len(slow.bodies), round_.done()) == (1, False)
        slow.let_go.set()
        await round_
    assert len(slow.bodies) == 3


async def test_a_receiver_that_never_answers_has_failed(town, may_loop, monkeypatch):
    monkeypatch.setattr(sending, "PATIENCE", 0.3)
    async with receiving(hangs=True) as receiver:
        await a_hook(town, receiver)
        await it_is_noted(town)

        await send_due(LATER)

    [(tries, status, failure, delivered, failed)] = await log()
    assert (tries, status, failure, delivered, failed) == (1, None, "10 秒没有应答", None, None)


async def test_what_fails_is_tried_eight_times_at_growing_distances_then_given_up(town, may_loop):
    async with receiving(status=500) as receiver:
        await a_hook(town, receiver)
        await it_is_noted(town)
        at, waits = LATER, []

        for _ in range(TRIES):
            await send_due(at)
            due = await value("select due_at from webhook_delivery")
            waits.append(due - at)
            at = max(due, at) + timedelta(seconds=1)
        await send_due(at + timedelta(days=9))

    assert len(receiver.bodies) == TRIES
    assert waits[:-1] == sorted(waits[:-1]) and waits[0] < timedelta(minutes=1)
    [(tries, status, _, delivered_at, failed_at)] = await log()
    assert (tries, status, delivered_at) == (TRIES, 500, None)
    assert failed_at is not None


async def test_a_redirect_is_not_followed(town, may_loop):
    async with (
        receiving() as elsewhere,
        receiving(status=302, location=f"http://127.0.0.1:{elsewhere.port}/") as receiver,
    ):
        await a_hook(town, receiver)
        await it_is_noted(town)

        await send_due(LATER)

    assert (len(receiver.bodies), elsewhere.bodies) == (1, [])
    [(tries, status, _, delivered_at, _)] = await log()
    assert (tries, status, delivered_at) == (1, 302, None)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "https://127.0.0.1/", "https://localhost/", "https://10.0.0.8/x",
        "https://192.168.1.1/", "https://169.254.169.254/latest/meta-data", "https://[::1]/",
        "https://[fd00::1]/", "https://[::ffff:10.0.0.8]/", "https://[64:ff9b::a00:8]/",
        "https://0.0.0.0/", "https://a:b@203.0.113.9/", "ftp://example.org/", "https:///x",
        "https://2130706433/", "https://0x7f.1/", "https://100.64.0.1/", "https://x:99999/",
        "https://no-such-host.invalid/", "javascript:alert(1)",
    ],
)  # fmt: skip
async def test_no_webhook_goes_back_into_the_house(town, url):
    key, _ = await a_key(town)

    with pytest.raises(UnfitAddress):
        await register_webhook(key.id, url, (), WHISTLED)

    assert await value("select count(*) from webhook") == 0


async def test_a_name_is_looked_up_again_at_each_try(town, may_loop, monkeypatch):
    async with receiving() as receiver:
        await a_hook(town, receiver)
        await it_is_noted(town)
        # What was this machine in the demo is now an inner address like any other.
        monkeypatch.setattr(addresses, "settings", lambda: read({}))

        await send_due(LATER)

    assert receiver.bodies == []
    [(_, _, failure, _, _)] = await log()
    assert "https" in failure


async def test_the_connection_goes_to_the_address_that_was_looked_at(may_loop):
    target = await target_of("http://localhost:8123/hook?a=1")

    assert target.url in ("http://127.0.0.1:8123/hook?a=1", "http://[::1]:8123/hook?a=1")
    assert (target.host, target.name) == ("localhost:8123", "localhost")


async def test_after_a_key_is_revoked_its_webhooks_hear_nothing(town, may_loop):
    async with receiving() as receiver:
        key, hook, _ = await a_hook(town, receiver)
        await it_is_noted(town)
        await revoke_key(town.manager, key.id, WHISTLED)
        await it_is_noted(town)

        await send_due(LATER)

        assert receiver.bodies == []
        with pytest.raises(NotFound):
            await end_webhook(key.id, hook.id, LATER)


async def test_a_program_registers_reads_and_ends_its_webhooks(town, program, may_loop):
    _, words = await a_key(town)
    machine = Machine(program.client, words, program)

    made = await machine.post("webhooks", {"url": "http://127.0.0.1:9/x", "kinds": ["close"]})
    [said] = (await machine.get("webhooks"))["webhooks"]
    await machine.post(f"webhooks/{made['id']}/ending", None)
    [ended] = (await machine.get("webhooks"))["webhooks"]

    assert said["id"] == made["id"] and said["kinds"] == ["close"]
    assert made["secret"] not in str(said)
    assert (said["ended_at"], ended["ended_at"] is None) == (None, False)
    kept = await row("select row_to_json(w)::text as said from webhook w")
    assert made["secret"] not in kept["said"]
    other = Machine(program.client, (await a_key(town))[1], program)
    await other.post(f"webhooks/{made['id']}/ending", None, expect=404)
    await machine.post("webhooks", {"url": "https://10.1.1.1/"}, expect=422)


async def test_a_key_has_ten_webhooks_at_most(town, may_loop):
    key, _ = await a_key(town)
    for number in range(MOST):
        await register_webhook(key.id, f"http://127.0.0.1:9/{number}", (), WHISTLED)

    with pytest.raises(TooManyWebhooks):
        await register_webhook(key.id, "http://127.0.0.1:9/x", (), WHISTLED)
