"""Checklists, patrols that took place, and what they found."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from coordination.db import row, rows
from coordination.errors import NotFound
from coordination.law.periods import day_of
from coordination.people.queries import IN_OFFICE
from coordination.places.tables import Place

PAGE = 50


async def checklist(place: Place | None) -> list[asyncpg.Record]:
    """What is looked at in a place (None: everywhere), in order; its own after the general."""
    return await rows(
        """select i.id, i.text, i.hint, i.category, c.name as category_name, i.place,
                  p.name as place_name
           from patrol_item i join category c on c.id = i.category
           left join place p on p.id = i.place
           where i.retired_at is null
             and (i.place is null or starts_with($1, p.path) or starts_with(p.path, $2))
           order by i.place is not null, i.sort, i.text, i.id""",
        place.path if place else "", place.path if place else "/",
    )  # fmt: skip


THREE = ["residents_committee", "owners_committee", "property_company"]  # 三方


async def parties_of(estate: Place, at: datetime) -> list[asyncpg.Record]:
    """The bodies that may walk along: the three first, then those of the estate and above it,
    the nearest first."""
    return await rows(
        f"""select b.id, b.name, b.kind, b.kind = any($3) as is_one_of_three
             from body b join place p on p.id = b.place
           where starts_with($1, p.path) and {IN_OFFICE.format(day="$2")}
           order by array_position($3, b.kind::text), length(p.path) desc, b.kind, b.name, b.id""",
        estate.path,
        day_of(at),
        THREE,
    )


PATROLS = """
select a.id, a.estate, e.name as estate_name, a.walked_at, a.recorded_at, r.name as recorded_by,
       b.name as body_name, a.route, a.words,
       (select count(*) from patrol_finding f where f.patrol = a.id) as looked_at,
       (select count(*) from patrol_finding f where f.patrol = a.id and not f.is_fine) as found,
       (select string_agg(pb.name, '、' order by pp.id) from patrol_party pp
          join body pb on pb.id = pp.body where pp.patrol = a.id) as parties
from patrol a join place e on e.id = a.estate join person r on r.id = a.recorded_by
join body b on b.id = a.body
"""


async def patrols_in(paths: Sequence[str | None]) -> list[asyncpg.Record]:
    """The latest patrols of the estates under these paths (None: all)."""
    return await rows(
        f"""{PATROLS} where exists (select from unnest($1::text[]) as p (path)
                                    where starts_with(e.path, p.path))
            order by a.walked_at desc, a.id limit $2""",
        [path or "/" for path in paths], PAGE,
    )  # fmt: skip


async def patrol_of(patrol: UUID) -> asyncpg.Record:
    """NotFound: there is no such patrol."""
    found = await row(f"{PATROLS} where a.id = $1", patrol)
    if found is None:
        raise NotFound("没有这次巡察。")
    return found


async def findings_of(patrol: UUID) -> list[asyncpg.Record]:
    """Item by item as it was found; of a ticket, its number and how it stands now."""
    return await rows(
        """select f.text, f.is_fine, f.words, f.ticket, t.number, t.state, t.outcome
           from patrol_finding f left join ticket t on t.id = f.ticket
           where f.patrol = $1 order by f.sort""",
        patrol,
    )


async def people_of(patrol: UUID) -> list[asyncpg.Record]:
    """Who took part, by body."""
    return await rows(
        """select b.name as body_name, p.names from patrol_party p join body b on b.id = p.body
           where p.patrol = $1 order by b.kind, b.name""",
        patrol,
    )
