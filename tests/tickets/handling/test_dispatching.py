"""直办, 联办, 转办, 退单, 裁定."""

from dataclasses import replace
from datetime import datetime

import pytest

from coordination.db import rows
from coordination.errors import Invalid
from coordination.people.askers import HeldRole
from coordination.people.tables import BodyKind, RoleKind
from coordination.tickets.handling.actions import reply, report_in, take_up
from coordination.tickets.handling.desk import NotYours
from coordination.tickets.handling.dispatching import (
    NobodyDecides,
    Part,
    accept_transfer,
    adjudicate,
    dispatch_ticket,
    finish_sub_task,
    open_sub_task,
    return_ticket,
    transfer_ticket,
)
from coordination.tickets.kinds import DispatchKind, Outcome, PhotoKind, State
from coordination.tickets.routing.queries import OnlyAssists
from coordination.tickets.rules import NoSuchPart, PartsOpen, ReturnedBefore, RulingBinds
from coordination.tickets.tables import SubTask, Ticket
from tests.builders import a_body
from tests.tickets.a_ticket import DAY, HOUR, WHISTLED, a_handled_ticket, a_neighbourhood, a_ticket

SOON = WHISTLED + HOUR
LATER = WHISTLED + 2 * HOUR
AFTER = ((PhotoKind.AFTER, "a" * 64, None),)


@pytest.fixture
async def town(database):
    return await a_neighbourhood()


@pytest.fixture
async def reported(town):
    ticket = await a_ticket(town, category="illegal-building")
    await report_in(town.keeper, ticket.id, SOON)
    return ticket


@pytest.fixture
async def returned(town, reported):
    """Handed to the department, which gave it back."""
    await transfer_ticket(town.keeper, reported.id, town.department.id, "城市管理条例", SOON)
    await return_ticket(town.clerk, reported.id, "属物业装修管理", town.company.id, LATER)
    return reported


async def row_of(ticket):
    found = await Ticket.objects().get(Ticket.id == ticket.id)
    assert found
    return found


async def test_the_one_who_reported_in_handles_it_directly(town, reported):
    now = await dispatch_ticket(town.keeper, reported.id, DispatchKind.DIRECT, LATER)

    assert (now.state, now.dispatch) == (State.HANDLING, DispatchKind.DIRECT)


async def test_joint_handling_names_its_parts_and_direct_handling_has_none(town, reported):
    part = Part(town.department.id, "拆除", LATER + DAY)

    for kind, parts in ((DispatchKind.JOINT, ()), (DispatchKind.DIRECT, (part,))):
        with pytest.raises(Invalid):
            await dispatch_ticket(town.keeper, reported.id, kind, LATER, parts=parts)
    with pytest.raises(Invalid):
        await dispatch_ticket(town.keeper, reported.id, DispatchKind.TRANSFERRED, LATER)


async def test_a_parent_is_not_replied_to_while_a_mandatory_part_is_open(town, reported):
    parts = (
        Part(town.department.id, "认定并拆除", LATER + DAY),
        Part(town.committee.id, "劝导", LATER + DAY, mandatory=False),
    )
    await dispatch_ticket(town.keeper, reported.id, DispatchKind.JOINT, LATER, parts=parts)
    [open_part] = await rows("select id from sub_task where mandatory")

    with pytest.raises(PartsOpen, match="1 项"):
        await reply(town.keeper, reported.id, "好了", Outcome.SOLVED, LATER, photos=AFTER)
    await finish_sub_task(town.clerk, open_part["id"], "已拆除", LATER)
    now = await reply(town.keeper, reported.id, "好了", Outcome.SOLVED, LATER, photos=AFTER)

    assert now.state is State.REPLIED
    assert town.clerk.id in now.hands


