"""An account's own affairs: joining, consent, e-mail, a copy of one's data, and leaving."""

from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit, db
from coordination.db import transaction
from coordination.errors import Conflict, Invalid
from coordination.people.askers import Asker
from coordination.people.codes import send_code, spend_code
from coordination.people.outbox import tell
from coordination.people.passkeys import end_passkeys
from coordination.people.passwords import hash_password
from coordination.people.phones import tail
from coordination.people.queries import person_named, person_of, standing_consent
from coordination.people.rules import looks_like_email
from coordination.people.secrecy import phone_hash, seal, seal_phone
from coordination.people.sessions import end_sessions
from coordination.people.sign_in_actions import (
    Visit,
    begin,
    mobile_number,
    refuse_weak,
    wrong_code,
)
from coordination.people.tables import Channel, CodePurpose, Consent, Person
from coordination.people.ties import TIES

CONSENT_VERSION = "2026-01"  # of templates/people/_consent.html
GONE = "已注销用户"


class StillInOffice(Conflict):
    """An office is handed over before its holder's account closes."""


async def ask_join_code(phone: str, visit: Visit, at: datetime) -> UUID:
    """Send a code to a phone, whether or not it has an account. Invalid, TooMany."""
    return await send_code(mobile_number(phone), CodePurpose.JOIN, at, source=visit.source)


async def join(
    code: UUID, typed: str, name: str, agreed: bool, password: str, visit: Visit, at: datetime
) -> str:
    """Make an account for the phone that the code went to, and sign in. A phone that has one is
    signed in to it and nothing else changes: its holder has proven to be its owner. `password`
    may be empty. Invalid, WrongCode."""
    _refuse_bad_form(name, agreed, password)
    hashed = await hash_password(password) if password else None
    spent = await spend_code(code, CodePurpose.JOIN, typed, at)
    if spent is None:
        raise wrong_code()
    async with transaction():
        # Two forms at once for one phone: the second waits here, then finds the account.
        digits = phone_hash(spent.address)
        await db.execute("select pg_advisory_xact_lock(hashtextextended($1, 1))", digits.hex())
        person = await person_named(spent.address)
        if person is None:
            person = Person(
                id=uuid4(), name=name.strip(), phone_sealed=seal_phone(spent.address),
                phone_hash=digits, phone_tail=tail(spent.address), password_hash=hashed,
                joined_at=at,
            )  # fmt: skip
            await person.save()
            await _give_consent(person.id, at)
            await audit.record(person, "join", person, at=at, consent=CONSENT_VERSION)
        return await begin(person, visit, at, way="join", stepped_up=True)


def _refuse_bad_form(name: str, agreed: bool, password: str) -> None:
    if not 1 <= len(name.strip()) <= 50:
        raise Invalid("请填写姓名。", name="请填写姓名，最多50个字")
    if not agreed:
        raise Invalid("请先阅读并同意个人信息处理说明。", agreed="不同意则不能注册")
    if password:
        refuse_weak(password)


async def give_consent(asker: Asker, at: datetime) -> None:
    """Agree 同意 to the words in force. Agreeing twice changes nothing."""
    async with transaction():
        person = await person_of(asker.id)
        given = await standing_consent(asker.id)
        if given is None or given["text_version"] != CONSENT_VERSION:
            await _give_consent(asker.id, at)
        await db.execute("update person set paused_at = null where id = $1", asker.id)
        await audit.record(asker, "give_consent", person, at=at, consent=CONSENT_VERSION)


async def withdraw_consent(asker: Asker, at: datetime) -> None:
    """Take the consent back 撤回同意: from now on only consent, export and closing work. What was
    done before stays lawful (个人信息保护法 art. 15)."""
    async with transaction():
        person = await person_of(asker.id)
        await db.execute(
            "update consent set withdrawn_at = $2 where person = $1 and withdrawn_at is null",
            asker.id, at,
        )  # fmt: skip
        await db.execute("update person set paused_at = $2 where id = $1", asker.id, at)
        await end_sessions(asker.id, at, but=asker.session)
        await audit.record(asker, "withdraw_consent", person, at=at)


