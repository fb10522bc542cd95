"""Who is responsible: reads of the table and of the duty list."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from coordination.db import row, rows, value
from coordination.errors import Conflict
from coordination.law.periods import day_of
from coordination.people.queries import IN_OFFICE
from coordination.people.tables import BodyKind
from coordination.places.tables import Place
from coordination.tickets.routing.tables import RouteKind

# $1 category, $2 path of the place, $3 at, $4 the day. Own category before the main one, the
# nearest place before the wider. A department has its tickets by 转办, from whoever reported in.
# Without a line: the property company, the 居委会 for what is on its list, the 街道.
RESPONSIBLE = f"""
with wanted as (select id, parent from category where id = $1),
here as (
  select b.id, b.kind, length(coalesce(p.path, '')) as depth
  from body b left join place p on p.id = b.place
  where starts_with($2, coalesce(p.path, '')) and b.kind not in ('operator', 'department')
    and {IN_OFFICE.format(day="$4")}
),
own as (
  select exists (
    select from committee_duty d join wanted w on d.category in (w.id, w.parent)
    where d.kind = 'self_governed' and d.since <= $3 and (d.until is null or d.until > $3)) as duty
),
found as (
  select h.id, h.kind, 0 as rank, (r.category = w.id)::int as exact,
         length(coalesce(p.path, '')) as place_depth, h.depth
  from route r join wanted w on r.category in (w.id, w.parent)
  left join place p on p.id = r.place
  join here h on h.id = r.body or h.kind = r.body_kind
  where r.kind = 'lead' and r.since <= $3 and (r.until is null or r.until > $3)
    and starts_with($2, coalesce(p.path, ''))
  union all
  select id, kind, array_position(
           array['property_company', 'residents_committee', 'subdistrict_office'], kind::text),
         0, 0, depth
  from here where kind in ('property_company', 'residents_committee', 'subdistrict_office')
)
select found.id from found, own
where found.kind <> 'residents_committee' or own.duty
order by rank, exact desc, place_depth desc, depth desc limit 1
"""


class NobodyResponsible(Conflict):
    """No body is registered that could answer for it."""


class OnlyAssists(Conflict):
    """What is not on its duty list cannot be assigned to the 居委会."""

    rule = "居民委员会依法自治、依法协助事项清单"


async def responsible_body(category: UUID, place: Place, at: datetime) -> UUID:
    """The body that a whistle of this category at this place goes to. NobodyResponsible."""
    return await responsible_at(category, place.path, at)


async def responsible_at(category: UUID, path: str, at: datetime) -> UUID:
    """The same, of the place at this path."""
    found = await value(RESPONSIBLE, category, path, at, day_of(at))
    if found is None:
        raise NobodyResponsible(
            "这里还没有登记负责单位，暂时不能在线受理。请拨打社区电话或 12345，"
            "并请社区联系运营方登记物业、居委会或街道。"
        )
    return found


async def may_lead(category: UUID, at: datetime) -> bool:
    """Whether the 居委会 answers for this category: it is on its list as 依法自治."""
    return await value(
        """select exists (select from committee_duty d
             join category c on c.id = $1 and d.category in (c.id, c.parent)
             where d.kind = 'self_governed' and d.since <= $2
               and (d.until is null or d.until > $2))""",
        category,
        at,
    )


async def must_lead(category: UUID, name: str, at: datetime) -> None:
    """OnlyAssists: the 居委会 `name` does not answer for this category."""
    if not await may_lead(category, at):
        raise OnlyAssists(
            f"这类事项不在居委会依法自治的清单里，不能交给{name}主办，只能请它协助。"
            "请选择主管单位，或用“联办”派协办。"
        )


@dataclass(frozen=True, slots=True)
class Answerer:
    """A body that the table names for a category at a place."""

    body: UUID
    name: str
    kind: BodyKind
    phone: str
    officer: str
    part: RouteKind


async def answerers(category: UUID, path: str, at: datetime) -> list[Answerer]:
    """Who leads and who assists 谁主管、谁负责 at the place of this path, those who lead first."""
    found = await rows(ANSWERERS, category, path, at, day_of(at))
    return [
        Answerer(
            one["body"],
            one["name"],
            BodyKind(one["kind"]),
            one["phone"],
            one["officer"],
            RouteKind(one["part"]),
        )
        for one in found
    ]


ANSWERERS = f"""
select distinct on (r.kind, b.id) b.id as body, b.name, b.kind, b.phone, b.officer, r.kind as part
from route r
join category c on c.id = $1 and r.category in (c.id, c.parent)
left join place p on p.id = r.place
join body b on b.id = r.body or (b.kind = r.body_kind and exists (
  select from place bp where bp.id = b.place and starts_with($2, bp.path)))
where r.since <= $3 and (r.until is null or r.until > $3) and starts_with($2, coalesce(p.path, ''))
  and {IN_OFFICE.format(day="$4")}
order by r.kind desc, b.id
"""


@dataclass(frozen=True, slots=True)
class NamedBody:
    """A body that a ticket of a place may be handed to."""

    id: UUID
    name: str
    kind: BodyKind
    path: str | None


async def body_at(body: UUID, path: str, at: datetime) -> NamedBody | None:
    """The body, if its place holds this path and it is in office; the operator's is none."""
    found = await row(
        f"""select b.id, b.name, b.kind, p.path from body b left join place p on p.id = b.place
           where b.id = $1 and starts_with($2, coalesce(p.path, '')) and b.kind <> 'operator'
             and {IN_OFFICE.format(day="$3")}""",
        body, path, day_of(at),
    )  # fmt: skip
    return _named(found) if found else None


def _named(found: Record) -> NamedBody:
    return NamedBody(found["id"], found["name"], BodyKind(found["kind"]), found["path"])


async def nearest_body(kind: BodyKind, path: str, at: datetime) -> UUID | None:
    """The body of that kind that answers for a path: the 居委会, the 街道 of an estate."""
    return await value(
        f"""select b.id from body b join place p on p.id = b.place
           where b.kind = $1 and starts_with($2, p.path)
             and {IN_OFFICE.format(day="$3")}
           order by length(p.path) desc, b.id limit 1""",
        kind.value, path, day_of(at),
    )  # fmt: skip


async def bodies_at(path: str, at: datetime) -> list[NamedBody]:
    """Every body whose place holds this path, for a choice; the nearest first."""
    found = await rows(
        f"""select b.id, b.name, b.kind, p.path from body b join place p on p.id = b.place
           where starts_with($1, p.path) and b.kind not in ('operator', 'supervisory')
             and {IN_OFFICE.format(day="$2")}
           order by length(p.path) desc, b.name""",
        path, day_of(at),
    )  # fmt: skip
    return [_named(one) for one in found]
