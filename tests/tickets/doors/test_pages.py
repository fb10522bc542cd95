"""The doors as staff use them in the browser: sheets, keys, webhooks."""

import io
from uuid import UUID

import openpyxl
import pytest

from coordination.db import execute, rows, value
from coordination.people.tables import Person, RoleKind
from coordination.settings import read
from coordination.tickets.doors.imports.writing_actions import write_tickets
from coordination.tickets.doors.tables import ApiKey, TicketImport, Webhook
from coordination.tickets.doors.webhooks import addresses
from tests.builders import a_role
from tests.tickets.a_ticket import a_neighbourhood
from tests.tickets.doors.keys import Machine
from tests.tickets.doors.sheets import a_csv, a_line, a_workbook


@pytest.fixture
async def worker(browser, town) -> Person:
    """A signed-in worker of the community."""
    person = await a_role(RoleKind.COMMUNITY_WORKER, town.community, body=town.committee)
    await browser.sign_in(person)
    return person


async def upload(browser, town, data: bytes, name: str = "台账.xlsx", *, expect: int = 200, **said):
    await browser.open("/tickets/imports")
    fields = {"place": str(town.community.id), "source": "12345", "door": "hotline"} | said
    return await browser.send(
        "/tickets/imports", files={"file": (name, data)}, expect=expect, **fields
    )


async def the_import() -> TicketImport:
    [found] = await TicketImport.objects()
    return found


def figures(page) -> dict[str, str]:
    return {d.dt.text: d.dd.contents[0] for d in page.select("dl.facts > div")}


async def test_upload_preview_confirm_written(browser, town, worker):
    data = a_workbook(a_line(), a_line("WH002", 办结时间="2026-02-01 08:00"), a_line(""))
    page = await upload(browser, town, data)

    assert page.h1.text == "预览：台账.xlsx"
    shown = figures(page)
    assert (shown["新增"], shown["有误"], shown["时间存疑"]) == ("2 行", "1 行", "1 行")
    assert "早于受理时间" in page.text and "没有来源编号" in page.text
    assert await value("select count(*) from ticket") == 0

    batch = await the_import()
    here = f"/tickets/imports/{batch.id}"
    page = await browser.send(f"{here}/confirmation", mode="good", changed="none")
    assert page.h1.text == "正在导入：台账.xlsx"
    assert page.select_one("progress")["max"] == "2"
    await write_tickets(batch.id)
    page = await browser.open(here)
    assert page.h1.text == "已导入：台账.xlsx"
    assert await value("select count(*) from ticket") == 2


async def test_the_list_of_imports_opens_whatever_became_of_them(browser, town, worker):
    await upload(browser, town, a_workbook(a_line()))

    for state, words in (("undoing", "正在撤销"), ("undone", "已撤销"), ("failed", "没有写入")):
        await execute("update ticket_import set state = $1", state)
        page = await browser.open("/tickets/imports")
        assert page.select_one("td[data-label=状态]").text.endswith(words)


async def test_rows_of_another_estate_than_the_one_chosen_are_counted_in_sight(
    browser, town, worker
):
    data = a_workbook(a_line(), a_line("WH002", 小区名称="丁香苑"))

    page = await upload(browser, town, data, place=str(town.estate.id))

    assert figures(page)["新增"] == "2 行"
    assert "有 1 行写的小区不是" in page.text


async def test_of_changed_rows_the_ticked_row_alone_is_taken_on(browser, town, worker):
    for words, mode in (("灯不亮", "all"), ("灯全不亮", "good")):
        lines = [a_line("WH001", 诉求内容=words), a_line("WH002", 诉求内容=words)]
        page = await upload(browser, town, a_workbook(*lines))
        batch = page.select_one("form[action$=confirmation]")["action"].split("/")[3]
        await browser.send(
            f"/tickets/imports/{batch}/confirmation", mode=mode, changed="ticked", rows=["3"]
        )
        await write_tickets(UUID(batch))

    assert "灯全不亮" in page.text and page.select("input[type=checkbox][name=rows]")
    found = await rows("select external, text from ticket order by external")
    assert [tuple(one) for one in found] == [
        ("12345:WH001", "灯不亮"), ("12345:WH002", "灯全不亮"),
    ]  # fmt: skip


async def test_the_error_workbook_has_the_users_own_rows_and_can_be_sent_again(
    browser, town, worker
):
    lines = [a_line("WH001"), a_line("WH002", 小区名称="没有这里"), a_line("", 诉求内容="无号")]
    await upload(browser, town, a_workbook(*lines))
    batch = await the_import()

    answer = await browser.client.get(f"/tickets/imports/{batch.id}/errors.xlsx")

    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    header, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert header[-4:] == ["行号", "列", "原值", "原因"]
    assert [row[header.index("行号")] for row in rows] == ["3", "4"]
    assert [row[header.index("诉求内容")] for row in rows] == ["3单元路灯不亮", "无号"]
    assert rows[0][-3:-1] == ["小区名称", "没有这里"]
    page = await upload(browser, town, answer.content, "错误清单.xlsx")
    assert figures(page)["有误"] == "2 行"


