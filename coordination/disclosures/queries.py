"""Disclosures as pages read them; open to everybody, so there is nothing here about persons."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from asyncpg import Record

from coordination.db import row, rows, value
from coordination.disclosures.accounts import Accounts, accounts_of
from coordination.disclosures.rules import RHYTHMS, SHELVES, TONES, Standing, standing
from coordination.disclosures.sheet import Head, Sheet
from coordination.disclosures.tables import DisclosureStepKind, Rhythm, Shelf
from coordination.errors import NotFound
from coordination.law.periods import day_of
from coordination.people.tables import BodyKind
from coordination.places.queries import place_of
from coordination.places.tables import Place, PlaceKind

MISSING = "没有找到这项公开内容。"
BODIES = {
    BodyKind.PROPERTY_COMPANY: "物业服务企业", BodyKind.OWNERS_COMMITTEE: "业主委员会",
    BodyKind.RESIDENTS_COMMITTEE: "居民委员会",
}  # fmt: skip
EARLIER = 12  # periods shown below a disclosure

# The body that answers, of the nearest place that has one in force on the day {day}.
BODY = """left join lateral (
  select b.id, b.name, b.phone from body b join place at_ on at_.id = b.place
   where b.kind = i.answers and starts_with(e.path, at_.path)
     and (b.since is null or b.since <= {day}::date) and (b.until is null or b.until > {day}::date)
   order by length(at_.path) desc, b.since desc nulls last, b.id limit 1) answering on true"""

SHOWN = f"""
select d.id, d.estate, e.name as estate_name, i.shelf, i.title, i.says, i.basis, i.answers,
       i.rhythm, i.columns::text as columns, i.balanced, d.item, d.period, d.due_on, d.published_at,
       answering.name as body_name, coalesce(answering.phone, '') as phone
  from disclosure d join disclosure_item i on i.id = d.item join place e on e.id = d.estate
  {BODY.format(day="$1")}
