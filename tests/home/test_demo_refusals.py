"""Made people never join real ones, and nothing is made up outside a demo."""

import pytest

from coordination import clock, db
from coordination.home.demo import load
from coordination.home.demo.loading_actions import NotDemo
from coordination.people.role_actions import found_operator
from tests.builders import a_person

TABLES = ("person", "unit", "poll", "ballot", "notice", "message", "audit_entry", "result")


async def counted() -> dict[str, int]:
    return {table: await db.value(f"select count(*) from {table}") for table in TABLES}


async def test_real_data_is_never_joined_by_made_people(database, demo):
    at = clock.now()
    await found_operator("真运营", "", "13800138000", "a-long-password-9", "运营方", at)
    before = await counted()

    with pytest.raises(NotDemo):
        await load()

    assert await counted() == before


async def test_without_the_demo_nothing_is_made_up(database):
    await a_person()
    before = await counted()

    with pytest.raises(NotDemo):
        await load()

    assert await counted() == before
