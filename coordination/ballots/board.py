"""The words of the board 公示票箱: canonical JSON, leaves, trackers, codes and list hashes.

In memory 32-byte values are `bytes`; in JSON they are lowercase hex. `canonical` writes one as
the other, so nothing else has to choose.
"""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 O 1 I L: a code is read aloud and typed
CODE_LENGTH = 8
LARGEST = 2**53 - 1  # RFC 8785 numbers are doubles; beyond this two readers may differ
LEAF_VERSION = 1
INVALID = "invalid"  # 无效: the choice in the leaf of a paper that chose nothing readable

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_encode_flat = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False, default=bytes.hex
).encode


def canonical(value: object) -> bytes:
    """`value` as RFC 8785 writes it, UTF-8. TypeError: a float. ValueError: too large a number."""
    return _encode(_ordered(value)).encode()


def canonical_flat(value: dict[str, str | int | bytes]) -> bytes:
    """As `canonical`, for one flat object with ASCII keys and small numbers: several times faster.

    Every cast writes three of them.
    """
    return _encode_flat(value).encode()


def _ordered(value: object) -> object:
    match value:
        case str() | bool() | None:
            return value
        case int():
            if -LARGEST <= value <= LARGEST:
                return value
            raise ValueError(f"{value} is beyond what every JSON reader keeps exactly")
        case bytes():
            return value.hex()
        case dict():
            return {key: _ordered(value[key]) for key in sorted(value, key=_utf16)}
        case list() | tuple():
            return [_ordered(item) for item in value]
        case _:
            raise TypeError(f"canonical JSON has no {type(value).__name__}")


def _utf16(key: str) -> str | bytes:
    """RFC 8785 sorts by UTF-16 units, which differs from Python's order only past U+FFFF."""
    return key.encode("utf-16-be")


def who_is(salt: bytes, right: int) -> bytes:
    """The name on the board of the voting right numbered `right`: SHA-256(salt ‖ number)."""
    return sha256(salt + str(right).encode()).digest()


def draw_right() -> int:
    """A random right number. Unique within a question by chance alone up to millions."""
    return secrets.randbelow(LARGEST - 10**15) + 10**15


def draw_nonce() -> bytes:
    """What hides a choice in its tracker. Fresh for each ballot; never stored unsealed."""
    return secrets.token_bytes(32)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One ballot on the board. `choice` is opaque here."""

    poll: str
    question: str
    ordinal: int
    who: bytes
    weight: bytes
    choice: str
    nonce: bytes

    @property
    def tracker(self) -> bytes:
        """SHA-256 of the leaf: all that leaves the server before the close."""
        leaf: dict[str, str | int | bytes] = {
            "v": LEAF_VERSION,
            "poll": self.poll,
            "question": self.question,
            "ordinal": self.ordinal,
            "who": self.who,
            "weight": self.weight,
            "choice": self.choice,
            "nonce": self.nonce,
        }
        return sha256(canonical_flat(leaf)).digest()


def code_of(tracker: bytes) -> str:
    """The 8 characters a person types at /v/CODE: the tracker's first 39 bits.

    Being a prefix, a code is found again by a range of trackers (`trackers_of`).
    """
    number = int.from_bytes(tracker[:5]) >> 1
    letters = []
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(reversed(letters))


def trackers_of(code: str) -> tuple[bytes, bytes] | None:
    """The lowest and the highest tracker with this code; None: it is no code."""
    number = 0
    for letter in code.strip().upper():
        if (place := ALPHABET.find(letter)) < 0:
            return None
        number = number * len(ALPHABET) + place
    if len(code.strip()) != CODE_LENGTH or number >> 39:
        return None
    lowest = (number << 1).to_bytes(5)
    return lowest + bytes(27), ((number << 1) + 1).to_bytes(5) + b"\xff" * 27


def roll_hash(rights: Iterable[tuple[int, int]]) -> str:
    """Of the frozen roll 票权清册: lines {right, area_cm2}, by right number."""
    return _hash({"right": right, "area_cm2": area} for right, area in sorted(rights))


def rooms_hash(rooms: Iterable[tuple[str, str, str, int]]) -> str:
    """Of the public list of rooms: lines {building, entrance, room, area_cm2}, in that order."""
    names = ("building", "entrance", "room", "area_cm2")
    return _hash(dict(zip(names, line, strict=True)) for line in sorted(rooms))


def rights_hash(rights: Iterable[tuple[bytes, bytes]]) -> str:
    """Of the rights list: lines {who, weight}, by who."""
    return _hash({"who": who, "weight": weight} for who, weight in sorted(rights))


def trackers_hash(trackers: Iterable[bytes]) -> str:
    """Of all ballots of a question, superseded ones too: 32 bytes each, sorted."""
    return sha256(b"".join(sorted(trackers))).hexdigest()


def digest(document: Mapping[str, object]) -> str:
    """Of a whole document but its own key `sha256`: what the printed notice shows."""
    return sha256(
        canonical({key: value for key, value in document.items() if key != "sha256"})
    ).hexdigest()


def _hash(lines: Iterable[dict[str, object]]) -> str:
    """SHA-256 over canonical lines, each ended by a line feed."""
    whole = sha256()
    for line in lines:
        whole.update(canonical(line) + b"\n")
    return whole.hexdigest()
