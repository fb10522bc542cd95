"""The one engine, what a transaction is here, and the columns that say what they mean.

An action opens exactly one transaction. Inside another action it joins the outer one (a
savepoint), so that two actions composed still commit or fail together. Nothing else begins or
commits. Hot paths speak SQL over `connection()`; all else speaks Piccolo.

Three traps of the libraries are mended here, once:
- Piccolo's transaction keeps its pooled connection, and stays current, when COMMIT raises.
- Piccolo's foreign keys are nullable and cascade, numbers default to 0, texts to '', times to
  now: `Ref`, `Words`, `Whole`, `Moment` … say otherwise.
- asyncpg's pool spends a round trip on RESET ALL at each release. We set session state only by
  SET LOCAL and locks only for a transaction, so there is nothing to reset.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

import asyncpg
from piccolo.columns import BigInt, Bytea, Date, ForeignKey, OnDelete, Text, Timestamptz, Varchar
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

from coordination.settings import settings

APP_ROLE = "coordination_app"
Isolation = Literal["read_committed", "repeatable_read", "serializable"]


class SafeTransaction(PostgresTransaction):
    """Gives its connection back whatever happens; a nested block is a savepoint."""

    __slots__ = ("_isolation", "_nested", "_readonly")

    def __init__(
        self, engine: PostgresEngine, isolation: Isolation | None = None, readonly: bool = False
    ) -> None:
        super().__init__(engine, allow_nested=True)
        self._isolation: Any = isolation
        self._readonly, self._nested = readonly, None

    async def __aenter__(self) -> PostgresTransaction:
        if self._parent is not None:
            self._nested = self._parent.connection.transaction()
            await self._nested.start()
            return self._parent
        self.connection = await self.get_connection()
        try:
            self.transaction = self.connection.transaction(
                isolation=self._isolation, readonly=self._readonly
            )
            await self.begin()
        except BaseException:
            await self._give_back()
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, exception_type: Any, exception: Any, traceback: Any) -> bool:
        if self._nested is not None:
            await (self._nested.rollback() if exception else self._nested.commit())
            return False
        try:
            if exception:
                if not self._rolled_back:
                    await self.rollback()
            elif not self._committed and not self._rolled_back:
                await self.commit()
        finally:
            self.engine.current_transaction.reset(self.context)
            await self._give_back()
        return False

    async def _give_back(self) -> None:
        if self.engine.pool:
            await self.engine.pool.release(self.connection)
        else:
            await self.connection.close()


class LeanConnection(asyncpg.Connection):
    """One round trip fewer per query; see the module's third trap."""

    def get_reset_query(self) -> str:
        return ""


class SafeEngine(PostgresEngine):
    async def check_version(self) -> None:
        """Piccolo connects while the engine is constructed, that is at import; we do not."""

    async def prep_database(self) -> None:
        """Extensions: none are used."""

    def transaction(self, allow_nested: bool = True, **kw: Any) -> SafeTransaction:  # pyright: ignore[reportIncompatibleMethodOverride]
        return SafeTransaction(self, **kw)


DB = SafeEngine(
    config={"dsn": settings().database_url or "postgresql://127.0.0.1:1/unset"}, extensions=()
)


# The serving role can change neither ballots nor audit rows, whoever logged in. Given with the
# login, it is also what RESET ROLE and DISCARD ALL go back to.
AS_APP = {"role": APP_ROLE}


async def open_pool(size: int | None = None) -> None:
    """Open this process's pool as the serving role."""
    size = size or settings().pool
    await DB.start_connection_pool(
        min_size=min(2, size),
        max_size=size,
        server_settings=AS_APP,
        connection_class=LeanConnection,
    )


async def lone_connection() -> asyncpg.Connection:
    """One outside the pool, as the serving role, for a process that listens; close it yourself."""
    return await asyncpg.connect(**DB.config, server_settings=AS_APP)


async def close_pool() -> None:
    if DB.pool:
        await DB.close_connection_pool()


@asynccontextmanager
async def transaction(
    *, isolation: Isolation | None = None, readonly: bool = False
) -> AsyncIterator[None]:
    """One transaction, or a savepoint in the caller's."""
    async with DB.transaction(isolation=isolation, readonly=readonly):
        yield


@asynccontextmanager
async def connection() -> AsyncIterator[asyncpg.Connection]:
    """The asyncpg connection of the current transaction, else one from the pool."""
    current: Any = DB.current_transaction.get()
    if current:
        yield current.connection
    else:
        assert DB.pool, "open_pool() first"
        async with DB.pool.acquire() as pooled:
            yield pooled  # pyright: ignore[reportReturnType]


async def rows(sql: str, *args: object) -> list[asyncpg.Record]:
    """What `sql` returns, in the current transaction if there is one."""
    async with connection() as it:
        return await it.fetch(sql, *args)


async def row(sql: str, *args: object) -> asyncpg.Record | None:
    async with connection() as it:
        return await it.fetchrow(sql, *args)


async def value(sql: str, *args: object) -> Any:
    async with connection() as it:
        return await it.fetchval(sql, *args)


async def execute(sql: str, *args: object) -> str:
    async with connection() as it:
        return await it.execute(sql, *args)


# Columns. `Ref(Person)` must be given; `MaybeRef(Person)` may be missing, and says why beside it.


def Ref(table: Any, **kw: Any) -> ForeignKey:  # noqa: N802 - reads as a column
    return ForeignKey(table, null=False, default=None, on_delete=OnDelete.restrict, **kw)


def MaybeRef(table: Any, **kw: Any) -> ForeignKey:  # noqa: N802
    return ForeignKey(table, null=True, default=None, on_delete=OnDelete.restrict, **kw)


def Words(length: int = 200, **kw: Any) -> Varchar:  # noqa: N802
    """A text that must be given; '' where empty is an answer must be written out."""
    return Varchar(length=length, null=False, default=None, **kw)


def MaybeWords(length: int = 200, **kw: Any) -> Varchar:  # noqa: N802
    return Varchar(length=length, null=True, default=None, **kw)


def Prose(**kw: Any) -> Text:  # noqa: N802
    return Text(null=False, default=None, **kw)


def MaybeProse(**kw: Any) -> Text:  # noqa: N802
    return Text(null=True, default=None, **kw)


def Whole(**kw: Any) -> BigInt:  # noqa: N802
    return BigInt(null=False, default=None, **kw)


def MaybeWhole(**kw: Any) -> BigInt:  # noqa: N802
    return BigInt(null=True, default=None, **kw)


def Moment(**kw: Any) -> Timestamptz:  # noqa: N802
    return Timestamptz(null=False, default=None, **kw)


def MaybeMoment(**kw: Any) -> Timestamptz:  # noqa: N802
    return Timestamptz(null=True, default=None, **kw)


def Day(**kw: Any) -> Date:  # noqa: N802
    return Date(null=False, default=None, **kw)


def MaybeDay(**kw: Any) -> Date:  # noqa: N802
    return Date(null=True, default=None, **kw)


def Bytes(**kw: Any) -> Bytea:  # noqa: N802
    return Bytea(null=False, default=None, **kw)


def MaybeBytes(**kw: Any) -> Bytea:  # noqa: N802
    return Bytea(null=True, default=None, **kw)
