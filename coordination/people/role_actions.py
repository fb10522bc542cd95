"""Bodies, the accounts of those who hold an office, and roles: who is what, where, until when."""

from datetime import date, datetime
from uuid import UUID, uuid4

from asyncpg import UniqueViolationError

from coordination import audit, db
from coordination.db import transaction
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound, uncut
from coordination.people.askers import Asker
from coordination.people.outbox import tell
from coordination.people.passwords import hash_password
from coordination.people.permits import may_grant, may_keep_body, may_keep_people
from coordination.people.phones import tail
from coordination.people.queries import body_of, person_named, person_of
from coordination.people.rules import NEEDS_SECOND_FACTOR, read_login
from coordination.people.secrecy import phone_hash, seal_phone
from coordination.people.sessions import end_sessions
from coordination.people.sign_in_actions import mobile_number, refuse_weak
from coordination.people.tables import Body, BodyKind, Person, Role, RoleKind
from coordination.people.words import ROLE_WORDS
from coordination.places.queries import place_of
from coordination.places.tables import Place

FOUNDING = 278_003  # the advisory lock


class AlreadyFounded(Conflict):
    """There is an operator; it is they who name others."""


class AlreadyHeld(Conflict):
    """The same role twice is one too many."""


async def is_founded() -> bool:
    """Whether this deployment has an operator."""
    return await db.value("select exists (select from role where kind = 'operator')")


async def found_operator(
    name: str, login: str, phone: str, password: str, body_name: str, at: datetime
) -> Person:
    """The first account of an empty deployment: its operator 运营方. Invalid, AlreadyFounded."""
    refuse_weak(password, login, phone)
    hashed = await hash_password(password)
    async with transaction():
        await db.execute("select pg_advisory_xact_lock($1)", FOUNDING)
        if await is_founded():
            raise AlreadyFounded("运营方已经设立，请由运营人员登录后添加账号。")
        person = await _new_person(name, login, phone, hashed, at)
        body = Body(
            id=uuid4(), kind=BodyKind.OPERATOR, name=_given(body_name, "body_name", "单位名称"),
            place=None, phone="", officer=person.name,
        )  # fmt: skip
        await body.save()
        role = Role(
            id=uuid4(), person=person.id, body=body.id, place=None, kind=RoleKind.OPERATOR,
            since=at, granted_by=None,
        )  # fmt: skip
        await role.save()
        await audit.record(person, "found_operator", role, at=at)
        return person


async def add_person(asker: Asker, name: str, login: str, phone: str, at: datetime) -> Person:
    """An account for someone who will hold an office; they set their password by a code to the
    phone, or with a recovery code. NotAllowed, Invalid."""
    _must_keep_people(asker)
    async with transaction():
        person = await _new_person(name, login, phone, None, at)
        await audit.record(asker, "add_person", person, at=at)
        return person


async def _new_person(
    name: str, login: str, phone: str, hashed: str | None, at: datetime
) -> Person:
    plain = read_login(login) if login.strip() else None
    if login.strip() and plain is None:
        raise Invalid("登录名不能用。", login="登录名用2–60个字母、数字或汉字，不能全是数字")
    number = mobile_number(phone) if phone.strip() else None
    if plain is None and number is None:
        raise Invalid("手机号和登录名至少填一项。", phone="请填写手机号，或填写登录名")
    if number and await person_named(number):
        raise Invalid("这个手机号已有账号。", phone="这个手机号已有账号")
    if plain and await person_named(plain):
        raise Invalid("这个登录名已有人使用。", login="这个登录名已有人使用")
    person = Person(
        id=uuid4(), name=_given(name, "name", "姓名"), login=plain,
        phone_sealed=number and seal_phone(number), phone_hash=number and phone_hash(number),
        phone_tail=tail(number) if number else "", password_hash=hashed, joined_at=at,
    )  # fmt: skip
    try:
        await person.save()
    except UniqueViolationError as taken:  # another account was first, this very moment
        field = "login" if "person_login" in str(taken) else "phone"
        words = "这个登录名已有人使用" if field == "login" else "这个手机号已有账号"
        raise Invalid(f"{words}。", **{field: words}) from taken
    return person


async def save_body(
    asker: Asker,
    body: UUID | None,
    kind: BodyKind,
    name: str,
    place: Place | None,
    at: datetime,
    *,
    phone: str = "",
    officer: str = "",
    filing_number: str = "",
    since: date | None = None,
    until: date | None = None,
) -> Body:
    """Enter a body 单位, or change one. NotAllowed, NotFound, Invalid."""
    row = await body_of(body) if body else Body(id=uuid4(), kind=kind, name="-", place=None)
    _must_keep_body(asker, kind, place)
    if body:
        await _must_keep(asker, row)
    if place is None and kind is not BodyKind.OPERATOR:
        raise Invalid("请选择所在地。", place="请选择这个单位所在的社区或小区")
    if since and until and until < since:
        raise Invalid("届满日期早于开始日期。", until="届满日期早于开始日期")
    row.kind, row.name, row.place = kind, _given(name, "name", "单位名称"), place and place.id
    if row.until != until:
        row.term_told_at = None  # of the new term it has not been said yet
    row.phone, row.officer = phone.strip()[:40], officer.strip()[:60]
    row.filing_number, row.since, row.until = filing_number.strip()[:60] or None, since, until
    async with transaction():
        await row.save()
        await audit.record(asker, "change_body" if body else "add_body", row, at=at)
    return row