async def _give_consent(person: UUID, at: datetime) -> None:
    await db.execute(
        "update consent set withdrawn_at = $2 where person = $1 and withdrawn_at is null",
        person, at,
    )  # fmt: skip
    await Consent(id=uuid4(), person=person, text_version=CONSENT_VERSION, given_at=at).save()


async def ask_email_code(asker: Asker, email: str, at: datetime) -> UUID:
    """Send a code to an e-mail address. ProveFirst, Invalid, TooMany."""
    asker.must_have_stepped_up(at)
    plain = email.strip()
    if not looks_like_email(plain):
        raise Invalid("请填写邮箱地址。", email="请填写邮箱地址，例如 name@example.com")
    return await send_code(plain, CodePurpose.EMAIL, at, source=str(asker.id), person=asker.id)


async def confirm_email(asker: Asker, code: UUID, typed: str, at: datetime) -> None:
    """Messages go to that address as well from now on. WrongCode."""
    spent = await spend_code(code, CodePurpose.EMAIL, typed, at)
    if spent is None or spent.person != asker.id:
        raise wrong_code()
    async with transaction():
        await db.execute(
            "update person set email_sealed = $2 where id = $1",
            asker.id, seal(spent.address, "email"),
        )  # fmt: skip
        await audit.record(asker, "confirm_email", await person_of(asker.id), at=at)
        await tell_bound(asker, "邮箱", "/me/security", at)


async def tell_bound(asker: Asker, what: str, link: str, at: datetime) -> None:
    """Within the app, which whoever bound it by stealth does not read alone."""
    told = f"您的账号刚刚绑定了{what}，消息会同时发往那里。如果不是您本人，请立即联系社区工作人员。"
    await tell(
        asker.id, "account", f"已绑定{what}", told, at=at, channels=[Channel.IN_APP], link=link
    )


async def remove_email(asker: Asker, at: datetime) -> None:
    """No more messages by e-mail."""
    async with transaction():
        await db.execute("update person set email_sealed = null where id = $1", asker.id)
        await audit.record(asker, "remove_email", await person_of(asker.id), at=at)


async def close_account(asker: Asker, at: datetime) -> None:
    """Close the account 注销: what names the person is erased; what was done in public business
    stays, without the name. ProveFirst, StillInOffice."""
    asker.must_have_stepped_up(at)
    if asker.roles or asker.waiting:
        raise StillInOffice("您还有任职中的身份。请先联系社区或运营人员办理离任，再注销账号。")
    async with transaction():
        person = await person_of(asker.id)
        await audit.record(asker, "close_account", person, at=at)
        for part in TIES.values():
            await part.close(asker.id, at)
        await end_sessions(asker.id, at)
        await _erase(asker.id, at)


async def _erase(person: UUID, at: datetime) -> None:
    await db.execute(
        """update person set name = $3, login = null, phone_sealed = null, phone_hash = null,
             phone_tail = '', email_sealed = null, wechat_sealed = null, password_hash = null,
             totp_sealed = null, totp_last_step = null, closed_at = $2 where id = $1""",
        person, at, GONE,
    )  # fmt: skip
    await db.execute(
        """update message set address_sealed = null, text_sealed = null,
             failed_at = case when sent_at is null then $2 else failed_at end,
             failure = case when sent_at is null then 'account closed' else failure end
           where person = $1""",
        person, at,
    )  # fmt: skip
    await end_passkeys(person, at)
    await db.execute(
        "update consent set withdrawn_at = $2 where person = $1 and withdrawn_at is null",
        person, at,
    )  # fmt: skip
    await db.execute(
        """update phone_change set cancelled_at = $2
            where person = $1 and done_at is null and cancelled_at is null""",
        person, at,
    )  # fmt: skip
    await db.execute(
        """update phone_change set phone_sealed = '', phone_hash = '', phone_tail = '-'
            where person = $1""",
        person,
    )
    await db.execute("update sign_in set device = '' where person = $1", person)
    await db.execute("delete from one_time_code where person = $1", person)
