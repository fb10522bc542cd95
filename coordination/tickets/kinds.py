"""The words of a ticket 工单: its states, outcomes, doors, and what can happen to it."""

from enum import StrEnum


class State(StrEnum):
    WHISTLED = "whistled"  # 已吹哨
    NEED_INFO = "need_info"  # 待补充
    REPORTED = "reported"  # 已报到
    TRANSFERRING = "transferring"  # 转办中
    ADJUDICATING = "adjudicating"  # 裁定中
    HANDLING = "handling"  # 处理中
    ON_HOLD = "on_hold"  # 挂起
    REPLIED = "replied"  # 已答复
    VISITING = "visiting"  # 回访中
    REOPENED = "reopened"  # 重办
    REFUSED_REVIEW = "refused_review"  # 不予受理复核
    CLOSED = "closed"  # 办结
    MERGED = "merged"  # 已并入
    WITHDRAWN = "withdrawn"  # 已撤回


DONE = frozenset({State.CLOSED, State.MERGED, State.WITHDRAWN})
OPEN = frozenset(State) - DONE


class Outcome(StrEnum):
    """How it closed; only the first is solved."""

    SOLVED = "solved"  # 已解决
    PARTLY = "partly"  # 部分解决
    PLANNED = "planned"  # 列入计划
    EXPLAINED = "explained"  # 已解释
    REFUSED = "refused"  # 不予受理
    UNREACHABLE = "unreachable"  # 失联


class Rating(StrEnum):
    SATISFIED = "satisfied"  # 满意
    FAIRLY = "fairly"  # 基本满意
    DISSATISFIED = "dissatisfied"  # 不满意


class DispatchKind(StrEnum):
    DIRECT = "direct"  # 直办
    JOINT = "joint"  # 联办
    TRANSFERRED = "transferred"  # 转办


class Door(StrEnum):
    """How it came in."""

    RESIDENT = "resident"  # 居民自己
    COUNTER = "counter"  # 代办: at the counter or by phone
    PATROL = "patrol"  # 联动巡察
    HOTLINE = "hotline"  # 12345、民呼我应、留言板 (import)
    PETITION = "petition"  # 信访 (import)
    MATTER = "matter"  # 议事转来: a matter that needs no meeting, a task of one
    API = "api"
    OPEN311 = "open311"


class EventKind(StrEnum):
    WHISTLE = "whistle"  # 吹哨
    CO_SIGN = "co_sign"  # 我也遇到
    ASK_INFO = "ask_info"  # 请补充信息
    ANSWER_INFO = "answer_info"  # 已补充
    INFO_TIMEOUT = "info_timeout"  # 信息不足
    REPORT_IN = "report_in"  # 报到
    DISPATCH = "dispatch"  # 分派: 直办, 联办
    TRANSFER = "transfer"  # 转办
    ACCEPT = "accept"  # 签收
    RETURN = "return"  # 退单
    ADJUDICATE = "adjudicate"  # 裁定
    OPEN_SUB_TASK = "open_sub_task"  # 派协办
    FINISH_SUB_TASK = "finish_sub_task"  # 协办完成
    NOTE = "note"  # 进展
    ASK_HOLD = "ask_hold"  # 申请挂起
    HOLD = "hold"  # 挂起
    REFUSE_HOLD = "refuse_hold"  # 不同意挂起
    RESUME = "resume"  # 恢复
    EXTEND = "extend"  # 延期
    REPLY = "reply"  # 答复
    BEGIN_VISIT = "begin_visit"  # 开始回访
    VISIT = "visit"  # 回访: one attempt
    CONFIRM = "confirm"  # 居民确认
    REJECT = "reject"  # 居民不认可
    CLOSE = "close"  # 办结
    RATE = "rate"  # 评价
    REOPEN = "reopen"  # 重办
    TAKE_UP = "take_up"  # 重办后接手
    PROPOSE_REFUSAL = "propose_refusal"  # 拟不予受理
    OVERRULE_REFUSAL = "overrule_refusal"  # 复核: 应予受理
    MERGE = "merge"  # 并入
    WITHDRAW = "withdraw"  # 撤回
    RETRACT = "retract"  # 撤销导入: the sheet that brought it was wrong
    REMIND = "remind"  # 提醒: 80 %
    BREACH = "breach"  # 超期: 100 %
    ESCALATE = "escalate"  # 升级
    SUPERVISE = "supervise"  # 督办
    CHANGE_PRIORITY = "change_priority"  # 调整等级
    REPIN_POLICY = "repin_policy"  # 改用新时限
    CORRECT = "correct"  # 更正: category, place, visibility
    LINK_MATTER = "link_matter"  # 归入事项
    UNLINK_MATTER = "unlink_matter"  # 移出事项
    HAND_OVER = "hand_over"  # 移交: another company took the estate over
    PLAN = "plan"  # 定节点: what a long ticket promises by a day
    ACHIEVE = "achieve"  # 节点完成


class PhotoKind(StrEnum):
    WHISTLE = "whistle"  # 吹哨时
    BEFORE = "before"  # 处理前
    AFTER = "after"  # 处理后
    DOCUMENT = "document"  # 凭证 (a PDF, or a photo of paper)
