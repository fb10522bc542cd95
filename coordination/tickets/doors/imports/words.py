"""What sources write in their cells for a state, an outcome, a rating."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from coordination.tickets.kinds import Outcome, Rating

Found = TypeVar("Found")


class Stage(StrEnum):
    """How far a request is where it comes from."""

    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


# The first that stands in the cell counts: 未办结 before 办结, 不满意 before 满意.
STAGES: Mapping[str, Stage] = {
    "未办结": Stage.OPEN, "未完成": Stage.OPEN, "未关闭": Stage.OPEN,
    "办理中": Stage.OPEN, "处理中": Stage.OPEN, "待": Stage.OPEN,
    "撤回": Stage.WITHDRAWN, "撤销": Stage.WITHDRAWN, "撤单": Stage.WITHDRAWN,
    "作废": Stage.WITHDRAWN, "cancel": Stage.WITHDRAWN,
    "办结": Stage.CLOSED, "完成": Stage.CLOSED, "关闭": Stage.CLOSED,
    "归档": Stage.CLOSED, "完结": Stage.CLOSED, "结案": Stage.CLOSED,
    "已回访": Stage.CLOSED, "closed": Stage.CLOSED, "referred": Stage.CLOSED,
}  # fmt: skip
OUTCOMES: Mapping[str, Outcome] = {
    "部分": Outcome.PARTLY, "列入计划": Outcome.PLANNED, "计划": Outcome.PLANNED,
    "未解决": Outcome.EXPLAINED, "不予受理": Outcome.REFUSED, "不受理": Outcome.REFUSED,
    "失联": Outcome.UNREACHABLE, "联系不上": Outcome.UNREACHABLE, "解释": Outcome.EXPLAINED,
    "已解决": Outcome.SOLVED, "解决": Outcome.SOLVED, "是": Outcome.SOLVED,
    "否": Outcome.EXPLAINED,
}  # fmt: skip
RATINGS: Mapping[str, Rating] = {
    "不满意": Rating.DISSATISFIED, "基本满意": Rating.FAIRLY, "较满意": Rating.FAIRLY,
    "一般": Rating.FAIRLY, "满意": Rating.SATISFIED,
}  # fmt: skip


def stage_said(text: str) -> Stage | None:
    """None: the cell is empty, or says nothing that we know."""
    return _first(text, STAGES)


def outcome_said(text: str) -> Outcome | None:
    """How it ended; what is 未解决 and closed all the same was explained at best."""
    return _first(text, OUTCOMES)


def rating_said(text: str) -> Rating | None:
    return _first(text, RATINGS)


def _first(text: str, words: Mapping[str, Found]) -> Found | None:
    plain = re.sub(r"\s", "", text).lower()
    return next((found for word, found in words.items() if word in plain), None)
