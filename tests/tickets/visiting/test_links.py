"""The link of a reply: opened without signing in, answered once, and silent to whoever guesses."""

import asyncio
import re
from datetime import timedelta

import pytest

from coordination import db
from coordination.people.secrecy import seal_phone
from coordination.people.tables import Message, Person
from coordination.tickets.jobs import happened
from coordination.tickets.kinds import EventKind, Outcome
from coordination.tickets.tables import Ticket, VisitLink
from coordination.tickets.visiting.confirming import reject_reply
from coordination.tickets.visiting.links import (
    AlreadyAnswered,
    NoSuchLink,
    answer_by_link,
    make_link,
    open_link,
)
from coordination.tickets.whistling.actions import co_sign
from tests.tickets.a_ticket import (
    DAY,
    HOUR,
    WHISTLED,
    Neighbourhood,
    a_handled_ticket,
    a_neighbourhood,
    a_replied_ticket,
    a_ticket,
    it_happens,
)

REPLY = 4  # whistle, report-in, dispatch, reply
SAID = WHISTLED + DAY + HOUR


@pytest.fixture
async def town(database) -> Neighbourhood:
    return await a_neighbourhood()


async def a_link(ticket: Ticket, ordinal: int = REPLY) -> str:
    return await make_link(ticket.id, ticket.estate, ordinal, SAID)


async def state_of(ticket: Ticket) -> str:
    return await db.value("select state from ticket where id = $1", ticket.id)


async def test_a_link_asks_about_its_reply_and_names_nobody(town):
    ticket = await a_replied_ticket(town)

    asking = await open_link(await a_link(ticket), SAID)

    assert (asking.ticket, asking.number, asking.words) == (
        ticket.id, ticket.number, "换了灯管，已经亮了",
    )  # fmt: skip
    assert asking.waits


async def test_the_database_holds_the_hash_alone(town):
    token = await a_link(await a_replied_ticket(town))

    [row] = await VisitLink.select()
    assert token.encode() not in row["token_hash"]
    assert len(row["token_hash"]) == 32
    assert len(token) == 16


@pytest.mark.parametrize("solved", [True, False])
async def test_one_answer_settles_it_and_a_second_does_not_count(town, solved):
    ticket = await a_replied_ticket(town)
    token = await a_link(ticket)

    await answer_by_link(token, solved, "", SAID)
    for again in (True, False):
        with pytest.raises(AlreadyAnswered):
            await answer_by_link(token, again, "", SAID)

    assert await state_of(ticket) == ("closed" if solved else "reopened")


async def test_two_taps_at_once_are_one_answer(town):
    ticket = await a_replied_ticket(town)
    token = await a_link(ticket)

    outcomes = await asyncio.gather(
        *(answer_by_link(token, solved, "", SAID) for solved in (True, False, True)),
        return_exceptions=True,
    )

    assert sum(isinstance(one, AlreadyAnswered) for one in outcomes) == 2
    assert await db.value("select count(*) from ticket_event where ordinal > $1", REPLY) == 2


async def test_forged_over_and_overtaken_links_are_refused_in_one_voice(town):
    ticket = await a_replied_ticket(town)
    token = await a_link(ticket)
    await reject_reply(town.resident, ticket.id, "", SAID)
    await it_happens(ticket, EventKind.TAKE_UP, town.keeper, SAID + HOUR)
    await it_happens(ticket, EventKind.REPLY, town.keeper, SAID + 2 * HOUR, "又修了一次",
                     outcome=Outcome.SOLVED, evidence=["0" * 64])  # fmt: skip
    fresh = await a_link(ticket, 8)

    said = set()
    for given, at in (
        (token, SAID + 3 * HOUR),  # the first reply's
        (fresh, SAID + 15 * DAY),
        (fresh[:-1] + ("A" if fresh[-1] != "A" else "B"), SAID),
        ("", SAID),
        ("\ud800", SAID),
        ("x" * 5000, SAID),
    ):
        with pytest.raises(NoSuchLink) as refused:
            await open_link(given, at)
        said.add(str(refused.value))

    assert len(said) == 1
    assert str(ticket.number) not in said.pop()
    assert (await open_link(fresh, SAID + 3 * HOUR)).words == "又修了一次"


# --- pages ---------------------------------------------------------------------------------------


async def test_the_link_opens_two_big_buttons_and_then_asks_how_it_was(browser, time_is, town):
    time_is(SAID)
    ticket = await a_replied_ticket(town)
    token = await a_link(ticket)

    asked = await browser.open(f"/r/{token}")
    rating = await browser.send(f"/r/{token}/answers", answer="solved", words="谢谢")
    thanks = await browser.send(f"/r/{token}/ratings", rating="satisfied", words="很快")

    assert [button.text for button in asked.select("button.big")] == ["已解决", "未解决，退回重办"]
    assert "换了灯管" in asked.text and "业主" not in asked.select_one("main").text
    assert browser.response.headers["cache-control"] == "no-store"
    assert browser.response.headers["referrer-policy"] == "no-referrer"
    assert len(rating.select("[name=rating]")) == 3
    assert thanks.h1.text == "谢谢您的评价"
    row = await Ticket.objects().get(Ticket.id == ticket.id)
    assert (row.state, row.outcome, row.rating) == ("closed", "solved", "satisfied")


async def test_opening_the_link_alone_answers_nothing(browser, time_is, town):
    time_is(SAID)
    ticket = await a_replied_ticket(town)
    token = await a_link(ticket)

    for _ in range(3):
        await browser.open(f"/r/{token}")

    assert await state_of(ticket) == "replied"


