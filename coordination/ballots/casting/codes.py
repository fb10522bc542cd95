"""A receipt's code 回执编码, looked up by anyone who was shown one.

It is the beginning of the ballot's tracker, so a look-up is a range of the tracker's own index.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from coordination import db
from coordination.ballots.board import trackers_of
from coordination.law.periods import day_of


@dataclass(frozen=True, slots=True)
class OnTheBoard:
    """What a receipt's code shows to anyone: that a ballot of this poll is on the board, and its
    day. Never whose, which choice, or whether another has replaced it."""

    poll: UUID
    title: str
    estate_name: str
    cast_on: date


async def by_receipt_code(code: str) -> OnTheBoard | None:
    """The ballot whose receipt carries this code, as printed; None: there is none."""
    span = trackers_of(code)
    if span is None:
        return None
    found = await db.row(
        """select p.id, p.title, e.name, b.cast_at from board_leaf l
             join ballot b on b.tracker = l.tracker
             join poll p on p.id = l.poll join place e on e.id = p.estate
            where l.tracker between $1 and $2 order by l.tracker limit 1""",
        *span,
    )
    if found is None:
        return None
    return OnTheBoard(found["id"], found["title"], found["name"], day_of(found["cast_at"]))
