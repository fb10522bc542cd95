"""挂起 with its public reason, 延期 as the policy grants it, milestones."""

from datetime import date, datetime, timedelta

import pytest

from coordination.errors import Invalid
from coordination.tickets.handling.desk import NotYours
from coordination.tickets.handling.holding import (
    Hold,
    HoldAsked,
    NoExtension,
    achieve_milestone,
    ask_hold,
    extend,
    extend_hold,
    hold,
    plan_milestone,
    refuse_hold,
    resume,
)
from coordination.tickets.kinds import EventKind, State
from coordination.tickets.rules import NoSuchPart, NothingAsked, OutOfOrder, OwnWork
from coordination.tickets.storing import events_of
from coordination.tickets.tables import Ticket
from tests.tickets.a_ticket import (
    DAY,
    HOUR,
    WHISTLED,
    a_handled_ticket,
    a_neighbourhood,
    it_happens,
)

ASKED = WHISTLED + DAY  # Tuesday, 10:00
AGREED = ASKED + HOUR
WISH = Hold("等厂家发配件", "电梯厂家", date(2026, 3, 20))
BACK = datetime.fromisoformat("2026-03-20T00:00:00+08:00")


@pytest.fixture
async def town(database):
    return await a_neighbourhood()


@pytest.fixture
async def handled(town):
    return await a_handled_ticket(town)


@pytest.fixture
async def held(town, handled):
    await ask_hold(town.keeper, handled.id, WISH, ASKED)
    await hold(town.worker, handled.id, AGREED)
    return handled


async def row_of(ticket):
    found = await Ticket.objects().get(Ticket.id == ticket.id)
    assert found
    return found


async def test_asking_stops_no_clock(town, handled):
    promised = (await row_of(handled)).close_due_at

    await ask_hold(town.keeper, handled.id, WISH, ASKED)

    found = await row_of(handled)
    assert (found.state, found.hold_asked, found.paused_since) == ("handling", True, None)
    assert found.close_due_at == promised


async def test_a_hold_says_in_public_what_blocks_it_and_until_when(town, held):
    found = await row_of(held)

    assert (found.state, found.blocker, found.hold_until) == ("on_hold", "等厂家发配件", BACK)
    assert (found.paused_since, found.close_due_at, found.due_at) == (AGREED, None, None)
    assert (found.look_at, found.hold_asked) == (BACK, False)
    [agreed] = [one for one in await events_of(held.id) if one.kind is EventKind.HOLD]
    assert agreed.facts["unblocker"] == "电梯厂家"
    assert agreed.body == town.committee.id


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (Hold("", "厂家", WISH.until), "blocker"),
        (Hold("  ", "厂家", WISH.until), "blocker"),
        (Hold("等配件", "", WISH.until), "unblocker"),
        (Hold("等配件", "厂家", ASKED.date()), "until"),
        (Hold("等配件", "厂家", date(2026, 3, 2)), "until"),
        (Hold("等配件", "厂家", ASKED.date() + timedelta(days=91)), "until"),
    ],
)
async def test_a_hold_without_blocker_unblocker_or_date_is_refused(town, handled, wish, field):
    with pytest.raises(Invalid) as refused:
        await ask_hold(town.keeper, handled.id, wish, ASKED)

    assert set(refused.value.fields) == {field}
    assert not (await row_of(handled)).hold_asked


async def test_ninety_days_are_the_longest(town, handled):
    await ask_hold(
        town.keeper, handled.id, Hold("等", "谁", ASKED.date() + timedelta(days=90)), ASKED
    )

    assert (await row_of(handled)).hold_asked


async def test_the_holder_does_not_agree_to_its_own_hold(town, handled):
    await ask_hold(town.keeper, handled.id, WISH, ASKED)

    for who in (town.keeper, town.manager):
        with pytest.raises(NotYours):
            await hold(who, handled.id, AGREED)

    assert (await row_of(handled)).state == "handling"


async def test_a_committees_own_hold_is_agreed_to_by_the_street(town):
    ticket = await a_handled_ticket(town)
    await it_happens(ticket, EventKind.TRANSFER, town.keeper, ASKED, holder=town.committee.id)
    await it_happens(ticket, EventKind.ACCEPT, town.worker, ASKED)
    await ask_hold(town.worker, ticket.id, WISH, ASKED)

    with pytest.raises(NotYours):
        await hold(town.second_worker, ticket.id, AGREED)
    now = await hold(town.officer, ticket.id, AGREED)

    assert now.state is State.ON_HOLD


async def test_what_nobody_asked_for_is_not_agreed_to(town, handled):
    with pytest.raises(NothingAsked):
        await hold(town.worker, handled.id, AGREED)


async def test_who_asked_does_not_agree_whatever_office_they_hold_besides(town, handled):
    await it_happens(
        handled, EventKind.ASK_HOLD, town.officer, ASKED, blocker="难", unblocker="谁",
        until=BACK,
    )  # fmt: skip

    with pytest.raises(OwnWork):
        await hold(town.officer, handled.id, AGREED)


