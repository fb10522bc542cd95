"""What must hold in the registry even if two people do it at once: partial unique indexes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB

ID = "2026-11-22T03:23:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "one live title, binding and letter code; the order of units"

FORWARDS = (
    """create unique index ownership_one_live on ownership (unit, owner) where until is null""",
    """create unique index binding_one_live on binding (owner) where ended_at is null""",
    """create unique index letter_code_one_live on letter_code (unit)
         where used_at is null and revoked_at is null""",
    """create unique index guardian_one_live on guardian (owner) where ended_at is null""",
    """create unique index owner_one_developer on owner (estate) where kind = 'developer'""",
    """create unique index setting_one_rank on setting
         (name, coalesce(place, '00000000-0000-0000-0000-000000000000'), rank)""",
    # Whom somebody acts for is asked at each cast, whatever the planner knows of the tables yet.
    """create index binding_live_of on binding (person) where ended_at is null""",
    """create index guardian_live_of on guardian (person) where ended_at is null""",
    """create index unit_in_order on unit (building, sort, id)""",
)
BACKWARDS = (
    "drop index unit_in_order",
    "drop index guardian_live_of",
    "drop index binding_live_of",
    "drop index setting_one_rank",
    "drop index owner_one_developer",
    "drop index guardian_one_live",
    "drop index letter_code_one_live",
    "drop index binding_one_live",
    "drop index ownership_one_live",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    async def run() -> None:
        for statement in FORWARDS:
            await DB.run_ddl(statement)

    async def undo() -> None:
        for statement in BACKWARDS:
            await DB.run_ddl(statement)

    manager.add_raw(run)
    manager.add_raw_backwards(undo)
    return manager
