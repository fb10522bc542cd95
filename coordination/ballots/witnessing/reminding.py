"""Reminding the parties 提醒见证: once for each cosignature that is due, by message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from coordination import db
from coordination.ballots.polls.queries import polls_in_order
from coordination.ballots.tables import Poll
from coordination.ballots.witnessing.permits import OFFICES
from coordination.ballots.witnessing.queries import Party, parties_of_all
from coordination.ballots.witnessing.rules import Duty, DutyKind
from coordination.law.periods import day_of
from coordination.people.outbox import tell

# Announced, and neither ended another way nor long over; $1: around these bodies, null: anywhere.
WATCHED = """
select b.poll from board b join poll p on p.id = b.poll join place e on e.id = p.estate
 where not exists (select from poll_step s where s.poll = b.poll
                    and s.step in ('archived', 'withdrawn', 'revoked', 'reissued'))
   and ($1::uuid[] is null or exists (
     select from body w join place h on h.id = w.place
      where w.id = any($1) and starts_with(e.path, h.path)))
 order by b.poll
"""
OFFICERS = """
select distinct r.person from role r
 where r.body = $1 and r.kind = any($2) and r.since <= $3 and (r.until is null or r.until > $3)
"""
ONCE = """
insert into witness_reminder (id, poll, body, duty, due_on, told_at)
values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning id
"""
NOT_BY_NIGHT = timedelta(hours=9)  # of a day's duty: nobody is told at midnight
WORDS = {
    DutyKind.OPENING: "投票开始之前",
    DutyKind.DAILY: "今天之内",
    DutyKind.CLOSE: "截止后一天之内",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A poll on which a body still owes cosignatures."""

    poll: UUID
    title: str
    body_name: str
    has_key: bool
    is_overdue: bool


async def watched_polls(bodies: Sequence[UUID] | None = None) -> list[Poll]:
    """Polls whose boards are witnessed now, around these bodies or anywhere."""
    found = await db.rows(WATCHED, None if bodies is None else list(bodies))
    return await polls_in_order([row["poll"] for row in found]) if found else []


async def waiting_for(bodies: Sequence[UUID], at: datetime) -> list[Waiting]:
    """What these bodies are asked to cosign now."""
    found = []
    polls = await watched_polls(bodies) if bodies else []
    parties = await parties_of_all(polls, at)
    for poll in polls:
        for party in parties[poll.id]:
            waiting = party.waiting(at)
            if party.body in bodies and waiting:
                late = any(duty.is_overdue(at) for duty in waiting)
                found.append(Waiting(poll.id, poll.title, party.name, party.key is not None, late))
    return found


async def remind_witnesses(at: datetime) -> int:
    """Tell each office of what is due now, once; how many duties were told of."""
    told, polls = 0, await watched_polls()
    parties = await parties_of_all(polls, at)
    for poll in polls:
        for party in parties[poll.id]:
            for duty in party.waiting(at):
                if not duty.is_overdue(at) and _by_day(duty, at):
                    told += await _remind(poll, party, duty, at)
    return told


def _by_day(duty: Duty, at: datetime) -> bool:
    return duty.kind is not DutyKind.DAILY or at >= duty.since + NOT_BY_NIGHT


async def _remind(poll: Poll, party: Party, duty: Duty, at: datetime) -> bool:
    async with db.transaction():
        fresh = await db.value(
            ONCE, uuid4(), poll.id, party.body, duty.kind.value, day_of(duty.due), at
        )
        if fresh is None:
            return False
        offices = [kind.value for kind in OFFICES]
        people = [row["person"] for row in await db.rows(OFFICERS, party.body, offices, at)]
        how = "核对并签名" if party.key else "先登记本单位的见证钥匙，再核对并签名"
        await tell(
            people, "witness-due", "请本单位见证公示票箱",
            f"“{poll.title}”的公示票箱，请{party.name}在{WORDS[duty.kind]}{how}。",
            at=at, link=f"/ballots/{poll.id}/board/witness",
        )  # fmt: skip
        return True
