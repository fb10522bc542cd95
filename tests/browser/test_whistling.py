"""吹哨 in a real browser: by touch, without scripts, at 24 px; photos made small on the phone, and
words that wait there when the network goes."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image

from coordination import clock
from coordination.db import value
from coordination.tickets.visiting.links import make_link
from tests.browser.barriers import barriers
from tests.browser.conftest import be, until_it_waits
from tests.browser.screens import Screen, Windows
from tests.browser.test_resident_pages import HEAVIEST, weight
from tests.tickets.a_ticket import Neighbourhood, a_neighbourhood, a_replied_ticket
from tests.tickets.whistling.walking import person_of

REPLY = 4  # the ordinal of the reply that `a_replied_ticket` makes


@pytest.fixture
async def town(rows) -> Neighbourhood:
    return await a_neighbourhood(f"{uuid4().hex[:4]}苑")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """As a phone takes it: twelve megapixels, of something."""
    path = tmp_path / "IMG_0001.jpg"
    exif = Image.Exif()
    exif[0x010F] = "Secretphone"
    picture = Image.radial_gradient("L").resize((4000, 3000)).convert("RGB")
    picture.save(path, "JPEG", quality=95, exif=exif)
    return path


async def state_of(ticket) -> str:
    return await value("select state from ticket where id = $1", ticket.id)


async def to_words(screen: Screen, town: Neighbourhood) -> None:
    await screen.open(f"/tickets/new?estate={town.estate.id}")
    await screen.press("没有危险，开始吹哨")


async def choose_photo(screen: Screen, *paths: Path) -> None:
    await screen.page.locator("input[type=file]").set_input_files(list(paths))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("elder", [False, True], ids=["standard", "elder"])
async def test_a_whistle_with_a_photo_takes_seven_taps(
    windows: Windows, town: Neighbourhood, photo: Path, scripts: bool, elder: bool
):
    phone = await windows.phone(scripts=scripts, elder=elder)
    await be(phone, await person_of(town.resident))

    await to_words(phone, town)
    await phone.fill(text="楼道灯不亮，晚上看不见")
    await choose_photo(phone, photo)
    await phone.press("下一步")
    await phone.press("下一步")
    await phone.press("照明设施")
    await phone.press("吹哨")

    assert await phone.heading() == "哨已吹响"
    said = await phone.text()
    assert re.search(r"#\d+", said) and "027-87000000" in said and "第一次答复" in said
    photos = "ticket_photo p join ticket t on t.id = p.ticket where t.estate = $1"
    assert await value(f"select count(*) from {photos}", town.estate.id) == 1


async def test_a_photo_is_made_small_before_it_leaves_the_phone(
    windows: Windows, town: Neighbourhood, photo: Path
):
    phone, before = await windows.phone(), len(await asyncio.to_thread(photo.read_bytes))
    await be(phone, await person_of(town.resident))
    await to_words(phone, town)

    await phone.fill(text="路灯坏了")
    await choose_photo(phone, photo)
    await phone.page.wait_for_selector(".shots img")
    size = await phone.page.evaluate("document.querySelector('[name=photos]').files[0].size")
    await phone.press("下一步")

    assert size < before / 2
    assert await phone.heading() == "在哪里？"


async def test_photos_beyond_the_most_are_left_out_and_that_is_said(
    windows: Windows, town: Neighbourhood, photo: Path
):
    phone = await windows.phone()
    await be(phone, await person_of(town.resident))
    await to_words(phone, town)

    await choose_photo(phone, *[photo] * 8)
    await phone.page.wait_for_selector(".shots div:nth-child(6) img")

    said = await phone.page.locator("p.hint[role=status]").text_content()
    assert said == "照片太多，最后 2 张没有加上。先去掉几张，再加。"
    assert await phone.page.evaluate("document.querySelector('[name=photos]').files.length") == 6


async def test_a_photo_sent_at_once_waits_until_it_is_small(
    windows: Windows, town: Neighbourhood, photo: Path
):
    phone = await windows.phone()
    await be(phone, await person_of(town.resident))
    await to_words(phone, town)
    await phone.fill(text="路灯坏了")

    await choose_photo(phone, photo)
    await phone.press("下一步")

    assert await phone.heading() == "在哪里？"


async def test_words_and_photos_wait_on_the_phone_until_they_are_sent(
    windows: Windows, town: Neighbourhood, photo: Path
):
    phone = await windows.phone()
    await be(phone, await person_of(town.resident))
    await to_words(phone, town)
    await phone.fill(text="信号不好的地方写的")
    await choose_photo(phone, photo)
    await phone.page.wait_for_selector(".shots img")
    await until_it_waits(phone, "信号不好的地方写的")
    await phone.context.set_offline(True)
    await phone.page.wait_for_function("!navigator.onLine")
    await phone.named("下一步").tap()
    await phone.page.get_by_text("现在没有网络").wait_for()
    await phone.context.set_offline(False)

    await to_words(phone, town)
    await phone.page.wait_for_selector(".shots img")
    kept = await phone.page.locator("textarea").input_value()
    await be(phone, await person_of(town.neighbour))
    await to_words(phone, town)
    await phone.page.wait_for_timeout(500)
    anothers = await phone.page.locator("textarea").input_value()

    assert kept == "信号不好的地方写的"
    assert anothers == "", "what waits on a shared phone is its writer's"


async def test_what_was_sent_does_not_come_back(windows: Windows, town: Neighbourhood):
    phone = await windows.phone()
    await be(phone, await person_of(town.resident))
    await to_words(phone, town)
    await phone.page.locator("textarea").press_sequentially("路灯坏了")
    await until_it_waits(phone, "路灯坏了")
    for words in ("下一步", "下一步", "照明设施", "吹哨"):
        await phone.press(words)

    await to_words(phone, town)
    await phone.page.wait_for_timeout(500)

    assert await phone.page.locator("textarea").input_value() == ""


async def test_what_is_no_photo_is_refused_and_every_word_stays(
    windows: Windows, town: Neighbourhood, tmp_path: Path
):
    fake = tmp_path / "IMG_0002.jpg"
    fake.write_bytes(b"<html><script>alert(1)</script>")
    phone = await windows.phone()
    await be(phone, await person_of(town.resident))
    await to_words(phone, town)
    await phone.fill(text="井盖没了")
    await choose_photo(phone, fake)

    page = await phone.press("下一步", expect=422)

    assert page.title and page.title.text.startswith("出错")
    assert page.textarea and page.textarea.text.strip() == "井盖没了"
    windows.faults.found.clear()  # Chromium logs the picture that it could not draw


async def test_back_and_refresh_lose_nothing(windows: Windows, town: Neighbourhood):
    phone = await windows.phone(scripts=False)
    await be(phone, await person_of(town.resident))
    await to_words(phone, town)
    await phone.fill(text="路灯坏了")
    await phone.press("下一步")
    await phone.fill(spot="东门")
    await phone.press("下一步")

    await phone.page.reload()
    await phone.press("照明设施")
    await phone.page.go_back()
    await phone.page.go_back()
    await phone.page.go_forward()
    await phone.press("照明设施")
    said = await phone.text()

    assert "路灯坏了" in said and "东门" in said


async def test_the_link_from_a_message_is_answered_with_one_touch(
    windows: Windows, town: Neighbourhood
):
    at = clock.now()
    solved, unsolved = [await a_replied_ticket(town, at - timedelta(days=2)) for _ in range(2)]
    phone = await windows.phone(scripts=False)

    await phone.open(f"/r/{await make_link(solved.id, solved.estate, REPLY, at)}")
    await phone.press("已解决")
    await phone.choose("基本满意")
    await phone.press("评价")
    thanks = await phone.heading()
    await phone.open(f"/r/{await make_link(unsolved.id, unsolved.estate, REPLY, at)}")
    await phone.press("未解决，退回重办")

    assert thanks == "谢谢您的评价"
    assert await phone.heading() == "已经退回重办"
    assert (await state_of(solved), await state_of(unsolved)) == ("closed", "reopened")


# --- what holds for every page of these ----------------------------------------------------------


async def whistled(windows: Windows, town: Neighbourhood, photo: Path) -> str:
    """The path of a neighbour's ticket with a photo."""
    phone = await windows.phone()
    await be(phone, await person_of(town.neighbour))
    await to_words(phone, town)
    await phone.fill(text="楼道灯不亮")
    await choose_photo(phone, photo)
    for words in ("下一步", "下一步", "照明设施", "吹哨", "看这张工单"):
        await phone.press(words)
    return phone.path


