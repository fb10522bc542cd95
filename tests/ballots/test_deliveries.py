"""Delivery: what reaches whom is proven right by right; who may say so; who is left."""

from datetime import timedelta

import pytest

from coordination import db
from coordination.ballots.casting.viewing import note_view
from coordination.ballots.delivery.actions import (
    AlreadyDelivered,
    Handing,
    assign_carrier,
    record_delivery,
    record_try,
    withdraw_delivery,
)
from coordination.ballots.delivery.board import lines_of
from coordination.ballots.delivery.doors import doors_in
from coordination.ballots.delivery.posting import NobodyToPostFor, post_undeliverable
from coordination.ballots.delivery.proofs import proven_deliveries
from coordination.ballots.delivery.receipts import gather_receipts
from coordination.ballots.delivery.tables import Delivery, DeliveryChannel, DeliveryTry
from coordination.ballots.polls.queries import state_of
from coordination.ballots.polls.telling import NOTICED
from coordination.ballots.tables import PollStep, Step
from coordination.errors import Invalid, NotFound
from coordination.files import store
from coordination.law.classes import MatterClass
from coordination.notices.actions import post_notice
from coordination.people.outbox import WITH_SMS, tell, tell_phones
from coordination.people.secrecy import phone_hash, seal_phone
from coordination.people.tables import Message, RoleKind
from tests.ballots.a_vote import Vote, a_vote, a_voter, rights_of
from tests.ballots.convening import asking, someone
from tests.builders import CLOSING, DURING, OPENING, a_building, a_role
from tests.test_files import a_photo

pytestmark = pytest.mark.usefixtures("database")
BEFORE = OPENING - timedelta(days=10)
PHOTO = "a" * 64
DOOR = DeliveryChannel.DOOR
TAKEN = Handing(DOOR, "本人签收", DURING, PHOTO)
TWO = (MatterClass.MANAGER, MatterClass.SPEND_FUND)


async def the_notice(vote: Vote):
    step = await PollStep.objects().get(PollStep.step == Step.NOTICED)
    assert step
    return step.notice


async def proven(vote: Vote, until=CLOSING) -> list[list[str]]:
    """By question, the ways that the proofs came by."""
    return [sorted((await proven_deliveries(one.id, until)).values()) for one in vote.questions]


async def a_lead(vote: Vote):
    return await asking(await a_role(RoleKind.BUILDING_LEAD, vote.building))


async def test_a_door_visit_with_its_photo_proves_delivery_of_every_right_of_that_owner():
    vote = await a_vote(classes=TWO)
    owner, _ = await a_voter(vote), await a_voter(vote)
    [first, second] = await rights_of(vote, owner)
    lead = await a_lead(vote)

    with pytest.raises(Invalid, match="照片"):
        await record_delivery(
            lead, vote.poll.id, first, Handing(DeliveryChannel.DOOR, "本人签收", DURING), DURING
        )
    await record_delivery(lead, vote.poll.id, second, TAKEN, DURING)
    with pytest.raises(AlreadyDelivered):
        await record_delivery(lead, vote.poll.id, first, TAKEN, DURING)

    assert await proven(vote) == [["door"], ["door"]]
    rows = await Delivery.select(Delivery.right, Delivery.by, Delivery.photo, Delivery.at)
    assert {row["right"] for row in rows} == {first, second}
    assert {(row["by"], row["photo"], row["at"]) for row in rows} == {(lead.id, PHOTO, DURING)}


async def test_a_proof_after_the_close_or_withdrawn_proves_nothing():
    vote = await a_vote()
    early, late = await a_voter(vote), await a_voter(vote)
    [mistaken], [other] = await rights_of(vote, early), await rights_of(vote, late)
    lead = await a_lead(vote)
    await record_delivery(lead, vote.poll.id, mistaken, TAKEN, DURING)
    await record_delivery(lead, vote.poll.id, other, TAKEN, DURING)

    await withdraw_delivery(lead, vote.poll.id, mistaken, "登记到隔壁了", DURING)

    assert await proven(vote) == [["door"]]
    assert await proven(vote, DURING - timedelta(seconds=1)) == [[]]
    assert await Delivery.count() == 2, "what was written stays"
    await record_delivery(lead, vote.poll.id, mistaken, TAKEN, DURING)
    assert await proven(vote) == [["door", "door"]]
    with pytest.raises(Exception, match="截止"):
        await record_delivery(lead, vote.poll.id, mistaken, TAKEN, CLOSING)


