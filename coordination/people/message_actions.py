"""Reading one's messages 消息."""

from datetime import datetime
from uuid import UUID

import asyncpg

from coordination import db
from coordination.errors import NotFound
from coordination.people.askers import Asker


async def read_message(asker: Asker, message: UUID, at: datetime) -> asyncpg.Record:
    """The asker's own message, which is read from now on. NotFound: it is not theirs."""
    found = await db.row(
        """update message set read_at = coalesce(read_at, $3)
            where id = $1 and person = $2 and channel = 'in_app'
            returning id, title, text, link, queued_at, read_at""",
        message, asker.id, at,
    )  # fmt: skip
    if found is None:
        raise NotFound("没有这条消息。")
    return found


async def read_all_messages(asker: Asker, at: datetime) -> None:
    """All of them are read."""
    await db.execute(
        """update message set read_at = $2
            where person = $1 and channel = 'in_app' and read_at is null""",
        asker.id, at,
    )  # fmt: skip
