"""What a meeting's own steps mean to the demand of members that it answers."""

from datetime import datetime
from uuid import UUID

from coordination.db import execute


async def called(meeting: UUID, at: datetime) -> None:
    """The notice of this meeting went out: a demand that it answers is answered."""
    await execute(
        "update session_demand set called_at = $2 where meeting = $1 and called_at is null",
        meeting, at,
    )  # fmt: skip


async def released(meeting: UUID) -> None:
    """This meeting was called off: the demand that it answered stands again."""
    await execute(
        "update session_demand set meeting = null, called_at = null where meeting = $1", meeting
    )
