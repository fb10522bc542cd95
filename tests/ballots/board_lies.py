"""Lies about the board, each with the check by which a recount names it, in every form.

Some liars hold the board's own key, as who runs the service does: against them stand the
cosignatures that were given while the vote went on.
"""

import json
from collections.abc import Callable

from coordination.ballots.board import canonical
from coordination.ballots.checkpoints import public_key, witness_name
from coordination.ballots.package_board import Witness
from tests.ballots.boards import PARTIES, SEED, STRANGER, WITNESS_SEEDS, a_note

Package = dict
Lie = Callable[[Package], None]


def entries_of(package: Package) -> list[bytes]:
    board = package["board"]
    return [board["entry_zero"].encode(), *map(bytes.fromhex, board["leaves"])]


def sign_anew(package: Package, seed: bytes = SEED) -> None:
    """Whoever holds the board's key prints a fresh checkpoint; no witness signs this one."""
    entries = entries_of(package)
    package["board"]["size"] = len(entries)
    package["board"]["checkpoint"] = a_note(entries, len(entries), 0, (), seed=seed)


def change_entry_zero(package: Package, change: Callable[[dict], None]) -> None:
    said = json.loads(package["board"]["entry_zero"])
    change(said)
    package["board"]["entry_zero"] = canonical(said).decode()


def drop_a_leaf(package: Package) -> None:
    del package["board"]["leaves"][3]


def drop_a_leaf_and_sign_anew(package: Package) -> None:
    drop_a_leaf(package)
    sign_anew(package)


def add_a_leaf(package: Package) -> None:
    package["board"]["leaves"].append("ab" * 32)
    sign_anew(package)


def add_a_leaf_after_the_count(package: Package) -> None:
    """Witnesses had signed the whole board; it grows all the same, and their line is kept."""
    board = package["board"]
    board["earlier"].append(board["checkpoint"])
    package["publication"]["counted_at"] = "2026-04-01T18:00:30+08:00"
    add_a_leaf(package)


def put_a_leaf_twice(package: Package) -> None:
    package["board"]["leaves"].append(package["board"]["leaves"][0])
    sign_anew(package)


def reorder_the_leaves(package: Package) -> None:
    leaves = package["board"]["leaves"]
    leaves[0], leaves[1] = leaves[1], leaves[0]


def reorder_the_leaves_and_sign_anew(package: Package) -> None:
    reorder_the_leaves(package)
    sign_anew(package)


def alter_a_leaf(package: Package) -> None:
    package["board"]["leaves"][0] = "cd" * 32


def say_another_size(package: Package) -> None:
    package["board"]["size"] += 1


def close_with_an_earlier_checkpoint(package: Package) -> None:
    package["board"]["checkpoint"] = package["board"]["earlier"][1]


def sign_with_another_key(package: Package) -> None:
    sign_anew(package, STRANGER)


def show_another_key(package: Package) -> None:
    vkey = package["board"]["vkey"]
    package["board"]["vkey"] = vkey.replace("poll-1", "poll-2")


def show_the_checkpoint_of_another_board(package: Package) -> None:
    entries = entries_of(package)
    package["board"]["checkpoint"] = a_note(entries, len(entries), 0, poll="poll-2")


def forge_a_cosignature(package: Package) -> None:
    """A witness's own line, the last bytes of its signature made up."""
    note = package["board"]["checkpoint"]
    *rest, line = note.rstrip("\n").split("\n")
    forged = line[:-24] + ("A" * 20 if line[-24:-4] != "A" * 20 else "B" * 20) + line[-4:]
    package["board"]["checkpoint"] = "\n".join([*rest, forged, ""])


def borrow_the_cosignature_of_another_checkpoint(package: Package) -> None:
    board = package["board"]
    line = board["earlier"][1].rstrip("\n").rpartition("\n")[2]
    board["checkpoint"] += f"{line}\n"


def cosign_with_an_unknown_key(package: Package) -> None:
    entries = entries_of(package)
    package["board"]["checkpoint"] = a_note(
        entries, len(entries), 1775040060, [*WITNESS_SEEDS[:2], STRANGER]
    )


def swap_the_key_of_a_witness(package: Package) -> None:
    """A stranger's key takes the place of a party's; what that party signed is left over."""
    public = public_key(STRANGER)
    package["board"]["witnesses"][0] = Witness(witness_name(public), PARTIES[0], public).as_dict()


def swap_the_key_of_a_witness_everywhere(package: Package) -> None:
    """Who runs the service holds the board's key, makes one for a party and signs all in its name:
    nothing is left over, but entry 0 was printed and cosigned."""
    board, entries = package["board"], entries_of(package)
    swap_the_key_of_a_witness(package)
    ours = (STRANGER, *WITNESS_SEEDS[1:])
    board["checkpoint"] = a_note(entries, len(entries), 1775040060, ours)
    board["earlier"] = [
        a_note(entries, size, at, ours) for size, at in ((1, 1772000000), (5, 1773800000))
    ]


