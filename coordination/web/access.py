"""Who may reach a route at all. Every route says so, or the application does not start."""

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.types import Guard

DECLARATIONS: set[Guard] = set()


def declares_access(guard: Guard) -> Guard:
    """Mark a guard as one that settles who may come in. It must be async: Litestar runs a
    synchronous guard in a thread, wrapped in an object that is no longer this function."""
    DECLARATIONS.add(guard)
    return guard


@declares_access
async def anyone(_: ASGIConnection, __: BaseRouteHandler) -> None:
    """Open to the public. Written out, so that it is a decision and not an oversight."""


def require_declarations(app: Litestar) -> None:
    """RuntimeError: a route that declares no access. Called once, by `create_app`."""
    for route in app.routes:
        handlers = getattr(route, "route_handlers", None) or [getattr(route, "route_handler", None)]
        for handler in filter(None, handlers):
            if getattr(handler, "http_methods", None) == {"OPTIONS"}:  # Litestar's own answer
                continue
            if not DECLARATIONS & set(handler.resolve_guards()):
                raise RuntimeError(f"{route.path}: {handler} declares no access")
