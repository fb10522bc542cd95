"""`coordination import-tickets FILE --place NAME --source …`: the pages' import, at the machine.

It previews and asks; `--yes` writes without asking. Exit 0: all rows are in; 1: some were left out,
or nothing was written; 2: the file or the place cannot be used. Faults and doubtful times stand on
stderr as row, column, value, reason.
"""

import argparse
import asyncio
import sys
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from coordination import clock
from coordination.database import served
from coordination.db import rows
from coordination.errors import Refusal
from coordination.places.moving_clock import read_clock
from coordination.places.naming import place_key
from coordination.places.tables import Place, PlaceKind
from coordination.registry.import_command import UnusableError, agreed, complain, run
from coordination.tickets.doors.imports.actions import Agreed, accept_import, keep_sheet
from coordination.tickets.doors.imports.choices import SOURCE, Choices
from coordination.tickets.doors.imports.columns import FIELDS
from coordination.tickets.doors.imports.queries import (
    Batch,
    batch_of,
    doubtful_lines,
    lines_of,
)
from coordination.tickets.doors.imports.writing_actions import write_tickets
from coordination.tickets.kinds import Door
from coordination.web.sheets import file_content

MOST_SHOWN = 20_000
WORDS = (
    ("new", "新增"), ("changed", "内容不同"), ("same", "一致"), ("error", "有误"),
    ("doubtful", "时间存疑（照样导入）"),
)  # fmt: skip


def main(argv: list[str]) -> int:
    """Import, print, and say by the exit code."""
    asked = _parser().parse_args(argv)
    return run(lambda address: _import(address, asked))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="coordination import-tickets",
        description="导入热线、留言板、信访的台账（.xlsx 或 .csv）：先预览，再写入。",
    )
    parser.add_argument("file", type=Path, help="台账")
    parser.add_argument("--place", required=True, help="导入到哪里：区、街道、社区或小区的名称")
    parser.add_argument("--source", required=True, help="来源，写在编号前：12345、信访")
    parser.add_argument("--petition", action="store_true", help="是信访件")
    parser.add_argument("--make-estates", action="store_true", help="新建表里没有登记的小区")
    parser.add_argument("--estate", help="没有写小区的行归入这个小区")
    parser.add_argument(
        "--column", action="append", default=[], metavar="项=列名",
        help="列的对应，可以写多次；项：" + " ".join(f"{one.name}={one.label}" for one in FIELDS),
    )  # fmt: skip
    parser.add_argument(
        "--update", action="store_true", help="编号相同、内容不同的行也更新（经过里留痕）"
    )
    parser.add_argument("--yes", action="store_true", help="不询问，直接写入")
    parser.add_argument("--all-or-nothing", action="store_true", help="有一行有误就不写入")
    return parser


async def _import(address: str, asked: argparse.Namespace) -> int:
    async with served(address):
        await read_clock()
        place = await _place(asked.place, None)
        choices = await _choices(asked, place)
        data = await asyncio.to_thread(file_content, asked.file)
        found = await keep_sheet(place, data, asked.file.name, choices, None, clock.now())
        batch = await batch_of(found)
        if batch.state == "columns":
            raise UnusableError("没有认出编号或受理时间的列。请用 --column number=列名 写明。")
        await _tell(batch)
        wanted = batch.count("new") + (batch.count("changed") if asked.update else 0)
        if not wanted:
            print("没有需要写入的内容。")
            return 1 if batch.count("error") else 0
        if not await agreed(asked.yes, "写入工单？"):
            print("没有写入。加 --yes 直接写入，或在网页的“导入记录”里确认。")
            return 1
        return await _write(found, asked)


async def _choices(asked: argparse.Namespace, place: Place) -> Choices:
    if not SOURCE.fullmatch(asked.source):
        raise UnusableError("来源只能用汉字、字母、数字、点和横线，最多 20 个字。")
    columns = dict(each.partition("=")[::2] for each in asked.column)
    unknown = columns.keys() - {field.name for field in FIELDS}
    if unknown:
        raise UnusableError(f"没有这一项：{'、'.join(sorted(unknown))}。")
    choices = Choices(asked.source, Door.PETITION if asked.petition else Door.HOTLINE, columns)
    estate = await _place(asked.estate, place) if asked.estate else None
    return replace(choices, estate=estate and estate.id, makes_estates=asked.make_estates)


async def _place(name: str, within: Place | None) -> Place:
    """By its name; only an estate, where it must lie within another."""
    kinds = [PlaceKind.ESTATE] if within else list(PlaceKind)[:-1]
    found = [
        each["id"]
        for kind in kinds
        for each in await rows(
            "select id from place where kind = $1 and key = $2 and starts_with(path, $3)",
            kind.value, place_key(kind, name), within.path if within else "/",
        )
    ]  # fmt: skip
    if not found:
        raise UnusableError(f"没有名为“{name}”的地点。请先在网页上建立，或核对名称。")
    if len(found) > 1:
        raise UnusableError(f"有 {len(found)} 个地点叫“{name}”，请在网页上导入。")
    place = await Place.objects().get(Place.id == found[0])
    assert place
    return place


async def _tell(batch: Batch) -> None:
    print("，".join(f"{words} {batch.count(verdict)} 行" for verdict, words in WORDS))
    if strays := batch.count("strays"):
        print(f"其中 {strays} 行写的小区不是“{batch.place_name}”，也会登记到“{batch.place_name}”。")
    for line in await lines_of(batch.id, "error", MOST_SHOWN):
        for each in line.problems:
            complain(line.number, each["column"], each["value"], each["reason"])
    for line in await doubtful_lines(batch.id, MOST_SHOWN):
        for each in line.doubts:
            complain(line.number, each["column"], each["value"], each["reason"])


async def _write(found: UUID, asked: argparse.Namespace) -> int:
    agreed = Agreed(asked.all_or_nothing, "all" if asked.update else "none")
    try:
        await accept_import(None, found, agreed, clock.now())
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    await write_tickets(found)
    batch = await batch_of(found)
    if batch.state != "done":
        print(batch.failure, file=sys.stderr)
        return 1
    print(f"已写入：新增 {batch.count('new')} 行，更新 {batch.count('taken')} 行。")
    return 1 if batch.count("error") else 0
