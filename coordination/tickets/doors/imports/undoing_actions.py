"""Undoing an import of tickets 撤销导入, by whoever brought it in, while its file is kept.

Nothing is deleted: a ticket that the sheet made is retracted by an event of its own and gives its
number elsewhere back, so that the right sheet can bring it in anew; a ticket that it changed says
again what it said before. What somebody has worked on since, here or by a later sheet, is kept as
it is, and told.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from asyncpg import Record

from coordination import audit, jobs
from coordination.db import connection, execute, row, rows, transaction
from coordination.errors import Conflict, NotAllowed, NotFound
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.queries import place_of
from coordination.places.values import whole_setting
from coordination.tickets.calendar import calendar_of, policies
from coordination.tickets.doors.imports.actions import the_batch
from coordination.tickets.doors.permits import may_undo, must_import
from coordination.tickets.dues import dues_of
from coordination.tickets.events import Actor, actor_of, happen, versions_in
from coordination.tickets.folding import standing
from coordination.tickets.grams import grams_of
from coordination.tickets.kinds import EventKind
from coordination.tickets.standings import Happened
from coordination.tickets.storing import INSERT, UPDATE, columns_of, events_of_each
from coordination.tickets.tables import Ticket
from coordination.web.live import tell

UNDO = "undo-tickets"  # the job
KEPT_DAYS = "upload_kept_days"  # the setting
CHUNK = 1_000
WORDS = "导入有误，整批撤销"
# What nobody has worked on since, here or by another sheet.
UNTOUCHED = """
  t.campaign is null and t.incident is null and t.matter is null
  and not exists (select from co_signer c where c.ticket = t.id)
  and not exists (select from ticket m where m.merged_into = t.id)
  and not exists (select from external_record r where r.ticket = t.id and r.batch <> l.batch)
"""
MADE = f"""
select t.id, t.estate, t.external from ticket_line l join ticket t on t.id = l.ticket
 where l.batch = $1 and l.verdict = 'new' and t.id > $2 and t.state <> 'merged'
   and {UNTOUCHED}
   and not exists (select from ticket_event e where e.ticket = t.id
                    and (e.person is not null or e.role is not null))
 order by t.id limit $3 for no key update of t
"""
CHANGED = f"""
select t.id, t.estate, l.before::text as before from ticket_line l join ticket t on t.id = l.ticket
 where l.batch = $1 and l.taken and l.before is not null and {UNTOUCHED}
   and not exists (select from ticket_event e where e.ticket = t.id
                    and e.ordinal > (l.before->>'events')::int
                    and (e.person is not null or e.role is not null or e.body is not null))
 order by t.id for no key update of t
