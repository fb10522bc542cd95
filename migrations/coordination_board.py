"""The board: leaves and checkpoints are only ever added, and of a board only its edge moves on."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB

ID = "2026-11-22T09:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "what nobody changes about a board"

ADDED_ONLY = ("board_leaf", "board_checkpoint")

# Entry 0 and the key stand; the edge moves forward until the count, and so does what is shown.
GROWS = """
create function board_only_grows() returns trigger language plpgsql as $$
begin
  if current_user <> 'coordination_app'
     and current_setting('coordination.erase', true) = 'on' then
    return coalesce(new, old);
  end if;
  if tg_op <> 'UPDATE' or new.poll <> old.poll or new.entry_zero <> old.entry_zero
     or new.public_key <> old.public_key or new.size < old.size
     or (new.size = old.size and (new.root, new.frontier) <> (old.root, old.frontier))
     or new.shown_size < old.shown_size then
    raise exception 'a board only grows' using errcode = '42501';
  end if;
  if new.size > old.size
     and exists (select from poll_step where poll = new.poll and step = 'counted') then
    raise exception 'this board was closed by its count' using errcode = '42501';
  end if;
  return new;
end $$
"""

STATEMENTS = (
    *(
        statement
        for table in ADDED_ONLY
        for statement in (
            f"revoke update, delete, truncate on {table} from coordination_app",
            f"""create trigger {table}_only_added before update or delete on {table}
                for each row execute function forbid_change()""",
            f"""create trigger {table}_never_emptied before truncate on {table}
                for each statement execute function forbid_change()""",
        )
    ),
    GROWS,
    "revoke update, delete, truncate on board from coordination_app",
    """grant update (size, frontier, root, shown_size, shown_at) on board
       to coordination_app""",
    """create trigger board_only_grows before update or delete on board
       for each row execute function board_only_grows()""",
    """create trigger board_never_emptied before truncate on board
       for each statement execute function forbid_change()""",
    # Each batch rewrites its board's row: in place, where there is room on the page.
    "alter table board set (fillfactor = 20)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await DB.run_ddl(statement)

    manager.add_raw(run)
    return manager
