"""The JSON side 接口: what its answers share, and the OpenAPI document that names every route.

The document is made from the handlers; what Litestar cannot know is added: that any route may
refuse in ways that all share (`default`), what the kinds of answer say of themselves, and answers
whose form is a JSON Schema file of its own (`published_form`).

Lists come a page at a time: `next` is the id to send as `after`, null on the last page.
"""

import json
from collections.abc import Sequence
from inspect import cleandoc
from typing import Any, TypeVar

from litestar import MediaType, Request, Router
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, Reference, SecurityScheme, Server
from litestar.routes import BaseRoute
from litestar.types import ControllerRouterHandler
from msgspec import UNSET, Struct, UnsetType

from coordination.web.access import anyone
from coordination.web.csrf import HEADER
from coordination.web.problems import TITLES
from coordination.web.security import SESSION_COOKIE

Row = TypeVar("Row")

PREFIX = "/api/v1"
PAGE = 50
PROBLEM_JSON = "application/problem+json"
UNSEEN = {"cache-control": "no-store"}  # what concerns one person

# Who may call: the session of a signed-in person, and with it, to change anything, a form token.
SESSION: list[dict[str, list[str]]] = [{"session": []}]
SESSION_AND_TOKEN: list[dict[str, list[str]]] = [{"session": [], "token": []}]
KEY: list[dict[str, list[str]]] = [{"key": []}]  # a program of a body, for a place

DESCRIPTION = """\
What a residential estate decides, open to everybody, and what its owners do when they vote.

Reading needs no account. Acting needs the session cookie of a signed-in person and, for every
request that changes something, the header `x-csrftoken` with the token that `/api/v1/me` gave.
Casting, naming a proxy, and reading receipts need a fresh proof of who is asking, given at
`/step-up`.

Programs of a body (the property company, a hotline) read and file tickets with a key, sent as
`Authorization: Bearer …`; it reaches one place and what lies in it. No session works there.

Times are UTC; days are Shanghai's. Areas are square metres as text with four decimals. No answer
holds a name, a phone, or a choice of anybody but the asker; before the close there are no choices.
"""


class Problem(Struct, frozen=True, omit_defaults=True):
    """A refusal 拒绝, RFC 9457. `detail` says in Chinese what to do next."""

    type: str  # stable: /problems/ and the refusal's name
    title: str
    status: int
    detail: str | UnsetType = UNSET
    rule: str | UnsetType = UNSET  # the source that forbids it
    fields: dict[str, str] | UnsetType = UNSET  # what to correct, by field
    request_id: str | UnsetType = UNSET  # of a bug: what to tell the staff


FORMS: dict[str, tuple[str, dict[str, Any]]] = {}  # operation: component, its JSON Schema


def published_form(operation: str, component: str, schema: dict[str, Any]) -> None:
    """Have the answer of an operation described by a JSON Schema that lies beside the code."""
    FORMS[operation] = component, schema


def answers(*statuses: int) -> dict[int, ResponseSpec]:
    """For `responses=`: the refusals that a route is known for."""
    return {
        status: ResponseSpec(
            Problem, description=TITLES[status], media_type=PROBLEM_JSON, generate_examples=False
        )
        for status in statuses
    }


def api(*handlers: ControllerRouterHandler) -> Router:
    """The slices' handlers under /api/v1, each named in the document."""
    return Router(
        PREFIX,
        route_handlers=handlers,
        include_in_schema=True,
        response_headers={"cache-control": "private, no-cache"},
    )


class _DocumentRouter(Router):
    """Serves the document alone: Litestar would add an HTML page of its own for /api/anything."""

    def register(self, value: ControllerRouterHandler) -> list[BaseRoute]:
        if isinstance(value, HTTPRouteHandler) and "/openapi.json" not in value.paths:
            return []
        return super().register(value)


class _Document(JsonRenderPlugin):
    """Renders the document once."""

    body = b""

    def render(self, request: Request, openapi_schema: dict[str, Any]) -> bytes:
        if not self.body:
            self.body = json.dumps(completed(openapi_schema), ensure_ascii=False).encode()
        return self.body


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """Litestar's document with what it cannot know."""
    document = json.loads(json.dumps(document))
    schemas = document["components"]["schemas"]
    for kind in Struct.__subclasses__():
        if kind.__name__ in schemas and kind.__doc__:
            schemas[kind.__name__]["description"] = cleandoc(kind.__doc__)
    for path in document["paths"].values():
        for operation in path.values():
            _complete(operation)
            if found := FORMS.get(operation["operationId"]):
                component, schema = found
                schemas[component] = _embedded(schema, component)
                _ok(operation)["schema"] = {"$ref": f"#/components/schemas/{component}"}
    return document


def _complete(operation: dict[str, Any]) -> None:
    operation["summary"] = operation["operationId"].replace("_", " ").capitalize()
    said = operation["responses"]
    if "application/json" in said.get("400", {}).get("content", {}):
        del said["400"]  # Litestar's guess; ours is declared with `answers`
    said["default"] = {
        "description": "任何其他拒绝",
        "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _ok(operation: dict[str, Any]) -> dict[str, Any]:
    return operation["responses"]["200"]["content"]["application/json"]


def _embedded(schema: dict[str, Any], component: str) -> dict[str, Any]:
    """A schema of its own as a part of the document: its references begin further up."""
    text = json.dumps({k: v for k, v in schema.items() if k not in ("$schema", "$id")})
    return json.loads(text.replace('"#/$defs/', f'"#/components/schemas/{component}/$defs/'))


def _named(handler: HTTPRouteHandler, *_: object) -> str:
    return handler.handler_name


def openapi_config() -> OpenAPIConfig:
    """For `Litestar(openapi_config=…, include_in_schema=False)`: pages are not in it."""
    schemes: dict[str, SecurityScheme | Reference] = {
        "session": SecurityScheme(
            type="apiKey", name=SESSION_COOKIE, security_scheme_in="cookie",
            description="The session of a signed-in person.",
        ),
        "token": SecurityScheme(
            type="apiKey", name=HEADER, security_scheme_in="header",
            description="The form token that `/api/v1/me` gave to this session.",
        ),
        "key": SecurityScheme(
            type="http", scheme="bearer", description="A key that the body's officer was given.",
        ),
    }  # fmt: skip
    return OpenAPIConfig(
        title="社区协同 coordination",
        version="1",
        description=DESCRIPTION,
        servers=[Server(url="/")],
        components=Components(security_schemes=schemes),
        use_handler_docstrings=True,
        operation_id_creator=_named,
        openapi_router=_DocumentRouter(
            "/api", route_handlers=(), guards=[anyone], include_in_schema=False
        ),
        render_plugins=[_Document(media_type=MediaType.JSON)],
    )


def cut(found: Sequence[Row]) -> tuple[Sequence[Row], Row | None]:
    """Of up to PAGE + 1 rows the page, and its last one where more follow."""
    return found[:PAGE], found[PAGE - 1] if len(found) > PAGE else None
