"""The two publications 两公开 of each resolution: what is due, done and late."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from coordination.db import rows
from coordination.meetings.labels import without_names

NOBODY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A publication that is due or done; the text is public once it was published."""

    resolution: UUID
    number: int
    text: str
    kind: str
    what: str
    due_at: datetime
    settled_at: datetime | None
    notice: UUID | None
    poll: UUID | None

    @property
    def label(self) -> str:
        words = "决议公开" if self.what == "resolution" else "执行结果公开"
        return f"第{self.number}项{words}"

    def is_late(self, at: datetime) -> bool:
        return self.settled_at is None and at >= self.due_at


async def duties_of(meeting: UUID, labels: Mapping[str, str] = NOBODY) -> list[DutyLine]:
    """By resolution, the earlier publication first; `labels`: what stands for names."""
    found = await rows(
        """select d.resolution, r.number, r.text, r.kind, d.what, d.due_at, d.settled_at, d.notice,
                  r.poll
             from publication_duty d join resolution r on r.id = d.resolution
            where r.meeting = $1 order by r.number, d.what = 'execution'""",
        meeting,
    )
    return [
        DutyLine(**{**dict(each), "text": without_names(each["text"], labels)}) for each in found
    ]  # fmt: skip
