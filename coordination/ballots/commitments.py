"""Pedersen commitments 承诺 to areas: all may add them up, nobody reads a single one.

weight = area·G + r·H on ed25519 (libsodium). H comes from hashing, so nobody knows its
logarithm to G and no weight opens in two ways. Sums of weights open to sums of areas.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_from_uniform,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_scalarmult_ed25519_noclamp,
)
from nacl.exceptions import CryptoError

from coordination.ballots.board import who_is

H = crypto_core_ed25519_from_uniform(sha256(b"coordination/weight/v1").digest())
ORDER = 2**252 + 27742317777372353535851937790883648493  # of the group that G generates
AREA_LIMIT = 2**63


class NoOpening(ValueError):  # noqa: N818 - named by what is so
    """Not an area or a blinding that opens anything. libsodium refuses scalar 0 besides."""


class NoPoint(ValueError):  # noqa: N818 - named by what is so
    """32 bytes that are no point of the curve."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a weight, or a sum of weights, hides."""

    area_cm2: int
    r: bytes  # a scalar, little-endian


def draw_r() -> bytes:
    """A fresh blinding: never two weights from one."""
    return (1 + secrets.randbelow(ORDER - 1)).to_bytes(32, "little")


def commit(area_cm2: int, r: bytes) -> bytes:
    """area·G + r·H, 32 bytes. NoOpening: the area or r is out of range."""
    if not 0 < area_cm2 < AREA_LIMIT:
        raise NoOpening(f"area {area_cm2} is not between 0 and 2^63")
    if len(r) != 32 or not 0 < int.from_bytes(r, "little") < ORDER:
        raise NoOpening("r is no scalar of the group, or zero")
    return crypto_core_ed25519_add(
        crypto_scalarmult_ed25519_base_noclamp(area_cm2.to_bytes(32, "little")),
        crypto_scalarmult_ed25519_noclamp(r, H),
    )


def add_weights(weights: Iterable[bytes]) -> bytes | None:
    """The sum of the weights; None of none. NoPoint: one of them is not on the curve."""
    total: bytes | None = None
    try:
        for weight in weights:
            total = weight if total is None else crypto_core_ed25519_add(total, weight)
    except CryptoError as broken:
        raise NoPoint("a weight is no point of the curve") from broken
    return total


def add_openings(openings: Iterable[Opening]) -> Opening | None:
    """What the sum of the weights opens to; None of none."""
    area, r, some = 0, 0, False
    for opening in openings:
        area, r, some = area + opening.area_cm2, r + int.from_bytes(opening.r, "little"), True
    return Opening(area, (r % ORDER).to_bytes(32, "little")) if some else None


def opens(total: bytes, opening: Opening) -> bool:
    """Whether `opening` is what the sum `total` hides.

    Both sides are taken eight times: that wipes out points of small order, which a forger
    could add, and is cheaper than testing each weight.
    """
    try:
        return _eightfold(total) == _eightfold(commit(opening.area_cm2, opening.r))
    except (NoOpening, NoPoint):
        return False


def _eightfold(point: bytes) -> bytes | None:
    for _ in range(3):
        point = add_weights((point, point)) or point
    return point


@dataclass(frozen=True, slots=True)
class FrozenRight:
    """A voting right as the roll froze it: number and area, what hides them, what is public."""

    right: int
    area_cm2: int
    salt: bytes
    r: bytes
    who: bytes
    weight: bytes

    @property
    def opening(self) -> Opening:
        return Opening(self.area_cm2, self.r)


def freeze_right(right: int, area_cm2: int) -> FrozenRight:
    """The right with salt and blinding drawn for it. NoOpening: it has no area."""
    salt, r = secrets.token_bytes(32), draw_r()
    return FrozenRight(right, area_cm2, salt, r, who_is(salt, right), commit(area_cm2, r))


def freeze_rights(rights: Iterable[tuple[int, int]]) -> list[FrozenRight]:
    """A chunk of (right, area_cm2), frozen.

    libsodium runs without the interpreter's lock: chunks in two threads take two cores.
    """
    return [freeze_right(right, area) for right, area in rights]
