"""述职: one report a year and body, one rating a household, a mean of twenty and more."""

import asyncio
from datetime import timedelta

import pytest

from coordination.db import value
from coordination.disclosures.duty_reports.actions import (
    AlreadyReported,
    HouseholdRated,
    RatingOver,
    publish_report,
    rate_report,
)
from coordination.disclosures.duty_reports.queries import ratings_of
from coordination.disclosures.duty_reports.rules import mean
from coordination.errors import Invalid, NotAllowed
from coordination.people.tables import BodyKind
from tests.builders import a_person, an_owner
from tests.conftest import Browser
from tests.disclosures.a_disclosure import EARLY, Town, a_town
from tests.disclosures.consultations.a_consultation import a_tenant, some_homes
from tests.matters.a_matter import asking

OVER = EARLY + timedelta(days=31)
TEXT = "修好道闸，公布四期公共收益。"


async def a_report(town: Town, kind: BodyKind = BodyKind.PROPERTY_COMPANY, **more):
    by = {BodyKind.PROPERTY_COMPANY: town.manager, BodyKind.OWNERS_COMMITTEE: town.member}[kind]
    said = {"year": 2025, "text": TEXT, "document": None} | more
    return await publish_report(await asking(by, EARLY), town.estate, kind, at=EARLY, **said)  # pyright: ignore


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([(5, 19)], None),
        ([(5, 20)], "5.00"),
        ([(5, 10), (4, 10)], "4.50"),
        ([(5, 7), (4, 7), (1, 7)], "3.33"),
        ([(4, 1), (5, 199)], "5.00"),
        ([], None),
    ],
)
def test_a_mean_is_exact_and_shown_of_twenty_households_and_more(counts, shown):
    assert mean(counts) == shown


async def test_each_household_rates_once_and_may_change_its_mind(database):
    town = await a_town()
    report = await a_report(town)
    first, second = await some_homes(town, 2)
    owner, tenant = await asking(await an_owner(first)), await asking(await a_tenant(first))

    await rate_report(owner, report.id, 5, "", EARLY)
    with pytest.raises(HouseholdRated):
        await rate_report(tenant, report.id, 1, "", EARLY)
    await rate_report(owner, report.id, 3, "", EARLY)
    people = [await asking(await an_owner(second, name=f"共有人{n}")) for n in range(3)]
    answers = await asyncio.gather(
        *(rate_report(person, report.id, 4, "", EARLY) for person in people), return_exceptions=True
    )

    assert [type(a) for a in answers if isinstance(a, Exception)] == [HouseholdRated] * 2
    found = await ratings_of(report.id)
    assert (found.households, found.mean) == (2, None)
    assert dict(found.by_grade) | {"一般": 1, "满意": 1} == dict(found.by_grade)
    with pytest.raises(RatingOver):
        await rate_report(owner, report.id, 1, "", OVER)


async def test_nobody_rates_their_own_body_nor_reports_for_another(database):
    town, other = await a_town(), await a_town("丁香苑")
    report = await a_report(town)
    [home] = await some_homes(town, 1)
    await an_owner(home, person=town.manager)
    for person in (town.manager, other.manager, await a_person()):
        with pytest.raises(NotAllowed):
            await rate_report(await asking(person, EARLY), report.id, 5, "", EARLY)
    for points in (0, 6):
        with pytest.raises(Invalid):
            await rate_report(await asking(town.worker, EARLY), report.id, points, "", EARLY)
    for person, kind in ((other.manager, BodyKind.PROPERTY_COMPANY),
                         (town.manager, BodyKind.OWNERS_COMMITTEE)):  # fmt: skip
        with pytest.raises(NotAllowed):
            await publish_report(
                await asking(person, EARLY), town.estate, kind, 2025, TEXT, None, EARLY
            )
    with pytest.raises(AlreadyReported):
        await a_report(town)
    for wrong in ({"year": 2023}, {"year": 2027}, {"text": "打 13912345678"}, {"text": " "}):
        with pytest.raises(Invalid):
            await a_report(town, BodyKind.OWNERS_COMMITTEE, **wrong)
    assert await value("select count(*) from duty_report") == 1


async def test_reported_rated_and_published_on_its_pages(browser: Browser, time_is):
    time_is(EARLY)
    town = await a_town()
    await browser.sign_in(town.member)
    listed = await browser.open(f"/duty-reports?estate={town.estate.id}")
    new = listed.find("a", string="发布本单位的述职")["href"]
    await browser.open(new)
    said = {"kind": "owners_committee", "year": "2025", "text": TEXT}
    bad = {"document": ("a.pdf", b"MZ not a pdf")}
    page = await browser.send(new, expect=422, files=bad, **said)
    assert page.select("#f-document-error") and TEXT in page.textarea.text
    await browser.send(new, **said)
    path = browser.response.url.path
    homes = await some_homes(town, 20)
    for home in homes[1:]:
        owner = await asking(await an_owner(home, name="梅业主"))
        await rate_report(owner, await value("select id from duty_report"), 4, "再快些", EARLY)
    await browser.sign_in(await an_owner(homes[0]))
    await browser.open(path)
    await browser.send(f"{path}/ratings", expect=422, points="9")
    page = await browser.send(f"{path}/ratings", points="5")
    assert "您已评：很满意" in page.text and "平均分 " not in page.text and "4.05" not in page.text
    time_is(OVER)
    browser.sign_out()

    page = await browser.open(path)

    assert "4.05 / 5" in page.text and "再快些" not in page.text
    for reader, reads in ((town.manager, False), (town.member, True)):
        await browser.sign_in(reader)
        page = await browser.open(path)
        assert ("再快些" in page.text) is reads and "梅业主" not in page.text
