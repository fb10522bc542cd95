"""What every answer carries: the headers that keep a page to itself, and a request's number.

`dress` is a `before_send` hook and not a middleware, because the router's own 404 and 405 pass no
middleware. The thin handler in front of Litestar adds `HEADERS` itself.
"""

import re
import secrets
from urllib.parse import SplitResult, urlsplit

from litestar import Litestar
from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.types import Message, Receive, Scope, Send

from coordination.settings import settings

# WeUI carries its icons as data: images; nothing else comes from outside this origin, and no
# script or style is ever written into a page.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
ONE_YEAR = 31_536_000
# Behind TLS the browser itself lets no other host or path plant the cookie.
OVER_TLS = settings().proxied or settings().public_url.startswith("https:")
SESSION_COOKIE = "__Host-sid" if OVER_TLS else "sid"
VISITOR_COOKIE = "__Host-visitor" if OVER_TLS else "visitor"
HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[\w.-]+)(:(?P<port>\d{1,5}))?")
NOBODY = (b"host", b"nobody.invalid")
READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: it is read out over the phone


async def dress(message: Message, scope: Scope) -> None:
    """Add the headers to an answer that starts. What a handler has set itself stays."""
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers["x-request-id"] = request_number(scope)
    if OVER_TLS or scope.get("scheme") == "https":
        headers.setdefault("strict-transport-security", f"max-age={ONE_YEAR}")
    if headers.get("content-type", "").startswith("text/html"):
        # Not no-store: with it browsers throw away what was typed when one goes back. Signing
        # out sends Clear-Site-Data, and pages with secrets say no-store themselves.
        headers.setdefault("cache-control", "private, no-cache")
        _remember_visitor(headers, scope)


def request_number(scope: Scope) -> str:
    """This request's number: in its headers, on an error page, in the log. Eight characters."""
    state = scope.setdefault("state", {})
    if "request_number" not in state:
        state["request_number"] = "".join(secrets.choice(READABLE) for _ in range(8))
    return state["request_number"]


def split(address: str) -> SplitResult:
    """The parts of an address that somebody claims; of nonsense, none."""
    try:
        return urlsplit(address)
    except ValueError:  # such as http://[
        return SplitResult("", "", "", "", "")


def hear_sound_hosts(app: Litestar) -> None:
    """Have the application see no Host that nobody can have dialled: an address made of one, as
    for an error page, is an error itself. Called once, by `create_app`."""
    inside = app.asgi_handler

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if any(name == b"host" and not _is_host(host) for name, host in scope["headers"]):
            rest = [each for each in scope["headers"] if each[0] != b"host"]
            scope = {**scope, "headers": [*rest, NOBODY]}  # pyright: ignore[reportAssignmentType]
        await inside(scope, receive, send)

    app.asgi_handler = answer


def _is_host(said: bytes) -> bool:
    found = HOST.fullmatch(said)
    return bool(found) and int(found["port"] or 0) < 65_536


def own_path(address: str | None, default: str = "/") -> str:
    """A path of this site, for `next`; anything that could lead elsewhere becomes `default`."""
    if not address or not address.startswith("/") or address[1:2] in ("/", "\\"):
        return default
    return default if any(c < " " or c == "\x7f" for c in address) else address


def our_cookie(name: str, value: str, *, max_age: int | None = None) -> Cookie:
    """A cookie that only we get back and no script reads. `max_age` 0 takes it away."""
    return Cookie(
        key=name, value=value, max_age=max_age, httponly=True, samesite="lax", secure=OVER_TLS
    )


def _remember_visitor(headers: MutableScopeHeaders, scope: Scope) -> None:
    if visitor := scope["state"].get("new_visitor"):
        headers.add("set-cookie", our_cookie(VISITOR_COOKIE, visitor).to_header(header=""))
