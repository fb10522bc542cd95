"""The parties' own keys 见证钥匙: registered by who holds an office there, replaced, ended."""

from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit, db
from coordination.ballots.witnessing.key_files import proven
from coordination.ballots.witnessing.permits import may_keep_key
from coordination.ballots.witnessing.tables import WitnessKey
from coordination.errors import Conflict, Invalid, NotAllowed
from coordination.people.askers import Asker
from coordination.people.queries import body_of

REPLACED = "换用新的钥匙"


class KeyKnown(Conflict):
    """This public key is registered already, here or for another body."""


class NoKey(Conflict):
    """The body has no key in force that could end."""


async def register_key(asker: Asker, body_id: UUID, vkey: str, proof: str, at: datetime) -> None:
    """Make this the body's key; the one before ends. NotAllowed, ProveFirst, Invalid, KeyKnown."""
    _require_office(asker, body_id)
    asker.must_have_stepped_up(at)
    try:
        known = proven(vkey.strip(), proof.strip(), body_id)
    except ValueError:
        raise Invalid(
            "公钥与证明对不上。", vkey="请整段粘贴，不要改动；证明只对本单位有效。"
        ) from None
    async with db.transaction():
        body = await body_of(body_id)
        await db.row("select id from body where id = $1 for no key update", body_id)
        if await WitnessKey.exists().where(WitnessKey.public_key == known.public):
            raise KeyKnown("这把钥匙已经登记过。每个单位用自己的钥匙，换钥匙时请重新生成。")
        await _end(asker, body_id, REPLACED, at)
        key = WitnessKey(
            id=uuid4(), body=body_id, name=known.name, public_key=known.public,
            created_at=at, created_by=asker.id,
        )  # fmt: skip
        await key.save()
        await audit.record(asker, "register_witness_key", key, at=at, place=body.place)


async def end_key(asker: Asker, body_id: UUID, reason: str, at: datetime) -> None:
    """Take the body's key out of force, as when its device was lost; what it signed stands.

    NotAllowed, ProveFirst, Invalid, NoKey.
    """
    _require_office(asker, body_id)
    asker.must_have_stepped_up(at)
    if not reason.strip():
        raise Invalid("请写明停用的原因。", reason="例如：电脑遗失")
    async with db.transaction():
        body = await body_of(body_id)
        await db.row("select id from body where id = $1 for no key update", body_id)
        ended = await _end(asker, body_id, reason.strip(), at)
        if ended is None:
            raise NoKey("本单位没有正在使用的见证钥匙。")
        await audit.record(asker, "end_witness_key", ended, at=at, place=body.place)


async def _end(asker: Asker, body: UUID, reason: str, at: datetime) -> WitnessKey | None:
    key = await WitnessKey.objects().get((WitnessKey.body == body) & WitnessKey.ended_at.is_null())
    if key:
        await WitnessKey.update(
            {
                WitnessKey.ended_at: at,
                WitnessKey.ended_by: asker.id,
                WitnessKey.end_reason: reason,
            }
        ).where(WitnessKey.id == key.id)
    return key


def _require_office(asker: Asker, body: UUID) -> None:
    if not may_keep_key(asker, body):
        raise NotAllowed("只有本单位的在任人员可以登记或停用本单位的见证钥匙。")
