"""Tickets as their caches have them, written straight into the table: what a count looks at."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from coordination.db import connection, value
from coordination.people.tables import BodyKind
from coordination.places.tables import Place
from tests.builders import a_body

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


async def a_category(name: str = "电梯", parent: UUID | None = None) -> UUID:
    return await value(
        """insert into category (id, code, parent, name, priority, tags, sort)
           values ($1, $2, $3, $2, 'P2', '', 1) on conflict (code) do update set name = $2
           returning id""",
        uuid4(), name, parent,
    )  # fmt: skip


async def a_holder(estate: Place) -> UUID:
    found = await value("select id from body where place = $1 limit 1", estate.id)
    return found or (await a_body(BodyKind.PROPERTY_COMPANY, estate, f"{estate.name}物业")).id


async def tickets(estate: Place, at: datetime, count: int = 1, **columns: Any) -> list[UUID]:
    """So many tickets whistled `at`; what is not named is that of a fresh one."""
    given = {
        "estate": estate.id, "building": None, "spot": "", "text": "灯不亮", "grams": [],
        "door": "resident", "whistled_at": at, "caller": "", "caller_phone_tail": "",
        "is_public": True, "policy": 1, "state": "whistled", "priority": "P2", "events": 1,
        "changed_at": at, "hold_asked": False,
        "level": 1, "hops": 0, "returns": 0, "reopened": 0, "cosigners": 0,
        "report_due_at": at + DAY, "reply_due_at": at + 3 * DAY, "close_due_at": at + 5 * DAY,
        "provisional": False,
    } | columns  # fmt: skip
    given.setdefault("category", await a_category())
    given.setdefault("holder", await a_holder(estate))
    ids = [uuid4() for _ in range(count)]
    async with connection() as it:
        await it.copy_records_to_table(
            "ticket", columns=["id", *given], records=[(one, *given.values()) for one in ids]
        )
    return ids


def closed(
    at: datetime, after: timedelta = 2 * DAY, outcome: str | None = "solved", **more: object
):
    """The columns of one whistled `at` and closed `after` that, by way of everything."""
    return {
        "state": "closed", "outcome": outcome, "reported_at": at + HOUR,
        "replied_at": at + after - HOUR, "visited_at": at + after - 30 * MINUTE, "reached": True,
        "closed_at": at + after,
    } | more  # fmt: skip


async def mark_doubtful(estate: Place, ticket: UUID, at: datetime) -> None:
    """As if it had come from a hotline's sheet, with a time that cannot be."""
    await value(
        """with sheet as (
             insert into ticket_import (id, place, file_name, file_hash, uploaded_at, state,
               choices, total, progress, counts)
             values (gen_random_uuid(), $1, 'x.csv', 'x', $3, 'done', '{}', 1, 1, '{}')
             returning id)
           insert into external_record (ticket, said, is_doubtful, batch, at)
           select $2, '{}', true, id, $3 from sheet returning ticket""",
        estate.id, ticket, at,
    )  # fmt: skip
