"""What can be counted of tickets: each count is one condition, in words and in SQL.

In the SQL `t` is the ticket and $4 the moment of counting. A list behind a figure is asked for by
the name of its count, never by SQL of its own.
"""

from dataclasses import dataclass

QUICK_SECONDS = 300
MERGED = "t.state = 'merged'"
WITHDRAWN = "t.state = 'withdrawn' and t.reported_at is null"
ACCEPTED = f"not ({MERGED}) and not ({WITHDRAWN})"
# Of a sheet that was the wrong one and taken back: it gave its number back, and never was.
UNDONE = "t.state = 'withdrawn' and t.door in ('hotline', 'petition') and t.external is null"
CLOSED = "t.state = 'closed'"
STOPPED = "t.state in ('closed', 'merged', 'withdrawn')"
VISITED = "t.replied_at is not null and t.visited_at is not null"
TOOK = "t.closed_at - t.whistled_at"
# Brought in with a time that cannot be: an end before its begin, a day that there is not.
DOUBTFUL = "t.id in (select ticket from external_record where is_doubtful)"
# A clock that was stopped has its moment; one that runs on an open ticket has now. Paused, a ticket
# in time has no due moment. What is due at an instant is late at that instant.
SO_FAR = f"case when not ({STOPPED}) then $4::timestamptz end"
LATE = " or ".join(
    f"coalesce(t.{done}, {SO_FAR}) >= t.{due}"
    for done, due in (
        ("reported_at", "report_due_at"),
        ("replied_at", "reply_due_at"),
        ("closed_at", "close_due_at"),
    )
)
OVERDUE = f"not ({STOPPED}) and (t.due_at <= $4 or t.overdue_since <= $4)"


@dataclass(frozen=True, slots=True)
class Count:
    """How many tickets are so. `of_all`: also of those merged or withdrawn before 报到."""

    name: str
    label: str
    where: str
    of_all: bool = False

    @property
    def condition(self) -> str:
        return self.where if self.of_all else f"{ACCEPTED} and ({self.where})"


def _closed(name: str, label: str, where: str) -> Count:
    return Count(name, label, f"{CLOSED} and {where}")


_ALL = (
    Count("whistled", "收到的工单", f"not ({UNDONE})", of_all=True),
    Count("merged", "并入其他工单", MERGED, of_all=True),
    Count("withdrawn", "报到前撤回", f"{WITHDRAWN} and not ({UNDONE})", of_all=True),
    Count("accepted", "已受理", "true"),
    Count("reported", "已报到", "t.reported_at is not null"),
    Count("reported_on_time", "按时报到", "t.reported_at < t.report_due_at"),
    Count(
        "reply_due", "应回复",
        "t.replied_at is not null or (t.reply_due_at <= $4 and t.state <> 'withdrawn'"
        " and t.outcome is distinct from 'refused')",
    ),
    Count("replied", "已回复", "t.replied_at is not null"),
    Count("replied_on_time", "按时回复", "t.replied_at < t.reply_due_at"),
    Count("visited", "已回访", VISITED),
    Count("reached", "回访接通", f"{VISITED} and t.reached"),
    Count("close_due", "应办结", f"{CLOSED} or (t.close_due_at <= $4 and t.state <> 'withdrawn')"),
    _closed("closed", "已办结", "true"),
    _closed("closed_on_time", "按时办结", "t.closed_at < t.close_due_at"),
    _closed("solved", "已解决", "t.outcome = 'solved'"),
    _closed("partly", "部分解决", "t.outcome = 'partly'"),
    _closed("planned", "列入计划", "t.outcome = 'planned'"),
    _closed("explained", "已解释", "t.outcome = 'explained'"),
    _closed("refused", "不予受理", "t.outcome = 'refused'"),
    _closed("unreachable", "失联", "t.outcome = 'unreachable'"),
    _closed("confirmed", "居民自行确认、没有回访",
            "t.replied_at is not null and t.visited_at is null"),
    _closed("rated", "已评价", "t.rating is not null"),
    _closed("content", "满意和基本满意", "t.rating in ('satisfied', 'fairly')"),
    _closed("satisfied", "满意", "t.rating = 'satisfied'"),
    _closed("fairly", "基本满意", "t.rating = 'fairly'"),
    _closed("dissatisfied", "不满意", "t.rating = 'dissatisfied'"),
    _closed("reopened", "重办过", "t.reopened >= 1"),
    _closed("quick", "5 分钟内办结", f"{TOOK} < interval '{QUICK_SECONDS} seconds'"),
    _closed("unstated", "来源没有注明结果", "t.outcome is null"),
    Count("doubtful", "时间存疑", DOUBTFUL),
    Count("reopened_open", "重办未了", f"t.reopened >= 1 and not ({STOPPED})"),
    Count("late", "超期", LATE),
    Count("overdue", "正在超期", OVERDUE),
    Count("returned", "退过单", "t.returns >= 1"),
    Count("open", "未办结", f"not ({STOPPED})"),
    Count("on_hold", "挂起中", "t.state = 'on_hold'"),
    Count("escalated", "升到街道及以上", "t.level >= 3"),
)  # fmt: skip
COUNTS: dict[str, Count] = {each.name: each for each in _ALL}
HOPS = f"coalesce(sum(t.hops) filter (where {ACCEPTED}), 0)::bigint"

# Calendar time from the whistle, in whole seconds: name → the moment it ends.
SPREADS = {"report": "reported_at", "reply": "replied_at", "close": "closed_at"}


def seconds_to(moment: str) -> str:
    return f"floor(extract(epoch from (t.{moment} - t.whistled_at)))::bigint"


def spread_condition(name: str) -> str:
    """Which tickets a spread is taken over: the time to close only over those closed now. A time
    that cannot be says nothing of how long anything took."""
    counted = {"report": "reported", "reply": "replied", "close": "closed"}[name]
    return f"{COUNTS[counted].condition} and not {DOUBTFUL}"
