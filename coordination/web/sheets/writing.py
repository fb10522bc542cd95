"""Workbooks that we hand out: templates, error workbooks, exports; and the same as CSV.

Every text is written as text: nothing that a person typed becomes a formula elsewhere.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from coordination.clock import SHANGHAI
from coordination.web.sheets.reading import Table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
FAULT_COLUMNS = ("行号", "列", "原值", "原因")
TEMPLATE_ROWS = 20_000

Value = str | int | float | Decimal | dt.date | dt.datetime | None
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a template: its name, whether it must be filled, what may stand in it."""

    name: str
    required: bool = False
    choices: Sequence[str] = ()
    note: str = ""
    example: str = ""
    width: int = 14


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell of an upload: the row of the file, column, value, reason."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet to write: facts on top (筛选, 期间, 口径 …), then the header and the rows."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Value]]
    facts: Mapping[str, str] = field(default_factory=dict)


def neutral(text: str) -> str:
    """The text, behind an apostrophe where a spreadsheet would run it as a formula."""
    if text[:1] in tuple("=+-@\t\r\n") and text and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


class _Book:
    """A workbook under way, with the few formats that ours use."""

    def __init__(self, at: dt.datetime | None, *, streaming: bool = False) -> None:
        self.file = io.BytesIO()
        options = {"constant_memory": streaming, "strings_to_formulas": False}
        self.book = xlsxwriter.Workbook(self.file, {**options, "strings_to_urls": False})
        # Without a moment of our own the library asks the machine's clock.
        moment = (at or dt.datetime(2000, 1, 1, tzinfo=dt.UTC)).astimezone(dt.UTC)
        self.book.set_properties({"created": moment.replace(tzinfo=None)})
        self.text = self.book.add_format({"num_format": "@"})
        self.head = self.book.add_format({"bold": True, "bg_color": "#EDEDED", "bottom": 1})
        self.must = self.book.add_format({"bold": True, "bg_color": "#FFF2CC", "bottom": 1})
        self.bad = self.book.add_format({"num_format": "@", "bg_color": "#F8CBAD", "border": 1})
        self.wrap = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = self.book.add_format({"num_format": "yyyy-mm-dd hh:mm"})

    def bytes(self) -> bytes:
        self.book.close()
        return self.file.getvalue()

    def write(self, sheet: Worksheet, row: int, column: int, value: Value) -> None:
        """One cell of its own kind; a moment is written without its zone, as Excel has none."""
        if value is None or value == "":
            return
        if isinstance(value, str):
            sheet.write_string(row, column, neutral(value), self.text)
        elif isinstance(value, dt.datetime):
            sheet.write_datetime(row, column, _local(value), self.moment)
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), self.day)
        else:
            sheet.write_number(row, column, float(value))


def template(
    columns: Sequence[Column], notes: Sequence[str], dictionary: Mapping[str, Sequence[str]]
) -> bytes:
    """The workbook that people fill in: 数据, 填写说明, and 字典 (choices and `dictionary`)."""
    book = _Book(None)
    data = book.book.add_worksheet("数据")
    help_sheet = book.book.add_worksheet("填写说明")
    words = book.book.add_worksheet("字典")
    lists = {column.name: column.choices for column in columns if column.choices}
    lists.update(dictionary)
    data.freeze_panes(1, 0)
    for i, column in enumerate(columns):
        data.set_column(i, i, column.width, book.text)
        title = column.name + ("*" if column.required else "")
        data.write_string(0, i, title, book.must if column.required else book.head)
        if column.choices:
            place = list(lists).index(column.name)
            source = f"=字典!{_range(place, len(column.choices))}"
            data.data_validation(1, i, TEMPLATE_ROWS, i, {"validate": "list", "source": source})
    for i, (name, entries) in enumerate(lists.items()):
        words.set_column(i, i, 18, book.text)
        words.write_string(0, i, name, book.head)
        words.write_column(1, i, entries, book.text)
    _explain(book, help_sheet, columns, notes)
    return book.bytes()


def _range(column: int, length: int) -> str:
    letter = xl_col_to_name(column, col_abs=True)
    return f"{letter}$2:{letter}${length + 1}"


