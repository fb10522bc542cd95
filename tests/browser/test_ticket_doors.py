"""Sheets, keys and patrols, on a phone in the yard and at a desk: nothing wider than the screen."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from coordination import clock
from coordination.people.queries import person_of
from coordination.tickets.doors.patrols.queries import checklist
from tests.browser.conftest import be
from tests.tickets.a_ticket import Neighbourhood, a_neighbourhood
from tests.tickets.doors.sheets import a_line, a_workbook


@pytest.fixture
async def town(rows) -> Neighbourhood:
    return await a_neighbourhood(f"门户{uuid4().hex[:6]}")


def a_sheet(town: Neighbourhood) -> dict:
    name = town.estate.name
    lines = [
        a_line("WH001", 小区名称=name),
        a_line("WH002", 小区名称=name, 办结时间="2026-02-01 08:00"),
        a_line("WH003", 小区名称="没有登记的小区"),
    ]
    return {
        "name": "12345台账.xlsx", "buffer": a_workbook(*lines),
        "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }  # fmt: skip


@pytest.mark.parametrize("window", ["phone", "desk"])
async def test_a_sheet_is_uploaded_matched_and_looked_at(windows, town, window):
    screen = await getattr(windows, window)()
    await be(screen, await person_of(town.worker.id))

    await screen.open("/tickets/imports")
    await screen.fill(place=town.community.name)
    await screen.page.locator("[name=source]").fill(uuid4().hex[:8])
    await screen.page.locator("[name=file]").set_input_files([a_sheet(town)])
    page = await screen.press("上传并预览")

    assert page.h1.text == "预览：12345台账.xlsx"
    assert "早于受理时间" in page.text and "没有登记这个小区" in page.text
    await screen.press("修改列和类别的对应")
    await screen.press("按此预览")
    await screen.choose("只导入正确的行")
    assert (await screen.press("确认导入")).h1.text == "正在导入：12345台账.xlsx"


async def test_a_patrol_is_written_down_on_a_phone(windows, town):
    [lamp] = [one for one in await checklist(town.estate) if one["text"] == "照明"]
    screen = await windows.phone()
    await be(screen, await person_of(town.manager.id))

    await screen.open(f"/tickets/patrols/new?estate={town.estate.id}")
    when = (clock.now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    await screen.page.locator("[name=walked_at]").fill(when)
    for party in (town.company, town.committee):
        await screen.page.locator(f"[name=party-{party.id}]").fill("老赵、小钱")
    await screen.page.locator(f"[name=item-{lamp['id']}][value=found]").check()
    await screen.page.locator("summary").filter(has_text="照明").tap()
    await screen.page.locator(f"[name=words-{lamp['id']}]").fill("3栋门口路灯不亮")
    page = await screen.press("保存巡察记录")

    assert page.h1.text.startswith("巡察：") and "3栋门口路灯不亮" in page.text


@pytest.mark.parametrize("window", ["phone", "desk"])
async def test_a_key_is_given_and_looked_at(windows, town, window):
    screen = await getattr(windows, window)()
    await be(screen, await person_of(town.manager.id))

    await screen.open("/tickets/keys")
    await screen.fill(name="民呼我应平台")
    await screen.choose("读工单")
    page = await screen.press("发放")
    assert page.select_one("code.secret").text.startswith("ck_")
    await screen.press("我已保存，返回")
    page = await screen.press(re.compile("查看.*民呼我应平台"))
    assert page.h1.text == "密钥：民呼我应平台"
