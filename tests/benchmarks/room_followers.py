"""Followers of a room's screen: each holds one stream of signals, and fetches what the room shows
at every signal, as the page does."""

import asyncio
import time
from dataclasses import dataclass, field

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
HEAD = "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {accept}\r\n\r\n"


@dataclass(slots=True)
class Follower:
    """One screen: when it first showed what."""

    port: int
    meeting: str
    shown_at: dict[str, float] = field(default_factory=dict)
    signals: int = 0

    async def follow(self, ready: asyncio.Semaphore, marks: dict[str, bytes]) -> None:
        """Until cancelled; a stream that ends is opened anew."""
        while True:
            reader, writer = await self._ask(f"/live/meeting/{self.meeting}", "text/event-stream")
            asked, asking = await asyncio.open_connection("127.0.0.1", self.port)
            ready.release()
            try:
                while line := await reader.readline():
                    if line.startswith(b"event: changed"):
                        self.signals += 1
                        self._note(await self._now(asked, asking), marks)
            finally:
                writer.close()
                asking.close()

    async def _ask(
        self, path: str, accept: str
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 20)
        writer.write(HEAD.format(path=path, accept=accept).encode())
        status = await reader.readline()
        assert b" 200 " in status, status
        while (await reader.readline()).strip():
            pass
        return reader, writer

    async def _now(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        path = f"/meetings/{self.meeting}/screen/now"
        writer.write(HEAD.format(path=path, accept="text/html").encode())
        length = 0
        while line := (await reader.readline()).strip().lower():
            if line.startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return await reader.readexactly(length)

    def _note(self, shown: bytes, marks: dict[str, bytes]) -> None:
        now = time.perf_counter()
        for mark, words in marks.items():
            if words in shown:
                self.shown_at.setdefault(mark, now)