async def test_columns_that_nobody_can_guess_are_asked_for_and_adjusted(browser, town, worker):
    data = "流水,何时,说了什么,小区\r\nA1,2026-02-02 09:00,灯不亮,梧桐苑".encode()
    page = await upload(browser, town, data, "x.csv")
    assert page.h1.text == "对应列：x.csv"
    batch = await the_import()
    here = f"/tickets/imports/{batch.id}/columns"

    wrong = await browser.send(
        here, expect=422, **{"column-number": "流水", "column-text": "流水", "other": "other"}
    )
    assert "一列只能对应一项" in wrong.text
    page = await browser.send(
        here,
        **{"column-number": "流水", "column-whistled": "何时", "column-text": "说了什么",
           "column-estate": "小区", "other": "other"},
    )  # fmt: skip

    assert figures(page)["新增"] == "1 行"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [("a.xlsm", b"PK\x03\x04", "带宏"), ("a.pdf", b"%PDF-", "只接收"), ("a.csv", b"", "空的"),
     ("a.xlsx", b"not a workbook", "不是 Excel"),
     ("a.csv", b"x" * (20 * 1024 * 1024 + 1), "超过 20 MB")],
)  # fmt: skip
async def test_a_file_that_is_none_is_refused_with_what_to_do(
    browser, town, worker, name, data, words
):
    page = await upload(browser, town, data, name, expect=422)

    assert words in page.select_one(".error-summary").text
    assert await value("select count(*) from ticket_import") == 0


async def test_more_than_twenty_thousand_rows_are_refused(browser, town, worker):
    data = a_csv(*[a_line("WH001")]) + b"\r\n" + b"\r\n".join(b"WH%d,,x" % n for n in range(20_001))

    page = await upload(browser, town, data, "a.csv", expect=422)

    assert "最多 20000 行" in page.text


async def test_another_communitys_import_is_not_there(browser, town, worker):
    await upload(browser, town, a_workbook(a_line()))
    batch = await the_import()
    other = await a_neighbourhood("丁香苑")
    stranger = await a_role(RoleKind.COMMUNITY_WORKER, other.community, body=other.committee)
    await browser.sign_in(stranger)

    for part in ("", "/columns", "/progress", "/errors.xlsx"):
        await browser.open(f"/tickets/imports/{batch.id}{part}", expect=404)
    page = await browser.open("/tickets/imports")
    assert "台账.xlsx" not in page.text
    await upload(browser, town, a_workbook(a_line()), expect=422)


async def test_a_key_is_shown_once_works_and_is_taken_back(browser, town):
    officer = await a_role(RoleKind.PROPERTY_MANAGER, town.estate, body=town.company)
    await browser.sign_in(officer)
    await browser.open("/tickets/keys")

    page = await browser.send(
        "/tickets/keys", name="物业系统", body=str(town.company.id), place=str(town.estate.id),
        scopes=["tickets:read"], per_minute="60",
    )  # fmt: skip
    words = page.select_one("code.secret").text
    listed = await browser.open("/tickets/keys")
    [key] = await ApiKey.objects()
    shown = await browser.open(f"/tickets/keys/{key.id}")

    assert words not in listed.text and words not in shown.text
    machine = Machine(browser.client, words)
    cookies = dict(browser.client.cookies)
    browser.client.cookies.clear()
    await machine.get("tickets")
    browser.client.cookies.update(cookies)
    page = await browser.open(f"/tickets/keys/{key.id}")
    assert "/api/v1/tickets" in page.text
    await browser.send(f"/tickets/keys/{key.id}/revocation")
    browser.client.cookies.clear()
    await machine.get("tickets", expect=401)


async def test_a_key_without_a_purpose_or_for_nothing_is_not_made(browser, town):
    officer = await a_role(RoleKind.PROPERTY_MANAGER, town.estate, body=town.company)
    await browser.sign_in(officer)
    await browser.open("/tickets/keys")
    where = {"body": str(town.company.id), "place": str(town.estate.id)}

    page = await browser.send("/tickets/keys", expect=422, per_minute="60", name="x", **where)

    assert "请至少选择一项权限" in page.text
    assert await value("select count(*) from api_key") == 0


async def test_another_bodys_key_is_not_there(browser, town):
    officer = await a_role(RoleKind.PROPERTY_MANAGER, town.estate, body=town.company)
    await browser.sign_in(officer)
    await browser.open("/tickets/keys")
    await browser.send(
        "/tickets/keys", name="门禁平台一号", body=str(town.company.id), place=str(town.estate.id),
        scopes=["tickets:read"], per_minute="60",
    )  # fmt: skip
    [key] = await ApiKey.objects()
    other = await a_neighbourhood("丁香苑")
    await browser.sign_in(await a_role(RoleKind.PROPERTY_MANAGER, other.estate, body=other.company))

    await browser.open(f"/tickets/keys/{key.id}", expect=404)
    page = await browser.open("/tickets/keys")
    assert "门禁平台一号" not in page.text
    await browser.send(f"/tickets/keys/{key.id}/revocation", expect=404)


async def test_an_officer_registers_a_webhook_and_stops_it(browser, town, monkeypatch):
    monkeypatch.setattr(addresses, "settings", lambda: read({"COORDINATION_DEMO": "1"}))
    officer = await a_role(RoleKind.PROPERTY_MANAGER, town.estate, body=town.company)
    await browser.sign_in(officer)
    await browser.open("/tickets/keys")
    await browser.send(
        "/tickets/keys", name="物业系统", body=str(town.company.id), place=str(town.estate.id),
        scopes=["webhooks"], per_minute="60",
    )  # fmt: skip
    [key] = await ApiKey.objects()
    await browser.open(f"/tickets/keys/{key.id}")

    refused = await browser.send(
        f"/tickets/keys/{key.id}/webhooks", expect=422, url="https://10.0.0.1/"
    )
    page = await browser.send(f"/tickets/keys/{key.id}/webhooks", url="http://127.0.0.1:9/x")

    assert "内部网络" in refused.text
    assert page.select_one("code.secret").text.startswith("whs_")
    [hook] = await Webhook.objects()
    await browser.open(f"/tickets/keys/{key.id}")
    page = await browser.send(f"/tickets/keys/{key.id}/webhooks/{hook.id}/ending")
    assert "已停用" in page.text
