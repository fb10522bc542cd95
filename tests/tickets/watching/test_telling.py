"""Word of a ticket reaches who is on duty, else who heads the body; nobody twice or in vain."""

from datetime import timedelta
from uuid import uuid4

from coordination.db import execute
from coordination.tickets.kinds import EventKind
from coordination.tickets.watching.roster_actions import Wish, add_shifts
from coordination.tickets.watching.sweeping import sweep_tickets
from tests.tickets.a_ticket import (
    HOUR,
    WHISTLED,
    a_handled_ticket,
    a_neighbourhood,
    a_ticket,
    it_happens,
)
from tests.tickets.watching.clocks import on
from tests.tickets.watching.hearing import all_hear, has_phones, heard, messages

TRAPPED = {"category": "lift-trapped", "text": "电梯困人"}
NO_WATER = {"category": "water-cut", "text": "停水了"}


async def keeper_on_duty(town, since=WHISTLED - HOUR, hours=240, deputy=None):
    wish = Wish(town.keeper.id, deputy, since, since + timedelta(hours=min(hours, 168)))
    await add_shifts(town.manager, town.company.id, wish, since)


async def test_a_whistle_is_told_to_the_manager_where_nobody_is_on_duty(database):
    town = await a_neighbourhood()
    await has_phones(town.manager)
    ticket = await a_ticket(town)

    await all_hear(WHISTLED)

    [message] = await messages(town.manager, "sms")
    assert f"#{ticket.number}" in message["text"] and "3月3日18:00前报到" in message["text"]
    assert not message["urgent"]
    assert await heard(town.manager) == ["有人吹哨，请报到"]
    assert await heard(town.keeper) == await heard(town.worker) == await heard(town.clerk) == []


async def test_a_whistle_is_told_to_who_is_on_duty_and_not_to_the_manager(database):
    town = await a_neighbourhood()
    await keeper_on_duty(town)
    await a_ticket(town)

    await all_hear(WHISTLED)

    assert await heard(town.keeper) == ["有人吹哨，请报到"]
    assert await heard(town.manager) == []


async def test_a_danger_wakes_those_on_duty_their_deputy_and_the_community_at_night(database):
    town = await a_neighbourhood()
    night = on("03-02T02:00")
    await has_phones(town.keeper, town.manager, town.worker)
    await keeper_on_duty(town, night - HOUR, 8, deputy=town.manager.id)
    await a_ticket(town, at=night, **TRAPPED)

    await all_hear(night)

    for who in (town.keeper, town.manager, town.worker):
        [message] = await messages(who, "sms")
        assert message["urgent"] and message["text"].startswith("危险！")
    assert await heard(town.officer) == []


async def test_an_outage_at_night_wakes_those_on_duty_and_nobody_else(database):
    town = await a_neighbourhood()
    night = on("03-02T02:00")
    await has_phones(town.keeper, town.manager)
    await a_ticket(town, at=night, **NO_WATER)
    await all_hear(night)
    [asleep] = await messages(town.manager, "sms")
    assert not asleep["urgent"]

    await keeper_on_duty(town, night, 8)
    await a_ticket(town, at=night, category="power-cut", text="停电了")
    await all_hear(night)

    [awake] = await messages(town.keeper, "sms")
    assert awake["urgent"]


async def test_an_ordinary_whistle_at_night_wakes_nobody_even_on_duty(database):
    town = await a_neighbourhood()
    night = on("03-02T02:00")
    await has_phones(town.keeper)
    await keeper_on_duty(town, night, 8)
    await a_ticket(town, at=night)

    await all_hear(night)

    [message] = await messages(town.keeper, "sms")
    assert not message["urgent"]


async def test_ten_whistles_in_an_hour_are_ten_lines_in_the_app_and_one_sms(database):
    town = await a_neighbourhood()
    await has_phones(town.manager)
    for turn in range(10):
        await a_ticket(town, text=f"第{turn}件", at=WHISTLED + turn * timedelta(minutes=5))

    await all_hear(WHISTLED + HOUR)

    assert len(await heard(town.manager)) == 10
    assert len(await heard(town.manager, "sms")) == 1


