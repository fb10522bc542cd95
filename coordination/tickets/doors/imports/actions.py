"""Uploading a hotline's sheet, saying what its columns are, and agreeing to what it would do.

The file itself is kept sealed for a few days: it is read again when somebody matches its columns
otherwise, when it is written, and for the error workbook. What is kept of its rows beside the
verdicts has neither names nor phones of its own.
"""

import asyncio
import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit, jobs
from coordination.db import execute, transaction, value
from coordination.errors import Conflict, Invalid, NotFound
from coordination.people.askers import Asker
from coordination.places.queries import place_of
from coordination.places.tables import Place
from coordination.tickets.doors.imports import columns as of
from coordination.tickets.doors.imports.choices import Choices
from coordination.tickets.doors.imports.looking_actions import preview, sealed_and_read, table_of
from coordination.tickets.doors.imports.queries import MOST_TO_TICK, faults_of
from coordination.tickets.doors.permits import must_import
from coordination.tickets.doors.tables import TicketImport
from coordination.web.sheets import Fault, Table, error_workbook

WRITE = "write-tickets"  # the job


class NotPreviewed(Conflict):
    """It was confirmed or discarded already."""


class HasFaults(Conflict):
    """All or nothing was asked for, and not all rows can be taken."""


def the_batch(batch: UUID) -> TicketImport:
    """The row as the audit log names it, without reading its file."""
    return TicketImport(_ignore_missing=True, id=batch)


async def upload_sheet(
    asker: Asker, place: Place, data: bytes, file_name: str, choices: Choices, at: datetime
) -> UUID:
    """Read a sheet, guess its columns and keep what it would do. NotFound; UnreadableFile."""
    must_import(asker, place)
    return await keep_sheet(place, data, file_name, choices, asker.id, at)


async def keep_sheet(
    place: Place, data: bytes, file_name: str, choices: Choices, by: UUID | None, at: datetime
) -> UUID:
    """The same, by whoever stands at the machine itself (`by` None). UnreadableFile."""
    table, sealed = await asyncio.to_thread(sealed_and_read, data, file_name)
    batch = uuid4()
    async with transaction():
        await TicketImport(
            id=batch, place=place.id, by=by, file_name=file_name[-200:], file_hash=table.sha256,
            file_sealed=sealed, uploaded_at=at, state="columns", choices=json.dumps({}),
            total=len(table.rows), progress=0, counts=json.dumps({}),
        ).save()  # fmt: skip
        await audit.record(
            by, "upload_tickets", the_batch(batch), at=at, place=place, sha256=table.sha256
        )
        guessed = {**of.guessed(table.header), **choices.columns}
        await preview(batch, place, table, replace(choices, columns=guessed), at)
    return batch


async def match_columns(asker: Asker, batch: UUID, choices: Choices, at: datetime) -> None:
    """Look at the same file otherwise. NotFound; NotPreviewed; FileErased; Invalid: no such
    column, or one column for two things."""
    async with transaction():
        place = await _lock_open(asker, batch)
        table, _ = await table_of(batch)
        _expect_columns(choices, table)
        await execute("delete from ticket_line where batch = $1", batch)
        await preview(batch, place, table, choices, at)
        await audit.record(asker, "match_columns", the_batch(batch), at=at, place=place)


def _expect_columns(choices: Choices, table: Table) -> None:
    used = [column for column in choices.columns.values() if column]
    wrong = {
        name: "一列只能对应一项。" if used.count(column) > 1 else "表里没有这一列。"
        for name, column in choices.columns.items()
        if column and (column not in table.header or used.count(column) > 1)
    }
    if wrong:
        raise Invalid("请核对列的对应。", **wrong)


async def _lock_open(asker: Asker | None, batch: UUID) -> Place:
    """The place of an import that waits, locked. NotFound; NotPreviewed."""
    found = await value("select place from ticket_import where id = $1 for update", batch)
    if found is None:
        raise NotFound("没有这次导入。")
    place = await place_of(found)
    if asker:
        must_import(asker, place)
    state = await value("select state from ticket_import where id = $1", batch)
    if state not in ("columns", "previewed"):
        raise NotPreviewed("这次导入已经处理过了，没有再执行一遍。要再次导入请重新上传。")
    return place


@dataclass(frozen=True, slots=True)
class Agreed:
    """What somebody says yes to. `changed`: none, ticked, all of the rows with other words."""

    all_or_nothing: bool = False
    changed: str = "none"
    ticked: Collection[int] = ()


