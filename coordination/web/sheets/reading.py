"""From an uploaded file to rows of clean text under named columns."""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import python_calamine

from coordination.web.sheets.cells import clean, text_of
from coordination.web.sheets.files import MAX_BYTES, SAVE_AS, UnreadableFile, kind_of

HEADER_WITHIN = 30  # rows from the top in which the header must stand
HEADER_DEPTH = 3  # rows that a merged header may take
_UNIT = re.compile(r"[（(](?:㎡|m²|m2|平方米|平米|元|必填|选填)[)）]$", re.IGNORECASE)

Line = tuple[int, list[str]]  # 1-based row of the file, its cells as clean text
Merged = tuple[int, int, int]  # of cells merged downwards: first and last row, index of the column


@dataclass(frozen=True, slots=True)
class Row:
    """One filled row: its number in the file, and a text for every named column."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds: the names of its columns and its filled rows, in their order."""

    header: list[str]
    rows: list[Row]
    sha256: str


def read_table(
    data: bytes,
    name: str,
    *,
    sheet: str = "数据",
    required: Sequence[str] = (),
    known: Collection[str] = (),
    also: Mapping[str, str] | None = None,
    fill: Collection[str] = (),
    max_rows: int = 20_000,
    max_bytes: int = MAX_BYTES,
) -> Table:
    """The filled rows of an .xlsx or .csv file below the header that holds `required`; where
    nothing is, below the row that says most of the `known` names.

    `also`: other words for a column, where its own name is missing. `fill`: columns in which a
    cell merged downwards says the same of every row it covers.

    UnreadableFile: the file is not one we take, or a column is missing or doubled, or there
    are more than `max_rows` rows.
    """
    merged: list[Merged] = []
    if kind_of(data, name, max_bytes) == "xlsx":
        lines, merged = _workbook_lines(data, sheet)
    else:
        lines = _csv_lines(data, required, known, also or {})
    header, body = _under_header(lines, required, known, also or {})
    _refuse_doubled(header)
    _fill_down(body, merged, {place for place, said in enumerate(header) if said in fill})
    if len(body) > max_rows:
        raise UnreadableFile(
            f"表里有 {len(body)} 行数据，一次最多 {max_rows} 行。请按楼栋分成几个文件上传。"
        )
    rows = [Row(number, _cells(header, texts)) for number, texts in body]
    return Table([column for column in header if column], rows, hashlib.sha256(data).hexdigest())


def _cells(header: list[str], texts: list[str]) -> dict[str, str]:
    short = len(header) - len(texts)
    padded = texts + [""] * short if short > 0 else texts
    return {column: text for column, text in zip(header, padded, strict=False) if column}


def _fill_down(body: list[Line], merged: list[Merged], columns: set[int]) -> None:
    """Have each row say what the merged cell above it says; the file holds it in the first."""
    texts_of = dict(body)
    for first, last, column in merged:
        if column not in columns or first not in texts_of:
            continue
        said = texts_of[first][column]
        for number in range(first + 1, last + 1):
            if texts := texts_of.get(number):
                texts[column] = said


def _filled(rows: Iterable[Sequence[object]]) -> list[Line]:
    """The rows that say anything; sheets often declare thousands more that are only formatted."""
    known = _Known()
    cleaned = (
        (number, [known[cell] if type(cell) is str else text_of(cell) for cell in row])
        for number, row in enumerate(rows, 1)
    )
    return [(number, texts) for number, texts in cleaned if any(texts)]


class _Known(dict[str, str]):
    """Clean texts by what stood in the file; most cells of a column say the same few things."""

    def __missing__(self, text: str) -> str:
        self[text] = clean(text)
        return self[text]


def _workbook_lines(data: bytes, sheet: str) -> tuple[list[Line], list[Merged]]:
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            names = [name for name in book.sheet_names if name.strip() == sheet]
            # One sheet alone cannot be mistaken, whatever it is called; empty ones do not count.
            if not names and len(filled := _filled_sheets(book)) == 1:
                names = filled
            if not names:
                raise UnreadableFile(
                    f"工作簿里没有名为“{sheet}”的工作表（现有：{'、'.join(book.sheet_names)}）。"
                    f"请把要上传的那张表改名为“{sheet}”。"
                )
            found = book.get_sheet_by_name(names[0])
            rows, merged = found.to_python(skip_empty_area=False), found.merged_cell_ranges or []
    except python_calamine.CalamineError as broken:
        raise UnreadableFile("工作簿打不开，内容可能已损坏。" + SAVE_AS) from broken
    downwards = [
        (top + 1, min(bottom, len(rows) - 1) + 1, left)
        for (top, left), (bottom, right) in merged
        if left == right and bottom > top
    ]
    return _filled(rows), downwards


