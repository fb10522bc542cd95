"""Steps of matters are only added; what their lists, timelines and sweeps look along."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB

ID = "2026-11-22T07:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "steps of matters are only added, indexes of matters"

STATEMENTS = (
    "revoke update, delete, truncate on matter_step from coordination_app",
    "revoke delete, truncate on matter, support, evaluation, duty from coordination_app",
    "revoke update on support, evaluation from coordination_app",
    """create trigger matter_step_only_added before update or delete on matter_step
       for each row execute function forbid_change()""",
    """create trigger matter_step_never_emptied before truncate on matter_step
       for each statement execute function forbid_change()""",
    "create index timeline_of_matter on timeline_line (matter, at desc, number desc)",
    "create index matter_of_place on matter (place, opened_at desc, id desc)",
    "create index matter_newest on matter (opened_at desc, id desc)",
    "create index matter_raised_by on matter (opened_by, opened_at)",
    """create index matter_judged on matter (evaluation_ends)
       where stage = 'evaluated' and closed_at is null""",
    """create index duty_waiting on duty (due_at)
       where settled_at is null and overdue_at is null""",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await DB.run_ddl(statement)

    manager.add_raw(run)
    return manager
