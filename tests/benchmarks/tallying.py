"""`coordination tally` on 100,000 units, as .csv and as .xlsx: the command from start to end."""

import csv
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

from tests.benchmarks.servers import Database, say

ROLL = ("楼栋", "单元", "房号", "专有部分面积", "业主姓名", "证件号", "性质", "联系电话")
BALLOTS = ("楼栋", "单元", "房号", "事项", "选择", "渠道", "送达", "时间")
CHOICES = ("同意", "同意", "同意", "不同意", "弃权", "未表决")


def _room(n: int) -> tuple[str, str, str]:
    return f"{n // 200 + 1}栋", f"{n // 100 % 2 + 1}单元", f"{n // 2 % 50 + 1:02}{n % 2 + 1:02}"


def _roll(count: int) -> Iterator[tuple[str, ...]]:
    """Every tenth owner has two homes."""
    for n in range(count):
        who = n - 1 if n % 10 == 9 else n
        number = f"{who % 1_000_000:06}19800101{who % 10_000:04}"
        yield *_room(n), f"{60 + n % 90}.{n % 100:02}", f"业主{who}", number, "住宅", ""


def _ballots(count: int) -> Iterator[tuple[str, ...]]:
    for n in range(count):
        if n % 10 != 9:  # one sheet per owner
            yield *_room(n), "", CHOICES[n % len(CHOICES)], "纸质", "是", ""


def _written(file: Path, header: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Path:
    if file.suffix == ".csv":
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out).writerows([header, *rows])
        return file
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("数据")
        for at, row in enumerate([header, *rows]):
            sheet.write_row(at, 0, row)
    return file


def measure(base: Database, quick: bool) -> None:
    """Seconds from the command to its printed result."""
    count = 10_000 if quick else 100_000
    for kind in ("csv", "xlsx"):
        roll = _written(base.folder / f"roll.{kind}", ROLL, _roll(count))
        ballots = _written(base.folder / f"ballots.{kind}", BALLOTS, _ballots(count))
        begun = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "coordination", "tally", "--roll", roll, "--ballots", ballots,
             "--matter", "manager", "--json"],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        say("tally", units=count, file=kind, seconds=round(time.perf_counter() - begun, 2))
