"""From what two agreed on to ballots 计入: ordinal, seal and leaf, as every cast gets them.

Called under the poll's lock (shared with casting, or the counter's own) and the sheet's; the rights
are locked here, then the board. A right that voted online keeps that ballot where the poll's rule
says so: the sheet's is a duplicate then, with neither ordinal nor leaf.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import asyncpg

from coordination import db
from coordination.ballots.board import Leaf, draw_nonce
from coordination.ballots.casting.queries import PollCard
from coordination.ballots.paper.rules import Answer, Way
from coordination.ballots.seal import Slot, seal_choice
from coordination.ballots.sequencing.appending import append_to_board
from coordination.ballots.tables import Poll

LOCK = """
select 1 from voting_right where id in (select "right" from sheet_right where sheet = $1)
 order by id for no key update
"""
RIGHTS = """
select r.id, r.question, r.who, r.weight, b.last, b.online
  from sheet_right s join voting_right r on r.id = s."right" join question q on q.id = r.question,
  lateral (select coalesce(max(ordinal), 0) as last,
                  coalesce(bool_or(channel = 'online'), false) as online
             from ballot where ballot."right" = r.id) as b
 where s.sheet = $1 order by q.position, r.id
"""
BALLOTS = """
insert into ballot (id, "right", ordinal, submission, sealed, tracker, channel, assisted, cast_at,
  cast_by)
select id, "right", ordinal, $6, sealed, tracker, $7, $8, $9, $10
  from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bytea[], $5::bytea[])
    as t (id, "right", ordinal, sealed, tracker)
"""
DUPLICATES = """
insert into duplicate_ballot (id, "right", channel, submission, sheet, at)
select gen_random_uuid(), "right", $2, $3, $4, $5 from unnest($1::uuid[]) as t ("right")
"""


@dataclass(frozen=True, slots=True)
class Brought:
    """By which entry it is counted: its id, its way, who wrote it, with help or without."""

    entry: UUID
    sheet: UUID
    way: Way
    by: UUID
    is_assisted: bool
    at: datetime


async def lock_rights(poll: Poll, sheet: UUID) -> tuple[list[asyncpg.Record], list[UUID]]:
    """The sheet's rights, locked; and those of them whose ballot online stands against it."""
    await db.execute(LOCK, sheet)
    rights = await db.rows(RIGHTS, sheet)
    online = [row["id"] for row in rights if row["online"] and poll.prevails == "online"]
    return rights, online


async def count_in(
    card: PollCard, rights: Sequence[asyncpg.Record], said: Mapping[UUID, Answer], by: Brought
) -> None:
    """Write the ballots of these rights, and give each its leaf. `said` by question."""
    if not rights:
        return
    ids, ordinals, seals, trackers = [], [], [], []
    poll = str(card.id)
    for row in rights:
        question, ordinal, choice = row["question"], row["last"] + 1, said[row["question"]].choice
        leaf = Leaf(
            poll, str(question), ordinal, row["who"], row["weight"], choice, draw_nonce()
        )  # fmt: skip
        slot = Slot(poll, str(question), str(row["id"]), ordinal)
        ids.append(row["id"])
        ordinals.append(ordinal)
        seals.append(seal_choice(card.key, slot, choice, leaf.nonce, card.lengths[question]))
        trackers.append(leaf.tracker)
    await db.execute(
        BALLOTS, [uuid4() for _ in ids], ids, ordinals, seals, trackers, by.entry, by.way.value,
        by.is_assisted, by.at, by.by,
    )  # fmt: skip
    async with db.connection() as connection:
        await append_to_board(connection, card.id, card.key, trackers, by.at)


async def note_duplicates(rights: Sequence[UUID], by: Brought) -> None:
    """List what came second and does not count."""
    if rights:
        await db.execute(DUPLICATES, rights, by.way.value, by.entry, by.sheet, by.at)
