"""Signing in and out 登录. Passwords are judged before any transaction begins: a hash takes long,
and a connection must not wait for it. Tries are counted there too, since a refusal rolls back.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from coordination import audit, db
from coordination.db import transaction
from coordination.errors import Invalid, NotFound
from coordination.people.askers import Asker
from coordination.people.codes import RECOVERY_TRIES, recovery_code_of, send_code, spend_code
from coordination.people.devices import known_device
from coordination.people.outbox import tell
from coordination.people.passwords import hash_password, verify_password
from coordination.people.phones import is_mobile, read_phone
from coordination.people.queries import account_key, person_named, person_of
from coordination.people.rules import weakness
from coordination.people.sessions import end_session, end_sessions, open_session
from coordination.people.tables import CodePurpose, Person, SignIn
from coordination.places.values import settings_in_force
from coordination.web.limits import attempt, forget, give_back, hit

SPRAY, SPRAY_SECONDS = 300, 900  # failures at any accounts from one source, often many people's


class WrongCredentials(Invalid):
    """Name and password do not belong together; we do not say which of them is wrong."""


class WrongCode(Invalid):
    """Not the digits, or no longer."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A request from outside: where from, with what browser, the session it brought along, which
    a new one ends, and who has signed in there before, as the cookie says."""

    source: str
    device: str = ""
    session: UUID | None = None
    known: str = ""


async def try_way(way: str, account: str, source: str, at: datetime) -> None:
    """Count a try at one way in, of one account, from one source. TooMany: locked."""
    held = await settings_in_force(None, "failures_before_lock", "lock_minutes", at=at)
    await attempt(
        way, account, source, at,
        failures=int(held["failures_before_lock"].value),
        locked_for=timedelta(minutes=int(held["lock_minutes"].value)),
    )  # fmt: skip


async def sign_in_with_password(name: str, password: str, visit: Visit, at: datetime) -> str:
    """The token of a new session for a phone or login name. WrongCredentials, TooMany."""
    account, spray = account_key(name), f"password:{visit.source}"
    await hit(spray, SPRAY, SPRAY_SECONDS, at)
    await try_way("password", account, visit.source, at)
    person = await person_named(name)
    verdict = await verify_password(person and person.password_hash, password)
    if person is None or not verdict.right:
        raise WrongCredentials(
            "手机号（或登录名）和密码不匹配。忘了密码，可以用手机验证码登录。",
            password="手机号（或登录名）和密码不匹配",
        )
    await forget("password", account, visit.source)
    await give_back(spray)
    async with transaction():
        if verdict.new_hash:
            await _store_password(person.id, verdict.new_hash)
        return await begin(person, visit, at, way="password", stepped_up=False)


async def ask_sign_in_code(phone: str, visit: Visit, at: datetime) -> UUID:
    """Send a code to a phone that has an account; nobody can tell one that has none.
    Invalid, TooMany."""
    number = mobile_number(phone)
    person = await person_named(number)
    return await send_code(
        number, CodePurpose.SIGN_IN, at, source=visit.source,
        person=person and person.id, known=person is not None,
        device=person and known_device(visit.known, person.id),
    )  # fmt: skip


async def sign_in_with_code(code: UUID, typed: str, visit: Visit, at: datetime) -> str:
    """The token of a new session; the code is a fresh proof as well. WrongCode."""
    spent = await spend_code(code, CodePurpose.SIGN_IN, typed, at)
    if spent is None or spent.person is None:
        raise wrong_code()
    async with transaction():
        person = await person_of(spent.person)
        return await begin(person, visit, at, way="code", stepped_up=True)


async def recover_account(name: str, typed: str, password: str, visit: Visit, at: datetime) -> str:
    """Set a new password with the code given at the counter 当面找回, end every other session,
    and sign in. It is no fresh proof: whoever issued the code could have used it.
    WrongCode, Invalid, TooMany."""
    account, spray = account_key(name), f"recover:{visit.source}"
    await hit(spray, SPRAY, SPRAY_SECONDS, at)
    await try_way("recover", account, visit.source, at)
    refuse_weak(password, name)
    person = await person_named(name)
    code = person and await recovery_code_of(person.id, at)
    if person is None or code is None:
        raise wrong_code()
    if not await spend_code(code, CodePurpose.RECOVER, typed, at, tries=RECOVERY_TRIES):
        raise wrong_code()
    hashed = await hash_password(password)
    await forget("recover", account, visit.source)
    await give_back(spray)
    async with transaction():
        await _store_password(person.id, hashed)
        await end_sessions(person.id, at)
        await tell(
            person.id, "account", "账号已找回",
            "您的账号刚刚用窗口发放的找回码设置了新密码。如果不是您本人，请立即联系社区工作人员。",
            at=at,
        )  # fmt: skip
        return await begin(person, visit, at, way="recovery code", stepped_up=False)


async def begin(person: Person, visit: Visit, at: datetime, *, way: str, stepped_up: bool) -> str:
    """Begin a session in the caller's transaction and end the one that the browser brought."""
    if visit.session:
        await end_session(visit.session, at)
    await audit.record(person, "sign_in", person, at=at, way=way)
    return await open_session(person.id, at, stepped_up=stepped_up, device=visit.device)


