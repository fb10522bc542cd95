"""What changes a ticket's course beside its handling: time, orders from above, what was wrong."""

from typing import Any
from uuid import UUID

from coordination.db import value
from coordination.law.policies import Clock, Priority, Unit
from coordination.tickets import permits
from coordination.tickets.desk.acts import Act, Case, Doing, Field, read_id
from coordination.tickets.handling import correcting, holding, linking
from coordination.tickets.handling.correcting import Correction
from coordination.tickets.kinds import EventKind, State

REASON = Field("reason", "原因", hint="公开。")


def _holds(case: Case) -> bool:
    return permits.may_work_on(case.asker, case.reach)


def _may_extend(case: Case) -> bool:
    granted = case.policy.extensions.get(case.now.priority)
    if granted is None or Clock.CLOSURE not in case.policy.clocks[case.now.priority]:
        return False
    may = permits.may_extend(case.asker, case.reach, granted.by)
    return may and case.follows(EventKind.EXTEND) and case.now.extensions < granted.times


def _may_extend_hold(case: Case) -> bool:
    may = permits.may_extend_hold(case.asker, case.reach, case.now.held_by)
    return may and case.now.state is State.ON_HOLD


def _may_change_priority(case: Case) -> bool:
    may = permits.may_change_priority(case.asker, case.reach, is_raised=True)
    return may and case.follows(EventKind.CHANGE_PRIORITY)


async def _extend(doing: Doing) -> object:
    reason = doing.read.text("reason", "原因", longest=2_000)
    amount = doing.read.whole("amount", "延长多少", least=1, most=10_000)
    doing.read.settle()
    clocks = doing.case.policy.clocks[doing.case.now.priority]
    seconds = clocks[Clock.CLOSURE].unit is Unit.SECONDS
    return await holding.extend(
        doing.asker, doing.ticket, reason, doing.at, amount=amount * (86_400 if seconds else 1)
    )


