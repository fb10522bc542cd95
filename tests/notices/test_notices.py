"""Notices: numbered one after the other, never changed, found by their code, posted with proof."""

import asyncio
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from asyncpg import InsufficientPrivilegeError
from PIL import Image
from pypdf import PdfReader

from coordination.db import execute, rows, transaction
from coordination.errors import Invalid, NotAllowed
from coordination.notices.actions import (
    TakenDown,
    post_notice,
    publish_notice,
    publish_plain,
    take_down,
)
from coordination.notices.queries import by_check_code, notices
from coordination.notices.rules import Facts, FactsTable, Section
from coordination.notices.tables import Notice, NoticeKind, Posting
from coordination.people.askers import Asker
from coordination.people.tables import BodyKind, RoleKind
from coordination.places.tables import Place
from tests.ballots.convening import an_outsider, asking, someone
from tests.builders import DURING, a_body, a_building, a_role, an_estate

pytestmark = pytest.mark.usefixtures("database")

FACTS = Facts(
    (
        Section("", ("兹公告如下。",)),
        Section("安排", rows=(("开始", "3月26日"),)),
        Section("缺项", tables=(FactsTable("清单", ("房号", "缺少"), (("1栋101", "没有面积"),)),)),
    )
)


async def a_notice(
    estate: Place, kind: NoticeKind = NoticeKind.PLAIN, title: str = "停水通知", at=DURING
) -> Notice:
    body = await a_body(BodyKind.OWNERS_COMMITTEE, estate, "业主委员会")
    return await publish_notice(
        estate, kind, title, "兹公告如下。", FACTS, at, issuer=body.id, person=None,
        contact="王主任 027-87000000",
    )  # fmt: skip


async def a_worker(estate: Place) -> Asker:
    return await someone(RoleKind.COMMUNITY_WORKER, estate)


async def test_numbers_follow_each_other_in_each_estate_and_begin_anew_each_year():
    here, there = await an_estate(), await an_estate("丁香苑")
    new_year = datetime.fromisoformat("2027-01-01T00:00:00+08:00")

    given = [
        await a_notice(here), await a_notice(there), await a_notice(here),
        await a_notice(here, at=new_year - timedelta(seconds=1)), await a_notice(here, at=new_year),
    ]  # fmt: skip

    assert [notice.number for notice in given] == [
        "〔2026〕第1号", "〔2026〕第1号", "〔2026〕第2号", "〔2026〕第3号", "〔2027〕第1号",
    ]  # fmt: skip


async def test_two_published_at_once_get_two_numbers():
    estate = await an_estate()
    body = await a_body(BodyKind.OWNERS_COMMITTEE, estate)

    await asyncio.gather(
        *(
            publish_notice(
                estate, NoticeKind.PLAIN, "通知", "文", FACTS, DURING, issuer=body.id, person=None
            )
            for _ in range(6)
        )
    )

    assert sorted(notice.number for notice in await notices(estate.id)) == [
        f"〔2026〕第{n}号" for n in range(1, 7)
    ]


async def test_a_number_is_not_used_up_by_what_did_not_happen():
    estate = await an_estate()
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await a_notice(estate)
            _ = 1 / 0

    assert (await a_notice(estate)).number == "〔2026〕第1号"


async def test_a_notice_is_never_changed_nor_deleted():
    await a_notice(await an_estate())

    for statement in ("update notice set text = '改'", "delete from notice"):
        with pytest.raises(InsufficientPrivilegeError):
            await execute(statement)


async def test_a_check_code_finds_its_notice_however_it_is_typed():
    notice = await a_notice(await an_estate())
    code = notice.check_code

    found = await by_check_code(f" {code[:4].lower()}-{code[4:]} ")

    assert found and found.id == notice.id
    assert await by_check_code("AAAAAAAA") is None


