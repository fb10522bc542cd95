"""The demo's clock is put forward while people look on: nobody is thrown out for it."""

from datetime import timedelta

import pytest

from coordination import clock
from coordination.home.deployment.clock_actions import put_clock_forward
from coordination.people.second_factor import current_code, give_second_factor
from coordination.people.sessions import look_up, open_session
from coordination.people.tables import RoleKind
from tests.builders import DURING, a_role
from tests.people.accounts import HERE, SECRET, an_account

WEEKS = timedelta(days=40)


@pytest.fixture
async def operator(database, demo):
    """Who moves the clock; in the end it stands right again."""
    person = await a_role(RoleKind.OPERATOR, None)
    token = await open_session(person.id, DURING, stepped_up=True, second_factor=True)
    yield await look_up(token, DURING)
    clock.move_by(timedelta(0))


async def test_days_pass_for_the_service_and_those_signed_in_stay(operator):
    owner = await an_account()
    token = await open_session(owner.id, DURING)
    gone = await open_session(owner.id, DURING - WEEKS)

    await put_clock_forward(operator, WEEKS, DURING)

    assert await look_up(token, DURING + WEEKS)
    assert not await look_up(gone, DURING + WEEKS), "what had run out stays so"


async def test_an_authenticator_goes_by_the_time_of_the_phone_it_is_on(operator):
    person = await an_account(secret=SECRET)
    shown = current_code(SECRET, DURING)
    await put_clock_forward(operator, WEEKS, DURING)
    asker = await look_up(await open_session(person.id, DURING + WEEKS), DURING + WEEKS)
    assert asker

    await give_second_factor(asker, shown, HERE, DURING + WEEKS)

    assert current_code(SECRET, DURING + WEEKS) == shown
