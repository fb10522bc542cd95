"""A duty roster says who is on duty for a body at a moment; its own heads draw it up."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from coordination.db import value
from coordination.errors import Invalid, NotAllowed, NotFound
from coordination.people.tables import BodyKind
from coordination.tickets.watching.roster import OnDuty, called_at, on_duty, shifts_between
from coordination.tickets.watching.roster_actions import (
    OnDutyThen,
    Wish,
    add_shifts,
    end_shift,
)
from tests.tickets.a_ticket import DAY, HOUR, WHISTLED, a_neighbourhood

MIDNIGHT = WHISTLED + 14 * HOUR


def night(town, **how) -> Wish:
    given = {"person": town.keeper.id, "deputy": None, "since": MIDNIGHT,
             "until": MIDNIGHT + 8 * HOUR}  # fmt: skip
    return Wish(**{**given, **how})


async def test_who_is_on_duty_is_so_from_the_beginning_until_just_before_the_end(database):
    town = await a_neighbourhood()
    await add_shifts(town.manager, town.company.id, night(town, deputy=town.manager.id), WHISTLED)

    async def at(moment):
        return await on_duty(town.company.id, moment)

    second = timedelta(seconds=1)
    both = [OnDuty(town.keeper.id, town.manager.id)]
    assert await at(MIDNIGHT - second) == await at(MIDNIGHT + 8 * HOUR) == []
    assert await at(MIDNIGHT) == await at(MIDNIGHT + 8 * HOUR - second) == both
    assert await on_duty(town.committee.id, MIDNIGHT) == []


async def test_a_shift_repeats_week_by_week(database):
    town = await a_neighbourhood()

    made = await add_shifts(town.manager, town.company.id, night(town, weeks=4), WHISTLED)

    assert len(made) == 4
    for week in range(4):
        assert await on_duty(town.company.id, MIDNIGHT + week * 7 * DAY)
    assert not await on_duty(town.company.id, MIDNIGHT + 28 * DAY)


async def test_a_shift_taken_off_counts_no_more_and_stays_where_it_was_served(database):
    town = await a_neighbourhood()
    [shift] = await add_shifts(town.manager, town.company.id, night(town), WHISTLED)

    await end_shift(town.manager, shift, MIDNIGHT + HOUR)

    assert not await on_duty(town.company.id, MIDNIGHT + 2 * HOUR)
    [served] = await shifts_between(town.company.id, WHISTLED, WHISTLED + 7 * DAY)
    assert (served.since, served.until) == (MIDNIGHT, MIDNIGHT + HOUR)
    await add_shifts(
        town.manager, town.company.id, night(town, since=MIDNIGHT + HOUR), MIDNIGHT + HOUR
    )


async def test_without_a_roster_the_heads_are_called_and_without_heads_whoever_is_there(
    database,
):
    town = await a_neighbourhood()
    path = town.building.path

    company = await called_at(town.company.id, BodyKind.PROPERTY_COMPANY, path, WHISTLED)
    committee = await called_at(town.committee.id, BodyKind.RESIDENTS_COMMITTEE, path, WHISTLED)

    assert (company.persons, company.is_on_duty) == ((town.manager.id,), False)
    assert set(committee.persons) == {town.worker.id, town.second_worker.id}


@pytest.mark.parametrize("who", ["keeper", "worker", "officer", "resident", "clerk"])
async def test_only_who_heads_the_body_draws_up_its_roster(database, who):
    town, other = await a_neighbourhood(), await a_neighbourhood("别处")

    with pytest.raises(NotAllowed):
        await add_shifts(getattr(town, who), town.company.id, night(town), WHISTLED)
    with pytest.raises(NotAllowed):
        await add_shifts(other.manager, town.company.id, night(town), WHISTLED)
    [shift] = await add_shifts(town.manager, town.company.id, night(town), WHISTLED)
    with pytest.raises(NotAllowed):
        await end_shift(other.manager, shift, WHISTLED)
    assert await on_duty(town.company.id, MIDNIGHT)


async def test_a_shift_that_cannot_be_served_is_refused_with_what_to_mend(database):
    town, other = await a_neighbourhood(), await a_neighbourhood("别处")
    for wrong, field in (
        ({"person": other.keeper.id}, "person"),
        ({"person": town.resident.id}, "person"),
        ({"deputy": town.keeper.id}, "deputy"),
        ({"deputy": other.manager.id}, "deputy"),
        ({"until": MIDNIGHT}, "until"),
        ({"until": MIDNIGHT + 8 * DAY}, "until"),
        ({"since": MIDNIGHT - 40 * DAY, "until": MIDNIGHT - 39 * DAY}, "until"),
        ({"since": MIDNIGHT + 500 * DAY, "until": MIDNIGHT + 501 * DAY}, "since"),
        ({"weeks": 0}, "weeks"),
        ({"weeks": 27}, "weeks"),
    ):
        with pytest.raises(Invalid) as refused:
            await add_shifts(town.manager, town.company.id, night(town, **wrong), WHISTLED)
        assert field in refused.value.fields
    with pytest.raises(NotFound):
        await add_shifts(town.manager, uuid4(), night(town), WHISTLED)
    assert await value("select count(*) from duty_shift") == 0


async def test_nobody_has_two_shifts_at_once_even_entered_at_once(database):
    town = await a_neighbourhood()

    came = await asyncio.gather(
        *(add_shifts(town.manager, town.company.id, night(town), WHISTLED) for _ in range(4)),
        return_exceptions=True,
    )

    assert sum(isinstance(one, list) for one in came) == 1
    assert sum(isinstance(one, OnDutyThen) for one in came) == 3
    with pytest.raises(OnDutyThen):  # the second of three weeks is taken: none is entered
        later = night(town, since=MIDNIGHT - 7 * DAY, until=MIDNIGHT - 6 * DAY, weeks=3)
        await add_shifts(town.manager, town.company.id, later, WHISTLED - 8 * DAY)
    assert await value("select count(*) from duty_shift") == 1
