"""What a ticket and what happened to it are called for residents: plain words, and who acted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from coordination.places.naming import building_name
from coordination.tickets.kinds import Door, EventKind, Outcome, Rating, State
from coordination.tickets.state import label_of
from coordination.tickets.words import (
    LEVEL_WORDS,
    OUTCOME_WORDS,
    RATING_WORDS,
    call_words,
    clock_words,
)
from coordination.web.formats import local_day

TONES = {
    State.CLOSED: "done", State.MERGED: "", State.WITHDRAWN: "", State.ON_HOLD: "wait",
    State.NEED_INFO: "wait", State.WHISTLED: "wait", State.REOPENED: "bad",
}  # fmt: skip
CAME_BY = {
    Door.RESIDENT: "居民吹哨",
    Door.COUNTER: "工作人员代居民登记",
    Door.PATROL: "联动巡察发现",
    Door.HOTLINE: "热线转来",
    Door.PETITION: "信访转来",
    Door.MATTER: "议事转来",
    Door.API: "其他系统转来",
    Door.OPEN311: "其他系统转来",
}

OTHERS_READ = {State.NEED_INFO: "等吹哨人补充信息", State.REPLIED: "已答复，等吹哨人确认"}


def state_words(state: State, *, own: bool = False, **named: Any) -> str:
    """The state, to who whistled or to others; `named`: what `state.label_of` names in it."""
    return label_of(state, **named) if own else OTHERS_READ.get(state) or label_of(state, **named)


def tone_of(state: State, *, overdue: bool = False) -> str:
    """The tone of a state's tag; late work is bad whatever its state."""
    return "bad" if overdue else TONES.get(state, "now")


def place_words(building: str | None, spot: str) -> str:
    """3栋 · 2单元电梯"""
    first = building_name(building) if building else "公共部位"
    return f"{first} · {spot}" if spot else first


@dataclass(frozen=True, slots=True)
class Happening:
    """An event as a page tells it; `body` is who acted, by name."""

    kind: EventKind
    at: datetime
    ordinal: int
    body: str = ""
    words: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


Names = Mapping[UUID, str]


def told(event: Happening, names: Names, door: Door) -> str:
    """What happened, in a sentence that names bodies and no person."""
    if event.kind is EventKind.WHISTLE:
        return CAME_BY[door]
    say = SENTENCES.get(event.kind)
    return say(event, names) if say else PLAIN[event.kind]


def note(event: Happening) -> str:
    """What was said with it: the words, or the reason that its facts give."""
    facts = event.facts
    said = [event.words]
    if event.kind in (EventKind.HOLD, EventKind.ASK_HOLD):
        said = [f"难点：{facts.get('blocker', '')}", f"能解决的是：{facts.get('unblocker', '')}",
                f"预计 {_day(facts.get('until'))} 前恢复"]  # fmt: skip
    elif event.kind is EventKind.TRANSFER and facts.get("basis"):
        said = [f"依据：{facts['basis']}", event.words]
    elif event.kind is EventKind.ESCALATE and facts.get("reason"):
        said = [call_words(facts)]
    return "。".join(one.rstrip("。") for one in said if one)


def _day(text: object) -> str:
    return local_day(datetime.fromisoformat(str(text))) if text else "约定日期"


def _name(names: Names, value: object) -> str:
    try:
        return names.get(UUID(str(value)), "责任单位")
    except ValueError:
        return "责任单位"


def _of(event: Happening) -> str:
    return event.body or "责任单位"


