"""Lies of a service that shows a board, each with the alarm by which a monitor names it."""

from collections.abc import Callable
from datetime import timedelta

from coordination.ballots.checkpoints import cosignature, read_note
from coordination.ballots.witnessing.key_files import witness_vkey
from tests.ballots.lying_service import (
    BOUND,
    OPENS,
    WITNESS,
    WITNESS_SEED,
    WITNESS_VKEY,
    Service,
    an_entry_zero,
)

ENTRIES = [an_entry_zero(BOUND), *(bytes([number]) * 32 for number in range(1, 8))]
OTHER = bytes([99]) * 32
SWAPPED = witness_vkey(OTHER)
BEFORE = OPENS - timedelta(days=1)


def swap_an_entry(service: Service) -> None:
    service.entries[2] = OTHER


def swap_an_entry_and_go_on(service: Service) -> None:
    service.entries[2:] = [OTHER, *service.entries[3:], OTHER]


def shrink(service: Service) -> None:
    del service.entries[-1]


def sign_with_another_key(service: Service) -> None:
    service.seed = OTHER


def show_another_board(service: Service) -> None:
    service.origin = f"{service.origin}8"


def forget_a_cosignature(service: Service) -> None:
    service.lines = []


def write_entry_zero_anew(service: Service) -> None:
    service.entries[0] = an_entry_zero({"party": "居委会", "vkey": SWAPPED})


def forge_a_cosignature(service: Service) -> None:
    body = read_note(service.note).checkpoint.body
    line = cosignature(body, WITNESS, WITNESS_SEED, 5)
    service.kept = [
        {"size": 8, "line": line.replace(line[-12:-4], "A" * 8), "received_at": OPENS.isoformat()}
    ]


def show_what_a_witness_signed_of_another_board(service: Service) -> None:
    """The witness was shown a board of its own: its signature does not fit this one."""
    other = Service([*ENTRIES[:-1], OTHER])
    other.cosigned(BEFORE)
    service.kept = other.kept


def give_a_party_another_key(service: Service) -> None:
    service.keys[SWAPPED] = "居委会"


def swap_the_key_of_a_party(service: Service) -> None:
    service.keys = {SWAPPED: "居委会"}


def give_the_key_to_another_party(service: Service) -> None:
    service.keys = {WITNESS_VKEY: "业委会"}


def hide_the_keys(service: Service) -> None:
    service.keys = {}


def owe_a_cosignature(service: Service) -> None:
    service.overdue = ["业委会"]


LIES: dict[Callable[[Service], None], str] = {
    swap_an_entry: "fork",
    swap_an_entry_and_go_on: "fork",
    shrink: "rollback",
    sign_with_another_key: "signature",
    show_another_board: "origin",
    forget_a_cosignature: "missing",
    forge_a_cosignature: "forged",
    owe_a_cosignature: "missing",
    write_entry_zero_anew: "fork",
    show_what_a_witness_signed_of_another_board: "forged",
    give_a_party_another_key: "witness",
    swap_the_key_of_a_party: "witness",
    give_the_key_to_another_party: "witness",
    hide_the_keys: "witness",
}
