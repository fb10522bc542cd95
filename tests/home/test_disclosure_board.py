"""What a body owes the public shelves stands on the board of those who speak for it."""

import pytest

from coordination.disclosures.actions import publish_disclosure
from tests.conftest import Browser
from tests.disclosures.a_disclosure import EARLY, INCOME, a_town
from tests.disclosures.test_pages import LATE, words
from tests.matters.a_matter import asking


def tasks(page) -> dict[str, str]:
    return {
        cell.b.text: words(cell.select_one(".weui-cell__ft"))
        for cell in page.select(".weui-cell[href='/disclosures/desk']")
    }


async def test_the_board_counts_what_is_late_and_what_is_near_of_ones_own(
    browser: Browser, time_is
):
    town = await a_town()
    await a_town("丁香苑")
    time_is(LATE)
    await browser.sign_in(town.manager)

    assert tasks(await browser.open("/work")) == {"已逾期，公开栏里人人看得到": "！ 3 项"}
    await publish_disclosure(
        await asking(town.manager, EARLY), await town.owed(), "", None, INCOME, LATE
    )
    assert tasks(await browser.open("/work")) == {"已逾期，公开栏里人人看得到": "！ 2 项"}


@pytest.mark.parametrize("who", ["member", "worker"])
async def test_the_others_find_theirs_too(browser: Browser, time_is, who):
    town = await a_town()
    time_is(EARLY)
    await browser.sign_in(getattr(town, who))

    assert tasks(await browser.open("/work")) != {}


async def test_the_tab_leads_to_the_shelves_and_they_to_the_notices_and_back(browser: Browser):
    town = await a_town()

    page = await browser.open("/disclosures")

    [tab] = page.select(".tabs a[aria-current=page]")
    assert tab["href"].startswith("/disclosures") and tab.text.strip() == "公开"
    notices = page.select_one(f"a[href='/notices?estate={town.estate.id}']")["href"]
    back = await browser.open(notices)
    assert back.select(f"a.weui-btn[href='/disclosures?estate={town.estate.id}']")
