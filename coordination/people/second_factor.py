"""The second factor 二次验证: a code from an authenticator app (TOTP, RFC 6238), and the other
fresh proofs that a weighty step asks for. Each 30-second step of a secret counts once.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pyotp
from nacl.exceptions import CryptoError
from pyotp.totp import TOTP

from coordination import audit, clock, db
from coordination.db import transaction
from coordination.errors import Invalid, NotAllowed
from coordination.people.askers import Asker, SecondFactorFirst
from coordination.people.channels import reaches_phones
from coordination.people.codes import send_code, spend_code
from coordination.people.outbox import tell
from coordination.people.queries import is_recovering, person_of
from coordination.people.rules import read_code
from coordination.people.secrecy import open_phone, open_sealed, seal
from coordination.people.sessions import OFFICES, prove
from coordination.people.sign_in_actions import (
    Visit,
    WrongCode,
    check_password,
    try_way,
    wrong_code,
)
from coordination.people.tables import CodePurpose, Person
from coordination.people.ties import paths_of
from coordination.web.limits import forget

HOLDS_OFFICE = """
select exists (select from role where person = $1 and kind = any($3) and since <= $2
                  and (until is null or until > $2))
"""
VOID_SESSIONS = "update sign_in set stepped_up_at = null, second_factor_at = null where person = $1"
VOID_SECRET = "update person set totp_sealed = null, totp_last_step = null where id = $1"
VOID_PASSKEYS = "update passkey set ended_at = $2 where person = $1 and ended_at is null"
RECOVERING = "找回账号后24小时内，请用登记手机的验证码或原有的验证器；没有的，请满24小时后再来。"
STEP = 30  # seconds
WINDOW = (0, -1, 1)  # a phone's clock may be half a minute off

# The step is part of the condition: of two uses of one code at once, one finds it taken.
USE_STEP = """
update person set totp_last_step = $2
where id = $1 and totp_sealed is not null and coalesce(totp_last_step, -1) < $2 returning true
"""


class NotYetProof(Invalid):
    """The password was set at the counter a short while ago."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How a person can give a fresh proof, besides a passkey."""

    phone_tail: str  # of the phone that a code can be sent to; "": none
    has_password: bool  # one that proves something already
    has_totp: bool
    recovering: bool  # 找回 was less than a day ago


def new_secret() -> str:
    return pyotp.random_base32()


def seal_secret(secret: str) -> bytes:
    """As `Person.totp_sealed` keeps it."""
    return seal(secret, "totp")


def current_code(secret: str, at: datetime) -> str:
    """What an authenticator shows at this moment."""
    return TOTP(secret).at(_by_phone(at))


def pending(asker: Asker, secret: str) -> str:
    """A secret that is not anybody's yet, to travel in this session's form, sealed."""
    return seal(f"{asker.session}:{secret}", "pending totp").hex()


def secret_of(asker: Asker, carried: str) -> str:
    """The secret that `pending` sealed. Invalid: it is not from this session's form."""
    try:
        session, _, secret = open_sealed(bytes.fromhex(carried), "pending totp").partition(":")
    except (ValueError, CryptoError) as error:
        raise Invalid("这个页面已经过期，请重新扫码。", code="请重新扫码") from error
    if session != str(asker.session):
        raise Invalid("这个页面已经过期，请重新扫码。", code="请重新扫码")
    return secret


def address_of(secret: str, name: str, issuer: str) -> str:
    """What the QR code says: otpauth://…"""
    return TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


async def enrol(asker: Asker, carried: str, typed: str, visit: Visit, at: datetime) -> None:
    """Take up a second factor, once its first code is right. Whoever has one gives it first.
    ProveFirst, WrongCode, TooMany."""
    asker.must_have_stepped_up(at)
    if asker.has_second_factor and asker.second_factor_at is None:
        raise SecondFactorFirst("您已设置二次验证。请先用现有的验证码验证，再更换。")
    secret = secret_of(asker, carried)
    await try_way("totp", asker.id.hex, visit.source, at)
    step = _step_of(secret, typed, at)
    if step is None:
        raise wrong_totp()
    await forget("totp", asker.id.hex, visit.source)
    async with transaction():
        await db.execute(
            "update person set totp_sealed = $2, totp_last_step = $3 where id = $1",
            asker.id, seal_secret(secret), step,
        )  # fmt: skip
        await prove(asker.session, at, second_factor=True)
        await audit.record(asker, "enrol_second_factor", await person_of(asker.id), at=at)
        await tell(
            asker.id, "account", "已设置二次验证",
            "您的账号刚刚设置了二次验证。如果不是您本人，请立即联系社区工作人员。", at=at,
        )  # fmt: skip


