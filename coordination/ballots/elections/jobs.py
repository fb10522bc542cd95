"""What the worker does for elections: tell owners of the call and the list, remind of duties."""

from datetime import datetime
from uuid import UUID

import asyncpg

from coordination.ballots.elections.calling import TELL
from coordination.ballots.polls.telling import tell_of_candidates
from coordination.db import execute, rows, transaction
from coordination.people.outbox import tell
from coordination.web.formats import local_day

# Due two days before the last; the end of a term when the next election must begin.
DUE = """
select o.id, o.body, b.name, e.path, q.poll, o.question,
       (o.session_on is null and o.reminded_session_at is null
         and $1 >= o.elected_on + 5) as session,
       (o.filed_on is null and o.reminded_filing_at is null and $1 >= o.elected_on + 23) as filing,
       (o.reminded_term_at is null and o.until > $1
         and $1 >= (o.until - interval '3 months')::date) as term, o.until
  from office o join body b on b.id = o.body join question q on q.id = o.question
  join poll p on p.id = q.poll join place e on e.id = p.estate
"""
TOLD = {
    "session": (
        "first-session", "请在 7 日内召开首次会议",
        "{name}应在选举产生之日起 7 日内召开首次会议，推选主任、副主任。开过的，请登记。",
    ),
    "filing": (
        "committee-filing", "请在 30 日内备案",
        "{name}应在选举产生之日起 30 日内向区县主管部门和街道备案。备过的，请登记。",
    ),
    "term": (
        "term-ends", "任期还有三个月届满",
        "{name}任期到{until}届满，届满前三个月应当组织换届选举。请开始筹备。",
    ),
}  # fmt: skip
MEMBERS = """
select distinct r.person from role r left join place p on p.id = r.place
 where r.since <= $3 and (r.until is null or r.until > $3)
   and (r.body = $1 or $4 and r.kind in ('community_worker', 'subdistrict_officer')
        and starts_with($2, p.path))
"""


async def tell_owners(notice_id: str, at: datetime) -> None:
    await tell_of_candidates(UUID(notice_id), at)


async def remind(at: datetime) -> int:
    """Remind committees of their first session, 备案 and the end of their term; how many."""
    sent = 0
    async with transaction():
        day = await rows("select ($1::timestamptz at time zone 'Asia/Shanghai')::date as day", at)
        for office in await rows(f"{DUE} for update of o skip locked", day[0]["day"]):
            for duty, (event, title, text) in TOLD.items():
                if office[duty]:
                    await _remind(office, duty, event, title, text, at)
                    sent += 1
    return sent


async def _remind(
    office: asyncpg.Record, duty: str, event: str, title: str, text: str, at: datetime
) -> None:
    """The term's end is told to 居委会 and 街道 as well, which see to the election."""
    people = await rows(MEMBERS, office["body"], office["path"], at, duty == "term")
    await tell(
        [each["person"] for each in people], event, title,
        text.format(name=office["name"], until=local_day(office["until"])), at=at,
        link=f"/ballots/{office['poll']}/questions/{office['question']}/office",
    )  # fmt: skip
    await execute(f"update office set reminded_{duty}_at = $2 where id = $1", office["id"], at)


JOBS = {TELL: tell_owners}
SWEEPS = ((600.0, remind),)
