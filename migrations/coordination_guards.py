"""What the serving role may not do, whatever the code says.

`coordination_app` serves, the owner role migrates. Rows that are evidence can only be added:
the serving role has no UPDATE or DELETE on them, and a trigger refuses everybody, the owner
included, unless it says `set coordination.erase = 'on'` to erase after the retention period.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB

ID = "2026-11-22T03:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "roles, grants and what can only be added"

# A grant on one column is what lets the serving role lock a right while it casts.
LOCKABLE = {"voting_right": "holders"}
ADDED_ONLY = (
    "ballot",
    "poll_step",
    "voting_right",
    "right_unit",
    "roll_freeze",
    "result",
    "notice",
    "timeline_line",
)

ROLE = (
    """
    do $$ begin
      if not exists (select 1 from pg_roles where rolname = 'coordination_app') then
        create role coordination_app login;
      end if;
    exception when duplicate_object or unique_violation then null;
    end $$
    """,
    "grant coordination_app to current_user",
    "grant usage on schema public to coordination_app",
    "grant select, insert, update, delete on all tables in schema public to coordination_app",
    "grant usage, select on all sequences in schema public to coordination_app",
    """alter default privileges in schema public
       grant select, insert, update, delete on tables to coordination_app""",
    """alter default privileges in schema public
       grant usage, select on sequences to coordination_app""",
    """
    create or replace function forbid_change() returns trigger language plpgsql as $$
    begin
      if current_user <> 'coordination_app'
         and current_setting('coordination.erase', true) = 'on' then
        return coalesce(old, new);
      end if;
      raise exception '% rows are only ever added', tg_table_name using errcode = '42501';
    end $$
    """,
)


def only_added(table: str) -> list[str]:
    """The statements that make `table` one whose rows are only ever added."""
    statements = [
        f"revoke update, delete, truncate on {table} from coordination_app",
        f"""create trigger {table}_only_added before update or delete on {table}
            for each row execute function forbid_change()""",
        f"""create trigger {table}_never_emptied before truncate on {table}
            for each statement execute function forbid_change()""",
    ]
    if column := LOCKABLE.get(table):
        statements.append(f"grant update ({column}) on {table} to coordination_app")
    return statements


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    async def run() -> None:
        for statement in ROLE:
            await DB.run_ddl(statement)
        for table in ADDED_ONLY:
            for statement in only_added(table):
                await DB.run_ddl(statement)

    manager.add_raw(run)
    return manager
