"""Files that are not what they should be are refused with what to do."""

import io
import struct
import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import openpyxl.styles
import pytest

from coordination.web import sheets
from coordination.web.sheets import file_content, read_table
from coordination.web.sheets.files import UnreadableFile
from tests.web.test_sheets import ROLL, a_sheet_of, a_workbook, refusal, saved, with_member


def test_an_empty_file_is_refused() -> None:
    assert "文件是空的" in refusal(b"")


def test_a_file_beyond_20_mb_is_refused_by_its_size() -> None:
    assert "25 MB，超过 20 MB" in refusal(b"PK" + bytes(25 * 1024 * 1024))


def test_a_file_too_large_or_without_end_is_refused_before_it_fills_the_memory(tmp_path) -> None:
    sparse = tmp_path / "名册.csv"
    with sparse.open("wb") as file:
        file.truncate(2**30)

    tracemalloc.start()
    with pytest.raises(UnreadableFile, match="1024 MB，超过 20 MB"):
        file_content(sparse)
    with pytest.raises(UnreadableFile, match="超过 1 MB"):
        file_content(Path("/dev/zero"), 2**20)
    with pytest.raises(UnreadableFile, match="读不到这个文件"):
        file_content(tmp_path)

    assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    tracemalloc.stop()


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
