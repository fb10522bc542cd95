"""更正、并入、督办、调整等级、移交: what is put right or ordered from beside or above."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import execute, rows, transaction, value
from coordination.errors import Conflict, Invalid, NotAllowed
from coordination.law.policies import Priority
from coordination.people.askers import Asker
from coordination.people.tables import BodyKind
from coordination.places.queries import place_of
from coordination.places.tables import PlaceKind
from coordination.tickets import permits
from coordination.tickets.calendar import policy_in_force
from coordination.tickets.events import Actor, happen
from coordination.tickets.handling.desk import Desk, desk_of, said
from coordination.tickets.kinds import DONE, EventKind
from coordination.tickets.permits import Reach
from coordination.tickets.routing.queries import body_at
from coordination.tickets.standings import Standing
from coordination.tickets.tables import Ticket

LONGEST_SPOT = 100


class NothingChanged(Conflict):
    """It already is so."""


class NotSameEstate(Conflict):
    """Tickets of two estates are two tickets."""


@dataclass(frozen=True, slots=True)
class Correction:
    """How it should be; None: as it is."""

    category: UUID | None = None
    building: UUID | None = None
    is_public_part: bool = False  # of no building
    spot: str | None = None
    is_public: bool | None = None


async def correct_ticket(
    asker: Asker, ticket: UUID, right: Correction, reason: str, at: datetime
) -> Standing:
    """更正 category, place or visibility; what was stands in the event.

    NotFound, NotYours; NothingChanged; Invalid: no reason, a category or building there is not.
    """
    told = said(reason, "请写明更正的原因。", "reason")
    async with transaction():
        desk = await desk_of(asker, ticket)
        desk.must(permits.may_correct(asker, desk.reach), "更正由责任单位、社区或街道办理。")
        before = await Ticket.objects().get(Ticket.id == ticket)
        assert before
        changed = await _changed(desk, before, right)
        if not changed:
            raise NothingChanged("没有改动。请选择要更正的内容。")
        was = {name: getattr(before, name) for name in changed}
        await Ticket.update({**changed}).where(Ticket.id == ticket)
        return await happen(
            ticket, EventKind.CORRECT, desk.actor, at, words=told,
            facts={"was": was, "is": changed}, public="is_public" not in changed,
        )  # fmt: skip


async def _changed(desk: Desk, before: Ticket, right: Correction) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    if right.category and not await value(
        "select exists (select from category where id = $1 and retired_at is null)", right.category
    ):
        raise Invalid("没有这个类别。", category="请从列出的类别中选择。")
    if right.category:
        wanted["category"] = right.category
    if right.building and not await value(
        "select exists (select from place where id = $1 and parent = $2)",
        right.building, desk.estate,
    ):  # fmt: skip
        raise Invalid("这栋楼不在这个小区。", building="请选择本小区的楼栋。")
    if right.building or right.is_public_part:
        wanted["building"] = None if right.is_public_part else right.building
    if right.spot is not None:
        wanted["spot"] = right.spot.strip()[:LONGEST_SPOT]
    if right.is_public is not None:
        wanted["is_public"] = right.is_public
    return {name: new for name, new in wanted.items() if getattr(before, name) != new}


async def merge_ticket(asker: Asker, ticket: UUID, into: UUID, at: datetime) -> Standing:
    """并入 another that is about the same: who whistled it, and who joined, are told of that one.

    NotFound, NotYours; NotSameEstate, OutOfOrder; Invalid: into itself, or into what is done.
    """
    if ticket == into:
        raise Invalid("不能并入它自己。", into="请填写另一件工单。")
    async with transaction():
        for one in sorted((ticket, into)):  # two that merge each other wait in one order
            await value("select id from ticket where id = $1 for no key update", one)
        desk, other = await desk_of(asker, ticket), await desk_of(asker, into)
        desk.must(permits.may_correct(asker, desk.reach), "并入由责任单位、社区或街道办理。")
        if desk.estate != other.estate:
            raise NotSameEstate("两件工单不在同一个小区，不能合并。")
        if other.state in DONE:
            raise Invalid("那件工单已经结束。", into="请并入一件还在办理的工单。")
        now = await happen(ticket, EventKind.MERGE, desk.actor, at, facts={"into": into})
        for person in await _joining(ticket, into):
            await execute(
                "insert into co_signer (id, ticket, person, at) values ($1, $2, $3, $4)",
                uuid4(), into, person, at,
            )  # fmt: skip
            await happen(into, EventKind.CO_SIGN, Actor(person), at, public=False)
        return now


async def _joining(ticket: UUID, into: UUID) -> list[UUID]:
    """Who has a part in the one and not yet in the other."""
    found = await rows(
        """select whistled_by as person from ticket where id = $1 and whistled_by is not null
           union select person from co_signer where ticket = $1
           except (select person from co_signer where ticket = $2
                   union select whistled_by from ticket where id = $2)""",
        ticket, into,
    )  # fmt: skip
    return [one["person"] for one in found]


async def change_priority(
    asker: Asker, ticket: UUID, priority: Priority, reason: str, at: datetime
) -> Standing:
    """调整等级: to more urgent the holder too, to less only from above; the reason is public.

    NotFound, NotYours; NothingChanged, OutOfOrder; Invalid.
    """
    told = said(reason, "请写明调整的原因，居民会看到。", "reason")
    async with transaction():
        desk = await desk_of(asker, ticket)
        if priority == desk.priority:
            raise NothingChanged("已经是这个等级。")
        raised = priority < Priority(desk.priority)
        desk.must(
            permits.may_change_priority(asker, desk.reach, is_raised=raised),
            "降低等级由上级办理。" if not raised else "调整等级由责任单位或上级办理。",
        )
        return await happen(
            ticket, EventKind.CHANGE_PRIORITY, _above(desk), at, words=told,
            facts={"priority": priority},
        )  # fmt: skip


async def repin_policy(asker: Asker, ticket: UUID, reason: str, at: datetime) -> Standing:
    """改用新时限: by the policy in force now. NotFound, NotYours; NothingChanged; Invalid."""
    told = said(reason, "请写明改用新时限的原因。", "reason")
    async with transaction():
        desk = await desk_of(asker, ticket)
        desk.must(permits.may_repin(asker, desk.reach), "改用新时限由上级办理。")
        policy = await policy_in_force(await place_of(desk.estate), at)
        if policy.version == desk.policy:
            raise NothingChanged("已经是现行的时限。")
        return await happen(
            ticket, EventKind.REPIN_POLICY, _above(desk), at, words=told,
            facts={"policy": policy.version},
        )  # fmt: skip


async def supervise(
    asker: Asker, ticket: UUID, words: str, due_at: datetime, at: datetime
) -> Standing:
    """督办: an order from above with a deadline. NotFound, NotYours; OutOfOrder; Invalid."""
    told = said(words, "请写明督办要求。")
    if due_at <= at:
        raise Invalid("督办期限要在现在以后。", due="请填写以后的时间。")
    async with transaction():
        desk = await desk_of(asker, ticket)
        desk.must(permits.may_supervise(asker, desk.reach), "督办由上级发出。")
        return await happen(
            ticket, EventKind.SUPERVISE, _above(desk), at, words=told, facts={"due": due_at}
        )


async def hand_over(
    asker: Asker, estate: UUID, old: UUID, new: UUID, reason: str, at: datetime
) -> int:
    """移交: another company took the estate over, and with it what is open; how many tickets.

    What the old one did stays its own. NotFound, NotAllowed; Invalid: no other company here.
    """
    told = said(reason, "请写明移交的依据，例如业主大会决定和合同日期。", "reason")
    place = await place_of(estate, PlaceKind.ESTATE)
    if not permits.may_hand_over(asker, place.path):
        raise NotAllowed("移交由社区、街道或运营方办理。")
    async with transaction():
        body = await body_at(new, place.path, at)
        if body is None or body.kind is not BodyKind.PROPERTY_COMPANY or new == old:
            raise Invalid("请选择新的物业企业。", new="应是登记在本小区、另一家在任的物业企业。")
        found = await rows(
            """select id from ticket where estate = $1 and holder = $2
                 and state not in ('closed', 'merged', 'withdrawn') order by id""",
            estate, old,
        )  # fmt: skip
        reach = Reach(place.path, old, BodyKind.PROPERTY_COMPANY)
        role = permits.governing_role(asker, reach)
        actor = Actor(asker.id, role and role.kind, role and role.body)
        for one in found:
            await happen(
                one["id"], EventKind.HAND_OVER, actor, at, words=told, facts={"holder": new}
            )
        await execute(
            """update sub_task set body = $3 where body = $2 and finished_at is null
                 and ticket in (select id from ticket where estate = $1)""",
            estate, old, new,
        )  # fmt: skip
        await audit.record(
            asker, "hand_over_tickets", place, at=at, place=place, old=str(old), new=str(new),
            tickets=len(found),
        )  # fmt: skip
        return len(found)


def _above(desk: Desk) -> Actor:
    role = permits.oversees(desk.asker, desk.reach)
    return desk.acting(role) if role else desk.actor
