"""Reads shaped for the pages of results."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.ballots.ballot_tables import ResultObjection
from coordination.ballots.polls.state import COMING, LABELS
from coordination.ballots.results.turnout import figures_of
from coordination.ballots.tables import Question, Step
from coordination.db import row, rows
from coordination.notices.tables import Notice


async def notices_of(poll: UUID) -> list[Notice]:
    """Every notice about the poll, oldest first."""
    return await Notice.objects().where(Notice.subject == poll).order_by(Notice.published_at)


async def objections_to(poll: UUID) -> int:
    """How many objected to its preliminary result."""
    return await ResultObjection.count().where(ResultObjection.poll == poll)


async def turnout_of(questions: Sequence[Question]) -> list[dict[str, object]]:
    """Per question its title, the whole electorate's figure, and the buildings'; no rows where it
    has none of its own (`turnout_rules.too_close`), nothing before the first figures."""
    shown = []
    for question in questions:
        figures = await figures_of(question.id)
        shown.append(
            {
                "id": question.id,
                "title": question.title,
                "moved_at": max((figure.moved_at for figure in figures), default=None),
                "rows": [
                    {
                        "label": figure.label,
                        "persons": figure.persons,
                        "persons_total": figure.rights,
                        "area_percent": f"{figure.area_percent}%",
                    }
                    for figure in figures
                ],
            }
        )
    return shown if any(one["rows"] for one in shown) else []


MARK = """
select (select max(t.moved_at) from turnout_figure t join question q on q.id = t.question
         where q.poll = p.id) as moved_at,
       (select count(*) from poll_step s where s.poll = p.id) as steps,
       $2 < coalesce((select max(s.closes_at) from poll_step s where s.poll = p.id), p.closes_at)
         as in_time
  from poll p where p.id = $1
"""


async def turnout_mark(poll: UUID, at: datetime) -> tuple[object, ...] | None:
    """Differs whenever the turnout looks different; None: no such poll."""
    found = await row(MARK, poll, at)
    return (poll, *found) if found else None


# Whose rights these are is asked once, from the person; the planner would begin with the whole roll
# of each vote where its tables have no statistics yet.
POLLS = """
with mine as materialized (
  select distinct r.id, q.poll from voicing v
    join voting_right r on r.id = v."right" join question q on q.id = r.question
   where v.person = $2
)
select p.id, p.title, p.opens_at, e.name as estate_name,
       coalesce((select max(s.closes_at) from poll_step s where s.poll = p.id), p.closes_at)
         as closes_at,
       (select s.step from poll_step s where s.poll = p.id order by s.number desc limit 1) as step,
       (select n.text from result r join notice n on n.id = r.notice where r.poll = p.id
         order by r.published_at desc limit 1) as outcome,
       (select count(*) from mine where mine.poll = p.id
          and not exists (select 1 from ballot b where b."right" = mine.id)) as uncast
  from poll p join place e on e.id = p.estate
 where ($1::uuid is null or p.estate = $1)
   and exists (select 1 from poll_step s where s.poll = p.id and s.step = 'roll_published')
   and ($2::uuid is null or exists (select 1 from mine where mine.poll = p.id))
 order by p.opens_at desc, p.id limit 100
"""


@dataclass(frozen=True, slots=True)
class PollLine:
    """A vote in a list. `outcome`: what its latest result says; `uncast`: rights of the asking
    person that have no ballot yet."""

    id: UUID
    title: str
    opens_at: datetime
    estate_name: str
    closes_at: datetime
    step: Step
    outcome: str | None
    uncast: int

    @property
    def label(self) -> str:
        return LABELS[self.step]

    @property
    def said(self) -> str:
        """What came of it, or where it stands."""
        if self.step is Step.REVOKED or not self.outcome:
            return self.label
        return f"初步结果：{self.outcome}" if self.step is Step.PRELIMINARY else self.outcome

    def is_open(self, at: datetime) -> bool:
        return self.step in (Step.OPENED, Step.EXTENDED) and at < self.closes_at

    @property
    def is_coming(self) -> bool:
        """Public, and not open yet."""
        return self.step in COMING


async def polls_of(estate: UUID | None, *, voter: UUID | None = None) -> list[PollLine]:
    """The public votes of an estate (None: of all), the newest first; `voter`: only theirs."""
    found = await rows(POLLS, estate, voter)
    return [PollLine(**{**row, "step": Step(row["step"])}) for row in found]
