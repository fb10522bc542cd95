"""Binding an account to an owner. One live account per owner; one binding gives all their units.

Whoever fails is told the same, whatever was wrong: a wrong code, a wrong name, an owner that
another account is bound to. What each success does is told to the phone in the registry.
"""

from datetime import datetime
from uuid import UUID, uuid4

from asyncpg import UniqueViolationError

from coordination import audit
from coordination.db import execute, row, transaction, value
from coordination.errors import Conflict, Invalid, NotFound, uncut
from coordination.people.askers import Asker
from coordination.people.codes import send_code, spend_code
from coordination.people.outbox import tell, tell_address
from coordination.people.phones import is_mobile
from coordination.people.queries import person_named
from coordination.people.second_factor import prove_anew
from coordination.people.secrecy import id_hash, keyed_hash, open_phone
from coordination.people.sign_in_actions import wrong_code
from coordination.people.tables import CodePurpose, Person
from coordination.places.tables import Place
from coordination.registry.bindings.queries import Claim, Claimed, claimed, holder_of
from coordination.registry.owner_phones import takes_codes
from coordination.registry.permits import must_keep_registry
from coordination.registry.tables import Binding, BindingProof, Owner
from coordination.web.codes import typed
from coordination.web.limits import attempt, forget, hit

CODE_PURPOSE = "letter code"  # of hash and seal
ASKS_PER_DAY = 10  # five guesses each: few, since who asks need not be the owner
NOBODY = "+0"  # where a code goes that is sent to no one


class NoMatch(Conflict):
    """The proof does not fit the registry; which part does not, nobody is told."""

    def __init__(self) -> None:
        super().__init__(
            "没有核对上。请检查绑定码和登记的姓名是否与名册一致；绑定码只能用一次。"
            "仍不行，请带身份证件到社区当面办理。"
        )


class BoundElsewhere(Conflict):
    """Another account is bound to this owner."""


def letter_hash(code: str) -> bytes:
    """By which a letter's code is found."""
    return keyed_hash(typed(code), CODE_PURPOSE)


async def bind_by_letter(asker: Asker, code: str, name: str, source: str, at: datetime) -> Binding:
    """Bind with the code of a letter and the name in the registry. NoMatch; TooMany."""
    await attempt("bind-letter", str(asker.id), source, at)
    async with transaction():
        letter = await row(
            """select id, unit from letter_code where code_hash = $1 and used_at is null
                 and revoked_at is null and expires_at > $2 for update""",
            letter_hash(code), at,
        )  # fmt: skip
        found = await holder_of(letter["unit"], name) if letter else None
        if letter is None or found is None or found.bound_to not in (None, asker.id):
            raise NoMatch
        await execute(
            "update letter_code set used_at = $2, used_by = $3 where id = $1",
            letter["id"], at, asker.id,
        )  # fmt: skip
        binding = await _bind(asker.id, found, BindingProof.LETTER, at)
    await forget("bind-letter", str(asker.id), source)
    return binding


async def ask_bind_code(asker: Asker, claim: Claim, at: datetime) -> UUID:
    """Send a code to the phone in the registry, if the claim fits; nobody can tell whether it
    did. The id of the code. TooMany."""
    await hit(f"bind-ask:{asker.id}:minute", 1, 60, at)
    await hit(f"bind-ask:{asker.id}:day", ASKS_PER_DAY, 86_400, at)
    found = await claimed(claim)
    phone = open_phone(found.phone_sealed) if found and found.phone_sealed else ""
    known = found is not None and is_mobile(phone) and await takes_codes(found.phone_since, at)
    return await send_code(
        phone if known else f"{NOBODY}{asker.id}", CodePurpose.BIND, at,
        source=str(asker.id), person=asker.id, known=known,
    )  # fmt: skip


async def bind_by_phone(
    asker: Asker, claim: Claim, code: UUID, digits: str, at: datetime
) -> Binding:
    """Bind with the code that went to the phone in the registry. WrongCode; NoMatch."""
    spent = await spend_code(code, CodePurpose.BIND, digits, at)
    if spent is None or spent.person != asker.id:
        raise wrong_code()
    async with transaction():
        found = await claimed(claim)
        if found is None or found.bound_to not in (None, asker.id):
            raise NoMatch
        if found.phone_hash != keyed_hash(spent.address, "phone"):
            raise NoMatch  # it was changed since the code was sent
        return await _bind(asker.id, found, BindingProof.PHONE, at)


async def person_served(asker: Asker, account: str) -> Person:
    """Whose account it is, for staff who serve them at the counter. Invalid: none, or their own."""
    person = await person_named(account)
    if person is None:
        raise Invalid("没有这个账号。", account="这个手机号还没有注册账号，请本人先注册。")
    if person.id == asker.id:
        raise Invalid("不能为自己办理。", account="请由另一位工作人员为您办理。")
    return person


