from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from enum import Enum
from piccolo.columns.column_types import Bytea
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-22T13:38:29:140646"
VERSION = "1.38.0"
DESCRIPTION = "bind_wechat"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="coordination", description=DESCRIPTION)

    manager.add_column(
        table_class_name="Person",
        tablename="person",
        column_name="wechat_sealed",
        db_column_name="wechat_sealed",
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

    manager.alter_column(
        table_class_name="Message",
        tablename="message",
        column_name="channel",
        db_column_name="channel",
        params={
            "choices": Enum(
                "Channel",
                {
                    "IN_APP": "in_app",
                    "SMS": "sms",
                    "EMAIL": "email",
                    "WECHAT": "wechat",
                    "PAPER": "paper",
                },
            )
        },
        old_params={
            "choices": Enum(
                "Channel",
                {
                    "IN_APP": "in_app",
                    "SMS": "sms",
                    "EMAIL": "email",
                    "PAPER": "paper",
                },
            )
        },
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    return manager
