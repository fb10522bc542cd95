"""After the reply: the resident's own word, the return visit by someone else, the close."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from coordination.errors import Conflict, Invalid, NotFound
from coordination.matters.tables import Matter, Stage
from coordination.people.tables import BodyKind, RoleKind
from coordination.tickets.kinds import EventKind, Outcome, Rating
from coordination.tickets.rules import NotSolved, NotVisited, OwnWork
from coordination.tickets.tables import Ticket
from coordination.tickets.visiting.actions import (
    OwnBody,
    begin_visit,
    close_ticket,
    handled_by,
    record_visit,
)
from coordination.tickets.visiting.confirming import (
    RatedBefore,
    TooLate,
    confirm_reply,
    object_to_close,
    rate,
    reject_reply,
)
from coordination.tickets.visiting.permits import Handled, may_visit
from tests.builders import a_body, a_person, a_role
from tests.tickets.a_ticket import (
    DAY,
    HOUR,
    WHISTLED,
    Neighbourhood,
    a_closed_ticket,
    a_handled_ticket,
    a_neighbourhood,
    a_replied_ticket,
    asking,
    it_happens,
)

SAID = WHISTLED + DAY + HOUR


@pytest.fixture
async def town(database) -> Neighbourhood:
    return await a_neighbourhood()


async def stored(ticket: Ticket) -> Ticket:
    found = await Ticket.objects().get(Ticket.id == ticket.id)
    assert found
    return found


# --- the resident's word -------------------------------------------------------------------------


async def test_solved_says_who_whistled_and_it_is_closed_as_solved(town):
    ticket = await a_replied_ticket(town)

    await confirm_reply(town.resident, ticket.id, "谢谢", SAID)

    now = await stored(ticket)
    assert (now.state, now.outcome, now.closed_at) == ("closed", "solved", SAID)


async def test_not_solved_sends_it_back_and_counts(town):
    ticket = await a_replied_ticket(town)

    await reject_reply(town.resident, ticket.id, "还是不亮", SAID)

    now = await stored(ticket)
    assert (now.state, now.reopened, now.outcome) == ("reopened", 1, None)


async def test_nobody_else_says_it_for_them(town):
    ticket = await a_replied_ticket(town)

    for stranger in (town.neighbour, town.manager, town.worker):
        for say in (confirm_reply, reject_reply):
            with pytest.raises(NotFound):
                await say(stranger, ticket.id, "", SAID)
        with pytest.raises(NotFound):
            await rate(stranger, ticket.id, Rating.SATISFIED, "", SAID)
    assert (await stored(ticket)).state == "replied"


async def test_before_a_reply_there_is_nothing_to_confirm(town):
    ticket = await a_handled_ticket(town)

    for say in (confirm_reply, reject_reply):
        with pytest.raises(Conflict):
            await say(town.resident, ticket.id, "", SAID)


async def test_two_answers_at_once_are_one(town):
    ticket = await a_replied_ticket(town)

    outcomes = await asyncio.gather(
        confirm_reply(town.resident, ticket.id, "", SAID),
        reject_reply(town.resident, ticket.id, "", SAID),
        return_exceptions=True,
    )

    assert sum(isinstance(one, Conflict) for one in outcomes) == 1
    assert (await stored(ticket)).state in ("closed", "reopened")


async def test_a_close_is_rated_once(town):
    ticket = await a_closed_ticket(town)

    await rate(town.resident, ticket.id, Rating.FAIRLY, "慢了点", SAID + 2 * DAY)
    with pytest.raises(RatedBefore):
        await rate(town.resident, ticket.id, Rating.SATISFIED, "", SAID + 2 * DAY)

    assert (await stored(ticket)).rating == "fairly"


async def test_a_handler_who_lives_there_neither_confirms_nor_rates_own_work(town):
    ticket = await a_replied_ticket(town, by=town.keeper)
    closed = await a_closed_ticket(town, by=town.keeper)

    with pytest.raises(OwnWork):
        await confirm_reply(town.keeper, ticket.id, "", SAID)
    with pytest.raises(OwnWork):
        await rate(town.keeper, closed.id, Rating.SATISFIED, "", SAID + 2 * DAY)


async def test_one_may_object_for_fifteen_days_and_then_it_is_archived(town):
    ticket, other = await a_closed_ticket(town), await a_closed_ticket(town)
    closed_at = (await stored(ticket)).closed_at
    assert closed_at

    with pytest.raises(Invalid):
        await object_to_close(town.resident, ticket.id, "  ", closed_at)
    with pytest.raises(Invalid, match="太长"):  # and not cut off unsaid
        await object_to_close(town.resident, ticket.id, "灯" * 501, closed_at)
    with pytest.raises(NotFound):
        await object_to_close(town.neighbour, ticket.id, "不是我的", closed_at)
    await object_to_close(town.resident, ticket.id, "又不亮了", closed_at + 15 * DAY)
    with pytest.raises(TooLate):
        await object_to_close(
            town.resident, other.id, "又不亮了", closed_at + 15 * DAY + timedelta(seconds=1)
        )

    assert ((await stored(ticket)).state, (await stored(other)).state) == ("reopened", "closed")


# --- the return visit ----------------------------------------------------------------------------


async def test_the_community_visits_and_closes_with_the_one_outcome(town):
    ticket = await a_replied_ticket(town)

    await begin_visit(town.worker, ticket.id, SAID)
    await record_visit(town.worker, ticket.id, SAID, reached=True, solved=True)
    await close_ticket(town.worker, ticket.id, Outcome.SOLVED, SAID)

    now = await stored(ticket)
    assert (now.state, now.outcome, now.reached) == ("closed", "solved", True)


async def test_handler_their_colleagues_and_residents_do_not_visit(town):
    ticket = await a_replied_ticket(town)

    for asker in (town.keeper, town.manager, town.resident, town.clerk):
        with pytest.raises(OwnBody):
            await begin_visit(asker, ticket.id, SAID)
        with pytest.raises(OwnBody):
            await record_visit(asker, ticket.id, SAID, reached=True, solved=True)
        with pytest.raises(OwnBody):
            await close_ticket(asker, ticket.id, Outcome.SOLVED, SAID)
    assert (await stored(ticket)).state == "replied"


async def test_two_hats_do_not_help_the_handler(town):
    person = await a_person("两个身份")
    await a_role(RoleKind.PROPERTY_STAFF, town.estate, body=town.company, person=person)
    await a_role(RoleKind.COMMUNITY_WORKER, town.community, body=town.committee, person=person)
    ticket = await a_replied_ticket(town)

    with pytest.raises(OwnBody):
        await record_visit(await asking(person), ticket.id, SAID, reached=True, solved=True)


async def test_what_the_community_handled_is_visited_by_the_subdistrict(town):
    ticket = await a_replied_ticket(town)
    await it_happens(ticket, EventKind.HAND_OVER, None, SAID, holder=str(town.committee.id))

    with pytest.raises(OwnBody):
        await begin_visit(town.worker, ticket.id, SAID)
    await begin_visit(town.officer, ticket.id, SAID)


async def test_a_community_worker_of_elsewhere_does_not_visit(town):
    elsewhere = await a_neighbourhood("丁香苑")
    ticket = await a_replied_ticket(town)

    with pytest.raises(OwnBody):
        await begin_visit(elsewhere.worker, ticket.id, SAID)


async def test_who_says_not_solved_on_the_phone_has_it_handled_anew(town):
    ticket = await a_replied_ticket(town)

    with pytest.raises(Invalid):
        await record_visit(town.worker, ticket.id, SAID, reached=True)
    await record_visit(town.worker, ticket.id, SAID, reached=True, solved=False, words="还不亮")

    assert (await stored(ticket)).state == "reopened"


async def test_two_attempts_on_different_days_end_the_visit_and_two_on_one_day_do_not(town):
    ticket = await a_replied_ticket(town)

    for later in (0, 2):
        await record_visit(town.worker, ticket.id, SAID + later * HOUR, reached=False)
    with pytest.raises(NotVisited):
        await close_ticket(town.worker, ticket.id, Outcome.UNREACHABLE, SAID + 3 * HOUR)
    await record_visit(town.second_worker, ticket.id, SAID + DAY, reached=False)
    with pytest.raises(NotSolved):
        await close_ticket(town.worker, ticket.id, Outcome.SOLVED, SAID + DAY)
    await close_ticket(town.worker, ticket.id, Outcome.UNREACHABLE, SAID + DAY)

    now = await stored(ticket)
    assert (now.outcome, now.reached) == ("unreachable", False)


async def test_planned_needs_its_matter_and_a_day_to_come(town):
    ticket = await a_replied_ticket(town)
    await record_visit(town.worker, ticket.id, SAID, reached=True, solved=True)

    async def close(until):
        await close_ticket(town.worker, ticket.id, Outcome.PLANNED, SAID, until=until)

    for until in (None, SAID - DAY, SAID + 30 * DAY):
        with pytest.raises(Invalid):
            await close(until)
    await it_happens(ticket, EventKind.LINK_MATTER, town.worker, SAID, matter=await a_matter(town))
    await close(SAID + 30 * DAY)

    assert (await stored(ticket)).outcome == "planned"


async def test_explained_needs_its_basis(town):
    ticket = await a_replied_ticket(town, outcome=Outcome.EXPLAINED)
    await record_visit(town.worker, ticket.id, SAID, reached=True, solved=True)

    with pytest.raises(Invalid):
        await close_ticket(town.worker, ticket.id, Outcome.EXPLAINED, SAID, words=" ")
    await close_ticket(town.worker, ticket.id, Outcome.EXPLAINED, SAID, words="管理规约第八条")

    assert (await stored(ticket)).outcome == "explained"


async def a_matter(town: Neighbourhood) -> str:
    matter = Matter(
        id=uuid4(), place=town.estate.id, title="换路灯", text="路灯都要换", stage=Stage.RAISED,
        opened_at=WHISTLED, opened_by=town.worker.id,
    )  # fmt: skip
    await matter.save()
    return str(matter.id)


# --- permits -------------------------------------------------------------------------------------


async def test_may_visit_as_a_table(town):
    handled = Handled(
        town.estate.path, town.company.id, frozenset({town.keeper.id}), frozenset({town.company.id})
    )
    supervisor = await asking(
        await a_role(RoleKind.SUPERVISOR, town.community,
                     body=await a_body(BodyKind.SUPERVISORY, town.community))
    )  # fmt: skip
    found = {
        name: may_visit(asker, handled)
        for name, asker in {
            "nobody": None, "resident": town.resident, "keeper": town.keeper,
            "manager": town.manager, "worker": town.worker, "officer": town.officer,
            "department": town.clerk, "supervisor": supervisor,
        }.items()
    }  # fmt: skip

    assert found == {
        "nobody": False, "resident": False, "keeper": False, "manager": False, "worker": True,
        "officer": True, "department": False, "supervisor": False,
    }  # fmt: skip


async def test_who_had_a_hand_is_read_from_what_happened(town):
    handled = await handled_by((await a_replied_ticket(town)).id)

    assert (handled.persons, handled.bodies) == ({town.keeper.id}, {town.company.id})
    with pytest.raises(NotFound):
        await handled_by(uuid4())
