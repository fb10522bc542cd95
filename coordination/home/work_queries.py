"""What waits for staff: one statement per board."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from coordination import jobs
from coordination.ballots.tables import Step
from coordination.db import row, rows
from coordination.home.work import ConvenedPoll, Pending, StalledPoll
from coordination.people.channels import reaches_phones
from coordination.people.rules import NEEDS_SECOND_FACTOR
from coordination.places.calendar import missing_years

CONVENED = """
select p.id, p.title, e.name as estate_name, last.step, last.at, last.person as by,
       (select n.until from poll_step s join notice n on n.id = s.notice
         where s.poll = p.id and s.step = 'roll_published') as checked_at,
       p.opens_at, p.closes_at,
       (select count(*) from roll_objection o where o.poll = p.id and o.answered_at is null)
         as roll_objections,
       (select count(*) from result_objection o where o.poll = p.id and o.answered_at is null)
         as result_objections,
       exists (select from freeze_progress f where f.poll = p.id and f.failure is not null)
         as freeze_failed,
       ending.step as ending, ending.proposed_by as ending_by,
       exists (select from stall where stall.poll = p.id) as is_stalled
  from poll p join place e on e.id = p.estate
  left join poll_ending ending on ending.poll = p.id and ending.dropped_at is null
  cross join lateral (select step, at, person from poll_step s where s.poll = p.id
                      order by s.number desc limit 1) last
 where p.convener = any($1::uuid[])
   and last.step not in ('final', 'archived', 'withdrawn', 'revoked', 'reissued')
 order by p.opens_at, p.id
"""

# $1: paths that the asker's offices cover; $2: now.
PENDING = """
with reach as (
  select id, name from place where kind = 'estate'
     and exists (select from unnest($1::text[]) as o (path) where starts_with(place.path, o.path)))
select 'import' as what, e.id as estate, e.name as estate_name, i.id::text as subject,
       i.file_name as about, 1::bigint as count
  from roll_import i join reach e on e.id = i.estate where i.state = 'previewed'
union all
select 'import_failed', e.id, e.name, i.id::text, i.file_name, 1
  from roll_import i join reach e on e.id = i.estate
 where i.state = 'failed' and i.uploaded_at > $2::timestamptz - interval '30 days'
union all
select 'no_roll', e.id, e.name, '', '', 1
  from reach e where not exists (select from unit u where u.estate = e.id)
   and not exists (select from roll_import i where i.estate = e.id and i.state = 'previewed')
union all
select 'resident', e.id, e.name, '', '', count(*)
  from residency r join unit u on u.id = r.unit join reach e on e.id = u.estate
  join person p on p.id = r.person and p.closed_at is null
 where r.confirmed_at is null and r.refused_at is null group by e.id, e.name
union all
select 'gap', e.id, e.name, '', '', count(*)
  from unit u join reach e on e.id = u.estate
 where u.area_cm2 is null or not u.unsold and not exists (
   select from ownership o where o.unit = u.id and o.until is null) group by e.id, e.name
union all
select 'print', e.id, e.name, b.id::text, b.name, count(*)
  from letter_code l join unit u on u.id = l.unit join reach e on e.id = u.estate
  join place b on b.id = u.building
 where l.code_sealed is not null and l.used_at is null and l.revoked_at is null
   and l.expires_at > $2 group by e.id, e.name, b.id, b.name
union all
select 'roll_objection', e.id, e.name, p.id::text, p.title, count(*)
  from roll_objection o join poll p on p.id = o.poll join reach e on e.id = p.estate
 where o.answered_at is null group by e.id, e.name, p.id, p.title
union all
select 'result_objection', e.id, e.name, p.id::text, p.title, count(*)
  from result_objection o join poll p on p.id = o.poll join reach e on e.id = p.estate
 where o.answered_at is null group by e.id, e.name, p.id, p.title
order by estate_name, about
"""

# A 楼组长 reaches a building, a clerk the whole community.
DELIVERIES = """
select 'deliver' as what, e.id as estate, e.name as estate_name, b.id::text as subject,
       b.name as about, count(*) as count
  from letter_code l join unit u on u.id = l.unit join place b on b.id = u.building
  join place e on e.id = u.estate
 where l.printed_at is not null and l.delivered_at is null and l.used_at is null
   and l.revoked_at is null and l.expires_at > $2
   and exists (select from unnest($1::text[]) as o (path) where starts_with(b.path, o.path))
 group by e.id, e.name, b.id, b.name, b.sort order by e.name, b.sort
