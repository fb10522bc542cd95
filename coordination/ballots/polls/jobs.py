"""What a worker does for a poll before it opens: freeze its roll, tell its owners."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from coordination.ballots.polls import telling
from coordination.ballots.polls.endings import TELL_OF_END
from coordination.ballots.polls.extending import TELL_OF_EXTENSION
from coordination.ballots.polls.noticing import DELIVER
from coordination.ballots.roll.freezing import FREEZE, freeze_roll
from coordination.ballots.roll.publishing import TELL_OF_ROLL
from coordination.errors import Refusal


async def freeze(poll_id: str, at: datetime) -> None:
    """A refusal is no failure of the job: the progress page says it, and a person asks again."""
    with suppress(Refusal):
        await freeze_roll(UUID(poll_id), at)


async def tell_of_roll(notice_id: str, at: datetime) -> None:
    await telling.tell_of_roll(UUID(notice_id), at)


async def deliver_notice(notice_id: str, at: datetime) -> None:
    await telling.deliver_notice(UUID(notice_id), at)


async def tell_of_extension(notice_id: str, at: datetime) -> None:
    await telling.tell_of_extension(UUID(notice_id), at)


async def tell_of_end(notice_id: str, at: datetime) -> None:
    await telling.tell_of_end(UUID(notice_id), at)


JOBS = {
    FREEZE: freeze,
    TELL_OF_ROLL: tell_of_roll,
    DELIVER: deliver_notice,
    TELL_OF_EXTENSION: tell_of_extension,
    TELL_OF_END: tell_of_end,
}
