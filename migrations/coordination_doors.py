"""By which the doors of one building are found: the rolls of all votes lie in one table."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB

ID = "2026-11-22T13:28:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the rights that have a home in a building"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    async def run() -> None:
        await DB.run_ddl('create index right_unit_in_building on right_unit (building, "right")')

    manager.add_raw(run)
    return manager
