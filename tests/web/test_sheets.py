"""What people upload is read as they meant it, or refused with what to do."""

import csv
import datetime as dt
import io
import struct
import time
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal

import openpyxl
import openpyxl.styles
import pytest
import xlsxwriter

from coordination.errors import Invalid
from coordination.web import sheets
from coordination.web.sheets import Column, Fault, Sheet, read_table

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
    began = time.perf_counter()

    table = read_table(data, "a.xlsx")

    assert len(table.rows) == 10_000
    # Three times the time it takes on a quiet machine.
    assert time.perf_counter() - began < 2


# Refusals


def test_an_empty_file_is_refused() -> None:
    assert "文件是空的" in refusal(b"")


def test_a_file_beyond_20_mb_is_refused_by_its_size() -> None:
    assert "25 MB，超过 20 MB" in refusal(b"PK" + bytes(25 * 1024 * 1024))


def test_an_old_xls_named_xlsx_is_refused_with_how_to_save_it() -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000) + "Workbook".encode("utf-16-le")

    assert "旧版 .xls" in refusal(old)
    assert "另存为" in refusal(old)
    assert "只接收 .xlsx 和 .csv" in refusal(old, "名册.xls")


def test_a_workbook_behind_a_password_is_refused() -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")

    assert "密码" in refusal(locked)


def test_macros_are_refused_under_any_name() -> None:
    plain = a_workbook([ROLL, ["1", "1", "101", 80, "张三"]])

    assert "宏" in refusal(plain, "名册.xlsm")
    assert "宏" in refusal(with_member(plain, "xl/vbaProject.bin", b"x"))


