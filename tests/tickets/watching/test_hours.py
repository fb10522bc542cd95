"""The hours of work are settings, and the clocks and the calendar of days are one."""

import pytest

from coordination.errors import Invalid
from coordination.home.deployment.time_pages import years_missing
from coordination.law.workdays import OFFICE_HOURS
from coordination.places.actions import change_setting, write_day
from coordination.places.calendar import HOURS, office_hours, seed_calendar, working_days
from coordination.places.named_settings import SETTINGS
from coordination.tickets.calendar import calendar_of
from coordination.tickets.recomputing import compare_all, recompute_nightly
from coordination.tickets.tables import Ticket
from tests.tickets.a_ticket import HOUR, WHISTLED, a_neighbourhood, a_ticket
from tests.tickets.desk.a_desk import sign_in
from tests.tickets.watching.clocks import on
from tests.tickets.watching.test_policies import an_operator


async def test_the_hours_are_those_of_the_law_until_someone_says_otherwise(database):
    assert await office_hours() == OFFICE_HOURS


def test_whatever_is_chosen_the_hours_come_in_their_order():
    bounds = [[value for value, _ in SETTINGS[name].choices] for name in HOURS]

    assert all(max(a) < min(b) for a, b in zip(bounds, bounds[1:], strict=False))
    assert all(SETTINGS[name].accepts(SETTINGS[name].default) for name in HOURS)


async def test_who_stops_work_at_half_past_five_is_late_at_half_past_five(database):
    operator = await an_operator()
    await change_setting(operator, None, "afternoon_until", "17:30", "夏令时", WHISTLED)

    ticket = await a_ticket(await a_neighbourhood(), at=WHISTLED + HOUR)

    found = await Ticket.objects().get(Ticket.id == ticket.id)
    assert found and found.report_due_at == on("03-03T17:30")
    with pytest.raises(Invalid):
        await change_setting(operator, None, "afternoon_until", "03:00", "夜里", WHISTLED)


async def test_what_is_open_is_computed_anew_when_hours_or_days_change(database):
    operator = await an_operator()
    ticket = await a_ticket(await a_neighbourhood())
    await recompute_nightly(WHISTLED + HOUR)
    await change_setting(operator, None, "afternoon_until", "17:00", "提前", WHISTLED + HOUR)
    await write_day(operator, on("03-03T00:00").date(), False, "临时放假", WHISTLED + HOUR)

    found = await recompute_nightly(WHISTLED + HOUR)

    assert found and found.differing == [ticket.id]
    after = await Ticket.objects().get(Ticket.id == ticket.id)
    assert after and after.report_due_at == on("03-04T17:00")
    assert not (await compare_all()).differing


async def test_votes_and_tickets_read_one_calendar(database):
    assert await calendar_of() is await working_days()


async def test_a_year_without_its_holidays_is_told_to_the_operator_and_to_who_watches(
    browser, time_is
):
    await seed_calendar()  # until 2026
    for moment, missing in (("11-30T12:00", 0), ("12-01T12:00", 1)):
        time_is(on(moment))
        await sign_in(browser, await an_operator())
        page = await browser.open("/work")
        assert ("补充工作日历" in page.text) is bool(missing)
        assert await years_missing() == missing
    page = await browser.open("/calendar")
    assert "2027 年的节假日还没有录入" in page.text
