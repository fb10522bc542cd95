"""Undoing an import while nothing depends on it: what was made goes, what was replaced returns."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import ForeignKeyViolationError, RestrictViolationError

from coordination import audit
from coordination.db import execute, row, rows, transaction, value
from coordination.errors import Conflict, NotFound
from coordination.people.askers import Asker
from coordination.places.tables import Place
from coordination.registry.imports.actions import the_batch
from coordination.registry.permits import must_keep_registry
from coordination.registry.queries import lock_registry


class NotWritten(Conflict):
    """Only what was written can be undone, and only once."""


class SomethingDepends(Conflict):
    """Others built on what the import wrote; the message says what."""


DEPENDENTS = (
    ("次后来的导入改动了同样的房屋", """
        select count(distinct later.batch) from import_line mine
        join import_line later on later.unit = mine.unit and later.batch <> mine.batch
        join roll_import i on i.id = later.batch and i.state = 'done' and i.confirmed_at >= $2
        where mine.batch = $1"""),
    ("处房屋后来登记了过户", """
        select count(distinct o.unit) from ownership o
        join import_line mine on mine.unit = o.unit and mine.batch = $1
        where (o.since > $2 and o.batch is distinct from $1) or o.until > $2"""),
    ("位业主已经绑定账号", """
        select count(distinct b.owner) from binding b
        join ownership o on o.owner = b.owner and o.batch = $1
        where b.at >= $2 and b.ended_at is null"""),
    ("处房屋已经打印了绑定码函", """
        select count(distinct l.unit) from letter_code l
        join import_line mine on mine.unit = l.unit and mine.batch = $1
        where l.made_at >= $2"""),
    ("位居民已经登记住在这些房屋", """
        select count(*) from residency r
        join import_line mine on mine.unit = r.unit and mine.batch = $1
        where mine.before->'unit' is null and r.asked_at >= $2"""),
)  # fmt: skip


async def undo_import(asker: Asker, estate: Place, batch: UUID, at: datetime) -> None:
    """Take an import back. NotFound; NotWritten; SomethingDepends."""
    must_keep_registry(asker, estate)
    try:
        async with transaction():
            await lock_registry(estate.id)
            found = await row(
                "select state, confirmed_at from roll_import where id = $1 and estate = $2",
                batch, estate.id,
            )  # fmt: skip
            if found is None:
                raise NotFound("没有这次导入。")
            if found["state"] != "done":
                raise NotWritten("只有已经写入、还没有撤销的导入才能撤销。")
            await _require_free(batch, found["confirmed_at"])
            await _take_back(batch)
            await execute(
                "update roll_import set state = 'undone', undone_at = $2 where id = $1", batch, at
            )
            await audit.record(asker, "undo_import", the_batch(batch), at=at, place=estate)
    # PostgreSQL 18 names a restricted key apart.
    except (ForeignKeyViolationError, RestrictViolationError) as used:
        raise SomethingDepends(
            "这次导入的房屋或业主已经用在表决、公示或其他记录里，不能撤销。请逐处更正。"
        ) from used


async def _require_free(batch: UUID, written_at: datetime) -> None:
    found = [(await value(sql, batch, written_at), words) for words, sql in DEPENDENTS]
    told = "；".join(f"有 {count} {words}" for count, words in found if count)
    if told:
        raise SomethingDepends(f"不能撤销：{told}。请逐处更正。")


async def _take_back(batch: UUID) -> None:
    lines = await rows(
        """select unit, before::text as before from import_line
           where batch = $1 and unit is not null""",
        batch,
    )
    kept = [(line["unit"], json.loads(line["before"])) for line in lines]
    await execute("update import_line set unit = null where batch = $1", batch)
    await execute("delete from ownership where batch = $1", batch)
    ended = [UUID(each) for _, note in kept for each in note.get("ended", ())]
    await execute("update ownership set until = null where id = any($1)", ended)
    await _restore_units([(unit, note["unit"]) for unit, note in kept if "unit" in note])
    await execute(
        "delete from unit where id = any($1)", [unit for unit, note in kept if "unit" not in note]
    )
    await _restore_owners([owner for _, note in kept for owner in note.get("owners", ())])
    for table in ("owner", "place"):
        key = "made_owners" if table == "owner" else "made_buildings"
        made = [UUID(each) for _, note in kept for each in note.get(key, ())]
        await execute(f"delete from {table} where id = any($1)", made)


async def _restore_units(replaced: list[tuple[UUID, dict[str, Any]]]) -> None:
    await execute(
        """update unit set area_cm2 = u.area, kind = u.kind, unsold = u.unsold,
             area_source = u.source
           from unnest($1::uuid[], $2::bigint[], $3::text[], $4::bool[], $5::text[])
             as u (id, area, kind, unsold, source) where unit.id = u.id""",
        [unit for unit, _ in replaced],
        [was["area_cm2"] for _, was in replaced],
        [was["kind"] for _, was in replaced],
        [was["unsold"] for _, was in replaced],
        [was["source"] for _, was in replaced],
    )


async def _restore_owners(replaced: list[dict[str, Any]]) -> None:
    await execute(
        """update owner set name = o.name, id_hash = decode(o.hash, 'hex'), id_last4 = o.last4,
             phone_sealed = decode(o.sealed, 'hex'), phone_hash = decode(o.phone, 'hex'),
             phone_tail = o.tail, phone_since = o.since
           from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
             $7::text[], $8::timestamptz[])
             as o (id, name, hash, last4, sealed, phone, tail, since) where owner.id = o.id""",
        [UUID(was["id"]) for was in replaced],
        [was["name"] for was in replaced],
        [was["hash"] for was in replaced],
        [was["id_last4"] for was in replaced],
        [was["sealed"] for was in replaced],
        [was["phone"] for was in replaced],
        [was["phone_tail"] for was in replaced],
        [_moment(was.get("phone_since")) for was in replaced],
    )


def _moment(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None
