"""The board 公示票箱: one tree per poll, only ever added to.

Leaves, checkpoints and showings are never changed or deleted by anybody; of `Board` the serving
role may move the edge and what the public sees, never entry 0 or the key. Whoever appends holds the
lock of the board's row, so there is one sequencer at a time and no index is left out.
"""

from piccolo.columns import UUID, BigSerial, Bytea
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from coordination.ballots.tables import Poll
from coordination.db import DB, Bytes, Moment, Prose, Ref, Whole


class Board(Table, db=DB):
    """The tree of a poll as it stands: its right edge is all that is needed to add to it."""

    poll = Ref(Poll, primary_key=True)
    entry_zero = Bytes(help_text="canonical JSON of what is decided: the tree's first entry")
    public_key = Bytes(help_text="32 bytes, Ed25519; the notice prints it")
    size = Whole(help_text="entries, entry 0 among them")
    frontier = Bytes(help_text="the hashes of the complete subtrees, largest first, 32 bytes each")
    root = Bytes()
    shown_size = Whole(help_text="as far as the public may look; it moves like the turnout")
    shown_at = Moment()

    board_begins_with_entry_zero = Check(size >= 1)
    board_shows_what_it_has = Check((shown_size >= 1) & (shown_size <= size))


class BoardLeaf(Table, db=DB):
    """A ballot's place on the board. Without foreign keys: written in the path of the rush, and
    only by `append_to_board`, under the board's lock."""

    tracker = Bytea(primary_key=True, default=None, help_text="of the ballot; on one board, once")
    poll = UUID(null=False, default=None)
    index = Whole(help_text="from 1; entry 0 is the board's own")
    nodes = Bytes(help_text="the subtrees that end with this leaf, from level 1 up, 32 bytes each")

    board_leaf_one_index = Unique([poll, index])
    board_leaf_after_entry_zero = Check(index >= 1)


class BoardCheckpoint(Table, db=DB):
    """The board's signature under size and root, one per batch."""

    id = BigSerial(primary_key=True)
    poll = UUID(null=False, default=None)
    size = Whole()
    note = Prose(help_text="a C2SP signed note, without cosignatures")
    signed_at = Moment()

    board_checkpoint_one_size = Unique([poll, size])


class BoardShowing(Table, db=DB):
    """The public could see the board up to this size from then on: what witnesses are held to."""

    id = BigSerial(primary_key=True)
    poll = UUID(null=False, default=None)
    size = Whole()
    shown_at = Moment()

    board_showing_one_size = Unique([poll, size])
