"""吹哨 as a resident meets it, screen by screen, without JavaScript."""

import io

import pytest
from PIL import Image

from coordination import db, files
from coordination.tickets.tables import Ticket
from tests.builders import a_building, a_person, a_unit, an_estate, an_owner
from tests.tickets.a_ticket import WHISTLED, a_neighbourhood
from tests.tickets.whistling.walking import (
    a_photo,
    address,
    be,
    person_of,
    photos,
    place,
    say,
    slip_of,
    the_ticket,
    to_check,
    whistle,
)


@pytest.fixture
async def town(browser, time_is):
    time_is(WHISTLED)
    return await a_neighbourhood()


async def test_a_whistle_takes_seven_screens_and_ends_with_number_term_and_phone(browser, town):
    await be(browser, town.resident)

    danger = await browser.open(f"/tickets/new?estate={town.estate.id}")
    words = await browser.open(danger.find("a", string="没有危险，开始吹哨")["href"])
    where = await browser.send(
        "/tickets/new/words", text="楼道灯不亮，晚上看不见", files=photos(a_photo())
    )
    kind = await place(browser, spot="3单元楼道")
    check = await browser.send("/tickets/new/category", category="lighting")
    done = await browser.send("/tickets/new/check")

    ticket = await the_ticket(browser)
    assert danger.h1.text == "现在有人有危险吗？"
    assert words.h1.text == "发生了什么？"
    assert where.select_one("input[name=place][checked]")["value"] == f"b_{town.building.id}"
    assert "照明设施" in kind.select_one("form").text, "what the words suggest comes first"
    assert [dd.text for dd in check.select(".answers dd:not(.change)")] == [
        "楼道灯不亮，晚上看不见", "1 张", "梧桐苑 1栋 · 3单元楼道", "照明设施",
    ]  # fmt: skip
    assert f"#{ticket.number}" in done.select_one(".number").text
    assert "2026年3月3日" in done.text and "2026年3月5日" in done.text, "报到, 首次答复"
    assert done.select_one("a.tel[href='tel:02787000000']")
    assert (ticket.whistled_by, ticket.building) == (town.resident.id, town.building.id)
    assert (ticket.spot, ticket.is_public, ticket.holder) == (
        "3单元楼道", True, town.company.id,
    )  # fmt: skip


async def test_danger_is_asked_of_everybody_and_names_numbers_to_dial(browser, town):
    page = await browser.open(f"/tickets/new/dangers/gas?estate={town.estate.id}")

    assert [a["href"] for a in page.select(".calls a")] == [
        "tel:02787000000", "tel:02787000000", "tel:119", "tel:110",
    ]  # fmt: skip
    assert "不要开关电器" in page.text


async def test_a_danger_may_be_put_on_record_at_the_highest_priority(browser, town):
    await be(browser, town.resident)

    await browser.open("/tickets/new/words?danger=lift")
    await browser.send("/tickets/new/words", text="电梯停在五楼，里面有人")
    check = await place(browser)
    await browser.send("/tickets/new/check")

    ticket = await the_ticket(browser)
    assert "电梯里有人被困" in check.text
    assert ticket.priority == "p0"


async def test_a_visitor_is_led_to_the_sign_in_and_back(browser, town):
    await browser.open("/tickets/new/words?danger=gas", follow=False, expect=303)

    assert browser.response.headers["location"] == (
        "/sign-in?next=%2Ftickets%2Fnew%2Fwords%3Fdanger%3Dgas"
    )


async def test_whoever_neither_owns_nor_lives_here_is_told_what_to_do(browser, town):
    await browser.sign_in(await a_person("路人"))

    page = await browser.open("/tickets/new/words")

    assert page.h1.text == "先让我们知道您住在哪里"
    assert page.select_one("a[href='/bind']")


async def test_photos_survive_the_steps_and_are_stored_without_where_they_were_taken(browser, town):
    await be(browser, town.resident)
    exif = Image.Exif()
    exif[0x010F] = "Secretphone"
    out = io.BytesIO()
    Image.new("RGB", (900, 600), "blue").save(out, "JPEG", exif=exif)

    ticket = await whistle(browser, "路灯坏了", out.getvalue(), a_photo("green"))

    kept = await db.rows("select sha256, small from ticket_photo where ticket = $1", ticket.id)
    assert len(kept) == 2
    for one in kept:
        assert b"Secretphone" not in await files.content_of(one["sha256"])
        assert len(await files.content_of(one["small"])) <= 15 * 1024


async def test_going_back_keeps_words_photos_place_and_kind(browser, town):
    await be(browser, town.resident)
    check = await to_check(browser, "路灯坏了", a_photo(), spot="东门")

    for link in [a["href"] for a in check.select("dd.change a")]:
        await browser.open(link)
    words = await browser.open(check.select("dd.change a")[0]["href"])
    where = await browser.open(check.select("dd.change a")[2]["href"])

    assert words.textarea.text.strip() == "路灯坏了"
    image = await browser.client.get(words.select_one("img.thumb")["src"])
    assert image.headers["content-type"] == "image/jpeg"
    assert where.select_one("input[name=spot]")["value"] == "东门"


async def test_a_photo_may_be_taken_out_again(browser, town):
    await be(browser, town.resident)
    await say(browser, "路灯坏了", a_photo("red"), a_photo("green"))
    page = await browser.open(f"/tickets/new/words?slip={slip_of(browser)}")
    first = page.select_one("input[name=remove]")["value"]

    await browser.send("/tickets/new/words", text="路灯坏了", remove=first)

    page = await browser.open(f"/tickets/new/words?slip={slip_of(browser)}")
    assert len(page.select("img.thumb")) == 1


