"""Writing a confirmed sheet: one transaction, set by set, never ticket by ticket.

The events of a row, what they come to and what is then due are computed as `events.happen` does,
by the same functions, so that a recomputation finds nothing to mend; only the writing goes by
thousands. How far it has come is told through a connection of its own.
"""

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import DB, connection, execute, row, rows, transaction, value
from coordination.errors import Conflict
from coordination.places.actions import PlaceFacts, make_place
from coordination.places.queries import place_of
from coordination.places.tables import Place, PlaceKind
from coordination.tickets.doors.imports import columns as of
from coordination.tickets.doors.imports.actions import the_batch
from coordination.tickets.doors.imports.choices import Choices
from coordination.tickets.doors.imports.comparing import Compared
from coordination.tickets.doors.imports.ground_queries import ground_of
from coordination.tickets.doors.imports.looking_actions import look_at, table_of
from coordination.tickets.doors.imports.made import Made, make
from coordination.tickets.doors.imports.renewing_actions import renew_tickets
from coordination.tickets.standings import Happened
from coordination.tickets.storing import COLUMNS
from coordination.web.live import tell

CHUNK = 1_000
TICKET = (
    "id", "estate", "building", "spot", "category", "text", "grams", "door", "whistled_at",
    "caller", "caller_phone_sealed", "caller_phone_tail", "is_public", "external",
)  # fmt: skip
EVENT = (
    "id", "ticket", "ordinal", "kind", "at", "person", "role", "body", "words", "facts",
    "is_public",
)  # fmt: skip


class Moved(Conflict):
    """Something changed after the preview: what was agreed to is not what would happen."""


async def write_tickets(batch: UUID) -> None:
    """Write a confirmed import; a second run finds nothing to do. For the worker.

    What stops it (Moved …) is kept with the import and shown to who confirmed it.
    """
    try:
        async with transaction():
            await _write(batch)
    except Conflict as stopped:
        async with transaction():
            await execute(
                "update ticket_import set state = 'failed', failure = $2 where id = $1",
                batch, str(stopped),
            )  # fmt: skip


async def _write(batch: UUID) -> None:
    source = await value("select choices->>'source' from ticket_import where id = $1", batch)
    # Two sheets of one source may hold the same numbers: the second must see the first's tickets.
    # The import's own row stays unlocked: its progress is written past this transaction.
    await execute("select pg_advisory_xact_lock(hashtext($1))", f"tickets from {source}")
    found = await row(
        """select place, by, state, confirmed_at, choices::text as choices from ticket_import
           where id = $1""",
        batch,
    )
    if found is None or found["state"] != "writing":
        return
    place, choices = await place_of(found["place"]), Choices.of(json.loads(found["choices"]))
    new, changed = await _agreed(batch, place, choices)
    made_estates = await _make_estates(new)
    at: datetime = found["confirmed_at"]
    pairs = [(each.row, _estate_of(each, made_estates)) for each in new]
    wanted = {(estate, choices.category_of(said[of.CATEGORY])) for said, estate in pairs}
    ground = await ground_of(wanted, place, at)
    for start in range(0, len(pairs), CHUNK):
        chunk = pairs[start : start + CHUNK]
        await _keep(batch, await asyncio.to_thread(make, chunk, choices, ground), at)
        await _tell_progress(batch, start + len(chunk))
    await renew_tickets(batch, changed, choices, ground, found["by"], at)
    await _close(batch, found["by"], place, at, new=len(new), changed=len(changed))
    for estate in {estate for _, estate in pairs}:
        await tell("tickets", estate)


async def _close(batch: UUID, by: UUID | None, place: Place, at: datetime, **rows_: int) -> None:
    await execute("update ticket_import set state = 'done', progress = total where id = $1", batch)
    await audit.record(by, "write_tickets", the_batch(batch), at=at, place=place, **rows_)


async def _agreed(
    batch: UUID, place: Place, choices: Choices
) -> tuple[list[Compared], list[Compared]]:
    """The new rows and the changed ones that were agreed to, compared once more. Moved: they
    would do something else now."""
    table, uploaded_at = await table_of(batch)
    looked = await look_at(place, table, choices, uploaded_at)
    lines = await rows("select number, verdict, taken from ticket_line where batch = $1", batch)
    expected = {line["number"]: (line["verdict"], line["taken"]) for line in lines}
    for each in looked.compared:
        if each.fault is None and expected[each.row.number][0] != each.verdict:
            raise Moved(
                "预览之后工单或小区有了变动，为避免重复没有写入。"
                "请重新上传这份表，看过新的预览再确认。"
            )
    good = [each for each in looked.compared if each.fault is None]
    new = [each for each in good if each.verdict == "new"]
    return new, [e for e in good if e.verdict == "changed" and expected[e.row.number][1]]


Estates = dict[tuple[UUID, str], UUID]  # by community and name as written


async def _make_estates(new: Sequence[Compared]) -> Estates:
    made: Estates = {}
    by_name: dict[tuple[UUID, str], UUID] = {}
    for each in new:
        if each.community is None:
            continue
        place = each.community, each.row[of.ESTATE]
        if place not in made:
            parent = await place_of(each.community, PlaceKind.COMMUNITY)
            key = each.community, "".join(place[1].split())
            if key not in by_name:
                estate = await make_place(PlaceKind.ESTATE, PlaceFacts(place[1][:50]), parent)
                by_name[key] = estate.id
            made[place] = by_name[key]
    return made


def _estate_of(each: Compared, made: Estates) -> UUID:
    if each.estate:
        return each.estate
    assert each.community, "a row without an estate makes one"
    return made[each.community, each.row[of.ESTATE]]


async def _keep(batch: UUID, made: Sequence[Made], at: datetime) -> None:
    """A chunk of tickets, their events, what was said of them, and which row made which."""
    async with connection() as it:
        await it.copy_records_to_table(
            "ticket", columns=[*TICKET, *COLUMNS], records=[each.columns for each in made]
        )
        await it.copy_records_to_table(
            "ticket_event", columns=EVENT,
            records=[_event(each.ticket, e) for each in made for e in each.events],
        )  # fmt: skip
        await it.copy_records_to_table(
            "external_record", columns=["ticket", "said", "is_doubtful", "batch", "at"],
            records=[
                (e.ticket, _json(dict(e.row.said)), bool(e.row.doubts), batch, at) for e in made
            ],
        )  # fmt: skip
    await execute(
        """update ticket_line set ticket = l.ticket
           from unnest($2::bigint[], $3::uuid[]) as l (number, ticket)
           where batch = $1 and ticket_line.number = l.number""",
        batch, [each.row.number for each in made], [each.ticket for each in made],
    )  # fmt: skip


def _event(ticket: UUID, event: Happened) -> tuple[Any, ...]:
    """Its values in the order of `EVENT`."""
    return (
        uuid4(), ticket, event.ordinal, event.kind, event.at, event.person, event.role,
        event.body, event.words, _json(event.facts), True,
    )  # fmt: skip


def _json(given: Any) -> str:
    return json.dumps(given, ensure_ascii=False)


async def _tell_progress(batch: UUID, done: int) -> None:
    """Outside the transaction, or nobody could see it."""
    assert DB.pool
    async with DB.pool.acquire() as other:
        await other.execute("update ticket_import set progress = $2 where id = $1", batch, done)
