"""The table of a disclosure, as typed and as kept."""

import pytest

from coordination.disclosures.sheet import Sheet, fen, file_rows, read_sheet, typed_rows
from coordination.errors import Invalid
from coordination.web.sheets import Sheet as Written
from coordination.web.sheets import workbook
from tests.disclosures.a_disclosure import EARLY, HEADS, INCOME


@pytest.mark.parametrize(
    ("text", "kept"),
    [("0", 0), ("", 0), ("12", 1200), ("12.5", 1250), ("12.05", 1205), ("1,234.56", 123_456),
     ("¥8", 800), ("8元", 800), ("-3.01", -301), ("0.1", 10), ("99999999999", 9_999_999_999_900)],
)  # fmt: skip
def test_money_is_kept_in_whole_fen(text, kept):
    assert fen("收入", text) == kept


@pytest.mark.parametrize("text", ["约一万", "1.234", "1e5", "--1", "nan", "100000000000", "1.2.3"])
def test_what_is_no_sum_of_money_is_named(text):
    with pytest.raises(ValueError, match="“收入”要写成"):
        fen("收入", text)


@pytest.mark.parametrize(
    "typed",
    [
        "电梯广告 | 12000 | 0 | 全年合同\n停车场电费 | | 450.50",
        "电梯广告\t12,000.00\t\t全年合同\n\n停车场电费\t0\t450.5\t",
        "| 电梯广告 ｜ １２０００ ｜ 0 ｜ 全年合同 |\n停车场电费｜0｜450.50｜",
    ],
)
def test_rows_are_typed_or_pasted(typed):
    assert read_sheet(HEADS, typed_rows(typed)).rows == INCOME.rows


def test_a_table_adds_up_its_money():
    assert INCOME.totals == ["合计", "12,000.00 元", "450.50 元", ""]
    assert Sheet(HEADS, ()).totals is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("电梯广告 | 一万", "第 1 行：“收入”要写成"),
        ("电梯广告 | 1 | 2 | 三 | 四", "第 1 行：有 5 栏，应为 4 栏"),
        ("广告 | 1\n\n联系 | 1 | 2 | 13912345678", "第 3 行：“说明”里有手机号或证件号"),
        ("x" * 201, "第 1 行：“项目”超过 200 个字"),
        ("\n".join(["项目 | 1"] * 501), "一共 501 行，最多 500 行"),
    ],
)
def test_a_wrong_row_is_named_with_what_to_write(typed, said):
    with pytest.raises(Invalid) as refusal:
        read_sheet(HEADS, typed_rows(typed))

    assert refusal.value.fields["lines"].startswith(said)


def a_workbook(header=("项目", "收入（元）", "支出（元）", "说明")) -> bytes:
    lines = [("电梯广告", 12000, 0, "全年合同"), ("停车场电费", 0, 450.5, "")]
    return workbook([Written("数据", header, lines)], EARLY)


def test_a_workbook_and_a_csv_say_the_same():
    csv = "项目,收入,支出,说明\n电梯广告,12000,0,全年合同\n停车场电费,,450.50,\n".encode("gbk")

    assert read_sheet(HEADS, file_rows(HEADS, a_workbook(), "收支.xlsx")).rows == INCOME.rows
    assert read_sheet(HEADS, file_rows(HEADS, csv, "收支.csv")).rows == INCOME.rows


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00" + bytes(100), "收支.xlsx"),
        (b"", "收支.csv"),
        (b"%PDF-1.7 %%EOF", "收支.pdf"),
        (a_workbook(), "收支.csv"),
        (a_workbook(("项目", "进账", "支出", "说明")), "收支.xlsx"),
        (b"x" * (5 * 1024 * 1024 + 1), "收支.csv"),
    ],
    ids=["not what it says", "empty", "a pdf", "renamed", "without a column", "too large"],
)
def test_a_file_that_is_no_table_of_ours_is_refused(content, name):
    with pytest.raises(Invalid):
        file_rows(HEADS, content, name)
