"""Importing a roll as a community worker does it in the browser, and what bad files get."""

import io
import zipfile

import openpyxl
import pytest
import xlsxwriter

from coordination.db import rows, value
from coordination.people.tables import RoleKind
from coordination.places.tables import Place
from coordination.registry.imports.writing_actions import write_roll
from coordination.registry.tables import ImportLine, RollImport
from tests.builders import a_building, a_role, a_unit, an_estate, an_owner
from tests.registry.rolls import LI, a_csv, a_line, a_roll, uploaded

FIRST, SECOND = a_line("101"), a_line("102", name="李四", number=LI)


@pytest.fixture
async def estate(database) -> Place:
    return await an_estate()


@pytest.fixture
async def worker(browser, estate):
    """A signed-in worker of the estate's community."""
    community = await Place.objects().get(Place.id == estate.parent)
    person = await a_role(RoleKind.COMMUNITY_WORKER, community)
    await browser.sign_in(person)
    return person


async def upload(browser, estate, data: bytes, name: str = "名册.xlsx", *, expect: int = 200):
    path = f"/registry/{estate.id}/imports"
    await browser.open(path)
    return await browser.send(path, files={"file": (name, data)}, expect=expect)


async def the_batch() -> RollImport:
    [batch] = await RollImport.objects()
    return batch


def figures(page) -> dict[str, str]:
    return {d.dt.text: d.dd.contents[0] for d in page.select("dl.facts > div")}


async def test_the_template_is_what_the_import_reads(browser, estate, worker):
    await browser.open(f"/registry/{estate.id}/imports")
    response = await browser.client.get(f"/registry/{estate.id}/imports/template.xlsx")

    book = openpyxl.load_workbook(io.BytesIO(response.content))
    header = [cell.value for cell in book["数据"][1]]
    assert header[:4] == ["楼栋*", "单元", "房号*", "专有部分面积*"]
    for column, text in enumerate(FIRST, 1):
        book["数据"].cell(2, column, text)
    filled = io.BytesIO()
    book.save(filled)
    page = await upload(browser, estate, filled.getvalue())
    assert figures(page)["新增"] == "1 行"


async def test_upload_preview_confirm_written(browser, estate, worker):
    page = await upload(browser, estate, a_roll(FIRST, SECOND, a_line("103", area="八十")))
    assert page.h1.text == "预览：名册.xlsx"
    assert figures(page) == {
        "新增": "2 行", "变更": "0 行", "与登记册一致": "0 行", "有误": "1 行", "待您确认": "0 行",
    }  # fmt: skip
    assert "面积应写成平方米数字" in page.text
    assert await value("select count(*) from unit") == 0

    batch = await the_batch()
    here = f"/registry/{estate.id}/imports/{batch.id}"
    page = await browser.send(f"{here}/confirmation", mode="good")

    assert page.h1.text == "正在导入：名册.xlsx"
    assert page.select_one("progress")["max"] == "2"
    await write_roll(batch.id)
    page = await browser.open(here)
    assert page.h1.text == "已导入：名册.xlsx"
    assert await value("select count(*) from unit") == 2
    fragment = await browser.client.get(f"{here}/progress", headers={"Accept": "text/html"})
    assert "写入已结束" in fragment.text and "hx-get" not in fragment.text


async def test_a_second_upload_says_that_nothing_would_change(browser, estate, worker):
    data = a_roll(FIRST)
    await upload(browser, estate, data)
    batch = await the_batch()
    await browser.send(f"/registry/{estate.id}/imports/{batch.id}/confirmation", mode="all")
    await write_roll(batch.id)

    page = await upload(browser, estate, data)

    assert "与登记册完全一致" in page.text
    assert "同一份文件已于" in page.text
    assert not page.select("form[action$=confirmation]")


