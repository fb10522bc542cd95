"""Reads for imports: the registry as it is compared with, batches, and their rows."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from coordination.db import row, rows, value
from coordination.errors import NotFound
from coordination.people.secrecy import id_hash
from coordination.places.tables import Place, UnitKind
from coordination.registry.imports.comparing import (
    DEVELOPER,
    OWNERS,
    Difference,
    KnownOwner,
    KnownUnit,
    Registry,
)
from coordination.registry.imports.lines import differences_of
from coordination.registry.rules import masked_name
from coordination.registry.tables import OwnerKind

SHOWN = 20  # rows of each kind on the preview page
MOST_TO_CONFIRM = 300  # beyond that it is no slip: the file is in another unit

KNOWN_UNITS = """
select unit.id, building.key, unit.entrance, unit.room, unit.area_cm2, unit.kind, unit.unsold,
       unit.area_source,
       array_agg(ownership.owner) filter (where ownership.id is not null) as owners
from unit join place building on building.id = unit.building
left join ownership on ownership.unit = unit.id and ownership.until is null
where unit.estate = $1
group by unit.id, building.key
"""


async def registry_of(estate: UUID) -> Registry:
    """All that is known of an estate's units and owners, to compare with."""
    units = [_known_unit(dict(each)) for each in await rows(KNOWN_UNITS, estate)]
    owners = await rows(
        """select id, id_hash, name, kind, id_last4, phone_hash, phone_tail
           from owner where estate = $1""",
        estate,
    )
    return Registry(
        {unit.room: unit for unit in units},
        {
            o["id"]: KnownOwner(
                o["id"], o["id_hash"], o["name"], OwnerKind(o["kind"]), o["id_last4"],
                o["phone_hash"], o["phone_tail"],
            )
            for o in owners
        },
        id_hash(DEVELOPER),
    )  # fmt: skip


def _known_unit(u: dict[str, Any]) -> KnownUnit:
    return KnownUnit(
        u["id"], (u["key"], u["entrance"], u["room"]), u["area_cm2"], UnitKind(u["kind"]),
        u["unsold"], u["area_source"], frozenset(u["owners"] or ()),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Batch:
    """An import as pages show it."""

    id: UUID
    estate: UUID
    state: str
    file_name: str
    file_hash: str
    uploaded_at: datetime
    by_name: str
    total: int
    progress: int
    counts: dict[str, int]
    failure: str | None
    confirmed_at: datetime | None
    undone_at: datetime | None
    has_file: bool

    def count(self, verdict: str) -> int:
        """How many rows have this verdict."""
        return self.counts.get(verdict, 0)

    @property
    def would_change(self) -> int:
        """Rows that could be written, those that ask to be confirmed included."""
        return self.count("new") + self.count("changed") + self.count("confirm")


BATCHES = """
select i.id, i.estate, i.state, i.file_name, i.file_hash, i.uploaded_at,
       coalesce(person.name, '命令行') as by_name, i.total, i.progress, i.counts::text as counts,
       i.failure, i.confirmed_at, i.undone_at, i.file_sealed is not null as has_file
from roll_import i left join person on person.id = i.by
"""


async def batch_of(estate: Place, batch: UUID) -> Batch:
    """An import of this estate. NotFound."""
    found = await row(f"{BATCHES} where i.id = $1 and i.estate = $2", batch, estate.id)
    if found is None:
        raise NotFound("没有这次导入。")
    return _batch(found)


async def batches_of(estate: Place) -> list[Batch]:
    """The latest imports of an estate, the newest first."""
    found = await rows(
        f"{BATCHES} where i.estate = $1 order by i.uploaded_at desc, i.id limit 50", estate.id
    )
    return [_batch(each) for each in found]


async def same_file_before(batch: Batch) -> datetime | None:
    """When this very file was last imported into this estate."""
    return await value(
        """select max(confirmed_at) from roll_import
           where estate = $1 and file_hash = $2 and id <> $3 and state = 'done'""",
        batch.estate, batch.file_hash, batch.id,
    )  # fmt: skip


def _batch(found: Any) -> Batch:
    return Batch(**{**dict(found), "counts": json.loads(found["counts"])})


@dataclass(frozen=True, slots=True)
class Line:
    """A row of an upload as the preview shows it."""

    number: int
    spelt: str
    area_cm2: int | None
    owners: int
    differences: tuple[Difference, ...]
    problems: list[dict[str, str]]


async def lines_of(batch: UUID, verdict: str, limit: int = SHOWN) -> list[Line]:
    """The first rows of an import with this verdict."""
    found = await rows(
        """select number, cells::text as cells, problems::text as problems from import_line
           where batch = $1 and verdict = $2 order by number limit $3""",
        batch, verdict, limit,
    )  # fmt: skip
    return [_line(each) for each in found]


def _line(found: Any) -> Line:
    cells = json.loads(found["cells"])
    return Line(
        found["number"], cells["spelt"], cells.get("area_cm2"), len(cells.get("owners", ())),
        tuple(map(_half, differences_of(cells))), json.loads(found["problems"]),
    )  # fmt: skip


def _half(difference: Difference) -> Difference:
    """Those whom the file does not name are shown half, as everywhere."""
    if difference.column != OWNERS:
        return difference
    names = map(masked_name, difference.before.split("、"))
    return replace(difference, before="、".join(names))


async def owner_changes(batch: UUID) -> int:
    """How many rows would give a unit to other owners: what one should look at twice."""
    return await value(
        """select count(*) from import_line, jsonb_array_elements(cells->'differences') as d
           where batch = $1 and verdict = 'changed' and d->>0 = $2""",
        batch, OWNERS,
    )  # fmt: skip


async def faults_of(batch: UUID) -> list[tuple[int, str, str]]:
    """Row, column and reason of everything that is wrong, in the order of the file."""
    found = await rows(
        """select number, p->>'column' as "column", p->>'reason' as reason
           from import_line, jsonb_array_elements(problems) as p
           where batch = $1 and verdict = 'error' order by number""",
        batch,
    )
    return [(each["number"], each["column"], each["reason"]) for each in found]