def test_a_file_that_is_not_what_its_name_says_is_refused() -> None:
    plain = a_workbook([ROLL, ["1", "1", "101", 80, "张三"]])
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")

    assert "内容却不是 Excel" in refusal("楼栋,房号\n1,2".encode())
    assert "内容却是 Excel" in refusal(plain, "名册.csv")
    assert "没有 Excel 工作簿" in refusal(other.getvalue())
    assert "损坏" in refusal(plain[: len(plain) // 2])
    assert "编码" in refusal(b"\x81\x00\xff\x00\x00", "a.csv")


def test_a_sheet_with_broken_xml_is_refused_as_broken() -> None:
    assert "损坏" in refusal(a_sheet_of("<worksheet><sheetData><row><c r='A1'><v>1</sheetData>"))


def test_a_zip_bomb_is_refused_by_its_directory() -> None:
    bomb = with_member(a_workbook([["楼栋"]]), "xl/worksheets/sheet9.xml", bytes(300_000_000))

    assert len(bomb) < 1024 * 1024
    assert "解压后有 286 MB" in refusal(bomb)


def test_a_zip_whose_directory_lies_about_a_size_is_refused_as_damaged() -> None:
    honest = with_member(a_workbook([["楼栋"]]), "xl/worksheets/sheet9.xml", bytes(300_000_000))
    lying = honest.replace(struct.pack("<L", 300_000_000), struct.pack("<L", 1_000))
    assert lying != honest

    assert "损坏" in refusal(lying)


@pytest.mark.parametrize(
    "row",
    [
        "<row><c r='XFD1048576' t='str'><v>x</v></c></row>",
        '<row><c r = "XFD1048576" t="str"><v>x</v></c></row>',
        "<row><c s='1' x='>' r='XFD1048576' t='str'><v>x</v></c></row>",
        f"<row r='1048576'>{'<c/>' * 16_000}<c t='str'><v>x</v></c></row>",
    ],
)
def test_one_cell_in_the_farthest_corner_does_not_cost_the_whole_grid(row: str) -> None:
    head = "<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>"

    assert "范围太大" in refusal(a_sheet_of(f"{head}<sheetData>{row}</sheetData></worksheet>"))


def test_formatting_in_the_farthest_corner_is_harmless() -> None:
    book = openpyxl.load_workbook(io.BytesIO(a_workbook([["楼栋", "房号"], ["1", "101"]])))
    book["数据"]["XFD1048576"].fill = openpyxl.styles.PatternFill("solid", fgColor="FF0000")

    assert len(read_table(saved(book), "a.xlsx").rows) == 1


def test_missing_columns_are_named() -> None:
    data = a_workbook([["某小区"], ["楼栋", "房号", "面积"], ["1", "101", 80]])

    told = refusal(data, required=ROLL)

    assert "表头缺少：单元、专有部分面积、业主姓名。" in told


def test_a_doubled_column_is_named() -> None:
    data = a_workbook([[*ROLL, "业主姓名*"], ["1", "1", "101", 80, "张三", "李四"]])

    assert "“业主姓名”出现了不止一次" in refusal(data, required=ROLL)


def test_a_workbook_of_other_sheets_is_refused_and_they_are_named() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "一期"
    book.create_sheet("二期")

    assert "没有名为“数据”的工作表（现有：一期、二期）" in refusal(saved(book))


def test_a_header_without_rows_and_a_blank_sheet_are_refused() -> None:
    assert "没有数据" in refusal(a_workbook([ROLL]), required=ROLL)
    assert "没有内容" in refusal(a_workbook([[None], [" "]]), required=ROLL)
    assert "没有内容" in refusal(b"\r\n,,\r\n", "a.csv", required=ROLL)


def test_one_row_too_many_is_refused_and_the_limit_itself_is_not() -> None:
    data = a_workbook([["楼栋", "房号"], *[["1", str(n)] for n in range(6)]])

    assert len(read_table(data, "a.xlsx", max_rows=6).rows) == 6
    assert "表里有 6 行数据，一次最多 5 行" in refusal(data, max_rows=5)


# What a cell means


@pytest.mark.parametrize(
    "spelt",
    ["1栋", "1幢", "1#", "1号楼", "１幢", "01", "1", "1#楼", "一栋", "第1栋", "1 栋", "1.0"],
)
def test_one_building_in_many_spellings(spelt: str) -> None:
    assert sheets.building_key(spelt) == "1"


def test_other_buildings_stay_others() -> None:
    spelt = ["10栋", "十栋", "十二幢", "二十三栋", "A座", "a栋", "二期03栋", "1-2栋", "楼", ""]

    assert [sheets.building_key(text) for text in spelt] == [
        "10", "10", "12", "23", "A", "A", "二期3", "1-2", "楼", "",
    ]  # fmt: skip


def test_entrances_and_rooms_have_their_keys() -> None:
    entrances = ["1单元", "一单元", "01", "甲单元", ""]
    rooms = ["101", "101室", "101.0", "１０１", "0101", "b-12", "商铺3号"]

    assert [sheets.entrance_key(text) for text in entrances] == ["1", "1", "1", "甲", ""]
    assert [sheets.room_key(text) for text in rooms] == [
        "101", "101", "101", "101", "0101", "B-12", "商铺3",
    ]  # fmt: skip


def test_names_lose_the_spaces_between_characters_only() -> None:
    assert sheets.person_name(" 张　三 ") == "张三"
    assert sheets.person_name("John  Smith") == "John Smith"
    assert sheets.several("张三、李四，王五\n 赵六、") == ["张三", "李四", "王五", "赵六"]


@pytest.mark.parametrize(
    "text", ["2024-05-01", "2024/5/1", "2024.5.1", "2024年5月1日", "20240501", "45413", "45413.5",
             "2024-05-01 09:30"],
)  # fmt: skip
def test_a_day_written_as_text_or_as_a_serial_number_is_that_day(text: str) -> None:
    assert sheets.read_date(text) == dt.date(2024, 5, 1)


@pytest.mark.parametrize("text", ["", "昨天", "2024-13-01", "2024", "101", "20240230"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        sheets.read_date(text)


# Writing


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
