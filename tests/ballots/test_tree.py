"""The tree of the board against RFC 6962 as it is written, and against its published vectors."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.ballots.tree import (
    EMPTY_ROOT,
    Frontier,
    check_consistency,
    check_inclusion,
    consistency_nodes,
    consistency_proof,
    inclusion_nodes,
    inclusion_proof,
    latest_proofs,
    leaf_hash,
    root_of,
)

# The eight entries of Certificate Transparency's own tests, and the root of the first n of them.
ENTRIES = [bytes.fromhex(one) for one in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [bytes.fromhex(one) for one in (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)]  # fmt: skip
sizes = st.integers(1, 70)


def entries_of(size: int) -> list[bytes]:
    return [sha256(str(n).encode()).digest() for n in range(size)]


# RFC 6962, 2.1, 2.1.1 and 2.1.2, word for word; k is the largest power of two below n.


def mth(d: list[bytes]) -> bytes:
    if len(d) == 0:
        return sha256(b"").digest()
    if len(d) == 1:
        return sha256(b"\x00" + d[0]).digest()
    k = half(len(d))
    return sha256(b"\x01" + mth(d[:k]) + mth(d[k:])).digest()


def rfc_path(m: int, d: list[bytes]) -> list[bytes]:
    if len(d) == 1:
        return []
    k = half(len(d))
    if m < k:
        return rfc_path(m, d[:k]) + [mth(d[k:])]
    return rfc_path(m - k, d[k:]) + [mth(d[:k])]


def proof(m: int, d: list[bytes]) -> list[bytes]:
    return subproof(m, d, True)


def subproof(m: int, d: list[bytes], b: bool) -> list[bytes]:
    if m == len(d):
        return [] if b else [mth(d)]
    k = half(len(d))
    if m <= k:
        return subproof(m, d[:k], b) + [mth(d[k:])]
    return subproof(m - k, d[k:], False) + [mth(d[:k])]


def half(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


class Kept:
    """The nodes that growing completes, as a table keeps them."""

    def __init__(self, entries: list[bytes], cut: int = 0) -> None:
        first, before = Frontier().grown(entries[:cut])
        self.frontier, after = first.grown(entries[cut:])
        self.nodes = {(level, index): found for level, index, found in before + after}
        assert len(self.nodes) == len(before + after), "no node is completed twice"

    def at(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_that_certificate_transparency_publishes(size):
    assert root_of(ENTRIES[:size]) == ROOTS[size - 1]


def test_the_tree_of_nothing_has_the_hash_of_nothing():
    assert root_of([]) == EMPTY_ROOT == mth([])


@given(sizes, st.data())
def test_a_tree_that_grew_in_pieces_is_the_tree_of_the_whole(size, data):
    entries = entries_of(size)
    cut = data.draw(st.integers(0, size))

    kept = Kept(entries, cut)

    assert (kept.frontier.size, kept.frontier.root) == (size, mth(entries))
    for (level, index), found in kept.nodes.items():
        assert found == mth(entries[index << level : (index + 1) << level])
    for (level, index), found in kept.frontier.nodes().items():
        assert found == mth(entries[index << level : (index + 1) << level])


@given(sizes, st.data())
def test_what_was_added_is_proven_by_the_edge_before_the_edge_after_and_what_was_completed(
    size, data
):
    entries = entries_of(size)
    cut = data.draw(st.integers(0, size - 1))
    before, _ = Frontier().grown(entries[:cut])

    after, complete = before.grown(entries[cut:])

    known = before.nodes() | {(level, index): found for level, index, found in complete}
    known |= after.nodes()
    for index, shown in enumerate(latest_proofs(cut, size, known), cut):
        assert list(shown) == rfc_path(index, entries)


@given(sizes, st.data())
def test_an_inclusion_proof_is_the_rfc_s_path_and_leads_to_this_root_from_this_entry_alone(
    size, data
):
    entries = entries_of(size)
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size + 2).filter(lambda n: n != index))
    root, leaf = mth(entries), leaf_hash(entries[index])

    shown = inclusion_proof(index, size, Kept(entries).at)

    assert shown == rfc_path(index, entries)
    assert check_inclusion(leaf, index, size, shown, root)
    assert not check_inclusion(leaf_hash(b"another"), index, size, shown, root)
    assert not check_inclusion(leaf, other, size, shown, root)
    assert not check_inclusion(leaf, index, size, [*shown, bytes(32)], root)
    assert not check_inclusion(leaf, index, size, shown, sha256(root).digest())
    assert not (shown and check_inclusion(leaf, index, size, shown[:-1], root))


@given(sizes, st.data())
def test_a_consistency_proof_is_the_rfc_s_and_joins_these_two_roots_alone(size, data):
    entries = entries_of(size)
    old = data.draw(st.integers(1, size))
    before, root = mth(entries[:old]), mth(entries)

    shown = consistency_proof(old, size, Kept(entries).at)

    assert shown == proof(old, entries)
    assert check_consistency(old, before, size, root, shown)
    assert not check_consistency(old, sha256(before).digest(), size, root, shown)
    assert not check_consistency(old, before, size, sha256(root).digest(), shown)
    assert not check_consistency(old, before, size, root, [*shown, bytes(32)])
    assert not (shown and check_consistency(old, before, size, root, shown[:-1]))
    assert not check_consistency(0, before, size, root, shown)
    assert not check_consistency(size + 1, before, size, root, shown)


@given(sizes, st.data())
def test_an_entry_that_was_altered_or_moved_is_in_no_tree_that_extends_the_older(size, data):
    entries = entries_of(size)
    old = data.draw(st.integers(1, size))
    index = data.draw(st.integers(0, old - 1))
    forged = [*entries]
    forged[index] = sha256(b"altered").digest()

    shown = proof(old, forged)

    assert not check_consistency(old, mth(entries[:old]), size, mth(forged), shown)


@pytest.mark.parametrize("nodes", [
    lambda: inclusion_nodes(3, 3), lambda: inclusion_nodes(-1, 3), lambda: inclusion_nodes(0, 0),
    lambda: consistency_nodes(0, 3), lambda: consistency_nodes(4, 3),
])  # fmt: skip
def test_no_proof_is_made_of_what_is_not_there(nodes):
    with pytest.raises(ValueError):
        nodes()
