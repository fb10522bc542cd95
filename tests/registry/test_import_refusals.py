"""Files that people upload by mistake or with intent, and who may upload at all."""

import io
import zipfile

import pytest
import xlsxwriter

from coordination.people.tables import RoleKind
from coordination.places.tables import Place
from coordination.registry.tables import RollImport
from tests.builders import a_building, a_role, a_unit, an_estate, an_owner
from tests.registry.rolls import a_csv, a_line, a_roll, uploaded
from tests.registry.test_import_pages import FIRST, SECOND, figures, upload


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
