"""The indexes of duty rosters and of reminders that wait."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB

ID = "2026-11-22T07:15:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of duty rosters and of reminders that wait"

INDEXES = (
    "create index duty_shift_of_body on duty_shift (body, until)",
    "create index digest_line_waiting on digest_line (person) where told_at is null",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    async def run() -> None:
        for statement in INDEXES:
            await DB.run_ddl(statement)

    manager.add_raw(run)
    return manager
