"""The working calendar: what is known, what is only taken to be so, and who may write it."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from coordination.errors import Invalid, NotAllowed
from coordination.law.periods import start_of
from coordination.people.tables import RoleKind
from coordination.places.actions import write_day
from coordination.places.calendar import days_of, missing_years, seed_calendar, working_days
from coordination.places.tables import CalendarDay
from tests.builders import DURING, an_estate
from tests.places.askers import asker_with

NATIONAL_DAY = date(2026, 10, 1)  # a Thursday
WORKED_SATURDAY = date(2026, 10, 10)


async def test_holidays_are_not_worked_and_moved_weekends_are(database):
    await seed_calendar()

    is_working_day = await working_days()

    assert not is_working_day(NATIONAL_DAY)
    assert is_working_day(WORKED_SATURDAY)
    assert is_working_day(date(2026, 10, 9))
    assert not is_working_day(date(2026, 10, 11))


def a_second_source() -> dict[date, bool]:
    """Another package's reading of the same announcements: day → whether it is worked."""
    told = {}
    for line in (Path(__file__).parent / "holidays_cn.txt").read_text().splitlines():
        if not line.startswith("#"):
            year, _, days = line.partition(" off ")
            off, _, worked = days.partition(" worked ")
            for words, working in ((off, False), (worked, True)):
                told |= {date.fromisoformat(f"{year}-{day}"): working for day in words.split()}
    return told


async def test_two_sources_read_the_announcements_alike(database):
    await seed_calendar()
    told = a_second_source()
    years = range(min(told).year, max(told).year + 1)

    seeded = {day.on_day: day.working for year in years for day in await days_of(year)}

    assert len(years) == 17
    assert seeded == told


async def test_seeding_again_adds_nothing_and_keeps_what_people_wrote(database):
    first = await seed_calendar()
    await write_day(asker_with(RoleKind.OPERATOR), NATIONAL_DAY, True, "临时调整", DURING)

    again = await seed_calendar()

    assert first > 500
    assert again == 0
    assert (await working_days())(NATIONAL_DAY)


async def test_a_year_that_nobody_announced_is_monday_to_friday_and_says_so(database):
    await seed_calendar()

    calendar = await working_days()

    assert calendar(date(2031, 10, 1)) and not calendar(date(2031, 10, 4))
    for day, unknown in ((date(2031, 10, 1), True), (NATIONAL_DAY, False)):
        noon = int(start_of(day).timestamp()) + 12 * 3600
        assert calendar.rests_on_unknown(noon, noon) is unknown


@pytest.mark.parametrize(
    ("at", "missing"),
    [
        (datetime(2026, 11, 30, 15, 59, tzinfo=UTC), []),
        (datetime(2026, 11, 30, 16, 0, tzinfo=UTC), [2027]),  # 1 December in Shanghai
        (datetime(2027, 1, 2, tzinfo=UTC), [2027]),
    ],
)
async def test_from_december_on_the_next_year_is_missed(database, at, missing):
    await seed_calendar()

    assert await missing_years(at) == missing


async def test_one_written_day_is_enough_to_know_a_year(database):
    await write_day(asker_with(RoleKind.OPERATOR), date(2027, 1, 1), False, "元旦", DURING)

    assert await missing_years(datetime(2027, 1, 2, tzinfo=UTC)) == []
    assert [day.note for day in await days_of(2027)] == ["元旦"]


async def test_the_calendar_is_the_operators(database):
    worker = asker_with(RoleKind.COMMUNITY_WORKER, await an_estate())

    with pytest.raises(NotAllowed):
        await write_day(worker, NATIONAL_DAY, True, "想上班", DURING)

    assert await CalendarDay.count() == 0


async def test_a_day_without_a_basis_is_refused(database):
    with pytest.raises(Invalid):
        await write_day(asker_with(RoleKind.OPERATOR), NATIONAL_DAY, True, " ", DURING)
