"""专项整治: suggested by clusters, opened by who may, its members and figures public."""

from datetime import timedelta

import pytest

from coordination import clock, db
from coordination.errors import Conflict, Invalid, NotAllowed
from coordination.people.tables import Person
from coordination.tickets.campaigns.actions import (
    Ended,
    add_open_tickets,
    end_campaign,
    open_campaign,
    propose_topic,
)
from coordination.tickets.campaigns.queries import clusters, read_campaign
from coordination.tickets.routing.seeds import category_id
from coordination.tickets.tables import Ticket
from tests.builders import a_building
from tests.tickets.a_ticket import DAY, HOUR, WHISTLED, a_neighbourhood, a_ticket
from tests.tickets.figures_rows import closed, tickets

AT = WHISTLED + DAY
LIFT = category_id("lift-out")


@pytest.fixture
async def town(database):
    return await a_neighbourhood()


async def opened(town, **more):
    return await open_campaign(
        town.worker, town.estate.id, LIFT, "电梯整治", "逐台检修。", AT + 30 * DAY, AT, **more
    )  # fmt: skip


async def test_five_alike_in_one_building_suggest_a_campaign_and_four_do_not(town):
    for _ in range(4):
        await a_ticket(town, category="lift-out")
    assert await clusters(town.estate, AT) == []
    await a_ticket(town, category="lift-out")

    [found] = await clusters(town.estate, AT)

    assert (found.building, found.category, len(found.tickets)) == (town.building.id, LIFT, 5)


async def test_ten_alike_over_the_estate_suggest_one_wherever_they_are(town):
    for number in range(5):
        building = await a_building(town.estate, f"{number + 2}栋")
        await a_ticket(town, category="lift-out", building=building.id)
        await a_ticket(town, category="lift-out", building=building.id)

    [found] = await clusters(town.estate, AT)

    assert (found.building, len(found.tickets)) == (None, 10)


async def test_what_is_older_merged_or_in_a_campaign_suggests_nothing(town):
    old = {"category": LIFT, "building": town.building.id, "holder": town.company.id}
    await tickets(town.estate, AT - 31 * DAY, 5, **old)
    await tickets(town.estate, AT - DAY, 5, state="merged", **old)
    await tickets(town.estate, AT - DAY, 5, **old)
    assert len(await clusters(town.estate, AT)) == 1

    await opened(town)

    assert await clusters(town.estate, AT) == []


async def test_a_campaign_takes_the_open_tickets_of_its_kind_and_no_others(town):
    mine = await a_ticket(town, category="lift-out")
    other = await a_ticket(town, category="lighting")
    [done] = await tickets(
        town.estate, AT - DAY, category=LIFT, holder=town.company.id, **closed(AT - DAY, HOUR)
    )

    campaign = await opened(town)

    of = {row["id"]: row["campaign"] for row in await db.rows("select id, campaign from ticket")}
    assert of == {mine.id: campaign.id, other.id: None, done: None}
    late = await a_ticket(town, category="lift-out", at=AT + HOUR)
    assert await add_open_tickets(town.worker, campaign.id, AT + HOUR) == 1
    assert (await Ticket.objects().get(Ticket.id == late.id)).campaign == campaign.id


async def test_the_property_company_opens_none_and_a_form_must_be_whole(town):
    with pytest.raises(NotAllowed):
        await open_campaign(town.manager, town.estate.id, LIFT, "整治", "。", AT + DAY, AT)
    with pytest.raises(Invalid) as refusal:
        await open_campaign(town.worker, town.estate.id, LIFT, " ", "", AT, AT)
    assert set(refusal.value.fields) == {"title", "text", "ends_on"}


async def test_before_and_after_are_windows_of_equal_length(town):
    await tickets(town.estate, AT - 3 * DAY, 4, category=LIFT, holder=town.company.id,
                  **closed(AT - 3 * DAY, DAY))  # fmt: skip
    await tickets(town.estate, AT - 30 * DAY, 9, category=LIFT, holder=town.company.id)
    campaign = await opened(town)
    await tickets(town.estate, AT + 5 * DAY, 1, category=LIFT, holder=town.company.id)

    read = await read_campaign(campaign.id, AT + 10 * DAY)

    assert read.days == 10
    assert (read.before.accepted, read.before.solved, read.before.median) == (4, 4, 86_400)
    assert (read.after.accepted, read.after.solved, read.after.median) == (1, 0, None)


async def test_a_topic_is_a_matter_that_its_open_tickets_are_linked_to(town):
    ticket = await a_ticket(town, category="lift-out")
    campaign = await opened(town)

    matter = await propose_topic(town.worker, campaign.id, AT)

    assert (await Ticket.objects().get(Ticket.id == ticket.id)).matter == matter
    found = await db.row("select title, door, place from matter where id = $1", matter)
    assert tuple(found) == ("电梯整治", "tickets", town.estate.id)
    with pytest.raises(Conflict):
        await propose_topic(town.worker, campaign.id, AT)


async def test_it_ends_once_with_words_and_takes_no_more(town):
    campaign = await opened(town)
    with pytest.raises(Invalid):
        await end_campaign(town.worker, campaign.id, " ", AT + DAY)
    await end_campaign(town.worker, campaign.id, "六台电梯全部检修。", AT + DAY)

    with pytest.raises(Ended):
        await add_open_tickets(town.worker, campaign.id, AT + 2 * DAY)


async def test_it_is_walked_in_a_browser_and_read_by_anybody(town, browser, time_is):
    time_is(AT)
    for _ in range(5):
        await a_ticket(town, category="lift-out")
    worker = await Person.objects().get(Person.id == town.worker.id)
    await browser.sign_in(worker)
    page = await browser.open("/campaigns")
    suggested = page.select_one("a[href*='/campaigns/new?place']")["href"]
    await browser.open(suggested)
    wrong = await browser.send("/campaigns/new", place=str(town.estate.id), category=str(LIFT),
                               title="电梯整治", text="逐台检修。", ends_on="2026-03-01",
                               expect=422)  # fmt: skip
    assert "结束日期要在今天以后" in wrong.text
    day = (clock.now() + timedelta(days=30)).date().isoformat()
    await browser.send("/campaigns/new", place=str(town.estate.id), category=str(LIFT),
                       title="电梯整治", text="逐台检修。", ends_on=day)  # fmt: skip
    path = browser.response.url.path
    await browser.send(f"{path}/topic")
    await browser.send(f"{path}/end", findings="", expect=422)
    await browser.send(f"{path}/end", findings="全部修好。")
    browser.sign_out()

    page = await browser.open(path)

    assert "全部修好" in page.text and len(page.select("a[href^='/tickets/']")) >= 5
    assert not page.select("form[method=post]")
