"""The board 送达台账 of a whole poll, building × way, counted where the rows are: 100,000 rights in
one look. `doors.py` says the same of one building, door by door."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from coordination.ballots.delivery.proofs import WORDS
from coordination.db import execute, rows, transaction, value
from coordination.places.naming import building_name

# $1 poll, $2 now. Each right with its home, the first way that reached it, whether it was posted
# for or sought, and whether its ballot is in the turnout as shown; then doors; then buildings.
# Materialized, and joined by hash: each table is read once.
LINES = """
with mine as materialized (
  select r.id as "right", r.question, {owners} as owners from voting_right r {holders}
   where r.question = any (array(select id from question where poll = $1)) {each}
), home as materialized (
  select distinct on (m."right") m.*, f.building, f.area_cm2, b.sort
    from mine m join right_unit f on f."right" = m."right" join place b on b.id = f.building
   order by m."right", f.area_cm2 desc, b.sort, f.building
), hung as materialized (
  select p.notice, min(p.posted_at + (n.until - n.published_at)) as since
    from posting p join notice n on n.id = p.notice
   where p.photo is not null and p.posted_at + (n.until - n.published_at) <= $2
     and (p.taken_down_at is null
          or p.taken_down_at >= p.posted_at + (n.until - n.published_at))
   group by p.notice
), proof as materialized (
  select d."right", d.channel, d.at, d.notice
    from mine join delivery d on d."right" = mine."right" and d.withdrawn_at is null
), reached as materialized (
  select distinct on (p."right") p."right", p.channel, coalesce(hung.since, p.at) as since
    from proof p left join hung on p.channel = 'posting' and hung.notice = p.notice
   where case when p.channel = 'posting' then hung.since is not null else p.at <= $2 end
   order by p."right", coalesce(hung.since, p.at), p.channel
), moved as materialized (
  select b.building, q.id as question, (
      select t.moved_at from turnout_figure t
       where t.question = q.id and (t.building = b.building or t.building is null)
       order by t.building is null, t.label = '全体' limit 1) as moved_at
    from (select distinct building from home) as b, question q where q.poll = $1
), known as (
  select h.*, r.channel, r.since, s."right" is not null as is_posted,
         t."right" is not null as is_tried, coalesce(b.cast_at <= m.moved_at, false) as has_voted
    from home h
    left join moved m on (m.building, m.question) = (h.building, h.question)
    left join reached r on r."right" = h."right"
    left join (select "right" from proof where channel = 'posting') as s on s."right" = h."right"
    left join (select distinct t."right" from mine join delivery_try t on t."right" = mine."right")
      as t on t."right" = h."right"
    left join ballot b on b."right" = h."right" and b.ordinal = 1
), door as (
{doors}
), counted as (
  select building, count(*) as doors,
         count(*) filter (where channel = 'message') as message,
         count(*) filter (where channel = 'online') as online,
         count(*) filter (where channel = 'door') as door,
         count(*) filter (where channel = 'letter') as letter,
         count(*) filter (where channel = 'posting') as posting,
         count(*) filter (where channel is null and has_voted) as voted_only,
         count(*) filter (where channel is null and not has_voted and is_posted) as posted,
         count(*) filter (where channel is null and not (has_voted or is_posted) and is_tried)
           as tried
    from door group by building
)
select counted.*, b.name from counted join place b on b.id = counted.building
 order by b.sort, b.id
"""
# In one question each owner has one right: every right is a door of its own.
OF_ONE = LINES.format(owners="r.id", holders="", each="", doors="  select * from known")
# In several: the rights of the same owners (told by 64 bits of all their ids) are one door, at the
# largest of their homes.
OF_SEVERAL = LINES.format(
    owners="bit_xor(uuid_hash_extended(h.owner, 281))",
    holders='join right_holder h on h."right" = r.id and h.until is null',
    each="group by r.id",
    doors="""
  select (array_agg(building order by area_cm2 desc, sort, building))[1] as building,
         case when bool_and(since is not null)
              then (array_agg(channel order by since, channel))[1] end as channel,
         bool_and(has_voted) as has_voted, bool_or(is_posted) as is_posted,
         bool_or(is_tried) as is_tried
    from known group by owners""",
)


@dataclass(frozen=True, slots=True)
class BuildingLine:
    """A building on the board: doors, and by which way each was reached first; each counted
    once."""

    building: UUID
    name: str
    doors: int
    by_way: Mapping[str, int]
    voted_only: int  # no proof, but their ballot is counted in the turnout as shown
    posted: int  # named on a notice that has not hung its days yet
    tried: int  # somebody was there in vain

    @property
    def reached(self) -> int:
        return sum(self.by_way.values())

    @property
    def open(self) -> int:
        return self.doors - self.reached - self.voted_only

    @property
    def untouched(self) -> int:
        return self.open - self.posted - self.tried


async def lines_of(poll: UUID, at: datetime) -> list[BuildingLine]:
    """Every building with a door of the poll, in their order."""
    several = await value("select count(*) > 1 from question where poll = $1", poll)
    async with transaction():
        # Sorting 100,000 rights: by default they would go through files. And no loops: of a roll
        # that was frozen a minute ago there are no statistics yet, every group is taken for a few
        # rows, and the plan would look at all proofs once for each right: minutes, measured.
        await execute("set local work_mem = '64MB'; set local enable_nestloop = off")
        found = await rows(OF_SEVERAL if several else OF_ONE, poll, at)
    return [_line(each) for each in found]


def _line(row: asyncpg.Record) -> BuildingLine:
    return BuildingLine(
        row["building"], building_name(row["name"]), row["doors"],
        {way: row[way] for way in WORDS}, row["voted_only"], row["posted"], row["tried"],
    )  # fmt: skip
