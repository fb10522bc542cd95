from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from enum import Enum
from piccolo.columns.column_types import Bytea
from piccolo.columns.column_types import Timestamptz
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-22T03:12:55:729586"
VERSION = "1.38.0"
DESCRIPTION = "messages may be sealed, codes belong to the browser that asked"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="coordination", description=DESCRIPTION
    )

    manager.add_column(
        table_class_name="Message",
        tablename="message",
        column_name="text_sealed",
        db_column_name="text_sealed",
        column_class_name="Bytea",
        column_class=Bytea,
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
        table_class_name="Person",
        tablename="person",
        column_name="email_sealed",
        db_column_name="email_sealed",
        column_class_name="Bytea",
        column_class=Bytea,
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
        table_class_name="Person",
        tablename="person",
        column_name="paused_at",
        db_column_name="paused_at",
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

    manager.rename_column(
        table_class_name="OneTimeCode",
        tablename="one_time_code",
        old_column_name="phone_hash",
        new_column_name="address_hash",
        old_db_column_name="phone_hash",
        new_db_column_name="address_hash",
        schema=None,
    )

    manager.alter_column(
        table_class_name="OneTimeCode",
        tablename="one_time_code",
        column_name="purpose",
        db_column_name="purpose",
        params={
            "choices": Enum(
                "CodePurpose",
                {
                    "SIGN_IN": "sign_in",
                    "STEP_UP": "step_up",
                    "BIND": "bind",
                    "JOIN": "join",
                    "EMAIL": "email",
                    "RECOVER": "recover",
                },
            )
        },
        old_params={
            "choices": Enum(
                "CodePurpose",
                {
                    "SIGN_IN": "sign_in",
                    "STEP_UP": "step_up",
                    "BIND": "bind",
                    "JOIN": "join",
                    "RECOVER": "recover",
                },
            )
        },
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    manager.drop_constraint(
        table_class_name="Message",
        tablename="message",
        constraint_name="message_once",
        schema=None,
    )

    return manager
