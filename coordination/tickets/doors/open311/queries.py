"""What Open311 shows: services, and the tickets that everybody may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from coordination.db import row, rows
from coordination.places.tables import Place

SERVICES = """
select c.id, c.code, c.name, c.tags, coalesce(m.name, c.name) as group_name
from category c left join category m on m.id = c.parent
where c.retired_at is null
  and (c.parent is not null or not exists (select from category d where d.parent = c.id))
"""


async def services() -> list[asyncpg.Record]:
    """Every category that a report can be about: the narrower ones."""
    return await rows(f"{SERVICES} order by coalesce(m.sort, c.sort), c.sort, c.code")


async def service_of(code: str) -> asyncpg.Record | None:
    return await row(f"{SERVICES} and c.code = $1", code)


async def jurisdiction(said: str) -> Place | None:
    """The place of this id or official code 官方代码."""
    try:
        found = Place.id == UUID(said)
    except ValueError:
        found = Place.code == said[:40]
    return await Place.objects().where(found).first()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests. `numbers`: those alone, whatever else is said; also how those stand that came
    by this door and whose words are not public: who reported one follows it by its number."""

    path: str
    numbers: Sequence[int] | None = None
    codes: Sequence[str] | None = None
    is_closed: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 1_000
    offset: int = 0


async def requests(wanted: Wanted) -> list[asyncpg.Record]:
    """Public tickets, the newest first; merged ones are told of in the ticket they went into. Of
    one whose words are not public, the words and the place in its estate are None."""
    return await rows(
        """select t.number, t.state, t.outcome, t.blocker, c.code as category,
                  c.name as category_name, h.name as holder_name, t.whistled_at,
                  t.changed_at, t.close_due_at, t.estate, e.name as estate_name, b.id as building,
                  b.name as building_name, case when t.is_public then t.text end as text,
                  case when t.is_public then t.spot end as spot
           from ticket t join place e on e.id = t.estate
           left join place b on b.id = t.building and t.is_public
           join category c on c.id = t.category join body h on h.id = t.holder
           where starts_with(e.path, $1)
             and ($2::bigint[] is null and t.is_public and t.state <> 'merged'
                  or (t.is_public or t.door = 'open311') and t.number = any($2))
             and ($3::text[] is null or c.code = any($3))
             and ($4::bool is null or (t.state in ('closed', 'withdrawn')) = $4)
             and ($5::timestamptz is null or t.whistled_at >= $5)
             and ($6::timestamptz is null or t.whistled_at <= $6)
           order by t.whistled_at desc, t.number desc limit $7 offset $8""",
        wanted.path, wanted.numbers, wanted.codes, wanted.is_closed, wanted.since, wanted.until,
        wanted.limit, wanted.offset,
    )  # fmt: skip


async def place_to_report(path: str, address_id: str, address: str) -> asyncpg.Record | None:
    """The estate, and perhaps the building, that a report speaks of: by id, else the estate whose
    name stands in the address, else the only one that the key reaches."""
    return await row(
        """with here as (
             select p.id, p.kind, p.name, p.parent from place p
             where starts_with(p.path, $1) and p.kind in ('estate', 'building'))
           select case when h.kind = 'building' then h.parent else h.id end as estate,
                  case when h.kind = 'building' then h.id end as building
           from here h
           where h.id::text = $2
              or ($2 = '' and h.kind = 'estate' and (
                    strpos($3, h.name) > 0
                    or (select count(*) from here where kind = 'estate') = 1))
           order by length(h.name) desc limit 1""",
        path, address_id.lower(), address,
    )  # fmt: skip
