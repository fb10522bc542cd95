"""What deliveries, calls and patrols are found by; and what is looked at on a patrol at first."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB, connection
from coordination.tickets.doors.patrols.seeds import checklist_rows

ID = "2026-11-22T06:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of webhooks and keys, the first checklist of patrols"

STATEMENTS = (
    """create index webhook_delivery_due on webhook_delivery (webhook, due_at)
       where delivered_at is null and failed_at is null""",
    "create index webhook_delivery_made on webhook_delivery (webhook, made_at desc)",
    "create index api_call_of_key on api_call (key, at desc)",
    "create index ticket_import_by_upload on ticket_import (uploaded_at desc)",
    "create index external_record_doubtful on external_record (ticket) where is_doubtful",
    "create index patrol_of_estate on patrol (estate, walked_at desc)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await DB.run_ddl(statement)
        async with connection() as it:
            await it.executemany(
                """insert into patrol_item (id, text, hint, category, sort)
                   values ($1, $2, $3, $4, $5)""",
                checklist_rows(),
            )

    manager.add_raw(run)
    return manager
