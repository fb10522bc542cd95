"""The made tickets: what happened to them could have, and what stands beside them is what it
comes to."""

import time
from collections import Counter
from datetime import timedelta

import pytest

from coordination import clock, db
from coordination.embedded import Embedded
from coordination.home.demo.history_actions import ELSEWHERE, THE_FIRST
from coordination.home.demo.tickets_actions import happened, measures_at
from coordination.home.demo.tickets_lives import draw_lives
from coordination.home.demo.tickets_loading_actions import COUNTS, load_tickets
from coordination.home.demo.tickets_people_actions import cast_of
from coordination.home.demo.tickets_showcase import showcase
from coordination.places.tables import Place
from coordination.tickets.calendar import calendar_of, policies
from coordination.tickets.dues import DUES, dues_of
from coordination.tickets.kinds import State
from coordination.tickets.rules import require
from coordination.tickets.standings import CACHED
from coordination.tickets.state import standing
from coordination.tickets.storing import events_of
from tests.home.conftest import made_estate


@pytest.fixture
async def template(template: str, server: Embedded, demo) -> str:
    return await made_estate(server, template)


@pytest.fixture
async def estate(demo, database) -> Place:
    found = await Place.objects().get(Place.name == THE_FIRST)
    assert found
    return found


@pytest.fixture
async def loaded(estate) -> Place:
    await load_tickets(estate, 0, clock.now())
    return estate


async def test_every_made_event_might_have_followed_the_one_before(estate):
    at = clock.now()
    cast = await cast_of(estate, 0, "0" * 64, at)
    measures = await measures_at(estate.id, at)
    lives = [*showcase(cast, at), *draw_lives(cast, 1_500, 24, at, "any")]

    for life in lives:
        events = happened(cast, life, measures, at)
        for number in range(1, len(events)):
            require(standing(events[:number]), events[number])
        assert [event.ordinal for event in events] == list(range(1, len(events) + 1))
        assert all(a.at <= b.at for a, b in zip(events, events[1:], strict=False))


async def test_what_stands_beside_each_ticket_is_what_its_events_come_to(loaded):
    calendar = await calendar_of()
    tickets = await db.rows("select * from ticket")
    assert len(tickets) == COUNTS[0]

    for ticket in tickets:
        events = await events_of(ticket["id"])
        now = standing(events)
        dues = dues_of(now, events, await policies([ticket["policy"]]), calendar)
        assert {name: ticket[name] for name in CACHED} == {
            name: getattr(now, name) for name in CACHED
        }
        assert {name: ticket[name] for name in DUES} == {name: getattr(dues, name) for name in DUES}


async def test_there_is_a_ticket_in_every_state(loaded):
    found = await db.rows("select distinct state from ticket")

    assert {row["state"] for row in found} == set(State)


async def test_the_manager_finds_work_due_soon_and_work_overdue(loaded):
    at = clock.now()
    open_ = "state not in ('closed', 'merged', 'withdrawn')"
    overdue = await db.value(f"select count(*) from ticket where {open_} and due_at <= $1", at)
    soon = await db.value(
        f"select count(*) from ticket where {open_} and due_at > $1 and due_at < $2",
        at, at + timedelta(days=1),
    )  # fmt: skip

    assert overdue >= 3 and soon >= 3


async def test_the_delays_are_those_of_real_life(estate):
    at = clock.now()
    cast = await cast_of(estate, 0, "0" * 64, at)

    lives = draw_lives(cast, 6_000, 24, at, "any")

    took = sorted(
        (close.at - life.at) / timedelta(days=1)
        for life in lives
        for close in life.deeds
        if close.kind == "close" and close.facts["outcome"] != "refused"
    )
    assert 1.8 < took[len(took) // 2] < 2.0
    assert 5.6 < took[len(took) * 9 // 10] < 6.2
    assert took[-1] > 20, "a long tail"
    assert (at - lives[0].at).days in range(700, 735)


def test_six_thousand_tickets_lie_over_six_estates_of_three_types():
    assert (len(COUNTS), sum(COUNTS)) == (6, 6_000)
    assert len(ELSEWHERE) == 5
    assert {one.kind for one in ELSEWHERE} == {"老旧小区", "商品房", "安置房"}


async def test_the_same_seed_tells_the_same_lives(estate):
    at = clock.now()
    cast = await cast_of(estate, 0, "0" * 64, at)

    assert draw_lives(cast, 200, 24, at, "any") == draw_lives(cast, 200, 24, at, "any")


async def test_no_life_reaches_into_the_future_or_before_its_whistle(loaded):
    at = clock.now()

    assert await db.value("select count(*) from ticket_event where at > $1", at) == 0
    assert await db.value("select count(*) from ticket where changed_at < whistled_at") == 0


async def test_whoever_handles_a_ticket_never_visits_it(loaded):
    both = await db.value(
        """select count(*) from ticket_event h join ticket_event v using (ticket)
            where h.kind in ('report_in', 'accept', 'reply') and v.kind = 'visit'
              and h.person = v.person"""
    )

    assert both == 0


async def test_an_estate_of_seven_hundred_tickets_is_loaded_in_seconds(estate):
    begun = time.monotonic()

    await load_tickets(estate, 0, clock.now())

    assert time.monotonic() - begun < 30
    doors = Counter(row["door"] for row in await db.rows("select door from ticket"))
    assert set(doors) == {"resident", "counter", "hotline", "patrol", "petition"}
