"""Passwords: Argon2id with OWASP's parameters, never on the event loop.

One hash takes about 0.06 s of a core and 19 MiB: two threads, so that a rush at the sign-in page
neither stops the loop nor eats the memory. An unknown account costs the same as a known one.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`new_hash`: to be stored, because the parameters have changed since it was made."""

    right: bool
    new_hash: str | None = None


async def hash_password(password: str) -> str:
    """What is stored of `password`."""
    return await asyncio.get_running_loop().run_in_executor(THREADS, HASHER.hash, password)


async def verify_password(stored: str | None, password: str) -> Verdict:
    """Whether `password` is the one. `stored` None: nobody's, at the same cost."""
    return await asyncio.get_running_loop().run_in_executor(THREADS, _verify, stored, password)


def _verify(stored: str | None, password: str) -> Verdict:
    try:
        HASHER.verify(stored or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return Verdict(right=False)
    if stored is None:
        return Verdict(right=False)
    return Verdict(True, HASHER.hash(password) if HASHER.check_needs_rehash(stored) else None)


@cache
def _nobodys() -> str:
    return HASHER.hash("nobody's")
