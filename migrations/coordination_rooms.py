"""Two never have one room at one time; steps of rooms and uses of stamps are only added."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB

ID = "2026-11-22T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "one at a time in a room, steps of rooms and stamps are only added, registers"

STATEMENTS = (
    # A room's number as a range of one: ranges alone can be excluded without an extension.
    """alter table room_application add constraint room_application_never_two
       exclude using gist (int8range(room_number, room_number, '[]') with &&,
                           tstzrange(starts_at, ends_at) with &&) where (state = 'granted')""",
    "create index room_application_waiting on room_application (room) where state = 'asked'",
    "create index room_application_newest on room_application (room, starts_at desc)",
    "create index consultation_of_estate on consultation (estate, opened_at desc)",
    "create index consultation_to_count on consultation (closes_at) where counted_at is null",
    "create index duty_report_of_estate on duty_report (estate, year desc)",
    "create index body_term_to_tell on body (until) where term_told_at is null",
    "revoke delete, truncate on room, room_application, consultation, duty_report from coordination_app",
    "revoke delete, truncate on consultation_answer, duty_rating from coordination_app",
    "revoke delete, truncate on handover, handover_line from coordination_app",
    "revoke update, delete, truncate on room_step, stamp_use, handover from coordination_app",
    """create trigger room_step_only_added before update or delete on room_step
       for each row execute function forbid_change()""",
    """create trigger stamp_use_only_added before update or delete on stamp_use
       for each row execute function forbid_change()""",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await DB.run_ddl(statement)

    manager.add_raw(run)
    return manager
