"""What anybody learns from eight characters on a piece of paper, and what nobody learns."""

import re
from datetime import timedelta

from coordination.ballots.board import code_of
from coordination.home.codes import TRIES
from coordination.notices.actions import publish_notice
from coordination.notices.rules import Facts
from coordination.notices.tables import NoticeKind
from coordination.people.tables import BodyKind
from tests.builders import DURING, a_body, an_estate
from tests.conftest import Browser
from tests.home.test_pages import an_open_vote, cast, links, words


async def a_notice(estate):
    body = await a_body(BodyKind.OWNERS_COMMITTEE, estate, "梧桐苑业主委员会")
    return await publish_notice(
        estate, NoticeKind.PLAIN, "停水通知", "明天停水。", Facts(()), DURING, issuer=body.id,
        person=None,
    )  # fmt: skip


async def test_a_printed_notice_is_confirmed_by_its_code_however_it_is_typed(browser: Browser):
    notice = await a_notice(await an_estate())
    typed = f"{notice.check_code[:4].lower()} - {notice.check_code[4:]}"

    await browser.open("/v")
    page = await browser.open(f"/v?code={typed}")

    assert browser.response and str(browser.response.url).endswith(f"/v/{notice.check_code}")
    assert "有这份公告" in words(page) and notice.number in words(page)
    assert "停水通知" in words(page) and "梧桐苑业主委员会" in words(page)
    assert f"/notices/{notice.id}" in links(page)


async def test_a_receipt_shows_poll_and_day_and_nothing_else(browser: Browser):
    vote, owner = await an_open_vote(title="续聘物业表决")
    code = code_of(await cast(vote, owner, "reject"))

    page = words(await browser.open(f"/v/{code}"))

    assert "已在公示票箱" in page and "续聘物业表决" in page and "2026年3月4日" in page
    assert "不同意" not in page and "reject" not in page
    assert owner.name not in page and "1000" not in page, "neither name nor room"
    assert not re.search(r"\d{2}:\d{2}", page), "the day, never the moment"


async def test_a_replaced_ballot_looks_like_any_other(browser: Browser):
    vote, owner = await an_open_vote()
    first = code_of(await cast(vote, owner, "reject"))
    before = words(await browser.open(f"/v/{first}"))

    second = code_of(await cast(vote, owner, "approve", DURING + timedelta(hours=1)))
    after = words(await browser.open(f"/v/{first}"))

    assert second != first
    assert after == before


async def test_an_unknown_code_says_what_to_look_at(browser: Browser):
    await an_estate()

    for code in ("ABCD2345", "ABC", "0O1IL000", "%3Cscript%3E"):
        page = await browser.open(f"/v/{code}", expect=404)
        assert "没有查到这个编码" in words(page) and "请对照原件再输入" in words(page)
        assert page.select_one("input[name=code]")["value"], "what was typed is still there"
        assert not page.select("main script")


async def test_codes_are_not_for_trying_out(browser: Browser):
    await an_estate()
    for n in range(TRIES):
        await browser.open(f"/v/AAAA22{n:02d}".replace("0", "2").replace("1", "3"), expect=404)

    await browser.open("/v/ABCD2345", expect=429)
