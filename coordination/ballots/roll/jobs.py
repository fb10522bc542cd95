"""What a worker does for a roll: freeze it, tell the owners that it can be checked."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from coordination.ballots.polls import telling
from coordination.ballots.roll.freezing import FREEZE, freeze_roll
from coordination.ballots.roll.publishing import TELL_OF_ROLL
from coordination.errors import Refusal


async def freeze(poll_id: str, at: datetime) -> None:
    """A refusal is no failure of the job: the progress page says it, and a person asks again."""
    with suppress(Refusal):
        await freeze_roll(UUID(poll_id), at)


async def tell_of_roll(notice_id: str, at: datetime) -> None:
    await telling.tell_of_roll(UUID(notice_id), at)


JOBS = {FREEZE: freeze, TELL_OF_ROLL: tell_of_roll}
