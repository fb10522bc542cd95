"""The figures of a sheet 指标: a part of a whole, and what stands under the table about it.

Merged tickets and those withdrawn before 报到 are in none of them; both are listed apart.
"""

from dataclasses import dataclass

from coordination.tickets.figures.counts import COUNTS


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate: `part` and `whole` are names of counts."""

    name: str
    label: str
    part: str
    whole: str
    definition: str

    @property
    def fraction_words(self) -> str:
        return f"{COUNTS[self.part].label} ÷ {COUNTS[self.whole].label}"


FIGURES = (
    Figure("report", "报到率", "reported", "accepted",
           "责任单位有人具名报到的工单，占已受理工单。自动回执不算报到。"),
    Figure("report_on_time", "按时报到率", "reported_on_time", "accepted",
           "首次报到早于报到期限的工单，占已受理工单。"),
    Figure("reply", "回复率", "replied", "reply_due",
           "已有答复的工单，占应回复工单。应回复：已经答复的，加上答复期限已过、既没有撤回"
           "也没有以不予受理办结的。"),
    Figure("reply_on_time", "按时回复率", "replied_on_time", "reply_due",
           "首次答复早于答复期限的工单，占应回复工单。"),
    Figure("visit", "回访率", "visited", "replied",
           "由办理人以外的人回访、接通一次或者在不同日期拨打两次的工单，占已回复工单。"
           "居民自行确认而没有回访的，单列件数，不算已回访。"),
    Figure("reach", "回访接通率", "reached", "visited", "回访时联系上居民的工单，占已回访工单。"),
    Figure("close", "办结率", "closed", "close_due",
           "已办结工单，占应办结工单。应办结：已经办结的，加上办结期限已过、没有撤回的。"
           "办结不等于解决。"),
    Figure("close_on_time", "按时办结率", "closed_on_time", "close_due",
           "办结时间早于办结期限的工单，占应办结工单。"),
    Figure("solve", "解决率", "solved", "closed",
           "办结结果是“已解决”的工单，占已办结工单。部分解决、列入计划、已解释、不予受理、失联"
           "都不算已解决。"),
    Figure("content", "满意率", "content", "rated",
           "评价为“满意”或“基本满意”的工单，占有评价的已办结工单。没有评价的，不算评价，也不算满意。"),
    Figure("rated", "评价率", "rated", "closed", "有评价的工单，占已办结工单。"),
    Figure("reopen", "重办率", "reopened", "closed",
           "退回重办过至少一次的已办结工单，占已办结工单。重办了还没有办结的，单列件数。"),
    Figure("late", "超期率", "late", "accepted",
           "报到、首次答复、办结任何一个期限超过了的工单，占已受理工单；经批准的挂起不计入用时。"),
    Figure("return", "退单率", "returned", "accepted", "被责任单位退过单的工单，占已受理工单。"),
)  # fmt: skip
FIGURE = {figure.name: figure for figure in FIGURES}

# Counts that stand by themselves, in the order in which a sheet lists them.
APART = (
    "whistled", "merged", "withdrawn", "open", "overdue", "on_hold", "escalated", "confirmed",
    "reopened_open", "quick", "unstated", "doubtful",
)  # fmt: skip
OUTCOMES = ("solved", "partly", "planned", "explained", "refused", "unreachable")
RATINGS = ("satisfied", "fairly", "dissatisfied")
SPREAD_LABELS = {"report": "吹哨到报到", "reply": "吹哨到首次答复", "close": "吹哨到办结"}
NOTES = (
    "已受理：统计对象中，没有并入其他工单、也没有在报到前撤回的工单。并入的和报到前撤回的单列，"
    "不进入任何分母。导入有误、整批撤销的，不算收到，哪里都不计。",
    "用时：从吹哨起的自然时间，中位数和九成线（90% 的工单不超过）都取实际发生的一件，精确到秒。",
    "时间存疑：从热线、信访导入时，时间不存在、缺失或先后颠倒的工单；件数照计，单列，不计入用时。",
    "平均流转：转到其他单位的次数之和 ÷ 已受理工单。",
    "5 分钟内办结的单列件数，供核查是否先办结后处理。",
    "百分比四舍五入到两位小数，旁边是原始的分子和分母；点数字看背后的工单。",
)
