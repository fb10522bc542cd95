"""Proving the cache 全量复算: every ticket's columns computed anew from its events, and compared.

Both are read side by side in the order of the tickets, in one snapshot, so that memory stays flat
and nothing that happens meanwhile is taken for a difference. What differs is a bug, or a calendar
that was corrected: it is counted, told, and written as the events say, one ticket at a time, under
its lock.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from asyncpg import Record

from coordination.clock import SHANGHAI
from coordination.db import connection, execute, row, rows, transaction, value
from coordination.law.policies import Policy
from coordination.law.workdays import WorkingCalendar
from coordination.tickets.calendar import FINGERPRINT, calendar_of, read_policy
from coordination.tickets.dues import dues_of
from coordination.tickets.folding import standing
from coordination.tickets.standings import Happened
from coordination.tickets.storing import COLUMNS, EVENT, columns_of, read_event, update_ticket

AT_ONCE = 2_000  # rows that a cursor fetches ahead
SHOWN = 20  # differences that are named
NIGHT = range(1, 6)  # hours in which the daily run begins
LONGEST_RUN = timedelta(hours=2)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Difference:
    """A ticket whose stored columns are not what its events come to."""

    ticket: UUID
    columns: dict[str, tuple[Any, Any]]  # name → stored, computed


@dataclass(slots=True)
class Compared:
    """What a run found."""

    tickets: int = 0
    events: int = 0
    differing: list[UUID] = field(default_factory=list)
    shown: list[Difference] = field(default_factory=list)

    def note(self, ticket: UUID, stored: list[Any], computed: list[Any]) -> None:
        if stored == computed:
            return
        self.differing.append(ticket)
        if len(self.shown) < SHOWN:
            three = zip(COLUMNS, stored, computed, strict=True)
            self.shown.append(
                Difference(ticket, {name: (was, now) for name, was, now in three if was != now})
            )


async def compare_all() -> Compared:
    """Compute every ticket anew and compare; nothing is written."""
    async with transaction(isolation="repeatable_read", readonly=True):
        known = await _policies()
        calendar = await calendar_of()
        found = Compared()
        async for ticket, stored, events in _side_by_side():
            found.tickets += 1
            found.events += len(events)
            found.note(ticket, stored, computed(events, known, calendar))
        return found


def computed(
    events: list[Happened], known: Mapping[int, Policy], calendar: WorkingCalendar
) -> list[Any]:
    """The columns that these events come to, in the order of `COLUMNS`."""
    now = standing(events)
    return columns_of(now, dues_of(now, events, known, calendar))


async def _policies() -> dict[int, Policy]:
    found = await rows("select version, clocks::text as clocks from response_policy")
    return {one["version"]: read_policy(one["clocks"]) for one in found}


async def _side_by_side() -> AsyncIterator[tuple[UUID, list[Any], list[Happened]]]:
    """Each ticket with its stored columns and its events."""
    async with connection() as it:
        events = _grouped(it)
        tickets = it.cursor(
            f"select id, {', '.join(COLUMNS)} from ticket order by id", prefetch=AT_ONCE
        )
        async for found in tickets:
            of, told = await anext(events)
            assert of == found["id"], "each ticket has its whistle"
            yield of, list(found.values())[1:], told


async def _grouped(it: asyncpg.Connection) -> AsyncIterator[tuple[UUID, list[Happened]]]:
    """The events of one ticket after the other."""
    every = it.cursor(
        f"select ticket, {EVENT} from ticket_event order by ticket, ordinal", prefetch=AT_ONCE
    )
    last: UUID | None = None
    told: list[Happened] = []
    async for found in every:
        if found["ticket"] != last:
            if last is not None:
                yield last, told
            last, told = found["ticket"], []
        told.append(read_event(found))
    if last is not None:
        yield last, told


async def recompute_ticket(ticket: UUID) -> bool:
    """Write a ticket's columns as its events say, under its lock; whether they differed."""
    async with transaction():
        names = ", ".join(COLUMNS)
        stored = await row(f"select {names} from ticket where id = $1 for no key update", ticket)
        if stored is None:
            return False
        told = await rows(
            f"select {EVENT} from ticket_event where ticket = $1 order by ordinal", ticket
        )
        events = [read_event(one) for one in told]
        now = standing(events)
        dues = dues_of(now, events, await _policies(), await calendar_of())
        if list(stored.values()) == columns_of(now, dues):
            return False
        await update_ticket(ticket, now, dues)
        return True


async def recompute_all() -> Compared:
    """Compare every ticket, and write what differs."""
    found = await compare_all()
    for ticket in found.differing:
        await recompute_ticket(ticket)
    return found


async def recompute_nightly(at: datetime) -> Compared | None:
    """Once a night, and whenever the calendar has changed: by one worker, whoever comes first."""
    there = at.astimezone(SHANGHAI)
    async with transaction():
        # Held to the end of this short transaction; whoever comes second finds the row.
        await value("select pg_advisory_xact_lock(hashtext('recompute tickets'))")
        fingerprint = await value(f"select {FINGERPRINT}")
        if not await _is_due(there, fingerprint):
            return None
        run = await value(
            """insert into recomputation (id, began_at, on_day, fingerprint, tickets, differing)
               values (gen_random_uuid(), $1, $2, $3, 0, 0) returning id""",
            at, there.date(), fingerprint,
        )  # fmt: skip
    found = await recompute_all()
    await execute(
        "update recomputation set ended_at = $2, tickets = $3, differing = $4 where id = $1",
        run, at, found.tickets, len(found.differing),
    )  # fmt: skip
    tell = log.error if found.differing else log.info
    tell(
        "tickets recomputed", tickets=found.tickets, events=found.events,
        differing=len(found.differing),
        shown=[f"{one.ticket}: {', '.join(one.columns)}" for one in found.shown],
    )  # fmt: skip
    return found


async def _is_due(there: datetime, fingerprint: str) -> bool:
    """By night once a day; by day where a night was missed, or the calendar is another one."""
    last: Record | None = await row("select * from recomputation order by began_at desc limit 1")
    if last is None:
        return True
    if last["ended_at"] is None:  # it runs, or the worker that ran it is gone
        return there - last["began_at"] > LONGEST_RUN
    if last["fingerprint"] != fingerprint:
        return True
    days = (there.date() - last["on_day"]).days
    return days > 1 or (days == 1 and there.hour in NIGHT)


async def differing_last() -> int:
    """How many tickets the last run over all of them found to differ."""
    found = await value(
        """select differing from recomputation where ended_at is not null
           order by began_at desc limit 1"""
    )
    return found or 0