"""
OF_ESTATE = f"""{SHOWN}
 where d.estate = $2 and (d.published_at is null or d.last_on = (
   select max(last_on) from disclosure n
    where n.estate = d.estate and n.item = d.item and n.published_at is not null))
 order by i.sort, d.published_at is not null, d.due_on"""
EMPTY = f"""
select i.shelf, i.title, i.answers, i.rhythm, answering.name as body_name
  from disclosure_item i join place e on e.id = $2 {BODY.format(day="$1")}
 where (i.until is null or i.until > $1::date)
   and not exists (select from disclosure d where d.estate = e.id and d.item = i.id)
 order by i.sort"""
ONE = f"{SHOWN} where d.id = $2"
OWED_BY = f"""{SHOWN}
 where d.published_at is null
   and exists (select from unnest($2::text[], $3::text[]) as held (kind, path)
                where held.kind = i.answers and starts_with(e.path, held.path))
 order by d.due_on, e.sort, i.sort limit $4"""
STEPS = """
select s.number, s.kind, s.at, s.words, s.document, s.columns::text as columns,
       s.lines::text as lines, s.opening_fen, s.notice, b.name as body_name,
       n.number as notice_number, f.kind as document_kind, f.size as document_size
  from disclosure_step s join body b on b.id = s.body left join notice n on n.id = s.notice
  left join stored_file f on f.sha256 = s.document
 where s.disclosure = $1 order by s.number"""
ACCOUNTS = """
select d.period, s.columns::text as columns, s.lines::text as lines, s.opening_fen
  from disclosure d join lateral (select * from disclosure_step t where t.disclosure = d.id
                                   order by t.number desc limit 1) s on true
 where d.estate = $1 and d.item = $2 and d.published_at is not null
   and d.last_on < (select last_on from disclosure where id = $3)
 order by d.last_on desc limit $4"""


@dataclass(frozen=True, slots=True)
class Shown:
    """One disclosure as a shelf shows it."""

    id: UUID
    estate: UUID
    estate_name: str
    shelf: Shelf
    title: str
    says: str
    basis: str
    answers: BodyKind
    rhythm: Rhythm
    heads: tuple[Head, ...]
    balanced: bool
    item: UUID
    period: str
    due_on: date
    published_at: datetime | None
    body_name: str | None
    phone: str

    @property
    def name(self) -> str:
        return f"{self.title}（{self.period}）"

    @property
    def shelf_words(self) -> str:
        return SHELVES[self.shelf]

    @property
    def rhythm_words(self) -> str:
        return RHYTHMS[self.rhythm]

    @property
    def who(self) -> str:
        """Who owes it; the kind of body where the estate has registered none."""
        return self.body_name or BODIES.get(self.answers, "责任单位")

    def standing(self, at: datetime) -> Standing:
        published_on = day_of(self.published_at) if self.published_at else None
        return standing(self.due_on, published_on, day_of(at))

    def tone(self, at: datetime) -> str:
        return TONES[self.standing(at)]

    def days_late(self, at: datetime) -> int:
        """Days past the due day, until it was published or until now."""
        until = self.published_at or at
        return max(0, (day_of(until) - self.due_on).days)


@dataclass(frozen=True, slots=True)
class StepShown:
    """What was published or taken down."""

    number: int
    kind: DisclosureStepKind
    at: datetime
    words: str
    document: str | None
    document_kind: str | None
    document_size: int | None
    sheet: Sheet
    notice: UUID | None
    notice_number: str | None
    body_name: str


@dataclass(frozen=True, slots=True)
class DisclosureRead:
    """A disclosure with its trail; `now`: what stands published, if anything does."""

    shown: Shown
    estate: Place
    steps: tuple[StepShown, ...]

    @property
    def now(self) -> StepShown | None:
        last = self.steps[-1] if self.steps else None
        return last if last and last.kind is DisclosureStepKind.PUBLISHED else None


async def shelves_of(estate: UUID, at: datetime) -> dict[Shelf, list[Shown]]:
    """All six, each with what is owed and the newest that is published."""
    found = [_shown(one) for one in await rows(OF_ESTATE, day_of(at), estate)]
    return {shelf: [one for one in found if one.shelf is shelf] for shelf in Shelf}


async def not_begun(estate: UUID, at: datetime) -> list[tuple[Shelf, str, str]]:
    """(shelf, title, why) of the items that nobody owes there yet."""
    return [
        (Shelf(one["shelf"]), one["title"],
         "到期前会列出应公开的日期" if one["body_name"]
         else f"本小区还没有登记{BODIES.get(BodyKind(one['answers']), '责任单位')}")
        for one in await rows(EMPTY, day_of(at), estate)
    ]  # fmt: skip


async def disclosure_shown(disclosure_id: UUID, at: datetime) -> Shown:
    """NotFound."""
    found = await row(ONE, day_of(at), disclosure_id)
    if found is None:
        raise NotFound(MISSING)
    return _shown(found)


async def read_disclosure(disclosure_id: UUID, at: datetime) -> DisclosureRead:
    """NotFound."""
    shown = await disclosure_shown(disclosure_id, at)
    estate = await place_of(shown.estate, PlaceKind.ESTATE)
    steps = tuple(_step(one) for one in await rows(STEPS, disclosure_id))
    return DisclosureRead(shown, estate, steps)


async def other_periods(shown: Shown) -> list[Record]:
    """The same item of the same estate in other periods, the newest first."""
    return await rows(
        """select id, period, due_on, published_at from disclosure
            where estate = $1 and item = $2 and id <> $3 order by last_on desc limit $4""",
        shown.estate, shown.item, shown.id, EARLIER,
    )  # fmt: skip


async def accounts_before(shown: Shown, limit: int = 8) -> list[tuple[str, Accounts]]:
    """The accounts of earlier periods that stand published, the newest first, by period."""
    found = await rows(ACCOUNTS, shown.estate, shown.item, shown.id, limit)
    sheets = [
        (one["period"],
         Sheet(heads_of(one["columns"]), tuple(map(tuple, json.loads(one["lines"]))),
               one["opening_fen"]))
        for one in found
    ]  # fmt: skip
    return [(period, it) for period, sheet in sheets if (it := accounts_of(sheet))]


async def owed_by(
    offices: Sequence[tuple[BodyKind, str]], at: datetime, limit: int = 200
) -> list[Shown]:
    """What bodies of these kinds owe in the estates at these paths, the longest due first."""
    kinds, paths = [kind.value for kind, _ in offices], [path for _, path in offices]
    return [_shown(one) for one in await rows(OWED_BY, day_of(at), kinds, paths, limit)]


async def is_brought_by(person: UUID, sha256: str) -> bool:
    """Whether this person was the first to bring this file: another's is not theirs to publish."""
    return await value(
        "select exists (select from stored_file where sha256 = $1 and by = $2)", sha256, person
    )


def heads_of(columns: str) -> tuple[Head, ...]:
    return tuple(Head(one["name"], one["money"]) for one in json.loads(columns))


def _shown(found: Record) -> Shown:
    columns: dict[str, Any] = dict(found)
    heads = heads_of(columns.pop("columns"))
    return Shown(
        **columns | {
            "heads": heads, "shelf": Shelf(found["shelf"]), "rhythm": Rhythm(found["rhythm"]),
            "answers": BodyKind(found["answers"]),
        }
    )  # fmt: skip


def _step(found: Record) -> StepShown:
    columns: dict[str, Any] = dict(found)
    lines = tuple(tuple(line) for line in json.loads(columns.pop("lines")))
    sheet = Sheet(heads_of(columns.pop("columns")), lines, columns.pop("opening_fen"))
    return StepShown(**columns | {"sheet": sheet, "kind": DisclosureStepKind(found["kind"])})
