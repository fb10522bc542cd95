"""The made meetings of two years: sixty, with three hundred tasks in all states."""

import pytest

from coordination import db
from coordination.embedded import Embedded
from coordination.home.demo.history_actions import THE_FIRST
from coordination.home.demo.meetings_actions import call_next, load_meetings
from coordination.home.demo.meetings_words import EACH
from coordination.home.demo.tickets_people_actions import cast_of
from coordination.places.tables import Place
from tests.home.conftest import made_estate


@pytest.fixture
async def template(template: str, server: Embedded, demo) -> str:
    return await made_estate(server, template)


async def test_meetings_and_tasks_stand_in_all_states(demo, database):
    estate = await Place.objects().get(Place.name == THE_FIRST)
    assert estate
    at = await db.value("select since from made_up")
    await cast_of(estate, 0, "0" * 64, at)

    await load_meetings(estate, 0, at)
    await call_next(estate, at)

    found = await db.rows(
        "select state, count(*) n from meeting where place = $1 group by 1", estate.id
    )
    states = {one["state"]: one["n"] for one in found}
    assert sum(states.values()) >= EACH + 1 and {"published", "noticed"} <= set(states)
    tasks = await db.value("select count(*) from action_item where place = $1", estate.id)
    assert tasks * 6 >= 300, "six estates have as many"
    assert await db.value("select count(distinct state) from action_item") >= 4
    later = "select count(*) from action_step where at > $1"
    assert await db.value(later, at) == 0