async def test_the_errors_come_back_as_a_workbook_and_only_corrections_go_up(
    browser, estate, worker
):
    await upload(browser, estate, a_roll(FIRST, a_line("102", area="-3", number=LI, name="李四")))
    batch = await the_batch()
    response = await browser.client.get(f"/registry/{estate.id}/imports/{batch.id}/errors.xlsx")
    assert "attachment" in response.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert book["数据"].max_row == 2
    book["数据"]["D2"] = "93.5"
    corrected = io.BytesIO()
    book.save(corrected)

    page = await upload(browser, estate, corrected.getvalue(), "改正.xlsx")

    assert figures(page)["新增"] == "1 行"


async def test_absurd_areas_are_ticked_row_by_row(browser, estate, worker):
    lines = [a_line(str(n), area="12000") for n in (101, 102, 103)]
    page = await upload(browser, estate, a_roll(*lines))
    assert [box["value"] for box in page.select("input[name=rows]")] == ["2", "3", "4"]
    assert not page.select("input[name=rows][checked]")

    batch = await the_batch()
    here = f"/registry/{estate.id}/imports/{batch.id}"
    await browser.send(f"{here}/confirmation", mode="good", rows=["2", "4"])
    await write_roll(batch.id)

    found = await rows("select room from unit order by room")
    assert [each["room"] for each in found] == ["101", "103"]


async def test_one_ticked_row_is_one_row(browser, estate, worker):
    await upload(browser, estate, a_roll(a_line("101", area="12000")))
    batch = await the_batch()

    await browser.send(
        f"/registry/{estate.id}/imports/{batch.id}/confirmation", mode="all", rows="2"
    )
    await write_roll(batch.id)

    assert await value("select count(*) from unit") == 1


async def test_without_a_way_chosen_the_form_comes_back_with_the_ticks(browser, estate, worker):
    await upload(browser, estate, a_roll(FIRST, a_line("102", area="12000")))
    batch = await the_batch()
    here = f"/registry/{estate.id}/imports/{batch.id}"

    page = await browser.send(f"{here}/confirmation", mode="", rows=["3"], expect=422)

    assert page.title.text.startswith("出错")
    assert page.select_one("input[name=rows][value='3'][checked]")


async def test_all_or_nothing_refuses_in_words(browser, estate, worker):
    await upload(browser, estate, a_roll(FIRST, a_line("102", area="-1")))
    batch = await the_batch()

    page = await browser.send(
        f"/registry/{estate.id}/imports/{batch.id}/confirmation", mode="all", expect=409
    )

    assert "没有导入任何内容" in page.text
    assert await value("select count(*) from pgqueuer") == 0


async def test_a_preview_can_be_dropped(browser, estate, worker):
    await upload(browser, estate, a_roll(FIRST))
    batch = await the_batch()

    page = await browser.send(f"/registry/{estate.id}/imports/{batch.id}/discarding")

    assert "已放弃" in page.text
    assert await ImportLine.count() == 0


async def test_an_import_is_undone_from_its_page(browser, estate, worker):
    await upload(browser, estate, a_roll(FIRST))
    batch = await the_batch()
    here = f"/registry/{estate.id}/imports/{batch.id}"
    await browser.send(f"{here}/confirmation", mode="all")
    await write_roll(batch.id)
    await browser.open(here)

    page = await browser.send(f"{here}/undoing")

    assert page.h1.text == "已撤销：名册.xlsx"
    assert await value("select count(*) from unit") == 0


def an_old_workbook() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2048


