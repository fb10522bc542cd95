"""Every address of the application with what somebody could put into it, sense and nonsense."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args
from urllib.parse import quote
from uuid import UUID, uuid4

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter
from litestar.routes import HTTPRoute

from tests.program import litestar_in

STREAMS = ("/live/",)  # they answer for as long as somebody listens
UUIDS = (str(uuid4()), str(UUID(int=0)), str(UUID(int=2**128 - 1)))
NASTY = (
    "",
    "\x00",
    "x\x00y",
    "-1",
    "0",
    "99999999999999999999999",
    "1e400",
    "null",
    "x" * 4_000,
    "'; --",
    "<script>",
    "\ufffe\U0001f600٣",
    "9999-12-31",
    "0001-01-01",
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    f"0001-01-01T00:00:00+23:59_{UUIDS[0]}",
    f"9999-12-31T23:59:59-23:59_{UUIDS[0]}",
    f"x\x00_{UUIDS[0]}",
    UUIDS[0],
    "//other.example/",
)


def handlers_of(app: Any) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """(path template, method, handler) of every route that a browser can ask for."""
    litestar: Litestar = litestar_in(app)
    for route in litestar.routes:
        if isinstance(route, HTTPRoute) and not route.path.startswith(STREAMS):
            for handler in route.route_handlers:
                for method in sorted(handler.http_methods & {"GET", "POST"}):
                    yield route.path, method, handler


def addresses(path: str, known: dict[str, list[str]]) -> Iterator[str]:
    """The template filled with ids that there are, ids that there are not, and nonsense; each
    address once."""
    yield from dict.fromkeys(_fillings(path, known))


def _fillings(path: str, known: dict[str, list[str]]) -> Iterator[str]:
    for turn in range(max(map(len, known.values()), default=1)):
        yield _filled(path, lambda name, turn=turn: known[name][turn % len(known[name])]
                      if name in known else UUIDS[0], "x")  # fmt: skip
    yield _filled(path, lambda _: UUIDS[0], "x")
    for nasty in ("\x00", "x" * 3_000, "%", "\U0001f600", ".."):
        yield _filled(path, lambda _: UUIDS[0], nasty)


def _filled(path: str, id_of: Callable[[str], str], text: str) -> str:
    steps = []
    for step in path.split("/"):
        if step.endswith(":uuid}"):
            step = id_of(step[1:].removesuffix(":uuid}"))
        elif step.startswith("{"):
            step = quote(text, safe="")
        steps.append(step)
    return "/".join(steps)


def queries_of(handler: HTTPRouteHandler) -> list[str]:
    """The names that the handler reads of a query."""
    return [
        name
        for name, parameter in handler.parsed_fn_signature.parameters.items()
        if isinstance(parameter.kwarg_definition, QueryParameter) or _says_query(parameter.raw)
    ]


def _says_query(annotation: Any) -> bool:
    return any(isinstance(one, QueryParameter) for one in get_args(annotation))


def fields_of(handler: HTTPRouteHandler) -> list[str]:
    """The names of the fields of the form that the handler takes."""
    data = handler.parsed_fn_signature.parameters.get("data")
    if data is None:
        return []
    kind = data.annotation
    return [field.name for field in fields(kind)] if is_dataclass(kind) else []