async def confirm_import(asker: Asker, batch: UUID, agreed: Agreed, at: datetime) -> None:
    """Have a previewed sheet written by a worker. NotFound; NotPreviewed; HasFaults; Invalid."""
    await accept_import(asker, batch, agreed, at)


async def accept_import(asker: Asker | None, batch: UUID, agreed: Agreed, at: datetime) -> None:
    """The same, by whoever stands at the machine itself (`asker` None)."""
    async with transaction():
        place = await _lock_open(asker, batch)
        counts = json.loads(await value("select counts from ticket_import where id = $1", batch))
        if not counts:
            raise NotPreviewed("还没有对应好列。请先对应列，看过预览再确认。")
        if agreed.all_or_nothing and counts["error"]:
            raise HasFaults(
                f"有 {counts['error']} 行有误，没有导入任何内容。"
                "请下载错误清单改正后重新上传，或选择只导入正确的行。"
            )
        taken = await _take(batch, agreed)
        if not counts["new"] + taken:
            raise Invalid("没有可以导入的行。", mode="没有新增的行，也没有勾选变更的行。")
        counts["taken"] = taken
        await execute(
            """update ticket_import set state = 'writing', progress = 0, total = $2, counts = $3,
                 confirmed_at = $4 where id = $1""",
            batch, counts["new"] + taken, json.dumps(counts), at,
        )  # fmt: skip
        await _enqueue(batch)
        await audit.record(
            asker and asker.id, "confirm_tickets", the_batch(batch), at=at, place=place, **counts
        )


async def _take(batch: UUID, agreed: Agreed) -> int:
    """Mark the changed rows that somebody agreed to; how many."""
    if agreed.changed not in ("all", "ticked"):
        return 0
    ticked = None if agreed.changed == "all" else list(agreed.ticked)[:MOST_TO_TICK]
    done = await execute(
        """update ticket_line set taken = true where batch = $1 and verdict = 'changed'
             and ($2::bigint[] is null or number = any($2::bigint[]))""",
        batch, ticked,
    )  # fmt: skip
    return int(done.split()[-1])


async def _enqueue(batch: UUID) -> None:
    await jobs.enqueue(WRITE, batch, dedupe=f"{WRITE} {batch}")


async def write_again(asker: Asker, batch: UUID, at: datetime) -> None:
    """Queue a confirmed import once more, should its job have been given up. NotFound; Conflict:
    it is not being written."""
    async with transaction():
        found = await TicketImport.objects(TicketImport.place).get(TicketImport.id == batch)
        if found is None:
            raise NotFound("没有这次导入。")
        must_import(asker, found.place)
        if found.state != "writing":
            raise Conflict("这次导入已经结束，不用再排队。")
        await _enqueue(batch)
        await audit.record(asker, "write_again", the_batch(batch), at=at, place=found.place)


async def discard_import(asker: Asker, batch: UUID, at: datetime) -> None:
    """Drop a preview and its file. NotFound; NotPreviewed."""
    async with transaction():
        place = await _lock_open(asker, batch)
        await execute("delete from ticket_line where batch = $1", batch)
        await execute(
            "update ticket_import set state = 'discarded', file_sealed = null where id = $1", batch
        )
        await audit.record(asker, "discard_tickets", the_batch(batch), at=at, place=place)


async def errors_of(asker: Asker, batch: UUID, at: datetime) -> bytes:
    """The user's own rows that have faults, with what is wrong. NotFound; FileErased."""
    async with transaction():
        found = await value("select place from ticket_import where id = $1", batch)
        if found is None:
            raise NotFound("没有这次导入。")
        place = await place_of(found)
        must_import(asker, place)
        table, _ = await table_of(batch)
        faults = await faults_of(batch)
        await audit.record(asker, "download_errors", the_batch(batch), at=at, place=place)
    cells = {row.number: row for row in table.rows}
    told = [Fault(number, column, cells[number][column], why) for number, column, why in faults]
    return await asyncio.to_thread(error_workbook, table, told)


async def forget_uploads(at: datetime, days: int) -> int:
    """Erase uploaded files, and the words of their rows, `days` after; how many."""
    async with transaction():
        return await value(
            """with old as (
                 update ticket_import set file_sealed = null,
                   state = case when state in ('columns', 'previewed') then 'discarded'
                                else state end
                 where file_sealed is not null and state <> 'writing'
                   and uploaded_at < $1::timestamptz - make_interval(days => $2) returning id),
               stripped as (
                 update ticket_line set spelt = '', problems = '[]', differences = '[]',
                   before = null
                 where batch in (select id from old))
               select count(*) from old""",
            at, days,
        )  # fmt: skip
