"""The table of a disclosure: rows as typed or as a file holds them, and money as whole fen. Pure
but for reading the file's format.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from coordination.errors import Invalid
from coordination.matters.rules import quotes_a_person
from coordination.web import sheets
from coordination.web.formats import yuan

MOST_ROWS, LONGEST_CELL = 500, 200
LARGEST = 5 * 1024 * 1024
BETWEEN = re.compile(r" *[|｜\t] *")
MONEY = re.compile(r"-?\d{1,11}(?:\.\d{1,2})?")
MOST_SHOWN = 5

Cell = str | int


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its name, and whether it holds money (元 as typed, fen as kept)."""

    name: str
    money: bool

    @property
    def label(self) -> str:
        return f"{self.name}（元）" if self.money else self.name


@dataclass(frozen=True, slots=True)
class Sheet:
    """Columns and rows as they are kept; a cell of money is an integer of fen. `opening`: of
    accounts, the balance brought forward."""

    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    opening: int | None = None

    @property
    def words(self) -> list[list[str]]:
        """The rows as people read them."""
        return [[yuan(cell) if isinstance(cell, int) else cell for cell in row]
                for row in self.rows]  # fmt: skip

    @property
    def totals(self) -> list[str] | None:
        """The sums of the columns of money, beside empty cells; None: there is no such column."""
        if not self.rows or not any(head.money for head in self.heads):
            return None
        sums = [yuan(sum(int(row[at]) for row in self.rows)) if head.money else ""
                for at, head in enumerate(self.heads)]  # fmt: skip
        return sums if self.heads[0].money else ["合计", *sums[1:]]


def typed_rows(text: str) -> list[tuple[int, list[str]]]:
    """Numbered lines as a person types or pastes them: cells apart by | or a tab."""
    lines = enumerate(text.splitlines(), 1)
    return [(number, BETWEEN.split(line.strip(" |｜"))) for number, line in lines if line.strip()]


def file_rows(heads: Sequence[Head], data: bytes, name: str) -> list[tuple[int, list[str]]]:
    """Numbered rows of an .xlsx or .csv. UnreadableFile: it is neither, or not what it says."""
    names = [head.name for head in heads]
    table = sheets.read_table(
        data, name, required=names, max_rows=MOST_ROWS, max_bytes=LARGEST
    )  # fmt: skip
    return [(row.number, [row[column] for column in names]) for row in table.rows]


def read_sheet(heads: Sequence[Head], rows: Sequence[tuple[int, Sequence[str]]]) -> Sheet:
    """The rows as they are kept. Invalid at `lines`: which row, which column, what to write."""
    wrong: list[str] = []
    if len(rows) > MOST_ROWS:
        wrong.append(f"一共 {len(rows)} 行，最多 {MOST_ROWS} 行")
    kept = []
    for number, cells in rows[:MOST_ROWS]:
        try:
            kept.append(read_row(heads, cells))
        except ValueError as fault:
            wrong.append(f"第 {number} 行：{fault}")
    if wrong:
        more = f"；另有 {len(wrong) - MOST_SHOWN} 处" if len(wrong) > MOST_SHOWN else ""
        raise Invalid(
            "表格里有需要修改的地方，您填写的内容都还在。",
            lines="；".join(wrong[:MOST_SHOWN]) + more + "。",
        )
    return Sheet(tuple(heads), tuple(kept))


def read_row(heads: Sequence[Head], cells: Sequence[str]) -> tuple[Cell, ...]:
    """One row as it is kept. ValueError, in words: how it is wrong."""
    if len(cells) > len(heads):
        raise ValueError(f"有 {len(cells)} 栏，应为 {len(heads)} 栏")
    if not cells or not cells[0].strip():
        raise ValueError(f"“{heads[0].name}”没有填")
    padded = [*cells, *[""] * (len(heads) - len(cells))]
    return tuple(_cell(head, sheets.clean(text)) for head, text in zip(heads, padded, strict=True))


def _cell(head: Head, text: str) -> Cell:
    if head.money:
        return fen(head.name, text)
    if len(text) > LONGEST_CELL:
        raise ValueError(f"“{head.name}”超过 {LONGEST_CELL} 个字")
    if quotes_a_person(text):
        raise ValueError(f"“{head.name}”里有手机号或证件号，公开前请删去")
    return text


def plain_yuan(amount: int) -> str:
    """123456 → "1234.56", as a box has it."""
    return yuan(amount).removesuffix(" 元").replace(",", "")


def fen(name: str, text: str) -> int:
    """¥1,234.5 → 123450; nothing typed is nothing owed. ValueError, in words: it is no sum."""
    plain = text.replace(",", "").replace("，", "").replace(" ", "").strip("¥￥元")
    if not plain:
        return 0
    if not MONEY.fullmatch(plain):
        raise ValueError(f"“{name}”要写成 1234.56 这样的金额（元），现在是“{text[:20]}”")
    whole, _, part = plain.removeprefix("-").partition(".")
    value = int(whole) * 100 + int(part.ljust(2, "0") or 0)
    return -value if plain.startswith("-") else value
