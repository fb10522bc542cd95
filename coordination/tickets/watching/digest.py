"""The digest: what the clocks have to say to a person, told together, once an hour at most.

Never in the quiet hours: what came at night is told when they end, in one message. What was
answered meanwhile is not told any more.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from asyncpg import Record

from coordination.db import execute, rows, transaction, value
from coordination.people.outbox import ORDINARY, WITH_SMS, tell
from coordination.people.rules import is_quiet
from coordination.places.values import settings_in_force
from coordination.tickets.kinds import EventKind
from coordination.tickets.watching.telling import one_sms
from coordination.tickets.words import clock_words

EVENT = "desk-digest"
APART = timedelta(hours=1)
EVERY = 30.0
# Whose last digest is an hour old. What is over, or answered, is left out of what is told.
WAITING = """
select r.id, r.person, r.ticket, r.kind, t.number, v.facts->>'clock' as clock,
       t.state not in ('closed', 'merged', 'withdrawn')
         and case v.facts->>'clock' when 'report_in' then t.reported_at is null
                  when 'first_reply' then t.replied_at is null else true end as stands
  from digest_line r join ticket t on t.id = r.ticket
  join ticket_event v on v.ticket = r.ticket and v.ordinal = r.event
 where r.told_at is null and not exists (
   select from message m where m.person = r.person and m.event = $1 and m.queued_at > $2)
 order by r.person, r.at, r.id
"""
# The weightiest first; what is none of these came in by a sheet, or long ago.
ORDER = (EventKind.ESCALATE, EventKind.BREACH, EventKind.REMIND)
WORDS = {
    EventKind.ESCALATE: "请您督办", EventKind.BREACH: "超期", EventKind.REMIND: "快到期",
    EventKind.WHISTLE: "新转来",
}  # fmt: skip
BOARD = "/desk/tickets"


async def tell_digests(at: datetime) -> int:
    """Tell everybody what waits for them; how many heard something."""
    held = await settings_in_force(None, "quiet_from", "quiet_until", at=at)
    if is_quiet(at, *(int(each.value) for each in held.values())):
        return 0
    async with transaction():
        if not await value("select pg_try_advisory_xact_lock(hashtext('ticket digests'))"):
            return 0  # another worker is at it
        waiting: dict[UUID, list[Record]] = {}
        for one in await rows(WAITING, EVENT, at - APART):
            waiting.setdefault(one["person"], []).append(one)
        for person, found in waiting.items():
            await _tell(person, [one for one in found if one["stands"]], at)
        told = [one["id"] for found in waiting.values() for one in found]
        await execute("update digest_line set told_at = $2 where id = any($1::uuid[])", told, at)
    return len(waiting)


async def _tell(person: UUID, found: Sequence[Record], at: datetime) -> None:
    if not found:
        return
    weightiest = _by_ticket(found)
    counts = Counter(weightiest.values())
    said = "、".join(f"{counts[kind]}件{WORDS[kind]}" for kind in WORDS if counts[kind])
    text, link, number = f"工单：{said}。请登录办理。", BOARD, found[0]["number"]
    if len(weightiest) == 1:
        last = max(found, key=lambda one: -_rank(one["kind"]))
        kind = next(iter(weightiest.values()))
        clock = f"（{clock_words(last['clock'])}）" if last["clock"] else ""
        text = f"工单#{number}{clock}{WORDS[kind]}，请登录办理。"
        link = f"{BOARD}/{found[0]['ticket']}"
    is_weighty = bool(counts[EventKind.ESCALATE] or counts[EventKind.BREACH])
    await tell(
        person, EVENT, "工单提醒", text, at=at, link=link,
        channels=WITH_SMS if is_weighty else ORDINARY, sms=one_sms(text, number),
    )  # fmt: skip


def _by_ticket(found: Sequence[Record]) -> dict[UUID, EventKind]:
    """Each ticket once, by the weightiest that waits about it."""
    kinds: dict[UUID, EventKind] = {}
    for one in sorted(found, key=lambda one: -_rank(one["kind"])):
        kinds[one["ticket"]] = _kind(one["kind"])
    return kinds


def _kind(kind: str) -> EventKind:
    return EventKind(kind) if EventKind(kind) in ORDER else EventKind.WHISTLE


def _rank(kind: str) -> int:
    found = _kind(kind)
    return ORDER.index(found) if found in ORDER else len(ORDER)
