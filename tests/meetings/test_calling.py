"""A meeting is called: its parties and agenda fill themselves, the notice fixes them."""

from datetime import timedelta
from uuid import uuid4

import pytest

from coordination.db import rows
from coordination.errors import Invalid
from coordination.matters.tables import Matter, Stage
from coordination.meetings.calling.actions import (
    AlreadyOver,
    MeetingFacts,
    NotCaller,
    NotInvited,
    answer_invitation,
    choose_parties,
    plan_meeting,
)
from coordination.meetings.calling.agenda import AgendaFixed, add_topic, drop_topic
from coordination.meetings.calling.cancelling import cancel_meeting
from coordination.meetings.calling.noticing import (
    NoticeTooShort,
    PartyMissing,
    announce_meeting,
)
from coordination.meetings.kinds import KINDS
from coordination.meetings.queries import items_of, load, parties_of
from coordination.meetings.steps import NotYourMeeting, OutOfOrder, StepTaken
from coordination.meetings.tables import Answer, Meeting, Step
from coordination.people.tables import BodyKind, RoleKind
from coordination.places.tables import Place
from coordination.web.codes import ALPHABET
from tests.builders import a_building, a_role
from tests.meetings.a_meeting import (
    STARTS,
    TODAY,
    a_noticed,
    a_planned,
    a_town,
    asking,
    facts,
)

pytestmark = pytest.mark.usefixtures("database")


async def a_matter(town, stage: Stage, title: str):
    matter = Matter(
        id=uuid4(), place=town.estate.id, title=title, text="地面停车收费涨价", stage=stage,
        opened_at=TODAY, opened_by=town.worker.id,
    )  # fmt: skip
    await matter.save()
    return matter


async def test_the_four_parties_are_invited_by_themselves():
    town = await a_town()
    await a_town("外苑")  # whose bodies are nobody's here

    meeting = await a_planned(town)

    assert {(party.body_name, party.label, party.required) for party in await parties_of(meeting.id)
            } == {("梧桐苑业委会", "业委会", True), ("安居物业", "物业公司", True),
                  ("第三小学", "共建单位", True), ("梧桐苑议事会", "社区议事会", True),
                  ("梧桐苑居委会", "居委会", False)}  # fmt: skip


async def test_the_agenda_fills_itself_and_takes_up_what_waits_to_be_discussed():
    town = await a_town()
    matter = await a_matter(town, Stage.DISCUSSED, "停车收费")
    await a_matter(town, Stage.RAISED, "还没有筛选的事")

    meeting = await a_planned(town)

    items = await items_of(meeting.id)
    assert [(item.title, item.matter) for item in items] == [
        ("上次纪要与决议执行", None), ("工单月度分析", None), ("停车收费", matter.id),
        ("公开事项", None), ("其他", None),
    ]  # fmt: skip
    assert items[0].text == "没有未完成的任务。"
    assert items[1].text == "2026年2月没有工单。"


@pytest.mark.parametrize("code", KINDS)
async def test_each_kind_of_meeting_can_be_planned_by_whom_it_says(code):
    town = await a_town()
    kind = KINDS[code]
    community = await Place.objects().get(Place.id == town.estate.parent)
    places = {
        "building": await a_building(town.estate), "estate": town.estate, "community": community,
        "subdistrict": await Place.objects().get(Place.id == community.parent),
    }  # fmt: skip
    place = places[kind.levels[0].value]
    caller = await asking(await a_role(kind.conveners[0], place))

    meeting = await plan_meeting(caller, place, code, facts(), TODAY)

    assert (await load(meeting.id)).state.current is Step.PLANNED


async def test_who_may_not_call_is_refused():
    town = await a_town()

    for asker, code in (
        (town.manager, "four_party"), (town.worker, "committee"), (town.members[0], "four_party"),
        (town.worker, "property_joint"), (town.worker, "nonsense"),
    ):  # fmt: skip
        with pytest.raises(NotCaller):
            await plan_meeting(asker, town.estate, code, facts(), TODAY)
    assert await Meeting.count() == 0


async def test_a_meeting_in_the_past_is_not_planned():
    town = await a_town()

    with pytest.raises(Invalid) as refused:
        await plan_meeting(
            town.worker, town.estate, "four_party",
            MeetingFacts("会", TODAY - timedelta(hours=1), 90, "室", "电话"), TODAY,
        )  # fmt: skip

    assert set(refused.value.fields) == {"starts_at"}


async def test_the_notice_is_numbered_told_to_all_parties_and_gives_the_code():
    town = await a_town()

    meeting = await a_noticed(town)

    [notice] = await rows("select kind, number, link, check_code, facts::text from notice")
    told = await rows("select distinct person from message where event = 'meeting-notice'")
    assert (notice["kind"], notice["link"]) == ("meeting", f"/meetings/{meeting.id}")
    assert notice["number"] == "〔2026〕第1号"
    for words in ("社区二楼会议室", "安居物业（物业公司）", "1. 上次纪要与决议执行"):
        assert words in notice["facts"]
    assert {one["person"] for one in told} == {
        town.manager.id, town.helper.id, town.councillor.id, *(one.id for one in town.members)
    }  # fmt: skip
    assert len(meeting.room_code) == 6
    assert set(meeting.room_code) <= set(ALPHABET)
    assert set("0O1I") & set(ALPHABET) == set()


