"""The staff page of a ticket: what it shows, and that its forms are just what one may do now."""

import asyncio
import io
import re

import pypdf
import pytest
from PIL import Image

from coordination import db, files
from coordination.db import rows, value
from coordination.people.secrecy import seal_phone
from coordination.tickets.kinds import EventKind
from coordination.tickets.watching.sweeping import sweep_tickets
from tests.conftest import Browser, a_client
from tests.tickets.a_ticket import (
    DAY,
    HOUR,
    WHISTLED,
    a_handled_ticket,
    a_neighbourhood,
    a_replied_ticket,
    a_ticket,
    it_happens,
)
from tests.tickets.desk.a_desk import sign_in

FROM_HERE = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
async def town(database):
    return await a_neighbourhood()


def offered(page) -> list[str]:
    """The acts that the page has a form for."""
    return [one["id"] for one in page.select("details.act")]


def a_photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (600, 400), "teal").save(out, "JPEG")
    return out.getvalue()


async def test_who_holds_it_reports_in_with_one_tap_from_the_list(town, browser, time_is):
    time_is(WHISTLED + HOUR)
    ticket = await a_ticket(town)
    await sign_in(browser, town.keeper)
    page = await browser.open("/desk/tickets")
    form = page.select_one(".ticket form")

    page = await browser.send(form["action"])

    assert page.h1.text == "工单" and not page.select(".ticket form")
    stored = await rows("select state, handler from ticket where id = $1", ticket.id)
    assert [tuple(one) for one in stored] == [("reported", town.keeper.id)]


async def test_the_forms_are_what_one_may_do_now(town, browser, time_is):
    time_is(WHISTLED + HOUR)
    ticket = await a_ticket(town)
    path = f"/desk/tickets/{ticket.id}"

    await sign_in(browser, town.keeper)
    fresh = offered(await browser.open(path))
    assert fresh[0] == "report-ins" and "replies" not in fresh and "holds" not in fresh
    await it_happens(ticket, EventKind.REPORT_IN, town.keeper, WHISTLED + HOUR)
    reported = offered(await browser.open(path))
    assert "dispatches" in reported and "report-ins" not in reported
    await sign_in(browser, town.clerk)
    await browser.open(path, expect=404)


async def test_a_reply_needs_evidence_and_keeps_the_words_until_it_has_it(town, browser, time_is):
    time_is(WHISTLED + HOUR)
    ticket = await a_handled_ticket(town)
    await sign_in(browser, town.keeper)
    path = f"/desk/tickets/{ticket.id}"
    await browser.open(path)
    said = {"words": "换了灯管", "outcome": "solved"}

    page = await browser.send(f"{path}/replies", expect=422, **said)
    assert page.select_one("#replies").has_attr("open")
    assert page.select_one("#replies-words").text.strip() == "换了灯管"
    assert page.select_one("#replies input[value=solved]").has_attr("checked")
    page = await browser.send(
        f"{path}/replies", files={"after": ("后.jpg", a_photo(), "image/jpeg")}, **said
    )

    assert "已答复" in page.text and page.select("#replies") == []
    assert await value("select count(*) from ticket_photo where kind = 'after'") == 1
    small = page.select_one(".history img")["src"]
    assert (await browser.client.get(small)).headers["content-type"] == "image/jpeg"


async def test_a_photo_that_was_kept_need_not_be_chosen_again(town, browser, time_is):
    time_is(WHISTLED + HOUR)
    ticket = await a_handled_ticket(town)
    await sign_in(browser, town.keeper)
    path = f"/desk/tickets/{ticket.id}"
    await browser.open(path)

    page = await browser.send(
        f"{path}/replies", expect=422, words="", outcome="solved",
        files={"after": ("后.jpg", a_photo(), "image/jpeg")},
    )  # fmt: skip
    carried = page.select_one("#replies input[name=carried]")["value"]
    await browser.send(f"{path}/replies", words="修好了", outcome="solved", carried=carried)

    assert await value("select count(*) from ticket_photo where kind = 'after'") == 1


