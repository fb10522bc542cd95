"""Polls that the clock cannot move on, and what is said of it: nothing is lost, and who helps."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.ballots.ballot_tables import Stall
from coordination.db import execute, row, value
from coordination.people.tables import BodyKind

REASONS = {
    "WrongKey": "服务所用的密钥（COORDINATION_KEY）不是封存选票时的那一把",
    "BrokenSeal": "至少有一张封存的选票打不开：密钥不对，或者数据库里的记录损坏、被改动",
}
OTHERWISE = "计票程序出错，详情在服务的日志里"


@dataclass(frozen=True, slots=True)
class Stalled:
    """Since when a poll stands still, why, and whom to call."""

    since: datetime
    why: str
    call: str


async def note_stall(poll: UUID, broken: Exception, at: datetime) -> None:
    """Keep when it began; the reason is of the latest try."""
    await execute(
        """insert into stall (poll, why, since) values ($1, $2, $3)
           on conflict (poll) do update set why = excluded.why where stall.why <> excluded.why""",
        poll, type(broken).__name__[:60], at,
    )  # fmt: skip


async def forget_stall(poll: UUID) -> None:
    await execute("delete from stall where poll = $1", poll)


async def stalled(poll: UUID) -> Stalled | None:
    """What is known of it; None: it moves."""
    found = await Stall.objects().get(Stall.poll == poll)
    if found is None:
        return None
    operator = await row(
        "select name, officer, phone from body where kind = $1 order by since limit 1",
        BodyKind.OPERATOR.value,
    )
    call = " ".join(filter(None, operator.values())) if operator else "本系统的运营方"
    return Stalled(found.since, REASONS.get(found.why, OTHERWISE), call)


async def stalled_count() -> int:
    """For those who watch the service."""
    return await value("select count(*) from stall")
