"""Telling the webhooks what is due: each at its own pace, so that none waits for another.

A claim moves `due_at` ahead: if the worker dies, another tries after that. One delivery of an
address is under way at a time, and an address that failed rests until the next round, so a
receiver that hangs takes one place of many, for ten seconds. No redirect is followed.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import httpx

from coordination.db import execute, rows
from coordination.people.secrecy import open_sealed
from coordination.tickets.doors.webhooks.actions import PURPOSE
from coordination.tickets.doors.webhooks.addresses import UnfitAddress, target_of
from coordination.tickets.doors.webhooks.rules import (
    DELIVERY,
    EVENT,
    SIGNATURE,
    next_try,
    signature,
)

PATIENCE = 10.0  # seconds for one try, from the look-up to the answer's first line
PLACES = 20
LEASE = timedelta(minutes=2)
LOOK = 1.0  # seconds until new ones are looked for while others are under way
ENDED = timedelta(days=90)  # what is over is kept so long

# One of each address that is not in $2, those waiting longest first.
CLAIM = """
with chosen as (
  select d.id from webhook w cross join lateral (
    select id, due_at from webhook_delivery d
    where d.webhook = w.id and d.delivered_at is null and d.failed_at is null and d.due_at <= $1
    order by due_at limit 1 for update skip locked) d
  where w.ended_at is null and not (w.id = any($2::uuid[])) order by d.due_at limit $3
)
update webhook_delivery d set tries = d.tries + 1, due_at = $1 + $4::interval
from chosen, webhook w where d.id = chosen.id and w.id = d.webhook
returning d.id, d.webhook, d.payload, d.tries, w.url, w.secret_sealed
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one try."""

    status: int | None = None
    failure: str | None = None

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


async def send_due(at: datetime) -> int:
    """Deliver what is due; how many were tried."""
    loop = asyncio.get_running_loop()
    begun, tried = loop.time(), 0
    under_way: dict[asyncio.Task[Answer], asyncpg.Record] = {}
    resting: set[UUID] = set()
    while True:
        now = at + timedelta(seconds=loop.time() - begun)
        busy = resting | {one["webhook"] for one in under_way.values()}
        for claimed in await rows(CLAIM, now, list(busy), PLACES - len(under_way), LEASE):
            under_way[asyncio.create_task(_try(claimed, now))] = claimed
            tried += 1
        if not under_way:
            return tried
        done, _ = await asyncio.wait(under_way, timeout=LOOK, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            claimed, answer = under_way.pop(task), task.result()
            await _note(claimed, answer, at + timedelta(seconds=loop.time() - begun))
            if not answer.is_taken:
                resting.add(claimed["webhook"])


async def _try(claimed: asyncpg.Record, at: datetime) -> Answer:
    body = claimed["payload"].encode()
    secret = open_sealed(claimed["secret_sealed"], PURPOSE)
    try:
        async with asyncio.timeout(PATIENCE):
            target = await target_of(claimed["url"])
            headers = {
                "Host": target.host,
                "Content-Type": "application/json",
                "User-Agent": "coordination-webhook",
                SIGNATURE: signature(secret, at, body),
                EVENT: "ticket",
                DELIVERY: str(claimed["id"]),
            }
            # Proxies of the environment would look the name up anew, past our check.
            async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as client:
                sent = client.build_request(
                    "POST", target.url, content=body, headers=headers,
                    extensions={"sni_hostname": target.name},
                )  # fmt: skip
                answer = await client.send(sent, stream=True, follow_redirects=False)
                await answer.aclose()  # what it says beyond the status is nothing to us
    except TimeoutError:
        return Answer(failure="10 秒没有应答")
    except UnfitAddress as unfit:
        return Answer(failure=str(unfit)[:100])
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return Answer(failure=f"连接不上（{type(error).__name__}）"[:100])
    return Answer(answer.status_code)


async def _note(claimed: asyncpg.Record, answer: Answer, at: datetime) -> None:
    again = None if answer.is_taken else next_try(claimed["tries"], at)
    await execute(
        """update webhook_delivery set status = $2, failure = $3,
             delivered_at = case when $4 then $5::timestamptz end,
             failed_at = case when not $4 and $6::timestamptz is null then $5 end,
             due_at = coalesce($6, due_at)
           where id = $1""",
        claimed["id"], answer.status, answer.failure, answer.is_taken, at, again,
    )  # fmt: skip


async def forget_deliveries(at: datetime) -> None:
    """What is over is kept for three months."""
    await execute(
        "delete from webhook_delivery where coalesce(delivered_at, failed_at) < $1", at - ENDED
    )
