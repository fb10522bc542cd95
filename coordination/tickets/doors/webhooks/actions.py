"""Registering a webhook, ending it, and noting what each should hear."""

import json
from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import connection, execute, row, rows, transaction, value
from coordination.errors import Conflict, Invalid, NotFound
from coordination.people.secrecy import seal
from coordination.tickets.doors.tables import Webhook
from coordination.tickets.doors.webhooks.addresses import target_of
from coordination.tickets.doors.webhooks.rules import a_secret, payload
from coordination.tickets.kinds import EventKind

PURPOSE = "webhook"  # of the seal
MOST = 10  # webhooks of a key


class TooManyWebhooks(Conflict):
    """The key has as many as it may have."""


async def register_webhook(
    key: UUID, url: str, kinds: Collection[str], at: datetime, by: UUID | None = None
) -> tuple[Webhook, str]:
    """Tell this address what happens from now on; the secret is shown once.

    UnfitAddress; Invalid: no such event; TooManyWebhooks.
    """
    await target_of(url)
    if not set(kinds) <= set(EventKind):
        raise Invalid("没有这种事件。", kinds="请从工单事件中选择。")
    secret = a_secret()
    hook = Webhook(
        id=uuid4(), key=key, url=url, secret_sealed=seal(secret, PURPOSE), kinds=sorted(set(kinds)),
        made_at=at,
    )  # fmt: skip
    async with transaction():
        await execute("select 1 from api_key where id = $1 for update", key)
        if (
            await value("select count(*) from webhook where key = $1 and ended_at is null", key)
            >= MOST
        ):
            raise TooManyWebhooks(f"一个密钥最多登记 {MOST} 个回调地址。请先停用不用的。")
        await hook.save()
        await audit.record(by, "register_webhook", hook, at=at, url=url, key=str(key))
    return hook, secret


async def end_webhook(key: UUID, webhook: UUID, at: datetime, by: UUID | None = None) -> None:
    """It hears nothing more; its log stays. NotFound: not this key's, or ended already."""
    async with transaction():
        done = await execute(
            "update webhook set ended_at = $3 where id = $1 and key = $2 and ended_at is null",
            webhook, key, at,
        )  # fmt: skip
        if done == "UPDATE 0":
            raise NotFound("没有这个回调地址，或者已经停用。")
        hook = Webhook(_ignore_missing=True, id=webhook)
        await audit.record(by, "end_webhook", hook, at=at, key=str(key))


async def note_deliveries(ticket: UUID, ordinal: int, at: datetime) -> None:
    """Have every webhook told of this event whose key reaches the ticket; twice is once."""
    hooks = await rows(
        """select w.id from webhook w join api_key k on k.id = w.key
             join place kp on kp.id = k.place, ticket t
             join place e on e.id = t.estate join ticket_event v on v.ticket = t.id
           where t.id = $1 and v.ordinal = $2 and w.ended_at is null and k.revoked_at is null
             and starts_with(e.path, kp.path) and v.at >= w.made_at
             and (w.kinds = '{}' or v.kind = any(w.kinds))""",
        ticket, ordinal,
    )  # fmt: skip
    if not hooks:
        return
    said = await _payload(ticket, ordinal)
    async with transaction(), connection() as it:
        await it.executemany(
            """insert into webhook_delivery
                 (id, webhook, ticket, ordinal, payload, made_at, due_at, tries)
               values ($1, $2, $3, $4, $5, $6, $6, 0) on conflict do nothing""",
            [(uuid4(), hook["id"], ticket, ordinal, said, at) for hook in hooks],
        )


async def _payload(ticket: UUID, ordinal: int) -> str:
    found = await row(
        """select jsonb_build_object('id', t.id, 'number', t.number, 'estate', t.estate,
                    'category', c.code, 'state', t.state, 'priority', t.priority,
                    'level', t.level, 'holder', t.holder, 'outcome', t.outcome,
                    'external', t.external)::text as ticket, e.kind, e.at
           from ticket t join category c on c.id = t.category
           join ticket_event e on e.ticket = t.id where t.id = $1 and e.ordinal = $2""",
        ticket, ordinal,
    )  # fmt: skip
    assert found
    return payload(json.loads(found["ticket"]), found["kind"], ordinal, found["at"])
