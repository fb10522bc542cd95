"""A gate: whoever writes to a table waits there until the test lets them on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from tests.waiting import until

WAITS = "select exists(select from pg_locks where relation = to_regclass($1) and not granted)"


class Gate:
    def __init__(self, owner: asyncpg.Connection, table: str) -> None:
        self._owner, self.table = owner, table

    async def someone_waits(self) -> None:
        """Until somebody stands before it, in the middle of what they do."""
        await until(lambda: self._owner.fetchval(WAITS, self.table))


@asynccontextmanager
async def a_gate(owner: asyncpg.Connection, table: str) -> AsyncIterator[Gate]:
    """Closed within the block. `owner`: a connection as the owner role."""
    async with owner.transaction():
        await owner.execute(f"lock table {table} in share mode")
        yield Gate(owner, table)
