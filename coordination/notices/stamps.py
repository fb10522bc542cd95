"""印章: which stamp was put under a notice, by which body, with the next number of its book.

The book is only ever added to. Everybody reads body, stamp, number and time; who held the stamp is
named to the staff of that body alone.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from coordination.db import rows
from coordination.notices.rules import number_in_words

USES = """
select s.id, s.notice, s.body, b.name as body_name, s.stamp, s.year, s.number, s.copies, s.at,
       s.office, p.name as person_name, n.title as notice_title, n.number as notice_number
  from stamp_use s join body b on b.id = s.body join person p on p.id = s.by
  join notice n on n.id = s.notice"""


@dataclass(frozen=True, slots=True)
class Stamped:
    """One use of a stamp."""

    id: UUID
    notice: UUID
    body: UUID
    body_name: str
    stamp: str
    year: int
    number: int
    copies: int
    at: datetime
    office: str
    person_name: str
    notice_title: str
    notice_number: str

    @property
    def number_words(self) -> str:
        return f"用印{number_in_words(self.year, self.number)}"


async def stamps_of(notice_id: UUID) -> list[Stamped]:
    """What was put under a notice, in order."""
    return _stamped(await rows(f"{USES} where s.notice = $1 order by s.at, s.number", notice_id))


async def stamps_of_body(body: UUID, limit: int = 100) -> list[Stamped]:
    """The book of a body, the newest first."""
    return _stamped(
        await rows(
            f"{USES} where s.body = $1 order by s.year desc, s.number desc limit $2", body, limit
        )
    )


def _stamped(found: list[Record]) -> list[Stamped]:
    return [Stamped(**dict(one)) for one in found]
