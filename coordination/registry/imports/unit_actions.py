"""Writing the units of a roll and whose they are, each set at once."""

from uuid import UUID, uuid4

from coordination.db import execute, rows
from coordination.law.franchise import AreaSource
from coordination.places.naming import unit_order
from coordination.places.tables import UnitKind
from coordination.registry.imports.comparing import Compared
from coordination.registry.imports.work import Work
from coordination.registry.rules import floor_of


async def write_units(work: Work, some: list[Compared]) -> None:
    """Some of the rows: units made or brought up to date, titles ended and begun."""
    new = [each for each in some if each.known is None]
    work.units.update({each.unit.number: uuid4() for each in new})
    work.units.update({each.unit.number: each.known.id for each in some if each.known})
    await _insert_units(work, new)
    await _update_units(work, [each for each in some if each.known])
    await _change_titles(work, some)


async def _insert_units(work: Work, new: list[Compared]) -> None:
    units = [each.unit for each in new]
    await execute(
        """insert into unit (id, estate, building, entrance, room, floor, kind, unsold, area_cm2,
             area_source, sort)
           select id, $1, building, entrance, room, floor, kind, unsold, area, source, sort
           from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bigint[], $7::text[],
             $8::bool[], $9::bigint[], $10::text[], $11::text[])
             as u (id, building, entrance, room, floor, kind, unsold, area, source, sort)""",
        work.estate.id,
        [work.units[u.number] for u in units],
        [work.buildings[u.room[0]] for u in units],
        [u.room[1] for u in units],
        [u.room[2] for u in units],
        [floor_of(u.room[2]) for u in units],
        [(u.kind or UnitKind.HOME).value for u in units],
        [u.is_unsold for u in units],
        [u.area_cm2 for u in units],
        [(u.source or AreaSource.REGISTER).value for u in units],
        [unit_order(u.room[1], u.room[2]) for u in units],
    )


async def _update_units(work: Work, changed: list[Compared]) -> None:
    for each in changed:
        assert each.known
        work.before.setdefault(each.unit.number, {})["unit"] = {
            "area_cm2": each.known.area_cm2,
            "kind": each.known.kind.value,
            "unsold": each.known.is_unsold,
            "source": each.known.source,
        }
    known = [(each.unit, each.known) for each in changed if each.known]
    await execute(
        """update unit set area_cm2 = u.area, kind = u.kind, unsold = u.unsold,
             area_source = coalesce(u.source, area_source)
           from unnest($1::uuid[], $2::bigint[], $3::text[], $4::bool[], $5::text[])
             as u (id, area, kind, unsold, source) where unit.id = u.id""",
        [k.id for _, k in known],
        [u.area_cm2 for u, _ in known],
        [(u.kind or k.kind).value for u, k in known],
        [u.is_unsold for u, _ in known],
        [u.source.value if u.source else None for u, _ in known],
    )


async def _change_titles(work: Work, some: list[Compared]) -> None:
    """End the titles of those the file no longer names, begin those of the new."""
    began: list[tuple[UUID, UUID]] = []
    ended: list[tuple[UUID, UUID]] = []
    rows_of = {work.units[each.unit.number]: each.unit.number for each in some}
    for each in some:
        unit = work.units[each.unit.number]
        now_held = {work.owners[owner.hash] for owner in each.owners}
        before = each.known.owners if each.known else frozenset()
        began += [(unit, owner) for owner in now_held - before]
        ended += [(unit, owner) for owner in before - now_held]
    gone = await rows(
        """update ownership set until = $3 from unnest($1::uuid[], $2::uuid[]) as t (unit, owner)
           where ownership.unit = t.unit and ownership.owner = t.owner and until is null
           returning ownership.id, ownership.unit""",
        [unit for unit, _ in ended], [owner for _, owner in ended], work.at,
    )  # fmt: skip
    for each in gone:
        note = work.before.setdefault(rows_of[each["unit"]], {})
        note.setdefault("ended", []).append(str(each["id"]))
    await execute(
        """insert into ownership (id, unit, owner, since, batch, document)
           select gen_random_uuid(), unit, owner, $3, $4, ''
           from unnest($1::uuid[], $2::uuid[]) as t (unit, owner)""",
        [unit for unit, _ in began], [owner for _, owner in began], work.at, work.batch,
    )  # fmt: skip
