"""When it takes longer: 挂起 with its public 难点说明, 延期, and the milestones of long work."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from coordination.db import transaction
from coordination.errors import Conflict, Invalid
from coordination.law.periods import day_of, start_of
from coordination.law.policies import Allowance, Extension, Policy, Priority, longest_extension
from coordination.people.askers import Asker
from coordination.tickets import permits
from coordination.tickets.calendar import policies
from coordination.tickets.events import happen
from coordination.tickets.handling.desk import Desk, desk_of, held_desk, said
from coordination.tickets.kinds import EventKind
from coordination.tickets.standings import Standing
from coordination.tickets.storing import standing_of

LONGEST_HOLD = "hold_days_most"  # the setting
NAME_LENGTH = 60


class HoldAsked(Conflict):
    """A request waits already."""


class NoExtension(Conflict):
    """Its priority has none, or it was extended as often as it may be."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Why it must wait: blocked by what, who can unblock it, the next date. All public."""

    blocker: str
    unblocker: str
    until: date


async def ask_hold(asker: Asker, ticket: UUID, wish: Hold, at: datetime) -> Standing:
    """申请挂起: the clocks run on until 社区 or 街道 agree.

    NotFound, NotYours; HoldAsked, OutOfOrder; Invalid: no blocker, nobody to unblock it, no date
    or one too far.
    """
    blocker = said(wish.blocker, "请写明难点：被什么卡住了。居民会看到。", "blocker")
    unblocker = said(wish.unblocker, "请写明谁能解决。", "unblocker")
    async with transaction():
        desk = await held_desk(asker, ticket)
        facts = {
            "blocker": blocker, "unblocker": unblocker,
            "until": await _date(desk, wish.until, at),
        }  # fmt: skip
        return await happen(
            ticket, EventKind.ASK_HOLD, desk.actor, at, words=blocker, facts=facts,
            check=_nothing_waits,
        )  # fmt: skip


def _nothing_waits(now: Standing) -> None:
    if now.hold_wish is not None:
        raise HoldAsked("已经申请过挂起，正等社区或街道答复。")


async def _date(desk: Desk, until: date, at: datetime) -> datetime:
    """The first moment of that day. Invalid: it is past, or farther than may be."""
    most = await desk.setting(LONGEST_HOLD, at)
    today = day_of(at)
    if not today < until <= today + timedelta(days=most):
        raise Invalid(
            "请写明恢复处理的日期。", until=f"应在今天以后、{most} 天以内。到期仍有困难可以再申请。"
        )
    return start_of(until)


async def hold(asker: Asker, ticket: UUID, at: datetime, *, words: str = "") -> Standing:
    """同意挂起: the clocks stop now, until the date that was asked for.

    NotFound, NotYours; NothingAsked, OwnWork, OutOfOrder; Invalid: the date has passed meanwhile.
    """
    async with transaction():
        desk = await desk_of(asker, ticket)
        desk.must(permits.may_answer_hold(asker, desk.reach), "挂起由社区或街道同意。")
        wish = (await standing_of(ticket)).hold_wish
        facts = wish.facts if wish else {}
        if wish and datetime.fromisoformat(facts["until"]) <= at:
            raise Invalid("申请的日期已经过了。", until="请责任单位重新申请。")
        actor = desk.acting(permits.oversees(asker, desk.reach))
        return await happen(ticket, EventKind.HOLD, actor, at, words=words, facts=facts)


async def refuse_hold(asker: Asker, ticket: UUID, words: str, at: datetime) -> Standing:
    """不同意挂起, and why. NotFound, NotYours; NothingAsked, OwnWork, OutOfOrder; Invalid."""
    told = said(words, "请写明不同意的理由。")
    async with transaction():
        desk = await desk_of(asker, ticket)
        desk.must(permits.may_answer_hold(asker, desk.reach), "挂起由社区或街道答复。")
        actor = desk.acting(permits.oversees(asker, desk.reach))
        return await happen(ticket, EventKind.REFUSE_HOLD, actor, at, words=told)


async def resume(asker: Asker, ticket: UUID, words: str, at: datetime) -> Standing:
    """恢复处理: what blocked it is gone before its date. NotFound, NotYours; OutOfOrder."""
    async with transaction():
        desk = await desk_of(asker, ticket)
        desk.must(permits.may_resume(asker, desk.reach), "由责任单位、社区或街道恢复。")
        return await happen(ticket, EventKind.RESUME, desk.actor, at, words=words)


