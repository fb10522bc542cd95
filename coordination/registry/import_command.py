"""`coordination import-roll FILE --estate NAME`: the import of the pages, at the machine itself.

It previews and asks; `--yes` writes without asking. Exit 0: all rows are in the registry; 1: some
were left out, or nothing was written; 2: the file or the estate cannot be used. Faults stand on
stderr as row, column, value, reason.
"""

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any
from uuid import UUID

from coordination import clock
from coordination.database import OutOfDateError, database, served
from coordination.errors import Refusal
from coordination.places.moving_clock import read_clock
from coordination.places.naming import place_key
from coordination.places.queries import estates, lineage
from coordination.places.tables import Place, PlaceKind
from coordination.postgres import NoServerError
from coordination.registry.imports.actions import accept_import, preview_roll
from coordination.registry.imports.queries import Batch, batch_of, lines_of
from coordination.registry.imports.writing_actions import write_roll
from coordination.web.sheets import file_content

MOST_SHOWN = 20_000
WORDS = (
    ("new", "新增"), ("changed", "变更"), ("same", "一致"), ("confirm", "待确认"),
    ("error", "有误"),
)  # fmt: skip


class UnusableError(Exception):
    """What was asked cannot be begun."""


def main(argv: list[str]) -> int:
    """Import, print, and say by the exit code."""
    asked = _parser().parse_args(argv)
    return run(lambda address: _import(address, asked))


def run(import_into: Callable[[str], Coroutine[Any, Any, int]]) -> int:
    """Import into the database at an address; what cannot be begun is said, with 2."""
    try:
        with database() as addresses:
            return asyncio.run(import_into(addresses.app))
    except (OutOfDateError, NoServerError, UnusableError, Refusal, OSError) as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="coordination import-roll",
        description="导入业主名册（.xlsx 或 .csv）：先预览，再写入。",
    )
    parser.add_argument("file", type=Path, help="业主名册")
    parser.add_argument("--estate", required=True, help="小区名称")
    parser.add_argument("--community", help="社区名称；几个小区同名时写明")
    parser.add_argument("--yes", action="store_true", help="不询问，直接写入")
    parser.add_argument("--all-or-nothing", action="store_true", help="有一行有误就不写入")
    parser.add_argument(
        "--confirm",
        default="",
        metavar="行号",
        help="面积超过 10,000 平方米、已核对的行，用逗号隔开",
    )
    return parser


async def _import(address: str, asked: argparse.Namespace) -> int:
    async with served(address):
        await read_clock()
        estate = await _estate(asked.estate, asked.community)
        data = await asyncio.to_thread(file_content, asked.file)
        batch_id = await preview_roll(estate, data, asked.file.name, None, clock.now())
        batch = await batch_of(estate, batch_id)
        await _tell(batch)
        if not batch.would_change:
            print("没有需要写入的内容。")
            return 1 if batch.count("error") else 0
        if not await agreed(asked.yes, "写入登记册？"):
            print("没有写入。加 --yes 直接写入，或在网页的“导入记录”里确认。")
            return 1
        return await _write(estate, batch_id, asked)


async def _estate(name: str, community: str | None) -> Place:
    wanted = place_key(PlaceKind.ESTATE, name)
    found = [estate for estate in await estates() if estate.key == wanted]
    if community:
        key = place_key(PlaceKind.COMMUNITY, community)
        found = [e for e in found if key in {place.key for place in await lineage(e)}]
    if not found:
        raise UnusableError(f"没有名为“{name}”的小区。请先在网页上建立，或核对名称。")
    if len(found) > 1:
        raise UnusableError(f"有 {len(found)} 个小区叫“{name}”，请用 --community 写明社区。")
    return found[0]


async def _tell(batch: Batch) -> None:
    print("，".join(f"{words} {batch.count(verdict)} 行" for verdict, words in WORDS))
    for line in await lines_of(batch.id, "error", MOST_SHOWN):
        for each in line.problems:
            complain(line.number, each["column"], each["value"], each["reason"])
    for line in await lines_of(batch.id, "confirm", MOST_SHOWN):
        complain(line.number, "专有部分面积", "", "超过 10,000 平方米；核对后用 --confirm 写明行号")


def complain(row: int, column: str, value: str, reason: str) -> None:
    """One fault of a sheet, as a line that programs read too."""
    print(f"第 {row} 行\t{column}\t{value}\t{reason}", file=sys.stderr)


async def agreed(yes: bool, question: str) -> bool:
    """Whether to write: asked for, or answered by whoever sits there."""
    if yes or not sys.stdin.isatty():
        return yes
    answer = await asyncio.to_thread(input, f"{question}[y/N] ")
    return answer.strip().lower() in ("y", "yes", "是")


async def _write(estate: Place, batch_id: UUID, asked: argparse.Namespace) -> int:
    rows = [int(row) for row in asked.confirm.split(",") if row.strip().isdecimal()]
    try:
        await accept_import(
            estate, batch_id, None, all_or_nothing=asked.all_or_nothing, confirmed_rows=rows,
            at=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    await write_roll(batch_id)
    batch = await batch_of(estate, batch_id)
    if batch.state != "done":
        print(batch.failure, file=sys.stderr)
        return 1
    print(f"已写入：新增 {batch.count('new')} 行，变更 {batch.count('changed')} 行。")
    return 1 if batch.count("error") else 0
