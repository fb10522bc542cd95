"""Figures for the operator's Prometheus: requests by route, and what waits in the database.

Routes by their template, never by path: a path names a poll, a ticket, a person.
"""

import time
from collections.abc import Awaitable, Callable, Iterable
from functools import cache
from typing import Any

from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from coordination import audit, jobs

REQUESTS = Counter(
    "coordination_requests", "Requests answered, by route and class of status.", ["route", "status"]
)
SECONDS = Histogram(
    "coordination_request_seconds",
    "How long answers took.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
WAITING = {
    "waiting": "Jobs that wait for a worker.",
    "running": "Jobs that a worker has taken.",
    "failed": "Jobs given up; a person must look.",
    "late": "Seconds for which the longest waiting job has been due.",
}


_watched: dict[str, tuple[str, Callable[[], Awaitable[float]]]] = {}


def watch(name: str, what: str, figure: Callable[[], Awaitable[float]]) -> None:
    """Have a slice's figure among them; asked anew each time, one for the whole deployment."""
    _watched[name] = what, figure


class Counted:
    """The application, each request to it counted."""

    def __init__(self, inside: ASGIApp) -> None:
        self.inside = inside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.inside(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.inside(scope, receive, note)
        finally:
            _requests(scope.get("path_template") or "-", status // 100).inc()
            SECONDS.observe(time.perf_counter() - began)


@cache
def _requests(route: str, hundreds: int) -> Counter:
    """Looking a counter up by its labels costs more than counting."""
    return REQUESTS.labels(route, f"{hundreds}xx")


class Gauges(Collector):
    """Figures that were asked for just now."""

    def __init__(self, figures: dict[str, tuple[str, float]]) -> None:
        self.figures = figures

    def collect(self) -> Iterable[Metric]:
        for name, (what, figure) in self.figures.items():
            yield GaugeMetricFamily(name, what, value=figure)


async def exposition() -> bytes:
    """All of it, as Prometheus reads it."""
    text = generate_latest(_counted())
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Gauges(await _waiting()))
    return text + generate_latest(registry)


def _counted() -> CollectorRegistry:
    """Of all web processes where the launcher named a folder they share, else of this one."""
    shared = CollectorRegistry()
    try:
        MultiProcessCollector(shared)
    except ValueError:
        return REGISTRY
    return shared


async def _waiting() -> dict[str, tuple[str, float]]:
    queue: dict[str, Any] = await jobs.figures()
    found = {f"coordination_jobs_{name}": (WAITING[name], queue[name]) for name in WAITING}
    found["coordination_audit_unsealed"] = ("Audit rows not yet chained.", await audit.unsealed())
    for name, (what, figure) in _watched.items():
        found[name] = what, await figure()
    age = await jobs.seconds_since_beat()
    if age is not None:
        found["coordination_worker_silent_seconds"] = ("Since a worker was last heard of.", age)
    return found
