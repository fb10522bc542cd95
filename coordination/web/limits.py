"""How often someone may try, counted for all workers at once: one upsert in an UNLOGGED table.

Two kinds. A *limit* lets so many through in a window that begins with the first. A *lock* is for
guessing: it counts a try before it is judged, so that a hundred tries at once are not a hundred
guesses, and what succeeds forgets its failures. It locks one way in, of one account, from one
source; nobody can lock an owner out from elsewhere.

Call these outside a transaction: a refusal rolls its own count back.
"""

import ipaddress
from datetime import datetime, timedelta

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.types import Guard

from coordination import clock, db
from coordination.errors import TooMany
from coordination.settings import settings

FORGOTTEN_AFTER = timedelta(days=2)  # longer than any window

# $1 key, $2 seconds since 1970, $3 length of the window. A demo's clock may have moved: a window
# that begins in the future is over.
HIT = """
insert into rate_window as w (key, slot, hits) values ($1, $2, 1)
on conflict (key) do update set
  hits = case when w.slot + $3 > $2 and w.slot <= $2 then w.hits + 1 else 1 end,
  slot = case when w.slot + $3 > $2 and w.slot <= $2 then w.slot else $2 end
returning hits, slot + $3 - $2 as seconds_left
"""

# As above, and each try up to the last one allowed ($4) begins the window anew: the lock then
# lasts its full time, and trying on does not lengthen it.
TRY = """
insert into rate_window as w (key, slot, hits) values ($1, $2, 1)
on conflict (key) do update set
  hits = case when w.slot + $3 > $2 and w.slot <= $2 then w.hits + 1 else 1 end,
  slot = case when w.slot + $3 > $2 and w.slot <= $2 and w.hits >= $4 then w.slot else $2 end
returning hits, slot + $3 - $2 as seconds_left
"""


async def hit(key: str, limit: int, seconds: int, at: datetime) -> None:
    """Count one use of `key`. TooMany: more than `limit` within `seconds`."""
    used = await db.row(HIT, key, int(at.timestamp()), seconds)
    assert used
    if used["hits"] > limit:
        wait = used["seconds_left"]
        raise TooMany(f"操作过于频繁，请在{_in_words(wait)}后再试。", wait)


async def give_back(key: str) -> None:
    """That use shall not have counted."""
    await db.execute("update rate_window set hits = hits - 1 where key = $1 and hits > 0", key)


async def attempt(
    way: str,
    account: str,
    source: str,
    at: datetime,
    *,
    failures: int = 5,
    locked_for: timedelta = timedelta(minutes=15),
) -> None:
    """Count one try at a way in. TooMany: so many `failures` already, from this source."""
    seconds = int(locked_for.total_seconds())
    used = await db.row(TRY, _lock(way, account, source), int(at.timestamp()), seconds, failures)
    assert used
    if used["hits"] > failures:
        wait = used["seconds_left"]
        raise TooMany(
            f"连续{failures}次没有成功，这种方式请在{_in_words(wait)}后再试；"
            "您仍可以用登记手机的验证码登录或验证。",
            wait,
        )


async def forget(way: str, account: str, source: str) -> None:
    """The try succeeded: its failures no longer count."""
    await db.execute("delete from rate_window where key = $1", _lock(way, account, source))


async def sweep(at: datetime) -> None:
    """Drop the windows that are over."""
    old = int((at - FORGOTTEN_AFTER).timestamp())
    await db.execute("delete from rate_window where slot < $1", old)


def limited(name: str, hits: int, seconds: int) -> Guard:
    """A guard: at most `hits` requests in `seconds` from one source. It declares no access."""

    async def guard(connection: ASGIConnection, _: BaseRouteHandler) -> None:
        await hit(f"{name}:{client_ip(connection)}", hits, seconds, clock.now())

    return guard


def client_ip(connection: ASGIConnection) -> str:
    """Where a request comes from. Of X-Forwarded-For only what our own proxy added counts, and
    only when there is one: the rest is what the client claims. One IPv6 line is a /64."""
    address = connection.client.host if connection.client else "local"
    if settings().proxied:
        address = connection.headers.get("x-forwarded-for", address).rpartition(",")[2].strip()
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:60]
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def _lock(way: str, account: str, source: str) -> str:
    return f"lock:{way}:{account}:{source}"


def _in_words(seconds: int) -> str:
    return f"{-(-seconds // 60)}分钟" if seconds > 60 else f"{seconds}秒"
