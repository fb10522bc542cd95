"""Passwords are dear to guess, and cost the others nothing."""

import asyncio
import time

import pytest
from argon2 import PasswordHasher

from coordination.people import passwords
from coordination.people.passwords import hash_password, verify_password
from coordination.people.rules import weakness
from tests.people.accounts import PASSWORD


async def test_a_password_is_kept_as_argon2id_with_its_parameters():
    stored = await hash_password(PASSWORD)

    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert (await verify_password(stored, PASSWORD)).right
    assert not (await verify_password(stored, PASSWORD + "。")).right


async def test_the_loop_is_free_while_passwords_are_hashed():
    longest, last, done = 0.0, time.perf_counter(), asyncio.Event()

    async def beat() -> None:
        nonlocal longest, last
        while not done.is_set():
            await asyncio.sleep(0.002)
            now = time.perf_counter()
            longest, last = max(longest, now - last), now

    started = time.perf_counter()
    beating = asyncio.create_task(beat())
    await asyncio.gather(*(hash_password(PASSWORD) for _ in range(8)))
    took = time.perf_counter() - started
    done.set()
    await beating

    # On the loop they would come one after the other and hold it all the while.
    assert longest < took / 2, (longest, took)


async def test_an_unknown_account_costs_as_much_as_a_known_one(monkeypatch):
    verified = []

    class Counting(PasswordHasher):
        def verify(self, hash, password):  # noqa: A002
            verified.append(hash)
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "HASHER", Counting(2, 19456, 1))
    known = await hash_password(PASSWORD)
    await verify_password(known, "wrong")
    await verify_password(None, "wrong")

    assert len(verified) == 2
    assert [hash.split("$")[3] for hash in verified] == ["m=19456,t=2,p=1"] * 2


async def test_an_older_hash_is_made_anew_when_its_password_is_given():
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)

    wrong, right = await verify_password(old, "x"), await verify_password(old, PASSWORD)

    assert wrong.new_hash is None
    assert right.new_hash and right.new_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert (await verify_password(right.new_hash, PASSWORD)).new_hash is None


@pytest.mark.parametrize(
    "password",
    [
        "梧桐",
        "1234567",
        "12345678",
        "abcdefgh",
        "Password1",
        "woaini1314",
        "11111111",
        "１２３４５６７８",
    ],
)
def test_a_password_that_others_guess_is_refused(password):
    assert weakness(password)


def test_a_password_with_ones_own_number_is_refused():
    assert weakness("zhang-5678-x", "5678")
    assert not weakness("zhang-5679-x", "5678", "")


@pytest.mark.parametrize("password", [PASSWORD + "三号楼", "correct horse", "xK7#9fQ2"])
def test_a_sentence_of_ones_own_is_good(password):
    assert weakness(password) is None
