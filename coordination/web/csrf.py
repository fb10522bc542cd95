"""That a form was sent from one of our own pages, by the holder of the session it was made for.

Three questions, cheapest first:
1. The browser says where the request comes from. `Sec-Fetch-Site` is refused when present and
   foreign; without it `Origin` decides; old WebViews send neither.
2. A token stands in every form (`csrf_input`) or in the header `x-csrftoken`. It carries two
   seals over a fresh nonce: that we issued it, and for whom (the session, or a visitor's cookie
   before there is one). A forged or missing token is refused, whatever the browser says.
3. A token that we issued to somebody else is refused as well, unless the browser itself vouches
   for the page: one who signs in in another tab must not lose the words already typed here.

Why not Litestar's: its token is bound to no session, and its middleware reads whole uploads
before any guard has asked who sends them. `check_form` is a `before_request` hook: it runs after
the guards. The nonce makes the token differ on every page, so that compressing pages tells
nothing about it (BREACH).
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from litestar import Litestar, Request, Response
from litestar.enums import RequestEncodingType
from litestar.utils.scope.state import ScopeState

from coordination.errors import NotAllowed
from coordination.settings import sealing_key, settings
from coordination.web.once import answered_before
from coordination.web.security import SESSION_COOKIE, VISITOR_COOKIE, split
from coordination.web.typed import read_form

FIELD = "_csrf_token"
HEADER = "x-csrftoken"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORMS = {RequestEncodingType.URL_ENCODED, RequestEncodingType.MULTI_PART}
NONCE, SEAL = 12, 16  # bytes


class ForeignPage(NotAllowed):
    """Sent from a page that is not ours."""


class StalePage(NotAllowed):
    """The page was not made for this session."""


async def check_form(request: Request) -> Response | None:
    """Litestar's `before_request`: refuse what was forged, and give the page its token. A form
    that was sent before is answered as it was then.

    ForeignPage, StalePage: see `refuse_forged`."""
    before = None
    if request.method not in SAFE and not (_is_keyed(request) or _knows_no_session(request)):
        refuse_foreign(request.headers)
        token, held_by = await _token_of(request), holder(request.cookies)
        refuse_forged(request.headers, token, held_by)
        if HEADER not in request.headers and token:  # it stood in the form
            before = await answered_before(request, held_by)
    _issue_for_page(request)
    return before


def refuse_foreign(headers: Mapping[str, str]) -> None:
    """ForeignPage: the browser says that another site sent this."""
    if foreign_site(headers):
        raise ForeignPage("这个请求不是从本网站的页面发出的，没有执行。请在本网站打开页面再操作。")


def refuse_forged(headers: Mapping[str, str], token: str | None, held_by: bytes) -> None:
    """StalePage: the token is missing, forged, or another's and no browser vouches for it."""
    if not (csrf_ok(token, held_by) or (_is_issued(token) and _vouched_for(headers))):
        raise StalePage("这个页面已经过期，内容没有提交。请返回上一页，刷新后再提交。")


def foreign_site(headers: Mapping[str, str]) -> bool:
    """Whether the browser says that the request comes from another site. Lower-case names."""
    if said := headers.get("sec-fetch-site"):
        return said not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and not _is_our_origin(origin, headers)


def csrf_ok(token: str | None, held_by: bytes) -> bool:
    """Whether we issued `token` to this holder: the SHA-256 of the session's token."""
    nonce, _, bound = _parts(token)
    return bool(nonce) and hmac.compare_digest(bound, _seal(b"bound", nonce, held_by))


def issue_token(held_by: bytes) -> str:
    """A token for one page of this holder."""
    nonce = secrets.token_bytes(NONCE)
    raw = nonce + _seal(b"issued", nonce) + _seal(b"bound", nonce, held_by)
    return urlsafe_b64encode(raw).decode().rstrip("=")


def holder(cookies: Mapping[str, str]) -> bytes:
    """Whom a token is for: the session, else the visitor."""
    if session := cookies.get(SESSION_COOKIE):
        return hashlib.sha256(session.encode()).digest()
    return hashlib.sha256(b"visitor " + cookies.get(VISITOR_COOKIE, "").encode()).digest()


def require_form_checks(app: Litestar) -> None:
    """RuntimeError: a route put another `before_request` in the place of `check_form`. Called
    once, by `create_app`."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if handler.http_methods - SAFE and handler.resolve_before_request() is not check_form:
                raise RuntimeError(f"{route.path}: {handler} takes forms unchecked")


def _is_keyed(request: Request) -> bool:
    """An API key that no browser adds by itself, and no cookie that one would."""
    return "authorization" in request.headers and SESSION_COOKIE not in request.cookies


def _knows_no_session(request: Request) -> bool:
    """A route that looks at no session acts in nobody's name: there is nothing to forge."""
    return bool(request.route_handler.opt.get("no_session"))


async def _token_of(request: Request) -> str | None:
    # A program sends the header; a form's body, once read here, is no JSON for its handler.
    if request.content_type[0] in FORMS and not request.url.path.startswith("/api/"):
        await read_form(request)
        found = (await request.form()).get(FIELD)
        return request.headers.get(HEADER) or (found if isinstance(found, str) else None)
    return request.headers.get(HEADER)


def _issue_for_page(request: Request) -> None:
    cookies = dict(request.cookies)
    if SESSION_COOKIE not in cookies and not cookies.get(VISITOR_COOKIE):
        cookies[VISITOR_COOKIE] = secrets.token_urlsafe(16)
        request.scope["state"]["new_visitor"] = cookies[VISITOR_COOKIE]  # `dress` sets the cookie
    ScopeState.from_scope(request.scope).csrf_token = issue_token(holder(cookies))


def _vouched_for(headers: Mapping[str, str]) -> bool:
    if said := headers.get("sec-fetch-site"):
        return said == "same-origin"
    return _is_our_origin(headers.get("origin", ""), headers)


def _is_our_origin(origin: str, headers: Mapping[str, str]) -> bool:
    ours = {headers.get("host", ""), urlsplit(settings().public_url).netloc} - {""}
    return split(origin).netloc in ours


def _is_issued(token: str | None) -> bool:
    nonce, issued, _ = _parts(token)
    return bool(nonce) and hmac.compare_digest(issued, _seal(b"issued", nonce))


def _parts(token: str | None) -> tuple[bytes, bytes, bytes]:
    try:
        raw = urlsafe_b64decode((token or "").encode("ascii") + b"==")
    except ValueError:
        raw = b""
    if len(raw) != NONCE + 2 * SEAL:
        return b"", b"", b""
    return raw[:NONCE], raw[NONCE : NONCE + SEAL], raw[NONCE + SEAL :]


def _seal(purpose: bytes, nonce: bytes, held_by: bytes = b"") -> bytes:
    return hmac.digest(_key(), purpose + nonce + held_by, "sha256")[:SEAL]


@lru_cache(maxsize=1)
def _key() -> bytes:
    return hmac.digest(sealing_key().encode(), b"coordination/csrf/v1", "sha256")
