"""What each figure counts, to the last ticket; and that the list behind it is the same tickets."""

from datetime import UTC, datetime, timedelta

import pytest

from coordination.errors import NotFound
from coordination.places.tables import PlaceKind
from coordination.tickets.figures.counts import COUNTS
from coordination.tickets.figures.definitions import FIGURE, FIGURES
from coordination.tickets.figures.periods import Cohort, Period, read_period
from coordination.tickets.figures.queries import (
    Asked,
    Narrowed,
    Spread,
    by_month,
    tally,
    tickets_behind,
)
from tests.builders import a_building, a_place, an_estate
from tests.tickets.figures_rows import DAY, HOUR, MINUTE, a_category, closed, mark_doubtful, tickets

MARCH = Period(2026, 3)
BEGAN = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
NOW = datetime(2026, 4, 20, 1, 0, tzinfo=UTC)


@pytest.fixture
async def estate(database):
    return await an_estate()


def of(place, period=MARCH, cohort=Cohort.WHISTLED, at=NOW) -> Asked:
    return Asked(place, period, cohort, at)


async def fractions(place, **more) -> dict[str, tuple[int, int]]:
    total = (await tally(of(place, **more))).total
    return {figure.name: total.fraction(figure) for figure in FIGURES}


async def test_every_figure_is_a_part_of_its_whole(estate):
    await tickets(estate, BEGAN, 3, **closed(BEGAN, rating="satisfied"))
    await tickets(estate, BEGAN, 2, **closed(BEGAN, 6 * DAY, "explained", reopened=1))
    await tickets(estate, BEGAN, 1, **closed(BEGAN, outcome="partly", rating="dissatisfied"))
    await tickets(estate, BEGAN, 1, level=3)

    assert await fractions(estate) == {
        "report": (6, 7),
        "report_on_time": (6, 7),
        "reply": (6, 7),
        "reply_on_time": (4, 7),
        "visit": (6, 6),
        "reach": (6, 6),
        "close": (6, 7),
        "close_on_time": (4, 7),
        "solve": (3, 6),
        "content": (3, 4),
        "rated": (4, 6),
        "reopen": (2, 6),
        "late": (3, 7),
        "return": (0, 7),
    }


async def test_no_part_ever_exceeds_its_whole(estate):
    await tickets(estate, BEGAN, 1, **closed(BEGAN, reopened=2, rating="fairly", returns=1))
    await tickets(estate, BEGAN, 1, state="reopened", reported_at=BEGAN, replied_at=BEGAN,
                  visited_at=BEGAN, reached=False, reopened=1)  # fmt: skip
    await tickets(estate, BEGAN, 1, state="closed", outcome="refused", closed_at=BEGAN)
    await tickets(estate, BEGAN, 1, state="withdrawn", reported_at=BEGAN)

    found = await fractions(estate)

    assert {name for name, (part, whole) in found.items() if part > whole} == set()
    assert found["reopen"] == (1, 2), "the one reopened and not closed again is listed apart"
    assert found["reply"] == (2, 2), "a refusal, a withdrawal wait for no reply"


async def test_merged_and_withdrawn_before_report_in_are_apart_from_every_figure(estate):
    await tickets(estate, BEGAN, 2, **closed(BEGAN))
    await tickets(estate, BEGAN, 3, state="merged")
    await tickets(estate, BEGAN, 4, state="withdrawn")
    await tickets(estate, BEGAN, 5, state="withdrawn", reported_at=BEGAN + HOUR)

    total = (await tally(of(estate))).total

    apart = {name: total[name] for name in ("whistled", "merged", "withdrawn", "accepted", "late")}
    assert apart == {"whistled": 14, "merged": 3, "withdrawn": 4, "accepted": 7, "late": 0}


async def test_what_is_due_at_an_instant_and_done_at_it_is_late(estate):
    due = BEGAN + DAY
    never = {"reply_due_at": None, "close_due_at": None, "report_due_at": due}
    await tickets(estate, BEGAN, reported_at=due - timedelta(microseconds=1), **never)
    await tickets(estate, BEGAN, reported_at=due, **never)

    total = (await tally(of(estate))).total

    assert (total["reported"], total["reported_on_time"], total["late"]) == (2, 1, 1)


