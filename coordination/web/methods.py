"""HEAD and OPTIONS, as every address answers them.

HEAD is GET without its body: Litestar answers it only where a handler says so, yet who watches a
service or draws a link's preview sends it everywhere. OPTIONS Litestar answers itself, but of a
controller's address it names one method alone.
"""

from litestar import Litestar
from litestar.datastructures import MutableScopeHeaders
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, HTTPReceiveMessage, Message, Receive, Scope, Send


def answer_heads(app: Litestar) -> None:
    """Have the application answer HEAD wherever it answers GET. Called once, by `create_app`."""
    app.asgi_handler = _heads(app.asgi_handler)


async def name_methods(message: Message, scope: Scope) -> None:
    """A `before_send` hook: `Allow` names all methods of an address."""
    if message["type"] != "http.response.start" or message["status"] not in (204, 405):
        return
    headers = MutableScopeHeaders.from_message(message)
    if "allow" not in headers:
        return
    methods = _methods(scope["litestar_app"]).get(scope.get("path_template", ""))
    named = set(methods or headers["allow"].split(", "))
    headers["allow"] = ", ".join(sorted(named | ({"HEAD"} if "GET" in named else set())))


def _methods(app: Litestar) -> dict[str, set[str]]:
    """Which methods each address has, by its template."""
    routes = (route for route in app.routes if isinstance(route, HTTPRoute))
    return {route.path_format: set(route.methods) for route in routes}


def _heads(inside: ASGIApp) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await inside(scope, receive, send)
            return
        # An empty request, after which nobody listens: a stream must not run on unheard.
        arriving: list[HTTPReceiveMessage] = [
            {"type": "http.disconnect"},
            {"type": "http.request", "body": b"", "more_body": False},
        ]

        async def nothing_more() -> HTTPReceiveMessage:
            return arriving.pop() if len(arriving) > 1 else arriving[0]

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
            elif not message.get("more_body"):
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        await inside({**scope, "method": "GET"}, nothing_more, without_body)

    return answer
