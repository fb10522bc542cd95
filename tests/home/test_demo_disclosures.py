"""Made disclosures: published, late, due and overdue, and the same each time."""

import json
from datetime import timedelta

import pytest

from coordination import clock
from coordination.db import rows, value
from coordination.disclosures.queries import shelves_of
from coordination.disclosures.rules import Standing
from coordination.disclosures.seeds import item_rows
from coordination.home.demo.disclosures_actions import load_disclosures
from coordination.home.demo.disclosures_words import LINES
from coordination.law.periods import day_of
from coordination.people.tables import RoleKind
from coordination.places.calendar import seed_calendar
from coordination.places.tables import Place
from tests.builders import a_role, an_estate

LOADED = "select d.estate, i.code, d.period, d.due_on, d.published_at from disclosure d " \
         "join disclosure_item i on i.id = d.item order by 1, 2, 3"  # fmt: skip


@pytest.fixture
async def estate(database, time_is) -> Place:
    made = await an_estate("丁香苑")
    community = await Place.objects().get(Place.id == made.parent)
    await seed_calendar()
    await a_role(RoleKind.PROPERTY_MANAGER, made)
    await a_role(RoleKind.COMMITTEE_MEMBER, made)
    await a_role(RoleKind.COMMUNITY_WORKER, community)
    return made


async def test_some_are_published_in_time_some_late_and_some_are_missing(estate):
    at = clock.now() + timedelta(days=280)  # by then the bodies have been there for a year

    await load_disclosures(estate, at)

    shown = [one.standing(at) for shelf in (await shelves_of(estate.id, at)).values()
             for one in shelf]  # fmt: skip
    assert {Standing.PUBLISHED, Standing.OVERDUE, Standing.DUE} <= set(shown)
    lines = await value("select max(jsonb_array_length(lines)) from disclosure_step")
    assert lines == 5 and await value("select count(*) from disclosure_step") > 20
    assert await value("select count(*) from disclosure_step where document is not null") > 0


async def test_nothing_is_published_in_the_future_or_before_its_period_ended(estate):
    at = clock.now() + timedelta(days=280)

    await load_disclosures(estate, at)

    assert all(
        one["last_on"] <= day_of(one["published_at"]) and one["published_at"] <= at
        for one in await rows("select * from disclosure where published_at is not null")
    )
    numbers = await rows("select number from notice order by published_at, number")
    assert len(numbers) == len({one["number"] for one in numbers})


def test_every_made_line_fits_the_columns_of_its_item():
    columns = {row[1]: json.loads(row[-2]) for row in item_rows()}

    for code, lines in LINES.items():
        kinds = [column["money"] for column in columns[code]]
        assert [[not isinstance(cell, str) for cell in line] for line in lines] == [
            kinds for _ in lines
        ], code
    assert {code for code, heads in columns.items() if heads} == set(LINES), "the demo has lines"


async def test_loading_again_opens_nothing_new(estate):
    at = clock.now() + timedelta(days=280)
    await load_disclosures(estate, at)
    before = await rows(LOADED)

    await load_disclosures(estate, at)

    assert await rows(LOADED) == before
