"""A ticket is its events: what is stored beside its words is what they come to."""

import asyncpg
import pytest

from coordination.db import execute
from coordination.tickets.state import standing
from coordination.tickets.storing import CACHED, events_of
from coordination.tickets.tables import Ticket
from tests.tickets.a_ticket import a_closed_ticket, a_neighbourhood, a_ticket


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
