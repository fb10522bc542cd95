"""One form that is sent twice is one sending: a double tap, a click while the page still loads.

Each page's forms carry a token of their own (`csrf`), so the same token with the same words is the
same form. Who sends it again while the first is being answered waits for that answer and gets it,
byte for byte; a browser gets it for some seconds longer, since the second tap may be on its way
when the first is done. What was refused may be tried again at once.

This process knows only what it answers itself. Where several serve, `coordination.js` holds the
second tap back, and behind both stand the locks and unique rows of the database.
"""

import asyncio
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from litestar import Request, Response
from litestar.datastructures import UploadFile
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from litestar.utils.scope.state import ScopeState

AGAIN_WITHIN = 10.0  # seconds
LARGEST = 64_000  # bytes of an answer that is kept
SENDING = "coordination.sending"

Answer = list[Message] | None  # None: it did not come to its end, or is too large to keep
_sent: dict[bytes, asyncio.Future[Answer]] = {}


class Sending:
    """A request that may carry a form, and its answer as it goes out."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._mine: bytes | None = None
        self._messages: list[Message] = []
        self._size = 0
        self.given: Answer = None  # what the same form was answered before

    async def is_again(self, key: bytes, *, by_browser: bool) -> bool:
        """Whether this form was sent before: then that answer goes out, whatever is said here."""
        while (first := _sent.get(key)) and (by_browser or not first.done()):
            # Who goes away leaves the first to the others.
            if answer := await asyncio.shield(first):
                self.given = answer
                return True
        self._mine = key
        _sent[key] = asyncio.get_running_loop().create_future()
        return False

    async def pass_on(self, message: Message) -> None:
        """Send it, and keep it; a client that has gone may come back by its second tap."""
        if self.given:
            return
        self._size += len(message.get("body", b""))  # pyright: ignore[reportArgumentType]
        if self._mine and self._size <= LARGEST:
            self._messages.append(message)
        with suppress(ConnectionError):
            await self._send(message)

    def end(self) -> None:
        """Tell those who wait, and remember what succeeded for those who still come."""
        if self._mine is None:
            return
        said = self._messages
        whole = bool(said) and not said[-1].get("more_body", False) and self._size <= LARGEST
        done = _sent[self._mine]
        if not (whole and said[0].get("status", 500) < 400):
            _forget(self._mine, done)
        else:
            asyncio.get_running_loop().call_later(AGAIN_WITHIN, _forget, self._mine, done)
        done.set_result(said if whole else None)


class Once:
    """Around the application."""

    def __init__(self, inside: ASGIApp) -> None:
        self.inside = inside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self.inside(scope, receive, send)
            return
        sending = Sending(send)
        scope[SENDING] = sending  # pyright: ignore[reportGeneralTypeIssues]
        try:
            await self.inside(scope, receive, sending.pass_on)
            for message in sending.given or ():
                await send(message)
        finally:
            sending.end()


async def answered_before(request: Request, held_by: bytes) -> Response | None:
    """Something to say in the place of a form's answer, where the form was answered before."""
    sending: Any = request.scope.get(SENDING)
    if sending is None:
        return None
    asked = request.headers.get("sec-fetch-mode", "")
    key = _key(request, held_by)
    if not await sending.is_again(key, by_browser=asked == "navigate"):
        return None
    return Response(b"-", media_type="text/plain")


def _key(request: Request, held_by: bytes) -> bytes:
    found: Any = ScopeState.from_scope(request.scope).form
    said = [(name, _told(value)) for name, value in _items(found)]
    whole = (held_by, request.method, request.url.path, request.url.query, said)
    return hashlib.sha256(repr(whole).encode(errors="surrogatepass")).digest()


def _items(found: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [
        (name, one)
        for name, said in found.items()
        for one in (said if isinstance(said, list) else [said])
    ]


def _told(said: Any) -> str:
    """A file by its name and its length: the page's token stands beside it."""
    if not isinstance(said, UploadFile):
        return str(said)
    length = said.file.seek(0, 2)
    said.file.seek(0)
    return f"{said.filename} {length}"


def _forget(key: bytes, done: asyncio.Future[Answer]) -> None:
    if _sent.get(key) is done:
        del _sent[key]
