"""移交清单: what the old company gives and the new one takes; both sign, and all see when."""

import asyncio
from datetime import timedelta

import pytest

from coordination.db import execute, value
from coordination.errors import Invalid, NotAllowed
from coordination.people.tables import BodyKind, RoleKind
from coordination.tickets.desk.handover_lists import LIST, AlreadySigned, lines_of, sign_line
from coordination.tickets.desk.handovers import record_handover
from tests.builders import a_body, a_role
from tests.tickets.a_ticket import DAY, WHISTLED, a_handled_ticket, a_neighbourhood, asking
from tests.tickets.desk.a_desk import sign_in

HANDED = WHISTLED + 3 * DAY


@pytest.fixture
async def town(database, time_is):
    time_is(HANDED)
    return await a_neighbourhood()


@pytest.fixture
async def newcomer(town):
    body = await a_body(BodyKind.PROPERTY_COMPANY, town.estate, "新城物业")
    person = await a_role(RoleKind.PROPERTY_MANAGER, town.estate, body=body)
    await execute("update person set name = '梅新城' where id = $1", person.id)
    return body, await asking(person)


async def handed_over(town, body):
    await a_handled_ticket(town)
    return await record_handover(
        town.worker,
        town.estate,
        town.company.id,
        body.id,
        "业主大会决定",
        HANDED + 60 * DAY,
        HANDED,
    )


async def test_each_side_signs_once_for_its_own_and_never_for_the_other(town, newcomer):
    body, manager = newcomer
    handover = await handed_over(town, body)
    first, *_ = await lines_of(handover.id)
    assert (handover.moved, len(await lines_of(handover.id))) == (1, len(LIST))

    for stranger in (town.worker, town.resident):
        with pytest.raises(NotAllowed):
            await sign_line(stranger, first.id, "", HANDED)
    with pytest.raises(Invalid):
        await sign_line(manager, first.id, "问 13912345678", HANDED)
    answers = await asyncio.gather(
        *(sign_line(manager, first.id, "缺两张", HANDED + DAY) for _ in range(3)),
        return_exceptions=True,
    )
    assert [type(a) for a in answers if isinstance(a, Exception)] == [AlreadySigned] * 2
    [line, *_] = await lines_of(handover.id)
    assert (line.given_on, line.words) == (None, "缺两张")
    assert line.standing(line.due_on) == ("新企业已签", "wait")  # pyright: ignore
    assert line.standing(line.due_on + timedelta(days=1)) == ("新企业已签，已逾期", "bad")  # pyright: ignore
    with pytest.raises(NotAllowed):
        await sign_line(town.keeper, first.id, "", HANDED + DAY)  # works there, leads it not
    old = await a_role(RoleKind.PROPERTY_MANAGER, town.estate, body=town.company)
    await sign_line(await asking(old), first.id, "", HANDED + DAY)
    [line, *_] = await lines_of(handover.id)
    assert line.standing(HANDED.date())[0] == "双方已签"


async def test_one_page_shows_tickets_accounts_and_dates_and_names_to_those_concerned(
    town, newcomer, browser
):
    body, manager = newcomer
    handover = await handed_over(town, body)
    path = f"/handovers/{handover.id}"
    await sign_in(browser, manager)
    work = await browser.open("/work")
    assert "签物业移交清单" in work.text
    page = await browser.open(path)
    form = page.select_one("form[action$=signature]")["action"]
    page = await browser.send(form, words="缺两张图")
    assert "梅新城" in page.text and "缺两张图" in page.text
    browser.sign_out()

    page = await browser.open(path)

    assert "转交的未办结工单" in page.text and "1 张" in page.text and "缺两张图" in page.text
    assert "梅新城" not in page.text and not page.select("form[action$=signature]")
    listed = await browser.open(f"/registers?estate={town.estate.id}")
    assert listed.select(f"a[href='/handovers?estate={town.estate.id}']")
    assert path in {a["href"] for a in (await browser.open(
        f"/handovers?estate={town.estate.id}")).select("a[href]")}  # fmt: skip
    assert await value("select count(*) from handover_line where taken_on is not null") == 1
