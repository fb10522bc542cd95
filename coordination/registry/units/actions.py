"""Keeping a unit right: a look-up, a sale, a correction, an owner's phone, a guardian.

What staff look at and change is in the audit log; who loses something by it is told.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from asyncpg import UniqueViolationError

from coordination import audit
from coordination.db import execute, rows, transaction, value
from coordination.errors import Conflict, Invalid, NotFound, uncut
from coordination.law.areas import format_area, parse_area
from coordination.law.franchise import AreaSource
from coordination.people.askers import Asker
from coordination.people.outbox import tell, tell_address
from coordination.people.phones import is_mobile, read_phone, tail
from coordination.people.secrecy import open_phone, phone_hash, seal_phone
from coordination.places.tables import Place, Unit, UnitKind
from coordination.registry.bindings.actions import owner_in, person_served
from coordination.registry.imports import columns as of
from coordination.registry.imports.reading import ReadOwner, read_row
from coordination.registry.owner_phones import tell_replaced
from coordination.registry.permits import must_keep_registry
from coordination.registry.queries import lock_registry
from coordination.registry.tables import Guardian, Owner
from coordination.registry.units.queries import (
    OwnerShown,
    UnitFacts,
    owners_shown,
    unit_of,
)
from coordination.web.sheets import Row


class SameOwners(Conflict):
    """Those named hold the unit already."""


class HasGuardian(Conflict):
    """One guardian at a time acts for an owner."""


@dataclass(frozen=True, slots=True)
class NewOwners:
    """The owners after a sale, as on the document: parts set apart by 、."""

    names: str
    numbers: str
    phones: str
    document: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What a unit should say, and why."""

    area: str
    source: AreaSource
    kind: UnitKind
    floor: int | None
    reason: str


async def keeper_sees(
    asker: Asker, estate: Place, unit: UUID, at: datetime
) -> tuple[UnitFacts, list[OwnerShown]]:
    """A unit and its owners, half shown; that somebody looked is in the audit log. NotFound."""
    must_keep_registry(asker, estate)
    async with transaction():
        facts = await unit_of(estate, unit)
        await audit.record(asker, "look_up_unit", _as_row(unit), at=at, place=estate)
        return facts, await owners_shown(unit)


def _as_row(unit: UUID) -> Unit:
    return Unit(_ignore_missing=True, id=unit)


async def change_owners(
    asker: Asker, estate: Place, unit: UUID, new: NewOwners, at: datetime
) -> None:
    """Enter a sale 过户: the titles of now end, those of the buyers begin.

    ProveFirst; NotFound; Invalid: names, numbers, document; SameOwners.
    """
    must_keep_registry(asker, estate)
    asker.must_have_stepped_up(at)
    owners = _read_owners(new)
    if len(new.document.strip()) < 2:
        raise Invalid("请写明过户凭证。", document="例如：不动产权证书 鄂(2026)第0001号")
    async with transaction():
        await lock_registry(estate.id)
        await unit_of(estate, unit)
        held = [await _owner_row(estate, owner, at) for owner in owners]
        before = await rows(
            "select owner from ownership where unit = $1 and until is null for update", unit
        )
        if {each["owner"] for each in before} == set(held):
            raise SameOwners("名册上已经是这些业主，没有变动。")
        await execute("update ownership set until = $2 where unit = $1 and until is null", unit, at)
        await execute(
            """insert into ownership (id, unit, owner, since, document, by)
               select gen_random_uuid(), $1, owner, $3, $4, $5
               from unnest($2::uuid[]) as t (owner)""",
            unit, held, at, uncut(new.document, 200, "document"), asker.id,
        )  # fmt: skip
        await execute("update unit set unsold = false where id = $1", unit)
        await execute(
            """update letter_code set revoked_at = $2
               where unit = $1 and used_at is null and revoked_at is null""",
            unit, at,
        )  # fmt: skip
        await audit.record(
            asker, "change_owners", _as_row(unit), at=at, place=estate, document=new.document,
            before=len(before), after=len(held),
        )  # fmt: skip


def _read_owners(new: NewOwners) -> tuple[ReadOwner, ...]:
    """The buyers, read by the same rules as a row of a roll. Invalid."""
    line = {
        of.BUILDING: "1", of.ROOM: "1", of.AREA: "1", of.KIND: "住宅",
        of.NAME: new.names, of.NUMBER: new.numbers, of.PHONE: new.phones,
    }  # fmt: skip
    unit, faults = read_row(Row(0, line))
    if unit is None:
        fields = {of.NAME: "names", of.NUMBER: "numbers", of.PHONE: "phones"}
        raise Invalid("业主信息有误。", **{fields[f.column]: f"{f.reason}。" for f in faults})
    return unit.owners


async def _owner_row(estate: Place, owner: ReadOwner, at: datetime) -> UUID:
    """The owner of that number, brought up to date, or made."""
    known = await Owner.objects().get((Owner.estate == estate.id) & (Owner.id_hash == owner.hash))
    if known is None:
        known = Owner(
            id=uuid4(), estate=estate.id, kind=owner.kind, name=owner.name, id_hash=owner.hash,
            id_last4=owner.last4, phone_tail="",
        )  # fmt: skip
    known.name = owner.name
    if owner.phone_hash and owner.phone_sealed:
        await _take_phone(known, owner.phone_sealed, owner.phone_hash, owner.phone_tail, at)
    await known.save()
    return known.id


