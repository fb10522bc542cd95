"""Whoever sweeps, however many, and whoever dies at it: each step is taken once."""

import asyncio

import pytest

from coordination.db import execute, rows, transaction, value
from coordination.tickets.events import HAPPENED
from coordination.tickets.kinds import EventKind
from coordination.tickets.recomputing import compare_all
from coordination.tickets.storing import events_of
from coordination.tickets.watching import sweeping
from coordination.tickets.watching.sweeping import sweep_tickets
from tests.tickets.a_ticket import DAY, HOUR, WHISTLED, a_neighbourhood, a_ticket, it_happens
from tests.tickets.watching.clocks import SECOND, on, told


async def test_two_who_sweep_at_once_take_each_step_once(database):
    town = await a_neighbourhood()
    tickets = [await a_ticket(town, text=f"第{n}件") for n in range(12)]
    at = on("03-03T18:01")

    moved = await asyncio.gather(*(sweep_tickets(at) for _ in range(4)))

    assert sum(moved) == len(tickets)
    for ticket in tickets:
        assert [kind for kind, _, _ in await told(ticket)] == ["remind", "breach", "escalate"]


async def test_whoever_acts_on_a_ticket_while_it_is_swept_finds_it_as_it_then_stands(database):
    town = await a_neighbourhood()
    ticket = await a_ticket(town)
    at = on("03-03T18:01")

    await asyncio.gather(
        sweep_tickets(at), it_happens(ticket, EventKind.REPORT_IN, town.keeper, at)
    )
    await sweep_tickets(at + SECOND)

    ordinals = [one.ordinal for one in await events_of(ticket.id)]
    assert ordinals == list(range(1, len(ordinals) + 1))
    assert {"breach", "escalate"} <= {kind for kind, _, _ in await told(ticket)}
    assert not (await compare_all()).differing


async def test_a_worker_that_dies_in_the_middle_leaves_nothing_half_done(database, monkeypatch):
    town = await a_neighbourhood()
    tickets = [await a_ticket(town, text=f"第{n}件") for n in range(6)]
    at = on("03-03T18:01")
    monkeypatch.setattr(sweeping, "AT_ONCE", 2)
    alive, batches = sweeping._tell, []

    async def dies(batch):
        batches.append(batch)
        if len(batches) == 2:
            raise asyncio.CancelledError
        await alive(batch)

    monkeypatch.setattr(sweeping, "_tell", dies)
    with pytest.raises(asyncio.CancelledError):
        await sweep_tickets(at)
    monkeypatch.setattr(sweeping, "_tell", alive)
    late = await value("select count(*) from ticket where overdue_since is not null")
    assert late == 2

    assert await sweep_tickets(at) == 4

    for ticket in tickets:
        assert [kind for kind, _, _ in await told(ticket)] == ["remind", "breach", "escalate"]
    assert not (await compare_all()).differing


async def test_a_ticket_that_cannot_be_read_stops_no_other(database, monkeypatch):
    town = await a_neighbourhood()
    broken, sound = await a_ticket(town), await a_ticket(town, text="另一件")
    read_all = sweeping.events_of_each

    async def without_a_whistle(tickets):
        return {**await read_all(tickets), broken.id: []}

    monkeypatch.setattr(sweeping, "events_of_each", without_a_whistle)

    assert await sweep_tickets(on("03-03T18:01")) == 1

    assert await told(sound) and not await told(broken)


async def test_what_the_sweep_stores_is_what_the_events_come_to_and_everyone_hears(database):
    town = await a_neighbourhood()
    tickets = [await a_ticket(town, text=f"第{n}件", at=WHISTLED + n * HOUR) for n in range(5)]

    await sweep_tickets(WHISTLED + 20 * DAY)

    assert not (await compare_all()).differing
    written = await value("select count(*) from ticket_event where person is null")
    assert written > len(tickets)
    assert await value("select count(*) from audit_entry where person is null and at > $1",
                       WHISTLED + 5 * HOUR) == written  # fmt: skip
    heard = await rows("select payload from pgqueuer where entrypoint = $1", HAPPENED)
    told_of = {bytes(one["payload"]).decode() for one in heard}
    for ticket in tickets:
        last = (await events_of(ticket.id))[-1]
        assert f"{ticket.id}:{last.ordinal}" in told_of


async def test_the_sweep_looks_along_the_index(database):
    town = await a_neighbourhood()
    await a_ticket(town)
    async with transaction():
        await execute("set local enable_seqscan = off")
        plan = await rows(
            f"explain {sweeping.DUE}", WHISTLED, *sweeping.BEGINNING, sweeping.AT_ONCE
        )
    assert any("ticket_look_at" in line[0] for line in plan)
