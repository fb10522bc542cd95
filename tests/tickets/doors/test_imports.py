"""What a hotline's sheet becomes: the same tickets, once, with the times it told."""

import pytest

from coordination.db import value
from coordination.errors import Invalid
from coordination.tickets.doors.imports import columns as of
from coordination.tickets.doors.imports.actions import (
    Agreed,
    accept_import,
)
from coordination.tickets.doors.imports.choices import Choices
from coordination.tickets.doors.imports.queries import batch_of, doubtful_lines, lines_of
from coordination.tickets.doors.imports.writing_actions import write_tickets
from coordination.tickets.figures.periods import Cohort, Period
from coordination.tickets.figures.queries import Asked, tally
from coordination.tickets.kinds import Door, EventKind, Outcome, State
from coordination.tickets.recomputing import compare_all
from coordination.tickets.storing import events_of
from tests.tickets.a_ticket import it_happens
from tests.tickets.doors.bringing import UPLOADED, bring_in, china, keep, the_ticket
from tests.tickets.doors.sheets import a_csv, a_line, an_open_line

BY_CLOCK = {EventKind.REMIND, EventKind.BREACH, EventKind.ESCALATE}


async def told_of(ticket):
    """Its events without what the clock wrote while it lay open."""
    return [event for event in await events_of(ticket.id) if event.kind not in BY_CLOCK]


async def test_a_closed_request_becomes_events_at_the_times_it_told(town):
    batch = await bring_in(town, a_line())

    ticket = await the_ticket()
    assert (batch.state, batch.count("new")) == ("done", 1)
    events = await events_of(ticket.id)
    assert [(event.kind, event.at) for event in events] == [
        (EventKind.WHISTLE, china("2026-02-02T09:00")),
        (EventKind.REPLY, china("2026-02-03T10:00")),
        (EventKind.VISIT, china("2026-02-04T10:00")),
        (EventKind.CLOSE, china("2026-02-04T11:00")),
        (EventKind.RATE, china("2026-02-04T11:00")),
    ]
    assert (ticket.state, ticket.outcome, ticket.rating) == ("closed", "solved", "satisfied")
    assert (ticket.door, ticket.is_public, ticket.holder) == (Door.HOTLINE, False, town.company.id)
    assert ticket.building is None
    assert events[1].words == "已更换灯泡"


async def test_what_is_stored_is_what_a_recomputation_finds(town):
    lines = [
        a_line(), an_open_line("WH002"), a_line("WH003", 办理状态="已撤单"),
        a_line("WH004", 办结时间="2026-02-01 08:00"), a_line("WH005", 是否解决=""),
    ]  # fmt: skip
    await bring_in(town, *lines)
    await bring_in(town, a_line("WH002", 诉求内容="路灯全坏了"), agreed=Agreed(changed="all"))

    compared = await compare_all()

    assert (compared.tickets, compared.shown) == (5, [])
    states = [(await the_ticket(f"WH00{number}")).state for number in range(1, 6)]
    assert states == ["closed", "closed", "withdrawn", "closed", "closed"]


async def test_a_request_still_open_has_its_clocks(town):
    await bring_in(town, an_open_line())

    ticket = await the_ticket()
    assert ticket.report_due_at < ticket.reply_due_at < ticket.close_due_at


async def test_the_same_sheet_again_changes_nothing(town):
    await bring_in(town, a_line(), an_open_line("WH002"))

    again = await batch_of(await keep(town, a_csv(a_line(), an_open_line("WH002"))))

    assert (again.count("same"), again.would_change) == (2, 0)
    with pytest.raises(Invalid, match="没有可以导入的行"):
        await accept_import(None, again.id, Agreed(changed="all"), UPLOADED)


async def test_the_same_number_from_another_source_is_another_ticket(town):
    await bring_in(town, a_line())

    await bring_in(town, a_line(), choices=Choices("留言板"))

    assert await value("select count(*) from ticket") == 2


async def test_other_words_under_a_known_number_are_shown_and_left_until_somebody_agrees(town):
    await bring_in(town, an_open_line())
    batch = await keep(town, a_csv(an_open_line(诉求内容="3单元路灯全部不亮"), a_line("WH002")))

    [line] = await lines_of(batch, "changed")
    await accept_import(None, batch, Agreed(changed="none"), UPLOADED)
    await write_tickets(batch)

    assert line.differences == [[of.TEXT, "3单元路灯不亮", "3单元路灯全部不亮"]]
    assert (await the_ticket()).text == "3单元路灯不亮"
    assert len(await events_of((await the_ticket()).id)) == 1


