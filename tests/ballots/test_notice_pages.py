"""Issuing the notice of a vote, leaving the road, and who never comes near, in the browser."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from coordination.ballots.polls.queries import state_of
from coordination.ballots.sequencing.queries import board_of, vkey_of
from coordination.ballots.tables import Poll, Step
from coordination.people.tables import RoleKind
from tests.ballots.convening import (
    CHECKED,
    TODAY,
    WORDS,
    Convening,
    a_convening,
    a_draft,
    a_frozen_roll,
    a_member,
    a_noticed_poll,
    a_question,
)
from tests.ballots.test_polls_pages import sign_in
from tests.builders import a_role

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def convening(browser, time_is) -> Convening:
    time_is(TODAY)
    found = await a_convening()
    await sign_in(browser, found.proposer)
    return found


async def test_two_members_issue_the_notice_and_the_first_cannot_confirm_it(
    browser, convening, time_is
):
    time_is(CHECKED)
    poll = await a_frozen_roll(convening)
    here = f"/ballots/{poll.id}/notice"
    await sign_in(browser, convening.proposer)

    page = await browser.open(here)
    assert "四分之三" not in page.main.text
    assert "过半数的业主同意" in page.main.text
    await browser.send(f"{here}/proposals")
    page = await browser.open(here)
    assert not page.select(f"form[action='{here}/confirmation']")
    await browser.send(f"{here}/confirmation", expect=403)
    await sign_in(browser, convening.second)
    await browser.open(here)
    page = await browser.send(f"{here}/confirmation")

    assert "投票公告" in page.h1.text
    notice = page.select_one("a[href$='.pdf']")["href"]
    response = await browser.client.get(notice)
    text = "".join(each.extract_text() for each in PdfReader(BytesIO(response.content)).pages)
    assert "选聘物业服务企业" in text.replace("\n", "")
    text = text.replace("\u200b", "")
    assert vkey_of(await board_of(poll.id)) in text.replace("\n", "")
    assert max(map(len, text.splitlines())) < 80, "no word runs off the page"
    assert (await state_of(poll)).current is Step.NOTICED


async def test_a_notice_sent_back_says_why_to_the_one_who_wrote_it(browser, convening, time_is):
    time_is(CHECKED)
    poll = await a_frozen_roll(convening)
    here = f"/ballots/{poll.id}/notice"
    await sign_in(browser, convening.proposer)
    await browser.open(here)
    await browser.send(f"{here}/proposals")
    await sign_in(browser, convening.second)
    await browser.open(here)

    await browser.send(f"{here}/returns", reason="", expect=422)
    await browser.send(f"{here}/returns", reason="时间撞上清明。")
    page = await browser.open(here)

    assert "时间撞上清明。" in page.main.text


async def test_ways_out_are_offered_where_they_exist_and_nowhere_else(browser, convening, time_is):
    draft = await a_draft(convening)
    page = await browser.open(f"/ballots/{draft.id}/convening")
    assert page.select(f"a[href='/ballots/{draft.id}/withdrawal']")
    assert not page.select(f"a[href='/ballots/{draft.id}/reissue']")
    time_is(CHECKED)
    noticed = await a_noticed_poll(await a_convening("丁香苑"))
    await sign_in(browser, convening.proposer)
    await browser.open(f"/ballots/{noticed.id}/convening", expect=403)

    await browser.open(f"/ballots/{draft.id}/withdrawal")
    await browser.send(f"/ballots/{draft.id}/withdrawal", reason="", expect=422)
    page = await browser.send(f"/ballots/{draft.id}/withdrawal", reason="不办了")
    assert "已撤回" in page.main.text


async def test_a_poll_is_held_anew_from_its_page(browser, convening, time_is):
    time_is(CHECKED)
    poll = await a_noticed_poll(convening)
    await sign_in(browser, convening.proposer)
    await browser.open(f"/ballots/{poll.id}/reissue")

    page = await browser.send(f"/ballots/{poll.id}/reissue", reason="名册漏了一户")
    assert "等另一名成员确认" in page.main.text
    assert not page.select("form[action$='/ending/confirmation']")
    await browser.send(f"/ballots/{poll.id}/ending/confirmation", expect=403)
    await sign_in(browser, convening.second)
    await browser.open(f"/ballots/{poll.id}/convening")
    page = await browser.send(f"/ballots/{poll.id}/ending/confirmation")

    assert page.h1.text.endswith("（重新组织）")
    assert await Poll.count() == 2


async def test_a_second_member_lets_the_vote_go_on_from_its_page(browser, convening, time_is):
    time_is(CHECKED)
    poll = await a_noticed_poll(convening)
    await sign_in(browser, convening.proposer)
    await browser.open(f"/ballots/{poll.id}/withdrawal")
    await browser.send(f"/ballots/{poll.id}/withdrawal", reason="合同有变")
    await sign_in(browser, convening.second)

    work = await browser.open("/work")
    await browser.open(f"/ballots/{poll.id}/convening")
    page = await browser.send(f"/ballots/{poll.id}/ending/removal")

    assert "确认或不同意：撤回表决" in work.main.text
    assert "合同有变" not in page.main.text
    assert (await state_of(poll)).current is Step.NOTICED


async def test_the_street_enters_a_revocation_with_its_document(browser, convening, time_is):
    time_is(CHECKED)
    poll = await a_noticed_poll(convening)
    officer = await a_role(RoleKind.SUBDISTRICT_OFFICER, convening.estate)
    await browser.sign_in(officer, second_factor=True)
    at = f"/ballots/{poll.id}/revocation"
    page = await browser.open(f"/ballots/{poll.id}")
    assert page.select(f"a[href='{at}']") and not page.select("a[href$='/convening']")
    await browser.open(at)
    pdf = b"%PDF-1.4\n%%EOF\n"

    await browser.send(at, reason="责令撤销", files={"document": ("", b"")}, expect=422)
    await browser.send(at, reason="责令撤销", files={"document": ("a.pdf", pdf)})

    assert (await state_of(poll)).current is Step.REVOKED


@pytest.mark.parametrize(
    "kind",
    [
        RoleKind.PROPERTY_MANAGER, RoleKind.COMMUNITY_WORKER, RoleKind.OPERATOR,
        RoleKind.SUBDISTRICT_OFFICER, RoleKind.SUPERVISOR,
    ],
)  # fmt: skip
async def test_nobody_else_sees_a_draft_or_reaches_the_wizard(browser, convening, kind):
    poll = await a_draft(convening)
    question = await a_question(convening, poll)
    place = None if kind is RoleKind.OPERATOR else convening.estate
    await browser.sign_in(await a_role(kind, place), second_factor=True)

    for path in (
        "", "/convening", "/facts", "/times", "/rules", "/electorate", "/notice", "/roll",
        "/roll/publication", "/roll/freeze", "/roll/objections", "/withdrawal",
        f"/questions/{question.id}/class", "/rights", "/questions/new",
    ):  # fmt: skip
        page = await browser.open(f"/ballots/{poll.id}{path}", expect=404)
        assert WORDS.title not in page.text and poll.title not in page.text
    await browser.open("/ballots/new", expect=403)
    listed = await browser.open("/ballots/convening")
    assert poll.title not in listed.text


async def test_a_member_of_another_estate_sees_nothing_of_a_draft(browser, convening):
    poll = await a_draft(convening)
    other = await a_convening("丁香苑")
    await sign_in(browser, other.proposer)

    await browser.open(f"/ballots/{poll.id}/convening", expect=404)
    listed = await browser.open("/ballots/convening")

    assert poll.title not in listed.text


async def test_a_member_who_works_for_the_property_company_is_told_so(browser, convening):
    person = await a_role(RoleKind.PROPERTY_STAFF, convening.estate)
    await a_member(convening.estate, convening.committee, person)
    await browser.sign_in(person, second_factor=True)

    page = await browser.open("/ballots/new", expect=403)

    assert "回避" in page.main.text


# The public roll, objections, own rights
