"""What of one's own stands on the home of an estate, and what lies ahead there by its day."""

from datetime import timedelta

from coordination.home.ahead import lies_ahead
from coordination.home.queries import estate_home
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
