"""What of the sheets waits for somebody, for the to-do boards: a second entry, a third's word."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.ballots.paper.permits import may_write_down
from coordination.ballots.polls.queries import estate_of, load_poll, state_of
from coordination.ballots.tables import Poll
from coordination.db import row, rows
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
select (select count(*) from sheet where poll = $1) as made, count(*) as written,
       count(*) filter (where open and entries = 1 and not mine) as second,
       count(*) filter (where open and differs and not mine) as settle
  from (select count(*) as entries, bool_or(e.by = $2) as mine,
               not exists (select from sheet_outcome o where o.sheet = s.id) as open,
               exists (select from sheet_mismatch m where m.sheet = s.id) as differs
          from sheet s join sheet_entry e on e.sheet = s.id
         where s.poll = $1 group by s.id) each
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
    polls = [await load_poll(each["id"]) for each in await rows(UNDERWAY, paths)]
    return [
        await _of(asker, poll, at)
        for poll in polls
        if may_write_down(asker, await estate_of(poll), poll)
    ]


async def _of(asker: Asker, poll: Poll, at: datetime) -> SheetsWaiting:
    state = await state_of(poll)
    found = await row(WAITING, poll.id, asker.id)
    assert found, "it is one row always"
    has_closed = at >= state.closes_at
    return SheetsWaiting(
        poll.id, poll.title, found["made"], found["written"], found["second"],
        found["settle"] if has_closed else 0, state.opens_at <= at and not has_closed,
    )  # fmt: skip