async def test_a_request_waits_alone(town, handled):
    await ask_hold(town.keeper, handled.id, WISH, ASKED)

    with pytest.raises(HoldAsked):
        await ask_hold(town.manager, handled.id, WISH, ASKED)


async def test_a_refused_hold_is_answered_and_may_be_asked_for_again(town, handled):
    await ask_hold(town.keeper, handled.id, WISH, ASKED)
    with pytest.raises(Invalid):
        await refuse_hold(town.worker, handled.id, " ", AGREED)

    await refuse_hold(town.worker, handled.id, "配件本地有售", AGREED)

    found = await row_of(handled)
    assert (found.state, found.hold_asked) == ("handling", False)
    await ask_hold(town.keeper, handled.id, WISH, AGREED)


async def test_a_date_that_passed_while_nobody_answered_is_asked_for_anew(town, handled):
    await ask_hold(town.keeper, handled.id, WISH, ASKED)

    with pytest.raises(Invalid):
        await hold(town.worker, handled.id, BACK)


async def test_what_was_held_counts_on_where_it_stood(town, held):
    """Seven working hours a day: six and a half were used when the hold began on the second."""
    now = await resume(
        town.keeper, held.id, "配件到了", datetime.fromisoformat("2026-03-16T09:00:00+08:00")
    )

    found = await row_of(held)
    assert now.state is State.HANDLING
    # Thirty-three remain, seven to a day.
    assert found.close_due_at == datetime.fromisoformat("2026-03-20T16:00:00+08:00")


async def test_a_hold_is_put_off_by_the_level_above(town, held):
    later = date(2026, 4, 10)

    for who in (town.keeper, town.second_worker):
        with pytest.raises(NotYours):
            await extend_hold(who, held.id, later, "厂家停产", AGREED)
    for until in (WISH.until, date(2026, 3, 10)):
        with pytest.raises(Invalid):
            await extend_hold(town.officer, held.id, until, "厂家停产", AGREED)
    await extend_hold(town.officer, held.id, later, "厂家停产", AGREED)

    found = await row_of(held)
    assert found.hold_until == datetime.fromisoformat("2026-04-10T00:00:00+08:00")
    assert found.look_at == found.hold_until


async def test_what_is_not_held_is_not_put_off(town, handled):
    with pytest.raises(OutOfOrder):
        await extend_hold(town.officer, handled.id, date(2026, 4, 10), "难", ASKED)


async def test_an_ordinary_ticket_is_extended_once_by_its_holder_in_public(town, handled):
    with pytest.raises(Invalid):
        await extend(town.keeper, handled.id, "", ASKED)
    with pytest.raises(Invalid):
        await extend(town.keeper, handled.id, "要等材料", ASKED, amount=6)
    await extend(town.keeper, handled.id, "要等材料", ASKED, amount=3)

    found = await row_of(handled)
    assert found.close_due_at == datetime.fromisoformat("2026-03-12T18:00:00+08:00")
    assert found.blocker == "要等材料"
    with pytest.raises(NoExtension):
        await extend(town.keeper, handled.id, "还要等", ASKED, amount=1)


@pytest.mark.parametrize(
    ("category", "granted_by", "refused"),
    [
        ("lift-out", "worker", ["keeper"]),  # P1: by the community
        ("illegal-building", "officer", ["keeper", "worker"]),  # P3: by the street
    ],
)
async def test_what_is_urgent_or_complex_is_extended_from_above(
    town, category, granted_by, refused
):
    ticket = await a_handled_ticket(town, category=category)
    promised = (await row_of(ticket)).close_due_at

    for who in refused:
        with pytest.raises(NotYours):
            await extend(getattr(town, who), ticket.id, "要等材料", ASKED)
    await extend(getattr(town, granted_by), ticket.id, "要等材料", ASKED)

    assert (await row_of(ticket)).close_due_at > promised


@pytest.mark.parametrize("category", ["fire", "works-fund"])
async def test_danger_is_never_extended_and_a_procedure_by_its_milestones(town, category):
    ticket = await a_handled_ticket(town, category=category)

    for who in (town.keeper, town.worker, town.officer):
        with pytest.raises(NoExtension):
            await extend(who, ticket.id, "来不及", ASKED)


async def test_a_milestone_is_due_until_it_is_achieved(town):
    ticket = await a_handled_ticket(town, category="works-fund")
    due = ASKED + 3 * DAY
    await it_happens(ticket, EventKind.CHANGE_PRIORITY, town.officer, ASKED, priority="p4")

    await plan_milestone(town.keeper, ticket.id, "公示方案", due, ASKED)

    assert (await row_of(ticket)).due_at == due
    with pytest.raises(NoSuchPart):
        await achieve_milestone(town.keeper, ticket.id, "表决", "开过会了", ASKED)
    await achieve_milestone(town.keeper, ticket.id, "公示方案", "已公示", ASKED + DAY)
    found = await row_of(ticket)
    assert found.due_at != due and found.due_at is not None
