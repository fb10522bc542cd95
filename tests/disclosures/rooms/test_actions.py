"""Rooms are asked for, granted once at a time, refused with a reason, and given back."""

import asyncio

import pytest

from coordination.db import execute, rows, value
from coordination.disclosures.rooms.actions import (
    AlreadyAnswered,
    RoomFacts,
    RoomTaken,
    TooManyWaiting,
    answer_application,
    apply_for_room,
    cancel_application,
    open_room,
)
from coordination.disclosures.rooms.lapsing import tell_lapsed
from coordination.disclosures.rooms.queries import application_of, in_week, turned_down
from coordination.errors import Invalid, NotAllowed
from coordination.places.queries import place_of
from tests.builders import a_person
from tests.disclosures.a_disclosure import EARLY, a_town
from tests.disclosures.rooms.a_room import AFTERNOON, HOUR, a_room, a_wish, an_application
from tests.matters.a_matter import asking

pytestmark = pytest.mark.usefixtures("database")


async def test_who_asks_is_answered_and_told():
    town, room = (town := await a_town()), await a_room(town)
    singer, worker = await asking(await a_person("梅歌唱"), EARLY), await asking(town.worker, EARLY)

    one = await an_application(singer, room, group="枫叶合唱团")
    await answer_application(worker, one.id, True, "用完请关灯。", EARLY)

    steps = await rows("select state, words, body from room_step order by number")
    assert [tuple(step) for step in steps] == [
        ("asked", "", None), ("granted", "用完请关灯。", town.community.id)
    ]  # fmt: skip
    told = await rows("select person, title from message where channel = 'in_app' order by title")
    assert {(m["person"], m["title"]) for m in told} == {
        (town.worker.id, "有人申请场地"), (singer.id, "场地申请已同意")
    }  # fmt: skip


async def test_two_granted_at_once_are_never_in_one_room():
    town, room = (town := await a_town()), await a_room(town)
    worker = await asking(town.worker, EARLY)
    people = [await asking(await a_person(f"申请人{n}"), EARLY) for n in range(4)]
    asked = [await an_application(one, room, starts_at=AFTERNOON + n * HOUR / 2)
             for n, one in enumerate(people)]  # fmt: skip

    answers = await asyncio.gather(
        *(answer_application(worker, one.id, True, "", EARLY) for one in asked),
        return_exceptions=True,
    )

    assert sum(answer is None for answer in answers) == 1
    assert sum(isinstance(answer, RoomTaken) for answer in answers) == 3
    assert await value("select count(*) from room_application where state = 'granted'") == 1
    # The next may begin when it ends, and another room is free.
    granted = await value("select ends_at from room_application where state = 'granted'")
    next_one = await an_application(people[0], room, starts_at=granted)
    await answer_application(worker, next_one.id, True, "", EARLY)
    other = await an_application(people[1], await a_room(town, "书法室"))
    await answer_application(worker, other.id, True, "", EARLY)


async def test_what_is_taken_cannot_be_asked_for_until_it_is_given_back():
    town, room = (town := await a_town()), await a_room(town)
    worker = await asking(town.worker, EARLY)
    first, second = [await asking(await a_person(name), EARLY) for name in ("甲", "乙")]
    one = await an_application(first, room)
    await answer_application(worker, one.id, True, "", EARLY)

    with pytest.raises(RoomTaken, match="14:00 到 16:00"):
        await an_application(second, room, starts_at=AFTERNOON + HOUR)
    with pytest.raises(NotAllowed):
        await cancel_application(second, one.id, "", EARLY)
    await cancel_application(first, one.id, "", EARLY)
    again = await an_application(second, room, starts_at=AFTERNOON + HOUR)
    await answer_application(worker, again.id, True, "", EARLY)
    with pytest.raises(Invalid):
        await cancel_application(worker, again.id, " ", EARLY)
    await cancel_application(worker, again.id, "当天停电检修。", EARLY)
    with pytest.raises(AlreadyAnswered):
        await cancel_application(second, again.id, "", EARLY)

    assert [(one["words"], one["state"]) for one in await turned_down(room.id, EARLY)] == [
        ("当天停电检修。", "cancelled")
    ]


