"""What deliveries and proxies are found by; one live proof per way, one live proxy per right."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from coordination.db import DB

ID = "2026-11-22T09:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes and guards of deliveries and proxies"

STATEMENTS = (
    """create unique index delivery_once_by_each_way on delivery ("right", channel)
       where withdrawn_at is null""",
    """create unique index delivery_duty_of_one on delivery_duty (poll, building, entrance)
       where ended_at is null""",
    'create unique index proxy_one_at_a_time on proxy ("right") where ended_at is null',
    # The last word on the limit: what two grant at once cannot both have the last place.
    """create unique index proxy_within_the_limit on proxy (question, person, slot)
       where ended_at is null""",
    "create index proxy_of_agent on proxy (person) where ended_at is null",
    "create index proxy_to_tell on proxy (granted_at) where told_at is null and ended_at is null",
    """create index message_of_ballot_notice on message (link, person)
       where event = 'ballot-notice'""",
    "revoke delete, truncate on delivery, delivery_try, reminder, proxy from coordination_app",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await DB.run_ddl(statement)

    manager.add_raw(run)
    return manager
