"""The made matters: forty and more over the estates, at every stage, with what happened to them."""

import pytest

from coordination import clock, db
from coordination.embedded import Embedded
from coordination.home.demo.history_actions import ELSEWHERE, THE_FIRST
from coordination.home.demo.matters_actions import load_matters
from coordination.home.demo.matters_words import EACH
from coordination.home.demo.tickets_loading_actions import load_tickets
from coordination.places.tables import Place
from tests.home.conftest import made_estate


@pytest.fixture
async def template(template: str, server: Embedded, demo) -> str:
    return await made_estate(server, template)


async def test_matters_stand_at_every_stage_some_with_tickets_some_late(demo, database):
    estate = await Place.objects().get(Place.name == THE_FIRST)
    assert estate
    at = clock.now()
    await load_tickets(estate, 0, at)

    for number in range(1 + len(ELSEWHERE)):
        await load_matters(estate, number, at)

    found = await db.rows(
        "select stage, closed_at is null as open, count(*) n from matter group by 1, 2"
    )
    counts = {(one["stage"], one["open"]): one["n"] for one in found}
    assert sum(counts.values()) == EACH * 6 >= 40
    assert {stage for stage, is_open in counts if is_open} == {
        "raised", "screened", "discussed", "decided", "done", "evaluated"}  # fmt: skip
    assert {stage for stage, is_open in counts if not is_open} >= {
        "raised", "screened", "evaluated"}  # fmt: skip
    assert await db.value("select count(*) from ticket where matter is not null") > 0
    assert await db.value("select count(*) from matter_step where kind = 'sent_back'") > 0
    late = "select count(*) from duty where settled_at is null and due_at < $1"
    assert await db.value(late, at) > 0
    assert await db.value("select count(*) from timeline_line where at > $1", at) == 0
