"""What those who stand above a ticket's holder, or beside it, do: agree, decide, order, correct."""

from coordination.tickets import permits
from coordination.tickets.desk.acts import Act, Case, Doing, Field, read_id
from coordination.tickets.handling import actions, dispatching, holding
from coordination.tickets.handling.holding import Hold
from coordination.tickets.kinds import EventKind


def _may_review(case: Case) -> bool:
    may = permits.may_review_refusal(case.asker, case.reach)
    return may and case.now.refusal_by != case.asker.id


def _may_answer_hold(case: Case) -> bool:
    wish = case.now.hold_wish
    if wish is None or wish.person == case.asker.id:
        return False
    return permits.may_answer_hold(case.asker, case.reach) and case.follows(EventKind.HOLD)


async def _adjudicate(doing: Doing) -> object:
    to = read_id(doing.read, "holder", "责任单位")
    basis = doing.read.text("basis", "依据", longest=2_000)
    doing.read.settle()
    return await dispatching.adjudicate(doing.asker, doing.ticket, to, basis, doing.at)


async def _hold(doing: Doing) -> object:
    words = doing.read.text("words", "意见", longest=2_000, optional=True)
    doing.read.settle()
    return await holding.hold(doing.asker, doing.ticket, doing.at, words=words)


async def _refuse_hold(doing: Doing) -> object:
    words = doing.read.text("words", "理由", longest=2_000)
    doing.read.settle()
    return await holding.refuse_hold(doing.asker, doing.ticket, words, doing.at)


async def _ask_hold(doing: Doing) -> object:
    wish = Hold(
        doing.read.text("blocker", "难点", longest=2_000),
        doing.read.text("unblocker", "谁能解决", longest=200),
        doing.read.day("until", "恢复处理的日期"),
    )
    doing.read.settle()
    return await holding.ask_hold(doing.asker, doing.ticket, wish, doing.at)


async def _confirm_refusal(doing: Doing) -> object:
    words = doing.read.text("words", "复核意见", longest=2_000)
    doing.read.settle()
    return await actions.confirm_refusal(doing.asker, doing.ticket, words, doing.at)


async def _overrule(doing: Doing) -> object:
    words = doing.read.text("words", "理由", longest=2_000)
    doing.read.settle()
    return await actions.overrule_refusal(doing.asker, doing.ticket, words, doing.at)


OF_OVERSEER = (
    Act(
        "adjudications", "裁定责任单位", "裁定",
        lambda case: permits.may_adjudicate(case.asker, case.reach)
        and case.follows(EventKind.ADJUDICATE),
        _adjudicate, "已裁定。",
        (Field("holder", "责任单位", "select", options="bodies"),
         Field("basis", "依据", hint="各方都会看到，裁定有约束力。")), tone="primary",
    ),
    Act(
        "holds", "同意挂起", "同意挂起", _may_answer_hold, _hold, "已同意挂起，计时暂停。",
        (Field("words", "意见", optional=True),), tone="primary",
    ),
    Act(
        "hold-refusals", "不同意挂起", "不同意", _may_answer_hold, _refuse_hold,
        "已答复，继续计时。", (Field("words", "理由"),),
    ),
    Act(
        "refusal-confirmations", "复核：不予受理", "确认不予受理",
        lambda case: _may_review(case) and case.now.refusal_by is not None
        and case.follows(EventKind.OVERRULE_REFUSAL),
        _confirm_refusal, "已确认不予受理。",
        (Field("words", "复核意见", hint="居民会看到。"),), tone="danger",
    ),
    Act(
        "overrulings", "复核：应予受理", "应予受理",
        lambda case: _may_review(case) and case.follows(EventKind.OVERRULE_REFUSAL),
        _overrule, "已退回受理。", (Field("words", "理由"),), tone="primary",
    ),
    Act(
        "hold-requests", "申请挂起", "申请挂起",
        lambda case: permits.may_work_on(case.asker, case.reach)
        and case.follows(EventKind.ASK_HOLD) and not case.now.hold_asked,
        _ask_hold, "已申请，等社区或街道答复。答复之前继续计时。",
        (Field("blocker", "难点：被什么卡住了", hint="公开。"),
         Field("unblocker", "谁能解决", "text", longest=200),
         Field("until", "恢复处理的日期", "day")),
    ),
)  # fmt: skip
