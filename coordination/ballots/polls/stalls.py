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
SHEETS = "SheetsWait"
SHEETS_WAIT = "有登记过的票只登记了一次，或者两次登记不一致，正由第三人复核"
OTHERWISE = "计票程序出错，详情在服务的日志里"


@dataclass(frozen=True, slots=True)
class Stalled:
    """Since when a poll stands still, why, and whom to call. `until`: when it goes on at the
    latest; None: with help alone."""

    since: datetime
    why: str
    call: str
    until: datetime | None = None


async def note_stall(poll: UUID, broken: Exception, at: datetime) -> None:
    """Keep when it began; the reason is of the latest try."""
    await execute(
        """insert into stall (poll, why, since) values ($1, $2, $3)
           on conflict (poll) do update set why = excluded.why, until = null
             where stall.why <> excluded.why""",
        poll, type(broken).__name__[:60], at,
    )  # fmt: skip


async def note_wait(poll: UUID, until: datetime, at: datetime) -> None:
    """Keep that the count waits for sheets to be settled, and until when."""
    await execute(
        """insert into stall (poll, why, since, until) values ($1, $2, $3, $4)
           on conflict (poll) do update set why = excluded.why, until = excluded.until
             where (stall.why, stall.until) is distinct from (excluded.why, excluded.until)""",
        poll, SHEETS, at, until,
    )  # fmt: skip


async def forget_stall(poll: UUID) -> None:
    await execute("delete from stall where poll = $1", poll)


async def stalled(poll: UUID) -> Stalled | None:
    """What is known of it; None: it moves."""
    found = await Stall.objects().get(Stall.poll == poll)
    if found is None:
        return None
    if found.why == SHEETS:
        contact = await value("select contact from poll where id = $1", poll)
        return Stalled(found.since, SHEETS_WAIT, contact, found.until)
    operator = await row(
        "select name, officer, phone from body where kind = $1 order by since limit 1",
        BodyKind.OPERATOR.value,
    )
    call = " ".join(filter(None, operator.values())) if operator else "本系统的运营方"
    return Stalled(found.since, REASONS.get(found.why, OTHERWISE), call)


async def stalled_count() -> int:
    """For those who watch the service: those that need help."""
    return await value("select count(*) from stall where until is null")
