"""What time alone does: a period that ended is owed, its body is told before it is due and after.

Rows are taken under locks that other workers pass over, so that many workers tell once.
"""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from uuid import UUID, uuid4

from asyncpg import Record

from coordination.db import rows, transaction
from coordination.disclosures.permits import ANSWERING
from coordination.disclosures.queries import BODY
from coordination.disclosures.rules import WARNED_BEFORE, due_day, owed_since
from coordination.disclosures.tables import Rhythm
from coordination.law.periods import day_of
from coordination.people.outbox import tell
from coordination.people.tables import BodyKind
from coordination.places.calendar import working_days
from coordination.places.tables import Place
from coordination.web.formats import local_day

EVERY = 300.0
AT_ONCE = 200
MOST_NAMED = 5

KNOWN = f"""
select e.id as estate, i.id as item, i.rhythm, i.days, i.in_working_days,
       (select max(last_on) from disclosure d where d.estate = e.id and d.item = i.id) as known
  from place e cross join disclosure_item i {BODY.format(day="$1")}
 where e.kind = 'estate' and ($2::text is null or starts_with(e.path, $2))
   and (i.until is null or i.until > $1::date) and answering.id is not null"""
WRITE = """
insert into disclosure (id, estate, item, first_on, last_on, period, due_on, opened_at)
select id, estate, item, first_on, last_on, period, due_on, $8::timestamptz
  from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::date[], $5::date[], $6::text[], $7::date[])
    as t (id, estate, item, first_on, last_on, period, due_on)
on conflict (estate, item, last_on) do nothing returning id"""
TO_TELL = """
select d.id, d.estate, d.period, d.due_on, i.title, i.answers, e.name as estate_name, e.path,
       d.due_on < $1::date as late
  from disclosure d join disclosure_item i on i.id = d.item join place e on e.id = d.estate
 where d.published_at is null and d.overdue_at is null
   and (d.due_on < $1::date or d.warned_at is null and d.due_on <= $2::date)
 order by d.due_on, d.id limit $3 for no key update of d skip locked"""


async def sweep_disclosures(at: datetime) -> int:
    """Open what has become owed and tell of what falls due; how many were told of."""
    await open_disclosures(at)
    told = 0
    while some := await tell_bodies(at):
        told += some
    return told


async def open_disclosures(at: datetime, within: Place | None = None) -> int:
    """Write down what each estate owes by now; how many are new. Nobody owes what no body of the
    estate answers for, nor, where nothing was asked of them before, what was due before today."""
    today, calendar = day_of(at), await working_days()
    new: list[tuple[UUID, UUID, UUID, date, date, str, date]] = []
    async with transaction():
        for one in await rows(KNOWN, today, within and within.path):
            for period in owed_since(Rhythm(one["rhythm"]), one["known"], today):
                due = due_day(period.last, one["days"], one["in_working_days"], calendar)
                if one["known"] is None and due < today:
                    continue
                new.append((uuid4(), one["estate"], one["item"], period.first, period.last,
                            period.words, due))  # fmt: skip
        if not new:
            return 0
        columns = [list(column) for column in zip(*new, strict=True)]
        return len(await rows(WRITE, *columns, at))


async def tell_bodies(at: datetime) -> int:
    """Tell the people of each body, once a week before and once when late; of how many."""
    async with transaction():
        today = day_of(at)
        found = await rows(TO_TELL, today, today + WARNED_BEFORE, AT_ONCE)
        late = [one["id"] for one in found if one["late"]]
        soon = [one["id"] for one in found if not one["late"]]
        await rows("update disclosure set overdue_at = $2 where id = any($1::uuid[])", late, at)
        await rows("update disclosure set warned_at = $2 where id = any($1::uuid[])", soon, at)
        ordered = sorted(found, key=_party)
        for (_, answers, is_late), group in groupby(ordered, key=_party):
            await _tell(BodyKind(answers), is_late, list(group), at)
        return len(found)


def _party(one: Record) -> tuple[UUID, str, bool]:
    return one["estate"], one["answers"], one["late"]


async def _tell(answers: BodyKind, is_late: bool, owed: list[Record], at: datetime) -> None:
    """One message for all that one body owes in one estate."""
    people = await rows(
        """select distinct r.person from role r join place p on p.id = r.place
             join body b on b.id = r.body
            where r.kind = $1 and b.kind = $2 and starts_with($3, p.path) and r.since <= $4
              and (r.until is null or r.until > $4) order by r.person""",
        ANSWERING[answers].value, answers.value, owed[0]["path"], at,
    )  # fmt: skip
    title = "公开事项已逾期" if is_late else "公开事项将到期"
    last = "逾期已在公开栏公示，请尽快公开。" if is_late else "请按时公开。"
    await tell(
        [one["person"] for one in people], "disclosure", title,
        f"{owed[0]['estate_name']}：{_named(owed)}。{last}", at=at, link="/disclosures/desk",
    )  # fmt: skip


def _named(owed: list[Record]) -> str:
    named: Iterable[str] = (
        f"{one['title']}（{one['period']}，{local_day(one['due_on'])}前）"
        for one in owed[:MOST_NAMED]
    )
    more = f"等 {len(owed)} 项" if len(owed) > MOST_NAMED else ""
    return "；".join(named) + more
