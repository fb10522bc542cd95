"""Making sheets 制票: one per owner, with all rights that they have in this poll."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

import asyncpg

from coordination import db
from coordination.ballots.paper.rules import draw_serial
from coordination.ballots.polls.steps import lock_poll
from coordination.ballots.tables import Poll, Step
from coordination.errors import Conflict

WITHOUT_SHEET = """
select r.id, r.question, array(select h.owner from right_holder h
                    where h."right" = r.id and h.until is null order by h.owner) as owners
  from voting_right r join question q on q.id = r.question
 where q.poll = $1 and not exists (select from sheet_right s where s."right" = r.id)
 order by q.position, r.number
"""


class NoSheetsNow(Conflict):
    """Sheets are made from the notice until the close."""


async def make_sheets(poll_id: UUID, at: datetime) -> Poll:
    """A sheet for each owner who has none yet, in the caller's transaction. NoSheetsNow."""
    poll, state = await lock_poll(poll_id)
    if not state.has(Step.NOTICED):
        raise NoSheetsNow("投票公告发布以后才能打印表决票：票面要与公告一致。")
    if state.has_ended_early or at >= state.closes_at:
        raise NoSheetsNow("投票已经截止，不再打印表决票。")
    made = [(uuid4(), rights) for rights in _by_owner(await db.rows(WITHOUT_SHEET, poll_id))]
    await db.execute(
        """insert into sheet (id, poll, serial, made_at)
           select id, $1, serial, $2 from unnest($3::uuid[], $4::text[]) as t (id, serial)""",
        poll_id, at, [sheet for sheet, _ in made], [draw_serial() for _ in made],
    )  # fmt: skip
    pairs = [(sheet, right) for sheet, rights in made for right in rights]
    await db.execute(
        """insert into sheet_right (id, sheet, "right")
           select gen_random_uuid(), sheet, "right"
             from unnest($1::uuid[], $2::uuid[]) as t (sheet, "right")""",
        [sheet for sheet, _ in pairs], [right for _, right in pairs],
    )  # fmt: skip
    return poll


def _by_owner(rows: Iterable[asyncpg.Record]) -> list[list[UUID]]:
    """The rights of each sheet: of the same owners, one of each question.

    Who bought a second home meanwhile has two rights in a question, and so two sheets.
    """
    sheets: dict[tuple[tuple[UUID, ...], int], list[UUID]] = defaultdict(list)
    seen: dict[tuple[tuple[UUID, ...], UUID], int] = defaultdict(int)
    for row in rows:
        owners = tuple(row["owners"])
        nth = seen[owners, row["question"]]
        seen[owners, row["question"]] += 1
        sheets[owners, nth].append(row["id"])
    return list(sheets.values())
