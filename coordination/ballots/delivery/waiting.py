"""What of the delivery waits for somebody, for the to-do boards: one line per vote for who runs it,
one per building for who carries there."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.ballots.delivery.doors import doors_in
from coordination.ballots.delivery.permits import may_run_delivery
from coordination.ballots.delivery.queries import buildings_carried
from coordination.ballots.polls.queries import estate_of, load_poll
from coordination.ballots.tables import Poll
from coordination.db import rows, value
from coordination.people.askers import Asker

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

UNREACHED = """
select true from question q join voting_right r on r.question = q.id
 where q.poll = $1 and not exists (
   select from delivery d where d."right" = r.id and d.withdrawn_at is null) limit 1
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
    found = []
    for row in await rows(UNDERWAY, paths, asker.id):
        found += await _of(asker, await load_poll(row["id"]), at)
    return found


async def _of(asker: Asker, poll: Poll, at: datetime) -> list[Carrying]:
    estate = await estate_of(poll)
    runs = may_run_delivery(asker, estate, poll)
    mine = await buildings_carried(asker, poll, estate) if not runs else []
    if not (runs or mine):
        return []
    if runs:
        # Not how many doors: that takes a look at every right, and this page is opened all day.
        some = await value(UNREACHED, poll.id)
        return [Carrying(poll.id, poll.title, None, 1)] if some else []
    found = []
    for building in mine:
        doors = await doors_in(poll.id, building, at)
        if left := sum(door.is_open for door in doors):
            about = f"{doors[0].building_name} · {poll.title}"
            found.append(Carrying(poll.id, about, building, left))
    return found
