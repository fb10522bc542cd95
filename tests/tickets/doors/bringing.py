"""A sheet brought in, from upload to written."""

from datetime import UTC, datetime

from coordination.tickets.doors.imports.actions import (
    Agreed,
    accept_import,
    keep_sheet,
)
from coordination.tickets.doors.imports.choices import Choices
from coordination.tickets.doors.imports.queries import batch_of
from coordination.tickets.doors.imports.writing_actions import write_tickets
from coordination.tickets.tables import Ticket
from tests.tickets.doors.sheets import a_csv

UPLOADED = datetime(2026, 3, 20, 1, 0, tzinfo=UTC)
FROM_12345 = Choices("12345")


async def keep(town, data: bytes, name: str = "台账.csv", choices: Choices = FROM_12345):
    return await keep_sheet(town.community, data, name, choices, None, UPLOADED)


async def bring_in(town, *lines, agreed: Agreed | None = None, choices: Choices = FROM_12345):
    batch = await keep(town, a_csv(*lines), choices=choices)
    await accept_import(None, batch, agreed or Agreed(), UPLOADED)
    await write_tickets(batch)
    return await batch_of(batch)


async def the_ticket(number: str = "WH001") -> Ticket:
    found = await Ticket.objects().get(Ticket.external == f"12345:{number}")
    assert found
    return found


async def counts(town, data: bytes, name: str = "台账.csv") -> dict[str, int]:
    found = (await batch_of(await keep(town, data, name))).counts
    return {verdict: count for verdict, count in found.items() if count}


def china(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")
