"""报到, 补充信息, 进展, 答复, 不予受理: what a handler may do, and is refused."""

from datetime import datetime, timedelta

import pytest

from coordination.db import rows, value
from coordination.errors import Invalid, NotFound
from coordination.tickets.handling.actions import (
    RefusalReason,
    ask_info,
    confirm_refusal,
    note_progress,
    overrule_refusal,
    propose_refusal,
    reply,
    report_in,
    take_up,
)
from coordination.tickets.handling.desk import NotYours
from coordination.tickets.kinds import EventKind, Outcome, PhotoKind
from coordination.tickets.rules import AlreadyTaken, AskedBefore, OutOfOrder, OwnWork
from coordination.tickets.storing import events_of
from coordination.tickets.tables import Ticket
from tests.builders import an_owner
from tests.tickets.a_ticket import (
    DAY,
    HOUR,
    WHISTLED,
    a_handled_ticket,
    a_neighbourhood,
    a_replied_ticket,
    a_ticket,
    asking,
    it_happens,
)

SOON = WHISTLED + HOUR
AFTER = ((PhotoKind.AFTER, "a" * 64, None),)
BEFORE = ((PhotoKind.BEFORE, "b" * 64, None),)


@pytest.fixture
async def town(database):
    return await a_neighbourhood()


async def row_of(ticket):
    found = await Ticket.objects().get(Ticket.id == ticket.id)
    assert found
    return found


async def kinds(ticket):
    return [event.kind for event in await events_of(ticket.id)]


async def test_a_report_in_names_the_person_and_stops_its_clock(town):
    ticket = await a_ticket(town)

    await report_in(town.keeper, ticket.id, SOON)

    found = await row_of(ticket)
    assert (found.state, found.handler, found.reported_at) == ("reported", town.keeper.id, SOON)
    assert found.due_at == found.reply_due_at


async def test_a_report_in_is_one_row_of_the_audit_log(town):
    ticket = await a_ticket(town)
    before = await value("select count(*) from audit_entry")

    await report_in(town.keeper, ticket.id, SOON)

    [entry] = await rows("select * from audit_entry order by id offset $1", before)
    assert (entry["verb"], entry["person"]) == ("ticket_report_in", town.keeper.id)
    assert (entry["subject"], entry["place"]) == (ticket.id, town.estate.id)


async def test_a_second_report_in_is_refused(town):
    ticket = await a_ticket(town)
    await report_in(town.keeper, ticket.id, SOON)

    with pytest.raises(AlreadyTaken):
        await report_in(town.manager, ticket.id, SOON)

    assert (await row_of(ticket)).handler == town.keeper.id


async def test_the_community_that_reports_in_holds_it_then(town):
    ticket = await a_ticket(town)

    await report_in(town.worker, ticket.id, SOON)

    found = await row_of(ticket)
    assert (found.holder, found.handler) == (town.committee.id, town.worker.id)
    assert found.hops == 0
    with pytest.raises(NotYours, match="居委会"):
        await reply(town.keeper, ticket.id, "好了", Outcome.SOLVED, SOON, photos=AFTER)


async def test_the_street_does_not_report_in_for_the_company(town):
    ticket = await a_ticket(town)

    with pytest.raises(NotYours, match="梧桐苑物业负责，电话 027-87000000"):
        await report_in(town.officer, ticket.id, SOON)


async def test_of_another_estates_tickets_nothing_may_be_known(town):
    other = await a_neighbourhood("丁香苑")
    ticket = await a_ticket(other)

    for who in (town.keeper, town.worker, town.officer, town.resident):
        with pytest.raises(NotFound):
            await report_in(who, ticket.id, SOON)

    assert await kinds(ticket) == [EventKind.WHISTLE]


async def test_information_is_asked_for_once_and_the_clocks_wait(town):
    ticket = await a_ticket(town)

    now = await ask_info(town.keeper, ticket.id, "哪一层?", SOON)

    assert now.info_until == datetime.fromisoformat("2026-03-05T18:00:00+08:00")
    found = await row_of(ticket)
    assert (found.state, found.paused_since, found.report_due_at) == ("need_info", SOON, None)
    assert found.look_at == now.info_until
    answered = datetime.fromisoformat("2026-03-04T10:00:00+08:00")
    await it_happens(ticket, EventKind.ANSWER_INFO, town.resident, answered, "三层")
    found = await row_of(ticket)
    # Of the working day that the report-in may take, all of Tuesday and an hour more stood still.
    assert found.report_due_at == datetime.fromisoformat("2026-03-05T10:00:00+08:00")
    with pytest.raises(AskedBefore):
        await ask_info(town.keeper, ticket.id, "还有呢?", answered + HOUR)


async def test_a_pause_on_the_day_of_the_whistle_costs_no_working_time(town):
    """The day of the whistle is not counted, so an hour's pause on it moves nothing."""
    ticket = await a_ticket(town)
    promised = (await row_of(ticket)).report_due_at

    await ask_info(town.keeper, ticket.id, "哪一层?", SOON)
    await it_happens(ticket, EventKind.ANSWER_INFO, town.resident, SOON + HOUR, "三层")

    assert (await row_of(ticket)).report_due_at == promised


