"""Appending to the board 公示票箱: the only way by which anything gets a leaf.

It happens in the transaction that writes the ballots, under the lock of the board's row, taken
last (poll → question → right → board). So there is one sequencer at a time, a ballot without its
leaf never commits, and the batch that casts is the batch that is signed.

The lock is held until the commit: two processes sign one after the other. What each does before
(who calls, sealing, writing the ballots) goes on side by side, and batches grow while they wait:
two processes cast a little less than one at 32 clients, a tenth more at 128 (README, Measured).
Letting go before the commit is on disk could leave a gap.

What it costs: per batch one signature (45 µs) and three round trips (begin, this, commit); per
ballot a row with two indexes and 3 µs of hashing: a tenth to a fifth more processor time than
without a board in batches of a hundred, about a half in batches of twenty-four. One
statement for all would save the round trips, but Ed25519 is not in PostgreSQL, and
a signature made before the lock is wrong whenever another process was quicker.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from coordination.ballots.checkpoints import Checkpoint, board_origin, sign_checkpoint
from coordination.ballots.receipts import Inclusion
from coordination.ballots.seal import board_seed
from coordination.ballots.tree import Frontier, latest_proofs

HASH = 32
TAKE = "select size, frontier from board where poll = $1 for no key update"
# One statement, and so one round trip: leaves, checkpoint and the new edge stand or fall together.
GROW = """
with leaf as (
  insert into board_leaf (tracker, poll, "index", nodes)
    select tracker, $1, $2::bigint - 1 + n, nodes
      from unnest($6::bytea[], $7::bytea[]) with ordinality as t (tracker, nodes, n)
), checkpoint as (
  insert into board_checkpoint (poll, size, note, signed_at) values ($1, $3, $8, $9)
)
update board set size = $3, frontier = $4, root = $5 where poll = $1 and size = $2
returning size
"""


async def append_to_board(
    connection: asyncpg.Connection,
    poll: UUID,
    key: bytes,
    trackers: Sequence[bytes],
    at: datetime,
) -> list[Inclusion]:
    """Give each tracker its leaf, in this order, under one signed checkpoint.

    `connection`: of the transaction that wrote the ballots. `key`: the poll's, opened.
    """
    found = await connection.fetchrow(TAKE, poll)
    assert found, "a poll that is announced has a board"
    edge = read_frontier(found["size"], found["frontier"])
    return await grow_board(connection, poll, key, edge, trackers, at)


async def grow_board(
    connection: asyncpg.Connection,
    poll: UUID,
    key: bytes,
    edge: Frontier,
    trackers: Sequence[bytes],
    at: datetime,
) -> list[Inclusion]:
    """As `append_to_board`, for who holds the board's lock already and has read its edge."""
    grown, complete = edge.grown(trackers)
    head = Checkpoint(board_origin(str(poll)), grown.size, grown.root)
    note = sign_checkpoint(head, board_seed(key))
    size = await connection.fetchval(
        GROW, poll, edge.size, grown.size, b"".join(grown.hashes), grown.root,
        trackers, _ended_by_each(complete), note, at,
    )  # fmt: skip
    assert size == grown.size, "the board moved under its lock"
    known = edge.nodes() | {(level, index): found for level, index, found in complete}
    known |= grown.nodes()
    proofs = latest_proofs(edge.size, grown.size, known)
    return [
        Inclusion(index, grown.size, proof, note) for index, proof in enumerate(proofs, edge.size)
    ]


def read_frontier(size: int, hashes: bytes) -> Frontier:
    """The edge as its row has it."""
    return Frontier(size, tuple(hashes[n : n + HASH] for n in range(0, len(hashes), HASH)))


def _ended_by_each(complete: Sequence[tuple[int, int, bytes]]) -> list[bytes]:
    """Leaf by leaf the subtrees above it that end with it, one hash after the other."""
    ended: list[bytes] = []
    for level, _, found in complete:
        if level == 0:
            ended.append(b"")
        else:
            ended[-1] += found
    return ended
