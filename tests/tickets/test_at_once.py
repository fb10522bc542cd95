"""Two at once on one ticket: one does it, the other is told; nothing is lost or done twice.

Each test fails when the row's lock in `events._locked` and in `handling.desk` is taken away.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any
from uuid import uuid4

import pytest

from coordination import db
from coordination.errors import Refusal
from coordination.law.policies import Priority
from coordination.tickets.handling.actions import note_progress, reply, report_in
from coordination.tickets.handling.correcting import change_priority, merge_ticket
from coordination.tickets.handling.dispatching import (
    Part,
    accept_transfer,
    open_sub_task,
    return_ticket,
    transfer_ticket,
)
from coordination.tickets.handling.holding import Hold, ask_hold, hold, resume
from coordination.tickets.kinds import EventKind, Outcome, PhotoKind
from coordination.tickets.recomputing import compare_all
from coordination.tickets.rules import AlreadyTaken, OutOfOrder, PartsOpen
from coordination.tickets.storing import events_of
from coordination.tickets.tables import Ticket
from tests.tickets.a_ticket import (
    DAY,
    HOUR,
    WHISTLED,
    a_handled_ticket,
    a_neighbourhood,
    a_ticket,
)
from tests.waiting import has_to_wait, uncommitted

SOON = WHISTLED + HOUR
AFTER = ((PhotoKind.AFTER, "a" * 64, None),)


@pytest.fixture
async def town(database):
    return await a_neighbourhood()


async def meanwhile(first: Coroutine[Any, Any, Any], second: Coroutine[Any, Any, Any]) -> Any:
    """What became of the second, which began while the first had not committed."""
    async with uncommitted(first):
        task = asyncio.create_task(second)
        await has_to_wait(task)
    [came] = await asyncio.gather(task, return_exceptions=True)
    return came


async def kinds(ticket):
    return [event.kind for event in await events_of(ticket.id)]


async def test_two_people_who_take_the_same_ticket_are_one(town):
    ticket = await a_ticket(town)

    came = await meanwhile(
        report_in(town.keeper, ticket.id, SOON), report_in(town.manager, ticket.id, SOON)
    )

    assert isinstance(came, AlreadyTaken)
    found = await Ticket.objects().get(Ticket.id == ticket.id)
    assert found and found.handler == town.keeper.id
    assert (await kinds(ticket)).count(EventKind.REPORT_IN) == 1


async def test_two_replies_at_once_are_one(town):
    ticket = await a_handled_ticket(town)

    came = await meanwhile(
        reply(town.keeper, ticket.id, "好了", Outcome.SOLVED, SOON, photos=AFTER),
        reply(town.manager, ticket.id, "修好了", Outcome.SOLVED, SOON, photos=AFTER),
    )

    assert isinstance(came, OutOfOrder)
    assert (await kinds(ticket)).count(EventKind.REPLY) == 1
    assert await db.value("select count(*) from ticket_photo") == 1


async def test_a_reply_does_not_overtake_a_part_that_is_just_being_given(town):
    ticket = await a_handled_ticket(town)
    part = Part(town.department.id, "认定", SOON + DAY)

    came = await meanwhile(
        open_sub_task(town.keeper, ticket.id, part, SOON),
        reply(town.manager, ticket.id, "好了", Outcome.SOLVED, SOON, photos=AFTER),
    )

    assert isinstance(came, PartsOpen)


async def test_whoever_just_lost_a_ticket_no_longer_acts_on_it(town):
    """The permit is asked of the holder as it is under the lock."""
    ticket = await a_handled_ticket(town)

    came = await meanwhile(
        transfer_ticket(town.keeper, ticket.id, town.department.id, "条例", SOON),
        note_progress(town.manager, ticket.id, "在办", SOON),
    )

    assert isinstance(came, Refusal)
    assert EventKind.NOTE not in await kinds(ticket)


async def test_a_department_cannot_both_accept_and_return(town):
    ticket = await a_handled_ticket(town)
    await transfer_ticket(town.keeper, ticket.id, town.department.id, "条例", SOON)

    came = await meanwhile(
        accept_transfer(town.clerk, ticket.id, SOON),
        return_ticket(town.clerk, ticket.id, "不归我们", town.company.id, SOON),
    )

    assert isinstance(came, OutOfOrder)


async def test_two_tickets_merged_into_each_other_leave_one(town):
    one, other = await a_ticket(town), await a_ticket(town, by=town.neighbour)

    await asyncio.gather(
        merge_ticket(town.keeper, one.id, other.id, SOON),
        merge_ticket(town.manager, other.id, one.id, SOON),
        return_exceptions=True,
    )

    states = await db.rows("select state from ticket order by state")
    assert [found["state"] for found in states] == ["merged", "whistled"]


async def test_whatever_comes_at_once_is_all_there_in_order(town):
    tickets = [await a_handled_ticket(town) for _ in range(2)]
    wish = Hold("等配件", "厂家", (WHISTLED + 9 * DAY).date())
    await asyncio.gather(*(ask_hold(town.keeper, one.id, wish, SOON) for one in tickets))

    async def rush(ticket):
        await asyncio.gather(
            *(note_progress(town.keeper, ticket.id, f"第 {n} 条", SOON) for n in range(8)),
            change_priority(town.worker, ticket.id, Priority.COMPLEX, "复杂", SOON),
            hold(town.worker, ticket.id, SOON),
            hold(town.officer, ticket.id, SOON),
            return_exceptions=True,
        )

    await asyncio.gather(*(rush(one) for one in tickets))

    for ticket in tickets:
        told = await events_of(ticket.id)
        assert [event.ordinal for event in told] == list(range(1, len(told) + 1))
        counted = [event.kind for event in told]
        assert (counted.count(EventKind.NOTE), counted.count(EventKind.HOLD)) == (8, 1)
        await resume(town.keeper, ticket.id, "", SOON + HOUR)
    assert (await compare_all()).shown == []


async def test_a_thousandth_ticket_has_a_number_of_its_own(town):
    made = await asyncio.gather(*(a_ticket(town, id=uuid4()) for _ in range(12)))

    assert len({ticket.number for ticket in made}) == 12
