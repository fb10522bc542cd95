"""The pages of sheets: printed, scanned or typed, written down two hundred in a row, settled."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from coordination import db
from coordination.ballots.jobs import JOBS
from coordination.ballots.paper.printing import PRINT
from coordination.ballots.results.clockwork import advance_poll
from coordination.law.classes import MatterClass
from coordination.people.tables import RoleKind
from coordination.places.naming import unit_name
from tests.ballots.a_vote import a_vote, a_voter, freeze
from tests.ballots.paper.sheets import (
    a_clerk,
    a_member,
    a_photo,
    asker_of,
    cast_of,
    made,
    serial_of,
    wrote,
)
from tests.builders import CLOSING, DURING, OPENING, a_building, a_role, a_unit

pytestmark = pytest.mark.usefixtures("database")
HEIC = b"\0\0\0\x18ftypheic" + b"\0" * 99
PHOTO = {"photo": ("sheet.jpg", a_photo(), "image/jpeg")}


async def a_vote_on_paper(voters=1, **of_the_vote):
    vote = await a_vote(**of_the_vote)
    owners = [await a_voter(vote, name=f"业主{n}") for n in range(voters)]
    await freeze(vote)
    await advance_poll(vote.poll.id, OPENING)
    await made(vote)
    clerk = await a_role(RoleKind.COMMUNITY_WORKER, vote.estate)
    member = await a_role(RoleKind.COMMITTEE_MEMBER, vote.estate, body=vote.body)
    return vote, owners, clerk, member


async def test_a_sheet_is_typed_written_down_and_leads_straight_to_the_next(browser):
    vote, [owner], clerk, member = await a_vote_on_paper()
    serial = await serial_of(vote, owner)
    said = f"{vote.path}/sheets/{serial}"
    await browser.sign_in(clerk)
    await browser.open(f"{vote.path}/sheets/entry")

    form = await browser.open(
        f"{vote.path}/sheets/entry?serial={serial[:3].lower()}-{serial[3:6]}-{serial[6:]}"
    )
    first = await browser.send(said, files=PHOTO, q1="approve")
    await browser.sign_in(member)
    await browser.open(said)
    second = await browser.send(said, q1="approve")

    assert not form.select("input[checked]"), "nothing is preselected"
    assert first.h1.text == second.h1.text == "登记纸质票"
    assert "等另一个人再登记一次" in first.main.text
    assert "两次登记一致，已计入" in second.main.text
    assert str(browser.response.url).count("approve") == 0


async def test_a_form_that_is_not_whole_comes_back_with_all_that_was_sent_even_the_photo(browser):
    vote, [owner], clerk, _ = await a_vote_on_paper(
        classes=(MatterClass.MANAGER, MatterClass.OTHER)
    )
    said = f"{vote.path}/sheets/{await serial_of(vote, owner)}"
    await browser.sign_in(clerk)
    await browser.open(said)

    page = await browser.send(said, files=PHOTO, q1="reject", expect=422)
    chosen = [box["value"] for box in page.select("input[checked]")]
    done = await browser.send(said, q1="reject", q2="invalid:two_boxes")

    assert chosen == ["reject"] and "已收到 1 张照片" in page.main.text
    assert "事项2" in page.select_one(".error-summary").text
    assert "等另一个人再登记一次" in done.main.text
    assert await db.value("select count(*) from sheet_evidence where kind = 'photo'") == 1


async def test_a_form_that_lay_half_a_day_comes_back_with_what_was_ticked_and_can_be_saved(
    browser, time_is
):
    vote, [owner], clerk, _ = await a_vote_on_paper()
    said = f"{vote.path}/sheets/{await serial_of(vote, owner)}"
    await browser.sign_in(clerk)
    await browser.open(said)
    time_is(DURING + timedelta(hours=13))
    await browser.sign_in(clerk)

    page = await browser.send(said, files=PHOTO, q1="reject", expect=409)
    ticked = [box["value"] for box in page.select("input[checked]")]
    done = await browser.send(said, q1="reject")

    assert ticked == ["reject"] and "打开得太久" in page.select_one(".error-summary").text
    assert "已收到 1 张照片" in page.main.text, "what came along this time stays"
    assert "等另一个人再登记一次" in done.main.text


async def test_what_cannot_be_written_down_is_said_at_the_scan(browser):
    vote, [owner], clerk, _ = await a_vote_on_paper()
    serial = await serial_of(vote, owner)
    await browser.sign_in(clerk)
    await browser.open(f"{vote.path}/sheets/{serial}")
    await browser.send(f"{vote.path}/sheets/{serial}", files=PHOTO, q1="approve")

    twice = await browser.open(f"{vote.path}/sheets/entry?serial={serial}", expect=409)
    unknown = await browser.open(f"{vote.path}/sheets/entry?serial=ABC", expect=409)

    assert "您已经登记过" in twice.select_one(".error-summary").text
    assert "不是表决票的编号" in unknown.select_one(".error-summary").text


async def test_a_sheet_that_two_wrote_down_meanwhile_leads_on_to_the_scan_with_the_reason(browser):
    vote, [owner], clerk, _ = await a_vote_on_paper()
    serial = await serial_of(vote, owner)
    await browser.sign_in(clerk)
    await browser.open(f"{vote.path}/sheets/{serial}")
    for other in (await a_clerk(vote), await a_clerk(vote)):
        await wrote(vote, other, serial, "approve")

    page = await browser.send(f"{vote.path}/sheets/{serial}", q1="reject", expect=409)

    assert "不用再登记" in page.select_one(".error-summary").text
    assert [choice for *_, choice in await cast_of(vote)] == ["approve"]


async def test_front_back_and_envelope_are_kept_and_the_second_person_sees_each(browser):
    vote, [owner], clerk, member = await a_vote_on_paper()
    said = f"{vote.path}/sheets/{await serial_of(vote, owner)}"
    front, back, envelope, other = (a_photo(each) for each in ("white", "gray", "brown", "red"))
    await browser.sign_in(clerk)
    await browser.open(said)

    def sent(*contents):
        return [
            ("photo", (f"{n}.jpg", content, "image/jpeg")) for n, content in enumerate(contents)
        ]

    some = await browser.send(said, files=sent(front, b"", HEIC), q1="approve", expect=422)
    many = await browser.send(said, files=sent(back, envelope, other, front), expect=422)
    again = await browser.send(said, files=sent(front, back), retake="yes", expect=422)
    done = await browser.send(said, files=sent(envelope), q1="approve")
    await browser.sign_in(member)
    page = await browser.open(said)
    shown = [
        (await browser.client.get(a["href"])).content for a in page.select("a[href*='/evidence/']")
    ]

    told = some.select_one(".error-summary").text
    assert "第 2 个文件：文件是空的" in told and "第 3 个文件：这是 HEIC 格式的照片" in told
    assert "已收到 1 张照片" in some.main.text and some.select("input[checked]")
    assert "最多 4 张照片，从第 4 张起没有收" in many.text and "已收到 4 张" in many.main.text
    assert "已收到 2 张照片" in again.main.text
    assert "等另一个人再登记一次" in done.main.text
    assert "（1 / 3）" in page.main.text and len(set(shown)) == 3


async def test_what_is_no_photo_comes_back_with_the_choice_and_says_so(browser):
    vote, [owner], clerk, _ = await a_vote_on_paper()
    said = f"{vote.path}/sheets/{await serial_of(vote, owner)}"
    await browser.sign_in(clerk)
    await browser.open(said)

    files = {"photo": ("sheet.jpg", b"no picture at all", "image/jpeg")}
    page = await browser.send(said, files=files, q1="reject", expect=422)

    assert "不是照片" in page.select_one(".error-summary").text
    assert [box["value"] for box in page.select("input[checked]")] == ["reject"]
    assert await db.value("select count(*) from sheet_entry") == 0


async def test_a_call_finds_its_sheet_by_the_room_and_the_second_person_hears_the_recording(
    browser,
):
    vote, [owner], clerk, member = await a_vote_on_paper()
    await browser.sign_in(clerk)
    await browser.open(f"{vote.path}/sheets/entry?way=phone")
    form = await browser.send(
        f"{vote.path}/sheets/entry/rooms",
        way="phone",
        room=unit_name(vote.building.name, "1", "1000").replace("栋", "幢"),
    )
    said = f"{vote.path}/sheets/{await serial_of(vote, owner)}"
    sound = {"recording": ("call.mp3", b"ID3\x04" + b"s" * 50, "audio/mpeg")}
    await browser.send(said, files=sound, way="phone", q1="abstain")
    await browser.sign_in(member)
    page = await browser.open(said)
    link = page.find("a", string=lambda text: text and "录音" in text) or next(
        a for a in page.select("a") if "/evidence/" in a.get("href", "")
    )
    heard = await browser.client.get(link["href"])
    done = await browser.send(said, q1="abstain")
    again = await browser.client.get(link["href"])

    assert form.h1.text == (await serial_of(vote, owner))[:3] + form.h1.text[3:]
    assert (heard.content, heard.headers["content-type"]) == (
        b"ID3\x04" + b"s" * 50, "audio/mpeg",
    )  # fmt: skip
    assert "已计入" in done.main.text
    assert again.status_code == 409, "only while one is about to write it down"
    assert (
        await db.value("select count(*) from audit_entry where verb = 'open_sheet_evidence'") == 1
    )


async def test_a_third_settles_after_the_close_and_not_one_of_the_two(browser, time_is):
    vote, [owner], clerk, member = await a_vote_on_paper()
    third = await a_role(RoleKind.COMMITTEE_MEMBER, vote.estate, body=vote.body)
    said = f"{vote.path}/sheets/{await serial_of(vote, owner)}"
    for person, choice, files in ((clerk, "approve", PHOTO), (member, "reject", None)):
        await browser.sign_in(person)
        await browser.open(said)
        await browser.send(said, files=files, q1=choice)
    await browser.sign_in(third)
    early = await browser.open(said, expect=409)
    time_is(CLOSING + timedelta(hours=1))
    await browser.sign_in(third)
    desk = await browser.open(f"{vote.path}/sheets")
    await browser.open(said)
    settled = await browser.send(said, q1="reject")
    await browser.sign_in(clerk)
    of_the_two = await browser.open(said, expect=409)

    assert "截止以后才复核" in early.main.text
    assert "等待复核：1 张" in desk.main.text
    assert not any(word in desk.main.text for word in ("不同意", "弃权"))
    assert "复核完成" in settled.main.text
    assert "不用再登记" in of_the_two.text


async def test_the_board_of_work_leads_to_the_sheets_that_wait_for_this_person(browser, time_is):
    vote, owners, clerk, member = await a_vote_on_paper(voters=2)
    once, twice = [await serial_of(vote, owner) for owner in owners]
    first, second = await a_member(vote), await asker_of(member)
    await wrote(vote, first, once, "approve")
    await wrote(vote, first, twice, "approve")
    await wrote(vote, second, twice, "reject")
    boards = {}
    for name, person, at in (
        ("clerk", clerk, DURING), ("late", clerk, CLOSING + timedelta(hours=1)),
        ("member", member, DURING),
    ):  # fmt: skip
        time_is(at)
        await browser.sign_in(person)
        boards[name] = await browser.open("/work")
    await browser.sign_in(await a_role(RoleKind.PROPERTY_MANAGER, vote.estate))
    property_board = await browser.open("/work")

    told = {name: " ".join(page.main.text.split()) for name, page in boards.items()}
    assert "别人登记过一次，等您再登记一次 ○ 1 项" in told["clerk"]
    assert "复核" not in told["clerk"].split("纸质票", 1)[1].split("没有等您")[0], (
        "not before the close"
    )
    assert "复核完才计票 ○ 1 项" in told["late"] and "可以登记" not in told["late"]
    assert "再登记一次 ○ 1 项" in told["member"], "of the two sheets one is theirs already"
    for page in boards.values():
        hrefs = {link["href"] for link in page.main.select("a[href]")}
        assert f"{vote.path}/sheets" in hrefs and f"{vote.path}/sheets/entry" in hrefs
    assert "纸质票" not in property_board.main.text


async def test_the_sheets_of_an_entrance_are_printed_and_followed(browser):
    vote, owners, clerk, _ = await a_vote_on_paper(voters=3)
    other = await a_building(vote.estate, "2")
    await a_voter(vote, unit=await a_unit(other, "201", entrance="2"), name="别栋")
    await browser.sign_in(clerk)
    await browser.open(f"{vote.path}/sheets")

    waits = await browser.send(
        f"{vote.path}/sheets/prints", portion=str(vote.building.id), large=""
    )
    where = str(browser.response.url.path)
    await JOBS[PRINT](where.rsplit("/", 1)[1], DURING)
    done = await browser.open(where)
    file = await browser.client.get(f"{where}/file")

    pages = [page.extract_text() for page in PdfReader(io.BytesIO(file.content)).pages]
    serial = await serial_of(vote, owners[0])
    assert "正在生成" in waits.main.text and "共 3 张" in done.main.text
    assert len(pages) == 3
    assert sum(f"{serial[:3]}-{serial[3:6]}-{serial[6:]}" in page for page in pages) == 1
    assert not any("业主0" in page or "别栋" in page for page in pages)
    assert await db.value("select count(*) from printed_sheet") == 3


async def test_the_property_company_finds_no_door_to_the_sheets(browser):
    vote, [owner], *_ = await a_vote_on_paper()
    serial = await serial_of(vote, owner)
    await browser.sign_in(await a_role(RoleKind.PROPERTY_MANAGER, vote.estate))

    for path in ("sheets", "sheets/entry", f"sheets/entry?serial={serial}", f"sheets/{serial}"):
        page = await browser.open(f"{vote.path}/{path}", expect=403)
        assert "回避" in page.main.text
    assert "纸质票" not in (await browser.open(vote.path)).main.text
