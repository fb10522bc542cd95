"""A party of which nobody has an account answers by a link of its own, of this meeting alone."""

import io

import pytest
from pypdf import PdfReader

from coordination.db import rows, value
from coordination.errors import Invalid, NotFound, TooMany
from coordination.meetings.calling.actions import AlreadyOver
from coordination.meetings.calling.cancelling import cancel_meeting
from coordination.meetings.calling.linking import (
    TRIES,
    answer_by_link,
    invited_by,
    renew_link,
)
from coordination.meetings.calling.moving import move_meeting
from coordination.meetings.printing import print_minutes, print_sign_in
from coordination.meetings.queries import load
from coordination.meetings.room.presence import declare_no_quorum, open_meeting
from coordination.meetings.room.quorum import stays_of
from coordination.meetings.steps import NotYourMeeting
from coordination.meetings.tables import Answer
from coordination.people.tables import Body, Role
from tests.meetings.a_meeting import STARTS, TODAY, a_noticed, a_town
from tests.meetings.test_calling_pages import sign_in
from tests.meetings.test_moving import LATER, MOVED

pytestmark = pytest.mark.usefixtures("database")


async def a_town_with_a_partner_without_account():
    town = await a_town()
    await Role.delete().where(Role.body == town.partner.id)
    await Body.update({Body.phone: "13800138000"}).where(Body.id == town.partner.id)
    return town


def words_of(content: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


async def the_partner(meeting):
    [party] = [one for one in (await load(meeting.id)).parties if one.link_code]
    return party


async def test_only_who_has_no_account_gets_a_link_and_its_office_an_sms():
    town = await a_town_with_a_partner_without_account()

    meeting = await a_noticed(town)

    party = await the_partner(meeting)
    assert party.body_name == "第三小学"
    sms = await rows("select text, address_sealed from message where channel = 'sms'")
    assert [party.link_code in one["text"] for one in sms if one["address_sealed"]] == [True]


async def test_the_answer_stands_on_the_desk_with_a_name_and_may_be_changed():
    town = await a_town_with_a_partner_without_account()
    meeting = await a_noticed(town)
    code = (await the_partner(meeting)).link_code

    await answer_by_link(code, Answer.COMING, "孙校长", "", TODAY)
    with pytest.raises(Invalid):
        await answer_by_link(code, Answer.DECLINED, "孙校长", " ", TODAY)
    await answer_by_link(code.lower(), Answer.DECLINED, "孙校长", "期末考试", TODAY)

    party = await the_partner(meeting)
    assert (party.answer, party.words) == ("declined", "孙校长：期末考试")
    assert await value("select count(*) from invitation_answer where person is null") == 2
    others = [one.answer for one in (await load(meeting.id)).parties if one.id != party.id]
    assert others == [None] * len(others)


async def test_a_link_that_was_renewed_guessed_or_used_too_often_answers_nothing():
    town = await a_town_with_a_partner_without_account()
    meeting = await a_noticed(town)
    party = await the_partner(meeting)

    with pytest.raises(NotYourMeeting):
        await renew_link(town.manager, meeting.id, party.id, TODAY)
    await renew_link(town.worker, meeting.id, party.id, TODAY)
    for code in (party.link_code, "ABCDEFGHJKMN", ""):
        with pytest.raises(NotFound):
            await answer_by_link(code, Answer.COMING, "孙校长", "", TODAY)
    fresh = (await the_partner(meeting)).link_code
    for _ in range(TRIES):
        await answer_by_link(fresh, Answer.COMING, "孙校长", "", TODAY)
    with pytest.raises(TooMany):
        await answer_by_link(fresh, Answer.COMING, "孙校长", "", TODAY)


async def test_a_link_outlives_a_move_and_answers_no_more_once_it_is_called_off():
    town = await a_town_with_a_partner_without_account()
    meeting = await a_noticed(town)
    code = (await the_partner(meeting)).link_code
    await answer_by_link(code, Answer.COMING, "孙校长", "", TODAY)

    await move_meeting(town.worker, meeting.id, MOVED, "三楼", "停电", LATER)
    assert (await the_partner(meeting)).answer is None
    await answer_by_link(code, Answer.COMING, "孙校长", "", LATER)
    await cancel_meeting(town.worker, meeting.id, "台风", LATER)

    with pytest.raises(AlreadyOver):
        await answer_by_link(code, Answer.COMING, "孙校长", "", LATER)
    assert (await invited_by(code))[0].meeting.id == meeting.id
    sms = "select text from message where event = 'meeting-cancelled' and channel = 'sms'"
    [told] = await rows(sms)
    assert told["text"].endswith("的会议取消。")


async def test_who_holds_the_link_reads_the_meeting_and_answers_without_signing_in(
    browser, time_is
):
    time_is(TODAY)
    town = await a_town_with_a_partner_without_account()
    meeting = await a_noticed(town)
    code = (await the_partner(meeting)).link_code
    here = f"/i/{code}"

    page = await browser.open(here)
    nameless = await browser.send(here, answer="coming", name="", words="", expect=422)
    done = await browser.send(here, answer="coming", name="孙校长", words="带一名老师")
    public = await browser.open(f"/meetings/{meeting.id}")
    await browser.open("/i/ABCDEFGHJKMN", expect=404)

    assert "第三小学" in page.main.text and "工单月度分析" in page.main.text
    assert nameless.title.text.startswith("出错：")
    assert "已收到答复：参加" in done.main.text
    assert code not in str(public) and "孙校长" not in str(public)
    await sign_in(browser, town.worker)
    desk = await browser.open(f"/meetings/{meeting.id}/desk")
    assert "孙校长：带一名老师" in desk.main.text
    paper = await browser.client.get(f"/meetings/{meeting.id}/invitations.pdf")
    assert paper.content.startswith(b"%PDF")
    await sign_in(browser, town.manager)
    await browser.open(f"/meetings/{meeting.id}/invitations.pdf", expect=403)


async def test_who_is_to_come_by_the_link_stands_on_the_sheet_and_is_ticked_with_one_press(
    browser, time_is
):
    time_is(STARTS)
    town = await a_town_with_a_partner_without_account()
    meeting = await a_noticed(town)
    code = (await the_partner(meeting)).link_code
    sheet = words_of(await print_sign_in(await load(meeting.id), TODAY))
    await answer_by_link(code, Answer.COMING, "孙校长", "带一名老师", TODAY)
    named = words_of(await print_sign_in(await load(meeting.id), TODAY))
    await open_meeting(town.worker, meeting.id, STARTS)
    await sign_in(browser, town.worker)

    console = await browser.open(f"/meetings/{meeting.id}/console")
    [button] = console.select("button[name=name]")
    party = str((await the_partner(meeting)).id)
    await browser.send(f"/meetings/{meeting.id}/ticks", party=party, name=button["value"])

    assert "第三小学" in sheet and "第三小学" in named and "孙校长" in named
    stays = await stays_of(meeting.id)
    assert [(one.name, str(one.party)) for one in stays] == [("孙校长", party)]
    ticked = words_of(await print_sign_in(await load(meeting.id), STARTS))
    assert ticked.count("孙校长") == 1
    await declare_no_quorum(town.worker, meeting.id, STARTS)
    minutes = words_of(await print_minutes(await load(meeting.id), STARTS))
    assert "第三小学（在纸上签）" in minutes and "安居物业（在纸上签）" not in minutes