async def test_a_message_that_was_read_and_an_sms_that_came_are_proofs_what_lies_unread_is_none():
    vote = await a_vote()
    reader, unread, texted, bare = [await a_voter(vote) for _ in range(4)]
    link = f"/notices/{await the_notice(vote)}"
    for voter in (reader, unread, texted):
        await db.execute(
            "update person set phone_sealed = $2, phone_hash = $3 where id = $1",
            voter.id, seal_phone("+8613800138000"), voter.id.bytes,
        )  # fmt: skip
        await tell(voter.id, NOTICED, "公告", "公告", at=BEFORE, link=link, channels=WITH_SMS)
    await db.execute("update owner set phone_hash = $1 where id = (select owner from binding where "
                     "person = $2)", phone_hash("+8613900139000"), bare.id)  # fmt: skip
    await db.execute("update binding set ended_at = $2 where person = $1", bare.id, BEFORE)
    await tell_phones(["+8613900139000", "+8613700137000"], NOTICED, "公告", "公告", at=BEFORE,
                      link=link)  # fmt: skip
    await gather_receipts(BEFORE)
    assert await proven(vote) == [[]]

    await db.execute("update message set read_at = $2 where person = $1 and channel = 'in_app'",
                     reader.id, DURING)  # fmt: skip
    await db.execute(
        "update message set delivered_at = $2 where channel = 'sms' and (person = $1"
        " or person is null)",
        texted.id, DURING,
    )  # fmt: skip
    for _ in range(2):
        await gather_receipts(DURING)

    assert await proven(vote) == [["message"] * 3]
    assert await proven(vote, BEFORE) == [[]]
    manners = await Delivery.select(Delivery.manner, Delivery.by)
    assert sorted(row["manner"] for row in manners) == [
        "登记手机短信送达回执", "短信送达回执", "站内消息已读"
    ]  # fmt: skip
    assert {row["by"] for row in manners} == {None}


async def test_opening_the_vote_signed_in_is_written_once_for_each_right_held():
    vote = await a_vote(classes=TWO)
    owner = await a_voter(vote)
    state = await state_of(vote.poll)

    for at in (DURING, DURING + timedelta(hours=1), CLOSING):
        await note_view(owner.id, vote.poll, state, at)

    assert await proven(vote) == [["online"], ["online"]]
    assert await Delivery.count() == 2


async def test_a_posting_proves_delivery_once_it_has_hung_its_days_for_those_who_were_sought():
    vote = await a_vote()
    sought, reached, _ = [await a_voter(vote) for _ in range(3)]
    [missed], [taken] = await rights_of(vote, sought), await rights_of(vote, reached)
    lead, worker = await a_lead(vote), await someone(RoleKind.COMMUNITY_WORKER, vote.estate)
    with pytest.raises(NobodyToPostFor):
        await post_undeliverable(worker, vote.poll.id, OPENING)
    await record_try(lead, vote.poll.id, missed, "absent", "", OPENING)
    await record_delivery(
        lead,
        vote.poll.id,
        taken,
        Handing(DeliveryChannel.DOOR, "本人签收", OPENING, PHOTO),
        OPENING,
    )

    [line] = await lines_of(vote.poll.id, OPENING)
    assert (line.doors, line.by_way["door"], line.tried, line.untouched) == (3, 1, 1, 1)
    notice = await post_undeliverable(worker, vote.poll.id, OPENING)
    [line] = await lines_of(vote.poll.id, OPENING)
    assert (line.posted, line.tried, line.open) == (1, 0, 2)

    words = await db.value("select facts::text from notice where id = $1", notice.id)
    assert ("1单元1000" in words, "1单元1001" in words) == (True, False)
    assert await proven(vote) == [["door"]], "not before it hangs"
    await post_notice(worker, notice.id, "2栋公告栏", OPENING, None, OPENING)
    assert await proven(vote, OPENING + timedelta(days=7)) == [["door"]], "nobody can see that"
    photo = await store(a_photo(), at=OPENING, by=worker.id, photo=True)
    await post_notice(worker, notice.id, "1栋公告栏", OPENING, photo, OPENING)
    assert await proven(vote, OPENING + timedelta(days=6)) == [["door"]]
    assert await proven(vote, OPENING + timedelta(days=7)) == [["door", "posting"]]
    [line] = await lines_of(vote.poll.id, OPENING + timedelta(days=7))
    assert (line.by_way["posting"], line.posted, line.untouched) == (1, 0, 1)
    await db.execute("update posting set taken_down_at = $1", OPENING + timedelta(days=5))
    assert await proven(vote) == [["door"]], "it was taken down too early"


