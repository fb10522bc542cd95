"""Reads for imports: what there is to compare with, uploads, and their rows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from coordination.db import row, rows, value
from coordination.errors import NotFound
from coordination.places.tables import Place, PlaceKind
from coordination.tickets.doors.imports.choices import Choices, Wording
from coordination.tickets.doors.imports.comparing import Difference, Known, Record

SHOWN = 20  # rows of each kind on the preview page
MOST_TO_TICK = 300  # changed rows that are decided one by one


async def known_in(place: Place, externals: Sequence[str]) -> Known:
    """The places under `place`, and what was said before of these numbers."""
    found = await rows(
        """select p.id, p.kind, p.key, c.key as parent from place p join place c on c.id = p.parent
           where p.kind in ('estate', 'community') and starts_with(p.path, $1)""",
        place.path,
    )
    estates = [each for each in found if each["kind"] == "estate"]
    names = [each["key"] for each in estates]
    by_key = {each["key"]: each["id"] for each in estates if names.count(each["key"]) == 1}
    by_both = {f"{each['parent']}/{each['key']}": each["id"] for each in estates}
    kind = PlaceKind(place.kind)
    return Known(
        by_key | by_both,
        {each["key"]: each["id"] for each in found if each["kind"] == "community"},
        place.id if kind is PlaceKind.ESTATE else None,
        place.id if kind is PlaceKind.COMMUNITY else None,
        await _records(place, externals),
    )


async def _records(place: Place, externals: Sequence[str]) -> dict[str, Record]:
    found = await rows(
        """select t.external, t.id, coalesce(r.said, '{}')::text as said,
                  starts_with(p.path, $2) as within
           from ticket t join place p on p.id = t.estate
           left join external_record r on r.ticket = t.id
           where t.external = any($1::text[])""",
        list(externals), place.path,
    )  # fmt: skip
    return {
        each["external"]: Record(each["id"], json.loads(each["said"]), each["within"])
        for each in found
    }


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """A category that a ticket may have, with what it is recognised by."""

    id: UUID
    code: str
    name: str
    priority: str
    wording: Wording


async def categories() -> list[CategoryLine]:
    """Every category in use, the narrower ones after the main one they belong to."""
    found = await rows(
        """select c.id, c.code, c.name, c.priority, c.tags, p.name as parent from category c
           left join category p on p.id = c.parent where c.retired_at is null
           order by coalesce(p.sort, c.sort), p.sort is not null, c.sort, c.code"""
    )
    return [
        CategoryLine(
            each["id"], each["code"],
            f"{each['parent']} · {each['name']}" if each["parent"] else each["name"],
            each["priority"],
            Wording(
                each["code"], each["name"], frozenset((each["name"], *each["tags"].split()))
            ),
        )
        for each in found
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Batch:
    """An import as pages show it."""

    id: UUID
    place: UUID
    place_name: str
    state: str
    file_name: str
    file_hash: str
    uploaded_at: datetime
    by_name: str
    total: int
    progress: int
    counts: dict[str, Any]
    choices: Choices
    failure: str | None
    confirmed_at: datetime | None
    undone_at: datetime | None
    by: UUID | None
    has_file: bool

    def count(self, verdict: str) -> int:
        """How many rows have this verdict."""
        return self.counts.get(verdict, 0)

    @property
    def words(self) -> list[tuple[int, str]]:
        """What the sheet calls its categories, each with its number in the form."""
        return list(enumerate(self.choices.categories))

    @property
    def would_change(self) -> int:
        return self.count("new") + self.count("changed")


BATCHES = """
select i.id, i.place, place.name as place_name, i.state, i.file_name, i.file_hash, i.uploaded_at,
       coalesce(person.name, '命令行') as by_name, i.total, i.progress, i.counts::text as counts,
       i.choices::text as choices, i.failure, i.confirmed_at, i.undone_at, i.by,
       i.file_sealed is not null as has_file
from ticket_import i join place on place.id = i.place left join person on person.id = i.by
"""


async def batch_of(batch: UUID) -> Batch:
    """NotFound: there is no such import."""
    found = await row(f"{BATCHES} where i.id = $1", batch)
    if found is None:
        raise NotFound("没有这次导入。")
    return _batch(found)


async def batches_in(paths: Sequence[str]) -> list[Batch]:
    """The latest imports into what lies under these paths, the newest first."""
    found = await rows(
        f"""{BATCHES} where exists (select from unnest($1::text[]) as p (path)
                                    where starts_with(place.path, p.path))
            order by i.uploaded_at desc, i.id limit 50""",
        list(paths),
    )
    return [_batch(each) for each in found]


def _batch(found: Any) -> Batch:
    choices = Choices.of(json.loads(found["choices"]))
    return Batch(**{**dict(found), "counts": json.loads(found["counts"]), "choices": choices})


@dataclass(frozen=True, slots=True)
class Line:
    """A row of an upload as the preview shows it."""

    number: int
    spelt: str
    problems: list[dict[str, str]]
    doubts: list[dict[str, str]]
    differences: list[Difference]
    taken: bool
    ticket: UUID | None


LINES = """
select number, spelt, problems::text as problems, doubts::text as doubts,
       differences::text as differences, taken, ticket
from ticket_line where batch = $1
"""


async def lines_of(batch: UUID, verdict: str, limit: int = SHOWN) -> list[Line]:
    """The first rows of an import with this verdict."""
    found = await rows(f"{LINES} and verdict = $2 order by number limit $3", batch, verdict, limit)
    return [_line(each) for each in found]


async def doubtful_lines(batch: UUID, limit: int = SHOWN) -> list[Line]:
    """The first rows with a time that cannot be, whatever else they are."""
    found = await rows(
        f"""{LINES} and verdict <> 'error' and jsonb_array_length(doubts) > 0
            order by number limit $2""",
        batch, limit,
    )  # fmt: skip
    return [_line(each) for each in found]


def _line(found: Any) -> Line:
    read = {name: json.loads(found[name]) for name in ("problems", "doubts", "differences")}
    return Line(**{**dict(found), **read})


async def faults_of(batch: UUID) -> list[tuple[int, str, str]]:
    """Row, column and reason of everything that is wrong, in the order of the file."""
    found = await rows(
        """select number, p->>'column' as "column", p->>'reason' as reason
           from ticket_line, jsonb_array_elements(problems) as p
           where batch = $1 and verdict = 'error' order by number""",
        batch,
    )
    return [(each["number"], each["column"], each["reason"]) for each in found]


async def same_file_before(batch: Batch) -> datetime | None:
    """When this very file was last imported into this place."""
    return await value(
        """select max(confirmed_at) from ticket_import
           where place = $1 and file_hash = $2 and id <> $3 and state = 'done'""",
        batch.place, batch.file_hash, batch.id,
    )  # fmt: skip
