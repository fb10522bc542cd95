"""What tells a demo's database for ever: a row that nobody can take back, the owner included.

Its people have passwords that anyone can read in this repository.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB

ID = "2026-11-22T03:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the mark of made data"

FORWARDS = (
    "create table made_up (since timestamptz primary key)",
    "revoke update, delete, truncate on made_up from coordination_app",
    """create function forbid_unmarking() returns trigger language plpgsql as $$
       begin
         raise exception 'made data stays made' using errcode = '42501';
       end $$""",
    """create trigger made_up_stays before update or delete or truncate on made_up
         for each statement execute function forbid_unmarking()""",
)
BACKWARDS = ("drop table made_up", "drop function forbid_unmarking")


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
