"""The link of a reply 确认链接: whoever whistled answers without signing in.

The token is random and goes out by message; the row holds its hash. It speaks for one reply, is
answered once, and ends with its days or with the next reply.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from coordination.db import execute, row, transaction
from coordination.errors import Conflict, NotFound
from coordination.places.queries import place_of
from coordination.places.values import whole_setting
from coordination.tickets.events import Actor
from coordination.tickets.kinds import Outcome, Rating, State
from coordination.tickets.standings import Standing
from coordination.tickets.visiting.confirming import accept, say_rating, say_unsolved
from coordination.tickets.words import OUTCOME_WORDS

TOKEN_BYTES = 12  # 96 bits: sixteen characters, short enough for an SMS

LINK = """
select l.id, l.ticket, l.reply, l.expires_at, l.used_at, t.estate, t.whistled_by, t.state, t.number,
       t.rating, c.name as category, e.name as estate_name, h.name as holder, h.phone,
       v.words, v.facts->>'outcome' as outcome,
       l.reply = (select max(ordinal) from ticket_event x
                   where x.ticket = l.ticket and x.kind = 'reply') as is_last
  from visit_link l join ticket t on t.id = l.ticket join category c on c.id = t.category
  join place e on e.id = t.estate join body h on h.id = t.holder
  join ticket_event v on v.ticket = l.ticket and v.ordinal = l.reply
 where l.token_hash = $1
"""


class NoSuchLink(NotFound):
    """Forged, mistyped, over, or of a reply that another has followed: one answer for all."""


class AlreadyAnswered(Conflict):
    """The reply was answered, by this link or otherwise."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What an opened link asks about. `words`: the reply's."""

    id: UUID
    ticket: UUID
    estate: UUID
    number: int
    category: str
    estate_name: str
    holder: str
    phone: str
    words: str
    outcome: str | None
    state: State
    whistled_by: UUID | None
    used_at: datetime | None
    rating: Rating | None

    @property
    def title(self) -> str:
        """Whose reply it is, and what it comes to."""
        said = f"：{OUTCOME_WORDS[Outcome(self.outcome)]}" if self.outcome else ""
        return f"{self.holder}答复{said}"

    @property
    def waits(self) -> bool:
        """Not answered yet."""
        return self.used_at is None and self.state in (State.REPLIED, State.VISITING)

    @property
    def may_rate(self) -> bool:
        return self.state is State.CLOSED and self.rating is None


async def make_link(ticket: UUID, estate: UUID, reply: int, at: datetime) -> str:
    """The token of a fresh link about a reply, in the caller's transaction."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    days = await whole_setting("reply_link_days", await place_of(estate), at)
    await execute(
        """insert into visit_link (id, ticket, token_hash, reply, expires_at)
           values ($1, $2, $3, $4, $5)""",
        uuid4(), ticket, _hash(token), reply, at + timedelta(days=days),
    )  # fmt: skip
    return token


async def open_link(token: str, at: datetime) -> Asking:
    """What the link asks about. NoSuchLink."""
    found = await row(LINK, _hash(token))
    if found is None or found["expires_at"] <= at or not found["is_last"]:
        raise NoSuchLink(
            "这个链接不对，或者已经过期。请核对短信里的网址；也可以登录后在“我的工单”里确认，"
            "或者打电话给社区。"
        )
    return Asking(
        found["id"], found["ticket"], found["estate"], found["number"], found["category"],
        found["estate_name"], found["holder"], found["phone"], found["words"], found["outcome"],
        State(found["state"]), found["whistled_by"], found["used_at"],
        Rating(found["rating"]) if found["rating"] else None,
    )  # fmt: skip


async def answer_by_link(token: str, solved: bool, words: str, at: datetime) -> Standing:
    """已解决 or 未解决, once. NoSuchLink, AlreadyAnswered."""
    async with transaction():
        asking = await open_link(token, at)
        used = await execute(
            "update visit_link set used_at = $2 where id = $1 and used_at is null", asking.id, at
        )
        if used == "UPDATE 0" or not asking.waits:
            raise AlreadyAnswered("这次答复已经有了结果，不能重复回答。请看工单最新进展。")
        say = accept if solved else say_unsolved
        return await say(asking.ticket, Actor(asking.whistled_by), words, at, way="link")


async def rate_by_link(token: str, rating: Rating, words: str, at: datetime) -> Standing:
    """评价 by whoever has the link. NoSuchLink, RatedBefore, Conflict."""
    asking = await open_link(token, at)
    return await say_rating(asking.ticket, Actor(asking.whistled_by), rating, words, at)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
