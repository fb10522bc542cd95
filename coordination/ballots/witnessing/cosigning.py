"""Taking a cosignature 见证签名: the signature itself says who sends it.

A witness compares with what it signed before on its own side; here is only checked that the key
is one that may witness, and that the signature is of a checkpoint of this board and of today.
"""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from coordination import db
from coordination.ballots.checkpoints import (
    COSIGNED,
    Note,
    Signature,
    read_note,
    read_signature,
    verifier_key,
)
from coordination.ballots.sequencing.queries import checkpoint_at
from coordination.ballots.sequencing.showing import shown_board
from coordination.ballots.witnessing.queries import poll_with_board
from coordination.ballots.witnessing.rules import CLOCKS_DIFFER
from coordination.ballots.witnessing.tables import Cosignature
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.places.tables import Place

KEY = """
select k.id, k.public_key from witness_key k
  join body b on b.id = k.body join place p on p.id = b.place
 where k.name = $1 and k.ended_at is null and $2 like p.path || '%'
"""


class UnknownKey(NotAllowed):
    """No body around this estate has this key in force."""


class WrongSignature(Invalid):
    """The line is no signature by its key of this checkpoint."""


class WrongTime(Conflict):
    """The time in the signature is not now."""


class SmallerThanSigned(Conflict):
    """This witness has signed a larger board already."""


async def take_cosignature(poll_id: UUID, size: int, line: str, at: datetime) -> None:
    """Keep a witness's signature of the checkpoint at `size`; the same one again changes nothing.

    NotFound, UnknownKey, WrongSignature, WrongTime, SmallerThanSigned.
    """
    try:
        signature = read_signature(line.strip())
    except ValueError as malformed:
        raise WrongSignature("这不是一行见证签名。", line=str(malformed)) from None
    async with db.transaction():
        _, estate = await poll_with_board(poll_id)
        key, public = await _key_of(signature, estate)
        note = await _note_at(poll_id, size)
        vkey = verifier_key(signature.name, public, COSIGNED)
        signed = Note(note.checkpoint, (signature,)).cosigned_by(vkey)
        if not signed:
            raise WrongSignature(
                "签名与检查点对不上，没有收下。请重新打开页面再签一次。", line="签名不成立"
            )
        when = _moment(signed[0], at)
        await db.row("select id from witness_key where id = $1 for update", key)
        largest = await db.value(
            "select max(size) from cosignature where poll = $1 and key = $2", poll_id, key
        )
        if largest and largest > size:
            raise SmallerThanSigned(f"本单位已经见证过更大的票箱（{largest}），不能再签较小的。")
        await db.execute(
            f"""insert into {Cosignature._meta.tablename}
                (id, poll, size, key, line, signed_at, received_at)
                values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing""",
            uuid4(), poll_id, size, key, f"{line.strip()}\n", when, at,
        )  # fmt: skip


async def _key_of(signature: Signature, estate: Place) -> tuple[UUID, bytes]:
    found = await db.row(KEY, signature.name, estate.path)
    if found is None:
        raise UnknownKey(
            f"没有登记过这把见证钥匙（{signature.name}），或者它已停用，或者不属于本小区的单位。"
        )
    return found["id"], found["public_key"]


async def _note_at(poll_id: UUID, size: int) -> Note:
    """Of what the public may see: nothing that a witness could not have checked."""
    shown = await shown_board(poll_id)
    text = await checkpoint_at(poll_id, size) if size <= shown.size else None
    if text is None:
        raise NotFound("没有这个大小的检查点。")
    return read_note(text)


def _moment(signed: int, at: datetime) -> datetime:
    now = at.timestamp()
    if not now - CLOCKS_DIFFER.total_seconds() <= signed <= now + CLOCKS_DIFFER.total_seconds():
        raise WrongTime("签名上的时间与现在相差超过 10 分钟，请校准这台设备的时钟后再签。")
    return datetime.fromtimestamp(signed, UTC)
