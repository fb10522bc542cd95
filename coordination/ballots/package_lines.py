"""The lines of a result package in their three forms: what outsiders may recount from.

`grouped`: every ballot with its choice, and one opening per choice. `sums`: no choices of any
line, one opening of the whole roll; an opening per choice would let a reader of a short rights
list find out which rights made it. `full`: every right opened besides, for an auditor.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from coordination.ballots.board import Leaf, trackers_hash
from coordination.ballots.commitments import FrozenRight, Opening, add_openings
from coordination.law.tally import NOTHING, Weight


@dataclass(frozen=True, slots=True)
class CountedBallot:
    """A ballot after the close, unsealed. `tracker` is what was stored when it was cast."""

    right: int
    ordinal: int
    choice: str
    nonce: bytes
    tracker: bytes
    channel: str  # online, paper, phone, door
    why: str = ""  # of an invalid one: the reason that was written down


def counting(ballots: Iterable[CountedBallot]) -> dict[int, CountedBallot]:
    """By right number, the ballot that counts: the highest ordinal."""
    last: dict[int, CountedBallot] = {}
    for ballot in ballots:
        if ballot.right not in last or ballot.ordinal > last[ballot.right].ordinal:
            last[ballot.right] = ballot
    return last


def weigh(
    rights: Mapping[int, FrozenRight], ballots: Iterable[tuple[int, str]]
) -> dict[str, Weight]:
    """Persons and area per label, of (right number, label)."""
    sums: dict[str, Weight] = {}
    for right, label in ballots:
        weight = Weight(1, rights[right].area_cm2)
        sums[label] = sums.get(label, NOTHING) + weight
    return sums


def leaf_of(poll: str, question: str, right: FrozenRight, ballot: CountedBallot) -> Leaf:
    """The ballot's leaf. ValueError: its stored tracker says something else was cast."""
    leaf = Leaf(
        poll, question, ballot.ordinal, right.who, right.weight, ballot.choice, ballot.nonce
    )
    if leaf.tracker != ballot.tracker:
        raise ValueError(f"ballot {ballot.tracker.hex()} is not what its tracker was made of")
    return leaf


def lines_of(
    form: str,
    rights: Mapping[int, FrozenRight],
    leaves: Mapping[bytes, Leaf],
    voted: Mapping[int, CountedBallot],
    sums_of: Callable[[str], Iterable[str]],
) -> dict[str, object]:
    """The package's part that depends on the form. `leaves` by tracker, `voted` by right;
    `sums_of` a choice: what it is summed under, in an election under each candidate named."""
    listed = sorted(rights.values(), key=lambda right: right.who)
    trackers = sorted(leaves)
    shared = {"form": form, "trackers_hash": trackers_hash(trackers)}
    if form == "sums":
        return {
            **shared,
            "rights": [_right(right) for right in listed],
            "lines": None,
            "openings": None,
            "uncast": None,
            "trackers": [tracker.hex() for tracker in trackers],
            "total": _opening(add_openings(right.opening for right in listed)),
        }
    groups = _groups(listed, voted, sums_of)
    uncast = [right.opening for right in listed if right.right not in voted]
    return {
        **shared,
        "rights": [_opened(right) if form == "full" else _right(right) for right in listed],
        "lines": [_line(leaves[tracker]) for tracker in trackers],
        "openings": [
            {"choice": str(choice), **(_opening(add_openings(groups[choice])) or {})}
            for choice in sorted(groups)
        ],
        "uncast": _opening(add_openings(uncast)),
        "trackers": None,  # the lines make them
        "total": None,  # openings and uncast make it
    }


def _groups(
    listed: Iterable[FrozenRight],
    voted: Mapping[int, CountedBallot],
    sums_of: Callable[[str], Iterable[str]],
) -> dict[str, list[Opening]]:
    """The openings of all ballots in each sum."""
    groups: dict[str, list[Opening]] = {}
    for right in listed:
        if ballot := voted.get(right.right):
            for name in sums_of(ballot.choice):
                groups.setdefault(name, []).append(right.opening)
    return groups


def silent_of(rights: Iterable[FrozenRight]) -> dict[str, object]:
    """Whose delivered and unreturned ballots weigh by the estate's rule: anyone adds them up, and
    each owner finds whether theirs is among them."""
    listed = sorted(rights, key=lambda right: right.who)
    opening = add_openings(right.opening for right in listed)
    return {"who": [right.who.hex() for right in listed], "opening": _opening(opening)}


def _right(right: FrozenRight) -> dict[str, object]:
    return {"who": right.who.hex(), "weight": right.weight.hex()}


def _opened(right: FrozenRight) -> dict[str, object]:
    return {
        **_right(right),
        "right": right.right,
        "area_cm2": right.area_cm2,
        "salt": right.salt.hex(),
        "r": right.r.hex(),
    }


def _line(leaf: Leaf) -> dict[str, object]:
    return {
        "ordinal": leaf.ordinal,
        "who": leaf.who.hex(),
        "weight": leaf.weight.hex(),
        "choice": str(leaf.choice),
        "nonce": leaf.nonce.hex(),
    }


def _opening(opening: Opening | None) -> dict[str, object] | None:
    return opening and {"area_cm2": opening.area_cm2, "r": opening.r.hex()}


def frozen_weight(rights: Sequence[FrozenRight]) -> Weight:
    """The whole roll: persons and area."""
    return Weight(len(rights), sum(right.area_cm2 for right in rights))
