"""Papers that people signed, photos of what was done, and what a shelf owes as a topic."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from coordination.db import rows
from coordination.meetings.action_tables import ActionStepKind as K
from coordination.meetings.doing.actions import take_action_step
from coordination.meetings.minutes.publishing import publish_resolutions
from coordination.meetings.room.presence import close_meeting
from coordination.meetings.room.quorum import stays_of
from tests.meetings.a_meeting import DURING, ENDS, a_town, an_open, minutes_of
from tests.meetings.test_calling_pages import sign_in
from tests.meetings.test_doing import a_task

pytestmark = pytest.mark.usefixtures("database")


def a_photo(colour: str = "seagreen") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (400, 300), colour).save(out, "JPEG")
    return out.getvalue()


async def test_who_signed_on_paper_is_ticked_from_its_photo(browser, time_is):
    time_is(DURING)
    town = await a_town()
    meeting = await an_open(town)
    here = f"/meetings/{meeting.id}"
    await sign_in(browser, town.worker)
    await browser.open(f"{here}/sheets")
    wrong = await browser.send(f"{here}/sheets", expect=422, files={"photo": ("a.jpg", b"MZ\x90")})
    assert "照片" in wrong.main.text
    none = await browser.send(f"{here}/sheets", expect=422)
    assert "请选择纸质签到表的照片" in none.main.text
    page = none
    for _ in range(2):
        page = await browser.send(f"{here}/sheets", files={"photo": ("签到.jpg", a_photo())})
    [link] = page.select(f"a[href^='{here}/sheets/']")
    [sheet] = await rows("select id, sha256 from paper_sheet")

    await browser.open(f"{here}/console")
    party = next(str(one["id"]) for one in await rows(
        "select id from meeting_party where body = $1", town.company.id))  # fmt: skip
    await browser.send(f"{here}/ticks", name="老吴", party=party, sheet=str(sheet["id"]))
    await browser.send(f"{here}/ticks", expect=422, name="老李", party=party,
                       sheet=str(meeting.id))  # fmt: skip

    [stay] = await stays_of(meeting.id)
    assert (stay.name, stay.how) == ("老吴", "paper")
    assert (await browser.client.get(link["href"])).headers["content-type"] == "image/jpeg"
    for other in (town.manager, None):
        browser.sign_out() if other is None else await sign_in(browser, other)
        assert (await browser.client.get(link["href"])).status_code in (401, 403, 303)


async def test_photos_of_what_was_done_are_public_and_words_stay_when_one_is_none(browser, time_is):
    town = await a_town()
    _, action = await a_task(town)
    time_is(ENDS)
    here = f"/meetings/actions/{action.id}"
    await sign_in(browser, town.manager)
    await browser.open(here)
    said = {"step": "reported", "words": "已更换道闸臂。"}
    page = await browser.send(
        f"{here}/steps", expect=422, files={"photos": ("a.jpg", b"not a photo")}, **said
    )
    assert "已更换道闸臂。" in page.main.text and "照片" in page.main.text
    many = [("photos", (f"{n}.jpg", a_photo())) for n in range(7)]
    too_many = await browser.send(f"{here}/steps", expect=422, files=many, **said)  # pyright: ignore
    assert "一次最多 6 张" in too_many.main.text

    await browser.send(f"{here}/steps", files={"photos": ("a.jpg", a_photo("navy"))}, **said)

    browser.sign_out()
    page = await browser.open(here)
    [small] = page.select(".photos img")
    answer = await browser.client.get(small["src"])
    assert answer.headers["content-type"] == "image/jpeg" and len(answer.content) <= 15 * 1024
    missing = await browser.client.get(f"{here}/photos/{'0' * 64}")
    assert missing.status_code == 404


async def test_nobodys_number_stands_in_what_was_done(browser, time_is):
    town = await a_town()
    _, action = await a_task(town)
    time_is(ENDS)
    await sign_in(browser, town.manager)
    await browser.open(f"/meetings/actions/{action.id}")

    page = await browser.send(
        f"/meetings/actions/{action.id}/steps", expect=422, step="reported",
        words="找 138 1234 5678 验收",
    )  # fmt: skip

    assert "请去掉手机号" in page.main.text


async def test_what_is_resolved_while_minutes_are_written_stands_in_them(browser, time_is):
    town = await a_town()
    meeting, action = await a_task(town)
    await close_meeting(town.worker, meeting.id, ENDS)
    parts = await minutes_of(town, meeting)
    item = next(part.item for part in parts if part.item)
    time_is(ENDS)
    await sign_in(browser, town.worker)
    await browser.open(f"/meetings/items/{item}/tasks/new")
    await browser.send(
        f"/meetings/items/{item}/tasks/new", text="补种绿篱", body=str(town.company.id),
        due_on="2026-04-01",
    )  # fmt: skip

    page = await browser.open(f"/meetings/{meeting.id}/minutes")

    assert "补种绿篱（安居物业，2026年4月1日前）" in page.main.text
    await take_action_step(town.manager, action.id, K.STARTED, "", ENDS + timedelta(days=1))
    with pytest.raises(Exception, match="没有等待公示的决议"):
        await publish_resolutions(town.worker, meeting.id, ENDS)