async def test_what_is_no_photo_is_refused_and_the_words_stay(town, browser, time_is):
    time_is(WHISTLED + HOUR)
    ticket = await a_handled_ticket(town)
    await sign_in(browser, town.keeper)
    path = f"/desk/tickets/{ticket.id}"
    await browser.open(path)

    page = await browser.send(
        f"{path}/replies", expect=422, words="修好了", outcome="solved",
        files={"after": ("后.jpg", b"<svg onload=alert(1)>", "image/jpeg")},
    )  # fmt: skip

    assert "只能上传照片" in page.text
    assert page.select_one("#replies-words").text.strip() == "修好了"


async def test_the_second_of_two_is_told_what_happened_and_keeps_the_words(town, browser, time_is):
    time_is(WHISTLED + HOUR)
    ticket = await a_handled_ticket(town)
    await sign_in(browser, town.manager)
    path = f"/desk/tickets/{ticket.id}"
    await browser.open(path)

    await it_happens(
        ticket, EventKind.TRANSFER, town.keeper, WHISTLED + HOUR, "属城管",
        holder=str(town.department.id), basis="属城管",
    )  # fmt: skip
    page = await browser.send(f"{path}/transfers", expect=409, holder="", basis="我也要转")

    assert "您打开这一页之后" in page.text and "梧桐苑管家" in page.text
    assert page.select_one("#transfers-basis").text.strip() == "我也要转"


async def test_the_number_of_who_whistled_is_shown_on_a_press_and_the_press_is_noted(
    town, browser, time_is
):
    from_phone = "+8613800138000"
    time_is(WHISTLED + HOUR)
    ticket = await a_ticket(
        town, caller="王小明", caller_phone_sealed=seal_phone(from_phone), caller_phone_tail="8000"
    )
    await sign_in(browser, town.keeper)
    path = f"/desk/tickets/{ticket.id}"

    page = await browser.open(path)
    assert "王小明" not in page.text and "13800138000" not in str(page)
    assert "8000" in page.select_one("#caller").text
    page = await browser.send(f"{path}/contact-views")

    assert page.select_one("#caller .tel")["href"] == "tel:13800138000"
    noted = "select person from audit_entry where verb = 'look_at_caller' and subject = $1"
    assert [one["person"] for one in await rows(noted, ticket.id)] == [town.keeper.id]


async def test_no_resident_is_named_on_the_page_or_on_the_paper(town, browser, time_is):
    time_is(WHISTLED + HOUR)
    ticket = await a_ticket(town)
    await it_happens(ticket, EventKind.CO_SIGN, town.neighbour, WHISTLED + HOUR)
    await sign_in(browser, town.keeper)

    page = await browser.open(f"/desk/tickets/{ticket.id}")
    paper = await browser.client.get(f"/desk/tickets/{ticket.id}/work-order.pdf")

    printed = "".join(
        one.extract_text() for one in pypdf.PdfReader(io.BytesIO(paper.content)).pages
    )
    for name in ("梧桐苑业主", "梧桐苑邻居"):
        assert name not in str(page) and name not in printed
    assert "居民" in page.select_one(".history").text


async def test_an_officer_of_the_street_may_read_the_ticket_and_not_the_number(
    town, browser, time_is
):
    time_is(WHISTLED + HOUR)
    ticket = await a_ticket(town, caller="王小明", caller_phone_sealed=seal_phone("+8613800138000"))
    await sign_in(browser, town.officer)
    path = f"/desk/tickets/{ticket.id}"

    await browser.open(path)
    await browser.send(f"{path}/contact-views", expect=403)

    assert await value("select count(*) from audit_entry where verb = 'look_at_caller'") == 0


