"""Record books and ledgers are what was recorded already: nobody fills them in, no resident stands
in them."""

from datetime import date

import pytest

from coordination.meetings.doing.actions import Task, give_action
from coordination.meetings.room.presence import close_meeting
from coordination.people.tables import Person
from coordination.places.tables import Place
from coordination.reports.books.queries import BOOKS, read_book
from coordination.tickets.figures.periods import Period
from coordination.tickets.kinds import Door, EventKind
from tests.meetings.a_meeting import DURING, ENDS, a_full_room, a_planned, topic_of
from tests.meetings.a_meeting import a_town as a_meeting_town
from tests.tickets.a_ticket import DAY, HOUR, WHISTLED, a_neighbourhood, a_ticket, it_happens
from tests.tickets.figures_rows import closed, tickets

MARCH = Period(2026, 3)
AT = WHISTLED + 5 * DAY


@pytest.fixture
async def town(database):
    return await a_neighbourhood()


async def read(name, town, period=MARCH):
    pages = await read_book(name, town.community, period, AT)
    return [dict(zip(pages.header, line, strict=True)) for line in pages.lines]


async def test_a_filing_at_the_counter_is_a_line_of_the_first_reception(town):
    ticket = await a_ticket(
        town, door=Door.COUNTER, filed_by=town.worker.id, caller="王女士", caller_phone_tail="8888"
    )
    await a_ticket(town)

    [line] = await read("receptions", town)

    assert (line["工单"], line["经办人"]) == (f"#{ticket.number}", "梧桐苑网格员")
    assert (line["责任单位"], line["状态"]) == ("梧桐苑物业", "已吹哨，待报到")
    assert not any("王女士" in value or "8888" in value for value in line.values())


async def test_a_return_visit_is_a_line_of_the_contacts(town):
    ticket = await a_ticket(town)
    await it_happens(ticket, EventKind.REPORT_IN, town.keeper, WHISTLED + HOUR)
    await it_happens(ticket, EventKind.DISPATCH, town.keeper, WHISTLED + HOUR, dispatch="direct")
    await it_happens(ticket, EventKind.REPLY, town.keeper, WHISTLED + 2 * HOUR, "已换灯。",
                     outcome="solved", evidence=["a"])  # fmt: skip
    await it_happens(ticket, EventKind.VISIT, town.worker, WHISTLED + DAY, "住户说好了。",
                     reached=True, solved=True)  # fmt: skip

    [line] = await read("contacts", town)

    assert (line["结果"], line["记录"], line["经办人"]) == ("接通", "住户说好了。", "梧桐苑网格员")
    assert await read("contacts", town, Period(2026, 4)) == []


async def test_the_mending_ledger_has_what_is_late_reopened_or_high_and_says_why(town):
    given = {"holder": town.company.id, "close_due_at": None, "reply_due_at": None}
    fine = await a_ticket(town, at=AT - HOUR)
    await tickets(town.estate, WHISTLED, report_due_at=WHISTLED + HOUR, **given)
    await tickets(town.estate, WHISTLED, **closed(WHISTLED, HOUR, reopened=2, level=3), **given)

    lines = await read("mending", town)

    assert sorted(line["整改原因"] for line in lines) == ["超期", "重办 2 次、升到街道"]
    assert f"#{fine.number}" not in {line["工单"] for line in lines}
    assert len(await read("ledger", town)) == 3


async def test_meetings_that_were_held_are_lines_of_their_books_and_planned_ones_are_not(database):
    town = await a_meeting_town()
    meeting = await a_full_room(town)
    item = await topic_of(town, meeting, "车棚充电")
    await give_action(
        town.worker, item.id, Task("装充电桩", town.company.id, date(2026, 3, 30)), DURING
    )
    await close_meeting(town.worker, meeting.id, ENDS)
    await a_planned(town, "mediation", title="只是拟开")
    community = await Place.objects().get(Place.id == town.estate.parent)
    assert community

    pages = [await read_book(name, community, MARCH, ENDS + DAY) for name in
             ("office-meetings", "briefings")]  # fmt: skip

    [[line], none] = [
        [dict(zip(one.header, line, strict=True)) for line in one.lines] for one in pages
    ]
    assert (line["会议"], line["议题"], line["交办事项"]) == ("第三次四方联席会议", "车棚充电", "1")
    assert "安居物业" in line["参加单位"] and "钱经理" not in str(line)
    assert (line["决议"], line["纪要"], none) == ("—", "已散会", [])


async def test_every_book_opens_prints_and_goes_along(town, browser, time_is):
    time_is(AT)
    await a_ticket(town, door=Door.COUNTER, filed_by=town.worker.id)
    await browser.sign_in(await Person.objects().get(Person.id == town.worker.id))
    await browser.open("/books")
    assert browser.response.url.path == f"/reports/{town.community.id}/books"

    for name in BOOKS:
        path = f"/reports/{town.community.id}/books/{name}"
        await browser.open(path)
        assert (await browser.client.get(f"{path}.pdf")).content.startswith(b"%PDF"), name
        assert (await browser.client.get(f"{path}.xlsx")).content.startswith(b"PK"), name


async def test_neither_visitors_nor_another_communitys_staff_read_them(town, browser, time_is):
    time_is(AT)
    path = f"/reports/{town.community.id}/books/ledger"
    elsewhere = await a_neighbourhood("丁香苑")

    response = await browser.client.get(path, headers={"Accept": "text/html"})
    assert response.status_code == 303 and "/sign-in" in response.headers["location"]
    for person in (elsewhere.worker, town.resident, town.manager):
        await browser.sign_in(await Person.objects().get(Person.id == person.id))
        await browser.open(path, expect=403)
    await browser.sign_in(await Person.objects().get(Person.id == town.worker.id))
    await browser.open(f"/reports/{town.community.id}/books/nothing", expect=404)
