"""Live updates: a page hears that something changed, and fetches the fragment it shows again.

`tell("turnout", poll)` in an action or a job reaches every page that listens to that topic, from
any process, when the transaction commits. What travels is the topic alone: a signal holds no
figure and no name, so anyone may hear it, and the fragment's own route says who may read it.
Never tell of a single cast; tell when a published figure has moved.

    <div hx-ext="sse" sse-connect="/live/turnout/{{ poll.id }}">
      <section id="now" hx-get="…" hx-select="#now > *" hx-trigger="sse:changed, every 60s">
        …
      </section>
    </div>

The section stays and only what is in it changes: of an element that is taken out, htmx forgets the
signal that came while it was asking, and does not hear the next for a moment.

Each process keeps one connection that LISTENs. Litestar's own PostgreSQL backend opens one for
every publish and does not come back after it lost its listener; this one does, and then signals
everything, for what was said meanwhile is lost.
"""

import asyncio
import contextlib
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from uuid import UUID

import asyncpg
from litestar import Request, get
from litestar.channels import ChannelsBackend, ChannelsPlugin
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import ServerSentEvent
from litestar.response.sse import ServerSentEventMessage

from coordination.db import execute, lone_connection
from coordination.web.access import anyone
from coordination.web.assets import UNCOMPRESSED
from coordination.web.limits import limited

CHANNEL = "live"
EVERYTHING, GOODBYE = b"*", b""
STOP = signal.SIGUSR1  # from the server's parent to its workers, before they are told to stop
HEARTBEAT = 15.0  # seconds; shorter than what proxies take for silence
BEATS = 40  # then the browser connects anew, to whichever worker
RETRY_MS = 3_000
FIRST_DELAY, LONGEST_DELAY = 0.2, 10.0
_heard, _hears = 0, False  # signals so far; whether any would be heard now


async def tell(topic: str, id: UUID | str) -> None:
    """Signal the pages that listen to this topic, once the transaction commits."""
    await execute("select pg_notify($1, $2)", CHANNEL, f"{topic}/{id}")


async def tell_each(topics: Iterable[tuple[str, UUID]]) -> None:
    """`tell` of many topics in one go."""
    said = [f"{topic}/{id}" for topic, id in topics]
    await execute(
        "select pg_notify($1, said) from unnest($2::text[]) as given (said)", CHANNEL, said
    )


def heard() -> int | None:
    """How many signals this process has heard: while it is the same, whatever is told of has not
    changed. None: nothing is heard at the moment, so nothing is known to have stood still."""
    return _heard if _hears else None


class PgNotifyBackend(ChannelsBackend):
    """Brings what any process NOTIFYs to this process's subscribers."""

    def __init__(self, connect: Callable[[], Awaitable[asyncpg.Connection]]) -> None:
        self._connect = connect

    async def on_startup(self) -> None:
        self._heard: asyncio.Queue[bytes] = asyncio.Queue()
        self._task = asyncio.create_task(self._stay_connected())
        # A worker that stops waits for what it is answering, and a stream has no end of its own.
        with contextlib.suppress(RuntimeError, ValueError):  # not in the main thread: no signals
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(STOP, self._heard.put_nowait, GOODBYE)

    async def on_shutdown(self) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _stay_connected(self) -> None:
        delay = FIRST_DELAY
        while True:
            with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                async with contextlib.aclosing(self._listen()) as listening:
                    async for _ in listening:
                        delay = FIRST_DELAY
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST_DELAY)

    async def _listen(self) -> AsyncGenerator[None, None]:
        """Yield whenever the connection has just proven alive; return or raise when it is lost."""
        global _heard, _hears
        lost = asyncio.Event()
        connection = await self._connect()
        connection.add_termination_listener(lambda _: lost.set())
        try:
            await connection.add_listener(CHANNEL, self._on_notify)
            self._heard.put_nowait(EVERYTHING)
            _heard, _hears = _heard + 1, True
            while not lost.is_set():
                yield
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(lost.wait(), HEARTBEAT)
                # A connection can also die without a word; asking finds out.
                await connection.execute("select 1", timeout=HEARTBEAT)
        finally:
            _hears = False
            connection.terminate()

    def _on_notify(self, _: object, __: int, ___: str, topic: object) -> None:
        global _heard
        _heard += 1
        self._heard.put_nowait(str(topic).encode())

    async def stream_events(self) -> AsyncGenerator[tuple[str, bytes], None]:
        while True:
            yield CHANNEL, await self._heard.get()

    async def publish(self, data: bytes, channels: Iterable[str]) -> None:
        for channel in channels:
            await execute("select pg_notify($1, $2)", channel, data.decode())

    async def subscribe(self, channels: Iterable[str]) -> None:
        """Nothing to do: the one channel is listened to from the start."""

    async def unsubscribe(self, channels: Iterable[str]) -> None:
        """Likewise."""

    async def get_history(self, channel: str, limit: int | None = None) -> list[bytes]:
        return []


def channels() -> ChannelsPlugin:
    """The plugin for `create_app`: one channel, on which every signal travels."""
    return ChannelsPlugin(PgNotifyBackend(lone_connection), channels=[CHANNEL])


async def signals(
    hub: ChannelsPlugin, topic: str, *, again: bool = False
) -> AsyncGenerator[ServerSentEventMessage, None]:
    """The event `changed` whenever the topic is told of; `again`: at once, for one who returns.

    Several signals while the reader is slow become one.
    """
    changed, mine, ended = asyncio.Event(), topic.encode(), False
    if again:
        changed.set()

    async def hear(told: bytes) -> None:
        nonlocal ended
        ended = ended or told == GOODBYE
        if told in (mine, EVERYTHING, GOODBYE):
            changed.set()

    async with (
        hub.start_subscription(CHANNEL) as subscriber,
        subscriber.run_in_background(hear, join=False),
    ):
        yield ServerSentEventMessage(data=None, comment="open", retry=RETRY_MS)
        for _ in range(BEATS):
            try:
                await asyncio.wait_for(changed.wait(), HEARTBEAT)
            except TimeoutError:
                yield ServerSentEventMessage(data=None, comment="still here")
            else:
                if ended:
                    return
                changed.clear()
                yield ServerSentEventMessage(event="changed", data=topic, id="1")


@get(
    "/live/{topic:str}/{id:uuid}",
    guards=[anyone, limited("live", 600, 60)],  # a hall full of phones has one address
    opt=UNCOMPRESSED,
    include_in_schema=False,
)
async def live(
    request: Request,
    channels: NamedDependency[ChannelsPlugin],
    topic: FromPath[str],
    id: FromPath[UUID],
) -> ServerSentEvent:
    """A stream of signals about one thing."""
    returns = "last-event-id" in request.headers
    return ServerSentEvent(signals(channels, f"{topic}/{id}", again=returns))
