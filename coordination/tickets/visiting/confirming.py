"""The resident's own word 居民确认: solved or not, how it was, and an objection after the close.

Signed in, or by the link of a reply; what it does is the same.
"""

import json
from datetime import datetime, timedelta
from uuid import UUID

from coordination.db import row, transaction, value
from coordination.errors import Conflict, Invalid, uncut
from coordination.people.askers import Asker
from coordination.places.queries import place_of
from coordination.places.values import whole_setting
from coordination.tickets.events import Actor, happen
from coordination.tickets.kinds import EventKind, Outcome, Rating, State
from coordination.tickets.standings import Standing
from coordination.tickets.whistling.actions import own_ticket

LONGEST = 500


class RatedBefore(Conflict):
    """A close is rated once."""


class TooLate(Conflict):
    """The days in which one may object are over."""


async def confirm_reply(asker: Asker, ticket: UUID, words: str, at: datetime) -> Standing:
    """已解决, or content with what was replied: the ticket closes. NotFound, Conflict."""
    await own_ticket(asker, ticket)
    return await accept(ticket, Actor(asker.id), words, at)


async def reject_reply(asker: Asker, ticket: UUID, words: str, at: datetime) -> Standing:
    """未解决: it is handled anew 重办, and the next level hears. NotFound, Conflict."""
    await own_ticket(asker, ticket)
    return await say_unsolved(ticket, Actor(asker.id), words, at)


async def rate(asker: Asker, ticket: UUID, rating: Rating, words: str, at: datetime) -> Standing:
    """评价, once. NotFound, RatedBefore, Conflict."""
    await own_ticket(asker, ticket)
    return await say_rating(ticket, Actor(asker.id), rating, words, at)


async def object_to_close(asker: Asker, ticket_id: UUID, words: str, at: datetime) -> Standing:
    """对办结提出异议, within the days there are for it: it is handled anew.

    NotFound, TooLate, Invalid, Conflict.
    """
    if not words.strip():
        raise Invalid("请写明哪里没有解决。", words="请写明哪里没有解决。")
    ticket = await own_ticket(asker, ticket_id)
    if not ticket.closed_at or ticket.state != State.CLOSED:
        raise Conflict("这张工单没有办结，不需要提异议。请看最新进展。")
    if at > await objection_ends(ticket.estate, ticket.closed_at, at):
        raise TooLate("可以提异议的时间已过，工单已经归档。问题还在的，请重新吹哨。")
    return await happen(
        ticket_id, EventKind.REOPEN, Actor(asker.id), at, words=_short(words),
        public=ticket.is_public, facts={"objection": True},
    )  # fmt: skip


async def objection_ends(estate: UUID, closed_at: datetime, at: datetime) -> datetime:
    """Until when one may object; afterwards the ticket is archived 归档."""
    return closed_at + timedelta(days=await objection_days(estate, at))


async def objection_days(estate: UUID, at: datetime) -> int:
    return await whole_setting("objection_to_close_days", await place_of(estate), at)


async def accept(
    ticket: UUID, actor: Actor, words: str, at: datetime, *, way: str = "page"
) -> Standing:
    """Whoever whistled agrees to the reply, by page or by link (`way`): the ticket closes with
    the outcome that was replied. Who agrees that it was explained has not said it is solved."""
    async with transaction():
        public, replied = await _is_public(ticket), await _replied(ticket)
        outcome = replied.get("outcome") or Outcome.SOLVED
        facts = {"way": way, "outcome": outcome}
        await happen(ticket, EventKind.CONFIRM, actor, at, words=_short(words), facts=facts,
                     public=public)  # fmt: skip
        if "until" in replied:
            facts["until"] = replied["until"]
        said = "" if outcome == Outcome.SOLVED else "居民认可答复。"
        return await happen(ticket, EventKind.CLOSE, actor, at, words=said, facts=facts)


async def _replied(ticket: UUID) -> dict[str, str]:
    """What the last reply came to; none yet: the rules refuse to confirm it."""
    found = await value(
        """select facts::text from ticket_event where ticket = $1 and kind = 'reply'
           order by ordinal desc limit 1""",
        ticket,
    )
    return json.loads(found) if found else {}


async def say_unsolved(
    ticket: UUID, actor: Actor, words: str, at: datetime, *, way: str = "page"
) -> Standing:
    """It is not solved, says whoever whistled."""
    async with transaction():
        public = await _is_public(ticket)
        await happen(ticket, EventKind.REJECT, actor, at, words=_short(words), facts={"way": way},
                     public=public)  # fmt: skip
        return await happen(ticket, EventKind.REOPEN, actor, at)


async def say_rating(
    ticket: UUID, actor: Actor, rating: Rating, words: str, at: datetime
) -> Standing:
    def once(now: Standing) -> None:
        if now.rating is not None:
            raise RatedBefore("您已经评价过，谢谢。")

    public = await _is_public(ticket)
    return await happen(
        ticket, EventKind.RATE, actor, at, words=_short(words), facts={"rating": rating},
        public=public, check=once,
    )  # fmt: skip


async def _is_public(ticket: UUID) -> bool:
    found = await row("select is_public from ticket where id = $1", ticket)
    return bool(found and found["is_public"])


def _short(words: str) -> str:
    return uncut(words, LONGEST, "words")
