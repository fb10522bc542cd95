"""Routes for programs: a key with the scope they need, within its rate. No session works here."""

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.types import Guard

from coordination import clock
from coordination.errors import NotAllowed
from coordination.tickets.doors.keys.actions import known_caller
from coordination.tickets.doors.keys.rules import Caller, Scope
from coordination.web.access import declares_access
from coordination.web.limits import client_ip, hit

MINUTE = 60


class NotInScope(NotAllowed):
    """The key is in force, and not for this."""


def keyed(scope: Scope) -> Guard:
    """A guard: shows a key in force that has this scope. NoSuchKey; NotInScope; TooMany."""

    @declares_access
    async def guard(connection: ASGIConnection, _: BaseRouteHandler) -> None:
        said = connection.headers.get("authorization", "")
        shown = said[7:].strip() if said[:7].lower() == "bearer " else None
        connection.scope["state"]["caller"] = await admitted(connection, shown, scope)

    return guard


async def admitted(connection: ASGIConnection, words: str | None, scope: Scope) -> Caller:
    """The caller with this key, counted. NoSuchKey; NotInScope; TooMany."""
    at = clock.now()
    method = connection.scope.get("method", "GET")
    found = await known_caller(words, method, connection.url.path, client_ip(connection), at)
    await hit(f"key:{found.key}", found.per_minute, MINUTE, at)
    if scope not in found.scopes:
        raise NotInScope(f"这个密钥没有“{scope}”权限，请向发放密钥的单位申请。")
    return found


async def keyholder(request: Request) -> Caller:
    """The `keyholder` that a keyed route asks for. Not `caller`: Litestar takes what is wrong with
    a field of that name in the body for a mistake of ours."""
    return request.scope["state"]["caller"]
