"""Asking to be known as a resident, and the answer: yes until a day, or no with a reason."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import row, transaction, value
from coordination.errors import Conflict, Invalid, NotFound
from coordination.people.askers import Asker
from coordination.people.outbox import tell
from coordination.places.tables import Place
from coordination.registry.permits import may_keep_registry, must_keep_registry
from coordination.registry.queries import ACTS_FOR
from coordination.registry.residents.queries import KINDS, Resident, confirmed_in, waiting_in
from coordination.registry.tables import Residency
from coordination.web.sheets import building_key, entrance_key, room_key

LONGEST = timedelta(days=5 * 366)
OPEN_ASKS = 3


class AskedAlready(Conflict):
    """The same is waiting for an answer, or was confirmed and still holds."""


class AnsweredAlready(Conflict):
    """Somebody confirmed or refused it before."""


async def keeper_sees(
    asker: Asker, estate: Place, after: datetime | None, at: datetime
) -> tuple[list[Resident], list[Resident]]:
    """Who waits, and who is confirmed, with names; the look is in the audit log. NotFound."""
    must_keep_registry(asker, estate)
    async with transaction():
        await audit.record(asker, "look_up_residents", estate, at=at, place=estate)
        return await waiting_in(estate), await confirmed_in(estate, at, after)


async def ask_residency(
    asker: Asker, estate: UUID, building: str, entrance: str, room: str, kind: str, proof: str,
    at: datetime,
) -> Residency:  # fmt: skip
    """Say that one lives in a room. Invalid; NotFound: no such room; AskedAlready."""
    if kind not in KINDS:
        raise Invalid("请选择您与房屋的关系。", kind="请选择租户或业主家人。")
    if not 2 <= len(proof.strip()) <= 200:
        raise Invalid("请写明凭证。", proof="例如：租赁合同、户口簿，到社区出示原件。")
    async with transaction():
        await value("select pg_advisory_xact_lock(hashtext($1))", f"residency {asker.id}")
        unit = await value(
            """select unit.id from unit join place b on b.id = unit.building
               where unit.estate = $1 and b.key = $2 and unit.room = $4
                 and (unit.entrance = $3 or $3 = '') order by unit.sort limit 1""",
            estate, building_key(building), entrance_key(entrance), room_key(room),
        )  # fmt: skip
        if unit is None:
            raise NotFound("没有找到这间房，请核对楼栋、单元和房号，或到社区办理。")
        await _require_new(asker, unit, at)
        residency = Residency(
            id=uuid4(), person=asker.id, unit=unit, kind=kind, proof=proof.strip(), asked_at=at
        )
        await residency.save()
        await audit.record(asker, "ask_residency", residency, at=at, place=estate)
        return residency


async def _require_new(asker: Asker, unit: UUID, at: datetime) -> None:
    there = await row(
        """select count(*) filter (where unit = $2) as same,
             count(*) filter (where confirmed_at is null) as open
           from residency where person = $1 and refused_at is null
             and (confirmed_at is null or until is null or until > $3)""",
        asker.id, unit, at,
    )  # fmt: skip
    assert there
    if there["same"]:
        raise AskedAlready("您已经登记或申请过这间房，请在“我的房屋”里查看进度。")
    if there["open"] >= OPEN_ASKS:
        raise AskedAlready(f"您有 {OPEN_ASKS} 项申请还没有答复，请等社区答复后再申请。")


async def confirm_residency(
    asker: Asker, estate: Place, residency: UUID, until: datetime, at: datetime
) -> None:
    """Confirm that somebody lives there, until a day. NotFound; Invalid; AnsweredAlready."""
    if not at < until <= at + LONGEST:
        raise Invalid("请填写有效期。", until="有效期要在今天之后，最长五年。")
    async with transaction():
        found = await _waiting(asker, estate, residency)
        found.confirmed_at, found.confirmed_by, found.until = at, asker.id, until
        await found.save()
        await audit.record(asker, "confirm_residency", found, at=at, place=estate)
        await tell(
            found.person, "residency", "居民登记已确认",
            "社区已确认您的居民登记。您可以吹哨、附议和查看进度；业主事项的表决由业主进行。",
            at=at, link="/me/units",
        )  # fmt: skip


async def refuse_residency(
    asker: Asker, estate: Place, residency: UUID, reason: str, at: datetime
) -> None:
    """Refuse, with a reason that the person is told. NotFound; Invalid; AnsweredAlready."""
    if not 2 <= len(reason.strip()) <= 300:
        raise Invalid("请写明原因。", reason="本人会看到这个原因，请写清楚缺什么、怎么补。")
    async with transaction():
        found = await _waiting(asker, estate, residency)
        found.refused_at, found.refused_by = at, asker.id
        found.refused_reason = reason.strip()
        await found.save()
        await audit.record(asker, "refuse_residency", found, at=at, place=estate)
        await tell(
            found.person, "residency", "居民登记没有通过",
            f"原因：{reason.strip()}。补齐后可以重新申请。", at=at, link="/me/units",
        )  # fmt: skip


async def _waiting(asker: Asker, estate: Place, residency: UUID) -> Residency:
    must_keep_registry(asker, estate)
    found = await Residency.objects().where(Residency.id == residency).lock_rows().first()
    here = found and await value(
        "select estate = $2 from unit where id = $1", found.unit, estate.id
    )
    if found is None or not here:
        raise NotFound("没有这项申请。")
    if found.person == asker.id:
        raise Conflict("这是您自己的申请，请由另一位工作人员办理。")
    if found.confirmed_at or found.refused_at:
        raise AnsweredAlready("这项申请已经答复过了。")
    return found


async def end_residency(asker: Asker, residency: UUID, at: datetime) -> None:
    """They have moved out: said by themselves, by an owner of the unit, or by staff. NotFound."""
    async with transaction():
        found = await Residency.objects().where(Residency.id == residency).lock_rows().first()
        if found is None or not await _may_end(asker, found):
            raise NotFound("没有这项登记。")
        if found.refused_at or (found.until and found.until <= at):
            raise AnsweredAlready("这项登记已经结束。")
        if found.confirmed_at is None:  # an application taken back
            found.refused_at, found.refused_by = at, asker.id
            found.refused_reason = "本人撤回"
        found.until = at
        await found.save()
        await audit.record(asker, "end_residency", found, at=at)
        if found.person != asker.id:
            await tell(
                found.person, "residency", "居民登记已结束",
                "您的居民登记已结束。如仍住在这里，请重新申请或联系社区。", at=at,
            )  # fmt: skip


async def _may_end(asker: Asker, residency: Residency) -> bool:
    if residency.person == asker.id:
        return True
    if residency.confirmed_at is None:
        return False
    estate = await value("select estate from unit where id = $1", residency.unit)
    place = await Place.objects().get(Place.id == estate)
    if place and may_keep_registry(asker, place):
        return True
    return await value(
        f"""select exists (select from ownership where until is null and unit = $2
              and owner in ({ACTS_FOR}))""",
        asker.id, residency.unit,
    )  # fmt: skip
