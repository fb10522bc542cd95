"""Workbooks that we write: templates, errors given back, exports."""

import csv
import datetime as dt
import io
from decimal import Decimal

import openpyxl
import openpyxl.styles

from coordination.web import sheets
from coordination.web.sheets import Column, Fault, read_table
from tests.web.test_sheets import AT, a_workbook, saved, wall


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def values(data: bytes, sheet: str = "数据") -> list[list[object]]:
    rows = opened(data)[sheet].iter_rows(values_only=True)
    return [["" if cell is None else cell for cell in row] for row in rows]


COLUMNS = [
    Column("楼栋", required=True, note="如 1栋", example="1栋"),
    Column("房号", required=True, example="0101"),
    Column("性质", required=True, choices=["住宅", "商铺", "车位", "未售"]),
    Column("联系电话", example="13800000000"),
]


def test_the_template_marks_what_is_required_and_offers_choices_and_reads_back() -> None:
    data = sheets.template(COLUMNS, ["每个专有部分一行。"], {"楼栋": ["1栋", "2栋"]})
    book = opened(data)
    page = book["数据"]
    page.append(["1栋", "0101", "住宅", "13800000000"])

    assert book.sheetnames == ["数据", "填写说明", "字典"]
    assert values(data) == [["楼栋*", "房号*", "性质*", "联系电话"]]
    offered = page.data_validations.dataValidation[0]
    assert (str(offered.sqref), offered.formula1) == ("C2:C20001", "字典!$A$2:$A$5")
    assert values(data, "字典") == [
        ["性质", "楼栋"], ["住宅", "1栋"], ["商铺", "2栋"], ["车位", ""], ["未售", ""],
    ]  # fmt: skip
    assert ["性质", "是", "可选：住宅、商铺、车位、未售", ""] in values(data, "填写说明")
    table = read_table(saved(book), "a.xlsx", required=["楼栋", "房号", "性质"])
    assert [list(row.cells.values()) for row in table.rows] == [
        ["1栋", "0101", "住宅", "13800000000"]
    ]


def test_rooms_and_phones_typed_into_the_template_stay_text() -> None:
    page = opened(sheets.template(COLUMNS, [], {}))["数据"]

    formats = [(d.min, d.max, d.number_format) for d in page.column_dimensions.values()]
    assert formats == [(1, 4, "@")]


def test_the_error_workbook_gives_back_the_wrong_rows_and_can_be_uploaded_corrected() -> None:
    uploaded = a_workbook(
        [["名册"], ["房号", "面积"], ["101", "八十"], ["102", 80], ["103", -1], [None, "'=1+1"]]
    )
    table = read_table(uploaded, "a.xlsx", required=["房号", "面积"])
    faults = [
        Fault(6, "房号", "", "没有房号"),
        Fault(3, "面积", "八十", "面积要写数字"),
        Fault(6, "面积", "=1+1", "面积要写数字"),
    ]

    data = sheets.error_workbook(table, faults)

    assert values(data) == [
        ["房号", "面积", "行号", "列", "原值", "原因"],
        ["101", "八十", "3", "面积", "八十", "面积要写数字"],
        ["", "'=1+1", "6", "房号；面积", "（空）；=1+1", "没有房号；面积要写数字"],
    ]
    page = opened(data)["数据"]
    marked = {cell.coordinate for row in page.iter_rows() for cell in row
              if cell.fill.fgColor.rgb == "FFF8CBAD"}  # fmt: skip
    assert marked == {"B2", "A3", "B3"}
    book = opened(data)
    book["数据"]["B2"] = 80
    again = read_table(saved(book), "错误.xlsx", required=["房号", "面积"])
    assert again.rows[0]["面积"] == "80"
    second = sheets.error_workbook(again, [Fault(2, "房号", "101", "重复")])
    assert values(second)[0] == ["房号", "面积", "行号", "列", "原值", "原因"]


HOSTILE = ['=HYPERLINK("http://x")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=1"]


def test_what_people_typed_never_runs_as_a_formula_in_an_export() -> None:
    rows = [[text, "x"] for text in HOSTILE]

    book = values(sheets.export(["内容", "b"], rows, {}, AT))
    text = sheets.csv_export(["内容", "b"], rows, {}).decode("utf-8-sig")

    assert [str(row[0])[:1] for row in book] == ["内", *"'''''''"]
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert [row[0] for row in read[1:]] == ["'" + typed for typed in HOSTILE]


def test_exports_say_filter_period_and_definitions_before_the_rows() -> None:
    facts = {"筛选": "1栋", "期间": "2026年3月", "口径": "按专有部分面积"}
    header = ["房号", "面积", "电话", "日期", "时间"]
    rows = [
        ["0101", Decimal("89.5000"), "+8613800000000", dt.date(2026, 3, 1), AT],
        ["", None, -5, "", ""],
    ]

    book = values(sheets.export(header, rows, facts, AT))
    text = sheets.csv_export(header, rows, facts)

    assert [row[:2] for row in book[:4]] == [[k, v] for k, v in facts.items()] + [["", ""]]
    assert book[4:] == [
        header,
        ["0101", 89.5, "+8613800000000", wall(2026, 3, 1), wall(2026, 3, 1, 12, 30)],
        ["", "", -5, "", ""],
    ]
    assert text.startswith(b"\xef\xbb\xbf")
    assert text.decode("utf-8-sig").splitlines()[4:] == [
        "房号,面积,电话,日期,时间",
        "0101,89.5000,+8613800000000,2026-03-01,2026-03-01 12:30",
        ",,-5,,",
    ]


def test_what_was_exported_reads_back_as_it_was() -> None:
    rows = [["0101", "=1+1"], ["102", "-a"]]

    for data, name in [
        (sheets.export(["房号", "备注"], rows, {"筛选": "全部"}, AT), "a.xlsx"),
        (sheets.csv_export(["房号", "备注"], rows, {"筛选": "全部"}), "a.csv"),
    ]:
        table = read_table(data, name, required=["房号", "备注"])
        assert [list(row.cells.values()) for row in table.rows] == rows


def test_the_same_export_at_the_same_time_is_the_same_file() -> None:
    made = [sheets.export(["a"], [["1"]], {"期间": "三月"}, AT) for _ in range(2)]

    assert made[0] == made[1]
