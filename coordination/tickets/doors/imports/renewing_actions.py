"""A source says otherwise than before, and somebody agreed to it: the ticket takes it on.

What was said and what is said stand in an event of their own; nothing is overwritten unseen. Where
nobody here has worked on the ticket, what the source newly tells of its course is added to it; a
ticket that people here have in hand keeps its own course, and the event tells what is said
elsewhere. A ticket is not moved to another estate by a sheet.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from coordination.db import execute, row, value
from coordination.tickets.calendar import policies
from coordination.tickets.doors.imports import columns as of
from coordination.tickets.doors.imports.choices import Choices
from coordination.tickets.doors.imports.comparing import Compared
from coordination.tickets.doors.imports.course import events_after
from coordination.tickets.doors.imports.made import Ground, spot_of
from coordination.tickets.doors.imports.reading import ReadRow
from coordination.tickets.dues import dues_of
from coordination.tickets.events import Actor, happen
from coordination.tickets.folding import standing
from coordination.tickets.grams import grams_of
from coordination.tickets.kinds import EventKind
from coordination.tickets.storing import events_of, insert_event, update_ticket
from coordination.web.sheets import building_key

WORDS = frozenset({of.TEXT, of.CATEGORY, of.BUILDING, of.SPOT})
REASON = "来源系统的内容有变更，经核对后更新"


async def renew_tickets(
    batch: UUID,
    changed: Sequence[Compared],
    choices: Choices,
    ground: Ground,
    by: UUID | None,
    at: datetime,
) -> None:
    """Take on what these rows say otherwise, in the caller's transaction."""
    for each in changed:
        assert each.ticket, "a changed row has its ticket"
        before = await _as_it_was(each)
        await _note(each, by, at)
        if WORDS & {name for name, _, _ in each.differences}:
            await _take_words(each.ticket, each.row, choices, ground)
        await _take_course(each.ticket, each.row, choices, ground)
        await execute(
            """insert into external_record (ticket, said, is_doubtful, batch, at)
               values ($1, $2::jsonb, $3, $4, $5)
               on conflict (ticket) do update
               set said = external_record.said || excluded.said, batch = $4, at = $5,
                 is_doubtful = external_record.is_doubtful or $3""",
            each.ticket, json.dumps(dict(each.row.said), ensure_ascii=False),
            bool(each.row.doubts), batch, at,
        )  # fmt: skip
        await execute(
            """update ticket_line set before = $3::jsonb where batch = $1 and number = $2""",
            batch, each.row.number, json.dumps(before, ensure_ascii=False, default=str),
        )  # fmt: skip


async def _as_it_was(each: Compared) -> dict[str, Any]:
    """What an undoing puts back; `events`: how many there are once the row's note is written. A
    course that the source adds beside it is more, and stays."""
    found = await row(
        """select t.text, t.category, t.building, t.spot, t.events + 1 as events,
                  to_jsonb(r) - 'ticket' as record
             from ticket t left join external_record r on r.ticket = t.id where t.id = $1""",
        each.ticket,
    )
    assert found
    record = json.loads(found["record"]) if found["record"] else None
    return {**dict(found), "record": record, **_told(each)}


def _told(each: Compared) -> dict[str, Any]:
    return {
        "was": {of.LABELS[name]: before for name, before, _ in each.differences},
        "is": {of.LABELS[name]: after for name, _, after in each.differences},
    }


async def _note(each: Compared, by: UUID | None, at: datetime) -> None:
    facts = _told(each) | {"elsewhere": True}
    assert each.ticket
    await happen(
        each.ticket, EventKind.CORRECT, Actor(by), at, words=REASON, facts=facts, public=False
    )


async def _take_words(ticket: UUID, said: ReadRow, choices: Choices, ground: Ground) -> None:
    estate = await value("select estate from ticket where id = $1", ticket)
    category = ground.categories[choices.category_of(said[of.CATEGORY])][0]
    building = ground.buildings.get((estate, building_key(said[of.BUILDING])))
    spot = spot_of(said, building)
    await execute(
        """update ticket set text = $2, grams = $3, category = $4,
             building = coalesce($5, building), spot = $6 where id = $1""",
        ticket, said.text, grams_of(said.text, spot), category, building, spot,
    )  # fmt: skip


async def _take_course(ticket: UUID, said: ReadRow, choices: Choices, ground: Ground) -> None:
    """Add the events that the source tells and the ticket has not, where only sources told any."""
    before = await events_of(ticket)
    now = standing(before)
    if now.hands or now.visitors or now.is_done:
        return
    had = {event.kind for event in before}
    told = events_after(said, choices, 1, now.holder)
    new = [event for event in told if event.kind not in had]
    if not new:
        return
    added = [replace(event, ordinal=now.events + i) for i, event in enumerate(new, 1)]
    after = [*before, *added]
    then = standing(after)
    dues = dues_of(
        then, after, {now.policy: (await policies([now.policy]))[now.policy]}, ground.calendar
    )
    for event in added:
        await insert_event(ticket, event, True)
    await update_ticket(ticket, then, dues)
