"""What 我的 shows: one's votes wherever one has a right, one's tickets, and what waits."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.ballots.polls.state import LABELS
from coordination.ballots.tables import Step
from coordination.db import rows, value
from coordination.registry.queries import ACTS_FOR
from coordination.tickets.kinds import State
from coordination.tickets.state import label_of
from coordination.tickets.whistling.wording import tone_of

SHOWN = 20
PAST = (Step.FINAL, Step.ARCHIVED, Step.WITHDRAWN, Step.REVOKED, Step.REISSUED)
ASKS = ("replied", "need_info")  # states in which a ticket waits for who whistled

# What one ($1) whistled that is not done, and what of it waits for oneself first.
OPEN_TICKETS = """
  (select coalesce(json_agg(w), '[]') from (
     select t.id, t.number, t.state, t.reopened, t.overdue_since is not null as late,
            c.name as category, h.name as holder
       from ticket t join category c on c.id = t.category join body h on h.id = t.holder
      where t.whistled_by = $1 and t.state not in ('closed', 'merged', 'withdrawn')
      order by t.state not in ('replied', 'need_info'), t.number desc limit 4) w)
"""

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

    @property
    def left(self) -> int:
        """How many rights have no ballot yet."""
        return self.rights - self.cast

    @property
    def is_past(self) -> bool:
        """Its last result is out, or it was ended without one."""
        return self.step in PAST


@dataclass(frozen=True, slots=True)
class OwnTicket:
    """A ticket of one's own that is not done: where it is now."""

    id: UUID
    number: int
    state: State
    reopened: int
    late: bool
    category: str
    holder: str

    @property
    def label(self) -> str:
        return label_of(self.state, holder=self.holder, reopened=self.reopened)

    @property
    def asks(self) -> bool:
        """It waits for who whistled."""
        return self.state in ASKS

    @property
    def tone(self) -> str:
        return "wait" if self.asks else tone_of(self.state, overdue=self.late)


async def own_votes(person: UUID) -> list[OwnVote]:
    """The polls in which a person has rights, the newest first."""
    found = await rows(VOTES, person, SHOWN)
    return [OwnVote(**{**dict(row), "step": Step(row["step"])}) for row in found]


async def open_tickets(person: UUID) -> list[OwnTicket]:
    """What a person whistled that is not done, first what waits for the person."""
    return read_tickets(await value(f"select {OPEN_TICKETS}", person))


def read_tickets(found: str) -> list[OwnTicket]:
    """The answer of OPEN_TICKETS."""
    return [
        OwnTicket(**{**one, "id": UUID(one["id"]), "state": State(one["state"])})
        for one in json.loads(found)
    ]
