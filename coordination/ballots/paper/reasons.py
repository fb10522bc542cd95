"""Why sheets were invalid 无效原因: opened with the poll's key once the count is due."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

import asyncpg

from coordination import db
from coordination.ballots.casting.queries import PollCard
from coordination.ballots.package_aside import UNCLEAR
from coordination.ballots.paper.sealing import EntryPlace, open_entry

ENTRIES = """
select b.tracker, e.sheet, e.number, e.sealed
  from ballot b join sheet_entry counted on counted.id = b.submission
  join sheet_entry e on e.sheet = counted.sheet
 where b.tracker = any($1::bytea[]) order by e.number
"""


async def invalid_reasons(
    card: PollCard, question: UUID, trackers: Sequence[bytes]
) -> dict[bytes, str]:
    """By tracker of an invalid ballot: the reason of whoever settled it, else the one that both
    wrote down, else that they differ. BrokenSeal."""
    sheets: dict[bytes, list[asyncpg.Record]] = defaultdict(list)
    for row in await db.rows(ENTRIES, list(trackers)):
        sheets[row["tracker"]].append(row)
    return {tracker: _reason(card, question, rows) for tracker, rows in sheets.items()}


def _reason(card: PollCard, question: UUID, entries: Sequence[asyncpg.Record]) -> str:
    deciding = entries[2:] or entries
    said = {
        open_entry(card, EntryPlace(card.id, row["sheet"], row["number"]), row["sealed"])[
            question
        ].why
        for row in deciding
    }
    return said.pop() if len(said) == 1 else UNCLEAR
