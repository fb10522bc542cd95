"""What lies sealed 封存 until the close: choices, and the poll's key that opens them.

Each poll has a key of its own; the database holds it only wrapped by COORDINATION_KEY, which
lives outside database and backup. All sealing is XChaCha20-Poly1305 with a random nonce in
front; what a seal belongs to is its associated data, so it opens nowhere else.
"""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError

from coordination.ballots.board import canonical, canonical_flat
from coordination.errors import Conflict

WRAPPED_V1 = b"\x01"
NONCE = 24
PAGE_STEP = 256  # pages grow in steps, so that their length does not tell the choice


class WrongKey(ValueError):  # noqa: N818 - named by what is so
    """COORDINATION_KEY is not the one that wrapped this poll's key. Both are named by id."""


class BrokenSeal(ValueError):  # noqa: N818 - named by what is so
    """Changed, cut, or moved from where it was sealed."""


class PageExpired(Conflict):
    """A page came back too late, altered, or to another person than it was given to."""


class PageTooOld(PageExpired):
    """It came back as it was given, but too late."""


def seal(key: bytes, message: bytes, context: bytes) -> bytes:
    """`message`, readable only with `key` and the same `context`; 40 bytes longer."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(message, context, nonce, key)


def unseal(key: bytes, sealed: bytes, context: bytes) -> bytes:
    """What `seal` was given. BrokenSeal: not with this key, not in this context."""
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(
            sealed[NONCE:], context, sealed[:NONCE], key
        )
    except (CryptoError, ValueError) as broken:  # ValueError: shorter than any seal
        raise BrokenSeal("the seal does not open here") from broken


# The poll's key.


def draw_poll_key() -> bytes:
    """A fresh key for one poll; `wrap` it before it goes anywhere."""
    return secrets.token_bytes(32)


def key_id(secret: str) -> str:
    """16 hex characters that name COORDINATION_KEY without telling it."""
    return _derive(secret, b"coord key id").hex()[:16]


def wrap(secret: str, poll: str, key: bytes) -> bytes:
    """The poll's key as the database may hold it; `secret` is COORDINATION_KEY."""
    head = WRAPPED_V1 + bytes.fromhex(key_id(secret))
    return head + seal(_wrapping(secret), key, head + poll.encode())


def unwrap(secret: str, poll: str, wrapped: bytes) -> bytes:
    """The poll's key again. WrongKey. BrokenSeal: altered, or another poll's."""
    head, sealed = wrapped[:9], wrapped[9:]
    if head[:1] != WRAPPED_V1:
        raise BrokenSeal("not a wrapped key of a known version")
    if head[1:].hex() != key_id(secret):
        raise WrongKey(
            f"COORDINATION_KEY 不对：这次表决的密钥由 {head[1:].hex()} 封存，"
            f"现在配置的是 {key_id(secret)}。请恢复原来的 COORDINATION_KEY。"
        )
    return unseal(_wrapping(secret), sealed, head + poll.encode())


def rewrap(poll: str, wrapped: bytes, old: str, new: str) -> bytes:
    """The same poll key under a new COORDINATION_KEY. WrongKey, BrokenSeal."""
    return wrap(new, poll, unwrap(old, poll, wrapped))


def board_seed(key: bytes) -> bytes:
    """The Ed25519 seed that signs the board of the poll with this key, wrapped anew or not."""
    return blake2b(key, digest_size=32, person=b"coord sign board").digest()


# A choice.


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a sealed choice belongs. A seal moved to another place does not open."""

    poll: str
    question: str
    right: str
    ordinal: int

    @property
    def context(self) -> bytes:
        return canonical_flat(
            {
                "poll": self.poll,
                "question": self.question,
                "right": self.right,
                "ordinal": self.ordinal,
            }
        )


def choice_length(choices: Iterable[str]) -> int:
    """The one length that every seal of a question is padded to, given all possible choices."""
    return max(len(_written(choice, bytes(32))) for choice in choices)


def seal_choice(key: bytes, slot: Slot, choice: str, nonce: bytes, length: int) -> bytes:
    """{choice, nonce} sealed with the poll's key. ValueError: longer than `length`."""
    written = _written(choice, nonce)
    if len(written) > length:
        raise ValueError("a choice that the question does not offer")
    return seal(key, written.ljust(length), slot.context)


def open_choice(key: bytes, slot: Slot, sealed: bytes) -> tuple[str, bytes]:
    """The choice and its nonce. BrokenSeal."""
    written = json.loads(unseal(key, sealed, slot.context))
    return written["choice"], bytes.fromhex(written["nonce"])


def _written(choice: str, nonce: bytes) -> bytes:
    return canonical_flat({"choice": choice, "nonce": nonce})


# A page that waits, such as for a sign-in.


def seal_page(
    secret: str, data: dict[str, object], context: bytes, at: datetime, ttl: timedelta
) -> str:
    """`data` for a hidden field, good until `at + ttl`, only with the same `context`."""
    until = int((at + ttl).timestamp()).to_bytes(8)
    written = canonical(data)
    padded = written.ljust(-(-len(written) // PAGE_STEP) * PAGE_STEP)
    return urlsafe_b64encode(until + seal(_paging(secret), padded, until + context)).decode()


def open_page(secret: str, sealed: str, context: bytes, at: datetime) -> dict[str, object]:
    """What `seal_page` was given. PageTooOld; PageExpired: altered, or of another context."""
    try:
        raw = urlsafe_b64decode(sealed.encode("ascii"))
        written = unseal(_paging(secret), raw[8:], raw[:8] + context)
    except ValueError as broken:
        raise PageExpired("页面内容不完整，请返回上一页重新填写。") from broken
    if at.timestamp() > int.from_bytes(raw[:8]):
        raise PageTooOld("页面打开的时间太久了，请返回上一页重新填写。")
    return json.loads(written)


def _wrapping(secret: str) -> bytes:
    return _derive(secret, b"coord wrap poll")


def _paging(secret: str) -> bytes:
    return _derive(secret, b"coord seal page")


@lru_cache(maxsize=16)
def _derive(secret: str, purpose: bytes) -> bytes:
    """One key per purpose from COORDINATION_KEY, which is long and random, not a password."""
    return blake2b(secret.encode(), digest_size=32, person=purpose).digest()
