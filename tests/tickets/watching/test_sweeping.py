"""What time does to a ticket is written down in time, once, whoever sweeps and how late."""

from datetime import timedelta

import pytest

from coordination.db import execute
from coordination.law.policies import Level
from coordination.places.calendar import seed_calendar
from coordination.tickets.kinds import EventKind, State
from coordination.tickets.storing import events_of
from coordination.tickets.watching.sweeping import sweep_tickets
from tests.tickets.a_ticket import (
    DAY,
    HOUR,
    WHISTLED,
    a_handled_ticket,
    a_neighbourhood,
    a_replied_ticket,
    a_ticket,
    it_happens,
)
from tests.tickets.watching.clocks import SECOND, on, stored, told


async def test_who_has_not_reported_in_is_reminded_at_eighty_percent_and_late_at_a_hundred(
    database,
):
    # Ordinary: one working day of seven hours, the day of the whistle not counted.
    ticket = await a_ticket(await a_neighbourhood(), at=on("03-02T10:00"))

    assert await sweep_tickets(on("03-03T16:35")) == 0
    assert await told(ticket) == []
    await sweep_tickets(on("03-03T16:40"))
    assert await told(ticket) == [("remind", "report_in", on("03-03T16:36"))]
    await sweep_tickets(on("03-03T18:01"))

    assert (await told(ticket))[1:] == [
        ("breach", "report_in", on("03-03T18:00")),
        ("escalate", "report_in:100", on("03-03T18:00")),
    ]
    late = await stored(ticket)
    assert (late.level, late.overdue_since, late.state) == (2, on("03-03T18:00"), State.WHISTLED)


async def test_a_danger_climbs_at_night_within_minutes(database):
    ticket = await a_ticket(
        await a_neighbourhood(), category="lift-trapped", text="电梯困人", at=on("03-02T02:00")
    )

    await sweep_tickets(on("03-02T02:46"))

    assert await told(ticket) == [
        ("remind", "report_in", on("03-02T02:24")),
        ("breach", "report_in", on("03-02T02:30")),
        ("escalate", "report_in:100", on("03-02T02:30")),
        ("escalate", "report_in:150", on("03-02T02:45")),
    ]
    assert (await stored(ticket)).level == Level.SUBDISTRICT


async def test_over_a_weekend_nothing_ordinary_is_late(database):
    ticket = await a_ticket(await a_neighbourhood(), at=on("03-06T16:00"))  # a Friday

    await sweep_tickets(on("03-09T08:59"))  # the Monday, before work

    assert await told(ticket) == []
    await sweep_tickets(on("03-09T18:00"))
    assert ("breach", "report_in", on("03-09T18:00")) in await told(ticket)


async def test_over_national_day_nothing_ordinary_is_late_but_a_worked_sunday_counts(database):
    await seed_calendar()  # 2026: 1 to 7 October off, Saturday the 10th worked
    town = await a_neighbourhood()
    before = await a_ticket(town, at=on("09-30T16:00"))
    saturday = await a_ticket(town, at=on("10-09T16:00"), text="另一件")

    await sweep_tickets(on("10-07T23:00"))
    assert await told(before) == []
    await sweep_tickets(on("10-08T18:00"))
    assert ("breach", "report_in", on("10-08T18:00")) in await told(before)

    await sweep_tickets(on("10-10T18:00"))
    assert ("breach", "report_in", on("10-10T18:00")) in await told(saturday)


async def test_what_was_missed_while_nobody_swept_is_written_once_in_order_with_its_moments(
    database,
):
    town = await a_neighbourhood()
    swept, missed = await a_ticket(town), await a_ticket(town, text="同样的一件")
    moment = WHISTLED
    await execute("update ticket set look_at = null where id = $1", missed.id)  # nobody looks
    while moment < WHISTLED + 40 * DAY:
        moment += timedelta(hours=5)
        await sweep_tickets(moment)
    await execute("update ticket set look_at = changed_at where id = $1", missed.id)

    await sweep_tickets(moment)

    assert await told(missed) == await told(swept) != []
    assert await sweep_tickets(moment + SECOND) == 0
    at = [one.at for one in await events_of(missed.id)]
    assert at == sorted(at)


async def test_late_and_done_before_anyone_swept_is_late_all_the_same(database):
    town = await a_neighbourhood()
    ticket = await a_ticket(town)
    reported = on("03-04T09:30")
    await it_happens(ticket, EventKind.REPORT_IN, town.keeper, reported)

    await sweep_tickets(reported + SECOND)

    [breach] = [e for e in await events_of(ticket.id) if e.kind is EventKind.BREACH]
    assert (breach.at, breach.facts["since"]) == (on("03-03T18:00"), "2026-03-03T10:00:00+00:00")
    assert (await events_of(ticket.id))[-1].kind is EventKind.REPORT_IN
    assert (await stored(ticket)).level == 2


