"""Every table of every slice, for Piccolo's migrations."""

from piccolo.conf.apps import AppConfig, table_finder

from coordination.settings import MIGRATIONS

TABLE_MODULES = [
    "coordination.audit",
    "coordination.files",
    "coordination.jobs",
    "coordination.places.tables",
    "coordination.people.tables",
    "coordination.people.passkey_tables",
    "coordination.registry.tables",
    "coordination.matters.tables",
    "coordination.notices.tables",
    "coordination.disclosures.tables",
    "coordination.disclosures.rooms.tables",
    "coordination.disclosures.consultations.tables",
    "coordination.disclosures.duty_reports.tables",
    "coordination.petitions.tables",
    "coordination.ballots.silence_tables",
    "coordination.ballots.tables",
    "coordination.ballots.freeze_tables",
    "coordination.ballots.ballot_tables",
    "coordination.ballots.sequencing.tables",
    "coordination.ballots.witnessing.tables",
    "coordination.ballots.openness.tables",
    "coordination.ballots.paper.tables",
    "coordination.ballots.delivery.tables",
    "coordination.ballots.proxies.tables",
    "coordination.ballots.elections.tables",
    "coordination.tickets.tables",
    "coordination.tickets.routing.tables",
    "coordination.tickets.doors.tables",
    "coordination.tickets.desk.tables",
    "coordination.tickets.watching.tables",
    "coordination.meetings.tables",
    "coordination.meetings.room_tables",
    "coordination.meetings.demand_tables",
    "coordination.meetings.action_tables",
    "coordination.meetings.minutes_tables",
    "coordination.reports.tables",
]

APP_CONFIG = AppConfig(
    app_name="coordination",
    migrations_folder_path=str(MIGRATIONS),
    table_classes=list(dict.fromkeys(table_finder(TABLE_MODULES))),
    migration_dependencies=[],
    commands=[],
)