async def test_an_open_ticket_is_late_once_a_clock_has_run_out_and_not_while_it_is_paused(estate):
    never = {"reply_due_at": None, "close_due_at": None}
    await tickets(estate, BEGAN, report_due_at=NOW, **never)
    await tickets(estate, BEGAN, report_due_at=NOW + MINUTE, **never)
    await tickets(estate, BEGAN, state="need_info", report_due_at=None, **never)
    await tickets(estate, BEGAN, state="withdrawn", reported_at=BEGAN, close_due_at=NOW)

    total = (await tally(of(estate))).total

    assert (total["accepted"], total["late"]) == (4, 1)


async def test_a_reply_is_due_when_it_is_there_or_its_time_has_come(estate):
    await tickets(estate, BEGAN, 2, reply_due_at=NOW + HOUR)
    await tickets(estate, BEGAN, 3, reply_due_at=NOW)
    await tickets(estate, BEGAN, 4, reply_due_at=NOW + HOUR, replied_at=NOW, reported_at=BEGAN)

    assert (await fractions(estate))["reply"] == (4, 7)


async def test_a_visit_that_reached_nobody_counts_as_made_but_not_as_reached(estate):
    await tickets(estate, BEGAN, 3, **closed(BEGAN))
    await tickets(estate, BEGAN, 2, **closed(BEGAN, outcome="unreachable", reached=False))
    await tickets(estate, BEGAN, 1, **closed(BEGAN, visited_at=None, reached=None))

    total = (await tally(of(estate))).total

    assert total.fraction(FIGURE["visit"]) == (5, 6)
    assert total.fraction(FIGURE["reach"]) == (3, 5)
    assert total["confirmed"] == 1


async def test_a_month_begins_and_ends_at_midnight_in_shanghai(estate):
    begin, end = datetime(2026, 2, 28, 16, tzinfo=UTC), datetime(2026, 3, 31, 16, tzinfo=UTC)
    for moment in (begin - MINUTE, begin, end - MINUTE, end):
        await tickets(estate, moment)

    assert (await tally(of(estate))).total["whistled"] == 2
    assert (MARCH.since, MARCH.until) == (begin, end)


async def test_the_two_cohorts_are_different_tickets_and_never_mixed(estate):
    before, after = MARCH.since - DAY, MARCH.until + DAY
    await tickets(estate, before, 2, close_due_at=BEGAN)
    await tickets(estate, BEGAN, 3, close_due_at=after)
    await tickets(estate, before, 4, close_due_at=None, reply_due_at=BEGAN)

    whistled = (await tally(of(estate))).total
    due = (await tally(of(estate, cohort=Cohort.DUE))).total

    assert (whistled["whistled"], due["whistled"]) == (3, 6)


async def test_times_are_those_of_one_ticket_in_whole_seconds(estate):
    for seconds in (60, 299, 300, 4000, 9_999):
        await tickets(estate, BEGAN, **closed(BEGAN, timedelta(seconds=seconds, microseconds=7)))

    total = (await tally(of(estate))).total

    assert total.spreads["close"] == Spread(5, 300, 9_999)
    assert total["quick"] == 2, "60 and 299 seconds; 300 are five minutes"


async def test_a_reopened_ticket_takes_no_part_in_the_time_to_close(estate):
    await tickets(estate, BEGAN, **closed(BEGAN, 2 * DAY))
    await tickets(estate, BEGAN, **closed(BEGAN, 9 * DAY, state="reopened", reopened=1))

    assert (await tally(of(estate))).total.spreads["close"] == Spread(1, 172_800, 172_800)


async def test_parts_add_up_to_the_whole_on_every_level(database):
    district = await a_place(PlaceKind.DISTRICT, "江夏区")
    streets = [await a_place(PlaceKind.SUBDISTRICT, f"{n}街道", district) for n in "甲乙"]
    communities = [await a_place(PlaceKind.COMMUNITY, f"{s.name}社区", s) for s in streets]
    estates = [await a_place(PlaceKind.ESTATE, f"{c.name}小区", c) for c in communities]
    other = await an_estate("别区的小区")
    await tickets(estates[0], BEGAN, 3)
    await tickets(estates[1], BEGAN, 4, **closed(BEGAN))
    await tickets(other, BEGAN, 100)

    of_district = await tally(of(district))
    of_street = await tally(of(streets[1]))

    assert {key: part["accepted"] for key, part in of_district.parts.items()} == {
        streets[0].id: 3, streets[1].id: 4,
    }  # fmt: skip
    assert of_district.total["accepted"] == 7
    assert of_district.estates[estates[1].id].spreads["close"] == Spread(4, 172_800, 172_800)
    assert of_district.total.projects == 2
    assert {key: part["closed"] for key, part in of_street.parts.items()} == {communities[1].id: 4}
    assert of_street.parts[communities[1].id].spreads["close"] == Spread(4, 172_800, 172_800)


