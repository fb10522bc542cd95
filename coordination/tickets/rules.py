"""What must hold of an event whoever writes it 底线; an action asks more, never less. Pure."""

from collections.abc import Callable
from datetime import datetime, timedelta

from coordination.errors import Conflict, Invalid, NotAllowed
from coordination.tickets.kinds import EventKind, Outcome, State
from coordination.tickets.standings import Happened, Standing
from coordination.tickets.state import may_follow
from coordination.tickets.words import EVENT_WORDS, STATE_WORDS

SECOND = timedelta(seconds=1)  # what the clocks count in


class OutOfOrder(Conflict):
    """Such an event does not follow the state the ticket is in."""


class AlreadyTaken(Conflict):
    """A named person has it already."""


class PartsOpen(Conflict):
    """A mandatory sub-task is not finished."""


class AskedBefore(Conflict):
    """Information is asked for once."""


class ReturnedBefore(Conflict):
    """A ticket is returned 退单 once."""


class RulingBinds(Conflict):
    """After a 裁定 the ticket stays where it was put."""


class NotVisited(Conflict):
    """A close needs a return visit, or the resident's own word."""


class NotSolved(Conflict):
    """Nobody has said that it is solved."""


class NothingLinked(Conflict):
    """It belongs to no matter."""


class OwnWork(NotAllowed):
    """Whoever had a hand in it neither visits nor rates nor confirms it."""


class NothingAsked(Conflict):
    """There is no request that waits."""


class NoSuchPart(Conflict):
    """That sub-task or milestone is not open."""


def require(now: Standing, next_: Happened) -> None:
    """OutOfOrder, or what the kind's own guard says."""
    if not may_follow(now.state, next_.kind):
        raise OutOfOrder(
            f"工单现在是“{STATE_WORDS[now.state]}”，不能“{EVENT_WORDS[next_.kind]}”。"
            "可能刚有人处理过，请刷新页面查看最新进展。"
        )
    if guard := GUARDS.get(next_.kind):
        guard(now, next_)


def _info(now: Standing, _: Happened) -> None:
    if now.info_asked:
        raise AskedBefore("已经请居民补充过一次信息，不能再次要求。请报到后电话联系，或现场查看。")


def _in_hand(now: Standing, next_: Happened) -> None:
    """Once reported in, or taken up, the ticket is in a named person's hands."""
    if now.handler is not None and now.state is not State.REOPENED:
        raise AlreadyTaken("这件工单已经有人报到。需要换人的，请由本单位负责人转交。")


def _transfer(now: Standing, next_: Happened) -> None:
    if now.is_adjudicated and next_.body == now.holder:
        raise RulingBinds(
            "责任单位已经裁定，裁定有约束力，不能再转办。请处理，或请社区、街道协调。"
        )
    if str(now.holder) == next_.facts["holder"]:
        raise Invalid("这件工单本来就在该单位。", holder="请选择另一个单位。")


def _return(now: Standing, _: Happened) -> None:
    if now.returns:
        raise ReturnedBefore("这件工单已经退过一次，不能再退。请签收处理，有困难可以申请挂起。")


def _ahead(_: Standing, next_: Happened) -> None:
    """A clock that is over before it begins is none."""
    if datetime.fromisoformat(next_.facts["due"]) <= next_.at + SECOND:
        raise Invalid("期限要在现在以后。", due="请填写以后的时间。")


def _finish(now: Standing, next_: Happened) -> None:
    if next_.facts["sub_task"] not in now.sub_tasks:
        raise NoSuchPart("这项协办已经完成，或者不属于这件工单。请刷新页面。")


def _answer_hold(now: Standing, next_: Happened) -> None:
    if now.hold_wish is None:
        raise NothingAsked("没有等待答复的挂起申请，可能已经有人答复。请刷新页面。")
    if now.hold_wish.person == next_.person:
        raise OwnWork("挂起须由申请人以外的人同意。请社区或街道办理。")


def _extend(now: Standing, next_: Happened) -> None:
    if "until" in next_.facts and now.state is not State.ON_HOLD:
        raise OutOfOrder("这件工单没有挂起，不能延长挂起的日期。请刷新页面。")


def _reply(now: Standing, next_: Happened) -> None:
    if now.mandatory:
        raise PartsOpen(f"还有 {len(now.mandatory)} 项必办的协办没有完成，完成后才能答复。")
    if not next_.words.strip():
        raise Invalid("请写明处理结果。", words="请写明做了什么、结果如何。")
    outcome = Outcome(next_.facts["outcome"])
    _planned(now, next_, outcome)
    if outcome is not Outcome.EXPLAINED and not next_.facts.get("evidence"):
        raise Invalid("请附上凭证。", evidence="请上传处理后的照片或文件。只作解释的可以不附。")


