"""Matters as pages show them: open to everybody, so there is nothing here about persons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from asyncpg import Record

from coordination.db import row, rows
from coordination.errors import NotFound
from coordination.matters.rules import ALIKE, likeness
from coordination.matters.state import NAMES, STEP_WORDS, Grades, Standing, Station, progress
from coordination.matters.tables import Door, Stage, StepKind
from coordination.places.naming import building_name

PAGE, LINES, SIMILAR_SHOWN = 20, 30, 3
LOOKED_THROUGH = 500  # open matters of a place, for one alike
DOOR_WORDS = {
    Door.RESIDENT: "居民提出",
    Door.PARTY: "单位提出",
    Door.TICKETS: "由多张工单汇总",
    Door.PATROL: "联合巡查发现",
    Door.PETITION: "业主联名提出",
}

SHOWN = """
  m.id, m.title, m.text, m.stage, m.opened_at, m.closed_at, m.door, m.active, m.needed, m.reserved,
  m.held_since, m.evaluation_ends, p.id as place, p.name as place_name, p.kind as place_kind,
  p.path, e.id as estate, e.name as estate_name, m.opened_by, m.opened_for, m.holder,
  h.name as holder_name, h.phone as holder_phone, o.name as raised_for,
  (select count(*) from support s where s.matter = m.id) as supporters,
  case when m.closed_at is not null then last.kind end as ended, last.at as since
"""
JOINED = """
  from matter m join place p on p.id = m.place
  left join place e on e.id = case p.kind when 'estate' then p.id when 'building' then p.parent end
  left join body h on h.id = m.holder left join body o on o.id = m.opened_for
  left join lateral (select kind, at from matter_step s where s.matter = m.id
     order by s.number desc limit 1) last on true
"""
# The soonest duty of those open; late ones stay late.
WAITS = """
  left join lateral (select label, due_at, overdue_at from duty d
     where d.matter = m.id and d.settled_at is null and d.due_at is not null
     order by d.due_at, d.label limit 1) duty on true
"""
DUTY = "duty.label as duty, duty.due_at as due"

LIST = f"""
select {SHOWN}, {DUTY} {JOINED} {WAITS}
 where ($1::text is null or starts_with(p.path, $1))
   and ($2::text is null or m.stage = $2 and m.closed_at is null
        or $2 = 'closed' and m.closed_at is not null)
   and ($3::timestamptz is null or (m.opened_at, m.id) < ($3, $4::uuid))
 order by m.opened_at desc, m.id desc limit $5
"""
ONE = f"""
select {SHOWN}, {DUTY},
  (select count(distinct l.link) from timeline_line l
    where l.matter = m.id and starts_with(l.link, '/tickets/')) as tickets
 {JOINED} {WAITS} where m.id = $1
"""
TIMELINE = """
select l.number, l.at, l.stage, l.text, l.link, b.name as body
  from timeline_line l left join body b on b.id = l.body
 where l.matter = $1 and ($2::timestamptz is null or (l.at, l.number) < ($2, $3::bigint))
 order by l.at desc, l.number desc limit $4
