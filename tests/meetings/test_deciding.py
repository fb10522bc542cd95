"""What the room decides, and what it may only ask the owners to."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest

from coordination.db import rows
from coordination.errors import Invalid
from coordination.law.classes import MatterClass
from coordination.matters.tables import Matter, Stage
from coordination.meetings.queries import items_of
from coordination.meetings.room.motions import (
    AlreadyRaised,
    MissingParties,
    MotionOver,
    NotInTheRoom,
    close_motion,
    outcome,
    put_motion,
    raise_hand,
)
from coordination.meetings.room.presence import check_in, close_meeting, leave
from coordination.meetings.room.quorum import stays_of
from coordination.meetings.room.resolutions import (
    AlreadyDrafted,
    NotCarried,
    NotCommittee,
    OwnersDecide,
    Proposed,
    draft_ballot,
    resolutions_of,
    resolve,
)
from coordination.meetings.room_tables import (
    HandChoice,
    MotionOutcome,
    ResolutionKind,
    VotesBy,
)
from coordination.meetings.steps import OutOfOrder
from coordination.people.tables import RoleKind
from tests.builders import a_role
from tests.meetings.a_meeting import (
    DURING,
    ENDS,
    STARTS,
    TODAY,
    a_full_room,
    a_town,
    an_open,
    asking,
    topic_of,
)

pytestmark = pytest.mark.usefixtures("database")
YES, NO = HandChoice.APPROVE, HandChoice.REJECT
DECIDED = Proposed("建一个车棚", ResolutionKind.DECIDED)
ASKED = Proposed(
    "提请业主大会表决是否把中心花园改为停车位", ResolutionKind.TO_ASSEMBLY,
    matter_class=MatterClass.COMMON_USE, reason="改变共有部分用途",
)  # fmt: skip


@pytest.mark.parametrize(
    ("by", "entitled", "approve", "reject", "carried"),
    [
        (VotesBy.PARTY, 4, 2, 0, False), (VotesBy.PARTY, 4, 3, 1, True),
        (VotesBy.PERSON, 5, 3, 2, True), (VotesBy.PERSON, 6, 3, 0, False),
        (VotesBy.CONSENSUS, 4, 3, 0, True), (VotesBy.CONSENSUS, 4, 3, 1, False),
        (VotesBy.CONSENSUS, 4, 2, 0, False),
        (VotesBy.MEMBERS, 4, 3, 1, True), (VotesBy.MEMBERS, 4, 2, 2, False),
    ],
)  # fmt: skip
def test_what_the_hands_come_to(by, entitled, approve, reject, carried):
    present = {"seats": ["x"] * entitled, "members": 5, "more_than_half": True}

    found = outcome(by, {"approve": approve, "reject": reject}, present)

    assert found is (MotionOutcome.CARRIED if carried else MotionOutcome.NOT_CARRIED)


async def test_each_party_has_one_vote_and_the_present_are_written_down():
    town = await a_town()
    meeting = await a_full_room(town)
    await check_in(town.members[1], meeting.room_code, STARTS)
    item = await topic_of(town, meeting)

    motion = await put_motion(town.worker, item.id, "建车棚吗", DURING)
    await raise_hand(town.members[0], motion.id, YES, DURING)
    with pytest.raises(AlreadyRaised):  # the committee has voted
        await raise_hand(town.members[1], motion.id, NO, DURING)
    for one in (town.manager, town.councillor):
        await raise_hand(one, motion.id, YES, DURING)
    result = await close_motion(town.worker, motion.id, DURING)

    [found] = await rows("select present->>'persons' as n, present->>'parties' as p from motion")
    assert result is MotionOutcome.CARRIED
    assert (found["n"], found["p"]) == ("6", "5")


async def test_who_left_who_came_later_and_who_was_never_there_do_not_vote():
    town = await a_town()
    meeting = await a_full_room(town)
    item = await topic_of(town, meeting)
    left = next(one for one in await stays_of(meeting.id) if one.person == town.helper.id)

    motion = await put_motion(town.worker, item.id, "建车棚吗", DURING)
    await leave(town.helper, left.id, DURING)
    for absent in (town.helper, town.members[2]):
        with pytest.raises(NotInTheRoom):
            await raise_hand(absent, motion.id, YES, DURING)

    assert await rows("select from hand") == []


async def test_nobody_votes_after_the_close():
    town = await a_town()
    meeting = await a_full_room(town)
    item = await topic_of(town, meeting)
    motion = await put_motion(town.worker, item.id, "建车棚吗", DURING)
    await close_motion(town.worker, motion.id, DURING)

    with pytest.raises(MotionOver):
        await raise_hand(town.manager, motion.id, YES, DURING)
    await close_meeting(town.worker, meeting.id, ENDS)
    with pytest.raises(OutOfOrder):
        await raise_hand(town.manager, motion.id, YES, ENDS)
    with pytest.raises(OutOfOrder):
        await put_motion(town.worker, item.id, "再来一次", ENDS)


async def test_one_party_that_votes_twice_at_once_votes_once():
    town = await a_town()
    meeting = await a_full_room(town)
    await check_in(town.members[1], meeting.room_code, STARTS)
    item = await topic_of(town, meeting)
    motion = await put_motion(town.worker, item.id, "建车棚吗", DURING)

    said = await asyncio.gather(
        raise_hand(town.members[0], motion.id, YES, DURING),
        raise_hand(town.members[1], motion.id, NO, DURING),
        return_exceptions=True,
    )

    assert [type(one) for one in said].count(AlreadyRaised) == 1
    assert len(await rows("select from hand")) == 1


async def test_nothing_is_decided_while_a_required_party_is_missing():
    town = await a_town()
    meeting = await an_open(town)
    await check_in(town.manager, meeting.room_code, STARTS)
    item = await topic_of(town, meeting)

    with pytest.raises(MissingParties, match="业委会"):
        await put_motion(town.worker, item.id, "建车棚吗", DURING)


async def test_who_sits_on_both_sides_is_marked():
    town = await a_town()
    person_id = town.members[0].id
    person = type("P", (), {"id": person_id})
    await a_role(RoleKind.PROPERTY_STAFF, town.estate, body=town.company, person=person)
    meeting = await a_full_room(town)
    item = await topic_of(town, meeting)
    motion = await put_motion(town.worker, item.id, "续聘吗", DURING)

    await raise_hand(await asking(person, DURING), motion.id, YES, DURING)
    await raise_hand(town.helper, motion.id, YES, DURING)

    found = await rows("select both_sides from hand order by both_sides")
    assert [one["both_sides"] for one in found] == ["", "安居物业"]


async def test_a_resolution_needs_a_vote_thatcarried():
    town = await a_town()
    meeting = await a_full_room(town)
    item = await topic_of(town, meeting)
    motion = await put_motion(town.worker, item.id, "建车棚吗", DURING)
    await close_motion(town.worker, motion.id, DURING)

    for said in (DECIDED, replace(DECIDED, motion=motion.id)):
        with pytest.raises(NotCarried):
            await resolve(town.worker, item.id, said, DURING)

    assert await resolutions_of(meeting.id) == []


async def carried(town, meeting, title="车棚", matter=None):
    item = await topic_of(town, meeting, title, matter=matter)
    motion = await put_motion(town.worker, item.id, title, DURING)
    for one in (town.members[0], town.manager, town.helper, town.councillor):
        await raise_hand(one, motion.id, YES, DURING)
    await close_motion(town.worker, motion.id, DURING)
    return item, motion


async def test_both_publications_of_a_resolution_fall_due():
    town = await a_town()
    meeting = await a_full_room(town)
    item, motion = await carried(town, meeting)

    await resolve(town.worker, item.id, replace(DECIDED, motion=motion.id), DURING)

    due = await rows("select what, due_at::text as due from publication_duty order by due_at")
    assert [one["what"] for one in due] == ["resolution", "execution"]
    assert due[0]["due"].startswith("2026-03-15 16:00")  # three full days after the 12th


async def test_what_the_law_leaves_to_the_owners_no_meeting_decides():
    town = await a_town()
    meeting = await a_full_room(town)
    item, motion = await carried(town, meeting, "花园改停车位")
    wanted = replace(ASKED, kind=ResolutionKind.DECIDED, motion=motion.id)

    with pytest.raises(OwnersDecide, match="第二百七十八条第一款第八项") as refused:
        await resolve(town.worker, item.id, wanted, DURING)
    hidden = Proposed("动用维修资金", ResolutionKind.DECIDED, motion.id)
    with pytest.raises(Invalid):
        await resolve(town.worker, item.id, hidden, DURING)

    assert refused.value.rule == "民法典第二百七十八条"
    assert await resolutions_of(meeting.id) == []


async def test_a_matter_that_was_screened_as_the_owners_own_stays_theirs():
    town = await a_town()
    meeting = await a_full_room(town)
    matter = Matter(
        id=uuid4(), place=town.estate.id, title="花园", text="改车位", stage=Stage.DISCUSSED,
        opened_at=TODAY, opened_by=town.worker.id, reserved="common_use",
    )  # fmt: skip
    await matter.save()
    item, motion = await carried(town, meeting, "花园", matter.id)

    with pytest.raises(OwnersDecide):
        await resolve(town.worker, item.id, replace(DECIDED, motion=motion.id), DURING)


async def test_asking_the_owners_opens_a_draft_of_a_ballot_linked_to_the_matter():
    town = await a_town()
    meeting = await a_full_room(town)
    matter = Matter(
        id=uuid4(), place=town.estate.id, title="花园改停车位", text="改车位",
        stage=Stage.DISCUSSED, opened_at=TODAY, opened_by=town.worker.id,
    )  # fmt: skip
    await matter.save()
    item, motion = await carried(town, meeting, "花园改停车位", matter.id)
    resolution = await resolve(town.worker, item.id, replace(ASKED, motion=motion.id), DURING)

    with pytest.raises(NotCommittee):
        await draft_ballot(town.worker, resolution.id, ENDS)
    waits = await rows("select label from duty where settled_at is null")
    poll = await draft_ballot(town.members[1], resolution.id, ENDS)
    with pytest.raises(AlreadyDrafted):
        await draft_ballot(town.members[2], resolution.id, ENDS)

    [question] = await rows("select matter_class, class_reason, title from question")
    told = await rows("select distinct person from message where event = 'ballot-asked'")
    assert poll.matter == matter.id
    assert question["matter_class"] == "common_use"
    assert question["class_reason"] == "改变共有部分用途"
    assert {one["person"] for one in told} == {member.id for member in town.members}
    assert [one["label"] for one in waits] == ["提请业主大会表决：第三次四方联席会议第1项决议"]
    assert await rows("select from duty where settled_at is null") == []


async def test_a_committee_decides_nothing_that_it_did_not_announce():
    town = await a_town()
    meeting = await an_open(town, "committee")
    for member in town.members:
        await check_in(member, meeting.room_code, STARTS)
    late = await topic_of_committee(town, meeting)
    announced = (await items_of(meeting.id))[0]

    with pytest.raises(OutOfOrder, match="临时动议"):
        await put_motion(town.members[0], late.id, "现在就定", DURING)
    await put_motion(town.members[0], announced.id, "可以定", DURING)


async def topic_of_committee(town, meeting):
    chair = replace(town, worker=town.members[0])
    return await topic_of(chair, meeting, "临时的事")
