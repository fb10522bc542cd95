"""What falls due by itself, and who is told of it, once."""

import asyncio
from datetime import UTC, datetime, timedelta

from coordination.db import row, rows, value
from coordination.disclosures.opening import open_disclosures, sweep_disclosures
from coordination.disclosures.seeds import ITEMS
from coordination.disclosures.tables import Rhythm
from coordination.people.tables import BodyKind, RoleKind
from tests.builders import a_body, a_role, an_estate
from tests.disclosures.a_disclosure import EARLY, a_town

NEW_YEAR = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)  # nothing of the year before is due yet
BEFORE_DUE = datetime(2026, 4, 23, 2, 0, tzinfo=UTC)  # 7 days before 30 April
AFTER_DUE = datetime(2026, 4, 30, 16, 0, tzinfo=UTC)  # the first moment of 1 May in Shanghai
RHYTHMS = [rhythm for *_, rhythm, _, _, _, _ in ITEMS]


async def told(person) -> list[tuple[str, str]]:
    found = await rows(
        "select title, text from message where person = $1 and channel = 'in_app' "
        "order by queued_at, title",
        person.id,
    )
    return [(one["title"], one["text"]) for one in found]


async def test_each_estate_owes_every_item_once_and_the_next_period_when_this_one_ends(database):
    town = await a_town(at=None)

    assert await open_disclosures(NEW_YEAR) == len(ITEMS)
    assert await open_disclosures(NEW_YEAR + timedelta(days=1)) == 0
    assert await open_disclosures(EARLY) == RHYTHMS.count(Rhythm.QUARTERLY)
    anew = [rhythm for rhythm in RHYTHMS if rhythm in (Rhythm.QUARTERLY, Rhythm.HALF_YEARLY)]
    assert await open_disclosures(datetime(2026, 7, 1, 1, 0, tzinfo=UTC)) == len(anew)
    due = await row("select period, due_on from disclosure where id = $1", await town.owed())
    assert (due["period"], str(due["due_on"])) == ("2026年第2季度", "2026-07-30")


async def test_an_estate_new_here_owes_nothing_that_was_due_before_it_came(database):
    await a_town(at=None)

    await open_disclosures(EARLY)
    owed = await rows("select period, due_on from disclosure")
    assert {one["period"] for one in owed} == {"2026年第1季度", "长期公开"}
    assert min(str(one["due_on"]) for one in owed) >= "2026-04-06"

    await open_disclosures(datetime(2026, 7, 1, 1, 0, tzinfo=UTC))
    owed = await rows("select period from disclosure")
    assert "2026年上半年" in {one["period"] for one in owed}


async def test_nobody_owes_what_no_body_answers_for(database):
    estate = await an_estate("没有业委会的小区")
    await a_body(BodyKind.PROPERTY_COMPANY, estate)

    await open_disclosures(EARLY)

    found = await rows(
        """select distinct i.answers from disclosure d join disclosure_item i on i.id = d.item"""
    )
    assert [one["answers"] for one in found] == ["property_company"]


async def test_a_body_is_told_a_week_before_and_when_it_is_late_and_others_are_not(database):
    town = await a_town()
    colleague = await a_role(RoleKind.PROPERTY_STAFF, town.estate, body=town.company)
    gone = await a_role(
        RoleKind.PROPERTY_MANAGER, town.estate, body=town.company, until=EARLY - timedelta(days=1)
    )
    elsewhere = await a_role(RoleKind.PROPERTY_MANAGER, await an_estate("丁香苑"))

    for at in (EARLY, BEFORE_DUE - timedelta(days=1), BEFORE_DUE, BEFORE_DUE, AFTER_DUE, AFTER_DUE):
        await sweep_disclosures(at)

    quarter = [(title, text) for title, text in await told(town.manager) if "公共收益" in text]
    assert quarter == [
        ("公开事项将到期",
         "梧桐苑：公共收益收支（2026年第1季度，2026年4月30日前）。请按时公开。"),
        ("公开事项已逾期",
         "梧桐苑：公共收益收支（2026年第1季度，2026年4月30日前）。逾期已在公开栏公示，请尽快公开。"),
    ]  # fmt: skip
    assert await told(colleague) == [] == await told(gone)
    assert not any("梧桐苑" in text for _, text in await told(elsewhere))


async def test_two_workers_tell_once(database):
    town = await a_town()

    await asyncio.gather(*(sweep_disclosures(AFTER_DUE) for _ in range(4)))

    assert [title for title, _ in await told(town.manager)] == [
        "公开事项将到期", "公开事项已逾期"
    ]  # fmt: skip
    overdue = await value("select count(*) from disclosure where overdue_at is not null")
    assert overdue == RHYTHMS.count(Rhythm.QUARTERLY)