def _visit(now: Standing, next_: Happened) -> None:
    if next_.person in now.hands:
        raise OwnWork("您经手过这件工单，不能回访自己办的事。请由其他同事回访。")


def _close(now: Standing, next_: Happened) -> None:
    outcome = Outcome(next_.facts["outcome"])
    if next_.facts.get("elsewhere"):
        return  # closed in the system it came from, by that system's word
    if now.state is State.REFUSED_REVIEW:
        _confirm_refusal(now, next_, outcome)
        return
    if not (now.is_confirmed or now.is_visited):
        raise NotVisited("还没有回访，居民也没有确认，不能办结。请先回访，或等居民确认。")
    _outcome(now, next_, outcome)


def _confirm_refusal(now: Standing, next_: Happened, outcome: Outcome) -> None:
    if outcome is not Outcome.REFUSED:
        raise Invalid("复核只能确认不予受理，或者改为应予受理。", outcome="请选择“不予受理”。")
    if next_.person is None or next_.person == now.refusal_by:
        raise OwnWork("不予受理须由提出人以外的人复核。请另一位工作人员办理。")


def _outcome(now: Standing, next_: Happened, outcome: Outcome) -> None:
    confirmed = now.is_confirmed and now.reply_outcome in (Outcome.SOLVED, None)
    if outcome is Outcome.SOLVED and not (confirmed or now.found_solved):
        raise NotSolved("居民没有确认，回访也没有证实，不能记为“已解决”。请如实选择结果。")
    if outcome is Outcome.UNREACHABLE and (now.is_confirmed or now.is_reached):
        raise Invalid("回访已经联系上居民。", outcome="不能选“失联”，请如实选择结果。")
    _planned(now, next_, outcome)
    if outcome in (Outcome.EXPLAINED, Outcome.REFUSED) and not next_.words.strip():
        raise Invalid("请写明依据。", words="请写明解释或者不予受理的依据。")
    if outcome is Outcome.REFUSED:
        raise Invalid("答复过的工单不能再不予受理。", outcome="请如实选择结果。")


def _planned(now: Standing, next_: Happened, outcome: Outcome) -> None:
    if outcome is Outcome.PLANNED and not (now.matter and next_.facts.get("until")):
        raise Invalid("列入计划须有事项和日期。", outcome="请先归入事项，并写明计划完成的日期。")


def _confirm(now: Standing, next_: Happened) -> None:
    if next_.person in now.hands:
        raise OwnWork("您经手过这件工单，不能自己确认。请等社区回访。")


def _rate(now: Standing, next_: Happened) -> None:
    if next_.person in now.hands or next_.person in now.visitors:
        raise OwnWork("您经手或者回访过这件工单，不能评价。")


def _reopen(now: Standing, _: Happened) -> None:
    if now.state is State.REPLIED and not now.is_rejected:
        raise OutOfOrder("居民没有表示不认可，也还没有回访，不能退回重办。请先回访。")


def _overrule(now: Standing, next_: Happened) -> None:
    if next_.person == now.refusal_by:
        raise OwnWork("不予受理须由提出人以外的人复核。请另一位工作人员办理。")


def _unlink(now: Standing, _: Happened) -> None:
    if now.matter is None:
        raise NothingLinked("这件工单没有归入事项。请刷新页面。")
    if now.outcome is Outcome.PLANNED:
        raise Conflict("这件工单按“列入计划”办结，就是这个事项在办，不能移出。")


def _achieve(now: Standing, next_: Happened) -> None:
    if next_.facts["milestone"] not in now.milestones:
        raise NoSuchPart("没有这个节点，或者已经完成。请刷新页面。")


GUARDS: dict[EventKind, Callable[[Standing, Happened], None]] = {
    EventKind.ASK_INFO: _info,
    EventKind.REPORT_IN: _in_hand,
    EventKind.TAKE_UP: _in_hand,
    EventKind.TRANSFER: _transfer,
    EventKind.RETURN: _return,
    EventKind.OPEN_SUB_TASK: _ahead,
    EventKind.FINISH_SUB_TASK: _finish,
    EventKind.HOLD: _answer_hold,
    EventKind.REFUSE_HOLD: _answer_hold,
    EventKind.EXTEND: _extend,
    EventKind.REPLY: _reply,
    EventKind.BEGIN_VISIT: _visit,
    EventKind.VISIT: _visit,
    EventKind.CONFIRM: _confirm,
    EventKind.CLOSE: _close,
    EventKind.RATE: _rate,
    EventKind.REOPEN: _reopen,
    EventKind.OVERRULE_REFUSAL: _overrule,
    EventKind.UNLINK_MATTER: _unlink,
    EventKind.SUPERVISE: _ahead,
    EventKind.PLAN: _ahead,
    EventKind.ACHIEVE: _achieve,
}
