"""The rows of a ticket and its events, as they are read and written."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from asyncpg import Record

from coordination import files
from coordination.db import execute, rows, value
from coordination.people.tables import RoleKind
from coordination.tickets.dues import DUES, Dues
from coordination.tickets.folding import standing
from coordination.tickets.kinds import EventKind, PhotoKind
from coordination.tickets.standings import CACHED, Happened, Standing
from coordination.tickets.tables import Ticket

Photos = Sequence[tuple[PhotoKind, str, str | None]]  # kind, SHA-256, that of the small copy
EVENT = "kind, at, ordinal, person, role, body, words, facts::text as facts"
# A full recomputation reads them by the hundred thousand: an enum's own look-up is slower.
KINDS = {kind.value: kind for kind in EventKind}
ROLES = {role.value: role for role in RoleKind}
COLUMNS = (*CACHED, *DUES)
UPDATE = f"""update ticket set {", ".join(f"{name} = ${i}" for i, name in enumerate(COLUMNS, 2))}
             where id = $1"""
INSERT = """insert into ticket_event
  (id, ticket, ordinal, kind, at, person, role, body, words, facts, is_public)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, $11)"""
WORDS = tuple(
    column._meta.name
    for column in Ticket._meta.columns
    if column._meta.name not in (*COLUMNS, "number")
)
OPENED = (*WORDS, *COLUMNS)
OPEN = f"""insert into ticket ({", ".join(OPENED)})
           values ({", ".join(f"${i}" for i in range(1, len(OPENED) + 1))}) returning number"""


async def events_of(ticket: UUID) -> list[Happened]:
    """All that happened to a ticket, in order."""
    found = await rows(
        f"select {EVENT} from ticket_event where ticket = $1 order by ordinal", ticket
    )
    return [read_event(one) for one in found]


async def events_of_each(tickets: Sequence[UUID]) -> dict[UUID, list[Happened]]:
    """The same, of several tickets."""
    found = await rows(
        f"""select ticket, {EVENT} from ticket_event where ticket = any($1::uuid[])
            order by ticket, ordinal""",
        tickets,
    )
    told: dict[UUID, list[Happened]] = {ticket: [] for ticket in tickets}
    for one in found:
        told[one["ticket"]].append(read_event(one))
    return told


async def standing_of(ticket: UUID) -> Standing:
    """How it stands, of its events; lock it first where that must still hold afterwards."""
    return standing(await events_of(ticket))


def read_event(found: Record) -> Happened:
    """A row of the columns `EVENT`."""
    return Happened(
        KINDS[found["kind"]], found["at"], found["ordinal"], found["person"],
        found["role"] and ROLES[found["role"]], found["body"], found["words"],
        json.loads(found["facts"]),
    )  # fmt: skip


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as they will be read back: ids as texts, moments in ISO 8601."""
    return json.loads(json.dumps(dict(facts), ensure_ascii=False, default=_said))


def _said(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def columns_of(now: Standing, dues: Dues) -> list[Any]:
    """The cached columns' values, in the order of `COLUMNS`."""
    return [getattr(now, name) for name in CACHED] + [getattr(dues, name) for name in DUES]


async def insert_ticket(ticket: Ticket, now: Standing, dues: Dues) -> int:
    """Its row; the number it was given."""
    words = [getattr(ticket, name) for name in WORDS]
    return await value(OPEN, *words, *columns_of(now, dues))


async def update_ticket(ticket: UUID, now: Standing, dues: Dues) -> None:
    await execute(UPDATE, ticket, *columns_of(now, dues))


async def insert_event(ticket: UUID, event: Happened, public: bool) -> None:
    await execute(
        INSERT, uuid4(), ticket, event.ordinal, event.kind, event.at, event.person, event.role,
        event.body, event.words, json.dumps(event.facts, ensure_ascii=False), public,
    )  # fmt: skip


async def insert_photos(ticket: UUID, event: int, photos: Photos) -> None:
    """Stored files, as brought by the event of that ordinal."""
    if photos:
        kinds, names, smalls = zip(*photos, strict=True)
        await files.keep([*names, *(small for small in smalls if small)])
        await execute(
            """insert into ticket_photo (id, ticket, event, kind, sha256, small, sort)
               select gen_random_uuid(), $1, $2, kind, sha256, small, sort
               from unnest($3::text[], $4::text[], $5::text[])
                 with ordinality as given (kind, sha256, small, sort)""",
            ticket, event, list(kinds), list(names), list(smalls),
        )  # fmt: skip