async def test_the_same_slip_sent_twice_whistles_once(browser, town):
    await be(browser, town.resident)
    await to_check(browser, "路灯坏了")
    check = browser.page

    await browser.send("/tickets/new/check")
    first = address(browser)
    browser.page = check
    await browser.send("/tickets/new/check")

    assert address(browser) == first
    assert await Ticket.count() == 1


async def test_words_that_are_not_for_the_public_are_kept_from_it(browser, town):
    await be(browser, town.resident)
    await to_check(browser, "隔壁有人吵架很凶")
    await browser.send("/tickets/new/check", hidden="yes")
    ticket = await the_ticket(browser)

    own = await browser.open(f"/tickets/{ticket.id}")
    browser.sign_out()
    seen = await browser.open(f"/tickets/{ticket.id}")
    found = await browser.open("/tickets?q=吵架")
    listed = await browser.open(f"/tickets?estate={town.estate.id}")

    assert "隔壁有人吵架很凶" in own.text
    assert "已收到，等待报到" in seen.text, "the state always is"
    assert all("吵架很凶" not in page.text for page in (seen, found, listed))
    link = f"a[href='/tickets/{ticket.id}']"
    assert listed.select_one(link) and not found.select_one(link)


# --- bad input ---------------------------------------------------------------------------------


def bomb() -> bytes:
    """A small PNG of 10,000 × 10,000 pixels."""
    out = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(out, "PNG")
    return out.getvalue()


BAD = {
    "not a photo": b"<html><script>alert(1)</script></html>",
    "a program": b"MZ\x90\x00" * 100,
    "half a photo": a_photo(size=(400, 300))[:600],
    "a bomb": bomb(),
    "40 MB": a_photo() + bytes(40 * 1024 * 1024),
}


@pytest.mark.parametrize("name", BAD)
async def test_what_is_no_photo_is_refused_with_every_word_and_good_photo_kept(browser, town, name):
    await be(browser, town.resident)

    page = await say(browser, "井盖没了，小心", a_photo(), BAD[name], expect=422)

    assert page.title.text.startswith("出错")
    assert "第 2 个文件没有收" in page.select_one("#f-photos-error").text
    assert page.textarea.text.strip() == "井盖没了，小心"
    assert len(page.select("img.thumb")) == 1, "the good one stays"
    assert await Ticket.count() == 0


async def test_a_polyglot_is_drawn_anew_and_what_hid_in_it_is_gone(browser, town):
    await be(browser, town.resident)

    ticket = await whistle(browser, "路灯坏了", a_photo() + b"<script>alert('hidden')</script>")

    name = await db.value("select sha256 from ticket_photo where ticket = $1", ticket.id)
    assert b"script" not in await files.content_of(name)


async def test_a_seventh_photo_is_not_taken_and_six_are_kept(browser, town):
    await be(browser, town.resident)
    colours = ("red", "green", "blue", "white", "black", "pink", "gold")

    page = await say(browser, "路灯坏了", *(a_photo(one) for one in colours), expect=422)

    assert len(page.select("img.thumb")) == 6
    assert "最多 6 张" in page.select_one(".error-summary").text


async def test_nothing_said_is_asked_for(browser, town):
    await be(browser, town.resident)

    page = await say(browser, "  ", expect=422)

    assert "请填写发生了什么" in page.select_one(".error-summary").text


async def test_another_estate_s_building_is_refused(browser, town):
    other = await a_building(await an_estate("丁香苑"), "9")
    await be(browser, town.resident)
    await say(browser, "路灯坏了")

    for fields in ({"place": f"b_{other.id}"}, {"place": "other", "building": str(other.id)}):
        page = await browser.send("/tickets/new/place", **fields, expect=422)
        assert "只能选您居住或者拥有房屋的小区" in page.select_one(".error-summary").text

    page = await browser.send("/tickets/new/place", place=f"p_{other.parent}", expect=422)
    assert page.title.text.startswith("出错")


async def test_a_category_off_the_list_is_refused(browser, town):
    await be(browser, town.resident)
    await say(browser, "路灯坏了")
    await place(browser)

    page = await browser.send("/tickets/new/category", category="spaceship", expect=422)

    assert "没有这个类别" in page.select_one(".error-summary").text


async def test_a_slip_that_was_altered_or_is_another_s_begins_anew_and_shows_nothing(browser, town):
    await be(browser, town.resident)
    await say(browser, "只有我知道的事", a_photo())
    slip = slip_of(browser)
    await be(browser, town.neighbour)

    for given in (slip, slip[:-3], "x", ""):
        page = await browser.open(f"/tickets/new/check?slip={given}")
        assert "只有我知道的事" not in page.text
        assert address(browser) == "/tickets/new"
    response = await browser.client.get(f"/tickets/new/photos?slip={slip}")
    assert response.status_code == 404


async def test_an_owner_of_two_estates_chooses_which(browser, town):
    second = await a_building(await an_estate("丁香苑"), "9")
    person = await person_of(town.resident)
    await an_owner(await a_unit(second), person=person)
    await be(browser, town.resident)
    await say(browser, "路灯坏了")

    page = browser.page
    assert [i["value"] for i in page.select("input[name=place]")] == [
        f"b_{second.id}", f"b_{town.building.id}", f"p_{second.parent}", f"p_{town.estate.id}",
        "other",
    ]  # fmt: skip
    assert "丁香苑 9栋" in page.text


async def test_another_building_picked_below_counts_though_the_line_above_stayed(browser, town):
    other = await a_building(town.estate, "7")
    await be(browser, town.resident)
    await say(browser, "路灯坏了")
    await place(browser, building=str(other.id))

    page = await browser.open(f"/tickets/new/place?slip={slip_of(browser)}")

    assert page.select_one("input[name=place][checked]")["value"] == "other"
    assert page.select_one("option[selected]")["value"] == str(other.id)