async def test_the_list_pages_by_cursor_without_losing_or_repeating_one():
    estate = await an_estate()
    for n in range(7):
        await a_notice(estate, title=f"第{n}份", at=DURING + timedelta(minutes=n // 2))

    seen, after = [], ""
    while page := await notices(estate.id, after=after, limit=3):
        seen += [line.title for line in page]
        after = page[-1].cursor

    assert sorted(seen) == [f"第{n}份" for n in range(7)]
    assert seen[0] == "第6份"


async def test_posting_and_taking_down_are_proven_by_who_and_when():
    estate = await an_estate()
    notice = await a_notice(estate)
    lead = await someone(RoleKind.BUILDING_LEAD, await a_building(estate))

    posting = await post_notice(lead, notice.id, "3栋门厅", DURING, None, DURING)
    taken = await take_down(await a_worker(estate), posting.id, DURING + timedelta(days=9))

    assert (posting.by, posting.where) == (lead.id, "3栋门厅")
    assert taken.taken_down_at == DURING + timedelta(days=9)
    with pytest.raises(TakenDown):
        await take_down(lead, posting.id, DURING + timedelta(days=10))


@pytest.mark.parametrize("kind", [RoleKind.PROPERTY_STAFF, RoleKind.SUPERVISOR])
async def test_who_has_no_such_duty_here_records_no_posting(kind):
    here, there = await an_estate(), await an_estate("丁香苑")
    notice = await a_notice(here)

    for asker in (await someone(kind, here), await a_worker(there), await an_outsider()):
        with pytest.raises(NotAllowed):
            await post_notice(asker, notice.id, "门厅", DURING, None, DURING)
    assert await Posting.count() == 0


async def test_a_posting_lies_between_publication_and_now():
    estate = await an_estate()
    notice = await a_notice(estate)
    worker = await a_worker(estate)
    minute = timedelta(minutes=1)

    for posted_at in (DURING - minute, DURING + minute):
        with pytest.raises(Invalid):
            await post_notice(worker, notice.id, "门厅", posted_at, None, DURING)


async def test_a_plain_notice_is_published_by_staff_and_nobody_else():
    estate = await an_estate()

    notice = await publish_plain(
        await a_worker(estate), estate, "停水", "明天停水。\n后天恢复。", "王 027", DURING
    )

    assert notice.kind == NoticeKind.PLAIN
    said = (await a_worker(estate), estate, "停电", "明天停电。", "王 027", DURING)
    one, other = await asyncio.gather(publish_plain(*said), publish_plain(*said))  # two taps
    assert one.number == other.number
    for asker in (await someone(RoleKind.PROPERTY_MANAGER, estate), await an_outsider()):
        with pytest.raises(NotAllowed):
            await publish_plain(asker, estate, "甲", "乙", "丙", DURING)


# Pages


async def test_everybody_reads_a_notice_its_facts_and_its_code(browser):
    estate = await an_estate()
    notice = await a_notice(estate)

    listed = await browser.open("/notices")
    page = await browser.open(f"/notices/{notice.id}")

    assert "停水通知" in listed.main.text
    assert page.h1.text == "停水通知"
    for words in ("〔2026〕第1号", "3月26日", "1栋101", notice.check_code[:4]):
        assert words in page.main.text
    assert not page.select("form")


async def test_the_print_says_the_same(browser):
    notice = await a_notice(await an_estate())

    response = await browser.client.get(f"/notices/{notice.id}.pdf")

    assert response.headers["content-type"] == "application/pdf"
    text = "".join(p.extract_text() for p in PdfReader(BytesIO(response.content)).pages)
    for words in ("停水通知", "〔2026〕第1号", "没有面积", notice.check_code):
        assert words in text.replace("\n", "")


async def test_what_is_no_notice_is_not_found(browser):
    for path in ("/notices/none", "/notices/7.pdf", "/notices/photos/abc"):
        await browser.open(path, expect=404)
    await browser.open("/notices?after=nonsense&kind=nonsense")


async def test_a_photo_proves_the_posting_and_the_public_sees_no_name(browser):
    estate = await an_estate()
    notice = await a_notice(estate)
    person = await a_role(RoleKind.COMMUNITY_WORKER, estate)
    await browser.sign_in(person, second_factor=True)
    await browser.open(f"/notices/{notice.id}")
    picture = BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "JPEG")

    await browser.send(
        f"/notices/{notice.id}/postings", where="3栋门厅", posted_at="2026-03-04T09:00",
        files={"photo": ("a.jpg", picture.getvalue(), "image/jpeg")},
    )  # fmt: skip

    browser.sign_out()
    page = await browser.open(f"/notices/{notice.id}")
    assert "3栋门厅" in page.main.text
    assert person.name not in page.text
    shown = await browser.client.get(page.select_one("a[href^='/notices/photos/']")["href"])
    assert shown.headers["content-type"] == "image/jpeg"


async def test_a_posting_that_is_wrong_keeps_its_words(browser):
    estate = await an_estate()
    notice = await a_notice(estate)
    await browser.sign_in(await a_role(RoleKind.COMMUNITY_WORKER, estate), second_factor=True)
    await browser.open(f"/notices/{notice.id}")

    page = await browser.send(
        f"/notices/{notice.id}/postings", where="3栋门厅", posted_at="2026-03-01T09:00",
        files={"photo": ("", b"", "application/octet-stream")}, expect=422,
    )  # fmt: skip

    assert page.title.text.startswith("出错：")
    assert page.select_one("input[name=where]")["value"] == "3栋门厅"
    page = await browser.send(  # a photo was chosen, and nothing came of it
        f"/notices/{notice.id}/postings", where="3栋门厅", posted_at="2026-03-04T09:00",
        files={"photo": ("a.jpg", b"", "image/jpeg")}, expect=422,
    )  # fmt: skip
    assert "照片" in page.main.text
    assert await Posting.count() == 0


async def test_a_notice_is_taken_down_by_a_button(browser):
    estate = await an_estate()
    notice = await a_notice(estate)
    person = await a_role(RoleKind.COMMITTEE_MEMBER, estate)
    posting = await post_notice(await asking(person), notice.id, "门厅", DURING, None, DURING)
    await browser.sign_in(person, second_factor=True)
    await browser.open(f"/notices/{notice.id}")

    await browser.send(f"/notices/postings/{posting.id}/removal")
    proof = await browser.client.get(f"/notices/{notice.id}/postings.pdf")

    [found] = await rows("select taken_down_by from posting")
    assert found["taken_down_by"] == person.id
    assert proof.headers["content-type"] == "application/pdf"


async def test_staff_write_a_plain_notice_and_find_every_word_again_when_it_is_wrong(browser):
    estate = await an_estate()
    await browser.sign_in(await a_role(RoleKind.COMMUNITY_WORKER, estate), second_factor=True)
    await browser.open("/notices/new")

    wrong = await browser.send("/notices/new", title="停水", text="", contact="王", expect=422)
    page = await browser.send("/notices/new", title="停水", text="明天停水。", contact="王")

    assert wrong.select_one("input[name=title]")["value"] == "停水"
    assert page.h1.text == "停水"
    await browser.sign_in(await a_role(RoleKind.PROPERTY_MANAGER, estate), second_factor=True)
    await browser.open("/notices/new", expect=403)
