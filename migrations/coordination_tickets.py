"""What holds for tickets whatever the code says, what boards and sweeps look along, and what every
deployment begins with: categories, the duty list of the 居委会, the first clocks."""

from datetime import UTC, datetime

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB, connection
from coordination.law.policies import DEFAULT_POLICY, policy_to_json
from coordination.tickets.routing.seeds import DUTIES, LEADS, category_id, category_rows

ID = "2026-11-22T05:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "events are only added, indexes of the boards, first categories and clocks"

ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)  # tickets of earlier years are imported

FORWARDS = (
    "revoke update, delete, truncate on ticket_event from coordination_app",
    "revoke delete, truncate on ticket from coordination_app",
    "revoke update, delete, truncate on response_policy from coordination_app",
    """create trigger ticket_event_only_added before update or delete on ticket_event
       for each row execute function forbid_change()""",
    """create trigger ticket_event_never_emptied before truncate on ticket_event
       for each statement execute function forbid_change()""",
    """create trigger ticket_never_deleted before delete on ticket
       for each row execute function forbid_change()""",
    """create trigger ticket_never_emptied before truncate on ticket
       for each statement execute function forbid_change()""",
    """create trigger response_policy_only_added before update or delete on response_policy
       for each row execute function forbid_change()""",
    # Lists within an estate; those of the desk have theirs in coordination_ticket_desk.
    "create index ticket_of_building on ticket (building, number desc) where building is not null",
    "create index ticket_of_category on ticket (category, estate, whistled_at)",
    "create index ticket_of_handler on ticket (handler) where handler is not null",
    "create index ticket_whistled on ticket (whistled_at, estate)",
    # The sweep.
    "create index ticket_look_at on ticket (look_at) where look_at is not null",
    "create index ticket_overdue on ticket (estate, overdue_since) where overdue_since is not null",
    "create index ticket_found on ticket using gin (grams)",
    """create unique index route_one_lead on route
         (category, place, coalesce(body::text, body_kind), kind)
         nulls not distinct where until is null""",
    "create unique index committee_duty_once on committee_duty (category) where until is null",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    async def run() -> None:
        for statement in FORWARDS:
            await DB.run_ddl(statement)
        async with connection() as it:
            await it.executemany(
                """insert into category (id, code, parent, name, icon, priority, tags, sort)
                   values ($1, $2, $3, $4, $5, $6, $7, $8)""",
                category_rows(),
            )
            await it.executemany(
                """insert into committee_duty (id, category, kind, basis, since)
                   values (gen_random_uuid(), $1, $2, $3, $4)""",
                [(category_id(code), kind, basis, ALWAYS) for code, kind, basis in DUTIES],
            )
            await it.executemany(
                """insert into route (id, category, kind, body_kind, since)
                   values (gen_random_uuid(), $1, 'lead', $2, $3)""",
                [(category_id(code), kind, ALWAYS) for code, kind in LEADS],
            )
            await it.execute(
                """insert into response_policy (id, version, clocks, since, reason)
                   values (gen_random_uuid(), 1, $1::jsonb, $2, '系统自带的默认时限')""",
                policy_to_json(DEFAULT_POLICY), ALWAYS,
            )  # fmt: skip

    manager.add_raw(run)
    return manager
