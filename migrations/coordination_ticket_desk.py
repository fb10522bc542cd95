"""The indexes that the lists of tickets stand on."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB

ID = "2026-11-22T06:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of the lists of tickets"

# The words of tickets/desk/filters.py; the year 9999 stands for "nothing", so that lists have order.
DUE = "coalesce(due_at, hold_until, '9999-01-01 00:00:00+00'::timestamptz)"
OPEN = "state not in ('closed', 'merged', 'withdrawn')"
INDEXES = (
    f"create index ticket_open_by_estate on ticket (estate, ({DUE}), number) where {OPEN}",
    f"create index ticket_open_by_holder on ticket (holder, ({DUE}), number) where {OPEN}",
    f"create index ticket_open_by_due on ticket (({DUE}), number) where {OPEN}",
    "create index ticket_by_estate on ticket (estate, number desc)",
    "create index ticket_by_holder on ticket (holder, number desc)",
    "create unique index ticket_by_number on ticket (number desc)",
    "create index ticket_by_change on ticket (changed_at)",
    "create index ticket_event_of_body on ticket_event (body, kind) where body is not null",
    "create index ticket_at_district on ticket (estate) where level = 4",
    "create index ticket_event_supervise on ticket_event (ticket) where kind = 'supervise'",
    "create index sub_task_open on sub_task (body, due_at) where finished_at is null",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    async def run() -> None:
        for statement in INDEXES:
            await DB.run_ddl(statement)

    manager.add_raw(run)
    return manager
