"""申请公开: from a shelf to a ticket with a number and a clock, in three screens."""

from datetime import UTC, datetime, timedelta

from coordination import db
from coordination.disclosures.opening import open_disclosures
from tests.tickets.a_ticket import WHISTLED, a_neighbourhood
from tests.tickets.whistling.walking import address, be, the_ticket

NEW_YEAR = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)  # the quarter before is not late yet


async def test_what_a_shelf_lacks_is_asked_for_as_a_ticket_with_a_clock(browser, time_is):
    time_is(WHISTLED)
    town, other = await a_neighbourhood(), await a_neighbourhood("丁香苑")
    await open_disclosures(NEW_YEAR)
    owed = await db.value(
        """select d.id from disclosure d join disclosure_item i on i.id = d.item
            where d.estate = $1 and i.code = 'common-income'""",
        town.estate.id,
    )
    shelf = await browser.open(f"/disclosures/{owed}")
    link = shelf.find("a", string="申请查阅这项资料")["href"]
    await be(browser, town.resident)

    words = await browser.open(link)
    text = words.select_one("textarea").text.strip()
    check = await browser.send("/tickets/new/words", text=f"{text}附件也要。")
    await browser.send("/tickets/new/check")

    ticket = await the_ticket(browser)
    assert words.h1.text == "您想看什么资料？"
    assert text == "申请查阅：公共收益收支（2025年第4季度）。"
    assert "申请公开资料" in check.text and "梧桐苑" in check.text
    assert (ticket.estate, ticket.priority) == (town.estate.id, "p4")
    assert ticket.reply_due_at > WHISTLED + timedelta(days=5)
    # Of another estate nothing is asked here: it is one's own that the screen speaks of.
    page = await browser.open(f"/tickets/new/documents?estate={other.estate.id}&disclosure={owed}")
    assert str(town.estate.id) in str(browser.response.url) and not page.textarea.text.strip()
    browser.sign_out()
    await browser.open("/tickets/new/documents", expect=303, follow=False)
    assert address(browser).startswith("/tickets/new/documents")
