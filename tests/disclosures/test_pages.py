"""The shelves as everybody reads them, and publishing as the bodies do."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from coordination.db import value
from coordination.disclosures.actions import publish_disclosure, take_down
from coordination.disclosures.opening import open_disclosures
from tests.conftest import Browser
from tests.disclosures.a_disclosure import EARLY, INCOME, a_town
from tests.matters.a_matter import asking

LATE = datetime(2026, 5, 10, 2, 0, tzinfo=UTC)
A_PDF = b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"
TYPED = "电梯广告 | 12000 | 0 | 全年合同\n停车场电费 | 0 | 450.50 |"


def words(page) -> str:
    return page.get_text(" ", strip=True)


async def test_everybody_reads_what_is_published_due_and_overdue_and_whom_to_call(
    browser: Browser, time_is
):
    town, other = await a_town(), await a_town("丁香苑")
    time_is(LATE)
    income = await town.owed()
    await publish_disclosure(await asking(town.manager, EARLY), income, "", None, INCOME, EARLY)

    page = await browser.open(f"/disclosures?estate={town.estate.id}")

    assert [head.text for head in page.select("h2.weui-cells__title")] == [
        "党务", "居务", "财务", "服务", "业委会", "物业"
    ]  # fmt: skip
    cells = {cell.b.text: words(cell) for cell in page.select(".weui-cell")}
    assert "已公开" in cells["公共收益收支（2026年第1季度）"]
    late = cells["物业服务履行情况（2026年第1季度）"]
    assert "已逾期 25 天" in late and "梧桐苑物业 027-87000000" in late
    assert "公共收益收支（2026年第1季度）" in cells and "待公开" not in late
    assert f"/disclosures/{await other.owed()}" not in str(page)


async def test_a_disclosure_shows_its_table_prints_and_says_what_its_notice_was(
    browser: Browser, time_is
):
    time_is(EARLY)
    town = await a_town()
    owed = await town.owed()
    notice = await publish_disclosure(
        await asking(town.manager, EARLY), owed, "存于建设银行。", None, INCOME, EARLY
    )

    page = await browser.open(f"/disclosures/{owed}")

    cells = [[cell.text for cell in line.select("td")] for line in page.select("tbody tr")]
    assert cells[:4] == [
        ["电梯广告", "12,000.00 元", "全年合同"],
        ["收入合计", "12,000.00 元", ""],
        ["停车场电费", "450.50 元", "—"],
        ["支出合计", "450.50 元", ""],
    ]
    said = {each.dt.text: each.dd.text for each in page.select("dl.facts > div")}
    assert (said["上期结余"], said["本期结余"]) == ("30.00 元", "11,579.50 元")
    assert page.select(f"a[href='/notices/{notice.id}']") and "民法典第二百八十二条" in words(page)
    printed = await browser.client.get(f"/disclosures/{owed}/print")
    text = "".join(PdfReader(BytesIO(printed.content)).pages[0].extract_text().split())
    assert "收入合计12,000.00" in text and "支出合计450.50" in text
    assert "30.00+12,000.00－450.50=11,579.50" in text
    # The notice that stays says that it was published; what stands in it can be taken down.
    assert "电梯广告" not in words(await browser.open(f"/notices/{notice.id}"))


async def test_what_was_taken_down_is_read_nowhere_and_its_reason_by_all(browser: Browser, time_is):
    time_is(EARLY)
    town = await a_town()
    owed = await town.owed()
    manager = await asking(town.manager, EARLY)
    await publish_disclosure(manager, owed, "某户姓名", None, INCOME, EARLY)
    await take_down(manager, owed, "说明里写了住户姓名。", EARLY + timedelta(hours=1))

    page = await browser.open(f"/disclosures/{owed}")

    assert "说明里写了住户姓名。" in words(page)
    assert "某户姓名" not in page.text and "电梯广告" not in page.text
    for part in ("document", "print"):
        await browser.open(f"/disclosures/{owed}/{part}", expect=404)


async def test_the_desk_of_each_body_has_its_own(browser: Browser, time_is):
    time_is(EARLY)
    town, other = await a_town(), await a_town("丁香苑")
    await browser.sign_in(town.manager)

    page = await browser.open("/disclosures/desk")

    found = {link["href"] for link in page.select(".weui-cell[href]")}
    assert f"/disclosures/{await town.owed()}/publishing" in found
    assert f"/disclosures/{await town.owed('committee-decisions')}/publishing" not in found
    assert f"/disclosures/{await other.owed()}/publishing" not in found
    await browser.open(f"/disclosures/{await other.owed()}/publishing", expect=403)
    browser.sign_out()
    await browser.open("/disclosures/desk", expect=303, follow=False)


async def test_the_responsible_publish_typed_rows_and_a_document(browser: Browser, time_is):
    time_is(EARLY)
    town = await a_town()
    owed = await town.owed()
    await browser.sign_in(town.manager)
    path = f"/disclosures/{owed}/publishing"
    await browser.open(path)

    page = await browser.send(
        path, words="存于建设银行。", lines=TYPED, opening="30",
        files={"document": ("收支.pdf", A_PDF, "application/pdf")},
    )  # fmt: skip

    assert browser.response.url.path == f"/disclosures/{owed}"
    assert "12,000.00 元" in words(page)
    browser.sign_out()
    document = await browser.client.get(f"/disclosures/{owed}/document")
    assert (document.content, document.headers["content-type"]) == (A_PDF, "application/pdf")


async def test_accounts_are_typed_as_two_lists_and_add_up(browser: Browser, time_is):
    time_is(EARLY)
    town = await a_town()
    owed = await town.owed()
    path = f"/disclosures/{owed}/publishing"
    await browser.sign_in(town.manager)
    await browser.open(path)
    boxes = {"in-0-0": "电梯广告", "in-0-1": "1,200.10", "in-2-0": "快递柜", "in-2-1": "99.90",
             "out-0-0": "电费", "out-0-1": "0.01", "opening": "5"}  # fmt: skip

    page = await browser.send(path, more="in", **boxes)
    assert len(page.select("[name^=in-]")) > 3 * 4 and not page.select(".error")
    page = await browser.send(path, expect=422, **(boxes | {"out-0-1": "一分"}))
    assert "支出第 1 行" in page.select_one("#f-out-0-1-error").text
    assert page.select_one("[name=in-2-1]")["value"] == "99.90"
    page = await browser.send(path, expect=422, **(boxes | {"opening": " "}))
    assert "上期结余" in page.select_one("#f-opening-error").text
    page = await browser.send(path, **boxes)

    said = {each.dt.text: each.dd.text for each in page.select("dl.facts > div")}
    assert (said["本期收入合计"], said["本期支出合计"]) == ("1,300.00 元", "0.01 元")
    assert said["本期结余"] == "1,304.99 元"
    kept = await value("select lines::text from disclosure_step")
    assert kept == '[["电梯广告", 120010, 0, ""], ["快递柜", 9990, 0, ""], ["电费", 0, 1, ""]]'


async def test_accounts_go_on_where_the_last_ones_ended_or_say_why(browser: Browser, time_is):
    time_is(EARLY)
    town = await a_town()
    await publish_disclosure(
        await asking(town.manager, EARLY), await town.owed(), "", None, INCOME, EARLY
    )
    summer = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
    time_is(summer)
    await open_disclosures(summer)
    path = f"/disclosures/{await town.owed()}/publishing"
    await browser.sign_in(town.manager)

    page = await browser.open(path)

    assert page.select_one("[name=opening]")["value"] == "11579.50"
    page = await browser.send(path, expect=422, opening="1", **{"in-0-0": "广告", "in-0-1": "1"})
    assert "11,579.50 元" in page.select_one("#f-words-error").text
    page = await browser.send(
        path, opening="1", words="上期漏记一笔支出。", **{"in-0-0": "广告", "in-0-1": "1"}
    )
    assert "各期收入和支出" in words(page) and "2026年第1季度" in words(page)


async def test_a_form_sent_back_keeps_words_rows_and_the_document(browser: Browser, time_is):
    time_is(EARLY)
    town = await a_town()
    owed = await town.owed()
    path = f"/disclosures/{owed}/publishing"
    await browser.sign_in(town.manager)
    await browser.open(path)
    csv = "项目,收入,支出,说明\n电梯广告,12000,0,全年合同\n停车场电费,0,450.50,\n"

    page = await browser.send(
        path, expect=422, words="请打 13912345678",
        files={"document": ("a.pdf", A_PDF, "application/pdf"), "sheet": ("a.csv", csv)},
    )  # fmt: skip

    assert page.select_one("[name=words]").text.strip() == "请打 13912345678"
    boxes = {box["name"]: box.get("value", "") for box in page.select(".rows input")}
    assert (boxes["in-0-0"], boxes["in-0-1"], boxes["out-0-1"]) == (
        "电梯广告",
        "12000.00",
        "450.50",
    )
    kept = page.select_one("[name=kept]")["value"]
    await browser.send(path, words="", opening="0", kept=kept, **boxes)
    assert (await browser.client.get(f"/disclosures/{owed}/document")).content == A_PDF


@pytest.mark.parametrize(
    ("field", "name", "content", "said"),
    [
        ("document", "收支.pdf", b"MZ\x90\x00 not a pdf", "只能上传照片"),
        ("document", "收支.pdf", b"%PDF-1.7 cut off", "这个 PDF 不完整"),
        ("document", "收支.pdf", b"%PDF-1.7" + bytes(25 * 1024 * 1024), "文件超过 20 MB"),
        ("sheet", "收支.xlsx", b"MZ\x90\x00" * 9, "xlsx"),
        ("sheet", "收支.doc", b"hello", "只接收 .xlsx 和 .csv"),
    ],
    ids=["not a pdf", "cut off", "25 MB", "no workbook", "another kind"],
)
async def test_a_bad_file_is_refused_at_its_field(
    browser: Browser, time_is, field, name, content, said
):
    time_is(EARLY)
    town = await a_town()
    path = f"/disclosures/{await town.owed()}/publishing"
    await browser.sign_in(town.manager)
    await browser.open(path)

    page = await browser.send(
        path, expect=422, words="留着", lines=TYPED, files={field: (name, content)}
    )

    assert said in page.select_one(f"#f-{field}-error").text
    assert page.select_one("[name=words]").text.strip() == "留着"
    assert await value("select count(*) from disclosure_step") == 0


async def test_a_file_that_another_brought_cannot_be_published_by_its_hash(
    browser: Browser, time_is
):
    time_is(EARLY)
    town, other = await a_town(), await a_town("丁香苑")
    path = "/disclosures/{}/publishing"
    await browser.sign_in(other.manager)
    theirs = path.format(await other.owed())
    await browser.open(theirs)
    page = await browser.send(
        theirs, expect=422, words="13912345678", files={"document": ("a.pdf", A_PDF)}
    )
    kept = page.select_one("[name=kept]")["value"]
    await browser.sign_in(town.manager)
    ours = path.format(await town.owed())
    await browser.open(ours)

    page = await browser.send(ours, expect=422, words="", kept=kept)

    assert "请重新选择文件" in page.select_one("#f-document-error").text


async def test_the_blank_table_has_the_columns_of_its_item(browser: Browser, time_is, tmp_path):
    time_is(EARLY)
    town = await a_town()
    await browser.sign_in(town.manager)

    answer = await browser.client.get(f"/disclosures/{await town.owed()}/template.xlsx")

    (tmp_path / "t.xlsx").write_bytes(answer.content)
    header = [cell.value for cell in load_workbook(tmp_path / "t.xlsx")["数据"][1]]
    assert header == ["项目*", "收入", "支出", "说明"]


async def test_taking_down_needs_a_reason_and_who_may_not_sees_no_form(browser: Browser, time_is):
    time_is(EARLY)
    town = await a_town()
    owed = await town.owed()
    await publish_disclosure(await asking(town.manager, EARLY), owed, "", None, INCOME, EARLY)
    removal = f"/disclosures/{owed}/removal"
    await browser.sign_in(town.member)
    assert not (await browser.open(f"/disclosures/{owed}")).select(f"form[action='{removal}']")
    await browser.send(removal, expect=403, reason="想撤下")
    await browser.sign_in(town.worker)
    await browser.open(f"/disclosures/{owed}")

    await browser.send(removal, expect=422, reason=" ")
    page = await browser.send(removal, reason="表格有误。")

    assert "撤下" in words(page) and "表格有误。" in words(page)


async def test_nonsense_in_an_address_or_a_form_is_answered(browser: Browser, time_is):
    time_is(EARLY)
    town = await a_town()
    owed = await town.owed()
    for nonsense in ("x", "%00", str(town.company.id)):
        await browser.client.get(f"/disclosures?estate={nonsense}")
    await browser.sign_in(town.manager)
    path = f"/disclosures/{owed}/publishing"
    await browser.open(path)

    await browser.send(path, expect=422, lines="项目 | 1", kept="../../etc/passwd")
    await browser.send(path, expect=422, opening="一百", lines=TYPED)
    await browser.send(path, expect=422, **{"in-99999999-0": "x", "in--1-1": "1", "in-0": "x"})
    await browser.send(path, expect=422, lines="x" * 100_000, words="x" * 4_000)

    assert await value("select count(*) from disclosure_step") == 0
