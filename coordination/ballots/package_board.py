"""The board's part of a result package: all that is needed to build the tree again.

Leaves stand in the order of the board, which was public during the vote; with them every earlier
checkpoint can be checked, so no proofs are carried along.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from coordination.ballots.checkpoints import (
    COSIGNED,
    board_origin,
    read_note,
    verifier_key,
)
from coordination.ballots.tree import root_of


@dataclass(frozen=True, slots=True)
class Witness:
    """A key of one of the three parties 见证钥匙, as registered."""

    name: str
    party: str  # the body, such as 梧桐苑业主委员会
    public: bytes

    def as_dict(self) -> dict[str, str]:
        vkey = verifier_key(self.name, self.public, COSIGNED)
        return {"name": self.name, "party": self.party, "vkey": vkey}


@dataclass(frozen=True, slots=True)
class BoardFacts:
    """A closed board. Notes are texts with the cosignatures they had when it was published."""

    public: bytes  # the board's own key
    entry_zero: bytes
    leaves: Sequence[bytes]  # trackers of all questions, as they were written
    checkpoint: str
    witnesses: Sequence[Witness]
    earlier: Sequence[str] = ()  # cosigned ones, the oldest first


def board_part(poll: str, facts: BoardFacts, counted: Collection[bytes]) -> dict[str, object]:
    """`counted`: every tracker of every question's ballots. ValueError: the board has others."""
    if sorted(facts.leaves) != sorted(counted):
        raise ValueError("the board's leaves are not the ballots that are counted")
    head = read_note(facts.checkpoint).checkpoint
    found = root_of([facts.entry_zero, *facts.leaves])
    if (head.size, head.root) != (1 + len(facts.leaves), found):
        raise ValueError("the closing checkpoint is not of these leaves")
    return {
        "vkey": verifier_key(board_origin(poll), facts.public),
        "entry_zero": facts.entry_zero.decode(),
        "leaves": [tracker.hex() for tracker in facts.leaves],
        "size": head.size,
        "checkpoint": facts.checkpoint,
        "witnesses": [witness.as_dict() for witness in facts.witnesses],
        "earlier": list(facts.earlier),
    }
