"""What Piccolo cannot say about people and limits: partial indexes, and a table without a log.

`rate_window` is UNLOGGED: it is written at each guarded request, and a crash may empty it.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB

ID = "2026-11-22T03:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "limits shared by all workers, and the indexes of the outbox"

FORWARDS = (
    """create unlogged table rate_window (
         key text primary key, slot bigint not null, hits integer not null)""",
    """create index message_waiting on message (due_at)
         where sent_at is null and failed_at is null""",
    """create index message_pushed on message (person, sent_at)
         where channel <> 'in_app' and not urgent""",
    """create unique index phone_change_one_waiting on phone_change (person)
         where done_at is null and cancelled_at is null""",
)
BACKWARDS = (
    "drop index phone_change_one_waiting",
    "drop index message_pushed",
    "drop index message_waiting",
    "drop table rate_window",
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
