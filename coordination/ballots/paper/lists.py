"""Lists of the page of sheets: what may be printed, what was, what arrived, what came second."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from coordination import db
from coordination.ballots.delivery.proofs import proven_deliveries
from coordination.ballots.paper.rules import printed
from coordination.places.naming import building_name

PORTIONS = """
select b.id::text as building_id, b.name as building, u.entrance, b.sort, count(distinct u.id) as n
  from voting_right r join question q on q.id = r.question
  join right_unit ru on ru."right" = r.id join unit u on u.id = ru.unit
  join place b on b.id = u.building
 where q.poll = $1 group by b.id, b.name, b.sort, u.entrance order by b.sort, b.id, min(u.sort)
"""
PRINTS = """
select p.id, p.asked_at, p.total, p.done, p.finished_at, p.failure, p.is_large,
       coalesce(b.name, '') as building, p.entrance
  from sheet_print p left join place b on b.id = p.building
 where p.poll = $1 order by p.asked_at desc limit 200
"""
DUPLICATES = """
select d.channel, d.at, coalesce(s.serial, '') as serial, q.position, q.title
  from duplicate_ballot d join voting_right r on r.id = d."right"
  join question q on q.id = r.question left join sheet s on s.id = d.sheet
 where q.poll = $1 order by d.at desc, q.position limit 500
"""


async def portions(poll: UUID) -> list[tuple[str, str, str, int]]:
    """(value, building, entrance in words, units) of what may be printed by itself: each building
    and, where it has several, each entrance."""
    found = await db.rows(PORTIONS, poll)
    offered = []
    for building in dict.fromkeys((row["building_id"], row["building"]) for row in found):
        parts = [row for row in found if row["building_id"] == building[0]]
        offered.append((*building, "", sum(row["n"] for row in parts)))
        if len(parts) > 1:
            offered += [
                (
                    f"{building[0]}|{row['entrance']}",
                    building[1],
                    f"{row['entrance']}单元",
                    row["n"],
                )
                for row in parts
            ]
    return offered


async def prints_of(poll: UUID) -> list[dict[str, Any]]:
    """The files that were asked for, the newest first, with their scope in words."""
    return [
        {**row, "portion": _portion(row["building"], row["entrance"], row["is_large"])}
        for row in await db.rows(PRINTS, poll)
    ]


def _portion(building: str, entrance: str | None, is_large: bool) -> str:
    where = "全部"
    if building:
        where = building_name(building) + (f"{entrance}单元" if entrance else "")
    return where + ("（大字版）" if is_large else "")


async def duplicates_of(poll: UUID) -> list[dict[str, Any]]:
    """Ballots that came second and do not count: by which way, and of which sheet."""
    return [{**row, "printed": printed(row["serial"])} for row in await db.rows(DUPLICATES, poll)]


async def delivered_sheets(poll: UUID, until: datetime) -> int:
    """How many owners with a sheet were reached, by whichever proof."""
    found = await db.rows(
        """select s."right", s.sheet, r.number, r.question from sheet_right s
             join voting_right r on r.id = s."right" join question q on q.id = r.question
            where q.poll = $1""",
        poll,
    )
    by_question: dict[UUID, dict[int, UUID]] = defaultdict(dict)
    for row in found:
        by_question[row["question"]][row["number"]] = row["sheet"]
    reached: set[UUID] = set()
    for question, sheets in by_question.items():
        proven = await proven_deliveries(question, until)
        reached |= {sheet for number, sheet in sheets.items() if number in proven}
    return len(reached)
