"""A recomputation over every ticket comes to what is stored, and finds what does not."""

import random
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from coordination.db import execute, rows, value
from coordination.law.policies import DEFAULT_POLICY, policy_to_json
from coordination.law.workdays import WorkingCalendar
from coordination.places.calendar import seed_calendar
from coordination.tickets.calendar import calendar_of, read_policy
from coordination.tickets.events import Actor, happen
from coordination.tickets.kinds import EventKind
from coordination.tickets.recomputing import (
    compare_all,
    computed,
    differing_last,
    recompute_all,
    recompute_nightly,
)
from coordination.tickets.rules import OutOfOrder
from coordination.tickets.storing import COLUMNS, standing_of
from coordination.tickets.tables import Ticket
from tests.tickets.a_ticket import (
    WHISTLED,
    a_closed_ticket,
    a_neighbourhood,
    a_replied_ticket,
    a_ticket,
)
from tests.tickets.walks import LONGEST, a_walk, next_event

POLICIES = {1: DEFAULT_POLICY, 2: read_policy(policy_to_json(DEFAULT_POLICY).replace("5}", "7}"))}


@pytest.fixture
async def town(database):
    return await a_neighbourhood()


async def a_second_policy():
    await execute(
        """insert into response_policy (id, version, clocks, since, reason)
           values ($1, 2, $2::jsonb, $3, '七天')""",
        uuid4(),
        policy_to_json(DEFAULT_POLICY).replace("5}", "7}"),
        WHISTLED + timedelta(days=3650),
    )


@pytest.mark.parametrize("seed", range(6))
async def test_what_is_stored_at_each_step_is_what_the_events_come_to(town, seed):
    """Tickets walk at random through everything that may follow; after it, nothing differs."""
    dice = random.Random(seed)
    await a_second_policy()
    bodies = [town.company.id, town.committee.id, town.office.id, town.department.id]
    people = [town.keeper.id, town.worker.id, town.officer.id, town.resident.id]
    walked = []
    for _ in range(5):
        category = dice.choice(["fire", "lift-out", "roads", "defects"])
        ticket = await a_ticket(town, category=category)
        for _ in range(dice.randint(3, LONGEST)):
            now = await standing_of(ticket.id)
            event = next_event(now, bodies, people, dice)
            if event is None or event.kind in (EventKind.MERGE, EventKind.LINK_MATTER):
                continue
            actor = Actor(event.person, event.role, event.body)
            try:
                await happen(
                    ticket.id, event.kind, actor, event.at, words=event.words, facts=event.facts
                )
            except OutOfOrder:  # time alone has led it elsewhere meanwhile
                continue
            walked.append(event.kind)

    found = await compare_all()

    assert len(walked) > 30
    by_hand = await value("select count(*) from ticket_event where person is not null")
    assert (found.tickets, by_hand) == (5, len(walked) + 5)
    assert found.events == await value("select count(*) from ticket_event")
    assert found.shown == []


def test_any_walk_can_be_computed():
    """Whatever may follow whatever, the clocks make sense of it."""
    dice = random.Random(20260302)
    bodies, people = [uuid4() for _ in range(3)], [uuid4() for _ in range(6)]
    seen = set()
    calendar = WorkingCalendar({}, frozenset({2026}))

    for _ in range(600):
        events = list(a_walk(bodies, people, dice))
        columns = dict(zip(COLUMNS, computed(events, POLICIES, calendar), strict=True))
        seen |= {event.kind for event in events}
        done = columns["state"] in ("closed", "merged", "withdrawn")
        assert not (done and (columns["due_at"] or columns["look_at"]))
        assert done or columns["due_at"] or columns["paused_since"] or columns["priority"] == "p4"

    assert seen == set(EventKind)


async def test_what_was_changed_past_the_events_is_found_and_set_right(town):
    await a_ticket(town)
    wrong = await a_replied_ticket(town)
    await execute(
        "update ticket set close_due_at = close_due_at + interval '1 day', hops = 3 where id = $1",
        wrong.id,
    )

    found = await compare_all()
    mended = await recompute_all()
    again = await compare_all()

    assert found.differing == mended.differing == [wrong.id]
    assert set(found.shown[0].columns) == {"close_due_at", "hops"}
    assert found.shown[0].columns["hops"] == (3, 0)
    assert again.differing == []


NIGHT = datetime.fromisoformat("2026-03-10T02:30:00+08:00")


async def test_it_runs_once_a_night_whoever_asks(town):
    await a_closed_ticket(town)

    first, second = await recompute_nightly(NIGHT), await recompute_nightly(NIGHT)
    noon = await recompute_nightly(NIGHT + timedelta(hours=10))
    next_night = await recompute_nightly(NIGHT + timedelta(days=1))

    assert first and next_night and not second and not noon
    runs = await rows("select tickets, differing, ended_at from recomputation")
    assert [(one["tickets"], one["differing"]) for one in runs] == [(1, 0), (1, 0)]
    assert all(one["ended_at"] for one in runs)


async def test_a_missed_night_is_made_up_by_day(town):
    await recompute_nightly(NIGHT)

    assert not await recompute_nightly(NIGHT + timedelta(days=1, hours=10))
    assert await recompute_nightly(NIGHT + timedelta(days=2, hours=10))


async def test_a_run_whose_worker_is_gone_is_begun_anew(town):
    await recompute_nightly(NIGHT)
    await execute("update recomputation set ended_at = null")

    assert not await recompute_nightly(NIGHT + timedelta(hours=1))
    assert await recompute_nightly(NIGHT + timedelta(hours=3))


async def test_what_the_last_run_found_is_a_figure_for_the_operator(town):
    ticket = await a_ticket(town)
    await execute("update ticket set hops = 3 where id = $1", ticket.id)
    assert await differing_last() == 0

    await recompute_nightly(NIGHT)
    assert await differing_last() == 1
    await recompute_nightly(NIGHT + timedelta(days=1))
    assert await differing_last() == 0


async def test_a_corrected_calendar_moves_what_is_due_without_waiting_for_the_night(town):
    ticket = await a_ticket(town, at=datetime.fromisoformat("2026-02-13T10:00:00+08:00"))
    await recompute_nightly(NIGHT)
    plain = (await _row(ticket)).close_due_at

    await seed_calendar()
    found = await recompute_nightly(NIGHT + timedelta(hours=10))

    assert found and found.differing == [ticket.id]
    assert plain == datetime.fromisoformat("2026-02-20T18:00:00+08:00")
    assert (await _row(ticket)).close_due_at > plain, "the Spring Festival lies between"
    assert len((await calendar_of()).exceptions) == await value("select count(*) from calendar_day")


async def _row(ticket):
    found = await Ticket.objects().get(Ticket.id == ticket.id)
    assert found
    return found
