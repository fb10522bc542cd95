"""How often someone may try, whichever worker they reach."""

import asyncio
from datetime import timedelta

import pytest

from coordination.errors import TooMany
from coordination.settings import read
from coordination.web import limits
from coordination.web.limits import attempt, client_ip, forget, hit, sweep
from tests.builders import DURING

MINUTE = timedelta(minutes=1)


async def fails(way="password", account="a", source="1.2.3.4", at=DURING) -> int:
    """Seconds to wait, 0 where the try is allowed."""
    try:
        await attempt(way, account, source, at)
    except TooMany as refusal:
        return refusal.retry_after
    return 0


async def test_the_sixth_of_five_is_refused_until_the_window_is_over(database):
    for _ in range(5):
        await hit("k", 5, 60, DURING)

    with pytest.raises(TooMany) as refused:
        await hit("k", 5, 60, DURING + timedelta(seconds=20))
    await hit("k", 5, 60, DURING + timedelta(seconds=60))

    assert refused.value.retry_after == 40


async def test_a_hundred_tries_at_once_are_five_guesses(database):
    waits = await asyncio.gather(*(fails() for _ in range(100)))

    assert sum(wait == 0 for wait in waits) == 5


async def test_the_lock_lasts_fifteen_minutes_from_the_fifth_failure_and_trying_on_adds_nothing(
    database,
):
    for n in range(5):
        assert await fails(at=DURING + n * MINUTE) == 0

    first = await fails(at=DURING + 5 * MINUTE)
    later = await fails(at=DURING + 18 * MINUTE)
    over = await fails(at=DURING + 19 * MINUTE)

    assert (first, later, over) == (14 * 60, 60, 0)


async def test_the_lock_holds_one_way_of_one_account_from_one_source(database):
    for _ in range(6):
        await fails()

    assert await fails() > 0
    assert await fails(way="totp") == 0
    assert await fails(account="b") == 0
    assert await fails(source="5.6.7.8") == 0


async def test_a_success_forgets_the_failures(database):
    for _ in range(4):
        await fails()
    await forget("password", "a", "1.2.3.4")

    assert [await fails() for _ in range(5)] == [0] * 5


async def test_windows_that_are_over_are_swept_and_locks_stay(database):
    await hit("old", 1, 60, DURING - timedelta(days=3))
    await hit("new", 1, 60, DURING)
    await sweep(DURING)

    with pytest.raises(TooMany):
        await hit("new", 1, 60, DURING)
    await hit("old", 1, 60, DURING - timedelta(days=3))


class Connection:
    """As much of a connection as says where it comes from."""

    def __init__(self, host: str, forwarded: str | None = None) -> None:
        self.client = type("Client", (), {"host": host})
        self.headers = {"x-forwarded-for": forwarded} if forwarded else {}


@pytest.mark.parametrize(
    ("proxied", "host", "forwarded", "found"),
    [
        ("0", "10.0.0.1", "6.6.6.6", "10.0.0.1"),
        ("1", "10.0.0.1", "6.6.6.6, 7.7.7.7", "7.7.7.7"),
        ("1", "10.0.0.1", None, "10.0.0.1"),
        ("0", "2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
        ("0", "::ffff:10.0.0.9", None, "10.0.0.9"),
    ],
)
def test_only_the_proxy_says_where_a_request_comes_from(
    monkeypatch, proxied, host, forwarded, found
):
    monkeypatch.setattr(limits, "settings", lambda: read({"COORDINATION_PROXIED": proxied}))

    assert client_ip(Connection(host, forwarded)) == found  # pyright: ignore
