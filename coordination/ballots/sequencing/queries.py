"""Reading the board 公示票箱: its nodes, the proofs made of them, its trackers in order."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from coordination.ballots.checkpoints import board_origin, verifier_key
from coordination.ballots.receipts import Inclusion
from coordination.ballots.sequencing.tables import Board
from coordination.ballots.tree import (
    Node,
    consistency_nodes,
    consistency_proof,
    inclusion_nodes,
    inclusion_proof,
    leaf_hash,
)
from coordination.db import rows, value
from coordination.errors import NotFound

HASH = 32
NO_BOARD = "这次表决还没有公示票箱。投票公告发布后才有。"
# The first checkpoint that holds a leaf: a receipt says the same whenever it is asked for.
STANDING = """
select l.tracker, l."index", c.size, c.note
  from unnest($2::bytea[]) as asked (tracker)
  join board_leaf l on l.tracker = asked.tracker and l.poll = $1, lateral (
    select size, note from board_checkpoint c
     where c.poll = $1 and c.size > l."index" order by c.size limit 1) as c
"""
LEAVES = 'select "index", tracker, nodes from board_leaf where poll = $1 and "index" = any($2)'
IN_ORDER = 'select tracker from board_leaf where poll = $1 and "index" < $2 order by "index"'


@dataclass(frozen=True, slots=True)
class Standing:
    """A leaf and the checkpoint that it is proven against."""

    tracker: bytes
    index: int
    size: int
    note: str


async def board_of(poll: UUID) -> Board:
    """The board of an announced poll. NotFound."""
    found = await Board.objects().get(Board.poll == poll)
    if found is None:
        raise NotFound(NO_BOARD)
    return found


async def sizes_of(polls: Sequence[UUID]) -> dict[UUID, int]:
    """How many entries the boards of these polls have. NotFound: one is not announced."""
    found = await rows("select poll, size from board where poll = any($1)", list(polls))
    if len(found) < len(polls):
        raise NotFound(NO_BOARD)
    return {one["poll"]: one["size"] for one in found}


def vkey_of(board: Board) -> str:
    """Its public key as the notice prints it (a C2SP vkey)."""
    return verifier_key(board_origin(str(board.poll)), board.public_key)


async def inclusions_of(poll: UUID, trackers: Collection[bytes]) -> dict[bytes, Inclusion]:
    """The board's part of the receipt of each of these ballots."""
    standing = [Standing(**one) for one in await rows(STANDING, poll, list(trackers))]
    steps = {one.tracker: inclusion_nodes(one.index, one.size) for one in standing}
    found = await nodes_of(poll, _all(steps.values()))
    return {
        one.tracker: Inclusion(
            one.index,
            one.size,
            tuple(inclusion_proof(one.index, one.size, lambda *node: found[node])),
            one.note,
        )
        for one in standing
    }


async def consistency_of(poll: UUID, old: int, new: int) -> list[bytes]:
    """That the board of `new` entries begins with the one of `old`. ValueError: not 0 < old ≤ new;
    LookupError: the board has fewer."""
    found = await nodes_of(poll, _all([consistency_nodes(old, new)]))
    return consistency_proof(old, new, lambda *node: found[node])


async def trackers_in_order(poll: UUID, size: int) -> list[bytes]:
    """The leaves of the board's first `size` entries, that is from 1 to `size` − 1."""
    return [one["tracker"] for one in await rows(IN_ORDER, poll, size)]


async def checkpoint_at(poll: UUID, size: int) -> str | None:
    """The note under a tree of this size; None: no batch ended there."""
    return await value(
        "select note from board_checkpoint where poll = $1 and size = $2", poll, size
    )


async def nodes_of(poll: UUID, places: Iterable[Node]) -> dict[Node, bytes]:
    """The complete subtrees at these places. LookupError: the board has not grown so far."""
    wanted = set(places)
    ends = {(level, index): ((index + 1) << level) - 1 for level, index in wanted}
    leaves = {one["index"]: one for one in await rows(LEAVES, poll, sorted(set(ends.values())))}
    found = {}
    for node, end in ends.items():
        level = node[0]
        if end == 0:  # entry 0 has no row among the leaves
            found[node] = leaf_hash((await board_of(poll)).entry_zero)
        elif level == 0:
            found[node] = leaf_hash(leaves[end]["tracker"])
        else:
            found[node] = leaves[end]["nodes"][HASH * (level - 1) : HASH * level]
    return found


def _all(proofs: Iterable[Sequence[Sequence[Node]]]) -> set[Node]:
    return {node for steps in proofs for step in steps for node in step}
