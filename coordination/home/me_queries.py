"""What 我的 shows: one's votes wherever one has a right, and what waits."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.ballots.polls.state import LABELS
from coordination.ballots.tables import Step
from coordination.db import rows
from coordination.registry.queries import ACTS_FOR

SHOWN = 20

VOTES = f"""
select p.id, p.title, e.name as estate_name, p.opens_at,
       coalesce((select max(s.closes_at) from poll_step s where s.poll = p.id), p.closes_at)
         as closes_at,
       (select s.step from poll_step s where s.poll = p.id order by s.number desc limit 1) as step,
       count(*) as rights, count(*) filter (where mine.voted) as cast
  from (select q.poll, exists (select from ballot b where b."right" = r.id) as voted
          from right_holder h join voting_right r on r.id = h."right"
          join question q on q.id = r.question
         where h.until is null and h.owner in ({ACTS_FOR})) as mine
  join poll p on p.id = mine.poll join place e on e.id = p.estate
 group by p.id, e.name order by p.opens_at desc, p.id limit $2
"""


@dataclass(frozen=True, slots=True)
class OwnVote:
    """A poll in which somebody has rights, and how many of them have a ballot."""

    id: UUID
    title: str
    estate_name: str
    opens_at: datetime
    closes_at: datetime
    step: Step
    rights: int
    cast: int

    @property
    def label(self) -> str:
        return LABELS[self.step]

    def waits(self, at: datetime) -> bool:
        """Open, and not every right has its ballot."""
        is_open = self.step in (Step.OPENED, Step.EXTENDED) and at < self.closes_at
        return is_open and self.cast < self.rights


async def own_votes(person: UUID) -> list[OwnVote]:
    """The polls in which a person has rights, the newest first."""
    found = await rows(VOTES, person, SHOWN)
    return [OwnVote(**{**dict(row), "step": Step(row["step"])}) for row in found]
