"""A ticket from the property's phone to the community's desk, as the people there hold it."""

import asyncio
import io
import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from PIL import Image

from coordination import clock
from coordination.db import row
from coordination.people.askers import Asker
from coordination.people.queries import person_of
from coordination.people.secrecy import seal_phone
from coordination.web import live
from tests.browser.barriers import barriers
from tests.browser.conftest import be
from tests.browser.screens import Screen
from tests.tickets.a_ticket import Neighbourhood, a_neighbourhood, a_ticket


def a_photo() -> dict:
    out = io.BytesIO()
    Image.new("RGB", (900, 600), "seagreen").save(out, "JPEG")
    return {"name": "处理后.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


@dataclass
class Desk:
    """A neighbourhood of its own beside the demo's, with one ticket just whistled."""

    town: Neighbourhood
    id: str
    number: int

    @property
    def path(self) -> str:
        return f"/desk/tickets/{self.id}"


@pytest.fixture
async def desk(rows) -> Desk:
    town = await a_neighbourhood(f"测试{uuid4().hex[:6]}")
    ticket = await a_ticket(
        town, at=clock.now() - timedelta(minutes=20), text="三单元楼道灯不亮，晚上看不见路",
        caller="王女士", caller_phone_sealed=seal_phone("+8613800138000"), caller_phone_tail="8000",
    )  # fmt: skip
    return Desk(town, str(ticket.id), ticket.number)


async def sit(screen: Screen, asker: Asker) -> Screen:
    await be(screen, await person_of(asker.id))
    return screen


async def test_the_property_handles_it_on_a_phone_and_the_community_calls_from_a_desk(
    windows, desk
):
    phone = await sit(await windows.phone(), desk.town.keeper)
    await phone.open("/desk/tickets")
    assert f"#{desk.number}" in await phone.text()
    await phone.going(lambda: phone.page.locator(".ticket button").first.tap())
    await phone.open(desk.path)
    await phone.going(lambda: phone.page.locator("#dispatches button").tap())
    await phone.page.locator("#replies [name=words]").fill("换了灯管，已经亮了")
    await phone.page.locator("#replies label.choice").filter(has_text="已解决").tap()
    await phone.page.locator("#replies [name=after]").set_input_files([a_photo()])
    page = await phone.going(lambda: phone.page.locator("#replies button").tap())
    assert "已答复" in page.text and page.select(".history img")

    table = await sit(await windows.desk(), desk.town.worker)
    await table.open("/work")
    await table.press(re.compile("待回访"))
    await table.press(f"#{desk.number} 照明设施")
    page = await table.press("显示号码（会记录）")
    assert page.select_one("a[href='tel:13800138000']")
    await table.choose("打通了：已解决")
    await table.fill(rating="满意", words="灯亮了，谢谢")
    await table.press("记下这次通话")

    found = await row("select state, outcome, rating from ticket where id = $1", desk.id)
    assert tuple(found) == ("closed", "solved", "satisfied")


async def test_the_board_says_what_moved_and_leaves_a_form_that_is_being_filled_alone(
    windows, desk
):
    table = await sit(await windows.desk(), desk.town.manager)
    async with table.page.expect_response("**/live/tickets/*"):  # the stream is open
        await table.open("/desk/tickets")
    await table.page.locator("summary").first.click()
    box = table.page.locator("#f-number")
    await box.fill("12")
    moved = table.page.locator(".moved")

    await a_ticket(desk.town, at=clock.now(), text="又坏了一盏")

    await moved.wait_for(timeout=10_000)
    assert "有 1 条更新" in await moved.inner_text()
    assert await box.input_value() == "12"
    assert await table.page.locator(".piles a", has_text="待报到").inner_text() == "待报到\n2"


async def test_every_page_of_the_desk_fits_a_phone_a_desk_and_old_eyes(windows, desk):
    found = {}
    for asker, paths in (
        (desk.town.keeper, ("/desk/tickets", desk.path, "/desk/filings/new", "/work")),
        (desk.town.worker, ("/desk/inbox", "/desk/tickets", desk.path, "/desk/visits",
                            "/desk/handovers",
                            f"/desk/handovers/{desk.town.estate.id}",
                            f"/desk/filings/{desk.id}")),
    ):  # fmt: skip
        for elder in (False, True):
            phone = await sit(await windows.phone(elder=elder), asker)
            for path in paths:
                await phone.open(path)
                if met := await barriers(phone, elder=elder):
                    found[path, elder] = met
                await phone.widen()

    assert found == {}


async def test_the_desk_works_without_scripts(windows, desk):
    phone = await sit(await windows.phone(scripts=False), desk.town.keeper)
    await phone.open("/desk/tickets")

    await phone.going(lambda: phone.page.locator(".ticket button").first.tap())
    await phone.press(f"#{desk.number} 照明设施")

    assert "经办人" in await phone.text()


async def test_what_is_told_while_the_list_is_asking_is_not_missed(windows, desk):
    screen = await sit(await windows.desk(), desk.town.manager)
    asking, held = asyncio.Event(), asyncio.Event()

    async def hold_the_first(route):
        answer = await route.fetch()
        if not asking.is_set():
            asking.set()
            await held.wait()
        await route.fulfill(response=answer)

    await screen.page.route("**/desk/tickets/updates*", hold_the_first)
    async with screen.page.expect_response("**/live/tickets/*"):
        await screen.open("/desk/tickets")
    stream = await screen.page.locator("[sse-connect]").get_attribute("sse-connect")
    topic = UUID(str(stream).rpartition("/")[2])
    await a_ticket(desk.town, at=clock.now(), text="第一张")
    await live.tell("tickets", topic)
    await asyncio.wait_for(asking.wait(), 10)
    await a_ticket(desk.town, at=clock.now(), text="第二张")
    await live.tell("tickets", topic)
    await asyncio.sleep(0.3)  # it reaches the page, which is still asking
    held.set()

    await screen.page.locator("#piles p", has_text="未办结 3 张").wait_for(timeout=5_000)