async def test_a_reply_needs_words_and_evidence_of_the_result(town):
    ticket = await a_handled_ticket(town)

    for words, photos in (("", AFTER), ("  ", AFTER), ("好了", ()), ("好了", BEFORE)):
        with pytest.raises(Invalid):
            await reply(town.keeper, ticket.id, words, Outcome.SOLVED, SOON, photos=photos)
    await reply(town.keeper, ticket.id, "好了", Outcome.SOLVED, SOON, photos=AFTER + BEFORE)

    found = await row_of(ticket)
    assert (found.state, found.replied_at) == ("replied", SOON)
    kept = await rows(
        "select kind, event from ticket_photo where ticket = $1 order by sort", ticket.id
    )
    assert [tuple(one) for one in kept] == [("after", 4), ("before", 4)]


async def test_an_explanation_needs_no_evidence_but_its_words(town):
    ticket = await a_handled_ticket(town)

    with pytest.raises(Invalid):
        await reply(town.keeper, ticket.id, "", Outcome.EXPLAINED, SOON)
    await reply(town.keeper, ticket.id, "按管理规约第八条……", Outcome.EXPLAINED, SOON)

    assert (await row_of(ticket)).state == "replied"


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.UNREACHABLE])
async def test_a_reply_neither_refuses_nor_gives_up(town, outcome):
    ticket = await a_handled_ticket(town)

    with pytest.raises(Invalid):
        await reply(town.keeper, ticket.id, "不办", outcome, SOON, photos=AFTER)


async def test_a_reply_wants_its_visit_within_two_working_days(town):
    ticket = await a_replied_ticket(town)

    found = await row_of(ticket)
    assert found.visit_due_at == datetime.fromisoformat("2026-03-05T18:00:00+08:00")


async def test_a_note_is_for_the_resident_and_moves_no_state(town):
    ticket = await a_handled_ticket(town)

    await note_progress(town.worker, ticket.id, "已联系厂家", SOON)

    assert (await row_of(ticket)).state == "handling"
    [note] = [one for one in await events_of(ticket.id) if one.kind is EventKind.NOTE]
    assert (note.words, note.body) == ("已联系厂家", town.committee.id)


async def test_a_refusal_is_confirmed_by_a_second_person(town):
    ticket = await a_ticket(town)
    await propose_refusal(town.worker, ticket.id, RefusalReason.NOT_HERE, "属于隔壁小区", SOON)

    with pytest.raises(OwnWork):
        await confirm_refusal(town.worker, ticket.id, "同意", SOON)
    with pytest.raises(NotYours):
        await confirm_refusal(town.keeper, ticket.id, "同意", SOON)
    await confirm_refusal(town.second_worker, ticket.id, "属实，请找隔壁物业", SOON + HOUR)

    found = await row_of(ticket)
    assert (found.state, found.outcome, found.closed_at) == ("closed", "refused", SOON + HOUR)


async def test_a_company_cannot_refuse_alone(town):
    ticket = await a_ticket(town)
    await propose_refusal(town.keeper, ticket.id, RefusalReason.NO_FACTS, "查无此事", SOON)

    with pytest.raises(NotYours):
        await confirm_refusal(town.manager, ticket.id, "同意", SOON)


async def test_an_overruled_refusal_waits_for_its_report_in(town):
    ticket = await a_ticket(town)
    await propose_refusal(town.keeper, ticket.id, RefusalReason.NO_FACTS, "查无此事", SOON)

    with pytest.raises(OwnWork):
        propose = await a_ticket(town)
        await propose_refusal(town.worker, propose.id, RefusalReason.NO_FACTS, "查无此事", SOON)
        await overrule_refusal(town.worker, propose.id, "应办", SOON)
    await overrule_refusal(town.worker, ticket.id, "现场属实", SOON + HOUR)

    found = await row_of(ticket)
    assert (found.state, found.handler, found.reported_at) == ("reported", None, None)
    await report_in(town.keeper, ticket.id, SOON + 2 * HOUR)
    assert (await row_of(ticket)).reported_at == SOON + 2 * HOUR


async def test_what_is_not_under_review_cannot_be_refused(town):
    ticket = await a_ticket(town)

    with pytest.raises(OutOfOrder):
        await confirm_refusal(town.worker, ticket.id, "同意", SOON)


async def test_a_reopened_ticket_is_taken_up_by_a_named_person(town):
    ticket = await a_replied_ticket(town)
    later = WHISTLED + 2 * DAY
    await it_happens(ticket, EventKind.REJECT, town.resident, later, "还是不亮")
    await it_happens(ticket, EventKind.REOPEN, town.resident, later, "还是不亮")

    await take_up(town.manager, ticket.id, later + HOUR)

    found = await row_of(ticket)
    assert (found.state, found.handler, found.reopened) == ("handling", town.manager.id, 1)
    with pytest.raises(AlreadyTaken):
        await take_up(town.keeper, ticket.id, later + HOUR)


async def test_words_that_are_too_long_are_refused_and_nothing_is_lost(town):
    ticket = await a_handled_ticket(town)

    with pytest.raises(Invalid, match="最多写 2000 个字，现在有 2001 个字"):
        await note_progress(town.keeper, ticket.id, "长" * 2001, SOON)


async def test_a_keeper_of_another_building_has_no_part_in_it(town):
    stranger = await asking(await an_owner(town.unit, name="路人"))
    ticket = await a_ticket(town)

    with pytest.raises(NotFound):
        await note_progress(stranger, ticket.id, "我来看看", SOON)


async def test_what_comes_late_through_a_slow_line_is_not_before_what_it_waited_for(town):
    ticket = await a_ticket(town)
    await report_in(town.keeper, ticket.id, SOON)

    await note_progress(town.keeper, ticket.id, "在路上", SOON - timedelta(seconds=1))

    assert [event.at for event in await events_of(ticket.id)] == [WHISTLED, SOON, SOON]
