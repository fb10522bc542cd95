"""Writing a confirmed roll into the registry: one transaction, set by set, never row by row.

How far it has come is told through a connection of its own, since nobody sees into a
transaction. What was replaced is kept beside each row, so that the import can be undone.
"""

import json
from uuid import UUID

from coordination import audit
from coordination.db import DB, execute, row, rows, transaction, value
from coordination.errors import Conflict
from coordination.places.actions import PlaceFacts, make_place
from coordination.places.tables import Place, PlaceKind
from coordination.registry.imports.actions import the_batch
from coordination.registry.imports.comparing import Compared, Registry, compare
from coordination.registry.imports.lines import differences_of, unit_of
from coordination.registry.imports.owner_actions import write_owners
from coordination.registry.imports.queries import registry_of
from coordination.registry.imports.unit_actions import write_units
from coordination.registry.imports.work import Work
from coordination.registry.queries import lock_registry

CHUNK = 2_000  # rows between two words about progress


class RegistryMoved(Conflict):
    """The registry changed after the preview: what was agreed to is not what would happen."""


async def write_roll(batch: UUID) -> None:
    """Write a confirmed import; a second run finds nothing to do. For the worker.

    What stops it (RegistryMoved …) is kept with the import and shown to who confirmed it.
    """
    try:
        async with transaction():
            await _write(batch)
    except Conflict as stopped:
        async with transaction():
            await execute(
                "update roll_import set state = 'failed', failure = $2 where id = $1",
                batch, str(stopped),
            )  # fmt: skip


async def _write(batch: UUID) -> None:
    estate_id = await value("select estate from roll_import where id = $1", batch)
    estate = await Place.objects().get(Place.id == estate_id)
    assert estate, "an import belongs to an estate"
    await lock_registry(estate.id)
    found = await row("select state, by, confirmed_at from roll_import where id = $1", batch)
    assert found
    if found["state"] != "writing":
        return
    registry = await registry_of(estate.id)
    work = Work(batch, estate, found["confirmed_at"], registry, await _agreed(batch, registry))
    await _buildings(work)
    await write_owners(work)
    for start in range(0, len(work.compared), CHUNK):
        await write_units(work, work.compared[start : start + CHUNK])
        await _tell_progress(batch, min(start + CHUNK, len(work.compared)))
    await _keep_before(work)
    await execute("update roll_import set state = 'done', progress = total where id = $1", batch)
    await audit.record(
        found["by"], "write_roll", the_batch(batch), at=work.at, place=estate,
        rows=len(work.compared), new_owners=len(work.made),
    )  # fmt: skip


async def _agreed(batch: UUID, registry: Registry) -> list[Compared]:
    """The rows to write, compared once more. RegistryMoved: they would do something else now."""
    lines = await rows(
        """select number, verdict, cells::text as cells from import_line
           where batch = $1 and verdict in ('new', 'changed') order by number""",
        batch,
    )
    cells = {line["number"]: json.loads(line["cells"]) for line in lines}
    compared = compare([unit_of(number, each) for number, each in cells.items()], registry)
    for line, each in zip(lines, compared, strict=True):
        expected = differences_of(cells[each.unit.number])
        if each.verdict != line["verdict"] or set(each.differences) != set(expected):
            raise RegistryMoved(
                "预览之后登记册有了变动，为避免覆盖没有写入。请重新上传这份名册，看过新的预览再确认。"
            )
    return compared


async def _buildings(work: Work) -> None:
    known = await rows(
        "select id, key from place where parent = $1 and kind = $2",
        work.estate.id, PlaceKind.BUILDING.value,
    )  # fmt: skip
    work.buildings = {each["key"]: each["id"] for each in known}
    names = {each.unit.room[0]: each.unit.building_name for each in work.compared}
    for key, name in names.items():
        if key not in work.buildings:
            made = await make_place(PlaceKind.BUILDING, PlaceFacts(name), work.estate)
            work.buildings[key] = made.id
            work.made_buildings.append(made.id)


async def _keep_before(work: Work) -> None:
    """Beside each row: its unit, and what to put back. The first row also keeps what was made."""
    if work.compared:
        first = work.before.setdefault(work.compared[0].unit.number, {})
        first["made_owners"] = [str(made) for made in work.made]
        first["made_buildings"] = [str(made) for made in work.made_buildings]
    numbers = [each.unit.number for each in work.compared]
    await execute(
        """update import_line set unit = l.unit, before = l.before::jsonb
           from unnest($2::bigint[], $3::uuid[], $4::text[]) as l (number, unit, before)
           where batch = $1 and import_line.number = l.number""",
        work.batch, numbers, [work.units[number] for number in numbers],
        [json.dumps(work.before.get(number, {}), ensure_ascii=False) for number in numbers],
    )  # fmt: skip


async def _tell_progress(batch: UUID, done: int) -> None:
    """Outside the transaction, or nobody could see it."""
    assert DB.pool
    async with DB.pool.acquire() as other:
        await other.execute("update roll_import set progress = $2 where id = $1", batch, done)
