"""One owner signs a petition once; what its lists and sweeps look along."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB

ID = "2026-11-22T08:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "one owner signs once, indexes of petitions"

STATEMENTS = (
    "create unique index signature_once on signature (petition, owner) where withdrawn_at is null",
    "revoke delete, truncate on petition, signature from coordination_app",
    "create index petition_newest on petition (started_at desc, id desc)",
    """create index petition_collecting on petition (closes_at)
       where reached_at is null and lapsed_at is null""",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await DB.run_ddl(statement)

    manager.add_raw(run)
    return manager
