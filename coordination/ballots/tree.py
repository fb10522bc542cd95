"""The tree of the board 公示票箱: RFC 6962, §2.1 (a Merkle tree that is only ever added to).

A root of 32 bytes stands for every entry and their order. An inclusion proof shows that one entry
is in it; a consistency proof shows that a later tree still holds all of an earlier one. The node
(level, index) is the complete subtree over the entries index·2^level to (index + 1)·2^level − 1.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()

Node = tuple[int, int]  # level, index
NodeAt = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """Of one entry, as the tree holds it: SHA-256(0x00 ‖ entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Of two subtrees side by side: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: all that is needed to add to it. `hashes` are those of the
    complete subtrees that its size is made of, the largest first."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def grown(self, entries: Iterable[bytes]) -> tuple["Frontier", list[tuple[int, int, bytes]]]:
        """The edge with `entries` added, and every (level, index, hash) that this completed:
        of each entry its leaf, then the subtrees that end with it."""
        size, edge = self.size, list(self.hashes)
        complete = []
        for entry in entries:
            level, index, top = 0, size, leaf_hash(entry)
            complete.append((level, index, top))
            while index & 1:  # a right child: its parent is complete
                level, index, top = level + 1, index >> 1, node_hash(edge.pop(), top)
                complete.append((level, index, top))
            edge.append(top)
            size += 1
        return Frontier(size, tuple(edge)), complete

    @property
    def root(self) -> bytes:
        """Of the whole tree."""
        return _folded(list(self.hashes))

    def nodes(self) -> dict[Node, bytes]:
        """What any later proof needs of the tree so far: the complete subtrees by place, and of
        each row its last node, where that is not complete."""
        known: dict[Node, bytes] = {}
        smallest_first, last = reversed(self.hashes), None
        for level in range(self.size.bit_length()):
            row = self.size >> level
            if last:
                known[level, row] = last
            if row & 1:
                known[level, row - 1] = left = next(smallest_first)
                last = node_hash(left, last) if last else left
        return known


def root_of(entries: Iterable[bytes]) -> bytes:
    """The root of the tree over these entries."""
    return Frontier().grown(entries)[0].root


def path(index: int, size: int) -> list[Node]:
    """The nodes that an inclusion proof is made of, from below. The last node of a row may be
    less than complete. ValueError: no such entry."""
    if not 0 <= index < size:
        raise ValueError(f"entry {index} is not in a tree of {size}")
    nodes, level, last = [], 0, size - 1
    while last:
        if index & 1 or index < last:  # else it stands alone, and is its own parent
            nodes.append((level, index ^ 1))
        level, index, last = level + 1, index >> 1, last >> 1
    return nodes


def inclusion_nodes(index: int, size: int) -> list[list[Node]]:
    """The same in complete subtrees alone: of each step those that it is folded from."""
    return [_parts(node, size) for node in path(index, size)]


def inclusion_proof(index: int, size: int, node_at: NodeAt) -> list[bytes]:
    """That entry `index` is in the tree of `size`. ValueError: it is not."""
    return _fetched(inclusion_nodes(index, size), node_at)


def latest_proofs(first: int, size: int, known: Mapping[Node, bytes]) -> list[tuple[bytes, ...]]:
    """The inclusion proofs of the entries from `first` on. `known`: the nodes of the edge before
    them and of the edge after, and what they completed. What they share is walked once."""
    ways: dict[Node, tuple[bytes, ...]] = {}

    def way(level: int, index: int, last: int) -> tuple[bytes, ...]:
        if not last:
            return ()
        if (level, index) not in ways:
            above = way(level + 1, index >> 1, last >> 1)
            alone = index == last and not index & 1
            ways[level, index] = above if alone else (known[level, index ^ 1], *above)
        return ways[level, index]

    return [way(0, index, size - 1) for index in range(first, size)]


def consistency_nodes(old: int, new: int) -> list[list[Node]]:
    """As `inclusion_nodes`, for a consistency proof. ValueError: not 0 < old ≤ new."""
    if not 0 < old <= new:
        raise ValueError(f"no tree of {new} grows from one of {old}")
    return _subproof(old, 0, new, True) if old < new else []


def consistency_proof(old: int, new: int, node_at: NodeAt) -> list[bytes]:
    """That the tree of `new` begins with the one of `old`. ValueError: not 0 < old ≤ new."""
    return _fetched(consistency_nodes(old, new), node_at)


def check_inclusion(
    entry_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether the proof leads from the leaf hash of an entry to the root (RFC 9162, §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    sides = _sides(index, size - 1, len(proof))
    if sides is None:
        return False
    found = entry_hash
    for is_left, step in zip(sides, proof, strict=True):
        found = node_hash(step, found) if is_left else node_hash(found, step)
    return found == root


def check_consistency(
    old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the proof shows the older root within the later one (RFC 9162, §2.1.4.2)."""
    if not 0 < old_size <= size:
        return False
    if old_size == size:
        return not proof and old_root == root
    height = (old_size & -old_size).bit_length() - 1  # of the last complete subtree of the older
    start = [] if old_size >> height > 1 else [old_root]  # the older is that subtree alone
    steps = [*start, *proof]
    sides = _sides((old_size - 1) >> height, (size - 1) >> height, len(steps) - 1)
    if sides is None:
        return False
    before = after = steps[0]
    for is_left, step in zip(sides, steps[1:], strict=True):
        before = node_hash(step, before) if is_left else before
        after = node_hash(step, after) if is_left else node_hash(after, step)
    return before == old_root and after == root


def _sides(place: int, last: int, count: int) -> list[bool] | None:
    """On the way from node `place` of a row up to the root, `last` being the row's last: whether
    each sibling stands on the left. None: the way has not `count` steps."""
    sides = []
    while last:
        if place & 1 or place < last:  # else it stands alone, and is its own parent
            sides.append(bool(place & 1))
        place, last = place >> 1, last >> 1
    return sides if len(sides) == count else None


def _split(size: int) -> int:
    """The largest power of two below `size`: where a tree of that size is parted."""
    return 1 << ((size - 1).bit_length() - 1)


def _complete(start: int, size: int) -> list[Node]:
    """The complete subtrees, largest first, of the `size` entries from `start` on."""
    found = []
    while size:
        level = size.bit_length() - 1
        found.append((level, start >> level))
        start, size = start + (1 << level), size - (1 << level)
    return found


def _parts(node: Node, size: int) -> list[Node]:
    """The complete subtrees that a node is made of in a tree of `size`."""
    level, index = node
    start = index << level
    return _complete(start, min(1 << level, size - start))


def _subproof(old: int, start: int, size: int, whole: bool) -> list[list[Node]]:
    """SUBPROOF of RFC 6962, §2.1.2. `whole`: the older tree's root is known to the reader."""
    if old == size:
        return [] if whole else [_complete(start, size)]
    half = _split(size)
    if old <= half:
        return [*_subproof(old, start, half, whole), _complete(start + half, size - half)]
    return [*_subproof(old - half, start + half, size - half, False), _complete(start, half)]


def _fetched(steps: list[list[Node]], node_at: NodeAt) -> list[bytes]:
    return [_folded([node_at(level, index) for level, index in step]) for step in steps]


def _folded(hashes: list[bytes]) -> bytes:
    """The root over subtrees side by side, largest first: they are parted from the left."""
    if not hashes:
        return EMPTY_ROOT
    top = hashes[-1]
    for left in reversed(hashes[:-1]):
        top = node_hash(left, top)
    return top
