from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from enum import Enum
from piccolo.columns.column_types import BigInt
from piccolo.columns.column_types import Timestamptz
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check
from piccolo.constraints import Unique

ID = "2026-11-22T03:15:05:497004"
VERSION = "1.38.0"
DESCRIPTION = (
    "polls and notices: steps in order, extensions, published objections"
)


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="coordination", description=DESCRIPTION
    )

    manager.add_column(
        table_class_name="FreezeProgress",
        tablename="freeze_progress",
        column_name="moved_at",
        db_column_name="moved_at",
        column_class_name="Timestamptz",
        column_class=Timestamptz,
        params={
            "default": None,
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.add_column(
        table_class_name="PollStep",
        tablename="poll_step",
        column_name="closes_at",
        db_column_name="closes_at",
        column_class_name="Timestamptz",
        column_class=Timestamptz,
        params={
            "default": None,
            "null": True,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.add_column(
        table_class_name="PollStep",
        tablename="poll_step",
        column_name="number",
        db_column_name="number",
        column_class_name="BigInt",
        column_class=BigInt,
        params={
            "default": None,
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.add_column(
        table_class_name="RollObjection",
        tablename="roll_objection",
        column_name="gist",
        db_column_name="gist",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 200,
            "default": None,
            "null": True,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.add_column(
        table_class_name="RollObjection",
        tablename="roll_objection",
        column_name="number",
        db_column_name="number",
        column_class_name="BigInt",
        column_class=BigInt,
        params={
            "default": None,
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.drop_column(
        table_class_name="Notice",
        tablename="notice",
        column_name="matter",
        db_column_name="matter",
        schema=None,
    )

    manager.alter_column(
        table_class_name="PollStep",
        tablename="poll_step",
        column_name="step",
        db_column_name="step",
        params={
            "choices": Enum(
                "Step",
                {
                    "DRAFTED": "drafted",
                    "ROLL_PUBLISHED": "roll_published",
                    "ROLL_FREEZING": "roll_freezing",
                    "ROLL_FROZEN": "roll_frozen",
                    "PROPOSED": "proposed",
                    "RETURNED": "returned",
                    "NOTICED": "noticed",
                    "OPENED": "opened",
                    "EXTENDED": "extended",
                    "CLOSED": "closed",
                    "COUNTED": "counted",
                    "PRELIMINARY": "preliminary",
                    "FINAL": "final",
                    "ARCHIVED": "archived",
                    "WITHDRAWN": "withdrawn",
                    "REVOKED": "revoked",
                    "REISSUED": "reissued",
                },
            )
        },
        old_params={
            "choices": Enum(
                "Step",
                {
                    "DRAFTED": "drafted",
                    "ROLL_PUBLISHED": "roll_published",
                    "ROLL_FREEZING": "roll_freezing",
                    "ROLL_FROZEN": "roll_frozen",
                    "PROPOSED": "proposed",
                    "NOTICED": "noticed",
                    "OPENED": "opened",
                    "EXTENDED": "extended",
                    "CLOSED": "closed",
                    "COUNTED": "counted",
                    "PRELIMINARY": "preliminary",
                    "FINAL": "final",
                    "ARCHIVED": "archived",
                    "WITHDRAWN": "withdrawn",
                    "REVOKED": "revoked",
                    "REISSUED": "reissued",
                },
            )
        },
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    manager.add_constraint(
        table_class_name="PollStep",
        tablename="poll_step",
        constraint_name="poll_step_extension_says_until",
        constraint_class=Check,
        params={
            "condition": '(("step" = \'extended\' AND "closes_at" IS NOT NULL) OR ("step" != \'extended\' AND "closes_at" IS NULL))'
        },
        schema=None,
    )

    manager.add_constraint(
        table_class_name="PollStep",
        tablename="poll_step",
        constraint_name="poll_step_in_order",
        constraint_class=Unique,
        params={"columns": ["poll", "number"], "nulls_distinct": True},
        schema=None,
    )

    manager.add_constraint(
        table_class_name="RollObjection",
        tablename="roll_objection",
        constraint_name="roll_objection_answered_wholly",
        constraint_class=Check,
        params={
            "condition": '(((("answered_at" IS NULL AND "answer" IS NULL) AND "gist" IS NULL) AND "upheld" IS NULL) OR (((("answered_at" IS NOT NULL AND "answer" != \'\') AND "gist" != \'\') AND "upheld" IS NOT NULL) AND "answered_by" IS NOT NULL))'
        },
        schema=None,
    )

    manager.add_constraint(
        table_class_name="RollObjection",
        tablename="roll_objection",
        constraint_name="roll_objection_once",
        constraint_class=Unique,
        params={"columns": ["poll", "number"], "nulls_distinct": True},
        schema=None,
    )

    return manager