@pytest.mark.parametrize(
    ("kind", "may"),
    [
        (RoleKind.BUILDING_LEAD, True),
        (RoleKind.COMMUNITY_WORKER, True),
        (RoleKind.PROPERTY_STAFF, False),
        (RoleKind.PROPERTY_MANAGER, False),
        (RoleKind.SUPERVISOR, False),
        (RoleKind.SUBDISTRICT_OFFICER, False),
    ],
)
async def test_who_may_say_that_a_door_was_reached(kind, may):
    vote = await a_vote()
    owner = await a_voter(vote)
    [right] = await rights_of(vote, owner)
    asker = await someone(kind, vote.estate)

    if may:
        await record_delivery(asker, vote.poll.id, right, TAKEN, DURING)
    else:
        with pytest.raises(NotFound):
            await record_delivery(asker, vote.poll.id, right, TAKEN, DURING)

    assert await Delivery.count() == int(may)


async def test_a_lead_of_another_building_and_one_hired_by_the_property_company_carry_nothing():
    vote = await a_vote()
    [right] = await rights_of(vote, await a_voter(vote))
    elsewhere = await asking(
        await a_role(RoleKind.BUILDING_LEAD, await a_building(vote.estate, "9"))
    )
    person = await a_role(RoleKind.BUILDING_LEAD, vote.building)
    both = await asking(await a_role(RoleKind.PROPERTY_STAFF, vote.estate, person=person))

    for asker in (elsewhere, both):
        with pytest.raises(NotFound):
            await record_delivery(asker, vote.poll.id, right, TAKEN, DURING)
        with pytest.raises(NotFound):
            await record_try(asker, vote.poll.id, right, "absent", "", DURING)

    assert (await Delivery.count(), await DeliveryTry.count()) == (0, 0)


async def test_who_is_assigned_a_building_is_told_and_who_works_for_the_property_cannot_be():
    vote = await a_vote()
    await a_voter(vote)
    worker = await someone(RoleKind.COMMUNITY_WORKER, vote.estate)
    lead = await a_role(RoleKind.BUILDING_LEAD, vote.building)
    hired = await a_role(RoleKind.BUILDING_LEAD, vote.building)
    await a_role(RoleKind.PROPERTY_STAFF, vote.estate, person=hired)

    with pytest.raises(Invalid, match="物业"):
        await assign_carrier(worker, vote.poll.id, vote.building.id, "1", hired.id, DURING)
    await assign_carrier(worker, vote.poll.id, vote.building.id, "1", lead.id, DURING)

    told = await Message.select(Message.person, Message.event)
    assert told == [{"person": lead.id, "event": "delivery-assigned"}]


async def test_a_try_that_the_phone_sent_twice_is_one_and_other_wants_its_words():
    vote = await a_vote()
    [right] = await rights_of(vote, await a_voter(vote))
    lead = await a_lead(vote)

    with pytest.raises(Invalid, match="原因"):
        await record_try(lead, vote.poll.id, right, "other", "", DURING)
    for _ in range(2):
        await record_try(lead, vote.poll.id, right, "absent", "晚上在家", DURING)

    assert await DeliveryTry.count() == 1
    [door] = await doors_in(vote.poll.id, vote.building.id, DURING)
    assert (door.tries, door.is_open, door.reason) == (1, True, "absent")
