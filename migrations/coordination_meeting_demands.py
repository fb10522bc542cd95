"""Demands of committee sessions, papers and photos of meetings: only added; their indexes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB

ID = "2026-11-22T09:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "meetings: demands, papers, photos; what is late"

ADDED_ONLY = ("session_demander", "paper_sheet", "action_photo")
STATEMENTS = (
    "create index action_item_to_tell on action_item (due_at) where overdue_at is null",
    "create index session_demand_open on session_demand (place, begun_at desc)",
    "create index motion_of_item on motion (item)",
    "create index resolution_of_matter on resolution (matter) where matter is not null",
    "create index action_of_matter on action_item (matter) where matter is not null",
    "create index agenda_of_matter on agenda_item (matter) where matter is not null",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await DB.run_ddl(statement)
        for table in ADDED_ONLY:
            await DB.run_ddl(f"revoke update, delete, truncate on {table} from coordination_app")
            await DB.run_ddl(
                f"""create trigger {table}_only_added before update or delete on {table}
                    for each row execute function forbid_change()"""
            )

    manager.add_raw(run)
    return manager
