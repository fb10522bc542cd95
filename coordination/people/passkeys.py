"""Proving oneself by finger, face or screen lock 通行密钥 (WebAuthn, FIDO2).

A passkey is a fresh proof and, being a thing one has that asks for what one is or knows, a second
factor as well. The challenge is the sealed moment at which it was asked, bound to the session:
nothing is stored until it is answered, and a passkey answers no challenge that is not newer than
the last one it answered.

Browsers make passkeys for a named host over HTTPS (or localhost), never for a bare number.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from nacl.exceptions import CryptoError
from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException

from coordination import audit, db
from coordination.db import transaction
from coordination.errors import Conflict, Invalid, NotFound
from coordination.people.askers import Asker, SecondFactorFirst
from coordination.people.outbox import tell
from coordination.people.passkey_tables import Passkey
from coordination.people.queries import person_of
from coordination.people.secrecy import open_sealed, seal
from coordination.people.sessions import prove
from coordination.people.sign_in_actions import Visit, try_way
from coordination.settings import settings
from coordination.web.limits import forget

CHALLENGE_LASTS = timedelta(minutes=10)
MOST = 10  # passkeys of one person
# The moment is part of the condition: of two uses of one answer at once, one finds it used.
USE = """
update passkey set asked_at = $2, sign_count = $3
 where id = $1 and ended_at is null and coalesce(asked_at, '-infinity') < $2 returning true
"""


class NoPasskeyProof(Invalid):
    """The device's answer does not prove what it should."""


class TooManyPasskeys(Conflict):
    """More than anybody has devices."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page gives the browser to sign. `known`: credentials that may, or must not, be."""

    challenge: str
    known: list[str]
    user: str
    host: str  # a page of any other host cannot ask


def site() -> tuple[str, str] | None:
    """(host, origin) that passkeys here are for; None: the service is reached by a number. This
    machine's own has a name: localhost."""
    address = urlsplit(settings().public_url)
    host = address.hostname or ""
    try:
        own = ip_address(host).is_loopback
    except ValueError:
        return (host, f"{address.scheme}://{address.netloc}") if host else None
    port = f":{address.port}" if address.port else ""
    return ("localhost", f"{address.scheme}://localhost{port}") if own else None


async def passkeys_of(person: UUID) -> list[Passkey]:
    """Those in use, the oldest first."""
    return await (
        Passkey.objects()
        .where(Passkey.person == person, Passkey.ended_at.is_null())
        .order_by(Passkey.made_at)
    )


async def asked_of(asker: Asker, at: datetime) -> Asked:
    """A fresh challenge for this session."""
    known = [_text(bytes(key.credential)) for key in await passkeys_of(asker.id)]
    sealed = seal(f"{asker.session} {at.isoformat()}", "passkey challenge")
    return Asked(_text(sealed), known, _text(asker.id.bytes), _site()[0])


async def enrol_passkey(
    asker: Asker, answer: str, carried: str, name: str, at: datetime
) -> Passkey:
    """Keep the key that the device has made. ProveFirst, SecondFactorFirst, NoPasskeyProof,
    TooManyPasskeys, Invalid: no name."""
    asker.must_have_stepped_up(at)
    if asker.has_second_factor and asker.second_factor_at is None:
        raise SecondFactorFirst("请先用现有的二次验证方式验证，再添加通行密钥。")
    if not name.strip() or len(name.strip()) > 40:
        raise Invalid("请给这台设备起个名字。", name="请填写名字，不超过 40 个字，例如：我的手机")
    if len(await passkeys_of(asker.id)) >= MOST:
        raise TooManyPasskeys(f"最多可以有 {MOST} 个通行密钥，请先停用不再使用的。")
    challenge, _ = _challenge(asker, carried, at)
    host, origin = _site()
    try:
        made = verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=host,
            expected_origin=origin, require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError) as wrong:
        raise _no_proof() from wrong
    key = Passkey(
        id=uuid4(), person=asker.id, credential=made.credential_id,
        public_key=made.credential_public_key, sign_count=made.sign_count, name=name.strip(),
        made_at=at,
    )  # fmt: skip
    async with transaction():
        if await db.value("select true from passkey where credential = $1", made.credential_id):
            raise Invalid("这台设备的这个通行密钥已经添加过了。", name="已经添加过了")
        await key.save()
        await prove(asker.session, at, second_factor=True)
        await audit.record(asker, "add_passkey", await person_of(asker.id), at=at)
        await tell(
            asker.id, "account", "已添加通行密钥",
            f"您的账号刚刚添加了通行密钥“{key.name}”。如果不是您本人，请立即联系社区工作人员。",
            at=at,
        )  # fmt: skip
    return key


