"""Steps of disclosures are only added; what shelves and sweeps look along; the first items."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB, connection
from coordination.disclosures.seeds import item_rows

ID = "2026-11-22T08:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "steps of disclosures are only added, indexes of shelves, the first items"

STATEMENTS = (
    "revoke update, delete, truncate on disclosure_step from coordination_app",
    "revoke delete, truncate on disclosure, disclosure_item from coordination_app",
    """create trigger disclosure_step_only_added before update or delete on disclosure_step
       for each row execute function forbid_change()""",
    """create trigger disclosure_step_never_emptied before truncate on disclosure_step
       for each statement execute function forbid_change()""",
    "create index disclosure_of_shelf on disclosure (estate, item, last_on desc)",
    "create index disclosure_owed on disclosure (due_on) where published_at is null",
    """create index disclosure_to_tell on disclosure (due_on)
       where published_at is null and overdue_at is null""",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await DB.run_ddl(statement)
        async with connection() as it:
            await it.executemany(
                """insert into disclosure_item (id, code, sort, shelf, title, says, answers,
                     rhythm, days, in_working_days, basis, columns, balanced)
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)""",
                item_rows(),
            )

    manager.add_raw(run)
    return manager
