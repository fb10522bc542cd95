"""The doors of a poll 送达对象: one per owner, or per set of co-owners, at their largest home.

Who has voted is shown as the turnout is: a right counts as voted only once the figure that it is
part of has moved past its ballot.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from coordination.ballots.delivery.proofs import HOLDS, WORDS
from coordination.db import rows
from coordination.places.naming import building_name, room_name

# The rights of all owners with one among `seeds`.
NEAR = """
select distinct other."right" from {seeds} f
  join voting_right r on r.id = f."right" join question q on q.id = r.question and q.poll = $1
  join right_holder h on h."right" = f."right" and h.until is null
  join right_holder other on other.owner = h.owner and other.until is null
  join voting_right theirs on theirs.id = other."right"
  join question asked on asked.id = theirs.question and asked.poll = $1
"""
IN_BUILDING = '(select "right" from right_unit where building = $3 offset 0)'
SOUGHT = '(select distinct "right" from delivery_try)'
# $1 poll, $2 now, $3 the building. Lateral throughout: by index, however wrong the
# estimates of a roll that was frozen a minute ago.
DOORS = f"""
with near as ({{near}}), owned as (
  select near."right", by.owners from near cross join lateral (
    select array_agg(h.owner order by h.owner) as owners from right_holder h
     where h."right" = near."right" and h.until is null) as by
), known as (
  select owned.*, home.*, reached.channel, reached.since, tried.*, posted.*, voted.*
    from owned
    cross join lateral (
      select r.question, f.area_cm2, u.id as unit, u.entrance, u.room, u.sort, f.building,
             b.name as building_name, b.sort as building_sort
        from right_unit f
        cross join lateral (select * from unit where unit.id = f.unit offset 0) as u
        join place b on b.id = f.building join voting_right r on r.id = f."right"
       where f."right" = owned."right" order by f.area_cm2 desc, b.sort, u.sort, u.id limit 1
    ) as home
    left join lateral (
      select d.channel, held.since from delivery d join {HOLDS} on held.since is not null
       where d."right" = owned."right" and d.withdrawn_at is null
       order by held.since, d.channel limit 1
    ) as reached on true
    cross join lateral (
      select count(*) as tries, max(t.at) as tried_at,
             (array_agg(t.reason order by t.at desc))[1] as reason
        from delivery_try t where t."right" = owned."right"
    ) as tried
    cross join lateral (
      select exists (select from delivery d where d."right" = owned."right"
                      and d.channel = 'posting' and d.withdrawn_at is null) as is_posted
    ) as posted
    cross join lateral (
      select exists (select from ballot b where b."right" = owned."right" and b.cast_at <= (
        select t.moved_at from turnout_figure t
         where t.question = home.question
           and (t.building = home.building or t.building is null)
         order by t.building is null, t.label = '全体' limit 1)) as has_voted
    ) as voted
), doors as (
  select {{first}}, array_agg("right" order by "right") as rights,
         (array_agg(channel order by since, channel))[1] as channel, min(since) as since,
         bool_and(since is not null) as is_reached, max(tries) as tries,
         max(tried_at) as tried_at, max(reason) as reason, bool_and(has_voted) as has_voted,
         bool_or(is_posted) as is_posted
    from known group by owners
)
select * from doors {{here}} order by building_sort, sort, room
"""
# Of the owner's largest home.
FIRST = ", ".join(
    f"(array_agg({name} order by area_cm2 desc, building_sort, sort, unit))[1] as {name}"
    for name in ("building", "building_name", "building_sort", "entrance", "room", "sort")
)


@dataclass(frozen=True, slots=True)
class Door:
    """Where one owner is sought. Nobody's name or phone: the door is all one needs."""

    building: UUID
    building_name: str
    entrance: str
    room: str
    rights: list[UUID]
    channel: str  # by which they were reached first; "" when by none
    since: datetime | None
    is_reached: bool
    tries: int
    tried_at: datetime | None
    reason: str
    has_voted: bool  # as the turnout shows it
    is_posted: bool  # on a notice that may not have hung its days yet

    @property
    def id(self) -> UUID:
        """Any of the rights names the door; the first does."""
        return self.rights[0]

    @property
    def name(self) -> str:
        return room_name(self.entrance, self.room)

    @property
    def is_open(self) -> bool:
        """Somebody has still to go there."""
        return not self.is_reached and not self.has_voted

    @property
    def way(self) -> str:
        """The first way in words; "" when nothing has reached them."""
        return WORDS[self.channel] if self.is_reached else ""


async def doors_in(poll: UUID, building: UUID, at: datetime) -> list[Door]:
    """The doors at home in a building, in the order of entrances and rooms."""
    near = NEAR.format(seeds=IN_BUILDING)
    sql = DOORS.format(near=near, first=FIRST, here="where building = $3")
    return _doors(await rows(sql, poll, at, building))


async def doors_sought(poll: UUID, at: datetime) -> list[Door]:
    """Those at which somebody was in vain, wherever they are."""
    near = NEAR.format(seeds=SOUGHT)
    return _doors(await rows(DOORS.format(near=near, first=FIRST, here=""), poll, at))


def _doors(found: Iterable[asyncpg.Record]) -> list[Door]:
    return [
        Door(
            row["building"], building_name(row["building_name"]), row["entrance"], row["room"],
            row["rights"], row["channel"] or "", row["since"], row["is_reached"],
            row["tries"] or 0, row["tried_at"], row["reason"] or "", row["has_voted"],
            row["is_posted"],
        )
        for row in found
    ]  # fmt: skip


async def rights_at(right: UUID) -> list[UUID]:
    """All rights, in the same poll, of the owners of this one; [] when there is no such right."""
    found = await rows(
        """with mine as (
             select q.poll, array_agg(h.owner order by h.owner) as owners
               from voting_right r join question q on q.id = r.question
               join right_holder h on h."right" = r.id and h.until is null
              where r.id = $1 group by q.poll)
           select r.id from mine join question q on q.poll = mine.poll
             join voting_right r on r.question = q.id
             join right_holder one on one."right" = r.id and one.until is null
                                  and one.owner = mine.owners[1]
            where mine.owners = (select array_agg(h.owner order by h.owner) from right_holder h
                                  where h."right" = r.id and h.until is null)
            order by r.id""",
        right,
    )
    return [row["id"] for row in found]
