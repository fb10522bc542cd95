"""Witnesses: cosignatures are only ever added, and of a key only its end is written down.

What opens lines, the quoted rule and an auditor's promise, stands as it was when it counted.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB

ID = "2026-11-22T09:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "what nobody changes about witnesses"

ENDS_ONCE = """
create function witness_key_only_ends() returns trigger language plpgsql as $$
begin
  if current_user <> 'coordination_app'
     and current_setting('coordination.erase', true) = 'on' then
    return coalesce(new, old);
  end if;
  if tg_op <> 'UPDATE' or old.ended_at is not null
     or (new.id, new.body, new.name, new.public_key, new.created_at, new.created_by)
        <> (old.id, old.body, old.name, old.public_key, old.created_at, old.created_by) then
    raise exception 'a witness key is ended once, and never changed' using errcode = '42501';
  end if;
  return new;
end $$
"""

# What the notice quotes is not quoted otherwise afterwards.
RULE_STANDS = """
create function open_rule_stands() returns trigger language plpgsql as $$
declare of_poll uuid := case tg_op when 'DELETE' then old.poll else new.poll end;
begin
  if current_user <> 'coordination_app'
     and current_setting('coordination.erase', true) = 'on' then
    return coalesce(new, old);
  end if;
  if exists (select 1 from poll_step where poll = of_poll and step = 'noticed') then
    raise exception 'the notice of this poll is out' using errcode = '23514';
  end if;
  return coalesce(new, old);
end $$
"""

STATEMENTS = (
    "revoke update, delete, truncate on cosignature from coordination_app",
    """create trigger cosignature_only_added before update or delete on cosignature
       for each row execute function forbid_change()""",
    """create trigger cosignature_never_emptied before truncate on cosignature
       for each statement execute function forbid_change()""",
    ENDS_ONCE,
    "revoke update, delete, truncate on witness_key from coordination_app",
    "grant update (ended_at, ended_by, end_reason) on witness_key to coordination_app",
    """create trigger witness_key_only_ends before update or delete on witness_key
       for each row execute function witness_key_only_ends()""",
    """create trigger witness_key_never_emptied before truncate on witness_key
       for each statement execute function forbid_change()""",
    """create unique index witness_key_one_in_force on witness_key (body)
       where ended_at is null""",
    RULE_STANDS,
    """create trigger open_rule_stands before insert or update or delete on open_rule
       for each row execute function open_rule_stands()""",
    "revoke update, delete, truncate on secrecy_promise from coordination_app",
    """create trigger secrecy_promise_only_added before update or delete on secrecy_promise
       for each row execute function forbid_change()""",
    """create trigger secrecy_promise_never_emptied before truncate on secrecy_promise
       for each statement execute function forbid_change()""",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await DB.run_ddl(statement)

    manager.add_raw(run)
    return manager
