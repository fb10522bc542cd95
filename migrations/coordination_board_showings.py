"""What the public was shown of a board, and when: only ever added."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB

ID = "2026-11-22T13:05:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "what nobody changes about the showing of a board"

STATEMENTS = (
    # Of boards older than this table only the beginning and the present are known.
    """insert into board_showing (poll, size, shown_at)
       select poll, 1, signed_at from board_checkpoint where size = 1
       union all select poll, shown_size, shown_at from board where shown_size > 1""",
    "revoke update, delete, truncate on board_showing from coordination_app",
    """create trigger board_showing_only_added before update or delete on board_showing
       for each row execute function forbid_change()""",
    """create trigger board_showing_never_emptied before truncate on board_showing
       for each statement execute function forbid_change()""",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await DB.run_ddl(statement)

    manager.add_raw(run)
    return manager
