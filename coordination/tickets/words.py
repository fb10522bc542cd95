"""What states, outcomes, priorities, clocks and events of a ticket are called on a page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from coordination.law.policies import Clock, Level
from coordination.tickets.kinds import (
    DispatchKind,
    Door,
    EventKind,
    Outcome,
    PhotoKind,
    Rating,
    State,
)
from coordination.web.formats import duration

STATE_WORDS = {
    State.WHISTLED: "已吹哨，待报到",
    State.NEED_INFO: "待补充",
    State.REPORTED: "已报到，待分派",
    State.TRANSFERRING: "转办中，待签收",
    State.ADJUDICATING: "裁定中",
    State.HANDLING: "处理中",
    State.ON_HOLD: "挂起",
    State.REPLIED: "已答复，待确认",
    State.VISITING: "回访中",
    State.REOPENED: "重办",
    State.REFUSED_REVIEW: "不予受理复核",
    State.CLOSED: "办结",
    State.MERGED: "已并入",
    State.WITHDRAWN: "已撤回",
}
OUTCOME_WORDS = {
    Outcome.SOLVED: "已解决",
    Outcome.PARTLY: "部分解决",
    Outcome.PLANNED: "列入计划",
    Outcome.EXPLAINED: "已解释",
    Outcome.REFUSED: "不予受理",
    Outcome.UNREACHABLE: "失联",
}
RATING_WORDS = {
    Rating.SATISFIED: "满意",
    Rating.FAIRLY: "基本满意",
    Rating.DISSATISFIED: "不满意",
}
DISPATCH_WORDS = {
    DispatchKind.DIRECT: "直办",
    DispatchKind.JOINT: "联办",
    DispatchKind.TRANSFERRED: "转办",
}
DOOR_WORDS = {
    Door.RESIDENT: "居民吹哨",
    Door.COUNTER: "代办",
    Door.PATROL: "联动巡察",
    Door.HOTLINE: "热线转入",
    Door.PETITION: "信访转入",
    Door.MATTER: "议事转来",
    Door.API: "系统对接",
    Door.OPEN311: "Open311",
}
PRIORITY_WORDS = {
    "p0": "P0 危险",
    "p1": "P1 民生",
    "p2": "P2 一般",
    "p3": "P3 复杂",
    "p4": "P4 程序",
}
PHOTO_WORDS = {
    PhotoKind.WHISTLE: "吹哨时",
    PhotoKind.BEFORE: "处理前",
    PhotoKind.AFTER: "处理后",
    PhotoKind.DOCUMENT: "凭证",
}
EVENT_WORDS = {
    EventKind.WHISTLE: "吹哨",
    EventKind.CO_SIGN: "我也遇到",
    EventKind.ASK_INFO: "请居民补充信息",
    EventKind.ANSWER_INFO: "居民已补充",
    EventKind.INFO_TIMEOUT: "超时没有补充，信息不足",
    EventKind.REPORT_IN: "报到",
    EventKind.DISPATCH: "分派",
    EventKind.TRANSFER: "转办",
    EventKind.ACCEPT: "签收",
    EventKind.RETURN: "退单",
    EventKind.ADJUDICATE: "裁定责任单位",
    EventKind.OPEN_SUB_TASK: "派协办",
    EventKind.FINISH_SUB_TASK: "协办完成",
    EventKind.NOTE: "进展",
    EventKind.ASK_HOLD: "申请挂起",
    EventKind.HOLD: "同意挂起",
    EventKind.REFUSE_HOLD: "不同意挂起",
    EventKind.RESUME: "恢复处理",
    EventKind.EXTEND: "延期",
    EventKind.REPLY: "答复",
    EventKind.BEGIN_VISIT: "开始回访",
    EventKind.VISIT: "回访",
    EventKind.CONFIRM: "居民确认",
    EventKind.REJECT: "居民不认可",
    EventKind.CLOSE: "办结",
    EventKind.RATE: "评价",
    EventKind.REOPEN: "退回重办",
    EventKind.TAKE_UP: "接手重办",
    EventKind.PROPOSE_REFUSAL: "拟不予受理",
    EventKind.OVERRULE_REFUSAL: "复核：应予受理",
    EventKind.MERGE: "并入其他工单",
    EventKind.WITHDRAW: "居民撤回",
    EventKind.RETRACT: "撤销导入",
    EventKind.REMIND: "临期提醒",
    EventKind.BREACH: "超期",
    EventKind.ESCALATE: "升级",
    EventKind.SUPERVISE: "督办",
    EventKind.CHANGE_PRIORITY: "调整等级",
    EventKind.REPIN_POLICY: "改用新时限",
    EventKind.CORRECT: "更正",
    EventKind.LINK_MATTER: "归入事项",
    EventKind.UNLINK_MATTER: "移出事项",
    EventKind.HAND_OVER: "移交",
    EventKind.PLAN: "定节点",
    EventKind.ACHIEVE: "节点完成",
}
LEVEL_WORDS = {
    Level.PROPERTY: "物业",
    Level.COMMUNITY: "社区",
    Level.SUBDISTRICT: "街道",
    Level.DISTRICT: "区主管部门",
}
CLOCK_WORDS = {
    Clock.REPORT_IN: "报到",
    Clock.FIRST_REPLY: "首次答复",
    Clock.CLOSURE: "办结",
    Clock.VISIT: "回访",
    Clock.HOLDER: "本单位经手",
    Clock.PROGRESS: "进展说明",
    Clock.MILESTONE: "节点",
}
ORDER_WORDS = {
    "adjudication": "裁定",
    "supervision": "督办",
    "part": "协办",
}  # what a milestone may be
COUNT_WORDS = {"reopened": "重办{}次", "cosigners": "同求{}户", "hops": "流转{}次"}


def clock_words(name: str) -> str:
    """A clock by its name: closure, holder:…, visit:2, milestone:supervision-7."""
    clock, _, of = name.partition(":")
    order = of.partition("-")[0] if clock == Clock.MILESTONE else ""
    return ORDER_WORDS.get(order) or CLOCK_WORDS[Clock(clock)]


def call_words(facts: Mapping[str, Any]) -> str:
    """Why a ticket climbed 升级, of what its event says: 首次答复超过时限一半, 重办 2 次."""
    name, _, percent = str(facts["reason"]).rpartition(":")
    if not name:
        count = f" {facts['count']} " if facts.get("count") else "多"
        return COUNT_WORDS.get(percent, "").format(count)
    clock, past = clock_words(name), int(percent) - 100
    if past == 0:
        return f"{clock}超期" if name.startswith(Clock.HOLDER) else f"{clock}时限已到"
    return f"{clock}超过时限{'一半' if past == 50 else '一倍' if past == 100 else f'{past}%'}"


def countdown(due: datetime, at: datetime) -> str:
    """还剩 2小时, or 已超期 1天3小时 once the moment has come."""
    late = due <= at
    length = duration(at - due if late else due - at)
    if length.endswith("秒"):
        length = "不到1分钟"
    return f"{'已超期' if late else '还剩'} {length}"
