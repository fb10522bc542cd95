"""更正, 并入, 督办, 调整等级, 改用新时限, 归入事项, 移交."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from coordination.db import execute, rows, value
from coordination.errors import Invalid, NotAllowed, NotFound
from coordination.law.policies import DEFAULT_POLICY, Priority, policy_to_json
from coordination.matters.tables import Matter, Stage, TimelineLine
from coordination.people.tables import BodyKind
from coordination.tickets.handling.actions import note_progress, report_in
from coordination.tickets.handling.correcting import (
    Correction,
    NothingChanged,
    NotSameEstate,
    change_priority,
    correct_ticket,
    hand_over,
    merge_ticket,
    repin_policy,
    supervise,
)
from coordination.tickets.handling.desk import NotYours
from coordination.tickets.handling.linking import link_matter
from coordination.tickets.kinds import EventKind, State
from coordination.tickets.routing.seeds import category_id
from coordination.tickets.rules import OutOfOrder
from coordination.tickets.storing import events_of, standing_of
from coordination.tickets.tables import Ticket
from coordination.tickets.watching.sweeping import sweep_tickets
from tests.builders import a_body, a_building
from tests.tickets.a_ticket import (
    DAY,
    HOUR,
    WHISTLED,
    a_closed_ticket,
    a_handled_ticket,
    a_neighbourhood,
    a_replied_ticket,
    a_ticket,
    it_happens,
)

SOON = WHISTLED + HOUR


@pytest.fixture
async def town(database):
    return await a_neighbourhood()


async def row_of(ticket):
    found = await Ticket.objects().get(Ticket.id == ticket.id)
    assert found
    return found


async def test_a_correction_keeps_what_was(town):
    ticket = await a_ticket(town)
    building = await a_building(town.estate, "2")
    right = Correction(category=category_id("roads"), building=building.id, spot="东门")

    await correct_ticket(town.worker, ticket.id, right, "居民说错了楼", SOON)

    found = await row_of(ticket)
    assert (found.category, found.building, found.spot) == (
        category_id("roads"), building.id, "东门",
    )  # fmt: skip
    [event] = [one for one in await events_of(ticket.id) if one.kind is EventKind.CORRECT]
    assert event.facts["was"] == {
        "category": str(category_id("lighting")), "building": str(town.building.id), "spot": "",
    }  # fmt: skip


async def test_a_correction_that_hides_the_words_is_not_itself_public(town):
    ticket = await a_ticket(town)

    await correct_ticket(
        town.worker, ticket.id, Correction(is_public=False), "写了邻居的名字", SOON
    )

    assert not (await row_of(ticket)).is_public
    assert not await value("select is_public from ticket_event where kind = 'correct'")


async def test_a_correction_knows_its_categories_and_buildings(town):
    ticket = await a_ticket(town)
    elsewhere = await a_neighbourhood("丁香苑")

    for wrong in (Correction(category=uuid4()), Correction(building=elsewhere.building.id)):
        with pytest.raises(Invalid):
            await correct_ticket(town.worker, ticket.id, wrong, "改", SOON)
    with pytest.raises(NothingChanged):
        await correct_ticket(town.worker, ticket.id, Correction(is_public=True), "改", SOON)
    with pytest.raises(Invalid):
        await correct_ticket(town.worker, ticket.id, Correction(is_public=False), " ", SOON)


async def test_who_whistled_the_same_joins_the_one_it_is_merged_into(town):
    first, double = await a_ticket(town), await a_ticket(town, by=town.neighbour)

    await merge_ticket(town.keeper, double.id, first.id, SOON)

    found, merged = await row_of(first), await row_of(double)
    assert (merged.state, merged.merged_into) == ("merged", first.id)
    assert (found.state, found.cosigners) == ("whistled", 1)
    joined = await rows("select person from co_signer where ticket = $1", first.id)
    assert [one["person"] for one in joined] == [town.neighbour.id]


async def test_a_persons_own_double_adds_nobody(town):
    first, double = await a_ticket(town), await a_ticket(town)

    await merge_ticket(town.keeper, double.id, first.id, SOON)

    assert (await row_of(first)).cosigners == 0


async def test_a_ticket_is_merged_into_another_open_one_of_its_estate(town):
    ticket, closed = await a_ticket(town), await a_closed_ticket(town)
    elsewhere = await a_ticket(await a_neighbourhood("丁香苑"))

    with pytest.raises(Invalid):
        await merge_ticket(town.keeper, ticket.id, ticket.id, SOON)
    with pytest.raises(Invalid):
        await merge_ticket(town.keeper, ticket.id, closed.id, SOON)
    with pytest.raises(NotFound):
        await merge_ticket(town.keeper, ticket.id, elsewhere.id, SOON)
    [role] = town.worker.roles
    everywhere = replace(town.worker, roles=(replace(role, place_path="/"),))
    with pytest.raises(NotSameEstate):
        await merge_ticket(everywhere, ticket.id, elsewhere.id, SOON)

    assert (await row_of(ticket)).state == "whistled"


async def test_what_someone_reported_in_on_is_no_longer_merged(town):
    first, double = await a_ticket(town), await a_ticket(town)
    await report_in(town.keeper, double.id, SOON)

    with pytest.raises(OutOfOrder):
        await merge_ticket(town.keeper, double.id, first.id, SOON)


async def test_an_order_from_above_has_its_deadline_until_the_reply(town):
    ticket = await a_handled_ticket(town)
    due = SOON + HOUR

    with pytest.raises(NotYours):
        await supervise(town.keeper, ticket.id, "今天办结", due, SOON)
    with pytest.raises(Invalid):
        await supervise(town.worker, ticket.id, "今天办结", SOON, SOON)
    await supervise(town.worker, ticket.id, "今天办结", due, SOON)
    await supervise(town.officer, ticket.id, "三天内办结", due + DAY, SOON)

    assert (await row_of(ticket)).due_at == due
    await it_happens(
        ticket, EventKind.REPLY, town.keeper, SOON + HOUR / 2, "好了", outcome="explained"
    )
    found = await row_of(ticket)
    assert found.due_at == found.close_due_at or found.due_at == found.visit_due_at
    await it_happens(ticket, EventKind.REJECT, town.resident, SOON + HOUR)
    await it_happens(ticket, EventKind.REOPEN, town.resident, SOON + HOUR)
    await supervise(town.worker, ticket.id, "重办要快", SOON + 2 * HOUR, SOON + HOUR)
    assert (await row_of(ticket)).due_at == SOON + 2 * HOUR


async def test_a_holder_may_hurry_and_only_those_above_may_slow_down(town):
    ticket = await a_handled_ticket(town)
    ordinary = (await row_of(ticket)).close_due_at

    await change_priority(town.keeper, ticket.id, Priority.LIVELIHOOD, "整栋停电", SOON)
    assert (await row_of(ticket)).close_due_at == WHISTLED + 3 * DAY
    with pytest.raises(NotYours):
        await change_priority(town.keeper, ticket.id, Priority.ORDINARY, "其实不急", SOON)
    await change_priority(town.worker, ticket.id, Priority.ORDINARY, "只是一盏灯", SOON)

    found = await row_of(ticket)
    assert (found.priority, found.close_due_at) == ("p2", ordinary)
    with pytest.raises(NothingChanged):
        await change_priority(town.worker, ticket.id, Priority.ORDINARY, "再说一次", SOON)


async def a_policy(version, at, **place):
    clocks = policy_to_json(DEFAULT_POLICY).replace('"version": 1', f'"version": {version}')
    seven = clocks.replace('{"working_days": 5}', '{"working_days": 7}')
    await execute(
        """insert into response_policy (id, version, place, clocks, since, reason)
           values ($1, $2, $3, $4::jsonb, $5, '七个工作日')""",
        uuid4(), version, place.get("place"), seven, at,
    )  # fmt: skip


async def test_a_ticket_keeps_the_clocks_it_was_whistled_under_until_it_is_repinned(town):
    ticket = await a_handled_ticket(town)
    promised = (await row_of(ticket)).close_due_at
    await a_policy(2, SOON)
    later = await a_ticket(town, at=SOON)

    await note_progress(town.keeper, ticket.id, "在办", SOON)
    assert (await row_of(ticket)).close_due_at == promised
    assert (await row_of(later)).policy == 2
    with pytest.raises(NotYours):
        await repin_policy(town.keeper, ticket.id, "新规定", SOON)
    await repin_policy(town.worker, ticket.id, "新规定", SOON)

    found = await row_of(ticket)
    assert (found.policy, found.close_due_at) == (
        2, datetime.fromisoformat("2026-03-11T18:00:00+08:00"),
    )  # fmt: skip
    with pytest.raises(NothingChanged):
        await repin_policy(town.worker, ticket.id, "再来一次", SOON)


async def test_a_policy_changed_while_it_is_paused_comes_to_the_same_as_after(town):
    one, other = await a_handled_ticket(town), await a_handled_ticket(town)
    until = WHISTLED + 4 * DAY
    hold = {"blocker": "难", "unblocker": "谁", "until": until.isoformat()}
    await a_policy(2, WHISTLED + DAY)
    for ticket in (one, other):
        await it_happens(ticket, EventKind.ASK_HOLD, town.keeper, WHISTLED + DAY, **hold)
        await it_happens(ticket, EventKind.HOLD, town.worker, WHISTLED + DAY, **hold)

    await repin_policy(town.worker, one.id, "新规定", WHISTLED + 2 * DAY)
    assert (await row_of(one)).close_due_at is None, "still paused"
    await sweep_tickets(until)
    await repin_policy(town.worker, other.id, "新规定", until)

    assert (await row_of(one)).close_due_at == (await row_of(other)).close_due_at is not None


async def test_a_district_may_have_its_own_clocks(town):
    elsewhere = await a_neighbourhood("丁香苑")
    await a_policy(2, WHISTLED, place=town.district.id)

    here, there = await a_ticket(town), await a_ticket(elsewhere)

    assert ((await row_of(here)).policy, (await row_of(there)).policy) == (2, 1)


async def test_a_matters_timeline_tells_what_happens_to_its_tickets(town):
    ticket = await a_handled_ticket(town)
    matter = Matter(
        id=uuid4(), place=town.estate.id, title="路灯", text="路灯总坏", stage=Stage.RAISED,
        opened_at=WHISTLED, opened_by=town.worker.id,
    )  # fmt: skip
    await matter.save()
    elsewhere = await a_neighbourhood("丁香苑")

    with pytest.raises(NotYours):
        await link_matter(town.clerk, ticket.id, matter.id, SOON)
    other = await a_handled_ticket(elsewhere)
    with pytest.raises(Invalid):
        await link_matter(elsewhere.worker, other.id, matter.id, SOON)
    await link_matter(town.worker, ticket.id, matter.id, SOON)
    await note_progress(town.keeper, ticket.id, "灯已订货", SOON)
    await note_progress(town.keeper, ticket.id, "供应商电话见内线", SOON, public=False)

    lines = await TimelineLine.objects().order_by(TimelineLine.at)
    assert [line.text for line in lines] == [
        f"工单 #{ticket.number}：归入事项", f"工单 #{ticket.number}：进展。灯已订货",
    ]  # fmt: skip
    assert (await row_of(ticket)).matter == matter.id


async def test_a_new_company_takes_over_what_is_open_and_the_old_keeps_what_it_did(town):
    open_one, replied, closed = (
        await a_handled_ticket(town), await a_replied_ticket(town), await a_closed_ticket(town),
    )  # fmt: skip
    new = await a_body(BodyKind.PROPERTY_COMPANY, town.estate, "新物业")
    later = WHISTLED + 7 * DAY

    with pytest.raises(NotAllowed):
        await hand_over(town.manager, town.estate.id, town.company.id, new.id, "合同到期", later)
    with pytest.raises(Invalid):
        await hand_over(
            town.worker, town.estate.id, town.company.id, town.committee.id, "合同到期", later
        )
    moved = await hand_over(town.worker, town.estate.id, town.company.id, new.id, "合同到期", later)

    assert moved == 2
    assert {(await row_of(one)).holder for one in (open_one, replied)} == {new.id}
    assert (await row_of(closed)).holder == town.company.id
    now = await standing_of(open_one.id)
    assert (now.state, now.handler, now.hops) == (State.HANDLING, None, 0)
    with pytest.raises(NotYours, match="新物业"):
        await note_progress(town.keeper, open_one.id, "还在办", later + timedelta(minutes=1))