async def test_agreed_words_are_taken_on_and_the_former_stay_in_the_trail(town):
    await bring_in(town, an_open_line())

    await bring_in(town, an_open_line(诉求内容="路灯全坏了"), agreed=Agreed(changed="all"))

    ticket = await the_ticket()
    [_, correction] = await told_of(ticket)
    assert ticket.text == "路灯全坏了"
    assert (correction.kind, correction.at) == (EventKind.CORRECT, UPLOADED)
    assert correction.facts["was"] == {"诉求内容": "3单元路灯不亮"}
    assert correction.facts["is"] == {"诉求内容": "路灯全坏了"}
    again = await batch_of(await keep(town, a_csv(an_open_line(诉求内容="路灯全坏了"))))
    assert again.count("same") == 1


async def test_only_ticked_rows_are_taken_on(town):
    await bring_in(town, an_open_line(), an_open_line("WH002"))
    lines = [an_open_line(诉求内容="甲"), an_open_line("WH002", 诉求内容="乙")]

    await bring_in(town, *lines, agreed=Agreed(changed="ticked", ticked=[3]))

    assert (await the_ticket()).text == "3单元路灯不亮"
    assert (await the_ticket("WH002")).text == "乙"


async def test_what_a_source_newly_tells_of_an_untouched_ticket_is_added_to_it(town):
    await bring_in(town, an_open_line())

    await bring_in(town, a_line(), agreed=Agreed(changed="all"))

    ticket = await the_ticket()
    kinds = [event.kind for event in await told_of(ticket)]
    assert kinds == ["whistle", "correct", "reply", "visit", "close", "rate"]
    assert (ticket.state, ticket.outcome) == (State.CLOSED, Outcome.SOLVED)
    assert ticket.closed_at == china("2026-02-04T11:00")


async def test_a_ticket_that_people_here_have_in_hand_keeps_its_own_course(town):
    await bring_in(town, an_open_line())
    ticket = await the_ticket()
    await it_happens(ticket, EventKind.REPORT_IN, town.keeper, UPLOADED)

    await bring_in(town, a_line(), agreed=Agreed(changed="all"))

    kinds = [event.kind for event in await told_of(ticket)]
    assert kinds == ["whistle", "report_in", "correct"]
    assert (await the_ticket()).state == State.REPORTED


@pytest.mark.parametrize(
    ("cells", "column", "stands_in"),
    [
        ({"办结时间": "2026-02-01 08:00"}, "办结时间", "2026-02-02T09:00"),  # before it began
        ({"办结时间": "2026-02-30 08:00"}, "办结时间", "2026-02-04T10:00"),  # no such day
        ({"办结时间": "下周"}, "办结时间", "2026-02-04T10:00"),
        ({"办结时间": "2062-02-04 08:00"}, "办结时间", "2026-02-04T10:00"),  # not yet
        ({"办结时间": ""}, "办结时间", "2026-02-04T10:00"),  # closed, nobody says when
    ],
)
async def test_a_time_that_cannot_be_is_marked_and_the_row_kept(town, cells, column, stands_in):
    batch = await bring_in(town, a_line(**cells), a_line("WH002"))

    ticket = await the_ticket()
    [line] = await doubtful_lines(batch.id)
    [whistle, *_] = await events_of(ticket.id)
    assert (batch.count("new"), batch.count("doubtful"), batch.count("error")) == (2, 1, 0)
    assert (line.number, line.doubts[0]["column"]) == (2, column)
    assert whistle.facts["doubts"][0]["value"] == cells[column]
    assert ticket.closed_at == china(stands_in)


async def test_a_row_without_a_beginning_begins_with_the_first_time_it_tells(town):
    await bring_in(town, a_line(来电时间=""))

    ticket = await the_ticket()
    assert ticket.whistled_at == china("2026-02-03T10:00")
    [doubt] = (await events_of(ticket.id))[0].facts["doubts"]
    assert doubt["reason"] == "没有受理时间"


async def test_a_closed_request_whose_source_tells_no_outcome_is_not_taken_for_solved(town):
    await bring_in(town, a_line(是否解决="", 回访时间="", 满意度=""))

    ticket = await the_ticket()
    assert (ticket.state, ticket.outcome) == ("closed", None)


async def test_doubtful_times_are_counted_apart_and_in_no_median(town):
    await bring_in(town, a_line(), a_line("WH002", 办结时间="2026-02-01 08:00"), a_line("WH003"))

    february = Period(2026, 2)
    sheet = await tally(Asked(town.estate, february, Cohort.WHISTLED, UPLOADED))

    assert (sheet.total.counts["closed"], sheet.total.counts["doubtful"]) == (3, 1)
    assert sheet.total.spreads["close"].n == 2
