"""双评议: two groups, four grades, once a year; how somebody graded is nobody's to see."""

from datetime import date, datetime, timedelta

import pytest

from coordination import db
from coordination.errors import Conflict, Invalid, NotAllowed
from coordination.people.tables import Person, RoleKind
from coordination.reports.appraisals.actions import (
    NotOpen,
    grade,
    open_appraisal,
    publish_appraisal,
)
from coordination.reports.appraisals.queries import read_appraisal
from coordination.reports.tables import Grade
from tests.builders import a_role
from tests.tickets.a_ticket import DAY, WHISTLED, a_neighbourhood, asking

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 8)
OVER = datetime.fromisoformat("2026-03-09T00:00:00+08:00")


@pytest.fixture
async def town(database):
    return await a_neighbourhood()


async def opened(town):
    return await open_appraisal(town.worker, town.estate.id, FIRST, LAST, WHISTLED)


async def counted(appraisal) -> dict:
    read = await read_appraisal(appraisal.id)
    return {group.words: dict(group.grades) for group in read.groups}


async def test_each_group_is_counted_by_itself(town):
    appraisal = await opened(town)
    member = await asking(await a_role(RoleKind.COMMITTEE_MEMBER, town.estate))
    await grade(town.resident, appraisal.id, Grade.GOOD, "", WHISTLED)
    await grade(town.neighbour, appraisal.id, Grade.POOR, "电梯总坏", WHISTLED)
    await grade(member, appraisal.id, Grade.EXCELLENT, "", WHISTLED)
    await grade(town.worker, appraisal.id, Grade.GOOD, "", WHISTLED)

    assert await counted(appraisal) == {
        "居民和业主": {"优秀": 0, "合格": 1, "基本合格": 0, "不合格": 1},
        "居委会和业委会": {"优秀": 1, "合格": 1, "基本合格": 0, "不合格": 0},
    }


async def test_a_second_grade_replaces_the_first(town):
    appraisal = await opened(town)
    for given in (Grade.GOOD, Grade.EXCELLENT):
        await grade(town.resident, appraisal.id, given, "", WHISTLED)

    assert (await counted(appraisal))["居民和业主"] == {
        "优秀": 1, "合格": 0, "基本合格": 0, "不合格": 0,
    }  # fmt: skip


async def test_neither_the_company_nor_a_stranger_grades(town):
    appraisal = await opened(town)
    elsewhere = await a_neighbourhood("丁香苑")

    for one in (town.manager, town.keeper, elsewhere.resident):
        with pytest.raises(NotAllowed):
            await grade(one, appraisal.id, Grade.EXCELLENT, "", WHISTLED)


async def test_the_worst_grade_needs_a_reason(town):
    appraisal = await opened(town)

    with pytest.raises(Invalid):
        await grade(town.resident, appraisal.id, Grade.POOR, " ", WHISTLED)


async def test_it_is_open_from_its_first_day_through_its_last(town):
    appraisal = await open_appraisal(
        town.worker, town.estate.id, FIRST + timedelta(days=1), LAST, WHISTLED
    )

    with pytest.raises(NotOpen):
        await grade(town.resident, appraisal.id, Grade.GOOD, "", WHISTLED)
    await grade(town.resident, appraisal.id, Grade.GOOD, "", OVER - timedelta(seconds=1))
    with pytest.raises(NotOpen):
        await grade(town.resident, appraisal.id, Grade.FAIR, "", OVER)


async def test_a_year_has_one_and_the_company_opens_none(town):
    await opened(town)

    with pytest.raises(Conflict):
        await opened(town)
    with pytest.raises(NotAllowed):
        await open_appraisal(town.manager, town.estate.id, FIRST, LAST, WHISTLED)
    with pytest.raises(Invalid):
        await open_appraisal(town.worker, town.estate.id, LAST, FIRST, WHISTLED)


async def test_nothing_but_the_numbers_of_raters_shows_before_it_is_published(
    town, browser, time_is
):
    time_is(WHISTLED)
    appraisal = await opened(town)
    await grade(town.neighbour, appraisal.id, Grade.POOR, "电梯总坏", WHISTLED)
    with pytest.raises(NotOpen):
        await publish_appraisal(town.worker, appraisal.id, WHISTLED + DAY)
    path = f"/reports/appraisals/{appraisal.id}"

    page = await browser.open(path)
    assert "1 人已评" in page.text and "电梯总坏" not in page.text

    time_is(OVER)
    await browser.sign_in(await Person.objects().get(Person.id == town.worker.id))
    await browser.open(path)
    await browser.send(f"{path}/publication")
    browser.sign_out()
    page = await browser.open(path)
    assert "电梯总坏" in page.text and "100.00%" in page.text
    assert "业主" in page.text and "梧桐苑邻居" not in page.text


async def test_an_owner_grades_in_a_browser(town, browser, time_is):
    time_is(WHISTLED)
    appraisal = await opened(town)
    path = f"/reports/appraisals/{appraisal.id}"
    await browser.sign_in(await Person.objects().get(Person.id == town.resident.id))
    await browser.open(path)
    await browser.send(f"{path}/grade", grade="", expect=422)

    page = await browser.send(f"{path}/grade", grade="good", words="")

    assert "您已评：合格" in page.text
    assert await db.value("select count(*) from appraisal_grade") == 1
