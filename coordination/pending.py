"""Which migrations this version has and the database has not run."""

import re
from functools import lru_cache

import asyncpg

from coordination.settings import MIGRATIONS

IDENTIFIED = re.compile(r'^ID = "(.+)"', re.MULTILINE)


@lru_cache(maxsize=1)
def known() -> frozenset[str]:
    """The migrations of this version, by the ids that their files give."""
    files = sorted(MIGRATIONS.glob("*.py"))
    return frozenset(found for file in files for found in IDENTIFIED.findall(file.read_text()))


async def pending(connection: asyncpg.Connection) -> list[str]:
    """What is still to be run there, in order; all of it on an empty database."""
    if await connection.fetchval("select to_regclass('migration') is null"):
        return sorted(known())
    run = await connection.fetch("select name from migration")
    return sorted(known() - {row["name"] for row in run})