async def test_a_part_is_finished_once_and_by_its_own_body(town, reported):
    parts = (Part(town.department.id, "认定", LATER + DAY),)
    await dispatch_ticket(town.keeper, reported.id, DispatchKind.JOINT, LATER, parts=parts)
    [part] = await rows("select id from sub_task")

    with pytest.raises(NotYours):
        await finish_sub_task(town.keeper, part["id"], "办了", LATER)
    await finish_sub_task(town.clerk, part["id"], "认定为违建", LATER)
    with pytest.raises(NoSuchPart):
        await finish_sub_task(town.clerk, part["id"], "又办了", LATER)

    found = await SubTask.objects().get(SubTask.id == part["id"])
    assert found
    assert (found.result, found.finished_by, found.finished_at) == (
        "认定为违建",
        town.clerk.id,
        LATER,
    )


@pytest.mark.parametrize("wrong", ["own", "elsewhere", "past", "empty"])
async def test_a_part_has_a_known_body_a_task_and_a_time_to_come(town, wrong):
    ticket = await a_handled_ticket(town)
    other = await a_neighbourhood("丁香苑")
    part = {
        "own": Part(town.company.id, "修", LATER + DAY),
        "elsewhere": Part(other.company.id, "修", LATER + DAY),
        "past": Part(town.department.id, "修", LATER),
        "empty": Part(town.department.id, " ", LATER + DAY),
    }[wrong]

    with pytest.raises(Invalid):
        await open_sub_task(town.keeper, ticket.id, part, LATER)

    assert await rows("select from sub_task") == []


async def test_a_transfer_is_held_by_the_department_before_it_accepts(town, reported):
    now = await transfer_ticket(town.keeper, reported.id, town.department.id, "条例", LATER)

    found = await row_of(reported)
    assert (now.state, found.holder, found.handler) == (
        State.TRANSFERRING, town.department.id, None,
    )  # fmt: skip
    assert (found.hops, found.holder_due_at is not None) == (1, True)
    now = await accept_transfer(town.clerk, reported.id, LATER + HOUR)
    assert (now.state, now.handler) == (State.HANDLING, town.clerk.id)


async def test_each_holder_has_a_clock_of_its_own(town):
    ticket = await a_handled_ticket(town)
    first = (await row_of(ticket)).holder_due_at

    await transfer_ticket(town.keeper, ticket.id, town.department.id, "条例", WHISTLED + 3 * DAY)

    found = await row_of(ticket)
    assert first == datetime.fromisoformat("2026-03-09T18:00:00+08:00")
    assert found.holder_due_at == datetime.fromisoformat("2026-03-12T18:00:00+08:00")
    assert found.close_due_at == first, "the ticket's own clock runs on"


async def test_only_whom_it_was_handed_to_accepts(town, reported):
    await transfer_ticket(town.keeper, reported.id, town.department.id, "条例", LATER)

    for who in (town.keeper, town.worker, town.officer):
        with pytest.raises(NotYours):
            await accept_transfer(who, reported.id, LATER)


async def test_what_is_not_on_its_list_cannot_be_assigned_to_the_committee(town, reported):
    with pytest.raises(OnlyAssists, match="协助"):
        await transfer_ticket(town.keeper, reported.id, town.committee.id, "条例", LATER)

    assert (await row_of(reported)).holder == town.company.id


async def test_what_it_governs_itself_can_be_and_what_it_assists_with_cannot(town):
    taken = await a_ticket(town, category="neighbours", holder=town.company.id)
    assisted = await a_ticket(town, category="security")
    for ticket in (taken, assisted):
        await report_in(town.keeper, ticket.id, SOON)

    now = await transfer_ticket(town.keeper, taken.id, town.committee.id, "组织法", LATER)
    with pytest.raises(OnlyAssists):
        await transfer_ticket(town.keeper, assisted.id, town.committee.id, "组织法", LATER)

    assert now.holder == town.committee.id


async def test_a_ruling_cannot_assign_to_the_committee_what_is_not_on_its_list(town, returned):
    with pytest.raises(OnlyAssists):
        await adjudicate(town.officer, returned.id, town.committee.id, "就近", LATER)


