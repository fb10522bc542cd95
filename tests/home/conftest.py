"""Fixtures of the home slice: a service that says it is a demo."""

from collections.abc import Iterator

import asyncpg
import pytest

from coordination.db import DB, LeanConnection, close_pool, open_pool
from coordination.embedded import Embedded
from coordination.home.demo import load
from coordination.settings import settings

MADE = "template_demo"


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Made data may be loaded."""
    monkeypatch.setenv("COORDINATION_DEMO", "1")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement of a request, but what is read into memory by and by.

    Requests take a connection of the pool; the one that listens, in its own time, is none of it."""
    sent: list[str] = []

    def count(name: str):
        original = getattr(LeanConnection, name)

        async def counted(self, query, *args, **kw):
            if "with office as" not in query:
                sent.append(query)
            return await original(self, query, *args, **kw)

        monkeypatch.setattr(LeanConnection, name, counted)

    for name in ("fetch", "fetchrow", "fetchval", "execute"):
        count(name)
    return sent


async def made_estate(server: Embedded, template: str) -> str:
    """A database with the made estate, loaded once for all tests that get a copy of it."""
    admin = await asyncpg.connect(**server.config)
    if not await admin.fetchval("select exists (select from pg_database where datname = $1)", MADE):
        await admin.execute(f"create database {MADE} template {template} strategy file_copy")
        DB.config = {**server.config, "database": MADE, "user": "coordination_app"}
        await open_pool(4)
        try:
            await load()
        finally:
            await close_pool()
    await admin.close()
    return MADE