"""
COUNT = "select count(*) as n from ticket_line where batch = $1 and (verdict = 'new' or taken)"


class NotWritten(Conflict):
    """Only what was written can be undone, and only once."""


class TooLate(Conflict):
    """The days in which the file is kept are over."""


async def undo_import(asker: Asker, batch: UUID, at: datetime) -> None:
    """Have a written import taken back by a worker. NotFound, NotAllowed; NotWritten, TooLate."""
    async with transaction():
        found = await row(
            "select place, by, state, uploaded_at from ticket_import where id = $1 for update",
            batch,
        )
        if found is None:
            raise NotFound("没有这次导入。")
        place = await place_of(found["place"])
        must_import(asker, place)
        if not may_undo(asker, found["by"]):
            raise NotAllowed("撤销由导入的人办理。请联系导入人，或者逐件更正。")
        if found["state"] != "done":
            raise NotWritten("只有已经写入、还没有撤销的导入才能撤销。")
        days = await whole_setting(KEPT_DAYS, None, at)
        if at > found["uploaded_at"] + timedelta(days=days):
            raise TooLate(f"导入超过 {days} 天，不能整批撤销。请逐件更正。")
        await execute(
            "update ticket_import set state = 'undoing', undone_at = $2 where id = $1", batch, at
        )
        actor = actor_of(asker, place)
        what = {"batch": batch, "person": asker.id, "role": actor.role, "body": actor.body}
        await jobs.enqueue(UNDO, json.dumps(what, default=str), dedupe=f"{UNDO} {batch}")
        await audit.record(asker, "undo_tickets", the_batch(batch), at=at, place=place)


async def take_back(which: str) -> None:
    """Take a batch back in the name of who asked for it; a second run finds nothing to do. For
    the worker."""
    what = json.loads(which)
    batch = UUID(what["batch"])
    actor = Actor(
        UUID(what["person"]), what["role"] and RoleKind(what["role"]),
        UUID(what["body"]) if what["body"] else None,
    )  # fmt: skip
    async with transaction():
        found = await row(
            """select state, undone_at, counts::text as counts from ticket_import
               where id = $1 for update""",
            batch,
        )
        if found is None or found["state"] != "undoing":
            return
        at: datetime = found["undone_at"]
        estates = await _retract_all(batch, actor, at) | await _restore_all(batch, actor, at)
        counts = json.loads(found["counts"])
        counts["undone"] = len(estates)
        counts["kept"] = (await rows(COUNT, batch))[0]["n"] - len(estates)
        await execute(
            "update ticket_import set state = 'undone', counts = $2 where id = $1",
            batch, json.dumps(counts),
        )  # fmt: skip
        for estate in set(estates.values()):
            await tell("tickets", estate)


Undone = dict[UUID, UUID]  # ticket → its estate


async def _retract_all(batch: UUID, actor: Actor, at: datetime) -> Undone:
    """Retract what the sheet made, a chunk at a time, so that memory stays flat."""
    done: Undone = {}
    last = UUID(int=0)
    while found := await rows(MADE, batch, last, CHUNK):
        await _retract(batch, found, actor, at)
        done |= {one["id"]: one["estate"] for one in found}
        last = found[-1]["id"]
    return done


async def _retract(batch: UUID, found: Sequence[Record], actor: Actor, at: datetime) -> None:
    told = await events_of_each([one["id"] for one in found])
    known = await policies(version for events in told.values() for version in versions_in(events))
    calendar = await calendar_of()
    events, caches, lines = [], [], []
    for one in found:
        before = told[one["id"]]
        facts = {"batch": str(batch), "external": one["external"]}
        event = Happened(
            EventKind.RETRACT, max(at, before[-1].at), before[-1].ordinal + 1, actor.person,
            actor.role, actor.body, WORDS, facts,
        )  # fmt: skip
        now = standing([*before, event])
        dues = dues_of(now, [*before, event], known, calendar)
        events.append((
            uuid4(), one["id"], event.ordinal, event.kind, event.at, event.person, event.role,
            event.body, event.words, json.dumps(facts, ensure_ascii=False), True,
        ))  # fmt: skip
        caches.append((one["id"], *columns_of(now, dues)))
        detail = {"ordinal": event.ordinal}
        lines.append(audit.Line(event.at, "ticket_retract", one["id"], one["estate"], detail))
    async with connection() as it:
        await it.executemany(INSERT, events)
        await it.executemany(UPDATE, caches)
    ids = [one["id"] for one in found]
    await execute("update ticket set external = null where id = any($1)", ids)
    await execute("delete from external_record where ticket = any($1)", ids)
    await audit.record_each(Ticket, lines)


async def _restore_all(batch: UUID, actor: Actor, at: datetime) -> Undone:
    """Let what the sheet changed say again what it said before."""
    found = await rows(CHANGED, batch)
    for one in found:
        await _restore(one["id"], json.loads(one["before"]), actor, at)
    return {one["id"]: one["estate"] for one in found}


async def _restore(ticket: UUID, before: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    facts = {"was": before["is"], "is": before["was"], "elsewhere": True}
    await happen(ticket, EventKind.CORRECT, actor, at, words=WORDS, facts=facts, public=False)
    await execute(
        """update ticket set text = $2, grams = $3, category = $4, building = $5, spot = $6
           where id = $1""",
        ticket, before["text"], grams_of(before["text"], before["spot"]), UUID(before["category"]),
        UUID(before["building"]) if before["building"] else None, before["spot"],
    )  # fmt: skip
    record = before["record"]
    if record is None:
        await execute("delete from external_record where ticket = $1", ticket)
        return
    await execute(
        """update external_record set said = $2::jsonb, is_doubtful = $3, batch = $4, at = $5
           where ticket = $1""",
        ticket, json.dumps(record["said"], ensure_ascii=False), record["is_doubtful"],
        UUID(record["batch"]), datetime.fromisoformat(record["at"]),
    )  # fmt: skip
