"""Writing down that a door was reached, or was not; mending what was written by mistake; and who
carries where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from coordination import audit
from coordination.ballots.casting.actions import Closed, NotOpen
from coordination.ballots.delivery.doors import rights_at
from coordination.ballots.delivery.permits import may_deliver, may_run_delivery
from coordination.ballots.delivery.queries import (
    REASONS,
    assigned_to,
    carriers_for,
)
from coordination.ballots.delivery.tables import DeliveryChannel, DeliveryDuty, DeliveryTry
from coordination.ballots.polls.queries import estate_of, load_poll, state_of
from coordination.ballots.tables import Poll, Step
from coordination.db import execute, rows, transaction
from coordination.errors import Conflict, Invalid, NotFound
from coordination.people.askers import Asker
from coordination.people.outbox import tell
from coordination.places.naming import building_name
from coordination.places.queries import place_of
from coordination.places.tables import Place, PlaceKind

TAKEN_BY = ("本人签收", "同住家人签收", "本人拒收，留在门口并拍照", "投入信箱并拍照")
OLDEST = timedelta(days=30)  # a delivery is written down within a month
TWICE = timedelta(minutes=10)
NOT_YOURS = "没有这一户，或者不由您送达。"


class AlreadyDelivered(Conflict):
    """This way of this door is written down already."""


@dataclass(frozen=True, slots=True)
class Handing:
    """How a door was reached: a door visit needs its photo, a letter its number."""

    channel: DeliveryChannel
    manner: str
    at: datetime
    photo: str | None = None


async def record_delivery(
    asker: Asker, poll_id: UUID, right: UUID, handing: Handing, at: datetime
) -> None:
    """Write it down for all rights of the owner behind this door.

    NotFound: no such door, or not the asker's. NotOpen, Closed, AlreadyDelivered, Invalid.
    """
    _check(handing, at)
    async with transaction():
        poll, rights = await _door(asker, poll_id, right, at)
        written = await rows(
            """insert into delivery (id, "right", channel, at, manner, photo, by, entered_at,
                                     why_withdrawn)
               select gen_random_uuid(), "right", $2, $3, $4, $5, $6, $7, ''
                 from unnest($1::uuid[]) as t ("right")
               on conflict ("right", channel) where withdrawn_at is null do nothing
               returning "right" """,
            rights, handing.channel.value, handing.at, handing.manner, handing.photo, asker.id, at,
        )  # fmt: skip
        if not written:
            raise AlreadyDelivered("这一户已经登记过送达，不用再登记。")
        await audit.record(
            asker, "record_delivery", poll, at=at, place=poll.estate, right=right,
            channel=handing.channel.value,
        )  # fmt: skip


def _check(handing: Handing, at: datetime) -> None:
    if handing.channel is DeliveryChannel.DOOR and not handing.photo:
        raise Invalid("还缺照片。", photo="请拍下签收的回证，或者放在门口、信箱里的文件。")
    if not at - OLDEST <= handing.at <= at + timedelta(minutes=5):
        raise Invalid("请核对送达时间。", on="送达时间不能晚于现在，也不能早于 30 天以前。")


async def record_try(
    asker: Asker, poll_id: UUID, right: UUID, reason: str, note: str, at: datetime
) -> None:
    """Write down that nobody was reached, and why. NotFound, NotOpen, Closed, Invalid."""
    if reason not in REASONS:
        raise Invalid("请选择没有送达的原因。", reason="请选择其中一项。")
    if reason == "other" and not note:
        raise Invalid("请写明原因。", note="选“其他”的，请写明原因。")
    async with transaction():
        poll, rights = await _door(asker, poll_id, right, at)
        lately = await DeliveryTry.exists().where(
            (DeliveryTry.right == rights[0]) & (DeliveryTry.by == asker.id)
            & (DeliveryTry.reason == reason) & (DeliveryTry.at > at - TWICE)
        )  # fmt: skip
        if lately:  # the phone sent it twice: the first answer was lost
            return
        for each in rights:
            await DeliveryTry(
                id=uuid4(), right=each, at=at, by=asker.id, reason=reason, note=note[:200]
            ).save()
        await audit.record(
            asker, "record_delivery_try", poll, at=at, place=poll.estate, right=right
        )


async def withdraw_delivery(
    asker: Asker, poll_id: UUID, right: UUID, why: str, at: datetime
) -> None:
    """Take back what somebody entered of this door by mistake; the row stays, with the reason.

    NotFound; NotOpen, Closed.
    """
    async with transaction():
        poll, rights = await _door(asker, poll_id, right, at)
        gone = await rows(
            """update delivery set withdrawn_at = $2, withdrawn_by = $3, why_withdrawn = $4
               where "right" = any($1::uuid[]) and withdrawn_at is null
                 and channel in ('door', 'letter') returning id""",
            rights, at, asker.id, why[:200],
        )  # fmt: skip
        if not gone:
            raise NotFound("这一户没有可以撤销的登记。")
        await audit.record(
            asker, "withdraw_delivery", poll, at=at, place=poll.estate, right=right, why=why[:200]
        )


async def _door(
    asker: Asker, poll_id: UUID, right: UUID, at: datetime
) -> tuple[Poll, Sequence[UUID]]:
    """The rights behind a door that is the asker's to go to, while the vote is underway."""
    poll = await load_poll(poll_id)
    estate, building = await estate_of(poll), await _building(poll_id, right)
    if building is None:
        raise NotFound(NOT_YOURS)
    assigned = await assigned_to(poll_id, building.id)
    if not may_deliver(asker, estate, building, poll, assigned):
        raise NotFound(NOT_YOURS)
    await require_underway(poll, at)
    return poll, await rights_at(right)


