"""How a notice 公告 is numbered, and what its facts are made of.

`facts` is what page and print show, as it was published: sections, each with paragraphs, rows
of label and value, and tables. Whoever publishes fills it; nobody computes it again.
"""

from dataclasses import asdict, dataclass, field
from datetime import datetime

from coordination.clock import SHANGHAI
from coordination.notices.tables import NoticeKind

KINDS = {
    NoticeKind.ROLL: "业主名册公示",
    NoticeKind.BALLOT: "投票公告",
    NoticeKind.CANDIDATES: "业主委员会选举公告",
    NoticeKind.EXTENSION: "延期公示",
    NoticeKind.PRELIMINARY: "初步统计结果公示（询异）",
    NoticeKind.RESULT: "结果公告",
    NoticeKind.WITHDRAWAL: "撤回公告",
    NoticeKind.MEETING: "会议通知",
    NoticeKind.RESOLUTION: "决议公示",
    NoticeKind.EXECUTION: "执行结果公示",
    NoticeKind.MINUTES: "会议纪要",
    NoticeKind.DISCLOSURE: "公开事项",
    NoticeKind.PLAIN: "通知公告",
}


def year_of(at: datetime) -> int:
    """The year whose series numbers a notice published `at`, in Shanghai."""
    return at.astimezone(SHANGHAI).year


def number_in_words(year: int, number: int) -> str:
    return f"〔{year}〕第{number}号"


@dataclass(frozen=True, slots=True)
class FactsTable:
    """A table of a notice: a caption, headings and rows of text."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a notice under its heading; what is empty is not shown."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    tables: tuple[FactsTable, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """All a notice says. `data` is the same for machines, such as hashes and times."""

    sections: tuple[Section, ...]
    data: dict[str, object] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """As the row keeps it."""
        return {"sections": [asdict(part) for part in self.sections], "data": self.data}
