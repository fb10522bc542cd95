"""What may happen to a ticket next, and what all that happened comes to. Pure.

`MAY_FOLLOW` says in which states an event may come; `standing` folds the events, in their order,
into how the ticket stands. Facts of an event are JSON: ids are texts, moments ISO 8601.
What each kind must say (a key in brackets may be missing):

    whistle     priority, policy, holder        report_in, take_up  [holder]: who took it over
    ask_info    until                           dispatch            dispatch
    transfer    holder, basis                   return              holder, proposed, due: a 裁定's
    adjudicate  holder                          open_sub_task       sub_task, body, mandatory, due
    finish_sub_task  sub_task                   ask_hold, hold      blocker, unblocker, until
    extend      amount, unit | until: of a hold reply               outcome, evidence
    visit       reached, [solved]               close               outcome, [until], [elsewhere]
    rate        rating                          propose_refusal     reason
    merge       into                            escalate            level, reason, [count]
    change_priority  priority                   repin_policy        policy
    link_matter matter                          hand_over           holder
    plan        milestone, due                  achieve             milestone
    supervise   due                             correct             what was, what is
    remind, breach  clock
"""

from datetime import datetime

from coordination.tickets.folding import standing
from coordination.tickets.kinds import DONE, OPEN, EventKind, Outcome, State
from coordination.tickets.standings import CACHED, Happened, Standing
from coordination.tickets.words import OUTCOME_WORDS
from coordination.web.formats import local_day

__all__ = [
    "CACHED", "DONE", "MAY_FOLLOW", "Happened", "Standing", "label_of", "may_follow", "standing",
]  # fmt: skip

ALL = frozenset(State)
UNANSWERED = OPEN - {State.REPLIED, State.VISITING}
IN_WORK = frozenset({State.REPORTED, State.HANDLING, State.ON_HOLD, State.REOPENED})


def _only(*states: State) -> frozenset[State]:
    return frozenset(states)


MAY_FOLLOW: dict[EventKind, frozenset[State]] = {
    EventKind.WHISTLE: frozenset(),
    EventKind.CO_SIGN: OPEN,
    EventKind.ASK_INFO: _only(State.WHISTLED, State.REPORTED),
    EventKind.ANSWER_INFO: _only(State.NEED_INFO),
    EventKind.INFO_TIMEOUT: _only(State.NEED_INFO),
    EventKind.REPORT_IN: _only(State.WHISTLED, State.REPORTED),
    EventKind.DISPATCH: _only(State.REPORTED),
    EventKind.TRANSFER: _only(State.REPORTED, State.HANDLING),
    EventKind.ACCEPT: _only(State.TRANSFERRING),
    EventKind.RETURN: _only(State.TRANSFERRING),
    EventKind.ADJUDICATE: _only(State.ADJUDICATING),
    EventKind.OPEN_SUB_TASK: _only(State.HANDLING),
    EventKind.FINISH_SUB_TASK: OPEN,
    EventKind.NOTE: UNANSWERED,
    EventKind.ASK_HOLD: _only(State.HANDLING),
    EventKind.HOLD: _only(State.HANDLING),
    EventKind.REFUSE_HOLD: _only(State.HANDLING),
    EventKind.RESUME: _only(State.ON_HOLD),
    EventKind.EXTEND: IN_WORK,
    EventKind.REPLY: _only(State.HANDLING),
    EventKind.BEGIN_VISIT: _only(State.REPLIED),
    EventKind.VISIT: _only(State.REPLIED, State.VISITING),
    EventKind.CONFIRM: _only(State.REPLIED, State.VISITING),
    EventKind.REJECT: _only(State.REPLIED, State.VISITING),
    EventKind.CLOSE: _only(State.REPLIED, State.VISITING, State.REFUSED_REVIEW),
    EventKind.RATE: _only(State.CLOSED),
    EventKind.REOPEN: _only(State.REPLIED, State.VISITING, State.CLOSED),
    EventKind.TAKE_UP: _only(State.REOPENED, State.HANDLING),
    EventKind.PROPOSE_REFUSAL: _only(State.WHISTLED),
    EventKind.OVERRULE_REFUSAL: _only(State.REFUSED_REVIEW),
    EventKind.MERGE: _only(State.WHISTLED),
    EventKind.WITHDRAW: _only(State.WHISTLED),
    EventKind.RETRACT: OPEN | {State.CLOSED, State.WITHDRAWN},
    EventKind.REMIND: OPEN,
    EventKind.BREACH: OPEN,
    EventKind.ESCALATE: OPEN,
    EventKind.SUPERVISE: OPEN,
    EventKind.CHANGE_PRIORITY: UNANSWERED,
    EventKind.REPIN_POLICY: OPEN,
    EventKind.CORRECT: ALL,
    EventKind.LINK_MATTER: OPEN | {State.CLOSED},
    EventKind.UNLINK_MATTER: OPEN | {State.CLOSED},
    EventKind.HAND_OVER: OPEN,
    EventKind.PLAN: IN_WORK,
    EventKind.ACHIEVE: IN_WORK,
}


def may_follow(state: State, kind: EventKind) -> bool:
    """Whether such an event may come now."""
    return state in MAY_FOLLOW[kind]


LABELS: dict[State, str] = {
    State.WHISTLED: "已收到，等待报到",
    State.NEED_INFO: "请补充信息",
    State.REPORTED: "已报到",
    State.TRANSFERRING: "已转办，待签收",
    State.ADJUDICATING: "正在确定责任单位",
    State.HANDLING: "处理中",
    State.ON_HOLD: "暂缓",
    State.REPLIED: "已答复，请您确认",
    State.VISITING: "回访中",
    State.REOPENED: "已退回重办",
    State.REFUSED_REVIEW: "拟不受理，正在复核",
    State.CLOSED: "已办结",
    State.MERGED: "已并入",
    State.WITHDRAWN: "已撤回",
}


def label_of(
    state: State,
    *,
    contact: str = "",
    holder: str = "",
    blocker: str | None = None,
    hold_until: datetime | None = None,
    reopened: int = 0,
    outcome: Outcome | None = None,
    merged_into: int | None = None,
) -> str:
    """The state in the resident's words: 已报到 · 王经理, 已退回重办（第 2 次）."""
    match state:
        case State.REPORTED if contact:
            return f"已报到 · {contact}"
        case State.TRANSFERRING if holder:
            return f"已转{holder}，待签收"
        case State.ON_HOLD if blocker and hold_until:
            return f"暂缓至{local_day(hold_until)}：{blocker}"
        case State.REOPENED:
            return f"已退回重办（第 {reopened} 次）"
        case State.CLOSED if outcome:
            return f"已办结：{OUTCOME_WORDS[outcome]}"
        case State.MERGED if merged_into:
            return f"已并入 #{merged_into}"
    return LABELS[state]