async def prove_with_passkey(
    asker: Asker, answer: str, carried: str, visit: Visit, at: datetime
) -> None:
    """A fresh proof and second factor of this session. NoPasskeyProof, TooMany."""
    await try_way("passkey", asker.id.hex, visit.source, at)
    challenge, asked_at = _challenge(asker, carried, at)
    key = await _key_of(asker, answer)
    host, origin = _site()
    try:
        proven = verify_authentication_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=host,
            expected_origin=origin, credential_public_key=bytes(key.public_key),
            credential_current_sign_count=key.sign_count, require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError) as wrong:
        raise _no_proof() from wrong
    async with transaction():
        if not await db.value(USE, key.id, asked_at, proven.new_sign_count):
            raise _no_proof()
        await prove(asker.session, at, second_factor=True)
        await audit.record(asker, "prove", await person_of(asker.id), at=at, way="passkey")
    await forget("passkey", asker.id.hex, visit.source)


async def end_passkey(asker: Asker, key: UUID, at: datetime) -> None:
    """The device is gone or given away. ProveFirst, NotFound. Ending twice changes nothing."""
    asker.must_have_stepped_up(at)
    async with transaction():
        name = await db.value(
            """update passkey set ended_at = coalesce(ended_at, $3) where id = $1 and person = $2
               returning name""",
            key, asker.id, at,
        )  # fmt: skip
        if name is None:
            raise NotFound("没有找到这个通行密钥。")
        await audit.record(asker, "end_passkey", await person_of(asker.id), at=at)
        await tell(asker.id, "account", "已停用通行密钥", f"通行密钥“{name}”已停用。", at=at)


async def end_passkeys(person: UUID, at: datetime) -> None:
    """All of them: the account closes, or its second factor is removed at the counter."""
    await db.execute(
        "update passkey set ended_at = $2 where person = $1 and ended_at is null", person, at
    )


async def _key_of(asker: Asker, answer: str) -> Passkey:
    """The asker's key that the answer names. NoPasskeyProof."""
    try:
        said = parse_authentication_credential_json(answer)
    except (WebAuthnException, ValueError, TypeError) as wrong:
        raise _no_proof() from wrong
    key = await Passkey.objects().get(
        (Passkey.credential == said.raw_id)
        & (Passkey.person == asker.id)
        & Passkey.ended_at.is_null()
    )
    if key is None:
        raise _no_proof()
    return key


def _challenge(asker: Asker, carried: str, at: datetime) -> tuple[bytes, datetime]:
    """The bytes that were signed and when they were asked. NoPasskeyProof: not this session's,
    or too long ago."""
    try:
        sealed = _bytes(carried)
        session, _, moment = open_sealed(sealed, "passkey challenge").partition(" ")
    except (ValueError, CryptoError) as wrong:
        raise _no_proof() from wrong
    asked_at = datetime.fromisoformat(moment)
    if session != str(asker.session) or not timedelta() <= at - asked_at <= CHALLENGE_LASTS:
        raise _no_proof()
    return sealed, asked_at


def _site() -> tuple[str, str]:
    found = site()
    if found is None:
        raise Invalid("通行密钥要通过网址使用，不能用数字地址。")
    return found


def _no_proof() -> NoPasskeyProof:
    words = "这台设备没有完成验证，或者页面打开太久了。请再试一次，或换一种方式。"
    return NoPasskeyProof(words, answer="没有完成验证，请再试一次")


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
