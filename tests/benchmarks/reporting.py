"""The monthly sheet of a district in whose month 100,000 tickets were whistled: 132 estates."""

import asyncio
import time
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg

from coordination.db import close_pool, execute, open_pool, rows
from coordination.people.tables import BodyKind
from coordination.places.tables import Place, PlaceKind
from coordination.reports.monthly.queries import monthly_sheet
from coordination.tickets.figures.periods import Cohort, Period
from coordination.tickets.figures.queries import Asked, counting
from tests.benchmarks.servers import Database, say
from tests.builders import a_body, a_place

MONTH, AT = Period(2026, 3), datetime(2026, 4, 20, tzinfo=UTC)
ESTATES, TURNS = 132, 5

# All of them in the month that is asked for; every column that a figure looks at differs.
FILL = """
insert into ticket (id, estate, spot, category, text, grams, door, whistled_at, caller,
  caller_phone_tail, is_public, policy, state, priority, events, changed_at, holder, level, hops,
  returns, reopened, cosigners, hold_asked, provisional, reported_at, replied_at, visited_at,
  reached, closed_at, outcome, rating, report_due_at, reply_due_at, close_due_at)
select gen_random_uuid(), ($1::uuid[])[1 + n % $5::int], '', ($2::uuid[])[1 + n % 6], '灯不亮',
  '{}', (array['resident', 'hotline', 'petition', 'counter'])[1 + n % 4], w.at, '', '', true, 1,
  case when n % 10 = 0 then 'handling' else 'closed' end, 'P2', 6, w.at, $3, 1 + n % 3, n % 2,
  n % 7 / 6, n % 11 / 10, 0, false, false, w.at + interval '3 hours', w.at + w.took * 0.8,
  w.at + w.took * 0.9, n % 5 > 0, case when n % 10 > 0 then w.at + w.took end,
  case when n % 10 > 0 then (array['solved', 'partly', 'explained'])[1 + n % 3] end,
  case when n % 3 = 0 then (array['satisfied', 'fairly', 'dissatisfied'])[1 + n % 9 / 3] end,
  w.at + interval '1 day', w.at + interval '3 days', w.at + interval '5 days'
from generate_series(1, $4::int) as n,
  lateral (select $6::timestamptz + make_interval(secs => n * 26.7) as at,
                  make_interval(secs => 600 + n * 7919 % 700000) as took) as w
"""


async def _a_district(base: Database, count: int) -> Place:
    district = await a_place(PlaceKind.DISTRICT, "江夏区")
    estates = []
    for number in range(ESTATES):
        if number % 33 == 0:
            street = await a_place(PlaceKind.SUBDISTRICT, f"{number}街道", district)
        if number % 3 == 0:
            community = await a_place(PlaceKind.COMMUNITY, f"{number}社区", street)
        estates.append((await a_place(PlaceKind.ESTATE, f"{number}小区", community)).id)
    body = await a_body(BodyKind.PROPERTY_COMPANY, district)
    categories = [uuid4() for _ in range(6)]
    for place, category in enumerate(categories):
        await execute(
            "insert into category (id, code, name, priority, tags, sort)"
            " values ($1, $2, $2, 'P2', '', $3)",
            category, f"类别{place}", place,
        )  # fmt: skip
    await execute(FILL, estates, categories, body.id, count, ESTATES, MONTH.since)
    owner = await asyncpg.connect(base.owner)  # autovacuum has been by, as it would have
    await owner.execute("analyze ticket, place, category")
    await owner.close()
    return district


async def _measured(base: Database, count: int) -> None:
    await open_pool(2)
    try:
        asked = Asked(await _a_district(base, count), MONTH, Cohort.WHISTLED, AT)
        runs = []
        for _ in range(TURNS):
            begun = time.perf_counter()
            sheet = await monthly_sheet(asked)
            runs.append(round(time.perf_counter() - begun, 3))
        estates = [row["id"] for row in await rows("select id from place where kind = 'estate'")]
        plan = await rows(
            f"explain (analyze, costs off) {counting(asked)}", estates, MONTH.since, MONTH.until, AT
        )
        say("report", tickets=count, counted=sheet.total["accepted"], estates=len(sheet.estates),
            best=min(runs), worst=max(runs), plan=[line[0][:120] for line in plan])  # fmt: skip
    finally:
        await close_pool()


def measure(base: Database, quick: bool) -> None:
    """Seconds for all that the sheet says; and how the database counts."""
    asyncio.run(_measured(base, 10_000 if quick else 100_000))
