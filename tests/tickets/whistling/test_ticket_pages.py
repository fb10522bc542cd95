"""The page of a ticket: what everybody sees, what only who whistled, and what nobody does."""

from uuid import uuid4

import pytest

from coordination import db
from coordination.tickets.kinds import EventKind
from coordination.tickets.tables import Ticket
from coordination.tickets.whistling.actions import co_sign
from coordination.tickets.whistling.ties import export
from tests.tickets.a_ticket import (
    DAY,
    HOUR,
    WHISTLED,
    Neighbourhood,
    a_closed_ticket,
    a_handled_ticket,
    a_neighbourhood,
    a_replied_ticket,
    a_ticket,
    it_happens,
)
from tests.tickets.whistling.walking import a_photo, be, photos, with_a_photo


@pytest.fixture
async def town(browser, time_is) -> Neighbourhood:
    time_is(WHISTLED + 2 * DAY)
    return await a_neighbourhood()


def facts(page) -> dict[str, str]:
    return {
        row.dt.text: row.dd.find(string=True, recursive=False) or row.dd.text
        for row in page.select(".facts > div")
    }


async def test_everybody_reads_who_has_it_since_when_until_when_and_whom_to_call(browser, town):
    ticket = await a_handled_ticket(town, spot="3单元")

    page = await browser.open(f"/tickets/{ticket.id}")

    said = facts(page)
    assert page.h1.text == "照明设施 · 1栋 · 3单元"
    assert said["现在由谁负责"] == "梧桐苑物业"
    assert said["从什么时候起"] == "2026年3月2日 10:00"
    assert said["到什么时候"].startswith("2026年3月5日")
    assert page.select_one(".facts a.tel")["href"] == "tel:02787000000"
    assert [line.b.text for line in page.select(".timeline li")] == [
        "梧桐苑物业直接办理", "梧桐苑物业已报到", "居民吹哨",
    ]  # fmt: skip


async def test_names_of_persons_are_not_for_the_public(browser, town):
    ticket = await a_handled_ticket(town)
    await co_sign(town.neighbour, ticket.id, WHISTLED + HOUR, words="我家姓钱")

    public = await browser.open(f"/tickets/{ticket.id}")
    await be(browser, town.resident)
    own = await browser.open(f"/tickets/{ticket.id}")
    await be(browser, town.neighbour)
    joined = await browser.open(f"/tickets/{ticket.id}")

    for name in ("梧桐苑业主", "梧桐苑管家", "梧桐苑邻居", "我家姓钱"):
        assert name not in public.text
    assert "联系人：梧桐苑管家" in own.text and "我家姓钱" not in own.text
    assert "我家姓钱" in joined.text, "one's own words"
    assert "2 户遇到" in public.text


async def test_a_hold_says_in_public_what_blocks_it_and_until_when(browser, town):
    ticket = await a_handled_ticket(town, text="不公开的话", is_public=False)
    until = WHISTLED + 9 * DAY
    for kind, who in ((EventKind.ASK_HOLD, town.keeper), (EventKind.HOLD, town.worker)):
        await it_happens(ticket, kind, who, WHISTLED + 2 * HOUR, blocker="等厂家发配件",
                         unblocker="电梯厂家", until=until)  # fmt: skip

    page = await browser.open(f"/tickets/{ticket.id}")

    assert "难点说明：等厂家发配件" in page.text
    assert "2026年3月11日" in page.text and "电梯厂家" in page.text
    assert "不公开的话" not in page.text
    assert "到什么时候" not in facts(page), "no clock runs"


async def test_late_work_says_so_and_how_far_up_it_went(browser, town):
    ticket = await a_ticket(town)
    late = WHISTLED + 2 * DAY
    await it_happens(ticket, EventKind.BREACH, None, late, clock="report_in")
    await it_happens(ticket, EventKind.ESCALATE, None, late, level=2, reason="report_in:100")

    page = await browser.open(f"/tickets/{ticket.id}")

    assert "超期" in page.select_one(".panel.bad").text
    assert facts(page)["上报到哪一级"] == "社区"
    climbed = page.select_one(".timeline .late").text
    assert "升级到社区督办" in climbed and "报到时限已到" in climbed


async def test_after_fifteen_days_a_closed_ticket_is_archived_and_takes_no_objection(
    browser, town, time_is
):
    ticket, closed_at = await a_closed_ticket(town), WHISTLED + 2 * DAY

    for at, archived in ((closed_at + 15 * DAY, False), (closed_at + 15 * DAY + HOUR, True)):
        time_is(at)
        await be(browser, town.resident)
        page = await browser.open(f"/tickets/{ticket.id}")
        assert ("已归档" in page.text) is archived
        assert bool(page.select("form[action$=objections]")) is not archived


async def test_a_shared_link_reads_in_one_line_without_the_words(browser, town):
    ticket = await a_ticket(town, text="要保密的内容", is_public=False)

    page = await browser.open(f"/tickets/{ticket.id}")

    line = f"梧桐苑工单 #{ticket.number}：照明设施，已收到，等待报到"
    assert page.select_one("meta[property='og:title']")["content"] == line
    assert "要保密的内容" not in str(page)


async def test_there_is_nothing_at_an_address_that_is_no_ticket(browser, town):
    for path in (f"/tickets/{uuid4()}", f"/tickets/{uuid4()}/photos/{'a' * 64}"):
        response = await browser.client.get(path, headers={"Accept": "text/html"})
        assert response.status_code == 404


