"""Tickets as programs read them: how they stand, never who asked."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from coordination.db import row, rows
from coordination.errors import NotFound
from coordination.tickets.doors.keys.rules import Caller

# $1 the path of the caller's place, $2 the caller's body. Words of a ticket that is not public are
# for those alone who hold it.
TICKETS = """
select t.id, t.number, t.estate, t.building, t.spot, c.code as category, t.door, t.priority,
       t.state, t.level, t.holder, b.name as holder_name, t.outcome, t.rating, t.reopened,
       t.cosigners, t.external, t.whistled_at, t.changed_at, t.reported_at, t.replied_at,
       t.closed_at, t.due_at, t.overdue_since, t.is_public,
       case when t.is_public or t.holder = $2 then t.text end as text,
       case when t.is_public or t.holder = $2 then t.blocker end as blocker
from ticket t join place p on p.id = t.estate join category c on c.id = t.category
join body b on b.id = t.holder
where starts_with(p.path, $1)
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which tickets a program wants; `after`: those that follow that one in the list."""

    estate: UUID | None = None
    state: str | None = None
    category: str | None = None
    changed_since: datetime | None = None
    after: UUID | None = None


async def tickets_for(caller: Caller, asked: Asked, limit: int) -> list[asyncpg.Record]:
    """Tickets within the key's place, the newest number first."""
    return await rows(
        f"""{TICKETS}
             and ($3::uuid is null or t.estate = $3) and ($4::text is null or t.state = $4)
             and ($5::text is null or c.code = $5)
             and ($6::timestamptz is null or t.changed_at >= $6)
             and ($7::uuid is null or t.number < (select number from ticket where id = $7))
             order by t.number desc limit $8""",
        caller.path, caller.body, asked.estate, asked.state, asked.category, asked.changed_since,
        asked.after, limit,
    )  # fmt: skip


async def ticket_for(caller: Caller, ticket: UUID) -> asyncpg.Record:
    """NotFound: none, or another place's."""
    found = await row(f"{TICKETS} and t.id = $3", caller.path, caller.body, ticket)
    if found is None:
        raise NotFound("没有这件工单，或者不在这个密钥的范围内。")
    return found


async def events_for(
    caller: Caller, ticket: UUID, after: int | None, limit: int
) -> list[asyncpg.Record]:
    """What happened, in order; words where the caller may read them. NotFound."""
    found = await ticket_for(caller, ticket)
    return await rows(
        """select e.ordinal, e.kind, e.at, b.name as body_name,
                  case when $4 or ($3 and e.is_public) then e.words end as words
           from ticket_event e left join body b on b.id = e.body
           where e.ticket = $1 and e.ordinal > $2 order by e.ordinal limit $5""",
        ticket, after or 0, found["is_public"], found["holder"] == caller.body, limit,
    )  # fmt: skip
