"""For those who watch the service: is it alive, can it serve, how is it doing."""

import asyncio
import hmac

import asyncpg
from litestar import MediaType, Response, get
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from prometheus_client import CONTENT_TYPE_LATEST

from coordination import jobs
from coordination.db import connection
from coordination.errors import NotFound
from coordination.pending import pending
from coordination.settings import settings
from coordination.web.access import anyone, declares_access
from coordination.web.metrics import exposition

ANSWERS_WITHIN = 3.0  # seconds
SILENT_AT_MOST = 30.0  # seconds since a worker's last beat
THIS_MACHINE = ("127.0.0.1", "::1")
AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
NO_STORE = {"cache-control": "no-store"}


@declares_access
async def the_operator_s_monitor(asking: ASGIConnection, _: BaseRouteHandler) -> None:
    """Who has COORDINATION_METRICS_TOKEN; where none is set, a program on this very machine.

    NotFound: anyone else. A proxy on this machine asks for others, and so does not count.
    """
    if token := settings().metrics_token:
        given = asking.headers.get("authorization", "")
        allowed = hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    else:
        passed_on = settings().proxied or "x-forwarded-for" in asking.headers
        allowed = bool(asking.client and asking.client.host in THIS_MACHINE and not passed_on)
    if not allowed:
        raise NotFound("没有这个页面。")


@get("/health", guards=[anyone], media_type=MediaType.TEXT, include_in_schema=False)
async def health() -> str:
    """The process is alive and answers. Nothing is said of the database."""
    return "ok"


@get("/ready", guards=[anyone], include_in_schema=False)
async def ready() -> Response[dict[str, object]]:
    """200 when database, migrations and worker are as they should be, else 503 and which not."""
    found: dict[str, object] = {"database": False, "migrations": False, "worker": False}
    try:
        async with asyncio.timeout(ANSWERS_WITHIN), connection() as it:
            found["migrations"] = not await pending(it)
            found["database"] = True
        if found["migrations"]:
            age = await jobs.seconds_since_beat()
            found["worker"] = age is not None and age < SILENT_AT_MOST
    except AWAY:
        pass  # said by what is still False
    if not settings().expects_worker:
        found["worker"] = None
    status = 503 if False in found.values() else 200
    return Response(found, status_code=status, headers=NO_STORE)


@get("/metrics", guards=[the_operator_s_monitor], include_in_schema=False)
async def metrics() -> Response[bytes]:
    """Prometheus reads it."""
    return Response(await exposition(), headers=NO_STORE, media_type=CONTENT_TYPE_LATEST)


HEALTH = [health, ready, metrics]