async def extend_hold(
    asker: Asker, ticket: UUID, until: date, reason: str, at: datetime
) -> Standing:
    """Put a hold's date off: by the level above the one that agreed to it; the reason is public.

    NotFound, NotYours; OutOfOrder; Invalid: no reason, a date not later, or too far.
    """
    told = said(reason, "请写明延长的理由，居民会看到。", "reason")
    async with transaction():
        desk = await desk_of(asker, ticket)
        now = await standing_of(ticket)
        desk.must(
            permits.may_extend_hold(asker, desk.reach, now.held_by),
            "挂起的日期由同意挂起的上一级延长。",
        )
        moment = await _date(desk, until, at)
        if now.hold_until and moment <= now.hold_until:
            raise Invalid("新的日期要比原来的晚。", until="请填写更晚的日期。")
        actor = desk.acting(permits.oversees(asker, desk.reach))
        return await happen(
            ticket, EventKind.EXTEND, actor, at, words=told, facts={"until": moment}
        )


async def extend(
    asker: Asker, ticket: UUID, reason: str, at: datetime, *, amount: int | None = None
) -> Standing:
    """延期: as often, by whom and for as long as the policy grants; the reason is public.

    `amount`: in the unit of its closure's allowance; all that is granted, if none.
    NotFound, NotYours; NoExtension, OutOfOrder; Invalid: no reason, or more than is granted.
    """
    told = said(reason, "请写明延期的原因：难在哪里、还要做什么。居民会看到。", "reason")
    async with transaction():
        desk = await desk_of(asker, ticket)
        policy = (await policies([desk.policy]))[desk.policy]
        granted, longest = _granted(policy, Priority(desk.priority))
        who = "延期由责任单位提出。" if granted.by is None else "延期由上级批准。"
        desk.must(permits.may_extend(asker, desk.reach, granted.by), who)
        chosen = longest.amount if amount is None else amount
        if not 1 <= chosen <= longest.amount:
            raise Invalid("延期太长。", amount=f"应在 1 到 {longest.amount} 之间，不超过原时限。")
        role = permits.oversees(asker, desk.reach)
        actor = desk.actor if granted.by is None else desk.acting(role)
        return await happen(
            ticket, EventKind.EXTEND, actor, at, words=told,
            facts={"amount": chosen, "unit": longest.unit},
            check=lambda now: _still_granted(now, granted),
        )  # fmt: skip


def _granted(policy: Policy, priority: Priority) -> tuple[Extension, Allowance]:
    longest = longest_extension(policy, priority)
    if longest is None:
        raise NoExtension("这个等级的工单不能延期。有困难可以申请挂起，或者请上级协调。")
    return policy.extensions[priority], longest


def _still_granted(now: Standing, granted: Extension) -> None:
    if now.extensions >= granted.times:
        raise NoExtension(
            f"已经延期 {now.extensions} 次，不能再延。仍有困难请申请挂起，写明难点和日期。"
        )


async def plan_milestone(
    asker: Asker, ticket: UUID, name: str, due_at: datetime, at: datetime
) -> Standing:
    """定节点 of long work (P4 程序), or move it. NotFound, NotYours; OutOfOrder; Invalid."""
    told = said(name, "请写明节点做什么。", "milestone")[:NAME_LENGTH]
    if due_at <= at:
        raise Invalid("节点的日期要在今天以后。", due="请填写以后的日期。")
    async with transaction():
        desk = await held_desk(asker, ticket)
        return await happen(
            ticket, EventKind.PLAN, desk.actor, at, words=told,
            facts={"milestone": told, "due": due_at},
        )  # fmt: skip


async def achieve_milestone(
    asker: Asker, ticket: UUID, name: str, words: str, at: datetime
) -> Standing:
    """节点完成, with what was done. NotFound, NotYours; NoSuchPart, OutOfOrder; Invalid."""
    told = said(words, "请写明这个节点做了什么。")
    async with transaction():
        desk = await held_desk(asker, ticket)
        return await happen(
            ticket, EventKind.ACHIEVE, desk.actor, at, words=told, facts={"milestone": name}
        )
