"""What the service itself runs on: the job queue, and an audit log that is only ever added to."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.audit import GUARDS
from coordination.db import DB, execute
from coordination.jobs import install_sql

ID = "2026-11-22T03:24:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the job queue, the audit log's guards"

ADDED_ONLY = ("audit_entry", "audit_seal", "stored_file")


def only_added(table: str) -> list[str]:
    """The statements that make `table` one whose rows are only ever added."""
    return [
        f"revoke update, delete, truncate on {table} from coordination_app",
        f"""create trigger {table}_only_added before update or delete on {table}
            for each row execute function forbid_change()""",
        f"""create trigger {table}_never_emptied before truncate on {table}
            for each statement execute function forbid_change()""",
    ]


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    async def run() -> None:
        await execute(install_sql())  # many statements, which run_ddl cannot take
        for statement in GUARDS:
            await DB.run_ddl(statement)
        for table in ADDED_ONLY:
            for statement in only_added(table):
                await DB.run_ddl(statement)
        await DB.run_ddl("revoke insert, update, delete on migration from coordination_app")

    manager.add_raw(run)
    return manager
