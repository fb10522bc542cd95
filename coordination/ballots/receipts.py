"""The receipt 回执: what one voter keeps, and with which they find their line in the package.

It holds no choice in words; but with its nonce the choice can be tried out, so it can be shown
to others, and the help page says so. One who has not voted holds the same without the ballot's
and the board's part: it proves that their right is on the roll and that nobody voted in their
name.
"""

from dataclasses import dataclass
from typing import Self

from coordination.ballots.board import canonical, code_of
from coordination.ballots.checkpoints import board_origin, read_note
from coordination.ballots.commitments import FrozenRight
from coordination.ballots.tree import check_inclusion, leaf_hash

VERSION = 2


@dataclass(frozen=True, slots=True)
class Cast:
    """The ballot's part of a receipt. `cast_on` is a day: a moment would join it to others."""

    ordinal: int
    nonce: bytes
    tracker: bytes
    cast_on: str

    @property
    def code(self) -> str:
        return code_of(self.tracker)


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The board's part of a receipt: the ballot's leaf, and the proof that a signed checkpoint
    of `size` entries holds it. `index` counts from 1: entry 0 is the board's own."""

    index: int
    size: int
    proof: tuple[bytes, ...]
    checkpoint: str

    def as_dict(self) -> dict[str, object]:
        return {
            "index": self.index,
            "size": self.size,
            "proof": [step.hex() for step in self.proof],
            "checkpoint": self.checkpoint,
        }


@dataclass(frozen=True, slots=True)
class Receipt:
    """One right on one question. `cast` and `board` are None for a right that has not voted."""

    poll: str
    question: str
    right: FrozenRight
    cast: Cast | None = None
    board: Inclusion | None = None

    def as_json(self) -> bytes:
        """The file its holder downloads."""
        return canonical(self.as_dict()) + b"\n"

    def as_dict(self) -> dict[str, object]:
        """Its JSON."""
        # Written out: `asdict` copies deeply, which a cast has no time for.
        right, cast = self.right, self.cast
        return {
            "v": VERSION,
            "poll": self.poll,
            "question": self.question,
            "right": right.right,
            "area_cm2": right.area_cm2,
            "salt": right.salt.hex(),
            "r": right.r.hex(),
            "who": right.who.hex(),
            "weight": right.weight.hex(),
            "cast": cast
            and {
                "ordinal": cast.ordinal,
                "nonce": cast.nonce.hex(),
                "tracker": cast.tracker.hex(),
                "cast_on": cast.cast_on,
                "code": cast.code,
            },
            "board": self.board and self.board.as_dict(),
        }

    def proven(self, vkey: str) -> bool:
        """Whether a checkpoint of this poll's board, signed with the key of `vkey`, holds the
        ballot at its index. ValueError: checkpoint or key is malformed."""
        if self.cast is None or self.board is None:
            return False
        board, note = self.board, read_note(self.board.checkpoint)
        head, leaf = note.checkpoint, leaf_hash(self.cast.tracker)
        return (
            (head.origin, head.size) == (board_origin(self.poll), board.size)
            and check_inclusion(leaf, board.index, board.size, board.proof, head.root)
            and note.signed_by(vkey)
        )

    @classmethod
    def from_dict(cls, said: dict) -> Self:
        """The receipt of a document that the published form has already accepted."""
        hexed = {name: bytes.fromhex(said[name]) for name in ("salt", "r", "who", "weight")}
        return cls(
            poll=said["poll"],
            question=said["question"],
            right=FrozenRight(right=said["right"], area_cm2=said["area_cm2"], **hexed),
            cast=said["cast"] and _cast(said["cast"]),
            board=said["board"] and _board(said["board"]),
        )


def _cast(said: dict) -> Cast:
    return Cast(
        ordinal=said["ordinal"],
        nonce=bytes.fromhex(said["nonce"]),
        tracker=bytes.fromhex(said["tracker"]),
        cast_on=said["cast_on"],
    )


def _board(said: dict) -> Inclusion:
    proof = tuple(map(bytes.fromhex, said["proof"]))
    return Inclusion(said["index"], said["size"], proof, said["checkpoint"])
