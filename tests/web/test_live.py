"""A page that listens hears of every change, whichever process made it and whatever broke."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import uuid4

import asyncpg
import pytest
from litestar import Litestar

from coordination import db
from coordination.web import live, problems
from coordination.web.assets import COMPRESSION
from tests.conftest import running
from tests.waiting import until

POLL, OTHER = uuid4(), uuid4()
LISTENERS = "select pid from pg_stat_activity where query ilike 'listen%' and datname = 't'"


def a_worker() -> Litestar:
    """One process's site, which knows nothing of the others but the database."""
    return Litestar(
        [live.live],
        plugins=[live.channels()],
        compression_config=COMPRESSION,
        exception_handlers=problems.HANDLERS,
        openapi_config=None,
    )


class Page:
    """A browser's EventSource: raw ASGI, as a client of httpx would wait for the stream's end."""

    def __init__(self) -> None:
        self.events: asyncio.Queue[str] = asyncio.Queue()
        self.gone = asyncio.Event()
        self.headers: dict[str, str] = {}

    async def send(self, message: dict) -> None:
        if message["type"] == "http.response.start":
            self.headers = {k.decode(): v.decode() for k, v in message["headers"]}
        for event in message.get("body", b"").decode().split("\n\n"):
            if event.strip():
                self.events.put_nowait(event.strip())

    async def receive(self) -> dict:
        if not hasattr(self, "asked"):
            self.asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def next(self) -> str:
        return await asyncio.wait_for(self.events.get(), 10)

    def hears_nothing(self) -> bool:
        return self.events.empty()


@asynccontextmanager
async def listening(
    app: Litestar, id: object = POLL, headers: tuple[tuple[bytes, bytes], ...] = ()
) -> AsyncIterator[Page]:
    path, page = f"/live/turnout/{id}", Page()
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": path, "raw_path": path.encode(), "root_path": "",
        "query_string": b"", "headers": [(b"accept-encoding", b"gzip"), *headers],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    task = asyncio.create_task(app(scope, page.receive, page.send))  # pyright: ignore
    try:
        assert "retry: 3000" in await page.next()
        yield page
    finally:
        page.gone.set()
        with suppress(asyncio.CancelledError):
            await asyncio.wait_for(task, 5)


async def until_listening(owner: asyncpg.Connection, count: int) -> list[int]:
    """The server processes of the workers' listeners, once there are so many."""
    found: list[int] = []
    for _ in range(200):
        found = [row["pid"] for row in await owner.fetch(LISTENERS)]
        if len(found) == count:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(f"{len(found)} listen, not {count}")


@pytest.fixture
async def workers(
    database: dict, as_owner: asyncpg.Connection
) -> AsyncIterator[tuple[Litestar, Litestar]]:
    one, two = a_worker(), a_worker()
    before = live._heard
    async with running(one), running(two):
        await until_listening(as_owner, 2)
        # Each listener's signal to those who came before it, so that no page comes to hear it.
        await until(lambda: live._heard >= before + 2)
        await asyncio.sleep(0.05)
        yield one, two


async def test_pages_on_every_worker_hear_of_a_change_and_only_of_theirs(workers) -> None:
    one, two = workers
    async with listening(one) as here, listening(two) as there, listening(two, OTHER) as other:
        await live.tell("turnout", POLL)

        for page in (here, there):
            event = await page.next()
            assert event.splitlines() == ["id: 1", "event: changed", f"data: turnout/{POLL}"]
        await live.tell("turnout", OTHER)
        assert f"data: turnout/{OTHER}" in await other.next()
        assert here.hears_nothing() and there.hears_nothing() and other.hears_nothing()


async def test_what_is_rolled_back_is_told_to_nobody(workers) -> None:
    one, _ = workers
    async with listening(one) as page:
        with pytest.raises(RuntimeError):
            async with db.transaction():
                await live.tell("turnout", POLL)
                raise RuntimeError
        async with db.transaction():
            await live.tell("turnout", POLL)
            await asyncio.sleep(0.1)
            assert page.hears_nothing(), "not before the commit"

        assert "event: changed" in await page.next()
        assert page.hears_nothing()


async def test_both_listeners_terminated_and_every_page_still_hears(workers, as_owner) -> None:
    one, two = workers
    async with listening(one) as here, listening(two) as there:
        lost = await until_listening(as_owner, 2)
        for pid in lost:
            await as_owner.execute("select pg_terminate_backend($1)", pid)

        # What was told while nobody listened is lost: coming back signals everything.
        assert "event: changed" in await here.next()
        assert "event: changed" in await there.next()
        assert not set(await until_listening(as_owner, 2)) & set(lost)
        await live.tell("turnout", POLL)
        assert "event: changed" in await here.next()
        assert "event: changed" in await there.next()


async def test_one_who_returns_after_a_gap_is_signalled_at_once(workers) -> None:
    async with listening(workers[0], headers=((b"last-event-id", b"1"),)) as page:
        assert "event: changed" in await page.next()


async def test_a_hundred_changes_at_once_are_few_signals_to_a_page(workers) -> None:
    async with listening(workers[0]) as page:
        async with db.transaction():
            for _ in range(100):
                await live.tell("turnout", POLL)

        assert "event: changed" in await page.next()
        await asyncio.sleep(0.1)
        assert page.events.qsize() < 3


async def test_a_silent_stream_shows_that_it_is_alive_and_is_not_held_back(
    workers, monkeypatch
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT", 0.05)
    async with listening(workers[0]) as page:
        assert await page.next() == ": still here"
        assert page.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in page.headers


async def test_pages_that_leave_are_forgotten(database) -> None:
    hub = live.channels()
    async with hub:
        stream = live.signals(hub, "turnout/1")
        await anext(stream)
        assert len(hub._channels[live.CHANNEL]) == 1

        await stream.aclose()

        assert len(hub._channels[live.CHANNEL]) == 0


async def test_a_stream_ends_by_itself_so_that_browsers_spread_anew(database, monkeypatch) -> None:
    monkeypatch.setattr(live, "HEARTBEAT", 0.01)
    monkeypatch.setattr(live, "BEATS", 3)
    hub = live.channels()
    async with hub:
        told = [message.comment async for message in live.signals(hub, "turnout/1")]

    assert told[0] == "open"
    assert len(told) == 4


async def test_a_worker_told_to_stop_ends_the_streams_it_would_wait_for(database) -> None:
    hub = live.channels()
    async with hub:
        stream = live.signals(hub, "turnout/1")
        await anext(stream)

        os.kill(os.getpid(), live.STOP)

        async with asyncio.timeout(5):
            assert [message.event async for message in stream if message.event != "changed"] == []
