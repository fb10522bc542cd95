"""What a resident's own lists of tickets, and messages to who has no account, are found by."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB

ID = "2026-11-22T06:45:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of a resident's own tickets"

INDEXES = (
    "create index ticket_of_person on ticket (whistled_by, number desc)",
    "create index ticket_merged on ticket (merged_into) where merged_into is not null",
    "create index co_signer_of_person on co_signer (person)",
    "create index message_to_phone on message (event) where person is null",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    async def run() -> None:
        for statement in INDEXES:
            await DB.run_ddl(statement)

    manager.add_raw(run)
    return manager
