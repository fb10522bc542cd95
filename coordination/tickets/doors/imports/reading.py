"""One row of a hotline's sheet: what it says, what is wrong with it, which times cannot be.

A row is never dropped for its times. One that nobody can read, or that lies before the beginning,
is kept as written, marked as doubtful, and a moment that can be stands in for it; figures count
such tickets apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from coordination.clock import SHANGHAI
from coordination.tickets.doors.imports import columns as of
from coordination.tickets.doors.imports.choices import Choices
from coordination.tickets.doors.imports.words import Stage, stage_said
from coordination.web.sheets import Fault, Row, read_moment

LONGEST_NUMBER = 39  # the source and a colon before it: 60 in all
EARLIEST = datetime(1990, 1, 1, tzinfo=SHANGHAI)
SLACK = timedelta(days=1)  # a source's clock may stand ahead of ours
PRIVATE = frozenset({of.CALLER, of.PHONE})


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row that can be taken. `said`: its cells by field, as written, without the caller."""

    number: int
    external: str
    said: Mapping[str, str]
    caller: str
    phone: str
    whistled_at: datetime
    moments: Mapping[str, datetime]  # of the later fields, those that are told or stood in for
    stage: Stage
    doubts: tuple[Fault, ...] = ()

    def __getitem__(self, name: str) -> str:
        return self.said.get(name, "")

    @property
    def text(self) -> str:
        return self[of.TEXT] or self[of.CATEGORY]


@dataclass(slots=True)
class _Times:
    """The moments of a row, and what is doubtful about them."""

    row: Row
    columns: Mapping[str, str]
    latest: datetime
    moments: dict[str, datetime] = field(default_factory=dict)
    doubts: list[Fault] = field(default_factory=list)

    def doubt(self, name: str, reason: str) -> None:
        column = self.columns.get(name, of.LABELS[name])
        self.doubts.append(Fault(self.row.number, column, self.row[column], reason))

    def read(self) -> None:
        for name in of.TIMES:
            text = self.row[self.columns.get(name, "")]
            if not text:
                continue
            try:
                at = read_moment(text).replace(tzinfo=SHANGHAI)
            except (ValueError, OverflowError):
                self.doubt(name, "不是能读懂的时间，或没有这一天")
                continue
            if not EARLIEST <= at <= self.latest:
                self.doubt(name, "时间太早" if at < EARLIEST else "时间在上传之后")
                continue
            self.moments[name] = at

    def settle_whistle(self, uploaded_at: datetime) -> datetime:
        if of.WHISTLED in self.moments:
            return self.moments[of.WHISTLED]
        if not any(fault.column == self.columns.get(of.WHISTLED) for fault in self.doubts):
            self.doubt(of.WHISTLED, "没有受理时间")
        return min(self.moments.values(), default=uploaded_at)

    def settle_order(self, whistled: datetime) -> None:
        for name in of.TIMES[1:]:
            if name in self.moments and self.moments[name] < whistled:
                self.doubt(name, f"早于受理时间 {whistled:%Y-%m-%d %H:%M:%S}")
                self.moments[name] = whistled

    def settle_end(self, stage: Stage, whistled: datetime) -> None:
        """What has ended ended at some moment: the last one told, where the end itself is not."""
        if stage is Stage.OPEN or of.CLOSED in self.moments:
            return
        if not any(fault.column == self.columns.get(of.CLOSED) for fault in self.doubts):
            self.doubt(of.CLOSED, "状态是已结束，没有办结时间")
        self.moments[of.CLOSED] = max([whistled, *self.moments.values()])


def read_row(row: Row, choices: Choices, uploaded_at: datetime) -> ReadRow | list[Fault]:
    """What a row says; or all that keeps it from being taken."""
    said = {name: row[column] for name, column in choices.columns.items()}
    faults = _faults(row, said, choices)
    if faults:
        return faults
    times = _Times(row, choices.columns, uploaded_at + SLACK)
    times.read()
    whistled = times.settle_whistle(uploaded_at)
    times.settle_order(whistled)
    stage = stage_said(said.get(of.STATUS, "")) or _stage_by(times.moments)
    times.settle_end(stage, whistled)
    return ReadRow(
        row.number,
        f"{choices.source}:{said[of.NUMBER]}",
        {name: text for name, text in said.items() if name not in PRIVATE and text},
        said.get(of.CALLER, "")[:60],
        said.get(of.PHONE, "")[:40],
        whistled,
        {name: at for name, at in times.moments.items() if name != of.WHISTLED},
        stage,
        tuple(times.doubts),
    )


def _stage_by(moments: Mapping[str, Any]) -> Stage:
    """Where no state is told, what has an end has ended."""
    return Stage.CLOSED if of.CLOSED in moments else Stage.OPEN


def _faults(row: Row, said: Mapping[str, str], choices: Choices) -> list[Fault]:
    def fault(name: str, reason: str) -> Fault:
        column = choices.columns.get(name, of.LABELS[name])
        return Fault(row.number, column, said.get(name, ""), reason)

    found = []
    number = said.get(of.NUMBER, "")
    if not number:
        found.append(fault(of.NUMBER, "没有来源编号，再次导入时无法认出这一条"))
    elif len(number) > LONGEST_NUMBER:
        found.append(fault(of.NUMBER, f"来源编号最长 {LONGEST_NUMBER} 个字"))
    if not said.get(of.TEXT) and not said.get(of.CATEGORY):
        found.append(fault(of.TEXT, "没有诉求内容，也没有类别"))
    return found
