"""The form of a result is chosen knowing whom it would name; what would expose is refused."""

import pytest

from coordination import db
from coordination.ballots.openness.tables import OpenRule
from coordination.ballots.polls.drafting import NotConvener, RollPublished
from coordination.ballots.polls.noticing import confirm_notice, propose_notice
from coordination.ballots.polls.queries import load_poll
from coordination.ballots.roll.choosing_form import WouldExpose, choose_form, reports_of
from coordination.errors import Invalid, NotFound
from coordination.people.tables import Person
from tests.ballots.convening import (
    CHECKED,
    TODAY,
    a_convening,
    a_draft,
    a_frozen_roll,
    a_published_roll,
    an_outsider,
)
from tests.builders import a_unit, an_owner

pytestmark = pytest.mark.usefixtures("database")
RULE = "管理规约第十条：表决结果公布各户选择。"


async def alike(convening) -> None:
    """A fifth home of the same area, so that five rights share it."""
    unit = await a_unit(convening.buildings[0], "103")
    await an_owner(unit, name="第五户")


async def test_a_form_that_would_name_rooms_is_refused_and_the_report_says_why():
    convening = await a_convening()
    poll = await a_frozen_roll(convening)

    [report] = await reports_of(poll)
    with pytest.raises(WouldExpose, match="4 份票权的面积"):
        await choose_form(convening.proposer, poll.id, "full", RULE, CHECKED)

    assert (report.said["rights"], report.said["exposed"]) == (4, 4)
    assert (await load_poll(poll.id)).package_form == ""
    assert await OpenRule.count() == 0


async def test_where_areas_tell_nothing_the_estates_rule_opens_all_and_the_notice_quotes_it():
    convening = await a_convening()
    await alike(convening)
    poll = await a_frozen_roll(convening)

    with pytest.raises(Invalid):
        await choose_form(convening.proposer, poll.id, "full", "  ", CHECKED)
    await choose_form(convening.proposer, poll.id, "full", RULE, CHECKED)
    await propose_notice(convening.proposer, poll.id, CHECKED)
    await confirm_notice(convening.second, poll.id, CHECKED)
    noticed = await load_poll(poll.id)

    facts = await db.value(
        "select facts::text from notice where subject = $1 and kind = 'ballot'", noticed.id
    )
    assert noticed.package_form == "full"
    assert RULE in facts
    assert "5份票权有1种面积" in facts


async def test_another_form_takes_the_rule_back():
    convening = await a_convening()
    await alike(convening)
    poll = await a_published_roll(convening)
    await choose_form(convening.proposer, poll.id, "full", RULE, TODAY)

    await choose_form(convening.proposer, poll.id, "sums", "", TODAY)

    assert (await load_poll(poll.id)).package_form == "sums"
    assert await OpenRule.count() == 0


async def test_nobody_else_chooses_and_not_once_the_notice_is_proposed():
    convening = await a_convening()
    poll = await a_frozen_roll(convening)

    with pytest.raises((NotConvener, NotFound)):
        await choose_form(await an_outsider(), poll.id, "sums", "", CHECKED)
    with pytest.raises(Invalid):
        await choose_form(convening.proposer, poll.id, "everything", "", CHECKED)
    await propose_notice(convening.proposer, poll.id, CHECKED)
    with pytest.raises(RollPublished):
        await choose_form(convening.proposer, poll.id, "sums", "", CHECKED)


async def test_the_report_is_read_and_answered_on_a_page(browser, time_is):
    time_is(TODAY)
    convening = await a_convening()
    draft = await a_draft(convening)
    poll = await a_published_roll(convening, None)
    await browser.sign_in(await convening_member(convening))

    assert "公布名册后再定" in (await browser.open(f"/ballots/{draft.id}/privacy")).text
    path = f"/ballots/{poll.id}/privacy"
    page = await browser.open(path)
    await browser.send(path, form="nonsense", rule="", expect=422)
    await browser.send(path, form="full", rule=RULE, expect=409)
    await browser.open(path)
    await browser.send(path, form="sums", rule="")

    assert "面积独一无二" in page.text
    assert (await load_poll(poll.id)).package_form == "sums"


async def convening_member(convening):
    found = await Person.objects().get(Person.id == convening.proposer.id)
    assert found
    return found
