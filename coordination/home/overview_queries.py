"""What 辖区各小区一览 counts: one statement for what stands now, the monthly tally for rates."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from coordination.clock import SHANGHAI
from coordination.db import rows
from coordination.home.overview import MEETING_DAYS, EstateLine
from coordination.places.tables import Place
from coordination.tickets.desk.filters import DUE
from coordination.tickets.figures.periods import Cohort, Period
from coordination.tickets.figures.queries import Asked, Counted, tally

# $1 paths, $2 now, $3 since when meetings count, $4 today
LINES = f"""
select e.id, e.name,
  late.unreported, late.unanswered, late.unvisited, late.unfinished, met.meetings, met.met_at,
  (select count(*) from action_item a where a.place = e.id and a.due_at <= $2
      and a.state in ('to_do', 'underway')) as actions_overdue,
  (select count(*) from disclosure d where d.estate = e.id and d.published_at is null
      and d.due_on < $4) as disclosures_overdue,
  committee.name as committee, committee.until as term_until,
  vote.running, vote.coming, vote.objections
  from place e
 cross join lateral (
   select count(*) filter (where t.state = 'whistled') as unreported,
          count(*) filter (where t.state <> 'whistled' and t.replied_at is null) as unanswered,
          count(*) filter (where t.state in ('replied', 'visiting')) as unvisited,
          count(*) filter (where t.replied_at is not null
                             and t.state not in ('replied', 'visiting')) as unfinished
     from ticket t where t.estate = e.id and {DUE} <= $2
      and t.state not in ('closed', 'merged', 'withdrawn')) late
 cross join lateral (
   select count(*) filter (where m.starts_at > $3) as meetings, max(m.starts_at) as met_at
     from meeting m where m.place = e.id and m.starts_at <= $2
      and m.state not in ('planned', 'noticed', 'cancelled', 'no_quorum')) met
  left join lateral (
   select b.name, b.until from body b where b.place = e.id and b.kind = 'owners_committee'
      and (b.since is null or b.since <= $4) and (b.until is null or b.until > $4)
    order by b.since desc nulls last limit 1) committee on true
 cross join lateral (
   select count(*) filter (where last.step in ('opened', 'extended')) as running,
          count(*) filter (where last.step in ('roll_published', 'roll_freezing', 'roll_frozen',
                                               'proposed', 'returned', 'noticed')) as coming,
          coalesce(sum((select count(*) from roll_objection o
                         where o.poll = p.id and o.answered_at is null)
                     + (select count(*) from result_objection o
                         where o.poll = p.id and o.answered_at is null)), 0)::bigint as objections
     from poll p
     join lateral (select step from poll_step s where s.poll = p.id
                    order by s.number desc limit 1) last on true
    where p.estate = e.id) vote
 where e.kind = 'estate'
   and exists (select from unnest($1::text[]) as o (path) where starts_with(e.path, o.path))
 order by e.sort, e.name, e.id limit 500
"""
TOPS = "select id from place where path = any($1::text[]) or $2 and parent is null order by path"


async def estate_lines(paths: Sequence[str], period: Period, at: datetime) -> list[EstateLine]:
    """The estates that lie below `paths`: where most is late first, then by name; at most 500."""
    today = at.astimezone(SHANGHAI).date()
    found = await rows(LINES, list(paths), at, at - timedelta(days=MEETING_DAYS), today)
    rates = await _rates(paths, period, at)
    lines = [EstateLine(**dict(row), counted=rates.get(row["id"], Counted())) for row in found]
    return sorted(lines, key=lambda line: -line.overdue)


async def _rates(paths: Sequence[str], period: Period, at: datetime) -> dict[UUID, Counted]:
    """By estate; whose office reaches everywhere, from the topmost places."""
    rates: dict[UUID, Counted] = {}
    for top in await rows(TOPS, list(paths), "/" in paths):
        place = await Place.objects().get(Place.id == top["id"])
        if place:
            rates |= (await tally(Asked(place, period, Cohort.WHISTLED, at))).estates
    return rates
