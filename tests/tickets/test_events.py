"""A ticket is its events: what is stored beside its words is what they come to."""

import asyncpg
import pytest

from coordination.db import execute
from coordination.tickets.kinds import EventKind, State
from coordination.tickets.recomputing import compare_all
from coordination.tickets.rules import OutOfOrder
from coordination.tickets.state import standing
from coordination.tickets.storing import CACHED, events_of
from coordination.tickets.tables import Ticket
from tests.tickets.a_ticket import (
    DAY,
    HOUR,
    WHISTLED,
    a_closed_ticket,
    a_handled_ticket,
    a_neighbourhood,
    a_ticket,
    it_happens,
)


async def stored(ticket):
    found = await Ticket.objects().get(Ticket.id == ticket.id)
    assert found
    return found


async def test_a_whistle_goes_to_the_property_company(database):
    town = await a_neighbourhood()

    ticket = await a_ticket(town)

    found = await stored(ticket)
    assert (found.state, found.holder, found.handler) == ("whistled", town.company.id, None)
    assert found.number == ticket.number


async def test_what_is_stored_beside_the_words_is_what_the_events_come_to(database):
    ticket = await a_closed_ticket(await a_neighbourhood())

    found, now = await stored(ticket), standing(await events_of(ticket.id))

    assert {name: getattr(found, name) for name in CACHED} == {
        name: getattr(now, name) for name in CACHED
    }


async def test_an_event_is_never_changed(database, as_owner):
    await a_ticket(await a_neighbourhood())

    for change in ("update ticket_event set words = 'x'", "delete from ticket_event"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await execute(change)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await as_owner.execute(change)


async def test_a_ticket_is_never_deleted(database, as_owner):
    await a_ticket(await a_neighbourhood())

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await execute("delete from ticket")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_owner.execute("truncate ticket cascade")


async def test_a_hold_that_ended_goes_on_before_what_comes_next_though_no_sweep_ran(database):
    town = await a_neighbourhood()
    ticket = await a_handled_ticket(town)
    until, later = WHISTLED + 3 * DAY, WHISTLED + 3 * DAY + 2 * HOUR
    wish = {"blocker": "等配件", "unblocker": "厂家", "until": until}
    for kind, who in ((EventKind.ASK_HOLD, town.keeper), (EventKind.HOLD, town.worker)):
        await it_happens(ticket, kind, who, WHISTLED + 2 * HOUR, **wish)

    now = await it_happens(ticket, EventKind.NOTE, town.keeper, later, "配件到了")

    told = [(one.kind, one.at) for one in await events_of(ticket.id)][-2:]
    assert told == [(EventKind.RESUME, until), (EventKind.NOTE, later)]
    assert now.state is State.HANDLING and (await compare_all()).differing == []


async def test_an_answer_that_comes_too_late_is_refused_though_no_sweep_ran(database):
    town = await a_neighbourhood()
    ticket = await a_ticket(town)
    until = WHISTLED + 3 * DAY
    await it_happens(ticket, EventKind.ASK_INFO, town.keeper, WHISTLED + HOUR, until=until)

    with pytest.raises(OutOfOrder):
        await it_happens(ticket, EventKind.ANSWER_INFO, town.resident, until + HOUR, "是3单元")
    await it_happens(ticket, EventKind.REPORT_IN, town.keeper, until + HOUR)

    said = [one.kind for one in await events_of(ticket.id)]
    assert said[2] is EventKind.INFO_TIMEOUT and said[-1] is EventKind.REPORT_IN