async def test_without_a_required_party_no_notice_goes_out():
    town = await a_town()
    meeting = await a_planned(town)
    await choose_parties(
        town.worker, meeting.id, [town.committee.id, town.partner.id, town.council.id], TODAY
    )

    with pytest.raises(PartyMissing, match="物业公司"):
        await announce_meeting(town.worker, meeting.id, TODAY)

    assert (await load(meeting.id)).state.current is Step.PLANNED
    assert await rows("select from notice") == []


async def test_a_notice_too_late_says_the_first_day_that_would_do():
    town = await a_town()
    meeting = await a_planned(town, "committee")

    too_late = STARTS - timedelta(days=7)  # seven days before: six full ones lie between
    with pytest.raises(NoticeTooShort, match="3月13日"):
        await announce_meeting(town.members[0], meeting.id, too_late)
    await announce_meeting(town.members[0], meeting.id, too_late - timedelta(days=1))

    assert (await load(meeting.id)).state.current is Step.NOTICED


async def test_after_the_notice_the_agenda_is_what_was_announced():
    town = await a_town()
    meeting = await a_noticed(town)
    item = (await items_of(meeting.id))[0]

    with pytest.raises(AgendaFixed):
        await add_topic(town.worker, meeting.id, "另一件事", "", None, TODAY)
    with pytest.raises(AgendaFixed):
        await drop_topic(town.worker, item.id, TODAY)
    late = await add_topic(
        town.worker, meeting.id, "水管爆裂", "", None, TODAY, late_reason="昨夜发生"
    )

    assert late.late
    assert late.text == "（临时动议：昨夜发生）"
    assert [one.title for one in await items_of(meeting.id)][-1] == "水管爆裂"


async def test_strangers_change_nothing():
    town, other = await a_town(), await a_town("外苑")
    meeting = await a_planned(town)

    for stranger in (other.worker, town.manager):
        with pytest.raises(NotYourMeeting):
            await announce_meeting(stranger, meeting.id, TODAY)
        with pytest.raises(NotYourMeeting):
            await cancel_meeting(stranger, meeting.id, "不开了", TODAY)

    assert (await load(meeting.id)).state.current is Step.PLANNED


async def test_a_party_answers_and_may_think_again_and_all_answers_are_kept():
    town, other = await a_town(), await a_town("外苑")
    meeting = await a_noticed(town)

    await answer_invitation(town.manager, meeting.id, Answer.COMING, "", TODAY)
    with pytest.raises(Invalid):
        await answer_invitation(town.manager, meeting.id, Answer.DECLINED, " ", TODAY)
    await answer_invitation(town.manager, meeting.id, Answer.REPRESENTED, "李主管", TODAY)
    with pytest.raises(NotInvited):
        await answer_invitation(other.manager, meeting.id, Answer.COMING, "", TODAY)

    answered = {p.label: (p.answer, p.words) for p in await parties_of(meeting.id) if p.answer}
    assert answered == {"物业公司": ("represented", "李主管")}
    assert len(await rows("select from invitation_answer")) == 2


async def test_who_was_invited_hears_that_it_is_called_off_and_nobody_answers_any_more():
    town = await a_town()
    meeting = await a_noticed(town)

    with pytest.raises(Invalid):
        await cancel_meeting(town.worker, meeting.id, "  ", TODAY)
    await cancel_meeting(town.worker, meeting.id, "台风", TODAY)

    told = await rows("select person, text from message where event = 'meeting-cancelled'")
    assert town.manager.id in {one["person"] for one in told}
    assert "台风" in told[0]["text"]
    with pytest.raises(AlreadyOver):
        await answer_invitation(town.manager, meeting.id, Answer.COMING, "", TODAY)
    with pytest.raises(StepTaken):
        await cancel_meeting(town.worker, meeting.id, "又取消", TODAY)
    with pytest.raises(OutOfOrder):
        await announce_meeting(town.worker, meeting.id, TODAY)


async def test_its_matters_hear_of_the_notice():
    town = await a_town()
    matter = await a_matter(town, Stage.DISCUSSED, "停车收费")

    meeting = await a_noticed(town)

    lines = await rows("select text, link from timeline_line where matter = $1", matter.id)
    assert [(line["text"], line["link"]) for line in lines] == [
        ("第三次四方联席会议：已通知", f"/meetings/{meeting.id}")
    ]


async def test_every_kind_says_who_takes_part_and_by_what_rule():
    for kind in KINDS.values():
        assert kind.parts and kind.conveners and kind.source and kind.agenda, kind.code
        assert any(part.required for part in kind.parts), kind.code
        bodies = [body for part in kind.parts for body in part.bodies]
        assert len(bodies) == len(set(bodies)), "a body has one part"
    assert KINDS["four_party"].part_of(BodyKind.PARTNER).label == "共建单位"
    assert KINDS["committee"].conveners == (RoleKind.COMMITTEE_MEMBER,)
