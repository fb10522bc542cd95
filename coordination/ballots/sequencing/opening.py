"""Opening the board 公示票箱 of a poll: entry 0 and its checkpoint, before any ballot."""

from datetime import datetime
from uuid import UUID

from coordination.ballots.checkpoints import (
    Checkpoint,
    board_origin,
    public_key,
    sign_checkpoint,
    verifier_key,
)
from coordination.ballots.seal import board_seed
from coordination.ballots.sequencing.tables import Board, BoardCheckpoint, BoardShowing
from coordination.ballots.tree import Frontier


def board_key(poll: UUID, key: bytes) -> str:
    """The board's public key as the notice prints it (a C2SP vkey). `key`: the poll's, opened."""
    return verifier_key(board_origin(str(poll)), public_key(board_seed(key)))


async def open_board(poll: UUID, key: bytes, entry_zero: bytes, at: datetime) -> None:
    """Lay down what is decided as the first entry, in the transaction that announces it.

    `entry_zero`: canonical JSON. `key`: the poll's, opened.
    """
    edge, _ = Frontier().grown([entry_zero])
    seed = board_seed(key)
    note = sign_checkpoint(Checkpoint(board_origin(str(poll)), edge.size, edge.root), seed)
    await Board(
        poll=poll, entry_zero=entry_zero, public_key=public_key(seed), size=edge.size,
        frontier=b"".join(edge.hashes), root=edge.root, shown_size=edge.size, shown_at=at,
    ).save()  # fmt: skip
    await BoardCheckpoint(poll=poll, size=edge.size, note=note, signed_at=at).save()
    await BoardShowing(poll=poll, size=edge.size, shown_at=at).save()