def a_bomb() -> bytes:
    """A workbook of a few hundred kilobytes that unpacks to 300 MB."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    return file.getvalue()


def with_macros() -> bytes:
    file = io.BytesIO(a_roll(FIRST))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    return file.getvalue()


def without_a_column() -> bytes:
    return a_roll(("1栋", "101"), header=("楼栋", "房号"))


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (an_old_workbook, "名册.xlsx", "旧版 .xls"),
        (an_old_workbook, "名册.xls", "只接收 .xlsx 和 .csv"),
        (a_bomb, "名册.xlsx", "解压后"),
        (with_macros, "名册.xlsx", "宏"),
        (lambda: a_roll(FIRST), "名册.xlsm", "宏"),
        (lambda: a_roll(FIRST)[:900], "名册.xlsx", "已损坏"),
        (lambda: b"\0" * 25 * 1024 * 1024, "名册.xlsx", "25 MB"),
        (lambda: b"", "名册.xlsx", "空"),
        (lambda: a_roll(FIRST), "名册.pdf", "只接收"),
        (without_a_column, "名册.xlsx", "表头缺少"),
        (lambda: a_roll(), "名册.xlsx", "没有数据"),
        (lambda: a_roll(*[FIRST] * 20_001), "名册.xlsx", "一次最多 20000 行"),
    ],
    ids=["xls as xlsx", "xls", "zip bomb", "macros", "xlsm", "cut off", "25 MB", "empty", "pdf",
         "no such column", "header only", "20,001 rows"],
)  # fmt: skip
async def test_a_file_we_cannot_take_is_refused_with_what_to_do(
    browser, estate, worker, data, name, words
):
    page = await upload(browser, estate, data(), name, expect=422)

    message = page.select_one(".error-summary").text
    assert words in message
    assert "请" in message
    assert await RollImport.count() == 0


async def test_no_file_at_all_is_said_at_the_field(browser, estate, worker):
    path = f"/registry/{estate.id}/imports"
    await browser.open(path)

    page = await browser.send(path, files={"file": ("", b"")}, expect=422)

    assert page.select_one(".field.wrong input[type=file]")


async def test_65000_declared_rows_of_which_few_are_real(browser, estate, worker):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("数据")
        bold = book.add_format({"bold": True})
        lines = [("楼栋", "单元", "房号", "专有部分面积", "业主姓名", "证件号", "性质"), FIRST[:7]]
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
        for number in range(2, 65_000):
            sheet.write_blank(number, 0, None, bold)

    page = await upload(browser, estate, file.getvalue())

    assert figures(page)["新增"] == "1 行"


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8-sig", "utf-8"])
async def test_a_csv_is_read_in_the_encodings_people_have(browser, estate, worker, encoding):
    page = await upload(browser, estate, a_csv(FIRST, SECOND, encoding=encoding), "名册.csv")

    assert figures(page)["新增"] == "2 行"


async def test_a_control_character_in_a_cell_breaks_nothing(browser, estate, worker):
    page = await upload(browser, estate, a_roll(a_line(name="张_x0000_三"), a_line("102\x0b")))

    assert page.h1.text.startswith("预览")


@pytest.mark.parametrize(
    "kind", [None, RoleKind.OPERATOR, RoleKind.PROPERTY_MANAGER, RoleKind.COMMITTEE_MEMBER]
)
async def test_nobody_else_sees_an_import_or_its_errors(browser, estate, kind):
    """The rows hold names and numbers that could leak."""
    batch = await uploaded(estate, FIRST, a_line("102", area="-1"))
    place = None if kind is RoleKind.OPERATOR else estate
    person = (
        await a_role(kind, place)
        if kind
        else await an_owner(await a_unit(await a_building(estate, "9")))
    )
    await browser.sign_in(person)

    for path in ("", f"/{batch}", f"/{batch}/errors.xlsx", f"/{batch}/progress"):
        page = await browser.open(f"/registry/{estate.id}/imports{path}", expect=403)
        assert "张三" not in page.text


async def test_a_worker_of_another_community_finds_nothing(browser, estate):
    elsewhere = await an_estate("丁香苑")
    batch = await uploaded(estate, FIRST, a_line("102", area="-1"))
    community = await Place.objects().get(Place.id == elsewhere.parent)
    await browser.sign_in(await a_role(RoleKind.COMMUNITY_WORKER, community))

    for where in (estate, elsewhere):
        for path in (f"/{batch}", f"/{batch}/errors.xlsx", f"/{batch}/progress"):
            page = await browser.open(f"/registry/{where.id}/imports{path}", expect=404)
            assert "张三" not in page.text
