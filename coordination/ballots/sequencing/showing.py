"""How far the public sees the board 公示票箱.

A line that appeared with each cast would tell who cast it. So what everybody may look at moves in
steps, at the cadence of the turnout, and is the whole once the vote is counted. Who holds a
receipt has the checkpoint of their own batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from coordination import db
from coordination.ballots.checkpoints import board_origin, read_note
from coordination.ballots.privacy import FEW_RIGHTS
from coordination.ballots.sequencing.queries import board_of, checkpoint_at, vkey_of

# Of each question with leaves that are not shown yet: of how many rights they are.
FRESH = """
select count(distinct b."right") as rights,
       (select count(*) from voting_right r where r.question = q.id) as electorate
  from board_leaf l join ballot b on b.tracker = l.tracker
  join voting_right v on v.id = b."right" join question q on q.id = v.question
 where l.poll = $1 and l."index" >= $2 and l."index" < $3 group by q.id
"""
SHOW = """
with moved as (
  update board set shown_size = coalesce($2, size), shown_at = $3 where poll = $1
  returning poll, shown_size, shown_at
)
insert into board_showing (poll, size, shown_at) select poll, shown_size, shown_at from moved
on conflict do nothing
"""
SHOWINGS = "select poll, size, shown_at from board_showing where poll = any($1) order by size"


@dataclass(frozen=True, slots=True)
class Shown:
    """The board as everybody may see it: its first `size` entries, under a signed checkpoint."""

    poll: UUID
    vkey: str
    origin: str
    size: int
    root: bytes
    shown_at: datetime
    checkpoint: str


@dataclass(frozen=True, slots=True)
class Showing:
    """From `shown_at` on everybody could see the first `size` entries."""

    size: int
    shown_at: datetime


async def shown_board(poll: UUID) -> Shown:
    """As of now, for anybody. NotFound: it is not announced."""
    board = await board_of(poll)
    note = await checkpoint_at(poll, board.shown_size)
    assert note, "what is shown ends with a batch, and each batch is signed"
    root = read_note(note).checkpoint.root
    origin = board_origin(str(poll))
    return Shown(poll, vkey_of(board), origin, board.shown_size, root, board.shown_at, note)


async def showings_of(polls: Sequence[UUID]) -> dict[UUID, list[Showing]]:
    """How what is shown of each of these boards has grown, the first showing first."""
    found: dict[UUID, list[Showing]] = {poll: [] for poll in polls}
    for row in await db.rows(SHOWINGS, list(polls)):
        found[row["poll"]].append(Showing(row["size"], row["shown_at"]))
    return found


async def move_shown(poll: UUID, pause: timedelta, step: int, at: datetime) -> bool:
    """Show the leaves so far, if `pause` has passed and they are of `step` rights or more in each
    question that has any; whether it did."""
    board = await board_of(poll)
    if at - board.shown_at < pause or board.shown_size == board.size:
        return False
    fresh = await db.rows(FRESH, poll, board.shown_size, board.size)
    # Of a small electorate no lines are published: it holds back no other, nor is it alone.
    large = [one for one in fresh if one["electorate"] >= FEW_RIGHTS] or fresh
    if any(one["rights"] < step for one in large):
        return False
    await db.execute(SHOW, poll, board.size, at)  # what was looked at, whatever came since
    return True


async def begin_showing(poll: UUID, at: datetime) -> None:
    """From the opening on the pause is kept, however long ago the notice was."""
    await db.execute("update board set shown_at = $2 where poll = $1", poll, at)


async def show_whole_board(poll: UUID, at: datetime) -> None:
    """For the count: nothing is kept back once the seals are open."""
    await db.execute(SHOW, poll, None, at)