async def test_the_clocks_are_drawn_with_their_numbers_in_words(town, browser, time_is):
    time_is(WHISTLED + DAY)
    ticket = await a_handled_ticket(town)
    await sign_in(browser, town.keeper)

    page = await browser.open(f"/desk/tickets/{ticket.id}")

    said = {one.h3.contents[0].strip(): one.p.text for one in page.select(".clock")}
    assert "个工作日" in said["首次答复"] and "应于" in said["首次答复"]
    assert all(one.title.text and one.desc.text for one in page.select(".clock svg"))


async def test_what_the_clocks_wrote_is_told_to_staff_without_machine_words(town, browser, time_is):
    ticket = await a_handled_ticket(town)
    for turn, to in enumerate((town.department, town.office, town.company)):
        at = WHISTLED + (turn + 2) * HOUR
        await it_happens(ticket, EventKind.TRANSFER, town.keeper, at, holder=to.id, basis="三定")
        await it_happens(ticket, EventKind.ACCEPT, town.clerk, at)
    at = WHISTLED + 40 * DAY
    await sweep_tickets(at)
    time_is(at)
    await sign_in(browser, town.worker)

    page = await browser.open(f"/desk/tickets/{ticket.id}")

    said = [line.text for line in page.select(".history li > small")]
    assert {"原因：流转 3 次", "时限：办结", "原因：办结超过时限一半", "升到：街道"} <= {*said}
    assert not re.search(r"[a-z_]{4,}", " ".join(said)), "no name of a clock, no id"


async def test_a_photo_of_a_ticket_out_of_reach_is_not_there(town, browser, time_is):
    time_is(WHISTLED + 2 * DAY)
    ticket = await a_replied_ticket(town)
    sha256 = await files.store(a_photo(), at=WHISTLED, by=None, photo=True)
    await db.execute(
        """insert into ticket_photo (id, ticket, event, kind, sha256, small, sort)
           values (gen_random_uuid(), $1, 4, 'after', $2, null, 1)""",
        ticket.id, sha256,
    )  # fmt: skip
    path = f"/desk/tickets/{ticket.id}/photos/{sha256}"
    await sign_in(browser, town.keeper)
    assert (await browser.client.get(path)).status_code == 200

    await sign_in(browser, (await a_neighbourhood("翠湖里")).manager)

    assert (await browser.client.get(path)).status_code == 404


async def test_the_work_order_is_printed_with_what_the_page_says(town, browser, time_is):
    time_is(WHISTLED + HOUR)
    ticket = await a_handled_ticket(town, text="三单元楼道灯不亮")
    await sign_in(browser, town.keeper)

    answer = await browser.client.get(f"/desk/tickets/{ticket.id}/work-order.pdf")

    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    text = "".join(page.extract_text() for page in pages)
    assert f"#{ticket.number}" in text and "三单元楼道灯不亮" in text.replace("\n", "")
    assert "报到" in text and "应答复" in text


async def test_of_two_who_report_in_at_once_one_has_it_and_the_other_is_told_who(
    town, app, time_is
):
    time_is(WHISTLED + HOUR)
    ticket = await a_ticket(town)
    path = f"/desk/tickets/{ticket.id}"
    async with a_client(app) as one, a_client(app) as other:
        sent = []
        for client, asker in ((one, town.keeper), (other, town.manager)):
            browser = Browser(client)
            await sign_in(browser, asker)
            form = (await browser.open(path)).select_one("#report-ins form")
            said = {each["name"]: each["value"] for each in form.select("[type=hidden]")}
            sent.append(client.post(f"{path}/report-ins", data=said, headers=FROM_HERE))

        answers = await asyncio.gather(*sent)

    assert sorted(answer.status_code for answer in answers) == [303, 409]
    refused = next(answer.text for answer in answers if answer.status_code == 409)
    first = await value("select p.name from ticket t join person p on p.id = t.handler")
    assert "您打开这一页之后" in refused and first in refused