async def test_every_sms_is_one_whatever_the_names(database):
    town = await a_neighbourhood("非常非常长的名字的花园小区二期东区之延伸段")
    await has_phones(town.manager, town.worker, town.officer, town.clerk)
    ticket = await a_ticket(town, **TRAPPED)
    await it_happens(ticket, EventKind.REPORT_IN, town.keeper, WHISTLED)
    await it_happens(
        ticket, EventKind.SUPERVISE, town.officer, WHISTLED, "马上", due=WHISTLED + HOUR
    )
    await sweep_tickets(WHISTLED + timedelta(days=20))

    await all_hear(WHISTLED + HOUR)

    texts = [
        one["text"]
        for who in (town.manager, town.worker, town.officer, town.clerk)
        for one in await messages(who, "sms")
    ]
    assert texts and all(len(text) <= 62 for text in texts)  # with the sign, at most 70


async def test_whoever_an_event_asks_for_something_hears_of_it(database):
    town = await a_neighbourhood()
    ticket = await a_handled_ticket(town)
    at = WHISTLED + 2 * HOUR
    wish = {"blocker": "等配件", "unblocker": "厂家", "until": on("03-20T00:00")}
    await it_happens(ticket, EventKind.ASK_HOLD, town.keeper, at, **wish)
    await all_hear(at)
    await it_happens(ticket, EventKind.REFUSE_HOLD, town.worker, at, "先用备件")
    await it_happens(
        ticket, EventKind.OPEN_SUB_TASK, town.keeper, at, sub_task=str(uuid4()),
        body=str(town.department.id), mandatory=True, due=on("03-05T18:00"),
    )  # fmt: skip
    await it_happens(
        ticket, EventKind.TRANSFER, town.keeper, at, holder=town.department.id, basis="三定"
    )

    await all_hear(at)

    assert await heard(town.worker) == ["有人申请挂起"]
    assert set(await heard(town.second_worker)) == {"有人申请挂起"}
    assert "转来一件工单" in await heard(town.clerk)
    assert "请协办" in await heard(town.clerk)
    assert await heard(town.resident) == await heard(town.neighbour) == []


async def test_nobody_is_told_of_what_they_did_themselves(database):
    town = await a_neighbourhood()
    ticket = await a_handled_ticket(town)
    await it_happens(ticket, EventKind.SUPERVISE, town.worker, WHISTLED + 2 * HOUR, "快",
                     due=WHISTLED + 3 * HOUR)  # fmt: skip

    await all_hear(WHISTLED + 2 * HOUR)

    assert await heard(town.worker) == []
    assert await heard(town.keeper) == ["督办"]


async def test_what_is_closed_before_the_message_leaves_is_not_told(database):
    town = await a_neighbourhood()
    ticket = await a_ticket(town)
    await it_happens(ticket, EventKind.WITHDRAW, town.resident, WHISTLED)

    await all_hear(WHISTLED)

    assert await heard(town.manager) == []


async def test_a_danger_that_is_late_is_told_to_the_next_level_at_once_at_night(database):
    town = await a_neighbourhood()
    night = on("03-02T02:00")
    await has_phones(town.worker, town.officer)
    await a_ticket(town, at=night, **TRAPPED)
    await all_hear(night)

    await sweep_tickets(night + timedelta(minutes=31))
    await all_hear(night + timedelta(minutes=31))

    assert await heard(town.worker) == ["危险！请马上报到", "请督办"]
    assert all(one["urgent"] for one in await messages(town.worker, "sms"))
    assert await heard(town.manager) == ["危险！请马上报到", "超期了"]
    assert await heard(town.officer) == []
    await sweep_tickets(night + timedelta(minutes=46))
    await all_hear(night + timedelta(minutes=46))
    assert await heard(town.officer) == ["请督办"]


async def test_who_left_is_not_called_and_the_deputy_stands_in(database):
    town = await a_neighbourhood()
    await keeper_on_duty(town, deputy=town.manager.id)
    await execute("update role set until = $1 where person = $2", WHISTLED, town.keeper.id)
    await a_ticket(town, at=WHISTLED + HOUR)

    await all_hear(WHISTLED + HOUR)

    assert await heard(town.manager) == ["有人吹哨，请报到"]
    assert await heard(town.keeper) == []
