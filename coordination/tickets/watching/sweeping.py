"""The sweep 巡查: whatever time alone does to tickets is written down, at least every minute.

A ticket says itself when it must be looked at (`look_at`, of an index), so a hundred thousand
that wait cost nothing. They are taken in batches, each in a transaction of its own, under locks
that other workers pass over: many workers share the work and each step is taken once. A worker
that dies takes its batch back; who comes late writes what fell due meanwhile, with its moments.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import structlog
from asyncpg import Record

from coordination import audit, jobs
from coordination.db import connection, rows, transaction
from coordination.law.policies import Level
from coordination.matters.actions import write_line
from coordination.people.tables import BodyKind
from coordination.tickets.calendar import calendar_of, policies
from coordination.tickets.catching_up import UNSEEN, caught_up
from coordination.tickets.dues import Dues
from coordination.tickets.events import HAPPENED, versions_in
from coordination.tickets.permits import HELD_AT
from coordination.tickets.standings import Happened, Standing
from coordination.tickets.storing import INSERT, UPDATE, columns_of, events_of_each
from coordination.tickets.tables import Ticket
from coordination.tickets.words import EVENT_WORDS
from coordination.web.live import tell_each

AT_ONCE = 200
EVERY = 20.0  # seconds; what is promised is sixty
# NO KEY UPDATE, as `events.happen` locks: whoever is acting on a ticket is passed over until the
# next time, and whoever comes to act waits for this batch.
DUE = """
select t.id, t.number, t.estate, t.holder, t.matter, t.look_at, b.kind as holder_kind
  from ticket t join body b on b.id = t.holder
 where t.look_at <= $1 and (t.look_at, t.id) > ($2, $3)
 order by t.look_at, t.id limit $4 for no key update of t skip locked
"""
Place = tuple[datetime, UUID]  # in the order of the sweep
BEGINNING: Place = (datetime(1, 1, 2, tzinfo=UTC), UUID(int=0))
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Moved:
    """A ticket, and what time has done to it."""

    ticket: Record
    events: list[Happened]
    now: Standing
    dues: Dues


async def sweep_tickets(at: datetime) -> int:
    """Write down all that fell due by `at`; how many tickets it moved."""
    moved, after = 0, BEGINNING
    while True:
        async with transaction():
            found = await rows(DUE, at, *after, AT_ONCE)
            if not found:
                return moved
            batch = await _caught_up(found, at)
            await _write(batch)
            await _tell(batch)
        moved += len(batch)
        after = found[-1]["look_at"], found[-1]["id"]


async def _caught_up(found: Sequence[Record], at: datetime) -> list[Moved]:
    """What is due on each. One that cannot be read is told of, and stops no other."""
    told = await events_of_each([one["id"] for one in found])
    known = await policies(version for events in told.values() for version in versions_in(events))
    calendar = await calendar_of()
    batch = []
    for ticket in found:
        held_at = HELD_AT.get(BodyKind(ticket["holder_kind"]), Level.PROPERTY)
        try:
            more, now, dues = caught_up(told[ticket["id"]], known, calendar, held_at, at)
        except Exception as broken:  # noqa: BLE001 - one ticket must not stop the others' clocks
            log.error("ticket_stuck", ticket=str(ticket["id"]), error=type(broken).__name__)
            continue
        batch.append(Moved(ticket, more, now, dues))
    return batch


async def _write(batch: Iterable[Moved]) -> None:
    """The events, and what they come to beside the tickets' words."""
    events = [
        (
            uuid4(), one.ticket["id"], event.ordinal, event.kind, event.at, None, None, None,
            event.words, json.dumps(event.facts, ensure_ascii=False), event.kind not in UNSEEN,
        )
        for one in batch
        for event in one.events
    ]  # fmt: skip
    caches = [(one.ticket["id"], *columns_of(one.now, one.dues)) for one in batch]
    async with connection() as it:
        await it.executemany(INSERT, events)
        await it.executemany(UPDATE, caches)


async def _tell(batch: Iterable[Moved]) -> None:
    """As `events.happen` tells: the audit log, matters, boards, and whoever subscribed."""
    topics: set[tuple[str, UUID]] = set()
    lines: list[audit.Line] = []
    for one in batch:
        of = one.ticket
        topics |= {("ticket", of["id"]), ("tickets", of["estate"]), ("tickets", of["holder"])}
        for event in one.events:
            verb, said = f"ticket_{event.kind.value}", {"ordinal": event.ordinal}
            lines.append(audit.Line(event.at, verb, of["id"], of["estate"], said))
            if of["matter"] and event.kind not in UNSEEN:
                await _tell_matter(of, event)
    await audit.record_each(Ticket, lines)
    await tell_each(topics)
    heard = [f"{line.subject}:{line.detail['ordinal']}" for line in lines]
    await jobs.enqueue_all(HAPPENED, heard)


async def _tell_matter(ticket: Record, event: Happened) -> None:
    said = f"工单 #{ticket['number']}：{EVENT_WORDS[event.kind]}"
    await write_line(ticket["matter"], said, event.at, link=f"/tickets/{ticket['id']}")
