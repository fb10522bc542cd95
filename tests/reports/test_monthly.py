"""The monthly sheet: exact, the same on page, print and workbook; each number opens its list."""

import io
from datetime import UTC, date, datetime

import pytest
from python_calamine import CalamineWorkbook

from coordination.people.tables import BodyKind
from coordination.places.tables import Place, PlaceKind
from coordination.reports.monthly.coverage import coverage
from coordination.reports.monthly.printing import sheet_data
from coordination.reports.monthly.queries import monthly_sheet
from coordination.tickets.figures.periods import Cohort, Period
from coordination.tickets.figures.queries import Asked
from tests.builders import a_body, a_building, a_place, an_estate
from tests.tickets.figures_rows import DAY, closed, tickets

MARCH = Period(2026, 3)
BEGAN = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
NOW = datetime(2026, 4, 20, 1, 0, tzinfo=UTC)


@pytest.fixture
async def estate(database, time_is):
    time_is(NOW)
    estate = await an_estate()
    building = await a_building(estate, "1栋")
    await tickets(estate, BEGAN, 3, building=building.id, **closed(BEGAN, rating="satisfied"))
    await tickets(estate, BEGAN, 2, **closed(BEGAN, 6 * DAY, "explained"))
    await tickets(estate, BEGAN, 1, state="merged")
    return estate


def number_in(page, figure: str) -> list[str]:
    """The cells of a figure's row."""
    [row] = [tr for tr in page.select("tr") if (b := tr.select_one("b")) and b.text == figure]
    return [cell.text.strip() for cell in row.select("td")][1:3]


async def test_the_page_says_each_figure_with_its_fraction_and_definition(browser, estate):
    page = await browser.open(f"/reports/{estate.id}?period=2026-03")

    assert page.h1.text == "梧桐苑2026年3月工单统计月报"
    assert number_in(page, "解决率") == ["60.00%", "已解决 3 / 已办结 5"]
    assert number_in(page, "满意率") == ["100.00%", "满意和基本满意 3 / 已评价 3"]
    assert "部分解决、列入计划、已解释、不予受理、失联都不算已解决" in page.text


async def test_every_number_opens_a_list_of_as_many_tickets(browser, estate):
    page = await browser.open(f"/reports/{estate.id}?period=2026-03")
    links = {a["href"]: a.text.strip() for a in page.select("a[href*='/tickets?']")}
    assert len(links) > 40

    for href, number in links.items():
        listed = await browser.open(href)
        rows = listed.select("tbody tr")
        assert str(len(rows)) == number.removesuffix(" 件"), href


async def test_a_list_names_no_person_and_no_words_of_a_ticket(browser, estate):
    await tickets(estate, BEGAN, text="王女士家漏水", caller="王女士", is_public=False)

    await browser.open(f"/reports/{estate.id}/tickets?period=2026-03&count=accepted")

    assert "王女士" not in browser.response.text


async def test_a_month_without_tickets_says_so_and_divides_by_nothing(browser, estate):
    page = await browser.open(f"/reports/{estate.id}?period=2025-01&cohort=due")

    assert "本期没有工单" in page.text
    assert number_in(page, "解决率")[0] == "—"


async def test_no_sheet_of_a_building_nor_of_an_unknown_count(browser, estate):
    building = await a_building(estate, "2栋")

    await browser.open(f"/reports/{building.id}", expect=404)
    await browser.open(f"/reports/{estate.id}/tickets?count=persons", expect=404)


async def test_the_workbook_has_whole_numbers_and_its_facts_on_top(browser, estate):
    response = await browser.client.get(f"/reports/{estate.id}/sheet.xlsx?period=2026-03")

    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    rows = book.get_sheet_by_name("指标").to_python()
    assert rows[0][:2] == ["报表", "梧桐苑2026年3月工单统计月报"]
    [solved] = [row for row in rows if row[0] == "解决率"]
    assert solved[1:4] == ["60.00%", 3, 5]


async def test_the_csv_has_the_whole_and_each_part(browser, estate):
    response = await browser.client.get(f"/reports/{estate.id}/sheet.csv?period=2026-03")

    lines = response.content.decode("utf-8-sig").splitlines()
    assert "梧桐苑,解决率,60.00%,3,5," in "".join(line for line in lines if "解决率" in line)
    assert any(line.startswith("1栋,解决率,100.00%,3,3,") for line in lines)


async def test_the_print_is_a_pdf_of_the_same_numbers(browser, estate):
    response = await browser.client.get(f"/reports/{estate.id}/sheet.pdf?period=2026-03")
    sheet = await monthly_sheet(Asked(estate, MARCH, Cohort.WHISTLED, NOW))

    assert response.content.startswith(b"%PDF")
    assert ["解决率", "60.00%", "已解决 3 / 已办结 5"] in sheet_data(sheet)["figures"]


async def test_anybody_finds_the_way_from_the_first_page_to_a_sheet(browser, estate):
    page = await browser.open(f"/reports?estate={estate.id}")

    assert page.find("a", string=lambda text: text and "梧桐苑月报" in text) or page.select_one(
        f"a[href='/reports/{estate.id}']"
    )


async def test_coverage_is_counted_from_the_bodies_in_office(database):
    district = await a_place(PlaceKind.DISTRICT, "江夏区")
    street = await a_place(PlaceKind.SUBDISTRICT, "纸坊街道", district)
    communities = [await a_place(PlaceKind.COMMUNITY, f"{n}社区", street) for n in range(80)]
    for n, community in enumerate(communities):
        await a_body(BodyKind.RESIDENTS_COMMITTEE, community)
        if n < 77:
            await a_body(BodyKind.ENVIRONMENT_COMMITTEE, community)
    for n in range(132):
        estate = await a_place(
            PlaceKind.ESTATE, f"{n}号小区", communities[n % 80 if n < 43 else 79]
        )
        if n < 93:
            await a_body(BodyKind.OWNERS_COMMITTEE, estate)
        if n < 42 or n == 131:
            await a_body(BodyKind.PROPERTY_COMPANY, estate)
    await a_body(BodyKind.PROPERTY_COMPANY, (await estate_named("92号小区")))
    expired = await a_body(BodyKind.OWNERS_COMMITTEE, estate)
    expired.until = date(2021, 12, 31)  # the first day on which it is not
    await expired.save()

    found = await coverage(district, date(2021, 12, 31))

    assert (found.estates, found.committees) == (132, 93)
    assert (found.communities, found.three_parties, found.environment) == (80, 43, 77)


async def estate_named(name: str):
    return await Place.objects().get(Place.name == name)
