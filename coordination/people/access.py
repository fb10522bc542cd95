"""Who is asking, and who may reach a route: the session's look-up, the guards, the dependencies.

The look-up is one statement per request and writes nothing. What it finds stands in the scope:
`user` is the Asker or None (also when their consent is withdrawn), `auth` the Asker all the same.
"""

from uuid import UUID

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.enums import ScopeType
from litestar.handlers.base import BaseRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Guard, Receive, Scope, Send

from coordination import clock
from coordination.errors import NotAllowed, NotSignedIn
from coordination.people import devices
from coordination.people.askers import Asker, ConsentFirst, SecondFactorFirst
from coordination.people.rules import device_in_words
from coordination.people.sessions import COOKIE, look_up
from coordination.people.sign_in_actions import Visit
from coordination.people.tables import RoleKind
from coordination.web.access import declares_access
from coordination.web.limits import client_ip
from coordination.web.security import our_cookie

LONGEST_STAY = 90 * 86_400  # the cookie's; the row in the database says when it is over


class Sessions(ASGIMiddleware):
    """Puts who is asking into the scope. Style sheets need not know, nor does a route with
    `opt={"no_session": True}`."""

    scopes = (ScopeType.HTTP, ScopeType.WEBSOCKET)
    exclude_opt_key = "no_session"
    should_bypass_for_scope = staticmethod(lambda scope: scope["path"].startswith("/static/"))

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        token = ASGIConnection(scope).cookies.get(COOKIE)
        asker = await look_up(token, clock.now(), paused=True) if token else None
        scope["auth"] = asker
        scope["user"] = None if asker is None or asker.is_paused else asker
        await next_app(scope, receive, send)


def asker_of(connection: ASGIConnection) -> Asker | None:
    """Who is asking, on error pages too, which no middleware has reached."""
    return connection.scope.get("user")


async def asker(request: Request) -> Asker:
    """The `asker` that handlers ask for. NotSignedIn, ConsentFirst."""
    return _known(request)


async def visitor(request: Request) -> Asker | None:
    """The `visitor` of a public page: an Asker, or nobody we know."""
    return asker_of(request)


async def paused_asker(request: Request) -> Asker:
    """An Asker, also when their consent is withdrawn. NotSignedIn."""
    found: Asker | None = request.scope.get("auth")
    if found is None:
        raise NotSignedIn("请先登录。")
    return found


async def visit(request: Request) -> Visit:
    """Where this request comes from."""
    found: Asker | None = request.scope.get("auth")
    device = device_in_words(request.headers.get("user-agent", ""))
    known = request.cookies.get(devices.COOKIE, "")
    return Visit(client_ip(request), device, found and found.session, known)


@declares_access
async def signed_in(connection: ASGIConnection, _: BaseRouteHandler) -> None:
    """Anyone we know."""
    _known(connection)


@declares_access
async def signed_in_even_paused(connection: ASGIConnection, _: BaseRouteHandler) -> None:
    """Anyone we know, also without consent: to give it again, to export, to close."""
    if connection.scope.get("auth") is None:
        raise NotSignedIn("请先登录。")


@declares_access
async def stepped_up(connection: ASGIConnection, _: BaseRouteHandler) -> None:
    """Anyone who gave a fresh proof. Of who did not, the form is read all the same: what was typed
    while the proof ran out comes back."""
    known, at = _known(connection), clock.now()
    if isinstance(connection, Request) and not known.has_stepped_up(at):
        await connection.form()
    known.must_have_stepped_up(at)


def staff(*kinds: RoleKind) -> Guard:
    """A guard: holds a role of one of these kinds (none named: any), somewhere. Whether it
    reaches the place at hand is the permit's to say."""
    wanted = frozenset(kinds or RoleKind)

    @declares_access
    async def guard(connection: ASGIConnection, _: BaseRouteHandler) -> None:
        known = _known(connection)
        if any(role.kind in wanted for role in known.roles):
            return
        if any(role.kind in wanted for role in known.waiting):
            raise SecondFactorFirst("请先完成二次验证，再进入工作页面。")
        raise NotAllowed("这个页面只对有相应职责的工作人员开放。")

    return guard


def _known(connection: ASGIConnection) -> Asker:
    found: Asker | None = connection.scope.get("auth")
    if found is None:
        raise NotSignedIn("请先登录。")
    if found.is_paused:
        raise ConsentFirst("您已撤回同意。重新同意后可以继续使用。")
    return found


def session_cookie(token: str) -> Cookie:
    """The cookie that carries a session's token."""
    return our_cookie(COOKIE, token, max_age=LONGEST_STAY)


def device_cookie(carried: str, person: UUID) -> Cookie:
    """Lets this browser be known again as one of that person's."""
    return our_cookie(devices.COOKIE, devices.remember(carried, person), max_age=devices.STAYS)


def no_session_cookie() -> Cookie:
    """Takes the cookie back."""
    return our_cookie(COOKIE, "", max_age=0)
