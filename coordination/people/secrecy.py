"""Sealing what must be read again, and hashing what need only be recognised.

Sealed text is XChaCha20-Poly1305; hashes are keyed BLAKE2b. Each use has a key of its own,
derived from the one sealing key, so that a seal made for one purpose opens for no other and two
hashes of one number do not match across purposes. Without the key a stolen database names nobody.

A key that took another's place carries what the hashes are made with: an ID number is nowhere to
be hashed again.
"""

import hashlib
import secrets
import unicodedata
from functools import lru_cache

from nacl.secret import Aead

from coordination.people.phones import read_phone
from coordination.settings import sealing_key

HASHING = ".hashes."  # in a key: what follows was its forerunner's, too


def seal(text: str, purpose: str) -> bytes:
    """`text` so that only `open_sealed` with the same purpose reads it."""
    return bytes(Aead(_key("seal " + purpose)).encrypt(text.encode()))


def open_sealed(sealed: bytes, purpose: str) -> str:
    """What was sealed. `nacl.exceptions.CryptoError`: another key, purpose, or a changed byte."""
    return Aead(_key("seal " + purpose)).decrypt(bytes(sealed)).decode()


def keyed_hash(text: str, purpose: str) -> bytes:
    """32 bytes by which `text` is found or compared, useless without the key."""
    key = _derived(_hashing(sealing_key()), "hash " + purpose)
    return hashlib.blake2b(text.encode(), key=key, digest_size=32).digest()


def reseal(sealed: bytes, purpose: str, old: str, new: str) -> bytes:
    """What was sealed under the key `old`, under `new`. CryptoError: it was not."""
    plain = Aead(_derived(old, "seal " + purpose)).decrypt(bytes(sealed))
    return bytes(Aead(_derived(new, "seal " + purpose)).encrypt(plain))


def successor(key: str) -> str:
    """A fresh key that opens nothing of `key`'s and makes the same hashes."""
    return f"{secrets.token_urlsafe(32)}{HASHING}{_hashing(key)}"


def _hashing(key: str) -> str:
    """What a key makes hashes with."""
    return key.rpartition(HASHING)[2] if HASHING in key else _derived(key, "hashes").hex()


def seal_phone(phone: str) -> bytes:
    """`phone` as `read_phone` gives it."""
    return seal(phone, "phone")


def open_phone(sealed: bytes) -> str:
    return open_sealed(sealed, "phone")


def phone_hash(phone: str) -> bytes:
    """By which a phone is found, however it was written."""
    return keyed_hash(read_phone(phone) or phone, "phone")


def id_hash(number: str) -> bytes:
    """By which an ID number 证件号 is recognised: width, case and spaces do not matter."""
    plain = unicodedata.normalize("NFKC", number).upper()
    return keyed_hash("".join(plain.split()), "id")


def _key(purpose: str) -> bytes:
    return _derived(sealing_key(), purpose)


@lru_cache(maxsize=64)
def _derived(master: str, purpose: str) -> bytes:
    return hashlib.blake2b(
        purpose.encode(), key=hashlib.blake2b(master.encode()).digest(), digest_size=32
    ).digest()