async def sign_out(asker: Asker, at: datetime) -> None:
    """End this session."""
    await end_session(asker.session, at)


async def revoke_session(asker: Asker, session: UUID, at: datetime) -> None:
    """End one of the asker's own sessions. NotFound: it is not theirs."""
    async with transaction():
        row = await SignIn.objects().get((SignIn.id == session) & (SignIn.person == asker.id))
        if row is None:
            raise NotFound("没有找到这个登录。")
        await end_session(session, at)
        await audit.record(asker, "revoke_session", row, at=at)


async def revoke_other_sessions(asker: Asker, at: datetime) -> None:
    """End all of the asker's sessions but this one."""
    async with transaction():
        await end_sessions(asker.id, at, but=asker.session)
        await audit.record(asker, "revoke_other_sessions", await person_of(asker.id), at=at)


async def change_password(asker: Asker, old: str, new: str, visit: Visit, at: datetime) -> None:
    """Set a password; the old one is asked for unless there is none or a fresh proof was given.
    The other sessions end. WrongCredentials, Invalid, TooMany."""
    person = await person_of(asker.id)
    if person.password_hash and not asker.has_stepped_up(at):
        await check_password(person, old, visit, at, field="old")
    refuse_weak(new, asker.phone_tail, person.login or "")
    hashed = await hash_password(new)
    async with transaction():
        await _store_password(asker.id, hashed)
        await end_sessions(asker.id, at, but=asker.session)
        await audit.record(asker, "change_password", person, at=at)
        await tell(
            asker.id, "account", "密码已修改",
            "您的登录密码刚刚修改，其他设备上的登录已退出。如果不是您本人，请立即联系社区工作人员。",
            at=at, link="/me/security",
        )  # fmt: skip


async def check_password(
    person: Person, password: str, visit: Visit, at: datetime, *, field: str = "password"
) -> None:
    """WrongCredentials: it is not this person's. TooMany: five times already, from here."""
    account = person.id.hex
    await try_way("password", account, visit.source, at)
    verdict = await verify_password(person.password_hash, password)
    if not verdict.right:
        raise WrongCredentials("密码不对，请重新输入。", **{field: "密码不对"})
    await forget("password", account, visit.source)


async def _store_password(person: UUID, hashed: str) -> None:
    await db.execute("update person set password_hash = $2 where id = $1", person, hashed)


def refuse_weak(password: str, *about: str) -> None:
    """Invalid: too short or too easily guessed."""
    if reason := weakness(password, *about):
        raise Invalid(reason, password=reason)


def mobile_number(text: str) -> str:
    """A phone that takes SMS, as +86…. Invalid: it is none."""
    phone = read_phone(text)
    if phone is None or not is_mobile(phone):
        raise Invalid("请填写11位手机号码。", phone="请填写11位手机号码")
    return phone


def wrong_code() -> WrongCode:
    return WrongCode(
        "验证码不对或已失效。请核对短信里的数字；输错五次或超过十分钟，请重新获取。",
        code="验证码不对或已失效",
    )