SENTENCES: dict[EventKind, Callable[[Happening, Names], str]] = {
    EventKind.REPORT_IN: lambda e, n: f"{_of(e)}已报到",
    EventKind.DISPATCH: lambda e, n: {
        "direct": f"{_of(e)}直接办理", "joint": f"{_of(e)}牵头，几家联办",
    }.get(str(e.facts.get("dispatch")), f"{_of(e)}开始办理"),
    EventKind.TRANSFER: lambda e, n: f"转给{_name(n, e.facts.get('holder'))}办理",
    EventKind.ACCEPT: lambda e, n: f"{_of(e)}已签收",
    EventKind.RETURN: lambda e, n: f"{_of(e)}退单，请上级确定责任单位",
    EventKind.ADJUDICATE: lambda e, n: f"裁定由{_name(n, e.facts.get('holder'))}负责",
    EventKind.OPEN_SUB_TASK: lambda e, n: f"请{_name(n, e.facts.get('body'))}协办",
    EventKind.FINISH_SUB_TASK: lambda e, n: f"{_of(e)}完成协办",
    EventKind.REPLY: lambda e, n: f"{_of(e)}答复：{_outcome(e)}",
    EventKind.CONFIRM: lambda e, n: f"居民{_accepted(e)}",
    EventKind.VISIT: lambda e, n: _visit(e),
    EventKind.CLOSE: lambda e, n: f"办结：{_outcome(e)}",
    EventKind.RATE: lambda e, n: f"居民评价：{RATING_WORDS[Rating(e.facts['rating'])]}",
    EventKind.BREACH: lambda e, n: f"超期：{clock_words(e.facts['clock'])}",
    EventKind.REMIND: lambda e, n: f"提醒：{clock_words(e.facts['clock'])}快到期",
    EventKind.ESCALATE: lambda e, n: f"升级到{LEVEL_WORDS[e.facts['level']]}督办",
    EventKind.SUPERVISE: lambda e, n: f"{_of(e)}督办",
    EventKind.HAND_OVER: lambda e, n: f"移交给{_name(n, e.facts.get('holder'))}",
}  # fmt: skip


def _visit(event: Happening) -> str:
    if not event.facts.get("reached"):
        return "回访：没有联系上"
    said = {True: "，居民说已解决", False: "，居民说没有解决"}
    return f"回访：联系上了{said.get(event.facts.get('solved', ''), '')}"


def _accepted(event: Happening) -> str:
    solved = event.facts.get("outcome") in (Outcome.SOLVED, None)
    return "确认已解决" if solved else f"认可答复：{_outcome(event)}"


def _outcome(event: Happening) -> str:
    return OUTCOME_WORDS[Outcome(event.facts["outcome"])]


PLAIN = {
    EventKind.CO_SIGN: "又有一户遇到同样的事",
    EventKind.ASK_INFO: "请吹哨人补充信息",
    EventKind.ANSWER_INFO: "吹哨人补充了信息",
    EventKind.INFO_TIMEOUT: "没有等到补充，按现有信息办理",
    EventKind.NOTE: "进展",
    EventKind.ASK_HOLD: "申请暂缓",
    EventKind.HOLD: "同意暂缓",
    EventKind.REFUSE_HOLD: "不同意暂缓，继续办理",
    EventKind.RESUME: "恢复办理",
    EventKind.EXTEND: "延期",
    EventKind.BEGIN_VISIT: "开始回访",
    EventKind.REJECT: "居民说没有解决",
    EventKind.REOPEN: "退回重办",
    EventKind.TAKE_UP: "重新接手办理",
    EventKind.PROPOSE_REFUSAL: "拟不予受理，等第二人复核",
    EventKind.OVERRULE_REFUSAL: "复核：应当受理",
    EventKind.MERGE: "并入另一张工单",
    EventKind.WITHDRAW: "吹哨人撤回",
    EventKind.RETRACT: "导入有误，撤销",
    EventKind.CHANGE_PRIORITY: "调整了等级",
    EventKind.REPIN_POLICY: "改用新的时限",
    EventKind.CORRECT: "更正了类别或地点",
    EventKind.LINK_MATTER: "归入事项，一起解决",
    EventKind.UNLINK_MATTER: "移出事项，单独办理",
    EventKind.PLAN: "定下计划节点",
    EventKind.ACHIEVE: "完成一个计划节点",
}
