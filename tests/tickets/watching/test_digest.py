"""No storm of reminders: one message per person and hour, none at night, nothing that is over."""

import asyncio
from datetime import timedelta

from coordination.tickets.kinds import EventKind
from coordination.tickets.watching.digest import tell_digests
from coordination.tickets.watching.sweeping import sweep_tickets
from tests.tickets.a_ticket import HOUR, a_neighbourhood, a_ticket, it_happens
from tests.tickets.watching.clocks import on
from tests.tickets.watching.hearing import all_hear, has_phones, messages

MINUTE = timedelta(minutes=1)


async def digests(who, channel="in_app"):
    return [one for one in await messages(who, channel) if one["title"] == "工单提醒"]


async def passes(at):
    await sweep_tickets(at)
    await all_hear(at)
    return await tell_digests(at)


async def test_forty_that_are_late_at_once_are_one_message_to_each(database):
    town = await a_neighbourhood()
    await has_phones(town.manager, town.worker)
    for turn in range(40):
        await a_ticket(town, text=f"第{turn}件", at=on("03-02T10:00"))
    await passes(on("03-03T17:00"))
    await passes(on("03-03T18:01"))

    [first, second] = await digests(town.manager)
    [called] = await digests(town.worker, "sms")

    assert first["text"] == "工单：40件快到期。请登录办理。"
    assert second["text"] == "工单：40件超期。请登录办理。"
    assert called["text"] == "工单：40件请您督办。请登录办理。"
    assert not called["urgent"]


async def test_within_the_hour_nothing_more_is_told_and_then_all_of_it(database):
    town = await a_neighbourhood()
    one = await a_ticket(town, at=on("03-02T10:00"))
    await a_ticket(town, category="water-cut", text="停水", at=on("03-03T15:30"))
    await all_hear(on("03-03T15:30"))
    await passes(on("03-03T16:40"))
    [first] = await digests(town.manager)
    assert first["text"] == f"工单#{one.number}（报到）快到期，请登录办理。"

    await passes(on("03-03T17:31"))
    assert len(await digests(town.manager)) == 1

    await passes(on("03-03T18:01"))
    assert [each["text"] for each in await digests(town.manager)][1:] == [
        "工单：2件超期。请登录办理。"
    ]


async def test_at_night_nobody_is_reminded_and_in_the_morning_once(database):
    town = await a_neighbourhood()
    for turn in range(3):
        at = on("03-02T20:00") + turn * HOUR  # an outage is to be reported in within two hours
        await a_ticket(town, category="water-cut", text=f"停水{turn}", at=at)
        await all_hear(at)
    for hour in range(11):
        await passes(on("03-02T22:00") + hour * HOUR)
        if hour < 9:
            assert await digests(town.manager) == []

    assert [one["text"] for one in await digests(town.manager)] == ["工单：3件超期。请登录办理。"]


async def test_who_has_reported_in_meanwhile_is_not_reminded_of_it(database):
    town = await a_neighbourhood()
    ticket = await a_ticket(town, at=on("03-02T10:00"))
    await all_hear(on("03-02T10:00"))
    await sweep_tickets(on("03-03T16:40"))
    await all_hear(on("03-03T16:40"))
    await it_happens(ticket, EventKind.REPORT_IN, town.keeper, on("03-03T16:41"))

    await tell_digests(on("03-03T16:42"))

    assert await digests(town.manager) == []


async def test_two_workers_tell_each_person_once(database):
    town = await a_neighbourhood()
    await a_ticket(town, at=on("03-02T10:00"))
    await sweep_tickets(on("03-03T18:01"))
    await all_hear(on("03-03T18:01"))

    await asyncio.gather(*(tell_digests(on("03-03T18:02") + turn * MINUTE) for turn in range(4)))

    assert len(await digests(town.manager)) == len(await digests(town.worker)) == 1
