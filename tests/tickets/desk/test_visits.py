"""The call list: whom the community calls, what becomes of a call, and whose work it never is."""

import pytest

from coordination.db import row, value
from coordination.people.secrecy import seal_phone
from tests.tickets.a_ticket import (
    DAY,
    HOUR,
    WHISTLED,
    a_neighbourhood,
    a_replied_ticket,
    a_ticket,
)
from tests.tickets.desk.a_desk import sign_in

REPLIED = WHISTLED + DAY


@pytest.fixture
async def town(database, time_is):
    time_is(REPLIED + HOUR)
    return await a_neighbourhood()


async def called(browser, ticket, expect: int = 200, **fields: str):
    path = f"/desk/visits/{ticket.id}"
    await browser.open(path)
    return await browser.send(f"{path}/calls", expect=expect, **fields)


async def standing(ticket, *columns: str):
    found = await row(f"select {', '.join(columns)} from ticket where id = $1", ticket.id)
    return tuple(found.values())


async def listed(browser) -> list[str]:
    page = await browser.open("/desk/visits")
    return [one.text.split()[0] for one in page.select(".ticket b")]


async def test_the_list_holds_what_was_replied_to_what_is_due_first_in_front(town, browser):
    later = await a_replied_ticket(town, WHISTLED + 2 * DAY)
    first = await a_replied_ticket(town)
    await a_ticket(town)
    await a_replied_ticket(await a_neighbourhood("翠湖里"))
    await sign_in(browser, town.worker)

    assert await listed(browser) == [f"#{first.number}", f"#{later.number}"]


async def test_what_one_had_a_hand_in_is_not_on_ones_list_and_not_ones_to_call(town, browser):
    own = await a_replied_ticket(town)
    await handle(own, town.worker)
    await sign_in(browser, town.worker)

    assert await listed(browser) == []
    await browser.open(f"/desk/visits/{own.id}", expect=403)
    await sign_in(browser, town.officer)
    assert await listed(browser) == [f"#{own.number}"]


async def test_the_property_company_makes_no_return_visit(town, browser):
    ticket = await a_replied_ticket(town)
    await sign_in(browser, town.manager)

    await browser.open("/desk/visits", expect=403)
    await browser.open(f"/desk/visits/{ticket.id}", expect=403)


async def test_solved_and_satisfied_closes_it_with_the_rating_as_told(town, browser):
    ticket = await a_replied_ticket(town)
    await sign_in(browser, town.worker)

    page = await called(browser, ticket, said="solved", rating="satisfied", words="灯亮了")

    assert page.h1.text == "回访清单" and not page.select(".ticket")
    assert await standing(ticket, "state", "outcome", "rating") == (
        "closed", "solved", "satisfied",
    )  # fmt: skip
    told = await row("select person, facts from ticket_event where kind = 'rate'")
    assert told["person"] is None and str(town.worker.id) in told["facts"]


async def test_not_solved_goes_back_to_be_handled_anew(town, browser):
    ticket = await a_replied_ticket(town)
    await sign_in(browser, town.worker)

    await called(browser, ticket, said="unsolved", words="晚上又灭了")

    assert await standing(ticket, "state", "reopened") == ("reopened", 1)


async def test_less_than_solved_closes_as_what_it_is(town, browser):
    ticket = await a_replied_ticket(town)
    await sign_in(browser, town.worker)

    page = await called(browser, ticket, expect=422, said="accepted", words="先这样")
    assert "请选择办理结果" in page.text
    assert page.select_one("#f-words").text.strip() == "先这样"
    await called(browser, ticket, said="accepted", outcome="partly", words="先这样")

    assert await standing(ticket, "state", "outcome") == ("closed", "partly")


async def test_unreached_on_two_days_may_be_closed_and_on_one_day_may_not(town, browser, time_is):
    ticket = await a_replied_ticket(town)
    path = f"/desk/visits/{ticket.id}"
    await sign_in(browser, town.worker)

    await called(browser, ticket, said="unreached")
    await called(browser, ticket, said="unreached")
    page = await browser.open(path)
    assert not page.select(f"form[action='{path}/closures']")
    assert await standing(ticket, "visited_at") == (None,)

    time_is(REPLIED + DAY + HOUR)
    await sign_in(browser, town.worker)
    await called(browser, ticket, said="unreached")
    await browser.open(path)
    await browser.send(f"{path}/closures", outcome="unreachable")

    assert await standing(ticket, "state", "outcome", "reached") == (
        "closed", "unreachable", False,
    )  # fmt: skip


async def test_the_number_is_shown_on_a_press_as_a_link_that_dials(town, browser):
    ticket = await a_replied_ticket(
        town, caller="王小明", caller_phone_sealed=seal_phone("+8613800138000")
    )
    await sign_in(browser, town.worker)
    path = f"/desk/visits/{ticket.id}"
    page = await browser.open(path)
    assert "13800138000" not in str(page)

    page = await browser.send(f"{path}/contact-views")

    assert page.select_one("a[href='tel:13800138000']")
    assert await value("select count(*) from audit_entry where verb = 'look_at_caller'") == 1


async def test_a_call_sent_twice_is_refused_the_second_time_and_keeps_the_words(town, browser):
    ticket = await a_replied_ticket(town)
    await sign_in(browser, town.worker)
    path = f"/desk/visits/{ticket.id}"
    form = (await browser.open(path)).select_one(f"form[action='{path}/calls']")
    said = {"said": "solved", "words": "灯亮了",
            "_csrf_token": form.select_one("[name=_csrf_token]")["value"]}  # fmt: skip
    await browser.send(f"{path}/calls", **said)

    page = await browser.send(f"{path}/calls", expect=409, **said)

    assert page.select_one("#f-words").text.strip() == "灯亮了"


async def handle(ticket, who) -> None:
    """Had a part in it: an event of theirs, before the reply would have been one."""
    await value(
        """insert into ticket_event (id, ticket, ordinal, kind, at, person, words, facts, is_public)
           values (gen_random_uuid(), $1, 99, 'finish_sub_task', $2, $3, '', '{}', true)
           returning ordinal""",
        ticket.id, REPLIED, who.id,
    )  # fmt: skip
