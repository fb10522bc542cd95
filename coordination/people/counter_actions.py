"""Help at the counter 窗口办理: finding an account by its phone, recovery, and a change of phone.

Staff check the person's identity first and write down how. Each look-up is in the audit log, and
the person is told. Rows load through the helper: an account out of reach is not found.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import asyncpg

from coordination import audit, db
from coordination.db import transaction
from coordination.errors import Conflict, Invalid, NotFound
from coordination.people.askers import Asker
from coordination.people.codes import write_recovery_code
from coordination.people.outbox import WITH_SMS, tell, tell_address
from coordination.people.passkeys import end_passkeys
from coordination.people.permits import may_help, may_keep_people
from coordination.people.phones import tail
from coordination.people.queries import kinds_held, person_named, person_of, waiting_phone_change
from coordination.people.secrecy import open_phone, phone_hash, seal_phone
from coordination.people.sessions import end_sessions
from coordination.people.sign_in_actions import mobile_number
from coordination.people.tables import Channel, Person, PhoneChange
from coordination.people.ties import paths_of
from coordination.places.values import whole_setting
from coordination.web.codes import grouped


class PhoneTaken(Conflict):
    """Another account has this number."""


class ChangeWaits(Conflict):
    """One change of phone at a time."""


async def find_person(asker: Asker, text: str, reason: str, at: datetime) -> Person:
    """The account of a phone or login name, for help in person or a role; noted in the audit log,
    found or not. Invalid: no reason; NotFound: nobody, or not for this helper."""
    _refuse_no_reason(reason)
    person = await person_named(text)
    allowed = person is not None and await may_see(asker, person.id, at)
    async with transaction():
        subject = person if person is not None else await person_of(asker.id)
        await audit.record(
            asker, "look_up_person", subject, at=at, reason=reason,
            found=person is not None, shown=allowed,
        )  # fmt: skip
    if person is None or not allowed:
        raise NotFound("没有找到由您办理的账号。请核对手机号；不在本社区的，请到其所在社区办理。")
    return person


async def person_at_counter(asker: Asker, person: UUID, at: datetime) -> Person:
    """NotFound: nobody, or not for this helper."""
    if not await _may_help(asker, person, at):
        raise NotFound("没有找到由您办理的账号。")
    return await person_of(person)


async def issue_recovery_code(asker: Asker, person: UUID, reason: str, at: datetime) -> str:
    """A code to read out, with which the person sets a new password 当面找回; shown once.
    ProveFirst, NotFound, Invalid."""
    asker.must_have_stepped_up(at)
    _refuse_no_reason(reason)
    found = await person_at_counter(asker, person, at)
    async with transaction():
        _, code = await write_recovery_code(person, at)
        await audit.record(asker, "issue_recovery_code", found, at=at, reason=reason)
        await tell(
            person, "account", "正在办理账号找回",
            "工作人员刚刚为您的账号发放了找回码。如果不是您本人办理，请立即联系社区。",
            at=at, channels=WITH_SMS, urgent=True,
        )  # fmt: skip
    return grouped(code)


async def remove_second_factor(asker: Asker, person: UUID, reason: str, at: datetime) -> None:
    """The authenticator is lost: the person sets up another one at the next sign-in.
    ProveFirst, NotFound, Invalid."""
    asker.must_have_stepped_up(at)
    _refuse_no_reason(reason)
    found = await person_at_counter(asker, person, at)
    async with transaction():
        await db.execute(
            "update person set totp_sealed = null, totp_last_step = null where id = $1", person
        )
        await end_passkeys(person, at)
        await end_sessions(person, at)
        await audit.record(asker, "remove_second_factor", found, at=at, reason=reason)
        await tell(
            person, "account", "二次验证已解除",
            "工作人员刚刚解除了您账号的二次验证。如果不是您本人办理，请立即联系社区。",
            at=at, channels=WITH_SMS, urgent=True,
        )  # fmt: skip


async def request_phone_change(
    asker: Asker, person: UUID, phone: str, reason: str, at: datetime
) -> PhoneChange:
    """Have a new number take the place of the old after the waiting time 换号, and tell the old.
    ProveFirst, NotFound, Invalid, PhoneTaken, ChangeWaits."""
    asker.must_have_stepped_up(at)
    _refuse_no_reason(reason)
    number = mobile_number(phone)
    found = await person_at_counter(asker, person, at)
    hours = await whole_setting("phone_change_hours", None, at)
    async with transaction():
        await db.execute("select 1 from person where id = $1 for update", person)
        if await person_named(number) is not None:
            raise PhoneTaken("这个号码已登记在一个账号上，不能换成它。")
        if await waiting_phone_change(person):
            raise ChangeWaits("已有一次换号正在等待生效。要改成别的号码，请先撤销那一次。")
        change = PhoneChange(
            id=uuid4(), person=person, phone_sealed=seal_phone(number),
            phone_hash=phone_hash(number), phone_tail=tail(number), asked_at=at,
            takes_effect_at=at + timedelta(hours=hours), by=asker.id, reason=reason,
        )  # fmt: skip
        await change.save()
        await audit.record(asker, "request_phone_change", found, at=at, reason=reason)
        await tell(
            person, "phone-change", "登记手机将更换",
            f"您的登记手机将在{hours}小时后更换为尾号{tail(number)}。"
            "不是您本人办理的，请登录后在“账号与安全”撤销。",
            sms=f"登记手机{hours}小时后换为尾号{tail(number)}。非本人办理请登录撤销并联系社区。",
            at=at, channels=WITH_SMS, urgent=True, link="/me/security",
        )  # fmt: skip
        return change


async def cancel_phone_change(asker: Asker, change: UUID, at: datetime) -> None:
    """Call it off: the person themselves, signed in as ever, or a helper. NotFound."""
    row = await PhoneChange.objects().get(PhoneChange.id == change)
    if row is None or not (row.person == asker.id or await _may_help(asker, row.person, at)):
        raise NotFound("没有找到这次换号。")
    async with transaction():
        ended = await db.value(
            """update phone_change set cancelled_at = $2
                where id = $1 and done_at is null and cancelled_at is null returning true""",
            change, at,
        )  # fmt: skip
        if not ended:
            raise NotFound("这次换号已经生效或已经撤销。")
        await audit.record(asker, "cancel_phone_change", row, at=at)
        await tell(row.person, "phone-change", "换号已撤销", "登记手机没有变化。", at=at)


async def carry_out_phone_changes(at: datetime) -> None:
    """What is due takes effect; one number that has been taken meanwhile does not."""
    due = await db.rows(
        """select id from phone_change
            where done_at is null and cancelled_at is null and takes_effect_at <= $1""",
        at,
    )
    for change in due:
        await _carry_out(change["id"], at)


async def _carry_out(change: UUID, at: datetime) -> None:
    async with transaction():
        row = await db.row(
            """select c.*, p.phone_sealed as old from phone_change c
                 join person p on p.id = c.person and p.closed_at is null
                where c.id = $1 and c.done_at is null and c.cancelled_at is null
                  for update of c, p skip locked""",
            change,
        )
        if row is None:
            return
        taken = await db.value(
            "select true from person where phone_hash = $1 and id <> $2",
            row["phone_hash"], row["person"],
        )  # fmt: skip
        await db.execute(
            f"update phone_change set {'cancelled_at' if taken else 'done_at'} = $2 where id = $1",
            change, at,
        )  # fmt: skip
        await (_say_taken(row, at) if taken else _swap(row, at))


async def _swap(row: asyncpg.Record, at: datetime) -> None:
    person = await person_of(row["person"])
    if row["old"]:
        await tell_address(
            open_phone(row["old"]), "phone-change", "登记手机已更换",
            f"您的账号已换为尾号{row['phone_tail']}的手机。非本人办理请立即联系社区。",
            at=at, channel=Channel.SMS, urgent=True,
        )  # fmt: skip
    await db.execute(
        "update person set phone_sealed = $2, phone_hash = $3, phone_tail = $4 where id = $1",
        row["person"], row["phone_sealed"], row["phone_hash"], row["phone_tail"],
    )  # fmt: skip
    await end_sessions(row["person"], at)
    await audit.record(None, "carry_out_phone_change", person, at=at)
    await tell(row["person"], "phone-change", "登记手机已更换", "今后请用新号码登录。", at=at)


async def _say_taken(row: asyncpg.Record, at: datetime) -> None:
    await tell(
        row["person"], "phone-change", "换号没有生效",
        "新号码在等待期内登记到了另一个账号。请到社区窗口重新办理。", at=at,
    )  # fmt: skip


async def look_at(asker: Asker, person: UUID, at: datetime) -> None:
    """Note that the asker opened this account's page. NotFound: it is not theirs to open."""
    found, _ = await person_seen(asker, person, at)
    async with transaction():
        await audit.record(asker, "look_at_person", found, at=at)


async def may_see(asker: Asker, person: UUID, at: datetime) -> bool:
    """Whether the page of this account is the asker's to open."""
    return may_keep_people(asker) or await _may_help(asker, person, at)


async def person_seen(asker: Asker, person: UUID, at: datetime) -> tuple[Person, bool]:
    """The account, and whether the asker may also help with it. NotFound."""
    found = await person_of(person)
    helps = await _may_help(asker, person, at)
    if not helps and not may_keep_people(asker):
        raise NotFound("没有找到由您办理的账号。")
    return found, helps


async def _may_help(asker: Asker, person: UUID, at: datetime) -> bool:
    return may_help(asker, person, await kinds_held(person, at), await paths_of(person, at))


def _refuse_no_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid("请写明办理事由和核验方式。", reason="请写明事由，例如“核对身份证原件”")