async def test_a_returned_ticket_lies_with_the_street_for_one_working_day(town, returned):
    found = await row_of(returned)

    assert (found.state, found.holder, found.returns) == ("adjudicating", town.office.id, 1)
    assert found.due_at == datetime.fromisoformat("2026-03-03T18:00:00+08:00")


async def test_between_those_of_the_estate_the_community_decides(town):
    owners = await a_body(BodyKind.OWNERS_COMMITTEE, town.estate, "业委会")
    ticket = await a_handled_ticket(town)
    await transfer_ticket(town.keeper, ticket.id, owners.id, "规约", LATER)
    seat = HeldRole(
        RoleKind.COMMITTEE_MEMBER, owners.id, BodyKind.OWNERS_COMMITTEE, "", town.estate.path
    )
    member = replace(town.neighbour, roles=(seat,))

    now = await return_ticket(member, ticket.id, "属物业", town.company.id, LATER)

    assert now.holder == town.committee.id


@pytest.mark.parametrize(("basis", "with_proposal"), [("", True), ("不归我们", False)])
async def test_a_return_names_its_basis_and_who_is_responsible_instead(
    town, reported, basis, with_proposal
):
    await transfer_ticket(town.keeper, reported.id, town.department.id, "条例", LATER)
    proposed = town.company.id if with_proposal else None

    with pytest.raises(Invalid):
        await return_ticket(town.clerk, reported.id, basis, proposed, LATER)

    assert (await row_of(reported)).state == "transferring"


async def test_a_ticket_is_returned_once(town, returned):
    await adjudicate(town.officer, returned.id, town.company.id, "属物业", LATER)
    await take_up(town.keeper, returned.id, LATER)
    await transfer_ticket(town.officer, returned.id, town.department.id, "重新核定", LATER)

    with pytest.raises(ReturnedBefore):
        await return_ticket(town.clerk, returned.id, "还是不归我们", town.company.id, LATER)

    assert (await row_of(returned)).returns == 1


async def test_a_ruling_binds_whom_it_names(town, returned):
    now = await adjudicate(town.officer, returned.id, town.department.id, "三定方案", LATER)

    assert (now.state, now.holder, now.handler) == (State.HANDLING, town.department.id, None)
    assert now.hops == 1
    await take_up(town.clerk, returned.id, LATER)
    with pytest.raises(RulingBinds):
        await transfer_ticket(town.clerk, returned.id, town.company.id, "不归我们", LATER)


async def test_a_ruling_that_comes_in_time_leaves_no_clock_of_its_own(town, returned):
    await adjudicate(town.officer, returned.id, town.department.id, "三定方案", LATER)

    found = await row_of(returned)
    assert found.due_at == found.reply_due_at


@pytest.mark.parametrize("who", ["keeper", "worker", "clerk"])
async def test_only_who_is_to_decide_decides(town, returned, who):
    with pytest.raises(NotYours):
        await adjudicate(getattr(town, who), returned.id, town.department.id, "条例", LATER)


async def test_without_anyone_to_decide_nothing_is_returned(town, reported):
    lone = await a_body(BodyKind.DEPARTMENT, town.district, "水务局")
    await transfer_ticket(town.keeper, reported.id, town.department.id, "条例", LATER)
    await rows("update body set until = '2026-02-01' where id = $1", town.office.id)

    with pytest.raises(NobodyDecides):
        await return_ticket(town.clerk, reported.id, "属水务", lone.id, LATER)


async def test_a_ticket_is_not_handed_to_a_body_of_elsewhere(town, reported):
    other = await a_neighbourhood("丁香苑")

    with pytest.raises(Invalid, match="不负责这里"):
        await transfer_ticket(town.keeper, reported.id, other.department.id, "条例", LATER)


async def test_a_ticket_is_not_handed_to_who_has_it(town, reported):
    with pytest.raises(Invalid, match="本来就在"):
        await transfer_ticket(town.keeper, reported.id, town.company.id, "条例", LATER)
