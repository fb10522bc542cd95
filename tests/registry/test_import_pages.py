"""Importing a roll as a community worker does it in the browser, and what bad files get."""

import io

import openpyxl
import pytest

from coordination.db import rows, value
from coordination.people.tables import RoleKind
from coordination.places.tables import Place
from coordination.registry.imports.writing_actions import write_roll
from coordination.registry.tables import ImportLine, RollImport
from tests.builders import a_role, an_estate
from tests.registry.rolls import LI, a_line, a_roll

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