def _explain(
    book: _Book, sheet: Worksheet, columns: Sequence[Column], notes: Sequence[str]
) -> None:
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 8)
    sheet.set_column(2, 3, 50)
    for row, note in enumerate(notes):
        sheet.merge_range(row, 0, row, 3, "", book.wrap)
        sheet.write_string(row, 0, note, book.wrap)
    start = len(notes) + 1
    sheet.write_row(start, 0, ["列", "必填", "说明", "示例"], book.head)
    for row, column in enumerate(columns, start + 1):
        note = column.note or ("可选：" + "、".join(column.choices) if column.choices else "")
        texts = [column.name, "是" if column.required else "", note, column.example]
        for i, text in enumerate(texts):
            sheet.write_string(row, i, text, book.wrap)


def error_workbook(table: Table, faults: Iterable[Fault]) -> bytes:
    """The user's own rows that have faults, in their order, with what is wrong and where.

    Corrected in place, the same file can be uploaded again: what is added is not read.
    """
    book = _Book(None)
    sheet = book.book.add_worksheet("数据")
    header = [name for name in table.header if name not in FAULT_COLUMNS]
    ordered = sorted(faults, key=lambda fault: fault.row)
    by_row = {row: list(group) for row, group in groupby(ordered, key=lambda fault: fault.row)}
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(header) - 1, 14, book.text)
    sheet.set_column(len(header), len(header) + 2, 14, book.text)
    sheet.set_column(len(header) + 3, len(header) + 3, 60, book.text)
    sheet.write_row(0, 0, [*header, *FAULT_COLUMNS], book.head)
    bad_rows = (row for row in table.rows if row.number in by_row)
    for line, row in enumerate(bad_rows, 1):
        wrong = by_row[row.number]
        marked = {fault.column for fault in wrong}
        told = [str(row.number), *_told(wrong)]
        for i, name in enumerate(header):
            form = book.bad if name in marked else book.text
            sheet.write_string(line, i, neutral(row[name]), form)
        for i, text in enumerate(told, len(header)):
            sheet.write_string(line, i, neutral(text), book.text)
    return book.bytes()


def _told(faults: list[Fault]) -> Iterable[str]:
    cells = ((fault.column, fault.value or "（空）", fault.reason) for fault in faults)
    return map("；".join, zip(*cells, strict=True))


def workbook(sheets: Iterable[Sheet], at: dt.datetime) -> bytes:
    """The sheets as one .xlsx, made at `at`; rows may be a generator of any length."""
    book = _Book(at, streaming=True)
    for sheet in sheets:
        _write_sheet(book, sheet)
    return book.bytes()


def _write_sheet(book: _Book, sheet: Sheet) -> None:
    page = book.book.add_worksheet(sheet.name)
    page.set_column(0, max(len(sheet.header) - 1, 0), 16)
    _for_paper(page, sheet, top := len(sheet.facts) + 1 if sheet.facts else 0)
    for row, (name, said) in enumerate(sheet.facts.items()):
        page.write_string(row, 0, name, book.head)
        book.write(page, row, 1, said)
    page.freeze_panes(top + 1, 0)
    for i, name in enumerate(sheet.header):
        page.write_string(top, i, neutral(name), book.head)
    for line, values in enumerate(sheet.rows, top + 1):
        for i, value in enumerate(values):
            book.write(page, line, i, value)


def _for_paper(page: Worksheet, sheet: Sheet, top: int) -> None:
    """A4, as wide as the table, the header on every page."""
    page.set_paper(9)
    if len(sheet.header) > 6:
        page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)
    page.set_footer("&L&A&R第 &P 页，共 &N 页")


def export(
    header: Sequence[str],
    rows: Iterable[Sequence[Value]],
    facts: Mapping[str, str],
    at: dt.datetime,
    *,
    name: str = "数据",
) -> bytes:
    """One table as .xlsx, with its facts (filter, period, definitions) in the first rows."""
    return workbook([Sheet(name, header, rows, facts)], at)


def csv_export(
    header: Sequence[str], rows: Iterable[Sequence[Value]], facts: Mapping[str, str]
) -> bytes:
    """The same table as CSV in UTF-8 with the mark by which Excel knows it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([neutral(name), neutral(said)] for name, said in facts.items())
    if facts:
        writer.writerow([])
    writer.writerow(map(neutral, header))
    writer.writerows(map(_plain, rows))
    return out.getvalue().encode("utf-8-sig")


def _plain(row: Sequence[Value]) -> list[Value]:
    return [_plain_value(value) for value in row]


def _plain_value(value: Value) -> Value:
    if isinstance(value, dt.datetime):
        return f"{_local(value):%Y-%m-%d %H:%M}"
    return neutral(value) if isinstance(value, str) else value


def _local(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(SHANGHAI).replace(tzinfo=None)
