"""Webhooks and their log, as pages and the interface show them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from coordination.db import rows


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook with how it fares."""

    id: UUID
    url: str
    kinds: tuple[str, ...]
    made_at: datetime
    ended_at: datetime | None
    waiting: int
    delivered: int
    failed: int


async def hooks_of(key: UUID) -> list[Hook]:
    """A key's webhooks, those in force first."""
    found = await rows(
        """select w.id, w.url, w.kinds, w.made_at, w.ended_at,
                  count(d.id) filter (where d.delivered_at is null and d.failed_at is null)
                    as waiting,
                  count(d.delivered_at) as delivered, count(d.failed_at) as failed
           from webhook w left join webhook_delivery d on d.webhook = w.id
           where w.key = $1 group by w.id
           order by w.ended_at is not null, w.made_at desc, w.id""",
        key,
    )
    return [Hook(**{**dict(one), "kinds": tuple(one["kinds"])}) for one in found]


async def deliveries_of(key: UUID, limit: int = 50) -> list[asyncpg.Record]:
    """The latest deliveries to a key's webhooks: what became of each."""
    return await rows(
        """select d.made_at, w.url, t.number, e.kind, d.tries, d.status, d.failure,
                  d.delivered_at, d.failed_at, d.due_at
           from webhook_delivery d join webhook w on w.id = d.webhook
           join ticket t on t.id = d.ticket
           join ticket_event e on e.ticket = d.ticket and e.ordinal = d.ordinal
           where w.key = $1 order by d.made_at desc, d.ordinal desc limit $2""",
        key, limit,
    )  # fmt: skip
