"""What a worker does for a poll before it opens and when it ends: tell its owners."""

from datetime import datetime
from uuid import UUID

from coordination.ballots.polls import telling
from coordination.ballots.polls.endings import TELL_OF_END
from coordination.ballots.polls.extending import TELL_OF_EXTENSION
from coordination.ballots.polls.noticing import DELIVER


async def deliver_notice(notice_id: str, at: datetime) -> None:
    await telling.deliver_notice(UUID(notice_id), at)


async def tell_of_extension(notice_id: str, at: datetime) -> None:
    await telling.tell_of_extension(UUID(notice_id), at)


async def tell_of_end(notice_id: str, at: datetime) -> None:
    await telling.tell_of_end(UUID(notice_id), at)


JOBS = {
    DELIVER: deliver_notice,
    TELL_OF_EXTENSION: tell_of_extension,
    TELL_OF_END: tell_of_end,
}
