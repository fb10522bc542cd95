"""Uploading a roll, looking at what it would do, and saying yes or no to it.

The file itself is kept sealed for a few days, because the error workbook gives people their own
rows back; everything else that is kept has neither an ID number nor a readable phone.
"""

import asyncio
import base64
import json
from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit, jobs
from coordination.db import connection, execute, transaction, value
from coordination.errors import Conflict, Invalid, NotFound
from coordination.people.askers import Asker
from coordination.people.secrecy import open_sealed, seal
from coordination.places.tables import Place
from coordination.registry.imports import columns as of
from coordination.registry.imports.comparing import Compared, compare
from coordination.registry.imports.lines import cells_of, problem_of
from coordination.registry.imports.queries import MOST_TO_CONFIRM, faults_of, registry_of
from coordination.registry.imports.whole import ReadRoll, read_roll
from coordination.registry.permits import must_keep_registry
from coordination.registry.tables import RollImport
from coordination.web.sheets import (
    COLUMN_WORDS,
    SAID_ONCE,
    Fault,
    Table,
    error_workbook,
    read_table,
)

WRITE = "write-roll"  # the job
PURPOSE = "uploaded roll"  # of the seal
VERDICTS = ("new", "changed", "same", "error", "confirm")


class NotPreviewed(Conflict):
    """It was confirmed, discarded or undone already."""


class HasFaults(Conflict):
    """All or nothing was asked for, and not all rows can be taken."""


class FileErased(Conflict):
    """The uploaded file is gone, as the retention setting says."""


def the_batch(batch: UUID) -> RollImport:
    """The row as the audit log names it, without reading its file."""
    return RollImport(_ignore_missing=True, id=batch)


async def upload_roll(
    asker: Asker, estate: Place, data: bytes, file_name: str, at: datetime
) -> UUID:
    """Read a roll and keep what it would change. NotFound; UnreadableFile: says what to do."""
    must_keep_registry(asker, estate)
    return await preview_roll(estate, data, file_name, asker.id, at)


async def preview_roll(
    estate: Place, data: bytes, file_name: str, by: UUID | None, at: datetime
) -> UUID:
    """The same, by whoever stands at the machine itself (`by` None). UnreadableFile."""
    table, roll, sealed = await asyncio.to_thread(_read, data, file_name)
    async with transaction():
        registry = await registry_of(estate.id)
        compared = await asyncio.to_thread(compare, roll.units, registry)
        lines = _lines(roll, compared)
        counts = {verdict: 0 for verdict in VERDICTS}
        for _, verdict, _, _ in lines:
            counts[verdict] += 1
        batch = RollImport(
            id=uuid4(), estate=estate.id, by=by, file_name=file_name[-200:],
            file_hash=table.sha256, file_sealed=sealed, uploaded_at=at, state="previewed",
            total=len(lines), progress=0, counts=json.dumps(counts),
        )  # fmt: skip
        await batch.save()
        await _keep_lines(batch.id, lines)
        await audit.record(
            by, "upload_roll", batch, at=at, place=estate, sha256=table.sha256, **counts
        )
    return batch.id


def _read(data: bytes, file_name: str) -> tuple[Table, ReadRoll, bytes]:
    table = _table(data, file_name)
    return table, read_roll(table), seal(base64.b85encode(data).decode(), PURPOSE)


def _table(data: bytes, file_name: str) -> Table:
    return read_table(data, file_name, required=of.REQUIRED, also=COLUMN_WORDS, fill=SAID_ONCE)


Kept = tuple[int, str, str, str]  # row, verdict, cells, problems


def _lines(roll: ReadRoll, compared: list[Compared]) -> list[Kept]:
    """Every row of the file with its verdict, in the file's order."""
    absurd = {unit.number for unit in roll.absurd()}
    faults: dict[int, list[Fault]] = {}
    for fault in [*roll.faults, *(each.fault for each in compared if each.fault)]:
        faults.setdefault(fault.row, []).append(fault)
    lines = [
        (number, "error", {"spelt": roll.names[number]}, [problem_of(each) for each in wrong])
        for number, wrong in faults.items()
    ]
    for each in compared:
        if each.fault:
            continue
        number = each.unit.number
        asks = number in absurd and each.verdict != "same"
        verdict = "confirm" if asks else each.verdict
        lines.append((number, verdict, cells_of(each, roll.names[number]), []))
    lines.sort(key=lambda line: line[0])
    return [(n, verdict, _text(cells), _text(problems)) for n, verdict, cells, problems in lines]


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


async def _keep_lines(batch: UUID, lines: list[Kept]) -> None:
    async with connection() as it:
        await it.copy_records_to_table(
            "import_line",
            columns=["id", "batch", "number", "verdict", "cells", "problems"],
            records=[(uuid4(), batch, *line) for line in lines],
        )


async def confirm_import(
    asker: Asker,
    estate: Place,
    batch: UUID,
    *,
    all_or_nothing: bool,
    confirmed_rows: Collection[int],
    at: datetime,
) -> None:
    """Have a previewed roll written by a worker. NotFound; NotPreviewed; HasFaults; Invalid."""
    must_keep_registry(asker, estate)
    await accept_import(
        estate, batch, asker.id,
        all_or_nothing=all_or_nothing, confirmed_rows=confirmed_rows, at=at,
    )  # fmt: skip


