"""Agreeing to a reply that does not say it is solved: it closes with what was replied."""

from uuid import UUID, uuid4

import pytest

from coordination.db import row, value
from coordination.errors import Invalid
from coordination.matters.tables import Matter, Stage
from coordination.tickets.handling.actions import reply
from coordination.tickets.handling.linking import link_matter
from coordination.tickets.kinds import EventKind, Outcome, PhotoKind
from coordination.tickets.visiting.confirming import confirm_reply
from tests.tickets.a_ticket import (
    DAY,
    HOUR,
    WHISTLED,
    Neighbourhood,
    a_handled_ticket,
    a_neighbourhood,
    it_happens,
)

SAID = WHISTLED + DAY + HOUR


@pytest.fixture
async def town(database) -> Neighbourhood:
    return await a_neighbourhood()


async def stored(ticket):
    return await row("select state, outcome from ticket where id = $1", ticket.id)


async def a_matter(town: Neighbourhood) -> str:
    matter = Matter(
        id=uuid4(), place=town.estate.id, title="换路灯", text="路灯都要换", stage=Stage.RAISED,
        opened_at=WHISTLED, opened_by=town.worker.id,
    )  # fmt: skip
    await matter.save()
    return str(matter.id)


@pytest.mark.parametrize("outcome", [Outcome.PARTLY, Outcome.PLANNED, Outcome.EXPLAINED])
async def test_who_agrees_to_less_than_solved_has_not_said_that_it_is(town, outcome):
    ticket = await a_handled_ticket(town)
    matter, until = await a_matter(town), SAID + 30 * DAY
    await it_happens(ticket, EventKind.LINK_MATTER, town.worker, SAID, matter=matter)
    photos = [(PhotoKind.AFTER, "0" * 64, None)]
    await reply(town.keeper, ticket.id, "要等明年", outcome, SAID, photos=photos, until=until)

    await confirm_reply(town.resident, ticket.id, "知道了", SAID)

    now = await stored(ticket)
    assert tuple(now) == ("closed", outcome)
    assert await value("select facts->>'until' from ticket_event where kind = 'close'") == (
        until.isoformat() if outcome is Outcome.PLANNED else None
    )


async def test_planned_is_replied_with_a_matter_and_a_day(town):
    ticket = await a_handled_ticket(town)
    photos = [(PhotoKind.AFTER, "0" * 64, None)]

    with pytest.raises(Invalid, match="须有事项和日期"):
        await reply(town.keeper, ticket.id, "明年修", Outcome.PLANNED, SAID, photos=photos,
                    until=SAID + DAY)  # fmt: skip
    await link_matter(town.keeper, ticket.id, UUID(await a_matter(town)), SAID)
    for until in (None, SAID):
        with pytest.raises(Invalid):
            await reply(town.keeper, ticket.id, "明年修", Outcome.PLANNED, SAID, photos=photos,
                        until=until)  # fmt: skip

    assert (await stored(ticket))["state"] == "handling"
