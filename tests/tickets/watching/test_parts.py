"""A co-handler's part 协办 of a ticket has a clock of its own, which calls upon whoever is late."""

from datetime import timedelta

from coordination.db import value
from coordination.tickets.handling.dispatching import Part, finish_sub_task, open_sub_task
from coordination.tickets.kinds import EventKind
from coordination.tickets.recomputing import compare_all
from coordination.tickets.watching.sweeping import sweep_tickets
from tests.tickets.a_ticket import (
    HOUR,
    WHISTLED,
    a_handled_ticket,
    a_neighbourhood,
    it_happens,
)
from tests.tickets.watching.clocks import stored, told
from tests.tickets.watching.hearing import all_hear, heard

DUE = WHISTLED + 12 * HOUR
BEGUN = WHISTLED + 2 * HOUR


async def a_part(town, ticket, **how) -> str:
    part = Part(town.department.id, "认定违建", DUE, **how)
    await open_sub_task(town.keeper, ticket.id, part, BEGUN)
    return f"milestone:part-{await value('select id from sub_task')}"


async def test_a_part_that_is_late_is_told_to_its_co_handler_and_to_the_level_above(database):
    town = await a_neighbourhood()
    ticket = await a_handled_ticket(town)
    clock = await a_part(town, ticket)
    assert (await stored(ticket)).due_at == DUE

    await sweep_tickets(DUE)
    await all_hear(DUE)

    assert await told(ticket) == [
        ("remind", clock, WHISTLED + 10 * HOUR),
        ("breach", clock, DUE),
        ("escalate", f"{clock}:100", DUE),
    ]
    kept = "select count(*) from digest_line where person = $1 and kind = $2"
    assert await value(kept, town.clerk.id, "breach") == 1
    assert await value(kept, town.keeper.id, "breach") == 1
    assert await value(kept, town.worker.id, "escalate") == 1
    assert "请协办" in await heard(town.clerk)


async def test_a_part_that_is_done_or_held_with_its_ticket_is_not_late(database):
    town = await a_neighbourhood()
    ticket = await a_handled_ticket(town)
    await a_part(town, ticket)
    wish = {"blocker": "等配件", "unblocker": "厂家", "until": DUE + timedelta(days=9)}
    await it_happens(ticket, EventKind.ASK_HOLD, town.keeper, BEGUN, **wish)
    await it_happens(ticket, EventKind.HOLD, town.worker, BEGUN, "同意", **wish)

    await sweep_tickets(DUE + HOUR)
    assert await told(ticket) == []
    await it_happens(ticket, EventKind.RESUME, town.worker, DUE + 2 * HOUR)
    assert (await stored(ticket)).due_at == DUE + 12 * HOUR
    await finish_sub_task(
        town.clerk, await value("select id from sub_task"), "认定了", DUE + 3 * HOUR
    )

    await sweep_tickets(DUE + 13 * HOUR)

    assert await told(ticket) == []
    assert (await compare_all()).differing == []


async def test_a_reply_answers_the_parts_that_it_did_not_have_to_wait_for(database):
    town = await a_neighbourhood()
    ticket = await a_handled_ticket(town)
    await a_part(town, ticket, mandatory=False)
    await it_happens(
        ticket, EventKind.REPLY, town.keeper, BEGUN + HOUR, "办了", outcome="solved",
        evidence=["0" * 64],
    )  # fmt: skip

    await sweep_tickets(DUE + HOUR)

    assert await told(ticket) == []
