"""Accounts for tests: with a phone, a password, a second factor; and the codes sent to them."""

import re
from functools import cache
from uuid import uuid4

import pyotp

from coordination import db
from coordination.people.passwords import HASHER
from coordination.people.phones import tail
from coordination.people.second_factor import seal_secret
from coordination.people.secrecy import open_sealed, phone_hash, seal_phone
from coordination.people.sign_in_actions import Visit
from coordination.people.tables import Person
from tests.builders import LONG_AGO

PHONE = "+8613812345678"
PASSWORD = "会唱歌的梧桐树下"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HERE = Visit(source="10.1.1.1", device="测试")
ELSEWHERE = Visit(source="10.9.9.9", device="测试")


@cache
def hashed(password: str) -> str:
    """Hashing takes long by design; once per password will do here."""
    return HASHER.hash(password)


async def an_account(
    name: str = "李秀英",
    *,
    phone: str | None = PHONE,
    password: str | None = PASSWORD,
    login: str | None = None,
    secret: str | None = None,
    consented: bool = True,
) -> Person:
    person = Person(
        id=uuid4(), name=name, login=login, joined_at=LONG_AGO,
        phone_sealed=phone and seal_phone(phone), phone_hash=phone and phone_hash(phone),
        phone_tail=tail(phone) if phone else "",
        password_hash=password and hashed(password),
        totp_sealed=secret and seal_secret(secret),
    )  # fmt: skip
    await person.save()
    if consented:
        await db.execute(
            """insert into consent (id, person, text_version, given_at)
               values (gen_random_uuid(), $1, '2026-01', $2)""",
            person.id, LONG_AGO,
        )  # fmt: skip
    return person


async def sent_to(address: str) -> list[str]:
    """What was sent to an address, the oldest first, as its holder reads it."""
    found = await db.rows(
        "select text, text_sealed, address_sealed from message order by queued_at, tries, id"
    )
    return [
        open_sealed(row["text_sealed"], "message") if row["text_sealed"] else row["text"]
        for row in found
        if row["address_sealed"] and open_sealed(row["address_sealed"], "address") == address
    ]


async def code_sent_to(address: str) -> str:
    """The digits of the last code sent there."""
    found = re.search(r"\d{6}", (await sent_to(address))[-1])
    assert found
    return found[0]


def totp_code(at, secret: str = SECRET) -> str:
    return pyotp.TOTP(secret).at(at)  # pyright: ignore[reportPrivateImportUsage]


def wrong(code: str) -> str:
    """Six digits that are not these."""
    return f"{(int(code) + 1) % 1_000_000:06d}"