"""

# What residents raised and who waits for a meeting; $1: paths that the offices cover; $2: now.
MATTERS = """
select count(*) filter (where m.stage in ('raised', 'screened') and duty.due_at <= $2) as late,
       count(*) filter (where m.stage in ('raised', 'screened')
                          and (duty.due_at is null or duty.due_at > $2)) as fresh,
       count(*) filter (where m.stage = 'discussed' and not exists (
         select from agenda_item i join meeting g on g.id = i.meeting
          where i.matter = m.id and g.state in ('planned', 'noticed', 'open'))) as uncalled
  from matter m join place p on p.id = m.place
  left join lateral (select min(due_at) as due_at from duty d
                      where d.matter = m.id and d.settled_at is null) duty on true
 where m.closed_at is null
   and exists (select from unnest($1::text[]) as o (path) where starts_with(p.path, o.path))
"""

LACKING = """
with held as (select person, kind, place from role
               where since <= $1 and (until is null or until > $1))
select
  (select (count(*) = 0)::int from place where kind = 'estate') as no_estate,
  (select count(*) from place c where kind = 'community' and not exists (
     select from body b where b.place = c.id and b.kind = 'residents_committee' and b.phone <> ''))
    as no_community_phone,
  (select count(*) from place c where kind = 'community' and not exists (
     select from held join place p on p.id = held.place
      where held.kind = 'community_worker' and starts_with(c.path, p.path))) as no_worker,
  (select count(*) from place e where kind = 'estate' and not exists (
     select from held where held.place = e.id
        and held.kind in ('committee_member', 'preparatory_member'))) as no_convener,
  (select count(*) from place e where kind = 'estate'
      and not exists (select from unit u where u.estate = e.id)) as no_roll,
  (select count(distinct held.person) from held join person p on p.id = held.person
    where p.totp_sealed is null and p.closed_at is null and held.kind = any($2)
      and not exists (select from passkey k where k.person = p.id and k.ended_at is null))
    as no_second_factor,
  (select count(*) from message where failed_at > $1 - interval '7 days') as messages_failed
"""


async def convened_polls(bodies: Sequence[UUID]) -> list[ConvenedPoll]:
    """The polls of these bodies that have not come to their end, by opening."""
    return [
        ConvenedPoll(
            **{
                **dict(each),
                "step": Step(each["step"]),
                "ending": Step(each["ending"]) if each["ending"] else None,
            }
        )
        for each in await rows(CONVENED, list(bodies))
    ]


async def pending_in(paths: Sequence[str], at: datetime) -> list[Pending]:
    """What waits in the estates that lie there, for those who keep registries."""
    found = [*await rows(PENDING, list(paths), at), *await rows(DELIVERIES, list(paths), at)]
    return [Pending(**dict(each)) for each in found]


async def deliveries_in(paths: Sequence[str], at: datetime) -> list[Pending]:
    """Letters that wait to be carried, in the buildings that lie there."""
    return [Pending(**dict(each)) for each in await rows(DELIVERIES, list(paths), at)]


async def matters_waiting(paths: Sequence[str], at: datetime) -> tuple[int, int, int]:
    """Matters there: late to answer, to answer, and to discuss at a meeting that nobody called."""
    found = await row(MATTERS, list(paths), at)
    assert found, "counts are one row always"
    return found["late"], found["fresh"], found["uncalled"]


async def lacking(at: datetime) -> dict[str, int]:
    """What the deployment lacks or what failed, by what it is."""
    offices = sorted(kind.value for kind in NEEDS_SECOND_FACTOR)
    found = await row(LACKING, at, offices)
    assert found
    counts = {name: int(count) for name, count in dict(found).items()}
    if counts["no_estate"]:
        counts |= dict.fromkeys(("no_community_phone", "no_worker", "no_convener"), 0)
    counts["no_sms"] = int(not reaches_phones())
    counts["calendar"] = len(await missing_years(at))
    counts["jobs_failed"] = (await jobs.figures())["failed"]
    return counts


async def stalled_polls() -> list[StalledPoll]:
    """The polls that the clock cannot move on, the longest first."""
    found = await rows(
        """select p.id, p.title, e.name as estate_name from stall
           join poll p on p.id = stall.poll join place e on e.id = p.estate
           order by stall.since, p.id"""
    )
    return [StalledPoll(**dict(each)) for each in found]
