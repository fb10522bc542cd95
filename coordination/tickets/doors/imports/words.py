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


# The first that stands in the cell counts: 未办结 before 办结, 不太满意 before 满意. What is done
# stays done while something after it is waited for: 已办结，待归档.
STAGES: Mapping[str, Stage] = {
    "(未|没有?|无法|待)(办结|完成|完结|结案|关闭)|办理中|处理中(?!心)": Stage.OPEN,
    "撤回|撤销|撤单|作废|cancel": Stage.WITHDRAWN,
    "办结|完成|完结|结案|关闭|已归档|已回访": Stage.CLOSED,
    "closed|completed|(?<!un)resolved|referred": Stage.CLOSED,
    "待|未归档": Stage.OPEN,
    "归档": Stage.CLOSED,
}  # fmt: skip
OUTCOMES: Mapping[str, Outcome] = {
    "部分|基本解决|[未没不]有?完全": Outcome.PARTLY, "计划": Outcome.PLANNED,
    "不予受理|不受理": Outcome.REFUSED, "失联|联系不上": Outcome.UNREACHABLE,
    "[未没不无][^，。；已]{0,3}解决|解决不|解释|(?<!是)否": Outcome.EXPLAINED,
    "解决|^是": Outcome.SOLVED,
}  # fmt: skip
RATINGS: Mapping[str, Rating] = {
    "不.{0,2}满意(?![度率])": Rating.DISSATISFIED, "基本满意|较满意|一般": Rating.FAIRLY,
    "满意(?![度率])": Rating.SATISFIED,
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
    return next((found for word, found in words.items() if re.search(word, plain)), None)
