"""After one ticket the next: whoever has forty of them open keeps the list they came from."""

import pytest

from tests.tickets.a_ticket import HOUR, WHISTLED, a_neighbourhood, a_ticket
from tests.tickets.desk.a_desk import sign_in


@pytest.fixture
async def town(database):
    return await a_neighbourhood()


async def test_what_is_done_leads_to_the_next_of_the_same_list_and_back_to_it(
    town, browser, time_is
):
    time_is(WHISTLED + HOUR)
    first, elsewhere = await a_ticket(town), await a_ticket(town, category="lift-trapped")
    second = await a_ticket(town)
    await sign_in(browser, town.keeper)
    listed = await browser.open("/desk/tickets?priority=p2")
    [link] = [one["href"] for one in listed.select(".ticket a") if str(first.id) in one["href"]]

    await browser.open(link)
    page = await browser.send(
        f"/desk/tickets/{first.id}/notes", words="去看过了", of="?priority=p2"
    )

    following = [one["href"] for one in page.select(".panel.done a")]
    assert following == [f"/desk/tickets/{second.id}?of=%3Fpriority%3Dp2"]
    assert page.select_one(".back a")["href"] == "/desk/tickets?priority=p2"
    assert str(elsewhere.id) not in page.text
    assert page.select_one(f"a[href='/desk/tickets/matters/new?ticket={first.id}']") is None
