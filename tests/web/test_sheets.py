"""What people upload is read as they meant it, or refused with what to do."""

import datetime as dt
import io
import time
import zipfile
from collections.abc import Iterable, Sequence

import openpyxl
import openpyxl.styles
import pytest
import xlsxwriter

from coordination.errors import Invalid
from coordination.web import sheets
from coordination.web.sheets import COLUMN_WORDS, SAID_ONCE, Sheet, read_table

ROLL = ["楼栋", "单元", "房号", "专有部分面积", "业主姓名"]
AT = dt.datetime(2026, 3, 1, 4, 30, tzinfo=dt.UTC)


def wall(*numbers: int) -> dt.datetime:
    """A moment as Excel keeps it, without a zone."""
    return dt.datetime(*numbers, tzinfo=dt.UTC).replace(tzinfo=None)  # type: ignore[misc]


def a_workbook(rows: Iterable[Sequence[object]], *, sheet: str = "数据") -> bytes:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = sheet
    for row in rows:
        page.append(list(row))
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def a_sheet_of(xml: str) -> bytes:
    """A workbook whose only sheet is this XML: what no library would write."""
    source = io.BytesIO(a_workbook([["楼栋"], ["1"]]))
    out = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            content = old.read(member)
            new.writestr(member, xml if member.endswith("sheet1.xml") else content)
    return out.getvalue()


def with_member(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def refusal(data: bytes, name: str = "业主名册.xlsx", **options: object) -> str:
    with pytest.raises(Invalid) as refused:
        read_table(data, name, **options)  # type: ignore[arg-type]
    assert refused.value.code == "unreadable-file"
    assert refused.value.fields == {"file": str(refused.value)}
    return str(refused.value)


# Reading


def test_cells_come_as_people_read_them() -> None:
    data = a_workbook(
        [
            ["楼栋*", " 房 号 *", "专有部分面积（㎡）", "日期", "备注"],
            ["１栋", 101.0, 89.1 + 0.4, wall(2024, 5, 1), "  张　三\n李四 "],
            ["2幢", "0101", 0.1 + 0.2, wall(2024, 5, 1, 9, 30), "关于（电梯）"],
            ["3#", 13812345678, -5, True, None],
        ]
    )

    table = read_table(data, "名册.xlsx", required=["楼栋", "房号", "专有部分面积"])

    assert table.header == ["楼栋", "房号", "专有部分面积", "日期", "备注"]
    assert [row.number for row in table.rows] == [2, 3, 4]
    assert [list(row.cells.values()) for row in table.rows] == [
        ["1栋", "101", "89.5", "2024-05-01", "张 三\n李四"],
        ["2幢", "0101", "0.3", "2024-05-01 09:30", "关于（电梯）"],
        ["3#", "13812345678", "-5", "TRUE", ""],
    ]
    assert table.rows[0]["没有的列"] == ""


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        (89.50000000000001, "89.5"),
        (89.50000000001, "89.5"),
        (131.0825, "131.0825"),
        (89.123456, "89.123456"),
        (100000, "100000"),
        (0, "0"),
        (-0.0, "0"),
        (1e-9, "0"),
        (999999999999999, "999999999999999"),
    ],
)
def test_a_number_reads_as_excel_shows_it(stored: float, read: str) -> None:
    table = read_table(a_workbook([["面积", "x"], [stored, "1"]]), "a.xlsx")

    assert table.rows[0]["面积"] == read


def test_an_identity_number_that_excel_has_rounded_is_not_taken_for_a_whole_one() -> None:
    table = read_table(a_workbook([["证件号", "x"], [420101199001011234, "1"]]), "a.xlsx")

    assert table.rows[0]["证件号"] == "4.20101199001011E+17"
    assert sheets.is_rounded(table.rows[0]["证件号"])
    assert not sheets.is_rounded("420101199001011234")


MERGED = [
    ["栋号", "单元号", "房间号", "专有面积（㎡）", "产权人", "身份证号码", "用途"],
    ["1栋", "1单元", 101, 89.5, "张三", "ID1", "住宅"],
    [None, None, 102, 90, None, None, "商铺"],
    [None, "2单元", 101, 91, "李四", "ID2", "住宅"],
    ["2栋", None, 101, None, "王五", "ID3", "住宅"],
]