async def give_second_factor(asker: Asker, typed: str, visit: Visit, at: datetime) -> None:
    """Prove oneself by the authenticator's code, for this session. WrongCode, TooMany."""
    await try_way("totp", asker.id.hex, visit.source, at)
    person = await person_of(asker.id)
    step = person.totp_sealed and _step_of(open_sealed(person.totp_sealed, "totp"), typed, at)
    if not step or not await db.value(USE_STEP, asker.id, step):
        raise wrong_totp()
    await forget("totp", asker.id.hex, visit.source)
    await _note_proof(asker, at, "totp")


async def ways_of(asker: Asker, at: datetime) -> Ways:
    """What to ask this person for."""
    person = await person_of(asker.id)
    recovering = await _is_recovering(person, at)
    return Ways(
        phone_tail=person.phone_tail if reaches_phones() else "",
        has_password=person.password_hash is not None and not recovering,
        has_totp=person.totp_sealed is not None,
        recovering=recovering,
    )


async def _is_recovering(person: Person, at: datetime) -> bool:
    """Who holds an office and whom no code can reach begins with one from the counter: where nobody
    has entered the account yet and no home hangs on it, there is nothing to take over."""
    reached = reaches_phones() and person.phone_sealed is not None
    begins = (
        not reached
        and await db.value(HOLDS_OFFICE, person.id, at, OFFICES)
        and not await paths_of(person.id, at)
    )
    return await is_recovering(person.id, at, first_proves=begins)


async def prove_anew(person: UUID, at: datetime) -> None:
    """Void what was proven and set up since a first code from the counter: staff might know it, and
    a home comes to hang on the account now. In the caller's transaction."""
    within_a_day = await is_recovering(person, at, first_proves=False)
    if not within_a_day or await is_recovering(person, at, first_proves=True):
        return  # no code, or not the first: what was there before it is the person's own
    await db.execute(VOID_SESSIONS, person)
    await db.execute(VOID_SECRET, person)
    await db.execute(VOID_PASSKEYS, person, at)
    await tell(
        person, "account", "请重新设置二次验证",
        "您的账号刚绑定了房屋，用窗口发的码登录后所做的验证就此作废。满24小时后请重新设置二次验证。",
        at=at,
    )  # fmt: skip


async def step_up_with_password(asker: Asker, password: str, visit: Visit, at: datetime) -> None:
    """NotYetProof, WrongCredentials, TooMany."""
    person = await person_of(asker.id)
    if await _is_recovering(person, at):
        raise NotYetProof(RECOVERING, password=RECOVERING)
    await check_password(person, password, visit, at)
    await _note_proof(asker, at, "password")


async def ask_step_up_code(asker: Asker, at: datetime) -> UUID:
    """Send a code to the asker's own phone. NotAllowed: there is none; TooMany."""
    person = await person_of(asker.id)
    return await send_code(
        phone_of(person), CodePurpose.STEP_UP, at, source=str(asker.id), person=asker.id
    )


async def step_up_with_code(asker: Asker, code: UUID, typed: str, at: datetime) -> None:
    """WrongCode: not these digits, or not the asker's code."""
    spent = await spend_code(code, CodePurpose.STEP_UP, typed, at)
    if spent is None or spent.person != asker.id:
        raise wrong_code()
    await _note_proof(asker, at, "code")


async def _note_proof(asker: Asker, at: datetime, way: str) -> None:
    async with transaction():
        await prove(asker.session, at, second_factor=way == "totp")
        await audit.record(asker, "prove", await person_of(asker.id), at=at, way=way)


def phone_of(person: Person) -> str:
    """NotAllowed: the account has no phone."""
    if not person.phone_sealed:
        raise NotAllowed("这个账号没有登记手机，请用密码验证，或到社区窗口登记手机。")
    return open_phone(person.phone_sealed)


def _by_phone(at: datetime) -> datetime:
    """The time that a phone shows at that moment: the demo's clock moves ours, never theirs."""
    return at - clock.shift


def _step_of(secret: str, typed: str, at: datetime) -> int | None:
    now, code = int(_by_phone(at).timestamp()) // STEP, read_code(typed).encode()
    totp = TOTP(secret)
    near = (now + shift for shift in WINDOW)
    return next((s for s in near if hmac.compare_digest(totp.at(s * STEP).encode(), code)), None)


def wrong_totp() -> WrongCode:
    return WrongCode(
        "验证码不对，或者刚刚用过。请等验证器显示下一组数字再输入，并检查手机时间是否准确。",
        code="验证码不对或已用过",
    )