async def _take_phone(held: Owner, sealed: bytes, digits: bytes, tail: str, at: datetime) -> None:
    """Give an owner a phone, to which codes go after the waiting time; one that it takes the
    place of is told."""
    if held.phone_hash != digits:
        if held.phone_sealed:
            await tell_replaced(held.phone_sealed, tail, at)
        held.phone_since = at
    held.phone_sealed, held.phone_hash, held.phone_tail = sealed, digits, tail


async def correct_unit(
    asker: Asker, estate: Place, unit: UUID, new: Correction, at: datetime
) -> None:
    """Put a unit's area, kind or floor right, with a reason. ProveFirst; NotFound; Invalid."""
    must_keep_registry(asker, estate)
    asker.must_have_stepped_up(at)
    try:
        area_cm2 = parse_area(new.area)
    except ValueError as wrong:
        raise Invalid("面积有误。", area=f"{wrong}。") from wrong
    if len(new.reason.strip()) < 2:
        raise Invalid("请写明更正的依据。", reason="例如：不动产权证书记载")
    async with transaction():
        await lock_registry(estate.id)
        before = await unit_of(estate, unit)
        await execute(
            """update unit set area_cm2 = $2, area_source = $3, kind = $4, floor = $5
               where id = $1""",
            unit, area_cm2, new.source.value, new.kind.value, new.floor,
        )  # fmt: skip
        was = format_area(before.area_cm2) if before.area_cm2 else ""
        await audit.record(
            asker, "correct_unit", _as_row(unit), at=at, place=estate, area_before=was,
            area=format_area(area_cm2), source=new.source, kind=new.kind, reason=new.reason,
        )  # fmt: skip


async def change_owner_phone(
    asker: Asker, estate: Place, owner: UUID, phone: str, document: str, at: datetime
) -> None:
    """Change the phone in the registry; the old number is told, and codes go to the new one
    after the waiting time 换号.

    ProveFirst; NotFound; Invalid.
    """
    must_keep_registry(asker, estate)
    asker.must_have_stepped_up(at)
    number = read_phone(phone)
    if number is None:
        raise Invalid("电话有误。", phone="请填写 11 位手机号，座机请带区号。")
    if len(document.strip()) < 2:
        raise Invalid("请写明核验了什么。", document="例如：业主本人持身份证原件")
    async with transaction():
        held = await owner_in(estate, owner)
        await _take_phone(held, seal_phone(number), phone_hash(number), tail(number), at)
        await held.save()
        await audit.record(
            asker, "change_owner_phone", held, at=at, place=estate, document=document
        )


async def set_guardian(
    asker: Asker, estate: Place, owner: UUID, account: str, document: str, at: datetime
) -> Guardian:
    """Have a guardian 监护人 act for an owner who cannot. ProveFirst; NotFound; Invalid."""
    must_keep_registry(asker, estate)
    asker.must_have_stepped_up(at)
    async with transaction():
        held = await owner_in(estate, owner)
        person = await person_served(asker, account)
        if len(document.strip()) < 2:
            raise Invalid("请写明监护凭证。", document="例如：户口簿、法院判决书编号")
        guardian = Guardian(
            id=uuid4(), owner=held.id, person=person.id,
            document=uncut(document, 200, "document"), at=at, by=asker.id,
        )  # fmt: skip
        try:
            async with transaction():
                await guardian.save()
        except UniqueViolationError as taken:
            raise HasGuardian("这位业主已有监护人。请先结束原来的监护，再登记新的。") from taken
        await audit.record(asker, "set_guardian", guardian, at=at, place=estate, document=document)
        await _tell_of_guardian(held, at)
        return guardian


async def _tell_of_guardian(held: Owner, at: datetime) -> None:
    """Who now acts for an owner votes for them: the owner's account and phone hear of it."""
    text = "社区刚刚为您名下的房屋登记了监护人，由其代为表决。不是您家人办理的，请立即联系社区。"
    bound = await value("select person from binding where owner = $1 and ended_at is null", held.id)
    if bound:
        await tell(bound, "guardian", "登记了监护人", text, at=at, urgent=True, link="/me/units")
    phone = open_phone(held.phone_sealed) if held.phone_sealed else ""
    if is_mobile(phone):
        await tell_address(phone, "guardian", "登记了监护人", text, at=at, urgent=True)


async def end_guardian(asker: Asker, estate: Place, owner: UUID, at: datetime) -> None:
    """The guardian no longer acts for the owner. ProveFirst; NotFound."""
    must_keep_registry(asker, estate)
    asker.must_have_stepped_up(at)
    async with transaction():
        await owner_in(estate, owner)
        guardian = await Guardian.objects().get(
            (Guardian.owner == owner) & Guardian.ended_at.is_null()
        )
        if guardian is None:
            raise NotFound("这位业主没有登记监护人。")
        guardian.ended_at = at
        await guardian.save()
        await audit.record(asker, "end_guardian", guardian, at=at, place=estate)