async def test_not_solved_says_that_the_next_level_knows(browser, time_is, town):
    time_is(SAID)
    token = await a_link(await a_replied_ticket(town))
    await browser.open(f"/r/{token}")

    page = await browser.send(f"/r/{token}/answers", answer="unsolved", words="还是不亮")

    assert page.h1.text == "已经退回重办"
    assert "上一级已经知道" in page.text


async def test_a_wrong_link_is_a_page_that_tells_nothing(browser, time_is, town):
    time_is(SAID)
    ticket = await a_replied_ticket(town, text="只有工单里有的话")
    await a_link(ticket)

    page = await browser.open("/r/AAAAAAAAAAAAAAAA", expect=404)

    assert "这个链接不对，或者已经过期" in page.text
    assert "只有工单里有的话" not in page.text and f"#{ticket.number}" not in page.text


async def test_neither_answer_nor_rating_may_be_made_up(browser, time_is, town):
    time_is(SAID)
    ticket = await a_replied_ticket(town)
    token = await a_link(ticket)
    await browser.open(f"/r/{token}")

    await browser.send(f"/r/{token}/answers", answer="perhaps", expect=422)
    await browser.send(f"/r/{token}/answers", answer="solved", words="长" * 501, expect=422)
    await browser.send(f"/r/{token}/ratings", rating="satisfied", expect=409)

    assert await state_of(ticket) == "replied"


# --- messages ------------------------------------------------------------------------------------


async def told(event: str) -> list[tuple]:
    found = await db.rows(
        """select p.name, m.channel, m.text from message m left join person p on p.id = m.person
           where m.event = $1 order by 1, 2""",
        event,
    )
    return [tuple(row) for row in found]


async def with_a_phone(person, number: str = "+8613800138000") -> None:
    await Person.update({Person.phone_sealed: seal_phone(number)}).where(Person.id == person.id)


async def test_a_reply_reaches_who_whistled_with_a_link_that_opens_it(town):
    await with_a_phone(town.resident)
    ticket = await a_replied_ticket(town)
    await co_sign(town.neighbour, ticket.id, SAID)

    for _ in range(2):
        await happened(f"{ticket.id}:{REPLY}", SAID)

    words = {(name, channel): text for name, channel, text in await told("ticket-reply")}
    assert set(words) == {
        ("梧桐苑业主", "in_app"), ("梧桐苑业主", "sms"), ("梧桐苑邻居", "in_app"),
    }  # fmt: skip
    sms = words["梧桐苑业主", "sms"]
    assert len(f"【社区协同】{sms}") <= 70
    token = re.search(r"/r/([\w-]{16})$", sms)
    assert token and (await open_link(token[1], SAID)).ticket == ticket.id
    assert not any("/r/" in text for key, text in words.items() if key[1] == "in_app")
    assert await VisitLink.count() == 1, "heard twice, told once"


async def test_a_caller_without_an_account_gets_the_link_on_the_phone_they_left(town):
    ticket = await a_replied_ticket(
        town, whistled_by=None, caller="赵大爷", caller_phone_tail="8000",
        caller_phone_sealed=seal_phone("+8613800138000"),
    )  # fmt: skip

    for _ in range(2):
        await happened(f"{ticket.id}:{REPLY}", SAID)

    [message] = await Message.select().where(Message.person.is_null())
    token = re.search(r"/r/([\w-]{16})$", message["text"])
    assert token
    await answer_by_link(token[1], True, "", SAID)
    await happened(f"{ticket.id}:{REPLY + 2}", SAID)
    assert await Message.count() == 1, "nobody is told what they just said"


async def test_what_is_asked_held_and_closed_is_told_and_own_deeds_are_not(town):
    await with_a_phone(town.resident)
    ticket = await a_ticket(town)
    await it_happens(ticket, EventKind.ASK_INFO, town.keeper, WHISTLED + HOUR, "哪一盏？",
                     until=WHISTLED + 3 * DAY)  # fmt: skip
    await it_happens(ticket, EventKind.ANSWER_INFO, town.resident, WHISTLED + HOUR)
    held = await a_handled_ticket(town)
    for kind, who in ((EventKind.ASK_HOLD, town.keeper), (EventKind.HOLD, town.worker)):
        await it_happens(held, kind, who, SAID, blocker="等配件", unblocker="厂家",
                         until=SAID + 9 * DAY)  # fmt: skip

    for which in (f"{ticket.id}:2", f"{ticket.id}:3", f"{held.id}:4", f"{held.id}:5"):
        await happened(which, SAID)

    assert {row[1] for row in await told("ticket-ask_info")} == {"in_app", "sms"}
    assert {row[1] for row in await told("ticket-hold")} == {"in_app", "sms"}
    assert await told("ticket-answer_info") == await told("ticket-ask_hold") == []


async def test_of_a_redo_the_handler_and_the_next_level_hear(town):
    elsewhere = await a_neighbourhood("丁香苑")
    ticket = await a_replied_ticket(town)
    await reject_reply(town.resident, ticket.id, "还是不亮", SAID)

    for _ in range(2):
        await happened(f"{ticket.id}:{REPLY + 2}", SAID)

    assert [row[0] for row in await told("ticket-reopen")] == sorted(
        ["梧桐苑经理", "梧桐苑管家", "梧桐苑网格员", "梧桐苑社工"]
    )
    assert elsewhere.worker.id not in {row["person"] for row in await Message.select()}


async def test_a_job_about_what_never_happened_does_nothing(town):
    ticket = await a_ticket(town)

    await happened(f"{ticket.id}:99", WHISTLED)

    assert await Message.count() == 0


async def test_a_link_lasts_as_long_as_the_setting_says(town):
    token = await a_link(await a_replied_ticket(town))

    await open_link(token, SAID + 14 * DAY - timedelta(seconds=1))
    with pytest.raises(NoSuchLink):
        await open_link(token, SAID + 14 * DAY)
