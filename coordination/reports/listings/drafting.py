"""The monthly draft: every project of a 街道, scored by the formula in force, among its like."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import execute, row, rows, transaction
from coordination.errors import Conflict, NotAllowed
from coordination.law.periods import DAY, day_of, start_of, working_days_after
from coordination.people.askers import Asker
from coordination.people.queries import IN_OFFICE
from coordination.places.calendar import working_days
from coordination.places.queries import place_of
from coordination.places.tables import Place, PlaceKind
from coordination.places.values import whole_setting
from coordination.reports.listings.permits import may_keep
from coordination.reports.listings.scoring import (
    DEFAULT_WEIGHTS,
    INPUTS,
    UNKNOWN_TYPE,
    Share,
    Standing,
    band_of,
    ranked,
    score,
    suggestion,
)
from coordination.reports.tables import Listing, ListingEntry, ScoreFormula
from coordination.tickets.figures.definitions import FIGURE
from coordination.tickets.figures.periods import Cohort, Period, month_of
from coordination.tickets.figures.queries import Asked, Counted, tally

PROJECTS = f"""
select e.id, coalesce(nullif(e.estate_type, ''), $2) as estate_type,
  (select count(*) from unit u where u.estate = e.id and u.kind = 'home') as homes,
  (select b.id from body b where b.place = e.id and b.kind = 'property_company'
     and {IN_OFFICE.format(day="$3")} order by b.since desc nulls last, b.id limit 1)
    as company,
  (select count(*) from violation v where v.estate = e.id and v.settled_at is null) as violations
from place e where e.kind = 'estate' and starts_with(e.path, $1) order by e.sort, e.id
"""

# Of what joint patrols found in the month, how much is solved by now.
PATROLLED = """
select t.estate, count(*) filter (where t.state = 'closed' and t.outcome = 'solved') as part,
  count(*) as whole
from ticket t join place e on e.id = t.estate and starts_with(e.path, $1)
where t.door = 'patrol' and t.whistled_at >= $2 and t.whistled_at < $3
  and t.state not in ('merged', 'withdrawn')
group by 1
"""
# Of what the company had to disclose by a day of the month, how much stood there on that day. What
# was opened when it was late already could not be in time and is not counted.
DISCLOSED = """
select d.estate, count(*) filter (where exists (
    select from disclosure_step s where s.disclosure = d.id and s.kind = 'published'
       and s.at < (d.due_on + 1)::timestamp at time zone 'Asia/Shanghai')) as part,
  count(*) as whole
from disclosure d join disclosure_item i on i.id = d.item and i.answers = 'property_company'
  join place e on e.id = d.estate and starts_with(e.path, $1)
where (d.due_on + 1)::timestamp at time zone 'Asia/Shanghai' > $2
  and (d.due_on + 1)::timestamp at time zone 'Asia/Shanghai' <= $3
  and d.opened_at < (d.due_on + 1)::timestamp at time zone 'Asia/Shanghai'
group by 1
"""

# Of the tasks that meetings gave the company for the month, how many it reported as done in time.
ACTED = """
select e.id as estate, count(*) filter (where exists (
    select from action_step s where s.action = a.id and s.step = 'reported'
       and s.at <= a.due_at)) as part,
  count(*) as whole
from action_item a join body b on b.id = a.body and b.kind = 'property_company'
  join place p on p.id = a.place
  join place e on e.kind = 'estate' and e.id = b.place and starts_with(e.path, $1)
where a.due_at >= $2 and a.due_at < $3 and a.state <> 'cancelled'
  and (starts_with(p.path, e.path) or starts_with(e.path, p.path))
group by 1
"""
COUNTED = {
    "patrol_mended": PATROLLED, "disclosed_on_time": DISCLOSED, "actions_on_time": ACTED,
}  # fmt: skip


class DraftedBefore(Conflict):
    """That month has its list."""


@dataclass(slots=True)
class Project:
    """One project on its way to an entry."""

    estate: UUID
    company: UUID | None
    estate_type: str
    band: str
    tickets: int
    inputs: dict[str, Share]
    score: int | None
    violations: int
    standing: Standing = Standing(None, 0)


async def formula_in_force() -> ScoreFormula:
    """The newest version; the first is the service's own."""
    found = await ScoreFormula.objects().order_by(ScoreFormula.version, ascending=False).first()
    if found:
        return found
    await execute(
        """insert into score_formula (id, version, weights, since, reason)
           values ($1, 1, $2::jsonb, '2000-01-01 00:00+08', '系统自带的权重')
           on conflict (version) do nothing""",
        uuid4(),
        json.dumps(DEFAULT_WEIGHTS),
    )
    return await formula_in_force()