async def grant_role(
    asker: Asker,
    person: UUID,
    body: UUID,
    place: Place | None,
    kind: RoleKind,
    since: datetime,
    until: datetime | None,
    at: datetime,
) -> Role:
    """Give a role with a scope and a period 任职. An office begins with a fresh sign-in: open
    sessions end. NotAllowed, NotFound, Invalid, AlreadyHeld."""
    if not may_grant(asker, person, kind, place):
        raise NotAllowed("您不能授予这个身份。身份由运营人员授予；任何人不能给自己授予身份。")
    return await give_role(asker, person, body, place, kind, since, until, at)


async def give_role(
    asker: Asker,
    person: UUID,
    body: UUID,
    place: Place | None,
    kind: RoleKind,
    since: datetime,
    until: datetime | None,
    at: datetime,
) -> Role:
    """As `grant_role`, where the caller has settled that the asker may, as after an election.

    NotAllowed: to oneself. NotFound, Invalid, AlreadyHeld.
    """
    if person == asker.id:
        raise NotAllowed("任何人不能给自己授予身份，请由另一名成员或者街道办理。")
    if until and until <= since:
        raise Invalid("截止时间要晚于开始时间。", until="截止时间要晚于开始时间")
    await body_of(body)
    async with transaction():
        holder = await person_of(person)
        await db.execute("select 1 from person where id = $1 for update", person)
        await _refuse_second(person, body, place, kind, since, until)
        role = Role(
            id=uuid4(), person=person, body=body, place=place and place.id, kind=kind,
            since=since, until=until, granted_by=asker.id,
        )  # fmt: skip
        await role.save()
        if kind in NEEDS_SECOND_FACTOR:
            await end_sessions(person, at)
        await audit.record(asker, "grant_role", role, at=at, place=place, kind=kind.value)
        await tell(
            holder.id, "role", "您有了新的身份",
            f"您已被登记为{ROLE_WORDS[kind]}。如有疑问请联系运营人员。", at=at,
        )  # fmt: skip
        return role


async def _refuse_second(
    person: UUID, body: UUID, place: Place | None, kind: RoleKind,
    since: datetime, until: datetime | None,
) -> None:  # fmt: skip
    twice = await db.value(
        """select exists (select from role where person = $1 and body = $2 and kind = $3
             and place is not distinct from $4
             and (until is null or until > $5) and ($6::timestamptz is null or since < $6))""",
        person, body, kind.value, place and place.id, since, until,
    )  # fmt: skip
    if twice:
        raise AlreadyHeld("这个人在同一时间已有同样的身份。")


async def end_role(asker: Asker, role: UUID, reason: str, at: datetime) -> None:
    """End a role now 离任; its holder's sessions end with it. NotFound, NotAllowed, Invalid."""
    row = await Role.objects(Role.place).get(Role.id == role)
    if row is None:
        raise NotFound("没有这个身份。")
    kind = RoleKind(row.kind)
    place = row.place if isinstance(row.place, Place) and row.place.id else None
    if not may_grant(asker, row.person, kind, place):
        raise NotAllowed("您不能结束这个身份。")
    reason = uncut(reason, 300, "reason")
    if not reason:
        raise Invalid("请写明原因。", reason="请写明原因，例如“任期届满”")
    async with transaction():
        ended = await db.value(
            """update role set until = greatest($2, since), ended_by = $3
                where id = $1 and (until is null or until > $2) returning true""",
            role, at, asker.id,
        )  # fmt: skip
        if not ended:
            raise Conflict("这个身份已经结束。")
        await end_sessions(row.person, at)
        await audit.record(asker, "end_role", row, at=at, place=place, reason=reason)


def _must_keep_people(asker: Asker) -> None:
    if not may_keep_people(asker):
        raise NotAllowed("只有运营人员可以办理。")


def _must_keep_body(asker: Asker, kind: BodyKind, place: Place | None) -> None:
    if not may_keep_body(asker, kind, place):
        raise NotAllowed("这类单位由运营人员登记。共建单位和社区议事会，社区可以自己登记。")


async def _must_keep(asker: Asker, row: Body) -> None:
    """Nor may it become what one may keep."""
    place: UUID | None = row.place  # pyright: ignore[reportAssignmentType]
    _must_keep_body(asker, BodyKind(row.kind), await place_of(place) if place else None)


def _given(text: str, field: str, label: str) -> str:
    plain = text.strip()
    if not plain or len(plain) > 100:
        raise Invalid(f"请填写{label}。", **{field: f"请填写{label}，最多100个字"})
    return plain
