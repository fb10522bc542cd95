"""辖区各小区一览: who oversees sees the estates below, by the figures that the public sees."""

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from coordination.clock import SHANGHAI
from coordination.home.overview import HEADER
from coordination.people.tables import Body, BodyKind
from coordination.reports.monthly.queries import read_cohort
from coordination.tickets.figures.periods import month_of
from coordination.tickets.figures.queries import Asked, tally
from tests.builders import a_body
from tests.conftest import Browser
from tests.home.test_pages import words
from tests.tickets.a_ticket import WHISTLED, Neighbourhood, a_closed_ticket, a_neighbourhood
from tests.tickets.a_ticket import a_ticket as an_open_ticket

LATER = WHISTLED + timedelta(days=20)
TODAY = LATER.astimezone(SHANGHAI).date()


@pytest.fixture
async def town(database, time_is) -> Neighbourhood:
    """One ticket solved, one left lying, one in another street; a committee near its end."""
    town, elsewhere = await a_neighbourhood(), await a_neighbourhood("临江花园")
    await a_closed_ticket(town)
    await an_open_ticket(town)
    await an_open_ticket(elsewhere)
    committee = await a_body(BodyKind.OWNERS_COMMITTEE, town.estate, "梧桐苑业委会")
    await Body.update(until=TODAY + timedelta(days=60)).where(Body.id == committee.id)
    time_is(LATER)
    return town


def line_of(page, name: str) -> dict[str, str]:
    [row] = [row for row in page.select("tbody tr") if row.td.get_text(strip=True) == name]
    return {cell["data-label"]: "".join(cell.text.split()) for cell in row.select("td")}


async def test_the_street_sees_its_estates_and_no_other(browser: Browser, town: Neighbourhood):
    await browser.sign_in(town.officer)

    page = await browser.open("/overview")

    line = line_of(page, "梧桐苑")
    assert (line["逾期合计"], line["超期工单"]) == ("1", "1没报到1"), "how many, and why"
    assert line["解决率"].startswith("100.00%") and line["解决率"].endswith("1/1")
    assert line["业委会任期"].startswith("○"), "its end is near: a sign, not colour alone"
    assert "临江花园" not in words(page)


async def test_every_number_leads_to_what_it_counts(browser: Browser, town: Neighbourhood):
    await browser.sign_in(town.officer)
    page = await browser.open("/overview")
    hrefs = [a["href"] for a in page.select("tbody tr a")]
    assert len(hrefs) > 6
    for href in hrefs:
        assert await browser.open(href)

    late = await browser.open(next(href for href in hrefs if "overdue" in href))
    assert "楼道灯不亮" in words(late)


async def test_the_rates_are_those_of_the_public_sheet(town: Neighbourhood, browser: Browser):
    month = month_of(LATER)
    public = await tally(Asked(town.estate, month, read_cohort(""), LATER))
    await browser.sign_in(town.worker)

    line = line_of(await browser.open("/overview"), "梧桐苑")

    part, whole = public.total["solved"], public.total["closed"]
    assert line["解决率"].endswith(f"{part}/{whole}")


async def test_sheet_and_table_say_what_the_page_says(browser: Browser, town: Neighbourhood):
    await browser.sign_in(town.officer)

    answer = await browser.client.get("/overview/estates.xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    table = (await browser.client.get("/overview/estates.csv")).text

    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] == "梧桐苑"]
    [row] = [dict(zip(HEADER, row, strict=False)) for row in rows]
    assert (row["正在超期的工单"], row["已解决"], row["已办结"]) == (1, 1, 1)
    assert row["任期到"] == (TODAY + timedelta(days=59)).isoformat(), "the last day of it"
    assert "梧桐苑" in table and "临江花园" not in table


@pytest.mark.parametrize("who", ["manager", "resident"])
async def test_it_is_for_those_who_oversee(browser: Browser, town: Neighbourhood, who: str):
    await browser.sign_in(getattr(town, who))

    page = await browser.open("/overview", expect=403)

    assert "临江花园" not in words(page)