async def draft_listing(
    asker: Asker | None, street_id: UUID, month: Period, at: datetime
) -> Listing:
    """Draft the list of a month that is over. `asker` None: the clock. NotAllowed, DraftedBefore,
    Conflict: the month is not over."""
    async with transaction():
        street = await place_of(street_id, PlaceKind.SUBDISTRICT)
        if asker and not may_keep(asker, street):
            raise NotAllowed("红黑榜由街道起草。")
        if month.until > at:
            raise Conflict("这个月还没有结束，不能起草榜单。")
        await row("select id from place where id = $1 for update", street.id)
        if await Listing.exists().where(Listing.place == street.id, Listing.month == month.code):
            raise DraftedBefore("这个月的榜单已经起草。")
        formula = await formula_in_force()
        least = await whole_setting("listing_least", street, at)
        listing = Listing(
            id=uuid4(), place=street.id, month=month.code, formula=formula.id, least=least,
            drafted_at=at, drafted_by=asker and asker.id,
            objections_until=await _objections_until(street, at),
        )  # fmt: skip
        await listing.save()
        await _enter(listing, await _projects(street, month, formula, least, at), street, at)
        await audit.record(asker, "draft_listing", listing, at=at, place=street, month=month.code)
        return listing


async def _objections_until(street: Place, at: datetime) -> datetime:
    days = await whole_setting("listing_objection_days", street, at)
    last: date = working_days_after(day_of(at), days, await working_days())
    return start_of(last + DAY)


async def _projects(
    street: Place, month: Period, formula: ScoreFormula, least: int, at: datetime
) -> list[Project]:
    tallied = await tally(Asked(street, month, Cohort.WHISTLED, at))
    weights = json.loads(formula.weights)
    counted_beside = {name: await _shares(sql, street, month) for name, sql in COUNTED.items()}
    found = []
    for one in await rows(PROJECTS, street.path, UNKNOWN_TYPE, day_of(at)):
        counted = tallied.estates.get(one["id"], Counted())
        shares = {each.name: _share(counted, each.figure) for each in INPUTS}
        shares |= {name: of.get(one["id"]) for name, of in counted_beside.items()}
        enough = counted["accepted"] >= least
        found.append(Project(
            one["id"], one["company"], one["estate_type"], band_of(one["homes"]),
            counted["accepted"], shares, score(shares, weights) if enough else None,
            one["violations"],
        ))  # fmt: skip
    return found


async def _shares(sql: str, street: Place, month: Period) -> dict[UUID, Share]:
    """By estate; one that had nothing to count is missing."""
    found = await rows(sql, street.path, month.since, month.until)
    return {row["estate"]: (row["part"], row["whole"]) for row in found}


def _share(counted: Counted, figure: str | None) -> Share:
    """Missing where there is no source, or nothing was counted."""
    if figure is None:
        return None
    part, whole = counted.fraction(FIGURE[figure])
    return (part, whole) if whole else None


async def _enter(listing: Listing, projects: list[Project], street: Place, at: datetime) -> None:
    red = await whole_setting("listing_red_from", street, at)
    black = await whole_setting("listing_black_below", street, at)

    def like(project: Project) -> tuple[str, str]:
        return project.estate_type, project.band

    for _, group in groupby(sorted(projects, key=like), like):
        alike = list(group)
        for one, standing in zip(alike, ranked([p.score for p in alike]), strict=True):
            await ListingEntry(
                id=uuid4(), listing=listing.id, estate=one.estate, company=one.company,
                estate_type=one.estate_type, band=one.band, tickets=one.tickets,
                inputs=json.dumps(one.inputs), score=one.score, rank=standing.rank,
                of=standing.of,
                suggested=suggestion(one.score, standing, one.violations, red, black),
            ).save()  # fmt: skip


async def draft_due(at: datetime) -> None:
    """For the worker: last month's list of every 街道 that has a ticket in it and no list yet."""
    month = month_of(at).previous
    streets = await rows(
        """select p.id from place p where p.kind = 'subdistrict'
             and not exists (select from listing l where l.place = p.id and l.month = $1)
             and exists (select from ticket t join place e on e.id = t.estate
                          and starts_with(e.path, p.path)
                          where t.whistled_at >= $2 and t.whistled_at < $3)""",
        month.code, month.since, month.until,
    )  # fmt: skip
    for street in streets:
        await draft_listing(None, street["id"], month, at)
