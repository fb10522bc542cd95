"""What of the sheets waits for somebody, for the to-do boards: a second entry, a third's word."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from coordination.ballots.paper.permits import may_write_down
from coordination.ballots.polls.queries import estates_of, polls_in_order, states_of
from coordination.ballots.polls.state import PollState
from coordination.ballots.tables import Poll
from coordination.db import rows
from coordination.people.askers import Asker

# Announced and not counted, in what the asker's offices reach or as one of who convenes.
UNDERWAY = """
select p.id from poll p join place e on e.id = p.estate
 where exists (select from poll_step s where s.poll = p.id and s.step = 'noticed')
   and not exists (select from poll_step s where s.poll = p.id
                    and s.step in ('counted', 'withdrawn', 'revoked', 'reissued'))
   and exists (select from unnest($1::text[]) as o (path) where starts_with(e.path, o.path))
 order by p.opens_at, p.id limit 20
"""
# $2: who asks; nobody writes down a sheet twice.
WAITING = """
select p.id as poll, (select count(*) from sheet s where s.poll = p.id) as made, each.*
  from unnest($1::uuid[]) as p (id), lateral (
    select count(*) as written,
           count(*) filter (where open and entries = 1 and not mine) as second,
           count(*) filter (where open and differs and not mine) as settle
      from (select count(*) as entries, bool_or(e.by = $2) as mine,
                   not exists (select from sheet_outcome o where o.sheet = s.id) as open,
                   exists (select from sheet_mismatch m where m.sheet = s.id) as differs
              from sheet s join sheet_entry e on e.sheet = s.id
             where s.poll = p.id group by s.id) one) each
"""


@dataclass(frozen=True, slots=True)
class SheetsWaiting:
    """The sheets of a vote. `second`, `settle`: that this person may write down a second time, or
    decide now; `is_open`: those that come back are written down."""

    poll: UUID
    about: str
    made: int
    written: int
    second: int
    settle: int
    is_open: bool

    @property
    def href(self) -> str:
        return f"/ballots/{self.poll}/sheets"


async def sheets_waiting(asker: Asker, at: datetime) -> list[SheetsWaiting]:
    """Votes between notice and count whose sheets the asker may write down, by opening."""
    paths = [role.place_path for role in asker.roles if role.place_path]
    underway = [each["id"] for each in await rows(UNDERWAY, paths)]
    polls = await polls_in_order(underway) if underway else []
    estates = await estates_of(polls) if polls else {}
    written = [one for one in polls if may_write_down(asker, estates[one.id], one)]
    if not written:
        return []
    states = await states_of(written)
    found = await rows(WAITING, [poll.id for poll in written], asker.id)
    counts = {each["poll"]: each for each in found}
    return [_of(poll, states[poll.id], counts[poll.id], at) for poll in written]


def _of(poll: Poll, state: PollState, found: Record, at: datetime) -> SheetsWaiting:
    has_closed = at >= state.closes_at
    return SheetsWaiting(
        poll.id, poll.title, found["made"], found["written"], found["second"],
        found["settle"] if has_closed else 0, state.opens_at <= at and not has_closed,
    )  # fmt: skip
