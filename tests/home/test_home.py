"""What of one's own stands on the home of an estate, and what lies ahead there by its day."""

from datetime import timedelta

from coordination.home.ahead import lies_ahead
from coordination.home.neighbourhood import read_neighbourhood
from coordination.home.queries import estate_home
from tests.builders import a_building, a_unit, an_estate, an_owner
from tests.conftest import Browser
from tests.disclosures.a_disclosure import a_town as a_disclosing_town
from tests.disclosures.consultations.a_consultation import DURING, a_consultation
from tests.home.test_pages import links, words
from tests.meetings.a_meeting import STARTS, TODAY, a_noticed, a_planned, a_town
from tests.tickets.a_ticket import (
    a_closed_ticket,
    a_neighbourhood,
    a_replied_ticket,
    a_ticket,
)


async def test_who_whistled_sees_where_it_is_now_and_a_neighbour_does_not(browser: Browser):
    town = await a_neighbourhood()
    path = f"/estates/{town.estate.id}"
    mine = await a_ticket(town, text="灯不亮")
    replied = await a_replied_ticket(town)
    await a_closed_ticket(town)

    await browser.sign_in(town.neighbour)
    assert "我吹的哨" not in words(await browser.open(path))

    await browser.sign_in(town.resident)
    mine_all = words(await browser.open("/tickets/mine"))
    assert "已答复，请您确认" in mine_all and "等吹哨人" not in mine_all
    for page in (await browser.open(path), await browser.open("/me")):
        said = words(page)
        assert f"#{replied.number}" in said and "已答复，请您确认" in said
        assert said.index("请您确认") < said.index("已收到，等待报到"), "what waits for one first"
        assert {f"/tickets/{mine.id}", f"/tickets/{replied.id}"} <= links(page)
        assert "已办结" not in said


async def test_a_meeting_stands_ahead_from_its_notice_until_it_is_over(database):
    town = await a_town()
    await a_planned(town, "three_party", title="还没有通知的会")
    meeting = await a_noticed(town)

    def titles(home, at):
        return [(one.title, one.href) for one in lies_ahead(home, at)]

    ahead = titles(await estate_home(town.estate.id, TODAY), TODAY)
    assert ahead == [(meeting.title, f"/meetings/{meeting.id}")]

    late = STARTS + timedelta(hours=7)
    assert titles(await estate_home(town.estate.id, late), late) == []


async def test_what_ends_at_midnight_is_shown_on_the_day_before(database):
    town = await a_disclosing_town()
    await a_consultation(town)

    [one] = lies_ahead(await estate_home(town.estate.id, DURING), DURING)

    assert one.when == (4, 16, "24:00")


async def test_a_page_of_one_estate_opens_at_the_one_last_looked_at(browser: Browser):
    mine, _ = await an_estate("梧桐苑"), await an_estate("丁香苑")
    await read_neighbourhood()
    assert "请选择小区" in words(await browser.open("/disclosures"))

    await browser.open(f"/estates/{mine.id}")
    browser.client.cookies.set("estate", str(mine.id))
    for path in ("/disclosures", "/responsible", "/registers", "/rooms", "/consultations"):
        page = await browser.open(path)
        assert "梧桐苑" in page.h1.text, path

    assert "请选择小区" in words(await browser.open("/responsible?choose=yes"))

    await browser.open("/rooms?week=2026-03-02", expect=303, follow=False)
    assert browser.response
    assert browser.response.headers["location"] == f"/rooms?estate={mine.id}&week=2026-03-02"


async def test_an_address_that_is_not_there_asks_only_strangers_to_sign_in(browser: Browser):
    estate = await an_estate()
    assert (await browser.open("/no-such-page", expect=404)).select_one(".tools a[href='/sign-in']")

    await browser.sign_in(await an_owner(await a_unit(await a_building(estate))))

    page = await browser.open("/no-such-page", expect=404)
    assert not page.select_one(".tools a[href='/sign-in']")