async def test_a_refusal_has_a_reason_that_names_nobody():
    town, room = (town := await a_town()), await a_room(town)
    worker, asker = await asking(town.worker, EARLY), await asking(await a_person("章大年"), EARLY)
    one = await an_application(asker, room)

    for words in (" ", "章大年上次没有打扫。", "请打 13912345678"):
        with pytest.raises(Invalid):
            await answer_application(worker, one.id, False, words, EARLY)
    await answer_application(worker, one.id, False, "当天已安排义诊。", EARLY)
    with pytest.raises(AlreadyAnswered):
        await answer_application(worker, one.id, True, "", EARLY)

    [shown] = await turned_down(room.id, EARLY)
    assert shown["words"] == "当天已安排义诊。" and "章大年" not in str(dict(shown))


async def test_what_nobody_answered_is_void_once_its_time_comes_and_who_asked_is_told_once():
    town, room = (town := await a_town()), await a_room(town)
    singer = await asking(await a_person("梅歌唱"), EARLY)
    one = await an_application(singer, room)
    answered = await an_application(singer, room, starts_at=AFTERNOON + 3 * HOUR)
    await answer_application(await asking(town.worker, EARLY), answered.id, True, "", EARLY)

    assert await tell_lapsed(AFTERNOON - HOUR) == 0
    assert (await application_of(one.id)).label(AFTERNOON - HOUR) == "等待答复"
    assert await turned_down(room.id, AFTERNOON - HOUR) == []

    assert [await tell_lapsed(AFTERNOON), await tell_lapsed(AFTERNOON + HOUR)] == [1, 0]
    assert (await application_of(one.id)).label(AFTERNOON) == "没有答复，已作废"
    [shown] = await turned_down(room.id, AFTERNOON)
    assert (shown["words"], shown["at"]) == ("没有答复，已作废", AFTERNOON)
    week = await in_week(room.id, AFTERNOON.date(), AFTERNOON)
    assert [each["id"] for each in week] == [answered.id], "its time is free again"
    told = await rows("select person, link from message where event = 'room-lapsed'"
                      " and channel = 'in_app'")  # fmt: skip
    assert [tuple(m) for m in told] == [(singer.id, f"/rooms/applications/{one.id}")]


async def test_nobody_answers_themselves_nor_for_another_community():
    town, other = await a_town(), await a_town("丁香苑")
    room = await a_room(town)
    worker = await asking(town.worker, EARLY)
    own = await an_application(worker, room)

    for person in (town.worker, other.worker, town.member, town.manager):
        with pytest.raises(NotAllowed):
            await answer_application(await asking(person, EARLY), own.id, True, "", EARLY)
    facts = RoomFacts(room.name, room.where, 3, "", [(540, 600)] * 7)
    place = await place_of(room.place)  # pyright: ignore[reportArgumentType]
    with pytest.raises(NotAllowed):
        await open_room(await asking(other.worker, EARLY), place, facts, EARLY)


async def test_one_person_does_not_ask_for_everything():
    town, room = (town := await a_town()), await a_room(town)
    asker = await asking(await a_person(), EARLY)

    answers = await asyncio.gather(
        *(an_application(asker, room, starts_at=AFTERNOON + n * 24 * HOUR, hours=1)
          for n in (0, 1, 2, 5, 6, 7, 8)),
        return_exceptions=True,
    )  # fmt: skip

    assert [type(a) for a in answers if isinstance(a, Exception)] == [TooManyWaiting] * 2, answers
    with pytest.raises(Invalid) as refusal:
        await apply_for_room(
            await asking(await a_person(), EARLY), room.id, a_wish(people=31), EARLY
        )
    assert list(refusal.value.fields) == ["people"]


async def test_the_trail_of_an_application_cannot_be_rewritten():
    town, room = (town := await a_town()), await a_room(town)
    await an_application(await asking(await a_person(), EARLY), room)

    for verb in ("update room_step set words = 'x'", "delete from room_step"):
        with pytest.raises(Exception, match=r"permission|只增|added|forbid"):
            await execute(verb)