async def all_pages(windows: Windows, town: Neighbourhood, photo: Path, *, elder: bool):
    """Each page that a visitor or a resident opens, on a phone, with something on it."""
    at, of = clock.now(), f"?estate={town.estate.id}"
    ticket = await whistled(windows, town, photo)
    replied = await a_replied_ticket(town, at - timedelta(days=3))
    token = await make_link(replied.id, replied.estate, REPLY, at)
    phone = await windows.phone(elder=elder)
    for path in (f"/tickets/new{of}", f"/tickets/new/dangers/lift{of}", f"/tickets{of}", ticket,
                 f"/r/{token}"):  # fmt: skip
        await phone.open(path)
        yield phone
    await be(phone, await person_of(town.resident))
    for path in ("/tickets/mine", f"/tickets/{replied.id}", "/tickets/new/words"):
        await phone.open(path)
        yield phone
    await phone.fill(text="楼道灯不亮，晚上看不见")
    for words in ("下一步", "下一步", "照明设施", "都不是，继续吹哨", "吹哨"):
        await phone.press(words)
        yield phone


async def test_thumbs_and_old_eyes_find_their_way(
    windows: Windows, town: Neighbourhood, photo: Path
):
    found = {}
    async for phone in all_pages(windows, town, photo, elder=True):
        if problems := await barriers(phone, elder=True):
            found[await phone.heading()] = problems

    assert found == {}


async def test_assistive_technology_finds_its_way_and_no_page_weighs_more_than_60_kb(
    windows: Windows, town: Neighbourhood, photo: Path
):
    another, found, weights = await windows.phone(), {}, {}
    async for phone in all_pages(windows, town, photo, elder=False):
        if problems := await barriers(phone):
            found[await phone.heading()] = problems
        cookies = await phone.context.cookies()
        await another.context.add_cookies(cookies)  # pyright: ignore[reportArgumentType]
        weights[phone.path.split("?")[0]] = await weight(another, phone.path)

    assert found == {}
    assert {path: size for path, size in weights.items() if size > HEAVIEST} == {}
    assert min(weights.values()) > 1_000, "it was measured"