@pytest.mark.parametrize(
    ("kind", "times", "reason"),
    [(EventKind.CO_SIGN, 10, "cosigners"), (EventKind.TRANSFER, 3, "hops")],
)
async def test_what_many_meet_or_what_goes_round_climbs_at_once(database, kind, times, reason):
    town = await a_neighbourhood()
    ticket = await a_handled_ticket(town)
    at = WHISTLED + 2 * HOUR
    for turn in range(times):
        to = (town.department, town.office, town.company)[turn % 3]
        facts = {"holder": to.id, "basis": "三定"} if kind is EventKind.TRANSFER else {}
        await it_happens(ticket, kind, town.keeper, at, **facts)
        if kind is EventKind.TRANSFER:
            await it_happens(ticket, EventKind.ACCEPT, town.clerk, at)

    await sweep_tickets(at + SECOND)

    assert await told(ticket) == [("escalate", reason, at)]
    assert (await stored(ticket)).level >= 2
    assert await sweep_tickets(at + 2 * SECOND) == 0


async def test_reopened_twice_climbs_at_once(database):
    town = await a_neighbourhood()
    ticket = await a_replied_ticket(town)
    at = WHISTLED + DAY + HOUR
    for _ in range(2):
        await it_happens(ticket, EventKind.REJECT, town.resident, at)
        await it_happens(ticket, EventKind.REOPEN, town.resident, at)
        await it_happens(ticket, EventKind.TAKE_UP, town.keeper, at)
        await it_happens(
            ticket,
            EventKind.REPLY,
            town.keeper,
            at,
            "又修了",
            outcome="solved",
            evidence=["0" * 64],
        )

    await sweep_tickets(at + SECOND)

    assert await told(ticket) == [("escalate", "reopened", at)]


async def test_who_does_not_answer_is_waited_for_until_the_time_and_no_longer(database):
    town = await a_neighbourhood()
    ticket = await a_ticket(town)
    until = on("03-05T18:00")
    await it_happens(
        ticket, EventKind.ASK_INFO, town.keeper, WHISTLED + HOUR, "几单元", until=until
    )

    await sweep_tickets(until - SECOND)
    assert (await stored(ticket)).state == State.NEED_INFO
    await sweep_tickets(until + HOUR)

    back = await stored(ticket)
    assert (back.state, back.paused_since) == (State.WHISTLED, None)
    assert await told(ticket, EventKind.INFO_TIMEOUT) == [("info_timeout", None, until)]


async def test_a_hold_ends_on_its_date_and_the_clocks_run_on(database):
    town = await a_neighbourhood()
    ticket = await a_handled_ticket(town)
    until, asked = on("03-20T00:00"), WHISTLED + 2 * HOUR
    wish = {"blocker": "等配件", "unblocker": "厂家", "until": until}
    await it_happens(ticket, EventKind.ASK_HOLD, town.keeper, asked, **wish)
    await it_happens(ticket, EventKind.HOLD, town.worker, asked, **wish)

    await sweep_tickets(until - SECOND)
    assert (await stored(ticket)).state == State.ON_HOLD
    await sweep_tickets(on("04-20T00:00"))

    after = await stored(ticket)
    assert after.state == State.HANDLING
    assert (await told(ticket, EventKind.RESUME)) == [("resume", None, until)]
    assert ("breach", "closure", on("03-26T18:00")) in await told(ticket)


async def test_a_ruling_that_does_not_come_in_its_day_climbs(database):
    town = await a_neighbourhood()
    ticket = await a_handled_ticket(town)
    at = WHISTLED + 2 * HOUR
    due = on("03-03T18:00")
    await it_happens(
        ticket, EventKind.TRANSFER, town.keeper, at, holder=town.department.id, basis="三定"
    )
    await it_happens(
        ticket, EventKind.RETURN, town.clerk, at, holder=town.office.id,
        proposed=town.company.id, due=due,
    )  # fmt: skip

    await sweep_tickets(due + SECOND)

    assert ("breach", "milestone:adjudication", due) in await told(ticket)
    assert (await stored(ticket)).level == Level.DISTRICT  # 街道 decides; above it the 区


async def test_a_return_visit_that_is_late_goes_past_the_community_that_owes_it(database):
    ticket = await a_replied_ticket(await a_neighbourhood())  # replied on Tuesday the 3rd

    await sweep_tickets(on("03-05T18:00"))

    assert ("breach", "visit:1", on("03-05T18:00")) in await told(ticket)
    assert ("escalate", "visit:1:100", on("03-05T18:00")) in await told(ticket)
    assert (await stored(ticket)).level == Level.SUBDISTRICT
