from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Text
from piccolo.columns.column_types import Varchar
from piccolo.constraints import Check

ID = "2026-11-22T03:23:03:702167"
VERSION = "1.38.0"
DESCRIPTION = "a drafted question may lack class and scope"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="coordination", description=DESCRIPTION
    )

    manager.alter_column(
        table_class_name="Question",
        tablename="question",
        column_name="matter_class",
        db_column_name="matter_class",
        params={"null": True},
        old_params={"null": False},
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    manager.alter_column(
        table_class_name="Question",
        tablename="question",
        column_name="class_reason",
        db_column_name="class_reason",
        params={"null": True},
        old_params={"null": False},
        column_class=Text,
        old_column_class=Text,
        schema=None,
    )

    manager.alter_column(
        table_class_name="Question",
        tablename="question",
        column_name="scope_kind",
        db_column_name="scope_kind",
        params={"null": True},
        old_params={"null": False},
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    manager.add_constraint(
        table_class_name="Question",
        tablename="question",
        constraint_name="question_class_has_reason",
        constraint_class=Check,
        params={
            "condition": '(("matter_class" IS NULL AND "class_reason" IS NULL) OR ("matter_class" IS NOT NULL AND "class_reason" IS NOT NULL))'
        },
        schema=None,
    )

    return manager