# --- what one does -------------------------------------------------------------------------------


async def test_who_whistled_confirms_and_rates_on_the_page(browser, town):
    ticket = await a_replied_ticket(town)
    await be(browser, town.resident)

    asked = await browser.open(f"/tickets/{ticket.id}")
    rating = await browser.send(f"/tickets/{ticket.id}/confirmations", answer="solved")
    done = await browser.send(f"/tickets/{ticket.id}/ratings", rating="dissatisfied", words="太慢")

    assert "已答复，请您确认" in asked.text
    assert "换了灯管，已经亮了" in asked.select_one(".ask").text, (
        "what was said stands at the answer"
    )
    assert len(rating.select("[name=rating]")) == 3
    assert "居民评价：不满意" in done.text and "已办结：已解决" in done.text


async def test_who_forgets_to_choose_is_asked_again_and_keeps_the_words(browser, town):
    ticket = await a_closed_ticket(town)
    await be(browser, town.resident)
    await browser.open(f"/tickets/{ticket.id}")

    page = await browser.send(f"/tickets/{ticket.id}/ratings", words="写了很久", expect=422)

    assert page.title.text.startswith("出错")
    assert "写了很久" in page.select_one("textarea[name=words]").text


async def test_an_objection_without_words_is_asked_for_them(browser, town):
    ticket = await a_closed_ticket(town)
    await be(browser, town.resident)
    await browser.open(f"/tickets/{ticket.id}")

    page = await browser.send(f"/tickets/{ticket.id}/objections", expect=422)
    done = await browser.send(f"/tickets/{ticket.id}/objections", words="又不亮了")

    assert page.title.text.startswith("出错") and page.select_one("#o-words-error")
    assert "已退回重办（第 1 次）" in done.text and "又不亮了" in done.text


async def test_others_are_offered_to_join_and_nothing_else(browser, town):
    ticket = await a_replied_ticket(town)
    await be(browser, town.neighbour)

    page = await browser.open(f"/tickets/{ticket.id}")
    joined = await browser.send(f"/tickets/{ticket.id}/co-signers")

    actions = {form["action"].rsplit("/", 1)[-1] for form in page.select("form[method=post]")}
    assert actions == {"co-signers"}
    assert "已经加入" in joined.text and "2 户遇到" in joined.text


async def test_similar_ones_are_shown_with_photo_and_state_and_joining_takes_the_words_along(
    browser, town
):
    ticket = await a_ticket(town, text="三单元楼道灯不亮", spot="3单元")
    photo = await with_a_photo(ticket)
    hidden = await a_ticket(town, text="楼道灯不亮，别说是我", is_public=False)
    away = await a_ticket(await a_neighbourhood("丁香苑"), text="楼道灯不亮")
    await be(browser, town.neighbour)
    await browser.open("/tickets/new/words")
    await browser.send("/tickets/new/words", text="楼道灯不亮了", files=photos(a_photo("blue")))
    await browser.send("/tickets/new/place", place=f"b_{town.building.id}")
    page = await browser.send("/tickets/new/category", category="lighting")

    shown = page.text
    await browser.send(f"/tickets/new/similar/{ticket.id}/co-signers")

    assert page.h1.text == "是不是同一件事？"
    assert page.select_one("img.thumb")["src"].endswith(photo.small)
    assert "已收到，等待报到" in shown and "别说是我" not in shown
    assert f"#{hidden.number} " in shown and f"#{away.number} " not in shown
    words = await db.row("select words, is_public from ticket_event where kind = 'co_sign'")
    assert tuple(words) == ("楼道灯不亮了", False)
    brought = """select count(*) from ticket_photo p join ticket_event e
                 on e.ticket = p.ticket and e.ordinal = p.event where e.kind = 'co_sign'"""
    assert await db.value(brought) == 1
    assert await Ticket.count() == 3, "no fourth one"


async def test_my_tickets_are_mine_and_those_i_joined(browser, town):
    mine = await a_ticket(town, text="我吹的", is_public=False)
    joined = await a_ticket(town, by=town.neighbour, text="我加入的")
    await a_ticket(town, by=town.neighbour, text="与我无关")
    await co_sign(town.resident, joined.id, WHISTLED)
    await be(browser, town.resident)

    page = await browser.open("/tickets/mine")
    me = await browser.open("/me")

    assert [a["href"] for a in page.select(".lines a")] == [
        f"/tickets/{mine.id}", f"/tickets/{joined.id}",
    ]  # fmt: skip
    assert "我吹的" in page.text and "与我无关" not in page.text
    assert me.select_one("main a[href='/tickets/mine']")
    browser.sign_out()
    await browser.open("/tickets/mine", expect=303, follow=False)


async def test_the_copy_of_one_s_data_holds_one_s_whistles_and_words_and_no_other_s(browser, town):
    mine = await a_ticket(town, text="我吹的", is_public=False)
    other = await a_ticket(town, by=town.neighbour, text="邻居的")
    await co_sign(town.resident, other.id, WHISTLED, words="我家也是")
    await co_sign(town.neighbour, mine.id, WHISTLED, words="邻居家也是")

    data = await export(town.resident.id)

    assert [row["text"] for row in data["whistles"]] == ["我吹的"]
    assert [(row["number"], row["kind"], row["words"]) for row in data["said"]] == [
        (other.number, "co_sign", "我家也是")
    ]
