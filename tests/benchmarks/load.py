"""One light process that loads a server: keep-alive connections, requests prepared beforehand."""

import asyncio
import itertools
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import uvloop


@dataclass(slots=True)
class Load:
    """What came back. Times are in seconds."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def quantile_ms(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)

    def figures(self) -> dict[str, object]:
        return {
            "per_second": round(self.per_second),
            "p50_ms": self.quantile_ms(0.5),
            "p99_ms": self.quantile_ms(0.99),
            "requests": len(self.latencies),
            "statuses": self.statuses,
        }


class Client(asyncio.Protocol):
    """One connection: the next request goes out when the answer to the last is complete."""

    def __init__(self, requests: Iterator[bytes], load: Load, done: asyncio.Future[None]) -> None:
        self.requests, self.load, self.done = requests, load, done
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport  # uvloop's is no subclass of asyncio's
        self._next()

    def _next(self) -> None:
        request = next(self.requests, None)
        if request is None:
            self.transport.close()
            if not self.done.done():
                self.done.set_result(None)
            return
        self.sent_at = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        at = head.lower().find(b"content-length:")
        if at < 0:
            raise ValueError("an answer without a length")
        if len(body) < int(head[at + 15 :].split(b"\r\n", 1)[0]):
            return
        self.load.latencies.append(time.perf_counter() - self.sent_at)
        status = int(head[9:12])
        self.load.statuses[status] = self.load.statuses.get(status, 0) + 1
        self.buffer = b""
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("closed before the last answer"))


class Poller(Client):
    """One connection that asks the same every so often, for as long as the others are at it."""

    def __init__(self, pollers: "Pollers", load: Load) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        super().__init__(itertools.repeat(pollers.request), load, done)
        self.every, self.first = pollers.every, random.random() * pollers.every

    def _next(self) -> None:
        pause, self.first = self.first or self.every, 0.0
        asyncio.get_running_loop().call_later(pause, self._ask)

    def _ask(self) -> None:
        if not self.transport.is_closing():
            super()._next()


@dataclass(frozen=True, slots=True)
class Pollers:
    """So many clients that ask for the same page, each every so many seconds."""

    clients: int
    every: float
    request: bytes


async def _polling(pollers: Pollers, port: int, polled: Load) -> list[asyncio.Transport]:
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda: Poller(pollers, polled), "127.0.0.1", port)
        for _ in range(pollers.clients)
    ]
    return [transport for transport, _ in made]


def run(port: int, clients: int, requests: Iterator[bytes], beside: Pollers | None = None) -> Load:
    """Send all `requests` to 127.0.0.1:`port` over `clients` connections, while others poll."""
    load, polled = Load(), Load()

    async def all_clients() -> None:
        loop = asyncio.get_running_loop()
        ends = []
        others = await _polling(beside, port, polled) if beside else []
        begun = time.perf_counter()
        for _ in range(clients):
            done: asyncio.Future[None] = loop.create_future()
            ends.append(done)
            await loop.create_connection(
                lambda done=done: Client(requests, load, done), "127.0.0.1", port
            )
        await asyncio.gather(*ends)
        load.seconds = time.perf_counter() - begun
        for transport in others:
            transport.abort()

    uvloop.run(all_clients())
    assert set(polled.statuses) <= {200}, polled.statuses
    return load


def request(
    method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> bytes:
    """One HTTP/1.1 request, ready to send."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
