"""Minutes: one click, two editors, three working days, every signature, and then never again."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime, timedelta

import asyncpg
import pytest

from coordination.db import execute, rows
from coordination.errors import Invalid
from coordination.meetings.minutes.checking import (
    AlreadyAnswered,
    AlreadySignedBySome,
    CheckOver,
    NotPresent,
    Unsettled,
    answer_objection,
    object_to,
    send_back,
    send_to_check,
)
from coordination.meetings.minutes.editing import parts_of, restore, revisions_of, save_part
from coordination.meetings.minutes.publishing import (
    NothingToPublish,
    publish_execution,
    publish_minutes,
    publish_resolutions,
    without_names,
)
from coordination.meetings.minutes.signing import (
    AlreadySigned,
    NotYourSeat,
    StillChecked,
    add_addendum,
    seats_of,
    sign_minutes,
)
from coordination.meetings.queries import load
from coordination.meetings.room.presence import close_meeting
from coordination.meetings.room.resolutions import resolve
from coordination.meetings.steps import NotYourMeeting, OutOfOrder
from coordination.meetings.tables import Step
from coordination.meetings.waiting import meetings_waiting
from coordination.people.askers import ProveFirst
from tests.meetings.a_meeting import ENDS, a_closed, a_full_room, a_town, again, minutes_of
from tests.meetings.test_deciding import DECIDED, carried

pytestmark = pytest.mark.usefixtures("database")
CHECKED = datetime.fromisoformat("2026-03-18T00:00:00+08:00")  # Thursday and three working days


async def test_they_write_themselves_from_what_happened():
    town = await a_town()
    meeting = await a_full_room(town)
    item, motion = await carried(town, meeting)
    await resolve_it(town, item, motion)
    await close(town, meeting)

    parts = await minutes_of(town, meeting)

    texts = {part.title: text.text for part, text in await parts_of(meeting.id)}
    assert [part.title for part in parts][0] == "会议情况"
    assert "业委会：梧桐苑业委会（委员0）" in texts["会议情况"]
    assert "主持人：周社工" in texts["会议情况"]
    assert "在场 5 方，同意 4，不同意 0，弃权 0：通过" in texts["5. 车棚"]
    assert "决议1：建一个车棚" in texts["5. 车棚"]


async def test_two_editors_of_one_part_lose_no_word():
    town = await a_town()
    meeting = await a_closed(town)
    part = (await minutes_of(town, meeting))[0]
    [first] = await revisions_of(part.id)

    said = await asyncio.gather(
        save_part(town.worker, part.id, 1, first.text + "\n甲写的一段", ENDS),
        save_part(town.worker, part.id, 1, "乙写的一段\n" + first.text, ENDS),
    )

    text = (await revisions_of(part.id))[-1].text
    assert text == "乙写的一段\n" + first.text + "\n甲写的一段"
    assert sorted(one.others for one in said) == [False, True]


async def test_an_editor_who_goes_on_typing_undoes_nothing_of_the_other():
    town = await a_town()
    meeting = await a_closed(town)
    part = (await minutes_of(town, meeting))[1]
    await save_part(town.worker, part.id, 1, "一\n二", ENDS)

    other = await save_part(town.worker, part.id, 2, "一\n二\n别人的三", ENDS)
    mine = await save_part(town.worker, part.id, 2, "我的零\n一\n二", ENDS)
    more = await save_part(town.worker, part.id, mine.based_on, "我的零\n一改\n二", ENDS)
    same = await save_part(town.worker, part.id, more.based_on, "我的零\n一改\n二", ENDS)

    rival = await save_part(town.worker, part.id, 1, "我改的全部", ENDS)
    with pytest.raises(Unsettled, match="留下一段"):  # nobody checks and signs what two wrote
        await send_to_check(town.worker, meeting.id, ENDS)

    assert rival.has_marks
    assert other.others is False
    assert more.text == same.text == "我的零\n一改\n二\n别人的三"
    assert same.revision == more.revision, "nothing typed is nothing saved"


async def test_an_earlier_revision_holds_again_and_the_later_ones_stay():
    town = await a_town()
    meeting = await a_closed(town)
    part = (await minutes_of(town, meeting))[0]
    first = (await revisions_of(part.id))[0].text
    await save_part(town.worker, part.id, 1, "全删了", ENDS)

    await restore(town.worker, part.id, 1, ENDS)

    texts = [one.text for one in await revisions_of(part.id)]
    assert texts == [first, "全删了", first]
    with pytest.raises(NotYourMeeting):
        await save_part(town.manager, part.id, 3, "外人改的", ENDS)
    with pytest.raises(Invalid):
        await save_part(town.worker, part.id, 99, "从没有过的版本", ENDS)


async def test_those_present_have_three_working_days_and_each_objection_its_answer():
    town = await a_town()
    meeting = await a_closed(town)
    part = (await minutes_of(town, meeting))[0]

    until = await send_to_check(town.worker, meeting.id, ENDS)
    with pytest.raises(OutOfOrder):
        await save_part(town.worker, part.id, 1, "核对时偷改", ENDS)
    with pytest.raises(NotPresent):
        await object_to(town.members[1], part.id, "我没到会", ENDS)
    with pytest.raises(CheckOver):
        await object_to(town.manager, part.id, "晚了", CHECKED)
    with pytest.raises(Invalid, match="太长"):  # and not cut off unsaid
        await object_to(town.manager, part.id, "句" * 2_001, CHECKED - timedelta(seconds=1))
    await object_to(town.manager, part.id, "少写了一句", CHECKED - timedelta(seconds=1))
    waits = [one.label for one in await meetings_waiting(town.worker, CHECKED)]
    assert "答复对纪要的异议" in waits
    assert "答复对纪要的异议" not in [
        one.label for one in await meetings_waiting(town.manager, CHECKED)
    ]
    signer = await again(town.worker, CHECKED)
    with pytest.raises(StillChecked, match="1 条异议"):
        await sign_minutes(signer, meeting.id, "chair", CHECKED)
    [objection] = await rows("select id from minutes_objection")
    await answer_objection(town.worker, objection["id"], "已补上", CHECKED)
    with pytest.raises(AlreadyAnswered):
        await answer_objection(town.worker, objection["id"], "再答", CHECKED)

    assert until == CHECKED
    await send_back(town.worker, meeting.id, CHECKED)
    assert (await load(meeting.id)).state.current is Step.MINUTES_DRAFT


async def _signed_by_all(town, meeting):
    people = {one.id: one for one in (
        town.worker, town.members[0], town.manager, town.helper, town.councillor)}  # fmt: skip
    for seat in await seats_of(await load(meeting.id)):
        signer = await again(people[next(iter(seat.people))], CHECKED)
        await sign_minutes(signer, meeting.id, seat.key, CHECKED)


async def _checked(town):
    meeting = await a_closed(town)
    await minutes_of(town, meeting)
    await send_to_check(town.worker, meeting.id, ENDS)
    return meeting


async def test_only_who_was_there_signs_once_and_with_a_fresh_proof():
    town = await a_town()
    meeting = await _checked(town)
    seats = {seat.label: seat for seat in await seats_of(await load(meeting.id))}
    company = seats["安居物业"].key

    with pytest.raises(StillChecked):
        await sign_minutes(await again(town.manager, ENDS), meeting.id, company, ENDS)
    with pytest.raises(ProveFirst):
        await sign_minutes(town.manager, meeting.id, company, CHECKED)
    manager = await again(town.manager, CHECKED)
    with pytest.raises(NotPresent):
        await sign_minutes(await again(town.members[1], CHECKED), meeting.id, company, CHECKED)
    with pytest.raises(NotYourSeat):
        await sign_minutes(manager, meeting.id, "chair", CHECKED)
    await sign_minutes(manager, meeting.id, company, CHECKED)
    with pytest.raises(AlreadySigned):
        await sign_minutes(manager, meeting.id, company, CHECKED)
    with pytest.raises(AlreadySignedBySome):
        await send_back(town.worker, meeting.id, CHECKED)

    assert len(await rows("select from minutes_signature")) == 1


async def test_two_signatures_at_once_are_two_or_one_and_seal_once():
    town = await a_town()
    meeting = await _checked(town)
    manager = await again(town.manager, CHECKED)
    seat = next(s for s in await seats_of(await load(meeting.id)) if manager.id in s.people)

    said = await asyncio.gather(
        *(sign_minutes(manager, meeting.id, seat.key, CHECKED) for _ in range(2)),
        return_exceptions=True,
    )

    assert sorted(type(one).__name__ for one in said) == ["AlreadySigned", "bool"]


async def test_the_last_signature_seals_them_and_no_one_changes_them(as_owner):
    town = await a_town()
    meeting = await _checked(town)

    await _signed_by_all(town, meeting)

    assert (await load(meeting.id)).state.current is Step.MINUTES_FINAL
    [sealed] = await rows("select text, sha256 from sealed_minutes")
    hashes = await rows("select distinct sha256 from minutes_signature")
    assert [one["sha256"] for one in hashes] == [sealed["sha256"]]
    assert json.loads(sealed["text"])["title"] == meeting.title
    for statement in ("update sealed_minutes set text = 'x'", "delete from minutes_revision",
                      "delete from minutes_signature"):  # fmt: skip
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await execute(statement)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await as_owner.execute(statement)
    part, _ = (await parts_of(meeting.id))[0]
    with pytest.raises(OutOfOrder):
        await save_part(town.worker, part.id, 1, "事后改的", CHECKED)
    with pytest.raises(Invalid, match="太长"):
        await add_addendum(town.worker, meeting.id, "字" * 5_001, CHECKED)
    await add_addendum(town.worker, meeting.id, "地点应为三楼", CHECKED)
    assert await rows("select sha256 from sealed_minutes") == [(sealed["sha256"],)]


async def test_the_published_minutes_name_nobody():
    town = await a_town()
    meeting = await a_closed(town)
    part = (await minutes_of(town, meeting))[1]
    await save_part(town.worker, part.id, 1, "钱经理说可打13812345678找孙校长", ENDS)
    await send_to_check(town.worker, meeting.id, ENDS)
    await _signed_by_all(town, meeting)
    waits = await meetings_waiting(town.worker, CHECKED)

    notice = await publish_minutes(town.worker, meeting.id, CHECKED)

    assert [one.label for one in waits] == ["公布会议纪要"]
    assert await meetings_waiting(town.worker, CHECKED) == []

    [found] = await rows("select facts::text as facts, kind from notice where id = $1", notice.id)
    assert found["kind"] == "minutes"
    assert "物业公司代表说可打（电话略）找共建单位代表" in found["facts"]
    for name in ("周社工", "钱经理", "孙校长", "吴议事", "委员0"):
        assert name not in found["facts"]
    assert (await load(meeting.id)).state.current is Step.PUBLISHED


def test_a_name_that_begins_another_is_not_half_left():
    labels = {"李明": "甲方", "李明华": "乙方", "王": "丙方"}

    said = without_names("李明华和李明，身份证11010519491231002X，027-87000000，王家墩", labels)

    assert said == "乙方和甲方，身份证（证件号略），（电话略），王家墩"


async def resolve_it(town, item, motion):
    return await resolve(town.worker, item.id, replace(DECIDED, motion=motion.id), ENDS)


async def close(town, meeting):
    await close_meeting(town.worker, meeting.id, ENDS)


async def test_the_resolution_and_then_its_execution_are_published_each_once():
    town = await a_town()
    meeting = await a_full_room(town)
    item, motion = await carried(town, meeting)
    resolution = await resolve_it(town, item, motion)
    with pytest.raises(OutOfOrder):
        await publish_resolutions(town.worker, meeting.id, ENDS)
    await close(town, meeting)
    assert "公示决议" in [one.label for one in await meetings_waiting(town.worker, ENDS)]

    first = await publish_resolutions(town.worker, meeting.id, ENDS)
    assert "公示决议" not in [one.label for one in await meetings_waiting(town.worker, ENDS)]
    second = await publish_execution(town.worker, resolution.id, "车棚已建成", CHECKED)
    with pytest.raises(NothingToPublish):
        await publish_resolutions(town.worker, meeting.id, CHECKED)
    with pytest.raises(NothingToPublish):
        await publish_execution(town.worker, resolution.id, "又一次", CHECKED)

    assert (first.kind, second.kind) == ("resolution", "execution")
    assert await rows("select from publication_duty where settled_at is null") == []