"""
INBOX = f"""
select {SHOWN}, {DUTY} {JOINED} {WAITS}
 where m.closed_at is null and m.stage = any($2::text[])
   and exists (select from unnest($1::text[]) as r (path) where starts_with(p.path, r.path))
 order by duty.due_at nulls last, m.opened_at, m.id limit $3
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A matter as everybody may see it; `opened_by` and `opened_for` are for permits alone."""

    id: UUID
    title: str
    text: str
    stage: Stage
    opened_at: datetime
    closed_at: datetime | None
    door: Door | None
    active: int | None
    needed: int | None
    reserved: str | None
    held_since: datetime | None
    evaluation_ends: datetime | None
    place: UUID
    place_name: str
    place_kind: str
    path: str
    estate: UUID | None
    estate_name: str | None
    opened_by: UUID
    opened_for: UUID | None
    holder: UUID | None
    holder_name: str | None
    holder_phone: str | None
    raised_for: str | None
    supporters: int
    ended: StepKind | None
    since: datetime | None  # the last step
    duty: str | None
    due: datetime | None
    tickets: int = 0

    @property
    def is_over(self) -> bool:
        return self.closed_at is not None

    @property
    def label(self) -> str:
        if self.is_over:
            return STEP_WORDS[self.ended] if self.ended else "已结束"
        return f"正在{NAMES[self.stage]}"

    @property
    def where(self) -> str:
        """The estate, and of it the building where it concerns one alone."""
        if self.place_kind == "building":
            return f"{self.estate_name} {building_name(self.place_name)}"
        return self.place_name

    @property
    def door_words(self) -> str:
        words = DOOR_WORDS[self.door] if self.door else "提出"
        return f"{self.raised_for}：{words}" if self.raised_for else words

    def is_late(self, at: datetime) -> bool:
        return self.due is not None and self.due <= at

    @property
    def cursor(self) -> str:
        """What the next page starts after."""
        return f"{self.opened_at.isoformat()}_{self.id}"


@dataclass(frozen=True, slots=True)
class Line:
    """What happened, as everybody reads it."""

    number: int
    at: datetime
    stage: Stage
    text: str
    link: str
    body: str | None

    @property
    def stage_name(self) -> str:
        return NAMES[self.stage]

    @property
    def is_late(self) -> bool:
        return self.text.startswith("超期")

    @property
    def cursor(self) -> str:
        return f"{self.at.isoformat()}_{self.number}"


@dataclass(frozen=True, slots=True)
class Road:
    """The six words, and where the matter stands."""

    stations: list[Station]
    standing: Standing


async def matters(
    path: str | None = None, show: str | None = None, after: str = "", limit: int = PAGE + 1
) -> list[Shown]:
    """Matters at a path, the newest first; `show`: a stage, or "closed"."""
    at, last = _cursor(after, UUID)
    return [_shown(one) for one in await rows(LIST, path, show, at, last, limit)]


async def counts(path: str | None) -> dict[str, int]:
    """How many are at each stage, and how many are over ("closed")."""
    found = await rows(
        """select case when m.closed_at is null then m.stage else 'closed' end as at_, count(*) as n
             from matter m join place p on p.id = m.place
            where $1::text is null or starts_with(p.path, $1) group by 1""",
        path,
    )
    return {one["at_"]: one["n"] for one in found}


async def matter_shown(matter_id: UUID) -> Shown:
    """One matter. NotFound."""
    found = await row(ONE, matter_id)
    if found is None:
        raise NotFound("没有找到这个事项。")
    return _shown(found)


async def timeline(matter_id: UUID, before: str = "", limit: int = LINES + 1) -> list[Line]:
    """What happened, the newest first."""
    at, last = _cursor(before, _number)
    found = await rows(TIMELINE, matter_id, at, last, limit)
    return [Line(**{**one, "stage": Stage(one["stage"])}) for one in found]


async def road_of(matter: Shown) -> Road:
    """The six words as its steps draw them."""
    found = await rows(
        "select kind, at from matter_step where matter = $1 order by number", matter.id
    )
    steps = [(StepKind(one["kind"]), one["at"]) for one in found]
    if not steps:  # raised by a slice above, at a stage of its own
        return Road([], Standing(matter.stage))
    return Road(progress(steps), Standing.of(steps))


async def similar(path: str, title: str) -> list[Shown]:
    """Open matters of the place whose titles are like this one, the likest first."""
    found = await rows(
        f"""select {SHOWN}, null as duty, null::timestamptz as due {JOINED}
             where m.closed_at is null and (starts_with(p.path, $1) or starts_with($1, p.path))
             order by m.opened_at desc, m.id limit $2""",
        path, LOOKED_THROUGH,
    )  # fmt: skip
    near = [(likeness(title, one["title"]), one) for one in found]
    near = sorted((one for one in near if one[0] >= ALIKE), key=lambda one: -one[0])
    return [_shown(one) for _, one in near[:SIMILAR_SHOWN]]


async def inbox(paths: Sequence[str], stages: Sequence[Stage], limit: int = 200) -> list[Shown]:
    """Open matters at these stages under these paths, what is due first on top."""
    found = await rows(INBOX, list(paths), [stage.value for stage in stages], limit)
    return [_shown(one) for one in found]


async def judgements(matter_id: UUID, round_: int) -> tuple[Grades, list[Record]]:
    """How it was judged in a round, and what was written, without names."""
    found = await rows(
        """select grade, words, at from evaluation where matter = $1 and round = $2
            order by at desc, id""",
        matter_id, round_,
    )  # fmt: skip
    said = [one["grade"] for one in found]
    grades = Grades(said.count("good"), said.count("fair"), said.count("poor"))
    return grades, [one for one in found if one["words"]][:PAGE]


def _shown(found: Record) -> Shown:
    given: dict[str, Any] = dict(found)
    given["stage"] = Stage(given["stage"])
    given["door"] = Door(given["door"]) if given["door"] else None
    given["ended"] = StepKind(given["ended"]) if given["ended"] else None
    return Shown(**given)


def _number(text: str) -> int:
    number = int(text)
    if not 0 <= number < 2**63:
        raise ValueError(text)
    return number


def _cursor(after: str, read: Any) -> tuple[datetime | None, Any]:
    """A cursor that was typed by hand and says nothing starts at the beginning."""
    at, _, last = after.partition("_")
    try:
        moment = datetime.fromisoformat(at)
        return (moment.astimezone(UTC), read(last)) if moment.tzinfo else (None, None)
    except (ValueError, OverflowError):  # also days before the calendar begins
        return None, None
