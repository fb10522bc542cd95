"""Sending what waits in the outbox: claimed by one worker at a time, never inside a transaction.

A claim moves `due_at` ahead: if the worker dies, another tries after that. Ordinary messages
keep the quiet hours and come singly; urgent ones go at once.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from coordination import db
from coordination.people.carriers import carriers
from coordination.people.channels import (
    Carrier,
    Handed,
    NotNow,
    Parcel,
    Recorder,
    Undeliverable,
)
from coordination.people.outbox import SECRETS_LAST
from coordination.people.rules import is_quiet
from coordination.people.secrecy import open_phone, open_sealed
from coordination.people.tables import Channel
from coordination.places.values import settings_in_force
from coordination.settings import settings

AT_ONCE = 20  # claimed, and under way together
TRIES = 6
LEASE = timedelta(minutes=2)
FIRST_WAIT = {True: timedelta(seconds=5), False: timedelta(minutes=1)}  # urgent or not; ×4 each

# An ordinary message goes if no earlier one to that person is unsent, be it in a carrier's hands,
# and the hour's are not used up. So two workers never send one person two at once.
CLAIM = """
with chosen as (
  select m.id from message m
  where m.sent_at is null and m.failed_at is null and m.due_at <= $1
    and (m.urgent or (not $2::boolean and (m.person is null or (
      not exists (select from message e where e.person = m.person and e.channel = m.channel
                  and not e.urgent and e.sent_at is null and e.failed_at is null
                  and (e.queued_at, e.id) < (m.queued_at, m.id))
      and $3 > (select count(*) from message s where s.person = m.person
                and s.channel = m.channel and not s.urgent and s.sent_at > $1 - interval '1 hour')
    ))))
  order by m.urgent desc, m.due_at
  limit $4 for update of m skip locked
)
update message m set tries = m.tries + 1, due_at = $1 + $5::interval
  from chosen left join message c on c.id = chosen.id left join person p on p.id = c.person
 where m.id = chosen.id
returning m.id, m.channel, m.title, m.text, m.text_sealed, m.link, m.urgent, m.secret, m.tries,
          m.queued_at, m.address_sealed, p.phone_sealed, p.email_sealed, p.wechat_sealed
"""

SENT = """
update message set sent_at = $2, delivered_at = case when $3 then $2::timestamptz end, proof = $4,
  cost_fen = $5, failure = null, text_sealed = case when $6 then text_sealed end
where id = $1 and sent_at is null
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try; neither handed nor final: worth another."""

    handed: Handed | None = None
    failure: str = ""
    final: bool = False


async def send_due(at: datetime) -> int:
    """Send what is due; how many were tried."""
    by_channel, tried = carriers(), 0
    while claimed := await _claim(at):
        outcomes = await asyncio.gather(
            *(_try(message, by_channel[Channel(message["channel"])], at) for message in claimed),
            return_exceptions=True,
        )
        for message, outcome in zip(claimed, outcomes, strict=True):
            if isinstance(outcome, Outcome):
                keeps_secret = isinstance(by_channel[Channel(message["channel"])], Recorder)
                await _note(message, outcome, at, keeps_secret=keeps_secret and settings().demo)
        # A bug met with one message must not have the others, which have left, sent again.
        for broken in (one for one in outcomes if isinstance(one, BaseException)):
            raise broken
        tried += len(claimed)
    return tried


async def _claim(at: datetime) -> list[asyncpg.Record]:
    held = await settings_in_force(None, "quiet_from", "quiet_until", "pushes_per_hour", at=at)
    hours = {name: int(each.value) for name, each in held.items()}
    quiet = is_quiet(at, hours["quiet_from"], hours["quiet_until"])
    return await db.rows(CLAIM, at, quiet, hours["pushes_per_hour"], AT_ONCE, LEASE)


async def _try(message: asyncpg.Record, carrier: Carrier, at: datetime) -> Outcome:
    """One message to its carrier. Touches no database: many run together."""
    address = _address(message)
    if address is None:
        return Outcome(failure="no address", final=True)
    if message["secret"] and at - message["queued_at"] > SECRETS_LAST:
        return Outcome(failure="the code had expired", final=True)
    sealed = message["text_sealed"]
    text = open_sealed(sealed, "message") if sealed else message["text"]
    link = settings().public_url + message["link"] if message["link"] else ""
    try:
        parcel = Parcel(
            message["id"], address, message["title"], text, link, at=message["queued_at"]
        )
        return Outcome(handed=await carrier.send(parcel))
    except Undeliverable as refused:
        return Outcome(failure=str(refused), final=True)
    except NotNow as busy:
        return Outcome(failure=str(busy), final=message["tries"] >= TRIES)


def _address(message: asyncpg.Record) -> str | None:
    if message["address_sealed"]:
        return open_sealed(message["address_sealed"], "address")
    if message["channel"] == Channel.SMS:
        return open_phone(message["phone_sealed"]) if message["phone_sealed"] else None
    kind = "wechat" if message["channel"] == Channel.WECHAT else "email"
    sealed = message[f"{kind}_sealed"]
    return open_sealed(sealed, kind) if sealed else None


async def _note(
    message: asyncpg.Record, outcome: Outcome, at: datetime, *, keeps_secret: bool
) -> None:
    if done := outcome.handed:
        await db.execute(
            SENT, message["id"], at, done.delivered, done.proof, done.cost_fen, keeps_secret
        )
        return
    again = at + FIRST_WAIT[message["urgent"]] * 4 ** (message["tries"] - 1)
    await db.execute(
        """update message set failure = $2, due_at = $3,
             failed_at = case when $4 then $5::timestamptz end,
             text_sealed = case when not $4 then text_sealed end
           where id = $1 and sent_at is null""",
        message["id"], outcome.failure[:300], again, outcome.final, at,
    )  # fmt: skip


async def note_report(message: UUID, delivered: bool, reason: str, at: datetime) -> None:
    """What the gateway said afterwards of an SMS it had taken; the first word about it stays."""
    await db.execute(
        """update message set delivered_at = case when $2 then $4::timestamptz end,
             failed_at = case when not $2 then $4::timestamptz end,
             failure = case when not $2 then $3 end
           where id = $1 and channel = 'sms' and sent_at is not null
             and delivered_at is null and failed_at is null""",
        message, delivered, reason[:300] or "not delivered", at,
    )  # fmt: skip