async def accept_import(
    estate: Place,
    batch: UUID,
    by: UUID | None,
    *,
    all_or_nothing: bool,
    confirmed_rows: Collection[int],
    at: datetime,
) -> None:
    """The same, by whoever stands at the machine itself (`by` None)."""
    async with transaction():
        await _lock_previewed(estate, batch)
        await _settle_confirmations(batch, list(confirmed_rows))
        counts = await _count(batch)
        if all_or_nothing and counts["error"]:
            raise HasFaults(
                f"还有 {counts['error']} 行有误或没有勾选确认，没有导入任何内容。"
                "请下载错误清单改正后重新上传，或选择只导入正确的行。"
            )
        if not counts["new"] + counts["changed"]:
            raise Invalid("没有可以导入的行。请下载错误清单改正后重新上传。")
        await execute(
            """update roll_import set state = 'writing', progress = 0, total = $2, counts = $3,
                 confirmed_at = $4 where id = $1""",
            batch, counts["new"] + counts["changed"], json.dumps(counts), at,
        )  # fmt: skip
        await _enqueue(batch)
        mode = "all" if all_or_nothing else "good rows"
        await audit.record(
            by, "confirm_import", the_batch(batch), at=at, place=estate, mode=mode, **counts
        )


async def _enqueue(batch: UUID) -> None:
    await jobs.enqueue(WRITE, batch, dedupe=f"{WRITE} {batch}")


async def write_again(asker: Asker, estate: Place, batch: UUID, at: datetime) -> None:
    """Queue a confirmed import once more, should its job have been given up; one that still
    waits or runs is left alone. NotFound; Conflict: it is not being written."""
    must_keep_registry(asker, estate)
    async with transaction():
        state = await value(
            "select state from roll_import where id = $1 and estate = $2", batch, estate.id
        )
        if state is None:
            raise NotFound("没有这次导入。")
        if state != "writing":
            raise Conflict("这次导入已经结束，不用再排队。")
        await _enqueue(batch)
        await audit.record(asker, "write_roll_again", the_batch(batch), at=at, place=estate)


async def _lock_previewed(estate: Place, batch: UUID) -> None:
    state = await value(
        "select state from roll_import where id = $1 and estate = $2 for update", batch, estate.id
    )
    if state is None:
        raise NotFound("没有这次导入。")
    if state != "previewed":
        raise NotPreviewed("这次导入已经处理过了，没有再执行一遍。要再次导入请重新上传。")


async def _settle_confirmations(batch: UUID, confirmed: list[int]) -> None:
    """Rows with an absurd area: ticked ones are taken, the others become errors."""
    await execute(
        """update import_line set verdict = case
             when jsonb_array_length(cells->'differences') > 0 then 'changed' else 'new' end
           where batch = $1 and verdict = 'confirm' and number = any($2::bigint[])""",
        batch, confirmed[:MOST_TO_CONFIRM],
    )  # fmt: skip
    reason = "面积超过 10,000 平方米，没有勾选确认；请核对小数点和单位"
    await execute(
        """update import_line set verdict = 'error',
             cells = jsonb_build_object('spelt', cells->'spelt'),
             problems = jsonb_build_array(jsonb_build_object(
               'column', $2::text, 'value', '', 'reason', $3::text))
           where batch = $1 and verdict = 'confirm'""",
        batch, of.AREA, reason,
    )  # fmt: skip


async def _count(batch: UUID) -> dict[str, int]:
    async with connection() as it:
        found = await it.fetch(
            "select verdict, count(*) as n from import_line where batch = $1 group by verdict",
            batch,
        )
    return {verdict: 0 for verdict in VERDICTS} | {each["verdict"]: each["n"] for each in found}


async def discard_import(asker: Asker, estate: Place, batch: UUID, at: datetime) -> None:
    """Drop a preview and its file. NotFound; NotPreviewed."""
    must_keep_registry(asker, estate)
    async with transaction():
        await _lock_previewed(estate, batch)
        await execute("delete from import_line where batch = $1", batch)
        await execute(
            "update roll_import set state = 'discarded', file_sealed = null where id = $1", batch
        )
        await audit.record(asker, "discard_import", the_batch(batch), at=at, place=estate)


async def errors_of(asker: Asker, estate: Place, batch: UUID, at: datetime) -> bytes:
    """The user's own rows that have faults, with what is wrong. NotFound; FileErased."""
    must_keep_registry(asker, estate)
    async with transaction():
        row = await RollImport.objects().get(RollImport.id == batch)
        if row is None or row.estate != estate.id:
            raise NotFound("没有这次导入。")
        if row.file_sealed is None:
            raise FileErased("上传的原件已按期限删除，不能再生成错误清单。请重新上传名册。")
        faults = await faults_of(batch)
        await audit.record(asker, "download_roll_errors", row, at=at, place=estate)
    return await asyncio.to_thread(_error_workbook, row.file_sealed, row.file_name, faults)


def _error_workbook(sealed: bytes, file_name: str, faults: list[tuple[int, str, str]]) -> bytes:
    data = base64.b85decode(open_sealed(sealed, PURPOSE))
    table = _table(data, file_name)
    cells = {row.number: row for row in table.rows}
    told = [Fault(number, column, cells[number][column], why) for number, column, why in faults]
    return error_workbook(table, told)


async def forget_uploads(at: datetime, days: int) -> int:
    """Erase uploaded files, and who stood in them, `days` after; how many. For the daily sweep."""
    async with transaction():
        return await value(
            """with old as (
                 update roll_import set file_sealed = null,
                   state = case when state = 'previewed' then 'discarded' else state end
                 where file_sealed is not null and state <> 'writing'
                   and uploaded_at < $1::timestamptz - make_interval(days => $2) returning id),
               stripped as (
                 update import_line set cells = jsonb_build_object('spelt', cells->'spelt')
                 where batch in (select id from old))
               select count(*) from old""",
            at, days,
        )  # fmt: skip