async def bind_in_person(
    asker: Asker, estate: Place, owner: UUID, number: str, account: str, document: str, at: datetime
) -> Binding:
    """Bind the account of someone who stands at the counter, whose document staff have seen.

    ProveFirst; NotFound; Invalid: number, account or document; BoundElsewhere.
    """
    must_keep_registry(asker, estate)
    asker.must_have_stepped_up(at)
    async with transaction():
        held = await owner_in(estate, owner)
        person = await person_served(asker, account)
        if id_hash(number) != held.id_hash:
            raise Invalid("证件号与名册不一致。", number="与名册登记的不一致，请核对证件原件。")
        if not document.strip():
            raise Invalid("请写明核验了什么。", document="例如：身份证原件")
        bound_to = await value(
            "select person from binding where owner = $1 and ended_at is null", owner
        )
        if bound_to not in (None, person.id):
            raise BoundElsewhere("这位业主已绑定另一个账号。核实后请先解除，再重新绑定。")
        found = Claimed(held.id, estate.id, held.phone_sealed, held.phone_hash, bound_to)
        await prove_anew(person.id, at)
        return await _bind(
            person.id, found, BindingProof.IN_PERSON, at, by=asker.id, document=document.strip()
        )


async def _bind(
    person: UUID,
    found: Claimed,
    proof: BindingProof,
    at: datetime,
    *,
    by: UUID | None = None,
    document: str = "",
) -> Binding:
    """The row, in the caller's transaction; the one there is, if it is this account's already."""
    if found.bound_to == person:
        live = Binding.ended_at.is_null() & (Binding.owner == found.owner)
        there = await Binding.objects().get(live)
        assert there
        return there
    binding = Binding(
        id=uuid4(), person=person, owner=found.owner, proof=proof, at=at, by=by,
        document=uncut(document, 200, "document"),
    )  # fmt: skip
    try:
        async with transaction():
            await binding.save()
    except UniqueViolationError as taken:  # another account was first, this very moment
        raise NoMatch from taken
    await audit.record(by or person, "bind", binding, at=at, place=found.estate, proof=proof.value)
    await _tell_registered_phone(found, at)
    return binding


async def _tell_registered_phone(found: Claimed, at: datetime) -> None:
    phone = open_phone(found.phone_sealed) if found.phone_sealed else ""
    if phone and is_mobile(phone):
        await tell_address(
            phone, "binding", "房屋已绑定账号",
            "您名下的房屋刚刚绑定了一个账号。不是您本人操作的，请立即联系社区。", at=at,
        )  # fmt: skip


async def owner_in(estate: Place, owner: UUID) -> Owner:
    """An owner of this estate. NotFound."""
    found = await Owner.objects().get((Owner.id == owner) & (Owner.estate == estate.id))
    if found is None:
        raise NotFound("没有这位业主。")
    return found


async def unbind(asker: Asker, binding: UUID, at: datetime) -> None:
    """Let go of one's own binding. NotFound."""
    async with transaction():
        await _end(binding, asker.id, asker.id, "", at)


async def unbind_in_person(
    asker: Asker, estate: Place, binding: UUID, reason: str, at: datetime
) -> None:
    """End a binding at the counter, with a reason; the account is told. ProveFirst; NotFound."""
    must_keep_registry(asker, estate)
    asker.must_have_stepped_up(at)
    if len(reason.strip()) < 2:
        raise Invalid("请写明解除的原因。", reason="例如：账号不是业主本人的")
    async with transaction():
        found = await row("select owner, person from binding where id = $1", binding)
        if found is None:
            raise NotFound("没有这个绑定。")
        await owner_in(estate, found["owner"])
        await _end(binding, found["person"], asker.id, reason.strip(), at)
        await tell(
            found["person"], "binding", "房屋绑定已解除",
            f"工作人员解除了您账号与房屋的绑定。原因：{reason.strip()}。有疑问请联系社区。", at=at,
        )  # fmt: skip


async def _end(binding: UUID, person: UUID, by: UUID, reason: str, at: datetime) -> None:
    estate = await value(
        """update binding set ended_at = $3, ended_by = $4
           where id = $1 and person = $2 and ended_at is null
           returning (select estate from owner where owner.id = binding.owner)""",
        binding, person, at, by,
    )  # fmt: skip
    if estate is None:
        raise NotFound("没有这个绑定，或者已经解除。")
    row_ = Binding(_ignore_missing=True, id=binding)
    await audit.record(by, "unbind", row_, at=at, place=estate, reason=reason)