def swap_the_key_and_say_it_was_always_so(package: Package) -> None:
    """The same, with entry 0 written anew: then its root is not what somebody kept, nor what the
    other witnesses signed."""
    swap_the_key_of_a_witness(package)
    swapped = package["board"]["witnesses"][0]["vkey"]
    change_entry_zero(package, lambda said: said["witnesses"][0].update(vkey=swapped))
    sign_anew(package)


def give_a_witness_to_another_party(package: Package) -> None:
    package["board"]["witnesses"][0]["party"] = PARTIES[1]


def lay_down_no_witness(package: Package) -> None:
    change_entry_zero(package, lambda said: said.pop("witnesses"))
    sign_anew(package)


def name_a_witness_for_another_key(package: Package) -> None:
    package["board"]["witnesses"][0]["name"] = witness_name(public_key(STRANGER))


def list_a_witness_twice(package: Package) -> None:
    witnesses = package["board"]["witnesses"]
    witnesses.append(witnesses[0])


def write_a_checkpoint_that_is_none(package: Package) -> None:
    package["board"]["checkpoint"] = package["board"]["checkpoint"].replace("\n\n", "\n")


def change_an_earlier_checkpoint(package: Package) -> None:
    entries = [*entries_of(package)]
    entries[2] = b"another"
    package["board"]["earlier"][1] = a_note(entries, 5, 1773800000)


def lower_a_bar_afterwards(package: Package) -> None:
    change_entry_zero(package, lambda said: said["questions"][0].update(quorum="1/3"))


def swap_the_roll_and_sign_anew(package: Package) -> None:
    change_entry_zero(package, lambda said: said["questions"][0].update(roll_hash="00" * 32))
    sign_anew(package)


def move_the_close_forward(package: Package) -> None:
    change_entry_zero(package, lambda said: said.update(closes_at="2026-05-01T18:00:00+08:00"))


def let_silence_join_without_its_rule(package: Package) -> None:
    package["questions"][0]["silence"]["policy"] = "delivered_joins_majority"


def write_entry_zero_in_another_way(package: Package) -> None:
    package["board"]["entry_zero"] += " "


def lay_down_no_question(package: Package) -> None:
    change_entry_zero(package, lambda said: said.update(questions=[]))


LIES_ABOUT_THE_BOARD: dict[Lie, str] = {
    drop_a_leaf: "board.checkpoint.root",
    drop_a_leaf_and_sign_anew: "board.earlier[1].root",
    add_a_leaf: "board.leaves.dropped",
    add_a_leaf_after_the_count: (
        f"board.earlier[2].cosignatures.{witness_name(public_key(WITNESS_SEEDS[0]))}"
    ),
    put_a_leaf_twice: "board.leaves",
    reorder_the_leaves: "board.checkpoint.root",
    reorder_the_leaves_and_sign_anew: "board.earlier[1].root",
    alter_a_leaf: "board.leaves.added",
    say_another_size: "board.size",
    close_with_an_earlier_checkpoint: "board.checkpoint.size",
    sign_with_another_key: "board.checkpoint.signature",
    show_another_key: "board.vkey",
    show_the_checkpoint_of_another_board: "board.checkpoint.origin",
    forge_a_cosignature: (
        f"board.checkpoint.cosignatures.{witness_name(public_key(WITNESS_SEEDS[1]))}"
    ),
    borrow_the_cosignature_of_another_checkpoint: (
        f"board.checkpoint.cosignatures.{witness_name(public_key(WITNESS_SEEDS[2]))}"
    ),
    cosign_with_an_unknown_key: "board.checkpoint.cosignatures",
    swap_the_key_of_a_witness: "board.checkpoint.cosignatures",
    swap_the_key_of_a_witness_everywhere: "board.entry_zero.witnesses[0]",
    swap_the_key_and_say_it_was_always_so: "board.earlier[0].root",
    give_a_witness_to_another_party: "board.entry_zero.witnesses[0]",
    lay_down_no_witness: "board.entry_zero.witnesses",
    name_a_witness_for_another_key: "board.witnesses[0].name",
    list_a_witness_twice: "board.witnesses",
    write_a_checkpoint_that_is_none: "board.checkpoint",
    change_an_earlier_checkpoint: "board.earlier[1].root",
    lower_a_bar_afterwards: "board.entry_zero.questions[0].quorum",
    swap_the_roll_and_sign_anew: "board.earlier[0].root",
    move_the_close_forward: "board.entry_zero.closes_at",
    let_silence_join_without_its_rule: "board.entry_zero.questions[0].silence.policy",
    write_entry_zero_in_another_way: "board.entry_zero.form",
    lay_down_no_question: "board.entry_zero.questions",
}
