"""The door that papers come in by: a plain ASGI callable in front of Litestar.

In the last hour before a close most of an estate votes at once. This is the one path that is
made thin for it: no router, no middleware, no template. What those would have checked is
checked here: where the form comes from, its token, and whose session it is.

A form is answered with 303 to the receipts, JSON with the receipts themselves.
"""

import hashlib
import json
from typing import Any
from urllib.parse import parse_qs, urlencode
from uuid import UUID

import msgspec
from litestar.types import ASGIApp, Receive, Scope, Send

from coordination import clock
from coordination.ballots.casting.actions import StepUpNeeded, Submission, UnknownChoice
from coordination.ballots.casting.papers import open_paper
from coordination.ballots.casting.queue import CastQueue
from coordination.ballots.receipts import Receipt
from coordination.ballots.seal import PageExpired
from coordination.errors import Invalid, NotSignedIn, Refusal
from coordination.web.csrf import FIELD, HEADER, refuse_foreign, refuse_forged
from coordination.web.problems import problem_of, status_of
from coordination.web.security import HEADERS, SESSION_COOKIE

LARGEST_BODY = 64 * 1024
PREFIX, SUFFIX = "/ballots/", "/casts"
ENCODE = msgspec.json.Encoder().encode
STANDING = [(name.encode(), value.encode()) for name, value in HEADERS.items()]


class CastDoor:
    """Takes POST /ballots/{poll}/casts; everything else goes to `inside`."""

    def __init__(self, inside: ASGIApp, queue: CastQueue) -> None:
        self.inside, self.queue = inside, queue

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST":
            path = scope["path"]
            if path.startswith(PREFIX) and path.endswith(SUFFIX):
                await self.take(scope, receive, send)
                return
        await self.inside(scope, receive, send)

    async def take(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in
                   scope["headers"]}  # fmt: skip
        wants_json = headers.get("content-type", "").startswith("application/json")
        paper = ""
        poll = None
        try:
            poll = _poll_in(scope["path"])
            fields = _fields(await _body(receive), wants_json)
            paper = str(fields.get("paper", ""))
            receipts = await self.queue.cast(_submission(poll, headers, fields), clock.now())
        except Refusal as refusal:
            if wants_json:
                await _answer(send, status_of(refusal), problem_of(refusal), b"problem+json")
            else:
                await self.turn_away(scope, receive, send, refusal, poll, paper)
            return
        if wants_json:
            await _answer(send, 201, _as_dict(receipts))
        else:
            await _redirect(send, f"/ballots/{poll}/receipts?fresh=1")

    async def turn_away(
        self, scope: Scope, receive: Receive, send: Send, refusal: Refusal, poll: UUID | None,
        paper: str,
    ) -> None:  # fmt: skip
        """Back to the check page with the paper, where words and buttons say what to do.

        The refusal travels as its code; the page knows the words.
        """
        if poll is None:
            elsewhere: Any = {**scope, "method": "GET", "path": "/ballots/unknown"}
            await self.inside(elsewhere, receive, send)
            return
        back = f"/ballots/{poll}/check?" + urlencode({"paper": paper, "refused": refusal.code})
        if isinstance(refusal, NotSignedIn):
            back = "/sign-in?" + urlencode({"next": back})
        elif isinstance(refusal, StepUpNeeded):
            back = f"/ballots/{poll}/confirm?" + urlencode({"paper": paper})
        elif isinstance(refusal, PageExpired):
            back = f"/ballots/{poll}/vote?" + urlencode({"refused": refusal.code})
        await _redirect(send, back)


def _poll_in(path: str) -> UUID:
    """Invalid: no poll has such an address."""
    try:
        return UUID(path[len(PREFIX) : -len(SUFFIX)])
    except ValueError as broken:
        raise Invalid("没有找到这次表决。") from broken


async def _body(receive: Receive) -> bytes:
    """The whole body. Invalid: larger than any paper."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Invalid("连接中断，请重新提交。")
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            raise Invalid("提交的内容过大。")
        if not message.get("more_body"):
            return body


def _fields(body: bytes, is_json: bool) -> dict[str, object]:
    """What was sent: paper, choices (JSON only), form token. Invalid: not readable."""
    try:
        if not is_json:
            return {name: values[-1] for name, values in parse_qs(body.decode("ascii")).items()}
        said = json.loads(body)
    except (ValueError, RecursionError) as broken:
        raise Invalid("提交的内容无法读取，请返回上一页重试。") from broken
    if not isinstance(said, dict):
        raise Invalid("提交的内容无法读取，请返回上一页重试。")
    return said


def _submission(poll: UUID, headers: dict[str, str], fields: dict[str, object]) -> Submission:
    """NotSignedIn, ForeignPage, StalePage, PageExpired, UnknownChoice."""
    refuse_foreign(headers)
    session = _session(headers)
    if session is None:
        raise NotSignedIn("登录已过期，请重新登录。您已选的内容会保留。")
    token_hash = hashlib.sha256(session.encode()).digest()
    refuse_forged(headers, headers.get(HEADER) or str(fields.get(FIELD, "")), token_hash)
    paper = open_paper(poll, str(fields.get("paper", "")), clock.now())
    choices = fields.get("choices")
    if choices is not None:
        paper = paper.choosing(_choices(choices))
    return Submission(token_hash, paper)


def _choices(said: object) -> dict[UUID, str]:
    """{right: choice} as JSON sends it. UnknownChoice."""
    if not isinstance(said, dict) or len(said) > 100:
        raise UnknownChoice("choices 应为 {表决权编号: 意见}。")
    try:
        return {UUID(right): str(choice) for right, choice in said.items()}
    except ValueError as broken:
        raise UnknownChoice("没有找到由您表决的事项。") from broken


def _session(headers: dict[str, str]) -> str | None:
    """The session's token. Ours are never quoted, so a split reads them."""
    for part in headers.get("cookie", "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == SESSION_COOKIE:
            return value
    return None


def _as_dict(receipts: list[Receipt]) -> dict[str, object]:
    return {"receipts": [receipt.as_dict() for receipt in receipts]}


async def _answer(send: Send, status: int, body: object, kind: bytes = b"json") -> None:
    raw = ENCODE(body)
    head = [
        (b"content-type", b"application/" + kind),
        (b"content-length", str(len(raw)).encode()),
        (b"cache-control", b"no-store"),
        *STANDING,
    ]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": raw, "more_body": False})


async def _redirect(send: Send, to: str) -> None:
    head = [(b"location", to.encode()), (b"content-length", b"0"), *STANDING]
    await send({"type": "http.response.start", "status": 303, "headers": head})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
