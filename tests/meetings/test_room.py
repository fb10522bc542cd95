"""In the room: who comes in, the light, the chair's moves, and what follows the close."""

import asyncio
from datetime import timedelta

import pytest

from coordination.db import rows
from coordination.errors import TooMany
from coordination.meetings.queries import items_of, load
from coordination.meetings.room.console import MovedMeanwhile, move, shown_now
from coordination.meetings.room.motions import put_motion, raise_hand
from coordination.meetings.room.presence import (
    AlreadyIn,
    Counted,
    NoQuorum,
    TooEarly,
    WrongRoomCode,
    check_in,
    close_meeting,
    declare_no_quorum,
    leave,
    open_meeting,
    take_back,
    tick,
)
from coordination.meetings.room.quorum import room_light, stays_of
from coordination.meetings.room_tables import HandChoice
from coordination.meetings.steps import NotYourMeeting, OutOfOrder
from coordination.meetings.tables import Step
from tests.builders import a_person
from tests.meetings.a_meeting import (
    DURING,
    ENDS,
    STARTS,
    a_full_room,
    a_noticed,
    a_town,
    an_open,
    asking,
)

pytestmark = pytest.mark.usefixtures("database")


async def test_the_light_turns_green_when_the_last_required_party_comes():
    town = await a_town()
    meeting = await an_open(town)
    seen = await load(meeting.id)
    for one in (town.members[0], town.manager, town.helper):
        await check_in(one, meeting.room_code.lower(), STARTS)

    before = await room_light(seen, STARTS)
    await check_in(town.councillor, f" {meeting.room_code[:3]}-{meeting.room_code[3:]}", STARTS)
    after = await room_light(seen, STARTS)

    assert (before.is_green, before.missing) == (False, ["社区议事会"])
    assert (after.is_green, after.present) == (True, 4)


async def test_a_wrong_check_in_is_taken_back_until_a_vote_has_counted_it():
    town = await a_town()
    meeting = await a_full_room(town)
    seen = await load(meeting.id)
    came = {one.person: one.id for one in await stays_of(meeting.id)}

    for stranger in (town.manager, town.helper):
        with pytest.raises(NotYourMeeting):
            await take_back(stranger, came[town.manager.id], DURING)
    await take_back(town.worker, came[town.manager.id], DURING)
    light = await room_light(seen, DURING, ever=True)

    assert (light.is_green, light.missing) == (False, ["物业公司"])
    verbs = await rows("select verb from audit_entry where subject = $1", came[town.manager.id])
    assert [one["verb"] for one in verbs] == ["check_in", "take_back_check_in"]
    await check_in(town.manager, meeting.room_code, DURING)
    [first, *_] = await items_of(meeting.id)
    motion = await put_motion(town.worker, first.id, "同意", DURING)
    [party] = [one.party for one in await stays_of(meeting.id) if one.person == town.manager.id]
    later = await tick(town.worker, meeting.id, "来晚的同事", party, None, ENDS)
    await raise_hand(town.worker, motion.id, HandChoice.APPROVE, ENDS, stay=later.id)
    for stay in (came[town.helper.id], later.id):
        with pytest.raises(Counted):
            await take_back(town.worker, stay, ENDS)


async def test_a_committee_session_needs_more_than_half_of_its_members():
    town = await a_town(members=4)
    meeting = await an_open(town, "committee")
    seen = await load(meeting.id)

    lights = []
    for member in town.members[:3]:
        await check_in(member, meeting.room_code, STARTS)
        lights.append((await room_light(seen, STARTS)).is_green)

    assert lights == [False, False, True]


async def test_a_stand_in_for_a_member_is_not_counted():
    town = await a_town(members=3)
    meeting = await an_open(town, "committee")
    await check_in(town.members[0], meeting.room_code, STARTS)
    party = next(p for p in (await load(meeting.id)).parties if p.label == "业委会")

    await tick(town.members[0], meeting.id, "委员1的儿子", party.id, None, STARTS)

    light = await room_light(await load(meeting.id), STARTS)
    assert (light.members, light.members_present, light.is_green) == (3, 1, False)


