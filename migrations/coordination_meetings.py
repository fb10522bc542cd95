"""What of a meeting is only ever added, the indexes of its lists, and the number of an action."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB

ID = "2026-11-22T07:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "meetings: rows that are evidence, indexes"

ADDED_ONLY = (
    "meeting_step",
    "invitation_answer",
    "room_move",
    "hand",
    "action_step",
    "minutes_revision",
    "minutes_signature",
    "sealed_minutes",
    "addendum",
)
STATEMENTS = (
    "create index meeting_by_place on meeting (place, starts_at desc, id)",
    "create unique index presence_one_stay on presence (meeting, person) where left_at is null",
    "create unique index motion_one_open on motion (meeting) where closed_at is null",
    """create index action_item_open on action_item (body, due_at)
       where state not in ('verified', 'cancelled')""",
    "create index publication_duty_open on publication_duty (due_at) where settled_at is null",
    "create sequence action_number",
    "grant usage, select on sequence action_number to coordination_app",
)


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
        for statement in STATEMENTS:
            await DB.run_ddl(statement)
        for table in ADDED_ONLY:
            for statement in only_added(table):
                await DB.run_ddl(statement)

    manager.add_raw(run)
    return manager