def _longest_extension(case: Case) -> dict[str, Any]:
    granted = case.policy.extensions.get(case.now.priority)
    closure = case.policy.clocks[case.now.priority].get(Clock.CLOSURE)
    if granted is None or closure is None:
        return {}
    amount = closure.amount * granted.percent // 100
    return {"amount": amount // 86_400 if closure.unit is Unit.SECONDS else amount}


async def _extend_hold(doing: Doing) -> object:
    until = doing.read.day("until", "新的日期")
    reason = doing.read.text("reason", "原因", longest=2_000)
    doing.read.settle()
    return await holding.extend_hold(doing.asker, doing.ticket, until, reason, doing.at)


async def _resume(doing: Doing) -> object:
    words = doing.read.text("words", "说明", longest=2_000, optional=True)
    doing.read.settle()
    return await holding.resume(doing.asker, doing.ticket, words, doing.at)


async def _plan(doing: Doing) -> object:
    name = doing.read.text("milestone", "节点", longest=60)
    due = doing.read.moment("due", "期限")
    doing.read.settle()
    return await holding.plan_milestone(doing.asker, doing.ticket, name, due, doing.at)


async def _achieve(doing: Doing) -> object:
    name = doing.read.one_of("milestone", "节点", doing.case.now.milestones)
    words = doing.read.text("words", "做了什么", longest=2_000)
    doing.read.settle()
    return await holding.achieve_milestone(doing.asker, doing.ticket, name, words, doing.at)


async def _correct(doing: Doing) -> object:
    building = str(doing.read.values.get("building") or "")
    right = Correction(
        category=read_id(doing.read, "category", "类别"),
        building=None if building in ("", PUBLIC) else read_id(doing.read, "building", "楼栋"),
        is_public_part=building == PUBLIC,
        spot=doing.read.text("spot", "位置", longest=100, optional=True),
        is_public=bool(doing.read.values.get("is_public")),
    )
    reason = doing.read.text("reason", "原因", longest=2_000)
    doing.read.settle()
    return await correcting.correct_ticket(doing.asker, doing.ticket, right, reason, doing.at)


def _as_it_is(case: Case) -> dict[str, Any]:
    ticket = case.ticket
    return {
        "category": str(ticket.category),
        "building": str(ticket.building or PUBLIC),
        "spot": ticket.spot,
        "is_public": "yes" if ticket.is_public else "",
    }


async def _merge(doing: Doing) -> object:
    number = doing.read.whole("into", "工单号", least=1)
    doing.read.settle()
    into: UUID | None = await value(
        "select id from ticket where number = $1 and estate = $2", number, doing.case.ticket.estate
    )
    if into is None:
        doing.read.wrong("into", "本小区没有这个号的工单，请核对。")
        doing.read.settle()
    assert into
    return await correcting.merge_ticket(doing.asker, doing.ticket, into, doing.at)


async def _change_priority(doing: Doing) -> object:
    priority = doing.read.one_of("priority", "等级", Priority)
    reason = doing.read.text("reason", "原因", longest=2_000)
    doing.read.settle()
    return await correcting.change_priority(
        doing.asker, doing.ticket, Priority(priority), reason, doing.at
    )


async def _repin(doing: Doing) -> object:
    reason = doing.read.text("reason", "原因", longest=2_000)
    doing.read.settle()
    return await correcting.repin_policy(doing.asker, doing.ticket, reason, doing.at)


async def _supervise(doing: Doing) -> object:
    words = doing.read.text("words", "督办要求", longest=2_000)
    due = doing.read.moment("due", "期限")
    doing.read.settle()
    return await correcting.supervise(doing.asker, doing.ticket, words, due, doing.at)


async def _link_matter(doing: Doing) -> object:
    matter = read_id(doing.read, "matter", "事项")
    doing.read.settle()
    return await linking.link_matter(doing.asker, doing.ticket, matter, doing.at)


async def _unlink_matter(doing: Doing) -> object:
    words = doing.read.text("words", "原因", longest=2_000)
    doing.read.settle()
    return await linking.unlink_matter(doing.asker, doing.ticket, words, doing.at)


PUBLIC = "public"  # of no building
STEERING = (
    Act(
        "extensions", "延期", "延期", _may_extend, _extend, "已延期。",
        (REASON, Field("amount", "延长多少", "number", "按工作日计时的填工作日数，其他填天数。")),
        preset=_longest_extension,
    ),
    Act(
        "resumptions", "恢复处理", "恢复处理",
        lambda case: permits.may_resume(case.asker, case.reach)
        and case.follows(EventKind.RESUME),
        _resume, "已恢复，继续计时。", (Field("words", "说明", optional=True),), tone="primary",
    ),
    Act(
        "hold-extensions", "延长挂起", "延长挂起", _may_extend_hold, _extend_hold, "已延长挂起。",
        (Field("until", "新的日期", "day"), REASON),
    ),
    Act(
        "milestones", "定节点", "定下节点",
        lambda case: _holds(case) and case.follows(EventKind.PLAN), _plan, "已定下节点。",
        (Field("milestone", "到时做到什么", "text", longest=60),
         Field("due", "期限", "moment")),
        hint="需要维修资金、表决、预算的，分节点办；至少每 15 天写一次进展。",
    ),
    Act(
        "achievements", "完成节点", "节点完成",
        lambda case: _holds(case) and case.follows(EventKind.ACHIEVE)
        and bool(case.now.milestones),
        _achieve, "节点已完成。",
        (Field("milestone", "哪个节点", "select", options="milestones"),
         Field("words", "做了什么")),
    ),
    Act(
        "supervisions", "督办", "发出督办",
        lambda case: permits.may_supervise(case.asker, case.reach)
        and case.follows(EventKind.SUPERVISE),
        _supervise, "已督办。",
        (Field("words", "督办要求", hint="公开。"), Field("due", "期限", "moment")),
    ),
    Act(
        "priorities", "调整等级", "调整", _may_change_priority, _change_priority, "已调整等级。",
        (Field("priority", "等级", "select"), REASON),
        hint="调高由责任单位或上级，调低只能由上级。",
        preset=lambda case: {"priority": case.now.priority.value},
    ),
    Act(
        "policies", "改用现行时限", "改用现行时限",
        lambda case: permits.may_repin(case.asker, case.reach)
        and case.follows(EventKind.REPIN_POLICY),
        _repin, "已改用现行时限。", (REASON,),
    ),
    Act(
        "corrections", "更正类别、地点、公开范围", "更正",
        lambda case: permits.may_correct(case.asker, case.reach), _correct, "已更正。",
        (Field("category", "类别", "select", options="categories"),
         Field("building", "楼栋", "select"), Field("spot", "位置", "text", longest=100,
                                                  optional=True),
         Field("is_public", "内容和照片公开", "check"), Field("reason", "更正的原因")),
        preset=_as_it_is,
    ),
    Act(
        "merges", "并入另一张工单", "并入",
        lambda case: permits.may_correct(case.asker, case.reach)
        and case.follows(EventKind.MERGE),
        _merge, "已并入。",
        (Field("into", "并入哪一张的工单号", "number"),),
        hint="两张说的是同一件事时用。吹哨人会收到通知，转为那一张的同求。", tone="danger",
    ),
    Act(
        "matters", "归入事项", "归入事项",
        lambda case: permits.may_link_matter(case.asker, case.reach)
        and case.follows(EventKind.LINK_MATTER) and case.now.matter is None,
        _link_matter, "已归入事项。", (Field("matter", "事项", "select"),),
    ),
    Act(
        "left-matters", "移出事项", "移出事项",
        lambda case: permits.may_link_matter(case.asker, case.reach)
        and case.follows(EventKind.UNLINK_MATTER) and case.now.matter is not None,
        _unlink_matter, "已移出事项。",
        (Field("words", "为什么移出", hint="事项的经过里会公开。"),),
    ),
)  # fmt: skip
