"""Lists that a program reads a page at a time: public polls, and objections that were answered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.ballots.tables import Step
from coordination.db import rows

POLLS = """
select p.id, p.title, p.estate, e.name as estate_name, p.opens_at,
       coalesce((select max(s.closes_at) from poll_step s where s.poll = p.id), p.closes_at)
         as closes_at,
       (select s.step from poll_step s where s.poll = p.id order by s.number desc limit 1) as step
  from poll p join place e on e.id = p.estate
 where ($1::uuid is null or p.estate = $1)
   and exists (select 1 from poll_step s where s.poll = p.id and s.step = 'roll_published')
   and ($2::uuid is null
        or (p.opens_at, p.id) < (select b.opens_at, b.id from poll b where b.id = $2))
 order by p.opens_at desc, p.id desc limit $3
"""


@dataclass(frozen=True, slots=True)
class PublicPoll:
    """A poll in a list."""

    id: UUID
    title: str
    estate: UUID
    estate_name: str
    opens_at: datetime
    closes_at: datetime
    step: Step


async def polls_after(estate: UUID | None, after: UUID | None, limit: int) -> list[PublicPoll]:
    """The public polls that follow one (None: the first), the newest first."""
    found = await rows(POLLS, estate, after, limit)
    return [PublicPoll(**{**row, "step": Step(row["step"])}) for row in found]


OBJECTIONS = """
with answered as (
  select id, 'roll' as about, number, gist as text, raised_at, answer, upheld, answered_at
    from roll_objection where poll = $1 and answered_at is not null
  union all
  select id, 'result', null, gist, raised_at, answer, null, answered_at
    from result_objection where poll = $1 and answered_at is not null
)
select * from answered
 where ($2::uuid is null
        or (answered_at, id) > (select a.answered_at, a.id from answered a where a.id = $2))
 order by answered_at, id limit $3
"""


@dataclass(frozen=True, slots=True)
class AnsweredObjection:
    """An objection with its answer, without who raised it. `text`: the gist that whoever answered
    wrote; its own words may name people."""

    id: UUID
    about: str  # roll, result
    number: int | None
    text: str
    raised_at: datetime
    answer: str
    upheld: bool | None
    answered_at: datetime


async def answered_objections(
    poll: UUID, after: UUID | None, limit: int
) -> list[AnsweredObjection]:
    """The answered ones that follow one (None: the first), the earliest answer first."""
    return [AnsweredObjection(**row) for row in await rows(OBJECTIONS, poll, after, limit)]
