"""严重违规 on its page: the 街道 records and settles those of its own projects, nobody else."""

from types import SimpleNamespace

import pytest

from coordination.db import rows
from coordination.people.tables import RoleKind
from coordination.places.queries import lineage
from tests.builders import a_place, a_role, an_estate
from tests.reports.test_listings import DRAFTED

PATH = "/reports/listings/violations"


@pytest.fixture
async def street(database, time_is):
    time_is(DRAFTED)
    one = SimpleNamespace(estate=await an_estate("好"))
    [one.place, *_] = await lineage(one.estate)
    return one


async def test_a_violation_is_recorded_and_settled_on_the_page(street, browser):
    await browser.sign_in(await a_role(RoleKind.SUBDISTRICT_OFFICER, street.place))
    await browser.open(PATH)
    said = {"text": "挪用公共收益", "basis": "责改〔2026〕3号"}

    page = await browser.send(PATH, estate=str(street.estate.id), **said)
    assert "挪用公共收益" in page.select_one(".panel.bad").text
    page = await browser.send(page.select_one(".panel form")["action"])

    assert "已整改" in page.select_one(".panel.done").text and not page.select(".panel form")
    [kept] = await rows("select estate, text, basis, settled_at from violation")
    assert tuple(kept) == (street.estate.id, *said.values(), DRAFTED)


async def test_what_is_missing_is_asked_for_and_what_was_typed_stays(street, browser):
    await browser.sign_in(await a_role(RoleKind.SUBDISTRICT_OFFICER, street.place))
    await browser.open(PATH)

    page = await browser.send(
        PATH, expect=422, estate=str(street.estate.id), text="挪用公共收益", basis=""
    )

    assert "挪用公共收益" in page.textarea.text and await rows("select from violation") == []


async def test_another_streets_projects_are_neither_offered_nor_taken(street, browser):
    district = await a_place("district", "别的区")
    elsewhere = await a_place("subdistrict", "别的街道", district)
    await browser.sign_in(await a_role(RoleKind.SUBDISTRICT_OFFICER, elsewhere))

    page = await browser.open(PATH)
    assert [one["value"] for one in page.select("option")] == [""]
    await browser.send(PATH, expect=422, estate=str(street.estate.id), text="甲", basis="乙")

    assert await rows("select from violation") == []
