"""Bringing a database to the tables of this version: all pending migrations, one process at a
time, since several workers or hosts may start at once."""

import asyncio
import sys
from typing import Any

import asyncpg
from piccolo.apps.migrations.commands.forwards import run_forwards
from piccolo.apps.migrations.commands.new import AutoMigrationManager, new

from coordination.db import DB
from coordination.piccolo_app import APP_CONFIG

LOCK = 727274


async def migrate(config: dict[str, Any]) -> None:
    """Run what is pending on the database that `config` names, as the owner role it names.

    RuntimeError: a migration failed; what it says.
    """
    before, DB.config = DB.config, config
    lock = await asyncpg.connect(**config)
    try:
        await lock.execute("select pg_advisory_lock($1)", LOCK)
        result = await run_forwards(app_name="coordination")
        if not result.success:
            raise RuntimeError(result.message)
    finally:
        await lock.close()
        DB.config = before


async def changes() -> list[str]:
    """What the tables have that the migrations do not make: nothing, or a forgotten migration."""
    found = await AutoMigrationManager().get_alter_statements(APP_CONFIG)
    return [line for statements in found for line in statements.statements]


def main() -> None:
    """`python -m coordination.schema new NAME` writes a migration; `drift` exits 1 if one lacks."""
    match sys.argv[1:]:
        case ["new", name]:
            asyncio.run(new("coordination", auto=True, desc=name))
        case ["drift"]:
            missing = asyncio.run(changes())
            sys.exit("\n".join(["tables and migrations differ:", *missing]) if missing else 0)
        case _:
            sys.exit(main.__doc__)


if __name__ == "__main__":
    main()