async def test_wrong_codes_are_noted_and_soon_refused():
    town = await a_town()
    meeting = await an_open(town)
    guesser = await asking(await a_person("猜码的人"))

    for _ in range(6):
        with pytest.raises(WrongRoomCode):
            await check_in(guesser, "AAAAAA", STARTS)
    with pytest.raises(TooMany):
        await check_in(guesser, meeting.room_code, STARTS)

    noted = await rows("select person from audit_entry where verb = 'wrong_room_code'")
    assert [one["person"] for one in noted] == [guesser.id] * 6
    assert await stays_of(meeting.id) == []


async def test_a_code_opens_nothing_before_or_after_the_meeting():
    town = await a_town()
    meeting = await a_noticed(town)

    with pytest.raises(WrongRoomCode):
        await check_in(town.manager, meeting.room_code, STARTS)
    with pytest.raises(TooEarly):
        await open_meeting(town.worker, meeting.id, STARTS - timedelta(hours=2, minutes=1))
    await open_meeting(town.worker, meeting.id, STARTS - timedelta(hours=2))
    await check_in(town.manager, meeting.room_code, STARTS)


async def test_coming_twice_is_one_stay_and_coming_again_is_a_second():
    town = await a_town()
    meeting = await an_open(town)
    await check_in(town.manager, meeting.room_code, STARTS)
    await check_in(town.manager, meeting.room_code, STARTS)
    with pytest.raises(AlreadyIn):
        await tick(town.worker, meeting.id, "", None, town.manager.id, STARTS)

    [stay] = await stays_of(meeting.id)
    with pytest.raises(NotYourMeeting):
        await leave(town.helper, stay.id, DURING)
    await leave(town.manager, stay.id, DURING)
    await check_in(town.manager, meeting.room_code, ENDS)

    stays = await stays_of(meeting.id)
    assert [(one.came_at, one.left_at) for one in stays] == [(STARTS, DURING), (ENDS, None)]


async def test_two_chairs_at_once_move_the_agenda_once():
    town = await a_town()
    meeting = await a_full_room(town)
    first, second = (await items_of(meeting.id))[:2]

    said = await asyncio.gather(
        move(town.worker, meeting.id, 0, first.id, 10, DURING),
        move(town.worker, meeting.id, 0, second.id, 0, DURING),
        return_exceptions=True,
    )

    assert [type(one) for one in said].count(MovedMeanwhile) == 1
    assert (await shown_now(meeting.id)).revision == 1
    shown = await move(town.worker, meeting.id, 1, second.id, 0, DURING)
    assert (shown.revision, shown.item) == (2, second.id)


async def test_a_meeting_that_a_required_party_never_came_to_was_none():
    town = await a_town()
    meeting = await an_open(town)
    for one in (town.members[0], town.manager, town.helper):
        await check_in(one, meeting.room_code, STARTS)

    with pytest.raises(NoQuorum, match="社区议事会"):
        await close_meeting(town.worker, meeting.id, ENDS)
    await declare_no_quorum(town.worker, meeting.id, ENDS)

    seen = await load(meeting.id)
    assert seen.state.current is Step.NO_QUORUM
    assert seen.state.taken[-1].reason == "还没有到会：社区议事会"


async def test_at_the_close_everybody_leaves_and_nobody_comes():
    town = await a_town()
    meeting = await a_full_room(town)

    await close_meeting(town.worker, meeting.id, ENDS)

    assert {one.left_at for one in await stays_of(meeting.id)} == {ENDS}
    with pytest.raises(OutOfOrder):
        await tick(town.worker, meeting.id, "迟到的人", None, None, ENDS)
    with pytest.raises(OutOfOrder):
        await move(town.worker, meeting.id, 0, None, 0, ENDS)
