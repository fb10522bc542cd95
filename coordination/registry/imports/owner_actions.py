"""Writing the owners of a roll: new ones made, known ones brought up to date, each set at once."""

from collections.abc import Iterable
from uuid import UUID, uuid4

from coordination.db import execute, rows
from coordination.registry.imports.comparing import KnownOwner
from coordination.registry.imports.reading import ReadOwner
from coordination.registry.imports.work import Work
from coordination.registry.owner_phones import tell_replaced
from coordination.registry.tables import OwnerKind


async def write_owners(work: Work) -> None:
    """Owners nobody knew are made; of the others the name, phone and number are brought up."""
    told = _merged(owner for each in work.compared for owner in each.owners)
    known = {owner.hash: owner for owner in work.registry.owners.values()}
    developer = work.registry.developer()
    new: list[ReadOwner] = []
    changed: list[tuple[KnownOwner, ReadOwner]] = []
    for owner in told:
        is_developer = owner.kind is OwnerKind.DEVELOPER
        holder = developer if is_developer else known.get(owner.hash)
        if holder is None:
            new.append(owner)
        else:
            work.owners[owner.hash] = holder.id
            if _differs(owner, holder):
                changed.append((holder, owner))
    await _insert_owners(work, new)
    await _update_owners(work, changed)


def _merged(owners: Iterable[ReadOwner]) -> list[ReadOwner]:
    """Each owner once, with the phone that any row gives."""
    found: dict[bytes, ReadOwner] = {}
    for owner in owners:
        before = found.get(owner.hash)
        if before is None or (owner.phone_hash and not before.phone_hash):
            found[owner.hash] = owner
    return list(found.values())


def _differs(owner: ReadOwner, known: KnownOwner) -> bool:
    has_new_phone = bool(owner.phone_hash) and owner.phone_hash != known.phone_hash
    return owner.name != known.name or owner.hash != known.hash or has_new_phone


async def _insert_owners(work: Work, new: list[ReadOwner]) -> None:
    ids = [uuid4() for _ in new]
    work.owners.update({owner.hash: made for owner, made in zip(new, ids, strict=True)})
    work.made.extend(ids)
    await execute(
        """insert into owner (id, estate, kind, name, id_hash, id_last4, phone_sealed, phone_hash,
             phone_tail)
           select id, $1, kind, name, hash, last4, sealed, phone, tail
           from unnest($2::uuid[], $3::text[], $4::text[], $5::bytea[], $6::text[], $7::bytea[],
             $8::bytea[], $9::text[]) as o (id, kind, name, hash, last4, sealed, phone, tail)""",
        work.estate.id, ids, [o.kind.value for o in new], [o.name for o in new],
        [o.hash for o in new], [o.last4 for o in new], [o.phone_sealed for o in new],
        [o.phone_hash for o in new], [o.phone_tail for o in new],
    )  # fmt: skip


async def _update_owners(work: Work, changed: list[tuple[KnownOwner, ReadOwner]]) -> None:
    if not changed:
        return
    ids = [holder.id for holder, _ in changed]
    replaced = await rows(
        """select id, name, encode(id_hash, 'hex') as hash, id_last4,
             encode(phone_sealed, 'hex') as sealed, encode(phone_hash, 'hex') as phone, phone_tail,
             phone_since::text as phone_since
           from owner where id = any($1)""",
        ids,
    )
    new = [owner for _, owner in changed]
    await execute(
        """update owner set name = o.name, id_hash = o.hash, id_last4 = o.last4,
             phone_sealed = coalesce(o.sealed, phone_sealed),
             phone_hash = coalesce(o.phone, phone_hash),
             phone_tail = case when o.phone is null then phone_tail else o.tail end,
             phone_since = case when coalesce(o.phone <> coalesce(phone_hash, ''), false) then $8
                                else phone_since end
           from unnest($1::uuid[], $2::text[], $3::bytea[], $4::text[], $5::bytea[], $6::bytea[],
             $7::text[]) as o (id, name, hash, last4, sealed, phone, tail) where owner.id = o.id""",
        ids, [o.name for o in new], [o.hash for o in new], [o.last4 for o in new],
        [o.phone_sealed for o in new], [o.phone_hash for o in new], [o.phone_tail for o in new],
        work.at,
    )  # fmt: skip
    await _tell_replaced(work, changed, {each["id"]: each["sealed"] for each in replaced})
    first_row = {owner.hash: each.unit.number for each in work.compared for owner in each.owners}
    by_id = {each["id"]: dict(each) | {"id": str(each["id"])} for each in replaced}
    for holder, owner in changed:
        note = work.before.setdefault(first_row[owner.hash], {})
        note.setdefault("owners", []).append(by_id[holder.id])


async def _tell_replaced(
    work: Work, changed: list[tuple[KnownOwner, ReadOwner]], before: dict[UUID, str | None]
) -> None:
    """The numbers that lost their place hear of it."""
    for holder, owner in changed:
        sealed = before[holder.id]
        if sealed and owner.phone_hash and owner.phone_hash != holder.phone_hash:
            await tell_replaced(bytes.fromhex(sealed), owner.phone_tail, work.at)
