"""How a project is scored 评分公式. Pure, exact, and public with its weights.

Each input is a share; the score is the weighted mean of the inputs that there are, times a hundred,
rounded half up to hundredths of a point. An input whose source does not exist yet, or that had
nothing to count, is missing: it is left out of both sums and is not nought.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from coordination.reports.tables import Colour

Share = tuple[int, int] | None  # part of whole; None: missing
FULL = 10_000  # hundredths of a point


@dataclass(frozen=True, slots=True)
class Input:
    """`figure`: the ticket figure it is; none: it has a source of its own, or none yet.
    `less_is_better`: what counts is the rest of the whole."""

    name: str
    label: str
    figure: str | None
    source: str
    less_is_better: bool = False


INPUTS = (
    Input("report_on_time", "按时报到率", "report_on_time", "工单"),
    Input("reply_on_time", "按时回复率", "reply_on_time", "工单"),
    Input("solve", "解决率", "solve", "工单"),
    Input("content", "满意率", "content", "工单"),
    Input("reopen", "重办率", "reopen", "工单", less_is_better=True),
    Input("disclosed_on_time", "按时公开率", None, "公开栏中应由物业公开、当月到期的事项"),
    Input("actions_on_time", "会议行动项按时完成率", None, "会议交物业办理、当月到期的行动项"),
    Input("patrol_mended", "巡察问题整改率", None, "联动巡察发现的工单中已解决的"),
)
DEFAULT_WEIGHTS = {
    "report_on_time": 15, "reply_on_time": 15, "solve": 25, "content": 20, "reopen": 10,
    "disclosed_on_time": 5, "actions_on_time": 5, "patrol_mended": 5,
}  # fmt: skip
BANDS = ((300, "300 户以下"), (1_000, "300–999 户"))
LARGEST = "1,000 户及以上"
UNKNOWN_TYPE = "未分类"


def band_of(homes: int) -> str:
    """The size band, by homes 户数."""
    return next((words for below, words in BANDS if homes < below), LARGEST)


def score(inputs: Mapping[str, Share], weights: Mapping[str, int]) -> int | None:
    """In hundredths of a point; None: nothing was there to score."""
    total, weighed = Fraction(0), 0
    for each in INPUTS:
        share, weight = inputs.get(each.name), weights.get(each.name, 0)
        if share is None or not share[1] or not weight:
            continue
        part = share[1] - share[0] if each.less_is_better else share[0]
        total += weight * Fraction(part, share[1])
        weighed += weight
    if not weighed:
        return None
    exact = total * FULL / weighed
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def points(hundredths: int | None) -> str:
    """9350 → "93.50"."""
    if hundredths is None:
        return "—"
    return f"{hundredths // 100}.{hundredths % 100:02d}"


@dataclass(frozen=True, slots=True)
class Standing:
    """A project among its like: its rank, the best first, equal scores sharing one; of how many."""

    rank: int | None
    of: int


def ranked(scores: Sequence[int | None]) -> list[Standing]:
    """Where each stands among those that have a score."""
    known = [one for one in scores if one is not None]
    return [
        Standing(None if one is None else 1 + sum(other > one for other in known), len(known))
        for one in scores
    ]


def suggestion(
    score: int | None, standing: Standing, violations: int, red_from: int, black_below: int
) -> Colour:
    """What a person may look at first; it decides nothing. The only one of its kind is compared
    with nobody, and so is no first."""
    if score is None:
        return Colour.NONE
    is_first = standing.rank == 1 and standing.of > 1
    if score >= red_from * 100 and is_first and not violations:
        return Colour.RED
    return Colour.BLACK if score < black_below * 100 else Colour.NONE
