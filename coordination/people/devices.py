"""Known devices 常用设备: a browser in which a person has signed in before.

Its cookie says so with a keyed mark per person, and names nobody. It opens nothing: codes that it
asks for are counted by themselves, so that strangers cannot use up what an owner may ask for.
"""

import hmac
import secrets
from uuid import UUID

from coordination.people.secrecy import keyed_hash
from coordination.web.security import OVER_TLS

COOKIE = "__Host-device" if OVER_TLS else "device"
STAYS = 365 * 86_400
MOST = 4  # people who share a browser; whoever signed in longest ago is forgotten
NONCE, MARK = 16, 32  # hex characters


def known_device(carried: str, person: UUID) -> str | None:
    """The name of the device whose cookie is `carried`, if `person` has signed in there."""
    for nonce, mark in _entries(carried):
        if hmac.compare_digest(mark.encode(), _mark(nonce, person).encode()):
            return nonce
    return None


def remember(carried: str, person: UUID) -> str:
    """The cookie of a device in which `person` has just signed in."""
    entries = _entries(carried)
    mine = known_device(carried, person) or secrets.token_hex(NONCE // 2)
    others = [entry for entry in entries if entry[0] != mine]
    return ".".join(nonce + mark for nonce, mark in [(mine, _mark(mine, person)), *others][:MOST])


def _entries(carried: str) -> list[tuple[str, str]]:
    whole = [part for part in carried.split(".")[:MOST] if len(part) == NONCE + MARK]
    return [(part[:NONCE], part[NONCE:]) for part in whole if part.isascii() and part.isalnum()]


def _mark(nonce: str, person: UUID) -> str:
    return keyed_hash(f"{nonce}:{person}", "device").hex()[:MARK]