async def require_underway(poll: Poll, at: datetime) -> None:
    """From the notice to the close. NotOpen, Closed."""
    state = await state_of(poll)
    if state.has_ended_early or state.has(Step.CLOSED) or at >= state.closes_at:
        raise Closed("表决已经截止，不能再登记送达。")
    if not state.has(Step.NOTICED):
        raise NotOpen("投票公告发布以后才有送达。")


async def _building(poll_id: UUID, right: UUID) -> Place | None:
    """Where the owner of the right is sought: at the largest home of all their rights."""
    found = await rows(
        """select f.building from right_unit f join unit u on u.id = f.unit
             join place b on b.id = f.building join voting_right r on r.id = f."right"
             join question q on q.id = r.question and q.poll = $2
            where f."right" = any($1::uuid[])
            order by f.area_cm2 desc, b.sort, u.sort, u.id limit 1""",
        await rights_at(right), poll_id,
    )  # fmt: skip
    return await Place.objects().get(Place.id == found[0]["building"]) if found else None


async def assign_carrier(
    asker: Asker, poll_id: UUID, building_id: UUID, entrance: str, person: UUID | None, at: datetime
) -> None:
    """Have somebody carry to a building, or to one entrance; nobody any more, where None. They are
    told. NotFound, NotOpen, Closed, Invalid."""
    async with transaction():
        poll = await load_poll(poll_id)
        estate = await estate_of(poll)
        if not may_run_delivery(asker, estate, poll):
            raise NotFound(NOT_YOURS)
        await require_underway(poll, at)
        building = await place_of(building_id, PlaceKind.BUILDING)
        if building.parent != estate.id:
            raise NotFound(NOT_YOURS)
        if person and person not in dict(await carriers_for(building, poll, at)):
            words = "只能交给本楼的楼组长、居委会工作人员或者召集人成员；物业人员不能送达。"
            raise Invalid(words, person=words)
        await execute(
            """update delivery_duty set ended_at = $4 where poll = $1 and building = $2
                and entrance = $3 and ended_at is null""",
            poll_id, building_id, entrance, at,
        )  # fmt: skip
        if person:
            await _give(asker, poll, building, entrance, person, at)
        await audit.record(
            asker, "assign_delivery", poll, at=at, place=building, entrance=entrance,
            person=person,
        )  # fmt: skip


async def _give(
    asker: Asker, poll: Poll, building: Place, entrance: str, person: UUID, at: datetime
) -> None:
    await DeliveryDuty(
        id=uuid4(), poll=poll.id, building=building.id, entrance=entrance, person=person,
        given_by=asker.id, given_at=at,
    ).save()  # fmt: skip
    where = building_name(building.name) + (f"{entrance}单元" if entrance else "")
    await tell(
        person, "delivery-assigned", "请送达投票公告和表决票",
        f"“{poll.title}”：{where}由您逐户送达。请在本页登记，每户拍照或写明未送达的原因。",
        at=at, link=f"/ballots/{poll.id}/deliveries/{building.id}",
    )  # fmt: skip
