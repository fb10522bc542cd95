"""The outbox as its operator sees it: what became of each message, and of nobody whose it was: the
hour of a ballot's receipt would say who has just voted. Words, numbers and codes are shown in the
demo alone, where nobody is real."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from coordination import db
from coordination.people.queries import PAGE
from coordination.people.secrecy import open_phone, open_sealed
from coordination.people.tables import Channel
from coordination.people.words import CHANNEL_WORDS

OUTBOX = """
select m.id, m.channel, m.title, m.text, m.text_sealed, m.address_sealed, m.queued_at,
       m.due_at, m.sent_at, m.delivered_at, m.read_at, m.failed_at, m.failure, m.tries,
       m.cost_fen, m.proof, p.phone_sealed, p.email_sealed
  from message m left join person p on p.id = m.person
 where m.channel <> 'in_app'
   and ($1::uuid is null or (m.queued_at, m.id) <
        (select queued_at, id from message where id = $1))
 order by m.queued_at desc, m.id desc limit $2
"""


@dataclass(frozen=True, slots=True)
class OutboxLine:
    """One message on its way out. `to` and `words` are None where they are nobody's
    to read."""

    id: UUID
    title: str
    channel: str
    state: str
    tone: str
    queued_at: datetime
    sent_at: datetime | None
    tries: int
    cost_fen: int
    failure: str
    to: str | None
    words: str | None


async def outbox_page(before: UUID | None, *, shows_words: bool) -> list[OutboxLine]:
    """The newest messages, or those after `before` in the list."""
    found = await db.rows(OUTBOX, before, PAGE + 1)
    return [_line(row, shows_words) for row in found]


def _line(row: asyncpg.Record, shows_words: bool) -> OutboxLine:
    state, tone = _state(row)
    return OutboxLine(
        id=row["id"],
        title=row["title"],
        channel=CHANNEL_WORDS[Channel(row["channel"])],
        state=state,
        tone=tone,
        queued_at=row["queued_at"],
        sent_at=row["sent_at"],
        tries=row["tries"],
        cost_fen=row["cost_fen"],
        failure=row["failure"] or "",
        to=_to(row) if shows_words else None,
        words=_words(row) if shows_words else None,
    )


def _state(row: asyncpg.Record) -> tuple[str, str]:
    if row["failed_at"]:
        return "失败", "bad"
    if row["delivered_at"]:
        return "已送达", "done"
    if row["sent_at"]:
        return ("已记录，未接通网关", "wait") if row["proof"] == "recorder" else ("已发出", "now")
    return "等待发送", "wait"


def _to(row: asyncpg.Record) -> str:
    if row["address_sealed"]:
        return open_sealed(row["address_sealed"], "address")
    if row["channel"] == Channel.SMS and row["phone_sealed"]:
        return open_phone(row["phone_sealed"])
    if row["channel"] == Channel.WECHAT:
        return "本人的微信"
    return open_sealed(row["email_sealed"], "email") if row["email_sealed"] else "—"


def _words(row: asyncpg.Record) -> str:
    return open_sealed(row["text_sealed"], "message") if row["text_sealed"] else row["text"]
