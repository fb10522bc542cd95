"""Three tickets about one thing become a matter, are screened, met about, carried out and judged;
one page tells all of it, and below sixty per cent it comes back."""

from datetime import timedelta
from uuid import UUID

from coordination.matters.sweeping import sweep_matters
from coordination.people.tables import Person
from coordination.tickets.handling.linking import link_matter
from coordination.tickets.kinds import EventKind
from tests.builders import a_unit, an_owner
from tests.conftest import Browser
from tests.tickets.a_ticket import (
    WHISTLED,
    Neighbourhood,
    a_handled_ticket,
    a_neighbourhood,
    it_happens,
)

DAY = timedelta(days=1)


async def sign_in(browser: Browser, who) -> None:
    person = await Person.objects().get(Person.id == who.id)
    assert person
    await browser.sign_in(person)


async def the_community_raises_it(browser: Browser, town: Neighbourhood, tickets) -> str:
    """点事, in its own name, with the tickets linked; the address of the matter."""
    await sign_in(browser, town.worker)
    await browser.open("/matters/new")
    await browser.send(
        "/matters/new", place=str(town.estate.id), door="tickets", title="车库收费要公开",
        text="三张工单反映同一件事，请大家一起商量。",
    )  # fmt: skip
    assert browser.response
    at = browser.response.url.path
    matter = UUID(at.rsplit("/", 1)[-1])
    for ticket in tickets:
        await link_matter(town.worker, ticket.id, matter, WHISTLED + timedelta(hours=2))
    return at


async def the_parties_meet_and_decide(browser: Browser, town: Neighbourhood, at: str) -> None:
    """提事, 议事, 决事, each with its public word; one party alone does not meet."""
    await sign_in(browser, town.second_worker)
    page = await browser.open(at)
    assert "第 2 步，共 6 步：两委提事" in page.text
    await browser.send(f"{at}/screenings", decision="listed", words="列入四方联席会议。")
    alone = {"words": "开过会了。", "parties": str(town.company.id)}
    await browser.send(f"{at}/advances", expect=422, **alone)
    both = [str(town.company.id), str(town.committee.id)]
    await browser.send(f"{at}/advances", words="三方到会，物业说明了成本。", parties=both)
    await browser.send(
        f"{at}/advances", words="公开收支，暂缓涨价。", way="consensus", carried="yes",
        holder=str(town.company.id),
    )  # fmt: skip


async def test_a_ticket_cluster_becomes_a_matter_that_the_public_judges(browser, time_is):
    time_is(WHISTLED)
    town = await a_neighbourhood()
    homes = [await a_unit(town.building, f"20{number}") for number in range(5)]
    neighbours = [await an_owner(home, name=f"邻居{n}") for n, home in enumerate(homes)]
    tickets = [await a_handled_ticket(town, text=f"车库收费又涨，第{n}次反映") for n in range(3)]
    at = await the_community_raises_it(browser, town, tickets)

    for person in neighbours:  # the fifth brings it to the screening
        await browser.sign_in(person)
        await browser.open(at)
        await browser.send(f"{at}/supports")
    time_is(WHISTLED + 3 * DAY)
    await the_parties_meet_and_decide(browser, town, at)
    await it_happens(tickets[0], EventKind.NOTE, town.keeper, WHISTLED + 4 * DAY, "收支表做好了")
    time_is(WHISTLED + 5 * DAY)
    await sign_in(browser, town.second_worker)
    await browser.open(at)
    await browser.send(f"{at}/advances", words="收支已上墙。")
    for person, grade in zip(neighbours, ("good", "poor", "poor"), strict=False):
        await browser.sign_in(person)
        await browser.open(at)
        await browser.send(f"{at}/evaluations", grade=grade, words="")
    await sweep_matters(WHISTLED + 30 * DAY)

    browser.sign_out()
    time_is(WHISTLED + 31 * DAY)
    it_tells_all_of_it_and_no_name(await browser.open(at))


def it_tells_all_of_it_and_no_name(page) -> None:
    assert "第 3 步，共 6 步：居民议事（第 2 次）" in page.text
    assert "3 张" in page.text
    told = [" ".join(line.text.split()) for line in page.select(".timeline b")]
    assert told[0].startswith("公众评价不合格，退回再议：3 人评价，满意 1 人")
    for said in (
        "收支表做好了", "办理完成", "公开收支，暂缓涨价。", "三方到会", "列入四方联席会议。",
        "支持达到人数", "归入事项", "提出",
    ):  # fmt: skip
        assert any(said in line for line in told), said
    for name in ("邻居0", "网格员", "社工"):
        assert name not in page.text
