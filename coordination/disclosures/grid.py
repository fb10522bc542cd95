"""The table of a disclosure as a form of rows: what stands in which box, read and shown. Pure.

Accounts have two lists, 收入 and 支出; every other table has one. A box is named list-row-column,
so that what is wrong is said at the box. Rows that are all empty are not there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coordination.disclosures.accounts import INCOME, SPENDING, accounts_of, is_account
from coordination.disclosures.sheet import MOST_ROWS, Cell, Head, Sheet, plain_yuan, read_row
from coordination.errors import Invalid

FIRST_ROWS, MORE_ROWS = 4, 5


@dataclass(frozen=True, slots=True)
class Part:
    """One list of the form: the prefix of its boxes, its name, its columns."""

    prefix: str
    name: str
    heads: tuple[Head, ...]


def parts_of(heads: Sequence[Head]) -> list[Part]:
    """The lists of a table of these columns."""
    if not is_account(heads):
        return [Part("row", "表格", tuple(heads))] if heads else []
    money = Head("金额", True)
    plain = tuple(head for head in heads if not head.money)
    return [
        Part(prefix, name, (plain[0], money, *plain[1:]))
        for prefix, name in (("in", INCOME), ("out", SPENDING))
    ]


def filled(parts: Sequence[Part], said: Mapping[str, str]) -> dict[str, list[list[str]]]:
    """What is typed, by list, with at least a few empty rows to go on."""
    found = {}
    for part in parts:
        rows = _typed(part, said)
        wanted = max(FIRST_ROWS, len(rows) + 1)
        if said.get("more") == part.prefix:
            wanted = len(rows) + MORE_ROWS
        empty = [[""] * len(part.heads) for _ in range(min(wanted, MOST_ROWS) - len(rows))]
        found[part.prefix] = rows + empty
    return found


def read_grid(heads: Sequence[Head], said: Mapping[str, str]) -> tuple[tuple[Cell, ...], ...]:
    """The rows as the table keeps them. Invalid: each box that is wrong."""
    wrong: dict[str, str] = {}
    kept: list[tuple[Cell, ...]] = []
    for part in parts_of(heads):
        for at, cells in _numbered(part, said):
            try:
                row = read_row(part.heads, cells)
            except ValueError as fault:
                column = 0 if not cells[0].strip() else _named(part, str(fault))
                wrong[f"{part.prefix}-{at}-{column}"] = f"{part.name}第 {at + 1} 行：{fault}。"
                continue
            kept.append(row if part.prefix == "row" else _in_full(part, row))
    if wrong:
        raise Invalid("表格里有需要修改的地方，您填写的内容都还在。", **wrong)
    return tuple(kept)


def as_boxes(sheet: Sheet) -> dict[str, str]:
    """The boxes that hold these rows, for a form that begins with them."""
    accounts = accounts_of(sheet)
    if accounts is None:
        lists = {"row": [[_plain(cell) for cell in row] for row in sheet.rows]}
    else:
        lists = {
            prefix: [[line.what, plain_yuan(line.fen), line.remark] for line in lines]
            for prefix, lines in (("in", accounts.income), ("out", accounts.spending))
        }
    return {
        f"{prefix}-{at}-{column}": text
        for prefix, rows in lists.items()
        for at, row in enumerate(rows)
        for column, text in enumerate(row)
    }


def _plain(cell: Cell) -> str:
    return plain_yuan(cell) if isinstance(cell, int) else cell


def _numbered(part: Part, said: Mapping[str, str]) -> list[tuple[int, list[str]]]:
    """The rows in which something stands, with their place."""
    places = {
        int(pieces[1])
        for name in said
        if (pieces := name.split("-"))[0] == part.prefix
        and len(pieces) == 3
        and pieces[1].isdecimal()
        and len(pieces[1]) <= 3
    }
    rows = [
        (at, [said.get(f"{part.prefix}-{at}-{column}", "") for column in range(len(part.heads))])
        for at in sorted(places)[:MOST_ROWS]
    ]
    return [(at, cells) for at, cells in rows if any(cell.strip() for cell in cells)]


def _typed(part: Part, said: Mapping[str, str]) -> list[list[str]]:
    """Up to the last row that is not empty, so that each keeps its place."""
    rows = dict(_numbered(part, said))
    last = max(rows, default=-1)
    return [rows.get(at, [""] * len(part.heads)) for at in range(last + 1)]


def _named(part: Part, fault: str) -> int:
    """The column that the words of a fault name."""
    return next((at for at, head in enumerate(part.heads) if f"“{head.name}”" in fault), 0)


def _in_full(part: Part, row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """A line of one list as a row of the whole table: the other sum is nothing."""
    what, fen, *rest = row
    return (what, fen, 0, *rest) if part.prefix == "in" else (what, 0, fen, *rest)
