"""A sheet that was the wrong one is taken back, and nothing else is lost."""

from datetime import timedelta

import pytest

from coordination.db import execute, rows, value
from coordination.errors import NotAllowed
from coordination.tickets.doors.imports.actions import Agreed
from coordination.tickets.doors.imports.undoing_actions import (
    NotWritten,
    TooLate,
    take_back,
    undo_import,
)
from coordination.tickets.figures.periods import Cohort, Period
from coordination.tickets.figures.queries import Asked, tally
from coordination.tickets.kinds import EventKind
from coordination.tickets.recomputing import compare_all
from tests.tickets.a_ticket import it_happens
from tests.tickets.doors.bringing import UPLOADED, bring_in, counts, the_ticket
from tests.tickets.doors.sheets import a_csv, a_line, an_open_line

LATER = UPLOADED + timedelta(days=1)


async def undo(who, batch, at=LATER) -> None:
    """Asked for, and done by the worker; twice, as it may be."""
    await undo_import(who, batch.id, at)
    for payload in await rows("select payload from pgqueuer where entrypoint = 'undo-tickets'"):
        for _ in range(2):
            await take_back(bytes(payload["payload"]).decode())


async def by(who, batch) -> None:
    await execute("update ticket_import set by = $2 where id = $1", batch.id, who.id)


async def test_what_nobody_worked_on_is_retracted_and_can_be_brought_in_anew(town):
    batch = await bring_in(town, a_line(), an_open_line("WH002"))
    await by(town.worker, batch)
    worked_on = await the_ticket("WH002")
    await it_happens(worked_on, EventKind.REPORT_IN, town.keeper, UPLOADED + timedelta(hours=1))

    await undo(town.worker, batch)

    found = await rows("select state, external, closed_at from ticket order by external")
    assert [tuple(one) for one in found] == [
        ("reported", "12345:WH002", None), ("withdrawn", None, None),
    ]  # fmt: skip
    last = await rows("select person, words, facts from ticket_event where kind = 'retract'")
    assert [(one["person"], "12345:WH001" in one["facts"]) for one in last] == [
        (town.worker.id, True)
    ]
    assert (await compare_all()).differing == []
    told = await value("select counts from ticket_import")
    assert '"undone": 1' in told and '"kept": 1' in told
    asked = Asked(town.estate, Period(2026, 2), Cohort.WHISTLED, LATER)
    total = (await tally(asked)).total
    assert (total["whistled"], total["accepted"], total["withdrawn"]) == (1, 1, 0)
    assert total["closed"] == 0

    again = await bring_in(town, a_line(诉求内容="5单元路灯不亮"), an_open_line("WH002"))

    assert (again.count("new"), again.count("same")) == (1, 1)
    assert (await the_ticket()).text == "5单元路灯不亮"


async def test_what_a_sheet_changed_says_again_what_it_said(town):
    await bring_in(town, an_open_line(诉求内容="三单元路灯不亮"))
    batch = await bring_in(town, an_open_line(诉求内容="写错了"), agreed=Agreed(changed="all"))
    await by(town.worker, batch)
    assert (await the_ticket()).text == "写错了"

    await undo(town.worker, batch)

    ticket = await the_ticket()
    assert (ticket.text, ticket.state) == ("三单元路灯不亮", "whistled")
    assert "路灯" in ticket.grams
    assert (await compare_all()).differing == []
    assert await counts(town, a_csv(an_open_line(诉求内容="三单元路灯不亮"))) == {"same": 1}


async def test_what_the_source_had_withdrawn_gives_its_number_back_too(town):
    batch = await bring_in(town, a_line(办理状态="已撤单"))
    await by(town.worker, batch)

    await undo(town.worker, batch)

    assert await value("select external from ticket") is None
    assert await counts(town, a_csv(a_line())) == {"new": 1}


async def test_only_who_brought_it_in_takes_it_back_once_and_in_time(town):
    batch = await bring_in(town, a_line())
    await by(town.worker, batch)

    with pytest.raises(NotAllowed, match="导入的人"):
        await undo_import(town.second_worker, batch.id, LATER)
    with pytest.raises(TooLate):
        await undo_import(town.worker, batch.id, UPLOADED + timedelta(days=99))
    await undo(town.worker, batch)
    with pytest.raises(NotWritten):
        await undo_import(town.worker, batch.id, LATER)

    assert await value("select count(*) from ticket_event where kind = 'retract'") == 1
