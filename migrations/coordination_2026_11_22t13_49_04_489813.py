from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from enum import Enum
from piccolo.columns.column_types import Varchar

ID = "2026-11-22T13:49:04:489813"
VERSION = "1.38.0"
DESCRIPTION = "partly_resolved"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    manager.alter_column(
        table_class_name="MatterStep",
        tablename="matter_step",
        column_name="kind",
        db_column_name="kind",
        params={
            "choices": Enum(
                "StepKind",
                {
                    "RAISED": "raised",
                    "REACHED": "reached",
                    "ADOPTED": "adopted",
                    "ANSWERED": "answered",
                    "LISTED": "listed",
                    "TO_BALLOT": "to_ballot",
                    "TO_TICKET": "to_ticket",
                    "DECLINED": "declined",
                    "HELD": "held",
                    "RESOLVED": "resolved",
                    "PARTLY_RESOLVED": "partly_resolved",
                    "NOT_RESOLVED": "not_resolved",
                    "CARRIED_OUT": "carried_out",
                    "APPROVED": "approved",
                    "SENT_BACK": "sent_back",
                },
            )
        },
        old_params={
            "choices": Enum(
                "StepKind",
                {
                    "RAISED": "raised",
                    "REACHED": "reached",
                    "ADOPTED": "adopted",
                    "ANSWERED": "answered",
                    "LISTED": "listed",
                    "TO_BALLOT": "to_ballot",
                    "TO_TICKET": "to_ticket",
                    "DECLINED": "declined",
                    "HELD": "held",
                    "RESOLVED": "resolved",
                    "NOT_RESOLVED": "not_resolved",
                    "CARRIED_OUT": "carried_out",
                    "APPROVED": "approved",
                    "SENT_BACK": "sent_back",
                },
            )
        },
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    return manager
