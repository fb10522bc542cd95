"""One-time codes 验证码: six digits to a phone or an address, ten minutes, five tries, used once.

Whoever asked holds the code's id: what others ask for at the same number neither replaces it nor
uses up its tries, so nobody can keep an owner from their code. Only a keyed hash is stored.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from coordination import db
from coordination.db import DB, transaction
from coordination.people.outbox import tell_address
from coordination.people.rules import a_code, read_code
from coordination.people.secrecy import keyed_hash, open_sealed, seal
from coordination.people.tables import Channel, CodePurpose
from coordination.places.values import whole_setting
from coordination.web.codes import draw_letter_code
from coordination.web.limits import hit

LASTS = timedelta(minutes=10)
RECOVERY_LASTS = timedelta(hours=24)
TRIES = 5
RECOVERY_TRIES = 1000  # of 31^12 codes; five would let any stranger void it
DAILY = 100  # to one phone, for whoever is not known to be its holder
WORDS = {
    CodePurpose.SIGN_IN: "登录",
    CodePurpose.STEP_UP: "身份验证",
    CodePurpose.BIND: "房屋绑定",
    CodePurpose.JOIN: "注册",
    CodePurpose.EMAIL: "绑定邮箱",
}

INSERT = """
insert into one_time_code (id, address_hash, address_sealed, person, purpose, code_hash, sent_at,
  expires_at, tries)
values ($1, $2, $3, $4, $5, $6, $7, $8, 0)
"""

# One statement counts the try and judges it. Two with the right digits at once: the row's lock
# lets one go first, and the other then finds it used.
SPEND = """
update one_time_code set tries = tries + 1,
  used_at = case when code_hash = $3 then $4::timestamptz end
where id = $1 and purpose = $2 and used_at is null and expires_at > $4 and tries < $5
returning used_at is not null as is_right, address_sealed, person
"""


@dataclass(frozen=True, slots=True)
class Spent:
    """A code that was right: where it had been sent, and for whom it was asked."""

    address: str
    person: UUID | None


async def send_code(
    address: str,
    purpose: CodePurpose,
    at: datetime,
    *,
    source: str,
    person: UUID | None = None,
    known: bool = True,
    device: str | None = None,
) -> UUID:
    """Send a code to a phone (+86…) or an e-mail; its id, which the form carries back.

    Not `known`: nothing is sent and nobody can tell. `source` is where the request comes from, or
    a person's id where they are signed in; `device`: one that the person is known to use.
    TooMany: a minute has not passed, or ten in an hour.
    """
    key = keyed_hash(address, "phone").hex()
    asks = f"device {device}" if device else source
    await hit(f"code:{key}:{asks}:minute", 1, 60, at)
    await hit(f"code:{key}:{asks}:hour", 10, 3600, at)
    # A stranger's requests shall not use up what the owner may ask for.
    if device is None and source != str(person):
        await _hit_as_stranger(key, source, at)
    code, made = a_code(), uuid4()
    async with transaction():
        await db.execute(
            INSERT, made, keyed_hash(address, "phone"), seal(address, "address"), person,
            purpose.value, _code_hash(made, code), at, at + LASTS,
        )  # fmt: skip
        if known:
            await tell_address(
                address, "code", "验证码",
                f"验证码{code}，用于{WORDS[purpose]}，10分钟内有效。请勿告诉任何人。", at=at,
                channel=Channel.EMAIL if purpose is CodePurpose.EMAIL else Channel.SMS,
                person=person, urgent=True, secret=True,
            )  # fmt: skip
    return made


async def _hit_as_stranger(key: str, source: str, at: datetime) -> None:
    """SMS cost money, and a phone that rings all day is a plague."""
    most = await whole_setting("codes_per_source", None, at)
    await hit(f"codes:{source}:hour", most, 3600, at)
    await hit(f"code:{key}:day", DAILY, 86_400, at)


async def spend_code(
    code: UUID, purpose: CodePurpose, typed: str, at: datetime, *, tries: int = TRIES
) -> Spent | None:
    """Use up a code; None: those are not its digits, or it is used, expired, tried too often.
    Outside a transaction, so that a failed try stays counted."""
    assert DB.current_transaction.get() is None, "a refusal would forget the try"
    digits = _code_hash(code, read_code(typed))
    found = await db.row(SPEND, code, purpose.value, digits, at, tries)
    if found is None or not found["is_right"]:
        return None
    sealed = found["address_sealed"]
    return Spent(open_sealed(sealed, "address") if sealed else "", found["person"])


async def write_recovery_code(person: UUID, at: datetime) -> tuple[UUID, str]:
    """A code for the counter, read out to the person: twelve characters, a day, once. In the
    caller's transaction; the one written before it is void."""
    code, made = draw_letter_code(), uuid4()
    await db.execute(
        """update one_time_code set expires_at = $2
            where person = $1 and purpose = 'recover' and used_at is null and expires_at > $2""",
        person, at,
    )  # fmt: skip
    await db.execute(
        INSERT, made, b"", None, person, CodePurpose.RECOVER.value,
        _code_hash(made, code), at, at + RECOVERY_LASTS,
    )  # fmt: skip
    return made, code


async def recovery_code_of(person: UUID, at: datetime) -> UUID | None:
    """The recovery code that waits for this person, if one does."""
    return await db.value(
        """select id from one_time_code where person = $1 and purpose = 'recover'
              and used_at is null and expires_at > $2 order by sent_at desc limit 1""",
        person, at,
    )  # fmt: skip


def _code_hash(code: UUID, text: str) -> bytes:
    return keyed_hash(f"{code}:{text}", "code")
