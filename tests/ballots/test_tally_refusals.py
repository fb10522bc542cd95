"""`coordination tally`: what cannot be counted is refused by row, column, value and reason."""

import io
import zipfile

import pytest

from coordination.ballots.tally_command import main
from tests.ballots.paper_vote import ROLL, THREE, a_ballot, a_unit, as_csv, as_xlsx


@pytest.mark.parametrize(
    ("unit", "column", "reason"),
    [
        (a_unit("102", ""), "专有部分面积", "为空"),
        (a_unit("102", "0"), "专有部分面积", "大于零"),
        (a_unit("102", "-5"), "专有部分面积", "大于零"),
        (a_unit("102", "约90"), "专有部分面积", "平方米数字"),
        (a_unit("102", "90.12345"), "专有部分面积", "四位小数"),
        (a_unit("102", owner=""), "证件号", "为空"),
        (a_unit("102", owner="", kind="车位"), "证件号", "为空"),
        (a_unit("102", owner="3201********1234"), "证件号", "遮挡"),
        (a_unit("102", owner="3201＊＊1234"), "证件号", "遮挡"),
        (a_unit("102", owner="3201XXXXXXXX1234"), "证件号", "遮挡"),
        (a_unit("102", owner="A、3201**"), "证件号", "遮挡"),
        (a_unit("102", owner="3201**", kind="未售"), "证件号", "遮挡"),
        (a_unit("102", owner="3.20101199001E+17"), "证件号", "科学计数"),
        (a_unit("102", owner="320101199001011234 32010119900101123X"), "证件号", "连在"),
        (a_unit("102", owner="无"), "证件号", "不是证件号"),
        (a_unit("102", owner="N/A"), "证件号", "不是证件号"),
        (a_unit("102", owner="--"), "证件号", "不是证件号"),
        (a_unit("102", kind=""), "性质", "住宅"),
        (a_unit("102", kind="别墅"), "性质", "住宅"),
        (a_unit(""), "房号", "为空"),
        (a_unit("101", building="1#"), "房号", "第 2 行"),
    ],
)
def test_a_bad_row_of_the_roll_is_told_by_row_column_value_and_reason(vote, unit, column, reason):
    told = vote.refused([a_unit("101"), unit], [a_ballot("101", "同意")])

    value = unit[ROLL.index(column)].replace("＊", "*")
    assert told.startswith(f"业主名册：第 3 行，列“{column}”，值“{value}”：")
    assert reason in told
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize(
    ("names", "numbers", "refused"),
    [
        ("张三、李四", "ID1", True),
        ("张三、李四", "ID1、ID2", False),
        ("张三", "ID1、ID2", False),
        ("", "ID1", False),
        ("SMITH, JOHN", "ID1", False),
        ("南京甲有限公司、乙分公司", "ID1", False),
    ],
)
def test_co_owners_of_whom_one_has_no_number_are_refused(vote, names, numbers, refused):
    unit = [
        names if name == "业主姓名" else cell
        for name, cell in zip(ROLL, a_unit("101", owner=numbers), strict=True)
    ]

    code, _, told = vote.run([unit], [a_ballot("101", "同意")])

    assert (code == 2, "写齐" in told) == (refused, refused)


def test_a_number_that_excel_rounded_is_refused(vote):
    roll = [a_unit("101", owner=320101199001011234)]

    told = vote.refused(roll, [a_ballot("101", "同意")], suffix=".xlsx", form=as_xlsx)

    assert "科学计数" in told


def test_all_faults_are_told_at_once(vote):
    told = vote.refused(
        [a_unit("101", "x", owner="*"), a_unit("102", kind="?")], [a_ballot("101", "同意")]
    )

    assert [line.split("，值")[0] for line in told.splitlines()] == [
        "业主名册：第 2 行，列“专有部分面积”",
        "业主名册：第 2 行，列“证件号”",
        "业主名册：第 3 行，列“性质”",
    ]


@pytest.mark.parametrize(
    ("ballot", "column", "value"),
    [
        (a_ballot("999", "同意"), "房号", "999"),
        (a_ballot("101", "同意", building="9栋"), "房号", "101"),
        (a_ballot("", "同意"), "房号", ""),
        (a_ballot("101", "同意", delivered="也许"), "送达", "也许"),
    ],
)
def test_a_bad_ballot_is_told_by_row_column_and_value(vote, ballot, column, value):
    told = vote.refused(THREE, [a_ballot("102", "同意"), ballot])

    assert told.startswith(f"表决票：第 3 行，列“{column}”，值“{value}”：")


def zip_bomb(rows):
    out = io.BytesIO(as_xlsx(rows))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b" " * (250 * 1024 * 1024))
    return out.getvalue()


def with_macros(rows):
    out = io.BytesIO(as_xlsx(rows))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    return out.getvalue()


@pytest.mark.parametrize(
    ("suffix", "form", "reason"),
    [
        (".csv", lambda rows: b"", "空的"),
        (".csv", lambda rows: as_csv(rows[:1]), "没有数据"),
        (".csv", lambda rows: as_csv([row[1:] for row in rows]), "楼栋"),
        (".csv", lambda rows: b"\x80\x81\x00\xff\xff", "编码"),
        (".xls", as_xlsx, ".xls"),
        (".xlsx", lambda rows: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
        (".xlsx", lambda rows: b"PK\x03\x04 broken", "损坏"),
        (".xlsx", zip_bomb, "解压"),
        (".xlsx", with_macros, "宏"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_the_reason(vote, suffix, form, reason):
    told = vote.refused(THREE, [a_ballot("101", "同意")], suffix=suffix, form=form)

    assert told.startswith("业主名册：")
    assert reason in told


def test_a_file_that_is_not_there_is_refused_by_name(vote, tmp_path):
    asked = vote.files(THREE, [a_ballot("101", "同意")])
    (tmp_path / "ballots.csv").unlink()

    assert main([*asked, "--matter", "other"]) == 2
    assert "ballots.csv" in vote.capsys.readouterr().err


def test_a_roll_of_parking_spaces_alone_has_no_voters(vote):
    told = vote.refused([a_unit("P1", kind="车位")], [a_ballot("P1", "同意")])

    assert "--parking" in told
