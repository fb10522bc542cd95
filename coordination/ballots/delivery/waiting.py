"""What of the delivery waits for somebody, for the to-do boards: one line per vote for who runs it,
one per building for who carries there."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.ballots.delivery.doors import doors_in
from coordination.ballots.delivery.permits import may_run_delivery
from coordination.ballots.delivery.queries import buildings_carried
from coordination.ballots.polls.queries import estates_of, polls_in_order
from coordination.ballots.tables import Poll
from coordination.db import rows
from coordination.people.askers import Asker
from coordination.places.tables import Place

# Votes underway in what the asker's offices reach, or where they carry by assignment.
UNDERWAY = """
select p.id from poll p join place e on e.id = p.estate
 where exists (select from poll_step s where s.poll = p.id and s.step = 'noticed')
   and not exists (select from poll_step s where s.poll = p.id
                    and s.step in ('closed', 'withdrawn', 'revoked', 'reissued'))
   and (exists (select from unnest($1::text[]) as o (path)
                 where starts_with(e.path, o.path) or starts_with(o.path, e.path))
        or exists (select from delivery_duty d where d.poll = p.id and d.person = $2
                    and d.ended_at is null))
 order by p.opens_at, p.id limit 20
"""

# Not how many doors: that takes a look at every right, and this page is opened all day.
UNREACHED = """
select p.id from unnest($1::uuid[]) as p (id)
 where exists (select from question q join voting_right r on r.question = q.id
   where q.poll = p.id and not exists (
     select from delivery d where d."right" = r.id and d.withdrawn_at is null))
"""


@dataclass(frozen=True, slots=True)
class Carrying:
    """Doors of a building where somebody has still to go; of a whole vote 1: there are some."""

    poll: UUID
    about: str
    building: UUID | None  # none: the whole board
    doors: int

    @property
    def href(self) -> str:
        here = f"/ballots/{self.poll}/deliveries"
        return f"{here}/{self.building}" if self.building else here


async def deliveries_waiting(asker: Asker, at: datetime) -> list[Carrying]:
    """Votes, and buildings of votes, with doors where nobody was reached."""
    paths = [role.place_path for role in asker.roles if role.place_path]
    underway = [row["id"] for row in await rows(UNDERWAY, paths, asker.id)]
    polls = await polls_in_order(underway) if underway else []
    estates = await estates_of(polls) if polls else {}
    run = [poll.id for poll in polls if may_run_delivery(asker, estates[poll.id], poll)]
    unreached = {row["id"] for row in await rows(UNREACHED, run)} if run else set()
    found = []
    for poll in polls:
        if poll.id not in run:
            found += await _carried(asker, poll, estates[poll.id], at)
        elif poll.id in unreached:
            found.append(Carrying(poll.id, poll.title, None, 1))
    return found


async def _carried(asker: Asker, poll: Poll, estate: Place, at: datetime) -> list[Carrying]:
    found = []
    for building in await buildings_carried(asker, poll, estate):
        doors = await doors_in(poll.id, building, at)
        if left := sum(door.is_open for door in doors):
            about = f"{doors[0].building_name} · {poll.title}"
            found.append(Carrying(poll.id, about, building, left))
    return found
