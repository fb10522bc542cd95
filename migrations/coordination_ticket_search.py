"""The index by which the desk finds a ticket under the number that it has elsewhere."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB

ID = "2026-11-22T10:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "index of tickets by their number elsewhere"

# The words of tickets/desk/queries.py.
INDEX = """create index ticket_elsewhere on ticket
  (lower(regexp_replace(split_part(external, ':', 2), '[^[:alnum:]]', '', 'g')))
  where external is not null"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    async def run() -> None:
        await DB.run_ddl(INDEX)

    manager.add_raw(run)
    return manager