def _filled_sheets(book: python_calamine.CalamineWorkbook) -> list[str]:
    if len(book.sheet_names) == 1:
        return book.sheet_names
    return [name for name in book.sheet_names if book.get_sheet_by_name(name).total_height]


def _csv_lines(
    data: bytes, required: Sequence[str], known: Collection[str], also: Mapping[str, str]
) -> list[Line]:
    text = _decoded(data)
    first = text[:20_000]
    # The right delimiter is the one under which the header is found; failing that, the commonest.
    guesses = sorted(",\t;", key=first.count, reverse=True)
    for delimiter in guesses:
        if _find_header(_filled(_records(first, delimiter, whole=False)), required, known, also):
            return _filled(_records(text, delimiter))
    return _filled(_records(text, guesses[0]))


def _records(text: str, delimiter: str, *, whole: bool = True) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as broken:
        if whole:
            raise UnreadableFile("CSV 内容有错（可能有没有配对的引号）。" + SAVE_AS) from broken


def _decoded(data: bytes) -> str:
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableFile(
        "看不懂这个 CSV 文件的文字编码。请另存为“CSV UTF-8”，或另存为 .xlsx 再上传。"
    )


def column_name(text: str) -> str:
    """A column's name without the spaces, the star of a required one, and its unit."""
    return _UNIT.sub("", re.sub(r"[\s*]", "", text))


def _under_header(
    lines: list[Line],
    required: Sequence[str],
    known: Collection[str],
    also: Mapping[str, str],
) -> tuple[list[str], list[Line]]:
    if not lines:
        raise UnreadableFile("表里没有内容。请按模板填写后再上传。")
    found = _find_header(lines, required, known, also)
    if found:
        header, last = found
        if len(lines) == last + 1:
            raise UnreadableFile("表里只有表头，没有数据。请在表头下面逐行填写后再上传。")
        return header, lines[last + 1 :]
    top = [_called(list(map(column_name, texts)), also) for _, texts in lines[:HEADER_WITHIN]]
    candidates = list(map(set, top))
    best = max(candidates, key=lambda names: len(names & set(required)))
    missing = [name for name in required if name not in best]
    raise UnreadableFile(
        f"表头缺少：{'、'.join(missing)}。请下载模板对照，列名要与模板一致，列的先后不限。"
    )


def _find_header(
    lines: list[Line],
    required: Sequence[str],
    known: Collection[str],
    also: Mapping[str, str],
) -> tuple[list[str], int] | None:
    """The header and the index of its last line: a single row, or several merged into one."""
    top = [list(map(column_name, texts)) for _, texts in lines[:HEADER_WITHIN]]
    if known:
        return _likeliest(top, known)
    if not required:
        wide = [i for i, names in enumerate(top) if sum(map(bool, names)) > 1]
        return (top[wide[0]], wide[0]) if wide else ((top[0], 0) if top else None)
    for depth in range(1, HEADER_DEPTH + 1):
        for first in range(len(top) - depth + 1):
            names = _called(_merged(top[first : first + depth]), also)
            if set(required) <= set(names):
                return names, first + depth - 1
    return None


def _called(names: list[str], also: Mapping[str, str]) -> list[str]:
    """The names with ours in place of other words for them, where only one can be meant."""
    meant = Counter(also.get(name, name) for name in names)
    return [also[name] if name in also and meant[also[name]] == 1 else name for name in names]


def _likeliest(top: list[list[str]], known: Collection[str]) -> tuple[list[str], int] | None:
    """Of all headers that could be, the one that says most known names; the plainest of equals."""
    best, most = None, 1
    for depth in range(1, HEADER_DEPTH + 1):
        for first in range(len(top) - depth + 1):
            names = _merged(top[first : first + depth])
            said = len({name.lower() for name in names} & set(known))
            if said > most:
                best, most = (names, first + depth - 1), said
    return best or _find_header([(0, names) for names in top], (), (), {})


def _merged(rows: list[list[str]]) -> list[str]:
    """Names of a header over several rows: in each column the lowest that says something."""
    width = max(map(len, rows))
    padded = [row + [""] * (width - len(row)) for row in rows]
    return [next(filter(None, reversed(column)), "") for column in zip(*padded, strict=True)]


def _refuse_doubled(header: list[str]) -> None:
    doubled = [name for name, count in Counter(filter(None, header)).items() if count > 1]
    if doubled:
        raise UnreadableFile(
            f"表头里“{'、'.join(doubled)}”出现了不止一次，不知道该用哪一列。请只保留一列。"
        )
