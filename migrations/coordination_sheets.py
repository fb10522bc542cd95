"""Sheets of paper: what was written down of them stays, and who wrote first never settles."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB

ID = "2026-11-22T09:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "sheets are only added to; an entry waits for the one before it"

ADDED_ONLY = (
    "sheet",
    "sheet_right",
    "sheet_entry",
    "sheet_evidence",
    "sheet_mismatch",
    "sheet_outcome",
    "sheet_conflict",
    "duplicate_ballot",
)

# The second follows the first, and a third only settles what two wrote differently.
IN_TURN = """
create function sheet_entries_in_turn() returns trigger language plpgsql as $$
begin
  if new.number > 1 and not exists (
       select from sheet_entry where sheet = new.sheet and number = new.number - 1)
     or new.number = 3 and not exists (select from sheet_mismatch where sheet = new.sheet) then
    raise exception 'a sheet is written down by two, and settled by a third where they differ'
      using errcode = '23514';
  end if;
  return new;
end $$
"""

STATEMENTS = (
    IN_TURN,
    """create trigger sheet_entry_in_turn before insert on sheet_entry
       for each row execute function sheet_entries_in_turn()""",
    # What lets the serving role lock a sheet while it is written down.
    "grant update (made_at) on sheet to coordination_app",
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
        for table in ADDED_ONLY:
            for statement in only_added(table):
                await DB.run_ddl(statement)
        for statement in STATEMENTS:
            await DB.run_ddl(statement)

    manager.add_raw(run)
    return manager