def test_an_office_s_words_and_merged_cells_say_what_they_say_to_a_reader() -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row in MERGED:
        page.append(row)
    for cells in ["A2:A4", "B2:B3", "B4:B5", "D4:D5", "E2:E3", "F2:F3", "G4:G5"]:
        page.merge_cells(cells)

    table = read_table(
        saved(book), "a.xlsx", required=["楼栋", "证件号"], also=COLUMN_WORDS, fill=SAID_ONCE
    )

    assert table.header == ["楼栋", "单元", "房号", "专有部分面积", "业主姓名", "证件号", "性质"]
    assert [list(row.cells.values()) for row in table.rows] == [
        ["1栋", "1单元", "101", "89.5", "张三", "ID1", "住宅"],
        ["1栋", "1单元", "102", "90", "张三", "ID1", "商铺"],
        ["1栋", "2单元", "101", "91", "李四", "ID2", "住宅"],
        ["2栋", "2单元", "101", "", "王五", "ID3", "住宅"],  # an area is not counted twice
    ]


def test_another_word_for_a_column_is_taken_only_where_one_can_be_meant() -> None:
    rows = [
        ["楼栋", "姓名", "电话", "手机", "产权人", "业主姓名"],
        ["1", "甲", "1", "2", "乙", "丙"],
    ]

    table = read_table(a_workbook(rows), "a.xlsx", required=["楼栋"], also=COLUMN_WORDS)

    assert table.header == rows[0]


def test_a_sheet_that_declares_65000_rows_and_has_500_is_read() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet("数据")
    form = book.add_format({"border": 1})
    page.write_row(0, 0, ROLL)
    for row in range(1, 65_000):
        page.write_row(row, 0, ["1栋", "1", str(row), 89.5, "张三"] if row <= 500 else [""], form)
        page.write_blank(row, 30, None, form)
    page.write_string(64_999, 0, "  ")
    book.close()

    table = read_table(out.getvalue(), "a.xlsx", required=ROLL)

    assert len(table.rows) == 500
    assert table.rows[-1].number == 501


def test_titles_and_merged_headers_above_the_rows_are_passed_over() -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = "数据"
    for row in [
        ["幸福里小区业主名册"],
        ["填报日期：2026年3月1日", None, None, None, "单位：㎡"],
        ["房屋", None, None, "专有部分\n面积*", "业主姓名"],
        ["楼栋", "单元", "房号"],
        ["1栋", "1单元", 101, 89.5, "张三"],
    ]:
        page.append(row)
    for cells in ["A1:E1", "A3:C3", "D3:D4", "E3:E4"]:
        page.merge_cells(cells)

    table = read_table(saved(book), "a.xlsx", required=ROLL)

    assert [(row.number, list(row.cells.values())) for row in table.rows] == [
        (5, ["1栋", "1单元", "101", "89.5", "张三"])
    ]


def test_a_title_that_repeats_a_column_name_is_not_taken_for_the_header() -> None:
    table = read_table(
        a_workbook([["楼栋", "共3栋"], ["楼栋", "房号"], ["1栋", "101"]]),
        "a.xlsx",
        required=["楼栋", "房号"],
    )

    assert [row.cells for row in table.rows] == [{"楼栋": "1栋", "房号": "101"}]


def test_the_sheet_named_data_is_read_among_others_and_one_alone_under_any_name() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["楼栋", "错"])
    page = book.create_sheet("数据 ")
    page.append(["楼栋", "房号"])
    page.append(["1", "2"])

    assert read_table(saved(book), "a.xlsx").rows[0]["房号"] == "2"
    alone = a_workbook([["楼栋", "房号"], ["1", "3"]], sheet="Sheet1")
    assert read_table(alone, "A.XLSX").rows[0]["房号"] == "3"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_the_encodings_and_delimiters_that_excel_writes(
    encoding: str, delimiter: str
) -> None:
    lines = [
        ["名册，2026"],
        ["楼栋", "房号", "业主姓名"],
        ["1栋", "0101", '"张三,李四"'],
        [],
        ["２栋"],
    ]
    data = "\r\n".join(delimiter.join(line) for line in lines).encode(encoding)

    table = read_table(data, "名册.csv", required=["楼栋", "房号"])

    assert [(row.number, list(row.cells.values())) for row in table.rows] == [
        (3, ["1栋", "0101", "张三,李四"]),
        (5, ["2栋", "", ""]),
    ]


def test_rare_characters_of_names_survive_gb18030() -> None:
    data = "业主姓名,房号\n㛃䶮骉𠮷,101".encode("gb18030")

    assert read_table(data, "a.csv").rows[0]["业主姓名"] == "㛃䶮骉𠮷"


def test_ten_thousand_rows_of_ten_columns_are_read_within_a_second() -> None:
    rows = ([f"{r % 30}栋", "1", f"{r}", 89.5, *[f"x{r}"] * 6] for r in range(10_000))
    data = sheets.workbook([Sheet("数据", [f"c{i}" for i in range(10)], rows)], AT)
    began = time.process_time()  # its own: others may be at work beside

    table = read_table(data, "a.xlsx")

    assert len(table.rows) == 10_000
    # Three times the time it takes on a quiet machine.
    assert time.process_time() - began < 2


# Refusals