async def test_an_estate_is_parted_by_its_buildings_and_public_parts(estate):
    building = await a_building(estate, "1栋")
    await tickets(estate, BEGAN, 2, building=building.id)
    await tickets(estate, BEGAN, 3)

    parts = (await tally(of(estate))).parts

    assert {key: part["accepted"] for key, part in parts.items()} == {building.id: 2, None: 3}


async def test_doors_and_main_categories_are_counted_too(estate):
    main = await a_category("设施")
    below = await a_category("路灯", main)
    await tickets(estate, BEGAN, 2, door="hotline", category=below)
    await tickets(estate, BEGAN, 3, door="petition", category=main)

    tallied = await tally(of(estate))

    assert {door: part["accepted"] for door, part in tallied.doors.items()} == {
        "hotline": 2, "petition": 3,
    }  # fmt: skip
    assert {key: part["accepted"] for key, part in tallied.categories.items()} == {main: 5}


@pytest.mark.parametrize("name", COUNTS)
async def test_the_list_behind_a_count_is_the_tickets_that_it_counts(estate, name):
    await tickets(estate, BEGAN, **closed(BEGAN, MINUTE, rating="satisfied", reopened=1, returns=1))
    await tickets(estate, BEGAN, **closed(BEGAN, 9 * DAY, "partly", rating="fairly", reached=False))
    await tickets(estate, BEGAN, **closed(BEGAN, outcome="planned", visited_at=None, reached=None))
    await tickets(estate, BEGAN, **closed(BEGAN, outcome="explained", rating="dissatisfied"))
    await tickets(estate, BEGAN, state="closed", outcome="refused", closed_at=BEGAN)
    await tickets(estate, BEGAN, **closed(BEGAN, outcome="unreachable"))
    await tickets(estate, BEGAN, state="on_hold", level=3, due_at=BEGAN)
    await tickets(estate, BEGAN, state="reopened", reopened=1)
    await tickets(estate, BEGAN, state="merged")
    await tickets(estate, BEGAN, state="withdrawn")
    [unstated] = await tickets(estate, BEGAN, **closed(BEGAN, outcome=None))
    await mark_doubtful(estate, unstated, BEGAN)

    counted = (await tally(of(estate))).total[name]

    assert len(await tickets_behind(of(estate), Narrowed(name))) == counted > 0


async def test_a_list_is_narrowed_to_a_part_and_paged_by_number(estate):
    building = await a_building(estate, "1栋")
    ids = await tickets(estate, BEGAN, 51, building=building.id, door="hotline")
    await tickets(estate, BEGAN, 1)

    cell = Narrowed("accepted", building=str(building.id), door="hotline")
    first = await tickets_behind(of(estate), cell)
    rest = await tickets_behind(of(estate), cell, after=first[49].number)

    assert [line.id for line in first] == ids
    assert [line.id for line in rest] == ids[50:]
    assert len(await tickets_behind(of(estate), Narrowed("accepted", building="public"))) == 1


async def test_a_list_of_no_count_is_not_found(estate):
    with pytest.raises(NotFound):
        await tickets_behind(of(estate), Narrowed("id from person; --"))
    with pytest.raises(NotFound):
        await tickets_behind(of(estate), Narrowed("accepted", building="x"))


async def test_months_without_a_ticket_are_there_with_nought(estate):
    await tickets(estate, BEGAN, 2, **closed(BEGAN))

    assert await by_month(estate, [MARCH.previous, MARCH], NOW) == [(0, 0, 0), (2, 2, 0)]


def test_a_period_is_read_as_it_is_written_and_else_is_this_month():
    assert read_period("2021", NOW) == Period(2021)
    assert read_period("2026-03", NOW) == MARCH
    assert (MARCH.code, MARCH.words, Period(2021).words) == ("2026-03", "2026年3月", "2021年")
    for wrong in ("", "2026-13", "2026-00", "99999", "2026-3", "1800", "x"):
        assert read_period(wrong, NOW) == Period(2026, 4), wrong
    assert Period(2026, 1).previous == Period(2025, 12)
