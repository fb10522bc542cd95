"""Making sheets 制票: one per owner, with all rights that they have in this poll."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

import asyncpg

from coordination import db
from coordination.ballots.paper.rules import draw_serial
from coordination.ballots.paper.writing import poll_for_sheets
from coordination.ballots.polls.choosing import plain_room
from coordination.ballots.polls.steps import lock_poll
from coordination.ballots.tables import Poll, Step
from coordination.errors import Conflict, Invalid
from coordination.people.askers import Asker
from coordination.places.naming import unit_name

WITHOUT_SHEET = """
select r.id, r.question, array(select h.owner from right_holder h
                    where h."right" = r.id and h.until is null order by h.owner) as owners
  from voting_right r join question q on q.id = r.question
 where q.poll = $1 and not exists (select from sheet_right s where s."right" = r.id)
 order by q.position, r.number
"""
ROOMS = """
select s.serial, p.name as building, u.entrance, u.room
  from sheet s join sheet_right sr on sr.sheet = s.id
  join right_unit ru on ru."right" = sr."right"
  join unit u on u.id = ru.unit join place p on p.id = u.building
 where s.poll = $1
 order by exists (select from sheet_outcome o where o.sheet = s.id), s.serial
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


async def sheet_of_room(asker: Asker, poll_id: UUID, room: str, at: datetime) -> str:
    """The serial of the sheet of a room, for a call or a visit without the sheet; made where
    there is none yet. NotFound, NotYours, NoSheetsNow; Invalid: no such room in this vote."""
    await poll_for_sheets(asker, poll_id)
    async with db.transaction():
        await make_sheets(poll_id, at)
        found = await db.rows(ROOMS, poll_id)
    wanted = plain_room(room)
    serials = [
        row["serial"]
        for row in found
        if plain_room(unit_name(row["building"], row["entrance"], row["room"])) == wanted
    ]
    if not serials:
        said = "这次表决的名册里没有这个房号。请写成“1栋2单元301”的样子。"
        raise Invalid("没有找到这个房号。", room=said)
    return serials[0]
