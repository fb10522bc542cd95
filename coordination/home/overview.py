"""辖区各小区一览: one line per estate, for those who oversee several.

Ticket rates are those of the public monthly sheet, by the same count; all else stands as it is now.
Nothing here ranks estates: where most is late stands first, since it is to be seen to; which is
better is said by 红黑榜 alone, with its formula.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from coordination.tickets.figures.definitions import FIGURE
from coordination.tickets.figures.periods import Period
from coordination.tickets.figures.queries import Counted
from coordination.web.formats import local_day, local_time, percent
from coordination.web.sheets import Sheet, csv_export, workbook

RATES = (FIGURE["solve"], FIGURE["reopen"])
MEETING_DAYS = 90
HEADER = (
    "小区", "正在超期的工单", "已解决", "已办结", "解决率", "重办", "重办率",
    f"近 {MEETING_DAYS} 天会议", "上次会议", "逾期的会议任务", "逾期未公开", "业委会", "任期到",
    "正在投票", "即将投票", "未答复的异议",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EstateLine:
    """An estate as those who oversee it see it: figures, and nobody in it."""

    id: UUID
    name: str
    unreported: int  # of the tickets that are late: nobody has reported in
    unanswered: int
    unvisited: int
    unfinished: int
    meetings: int  # held in the last 90 days
    met_at: datetime | None
    actions_overdue: int
    disclosures_overdue: int
    committee: str | None  # none: the estate has none, or its term is over
    term_until: date | None  # exclusive
    running: int
    coming: int
    objections: int
    counted: Counted

    @property
    def tickets_overdue(self) -> int:
        return self.unreported + self.unanswered + self.unvisited + self.unfinished

    @property
    def overdue(self) -> int:
        """All that is late here, whoever's it is."""
        return self.tickets_overdue + self.actions_overdue + self.disclosures_overdue

    @property
    def why_late(self) -> str:
        """What the late tickets wait for."""
        counts = (self.unreported, self.unanswered, self.unvisited, self.unfinished)
        said = zip(("没报到", "没答复", "没回访", "没办结"), counts, strict=True)
        return "、".join(f"{words} {count}" for words, count in said if count)

    @property
    def term_last(self) -> date | None:
        """The last day of the committee's term."""
        return self.term_until and self.term_until - timedelta(days=1)

    def term_tone(self, today: date) -> str:
        """bad: over, or none at all; wait: three months and less are left."""
        if self.committee is None:
            return "bad"
        if self.term_until is None:
            return ""
        left = (self.term_until - today).days
        return "bad" if left <= 0 else "wait" if left <= 92 else ""

    @property
    def cells(self) -> tuple[str | int, ...]:
        """As a sheet holds them, in the order of HEADER."""
        said: list[str | int] = [self.name, self.tickets_overdue]
        for figure in RATES:
            part, whole = self.counted.fraction(figure)
            said += [part, whole] if figure is RATES[0] else [part]
            said.append(percent(part, whole))
        return (
            *said, self.meetings, local_day(self.met_at) if self.met_at else "没有开过",
            self.actions_overdue, self.disclosures_overdue, self.committee or "没有",
            self.term_last.isoformat() if self.term_last else "",
            self.running, self.coming, self.objections,
        )  # fmt: skip


def _facts(period: Period, at: datetime) -> dict[str, str]:
    return {
        "报表": "辖区各小区一览",
        "解决率、重办率的期间": f"{period.words}收到的工单",
        "其余各列": f"截至 {local_time(at)}",
        "解决率": RATES[0].definition,
        "重办率": RATES[1].definition,
    }


def as_workbook(lines: Sequence[EstateLine], period: Period, at: datetime) -> bytes:
    rows = [line.cells for line in lines]
    return workbook([Sheet("各小区", HEADER, rows, _facts(period, at))], at)


def as_csv(lines: Sequence[EstateLine], period: Period, at: datetime) -> bytes:
    return csv_export(HEADER, [line.cells for line in lines], _facts(period, at))
