"""The database that a command works on: the one that the settings name, or the embedded one."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import asyncpg

from coordination.db import DB, close_pool, open_pool
from coordination.embedded import Embedded
from coordination.pending import known, pending
from coordination.settings import settings


@dataclass(frozen=True)
class Addresses:
    """For the owner, who migrates, and for the role that serves; the server, if it is ours."""

    owner: str
    app: str
    server: Embedded | None = None


@contextlib.contextmanager
def database() -> Iterator[Addresses]:
    """Its addresses, while it runs."""
    known = settings()
    if known.database_url:
        yield Addresses(known.owner_url or known.database_url, known.database_url)
        return
    with Embedded(known.data / "postgres") as server:
        yield Addresses(server.dsn, server.app_dsn, server)


class OutOfDateError(RuntimeError):
    """The database has not the tables of this version."""


@contextlib.asynccontextmanager
async def served(address: str) -> AsyncIterator[None]:
    """Queries and actions of this process go to that database. OutOfDateError: migrate first."""
    if await missing(address):
        raise OutOfDateError(
            "数据库还不是本版本的结构，请先运行 coordination migrate。"
            " / Run coordination migrate first."
        )
    DB.config = {"dsn": address}
    await open_pool(4)
    try:
        yield
    finally:
        await close_pool()


async def missing(address: str) -> list[str]:
    """The migrations that are pending there."""
    try:
        probe = await asyncpg.connect(address)
    except asyncpg.InvalidAuthorizationSpecificationError:
        return sorted(known())  # the first migration makes the serving role
    try:
        return await pending(probe)
    finally:
        await probe.close()


async def is_made_up(address: str) -> bool:
    """Whether the people there are made 演示数据, with passwords that everybody knows."""
    probe = await asyncpg.connect(address)
    try:
        return await probe.fetchval("select exists (select from made_up)")
    finally:
        await probe.close()
