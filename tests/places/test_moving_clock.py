"""The demo's clock: forward only, for every process, and in no real deployment."""

import asyncio
import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest

from coordination import clock
from coordination.errors import Invalid, NotFound
from coordination.people.tables import RoleKind
from coordination.places import moving_clock
from coordination.places.moving_clock import follow_clock, put_forward, read_clock
from coordination.places.tables import Setting
from coordination.settings import settings
from tests.builders import DURING, an_estate
from tests.places.askers import asker_with
from tests.waiting import until

OPERATOR = asker_with(RoleKind.OPERATOR)
DAY = timedelta(days=1)


@pytest.fixture
def demo(monkeypatch):
    monkeypatch.setattr(moving_clock, "settings", lambda: replace(settings(), demo=True))
    yield
    clock.move_by(timedelta(0))


async def test_the_clock_moves_forward_and_adds_up(database, demo):
    await put_forward(OPERATOR, DAY, DURING)
    await put_forward(OPERATOR, timedelta(hours=1), DURING)

    assert clock.shift == timedelta(days=1, hours=1)


async def test_two_pushes_at_once_count_as_two(database, demo):
    await asyncio.gather(put_forward(OPERATOR, DAY, DURING), put_forward(OPERATOR, DAY, DURING))

    assert clock.shift == 2 * DAY


async def test_another_process_finds_the_moved_clock(database, demo):
    await put_forward(OPERATOR, DAY, DURING)
    clock.move_by(timedelta(0))  # as a process that was not the one asked

    following = asyncio.create_task(follow_clock())
    await until(lambda: clock.shift)
    following.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await following

    assert clock.shift == DAY


@pytest.mark.parametrize("distance", [timedelta(0), -DAY, timedelta(days=401)])
async def test_the_clock_never_goes_back_nor_too_far(database, demo, distance):
    with pytest.raises(Invalid):
        await put_forward(OPERATOR, distance, DURING)

    assert await Setting.count() == 0


async def test_only_the_operator_moves_it(database, demo):
    with pytest.raises(NotFound):
        await put_forward(asker_with(RoleKind.COMMUNITY_WORKER, await an_estate()), DAY, DURING)

    assert await Setting.count() == 0


async def test_in_a_real_deployment_it_does_not_move_and_nobody_listens(database, demo):
    await put_forward(OPERATOR, DAY, DURING)
    clock.move_by(timedelta(0))
    moving_clock.settings = settings  # no demo any more, on the same database

    with pytest.raises(NotFound):
        await put_forward(OPERATOR, DAY, DURING)
    await read_clock()
    await asyncio.wait_for(follow_clock(), 1)

    assert clock.shift == timedelta(0)
