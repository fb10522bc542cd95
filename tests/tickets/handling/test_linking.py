"""Tickets put to a matter, taken out of it, and several raised as one."""

import pytest

from coordination.db import rows, value
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.matters.tables import Matter
from coordination.tickets.handling.desk import NotYours
from coordination.tickets.handling.linking import (
    AlreadyLinked,
    link_matter,
    raise_from,
    unlink_matter,
)
from coordination.tickets.kinds import EventKind
from coordination.tickets.rules import NothingLinked
from tests.tickets.a_ticket import (
    HOUR,
    WHISTLED,
    Neighbourhood,
    a_closed_ticket,
    a_handled_ticket,
    a_neighbourhood,
    a_ticket,
    it_happens,
)

SOON = WHISTLED + 3 * HOUR
TITLE, TEXT = "三号楼路灯", "三张工单说的都是同一路灯，修了又坏。"


@pytest.fixture
async def town(database) -> Neighbourhood:
    return await a_neighbourhood()


async def lines() -> list[str]:
    """What matters tell of tickets, the last last."""
    found = await rows("select text from timeline_line where text like '工单%' order by at, id")
    return [one["text"] for one in found]


async def test_tickets_of_one_problem_become_one_matter_and_go_on(town):
    one, done = await a_handled_ticket(town), await a_closed_ticket(town)
    at = WHISTLED + 72 * HOUR

    matter = await raise_from(town.worker, [one.id, done.id], TITLE, TEXT, at)

    found = await Matter.objects().get(Matter.id == matter)
    assert found
    assert (found.place, found.door, found.title) == (town.estate.id, "tickets", TITLE)
    linked = await rows("select matter, state from ticket order by whistled_at, number")
    assert {(each["matter"], each["state"]) for each in linked} == {
        (matter, "handling"), (matter, "closed"),
    }  # fmt: skip
    assert sorted(await lines()) == sorted(
        f"工单 #{ticket.number}：归入事项" for ticket in (one, done)
    )
    with pytest.raises(AlreadyLinked):
        await raise_from(town.worker, [one.id], TITLE, TEXT, at)
    assert await value("select count(*) from matter") == 1


async def test_nobody_raises_tickets_that_are_not_theirs(town):
    elsewhere = await a_neighbourhood("丁香苑")
    own, other = await a_ticket(town), await a_ticket(elsewhere)

    with pytest.raises(NotFound):
        await raise_from(town.manager, [own.id, other.id], TITLE, TEXT, SOON)
    with pytest.raises(NotFound):
        await raise_from(town.resident, [own.id], TITLE, TEXT, SOON)
    with pytest.raises(NotYours):
        await raise_from(town.clerk, [own.id], TITLE, TEXT, SOON)
    with pytest.raises(NotAllowed):  # the staff member brings it to the manager
        await raise_from(town.keeper, [own.id], TITLE, TEXT, SOON)
    with pytest.raises(Invalid):
        await raise_from(town.worker, [], TITLE, TEXT, SOON)

    assert await value("select count(*) from matter") == 0


async def test_a_ticket_leaves_its_matter_with_a_reason_that_the_matter_tells(town):
    ticket = await a_handled_ticket(town)
    matter = await raise_from(town.worker, [ticket.id], TITLE, TEXT, SOON)

    with pytest.raises(Invalid):
        await unlink_matter(town.worker, ticket.id, " ", SOON)
    now = await unlink_matter(town.manager, ticket.id, "是另一盏灯", SOON + HOUR)

    assert now.matter is None
    assert (await lines())[-1] == f"工单 #{ticket.number}：移出事项。是另一盏灯"
    with pytest.raises(NothingLinked):
        await unlink_matter(town.worker, ticket.id, "再移一次", SOON + HOUR)
    await link_matter(town.worker, ticket.id, matter, SOON + HOUR)
    assert await value("select matter from ticket") == matter


async def test_what_was_closed_as_planned_stays_with_its_matter(town):
    ticket = await a_handled_ticket(town)
    await raise_from(town.worker, [ticket.id], TITLE, TEXT, SOON)
    day = WHISTLED + 900 * HOUR
    await it_happens(
        ticket, EventKind.REPLY, town.keeper, SOON, "明年修", outcome="planned",
        evidence=["0" * 64], until=day,
    )  # fmt: skip
    await it_happens(ticket, EventKind.CONFIRM, town.resident, SOON)
    await it_happens(ticket, EventKind.CLOSE, town.resident, SOON, outcome="planned", until=day)

    with pytest.raises(Conflict, match="列入计划"):
        await unlink_matter(town.worker, ticket.id, "不办了", WHISTLED + 99 * HOUR)
