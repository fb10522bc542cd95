"""Indexes on what refers to a unit: undoing an import deletes units by the thousand, and each
deletion looks for references."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB

ID = "2026-11-22T05:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes on references to units"

TABLES = ("import_line", "residency", "right_unit", "roll_objection")


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    async def run() -> None:
        for table in TABLES:
            await DB.run_ddl(f"create index {table}_of_unit on {table} (unit)")

    async def undo() -> None:
        for table in TABLES:
            await DB.run_ddl(f"drop index {table}_of_unit")

    manager.add_raw(run)
    manager.add_raw_backwards(undo)
    return manager
