"""Binding an account to an owner: each way in, one account per owner, nothing told to others."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from coordination.db import rows, value
from coordination.errors import Invalid, NotFound, Refusal, TooMany
from coordination.people.askers import ProveFirst
from coordination.people.sign_in_actions import WrongCode
from coordination.people.tables import RoleKind
from coordination.places.tables import Place
from coordination.registry.bindings.actions import (
    BoundElsewhere,
    NoMatch,
    ask_bind_code,
    bind_by_letter,
    bind_by_phone,
    bind_in_person,
    letter_hash,
    unbind,
    unbind_in_person,
)
from coordination.registry.bindings.queries import Claim, bindings_of
from coordination.registry.imports.undoing_actions import undo_import
from coordination.registry.queries import is_owner_in, owners_of, units_of
from coordination.registry.tables import Binding, LetterCode, Owner
from coordination.registry.units.actions import NewOwners, change_owner_phone, change_owners
from tests.builders import DURING, a_person, an_estate
from tests.people.accounts import an_account, code_sent_to, sent_to, wrong
from tests.places.askers import a_keeper, asker_with
from tests.registry.rolls import LI, ZHANG, a_line, imported

CODE = "K7QM2F9MXRTA"
PHONE, OTHER_PHONE = "+8613800138000", "+8613900139000"
HERE = "10.0.0.1"


@pytest.fixture
async def estate(database) -> Place:
    """Room 101 is 张三's with 李四, 102 is 张三's alone, 201 is 李四's alone."""
    estate = await an_estate()
    both = f"{ZHANG}、{LI}"
    await imported(
        estate,
        a_line("101", name="张三、李四", number=both, phone="13800138000、13900139000"),
        a_line("102"),
        a_line("201", name="李四", number=LI),
    )
    return estate


async def somebody(name: str = "张三的手机"):
    person = await a_person(name)
    return asker_with(person=person.id)


async def a_letter(estate: Place, room: str = "101", code: str = CODE, **given) -> None:
    clerk = await a_person("打印的人")
    unit = await value("select id from unit where estate = $1 and room = $2", estate.id, room)
    facts = {"expires_at": DURING + timedelta(days=90), "made_at": DURING, "printed_at": DURING}
    await LetterCode(
        id=uuid4(), unit=unit, code_hash=letter_hash(code), by=clerk.id, **facts | given
    ).save()


def claim(estate: Place, name: str = "张三", room: str = "101") -> Claim:
    return Claim(estate.id, "1幢", "一单元", room, name)


async def bound_names() -> list[str]:
    found = await rows(
        """select o.name from binding b join owner o on o.id = b.owner
           where b.ended_at is null order by b.at, o.name"""
    )
    return [each["name"] for each in found]


async def asked(asker, claimed: Claim, at=DURING):
    return await ask_bind_code(asker, claimed, at)


# By letter


async def test_a_letter_and_the_registered_name_bind_all_units_of_that_owner(estate):
    await a_letter(estate)
    asker = await somebody()

    await bind_by_letter(asker, "k7qm-2f9m-xrta", "张 三", HERE, DURING)

    assert [unit.name for unit in await units_of(asker.id)] == ["1栋1单元101", "1栋1单元102"]
    assert [unit.co_owners for unit in await units_of(asker.id)] == [2, 1]
    assert await is_owner_in(asker.id, estate.id)
    [bound] = await bindings_of(asker.id)
    assert (bound.estate_name, bound.units) == ("梧桐苑", ("1栋1单元101", "1栋1单元102"))


async def test_each_binding_is_told_to_the_phone_in_the_registry(estate):
    await a_letter(estate)

    await bind_by_letter(await somebody(), CODE, "张三", HERE, DURING)

    [told] = await sent_to(PHONE)
    assert "绑定了一个账号" in told
    assert await sent_to(OTHER_PHONE) == []


async def test_a_code_opens_once(estate):
    await a_letter(estate)
    await bind_by_letter(await somebody(), CODE, "张三", HERE, DURING)

    with pytest.raises(NoMatch):
        await bind_by_letter(await somebody(), CODE, "李四", HERE, DURING)

    assert await bound_names() == ["张三"]


async def test_a_second_co_owner_binds_with_a_code_of_their_own(estate):
    await a_letter(estate)
    first, second = await somebody(), await somebody()
    await bind_by_letter(first, CODE, "张三", HERE, DURING)
    await a_letter(estate, code="AAAABBBBCCCC")

    await bind_by_letter(second, "AAAABBBBCCCC", "李四", HERE, DURING)

    assert await bound_names() == ["张三", "李四"]
    assert [u.room for u in await units_of(second.id)] == ["101", "201"]


@pytest.mark.parametrize(
    ("code", "name", "given"),
    [
        ("AAAABBBBCCCC", "张三", {}),
        (CODE, "王五", {}),
        (CODE, "", {}),
        ("", "张三", {}),
        (CODE, "张三", {"expires_at": DURING}),
        (CODE, "张三", {"revoked_at": DURING}),
    ],
    ids=["wrong code", "wrong name", "no name", "no code", "too late", "revoked"],
)
async def test_whatever_is_wrong_reads_the_same(estate, code, name, given):
    await a_letter(estate, **given)

    with pytest.raises(NoMatch) as refused:
        await bind_by_letter(await somebody(), code, name, HERE, DURING)

    assert str(refused.value) == str(NoMatch())
    assert await Binding.count() == 0
    assert await value("select count(*) from letter_code where used_at is not null") == 0


async def test_that_another_account_has_bound_is_told_to_nobody(estate):
    await a_letter(estate)
    await bind_by_letter(await somebody(), CODE, "张三", HERE, DURING)
    await a_letter(estate, code="AAAABBBBCCCC")

    with pytest.raises(NoMatch) as refused:
        await bind_by_letter(await somebody(), "AAAABBBBCCCC", "张三", HERE, DURING)

    assert str(refused.value) == str(NoMatch())
    assert await bound_names() == ["张三"]


async def test_two_accounts_that_bind_one_owner_at_once_make_one_binding(estate):
    await a_letter(estate, "101")
    await a_letter(estate, "102", code="AAAABBBBCCCC")
    first, second = await somebody(), await somebody()

    done = await asyncio.gather(
        bind_by_letter(first, CODE, "张三", HERE, DURING),
        bind_by_letter(second, "AAAABBBBCCCC", "张三", HERE, DURING),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in done) == ["Binding", "NoMatch"]
    assert await bound_names() == ["张三"]
    assert await value("select count(*) from letter_code where used_at is not null") == 1


async def test_two_taps_on_one_letter_bind_once(estate):
    await a_letter(estate)
    asker = await somebody()

    done = await asyncio.gather(
        *(bind_by_letter(asker, CODE, "张三", HERE, DURING) for _ in range(2)),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in done) == ["Binding", "NoMatch"]
    assert await Binding.count() == 1


async def test_five_wrong_codes_close_the_way_for_a_while(estate):
    await a_letter(estate)
    asker = await somebody()
    for _ in range(5):
        with pytest.raises(NoMatch):
            await bind_by_letter(asker, "AAAABBBBCCCC", "张三", HERE, DURING)

    with pytest.raises(TooMany):
        await bind_by_letter(asker, CODE, "张三", HERE, DURING)
    await bind_by_letter(asker, CODE, "张三", HERE, DURING + timedelta(minutes=16))

    assert await bound_names() == ["张三"]


# By the phone in the registry


async def test_a_code_to_the_registered_phone_binds(estate):
    asker = await somebody()
    code = await asked(asker, claim(estate))

    await bind_by_phone(asker, claim(estate), code, await code_sent_to(PHONE), DURING)

    assert await bound_names() == ["张三"]
    assert await value("select proof from binding") == "phone"


async def test_a_claim_that_fits_nobody_looks_the_same_and_sends_nothing(estate):
    asker = await somebody()

    code = await asked(asker, claim(estate, name="王五"))

    assert code
    assert await rows("select * from message") == []
    with pytest.raises(WrongCode):
        await bind_by_phone(asker, claim(estate), code, "123456", DURING)


async def test_an_owner_without_a_phone_gets_no_code_and_nobody_can_tell(estate):
    elsewhere = await an_estate("丁香苑")
    await imported(elsewhere, a_line("101"))

    code = await asked(await somebody(), claim(elsewhere))

    assert code
    assert await rows("select * from message") == []


async def test_wrong_digits_do_not_bind(estate):
    asker = await somebody()
    code = await asked(asker, claim(estate))

    with pytest.raises(WrongCode):
        await bind_by_phone(asker, claim(estate), code, wrong(await code_sent_to(PHONE)), DURING)

    assert await Binding.count() == 0


async def test_a_code_for_one_owner_does_not_bind_another(estate):
    asker = await somebody()
    code = await asked(asker, claim(estate, "张三"))

    with pytest.raises(NoMatch):
        await bind_by_phone(asker, claim(estate, "李四"), code, await code_sent_to(PHONE), DURING)

    assert await Binding.count() == 0


async def test_a_code_is_of_use_only_to_who_asked_for_it(estate):
    code = await asked(await somebody(), claim(estate))

    with pytest.raises(WrongCode):
        await bind_by_phone(
            await somebody(), claim(estate), code, await code_sent_to(PHONE), DURING
        )


async def test_asking_is_limited_alike_for_claims_that_fit_and_that_do_not(estate):
    first, second = await somebody(), await somebody()
    await asked(first, claim(estate))
    await asked(second, claim(estate, "王五"))

    refusals = []
    for asker, name in ((first, "张三"), (second, "王五")):
        with pytest.raises(TooMany) as refused:
            await asked(asker, claim(estate, name, "102"))
        refusals.append(str(refused.value))

    assert refusals[0] == refusals[1]


async def test_a_number_that_took_anothers_place_gets_no_code_for_a_day(estate):
    keeper, asker = await a_keeper(estate), await somebody()
    owner = await value("select id from owner where name = '张三'")
    await change_owner_phone(keeper, estate, owner, "13700137000", "本人持身份证", DURING)

    await asked(asker, claim(estate), DURING + timedelta(hours=23))
    early = await sent_to("+8613700137000")
    later = DURING + timedelta(hours=24)
    code = await asked(asker, claim(estate), later)
    await bind_by_phone(asker, claim(estate), code, await code_sent_to("+8613700137000"), later)

    assert early == []
    assert ["尾号7000" in told for told in await sent_to(PHONE)] == [True]
    assert await bound_names() == ["张三"]


async def test_a_number_that_an_import_or_a_sale_replaced_hears_of_it_and_codes_wait(estate):
    keeper, asker, unit = await a_keeper(estate), await somebody(), await a_unit_id(estate, "201")
    await imported(estate, a_line("102", phone="13700137000"), at=DURING + timedelta(minutes=1))
    sale = NewOwners("李四、张三", f"{LI}、{ZHANG}", "13600136000、13700137000", "不动产权证书")
    await change_owners(keeper, estate, unit, sale, DURING + timedelta(minutes=2))

    await asked(asker, claim(estate), DURING + timedelta(minutes=3))
    await asked(asker, claim(estate, "李四"), DURING + timedelta(minutes=5))

    assert ["尾号7000" in told for told in await sent_to(PHONE)] == [True]
    assert ["尾号6000" in told for told in await sent_to(OTHER_PHONE)] == [True]
    assert await sent_to("+8613700137000") == await sent_to("+8613600136000") == []


async def test_an_import_that_is_undone_gives_the_old_number_its_codes_back(estate):
    keeper, asker = await a_keeper(estate), await somebody()
    batch = await imported(
        estate, a_line("102", phone="13700137000"), at=DURING + timedelta(minutes=1)
    )
    await undo_import(keeper, estate, batch, DURING + timedelta(minutes=2))

    code = await asked(asker, claim(estate), DURING + timedelta(minutes=3))

    later = DURING + timedelta(minutes=4)
    await bind_by_phone(asker, claim(estate), code, await code_sent_to(PHONE), later)
    assert await bound_names() == ["张三"]


# In person


async def a_unit_id(estate, room: str):
    return await value("select id from unit where estate = $1 and room = $2", estate.id, room)


async def at_counter(estate, keeper, *, number=ZHANG, account="13700137000", document="身份证"):
    owner = await value("select id from owner where name = '张三' and estate = $1", estate.id)
    return await bind_in_person(keeper, estate, owner, number, account, document, DURING)


async def test_staff_bind_who_shows_their_document(estate):
    person, keeper = await an_account(phone="+8613700137000"), await a_keeper(estate)

    binding = await at_counter(estate, keeper, number="42011519900101 0011")

    assert (binding.person, binding.by, binding.document) == (person.id, keeper.id, "身份证")
    assert len(await sent_to(PHONE)) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"number": LI}, "number"),
        ({"account": "13600136000"}, "account"),
        ({"document": " "}, "document"),
    ],
)
async def test_at_the_counter_number_account_and_document_must_be_right(estate, given, field):
    await an_account(phone="+8613700137000")
    keeper = await a_keeper(estate)

    with pytest.raises(Invalid) as refused:
        await at_counter(estate, keeper, **given)

    assert set(refused.value.fields) == {field}
    assert await Binding.count() == 0


async def test_staff_do_not_bind_themselves(estate):
    keeper = await a_keeper(estate)
    person = await an_account(phone="+8613700137000")
    himself = asker_with(RoleKind.COMMUNITY_WORKER, estate, person=person.id)

    with pytest.raises(Invalid):
        await at_counter(estate, himself)
    await at_counter(estate, keeper)


async def test_binding_in_person_asks_for_a_fresh_proof(estate):
    await an_account(phone="+8613700137000")

    with pytest.raises(ProveFirst):
        await at_counter(estate, await a_keeper(estate, stepped_up_at=None))


async def test_a_bound_owner_is_first_unbound_then_bound_anew(estate):
    await a_letter(estate)
    stranger = await somebody("捡到信的人")
    binding = await bind_by_letter(stranger, CODE, "张三", HERE, DURING)
    await an_account(phone="+8613700137000")
    keeper = await a_keeper(estate)

    with pytest.raises(BoundElsewhere):
        await at_counter(estate, keeper)
    await unbind_in_person(keeper, estate, binding.id, "账号不是业主本人的", DURING)
    await at_counter(estate, keeper)

    assert await owners_of(stranger.id) == []
    told = await rows("select text from message where person = $1", stranger.id)
    assert "账号不是业主本人的" in told[0]["text"]


@pytest.mark.parametrize(
    "kind", [None, RoleKind.OPERATOR, RoleKind.PROPERTY_MANAGER, RoleKind.COMMITTEE_MEMBER,
             RoleKind.BUILDING_LEAD],
)  # fmt: skip
async def test_only_the_community_binds_and_unbinds_others(estate, kind):
    await a_letter(estate)
    binding = await bind_by_letter(await somebody(), CODE, "张三", HERE, DURING)
    asker = asker_with(kind, None if kind is RoleKind.OPERATOR else estate)

    with pytest.raises(NotFound):
        await at_counter(estate, asker)
    with pytest.raises(NotFound):
        await unbind_in_person(asker, estate, binding.id, "越权", DURING)

    assert await bound_names() == ["张三"]


async def test_another_communitys_staff_find_no_owner_here(estate):
    elsewhere = await an_estate("丁香苑")
    stranger = await a_keeper(elsewhere)

    with pytest.raises(NotFound):
        await at_counter(estate, stranger)
    owner = await Owner.objects().get(Owner.name == "张三")
    with pytest.raises(NotFound):
        await bind_in_person(stranger, elsewhere, owner.id, ZHANG, "x", "身份证", DURING)


# Letting go


async def test_an_owner_lets_go_and_nobody_elses_binding_moves(estate):
    await a_letter(estate)
    first, second = await somebody(), await somebody()
    binding = await bind_by_letter(first, CODE, "张三", HERE, DURING)

    with pytest.raises(NotFound):
        await unbind(second, binding.id, DURING)
    await unbind(first, binding.id, DURING)

    assert await units_of(first.id) == []
    with pytest.raises(NotFound):
        await unbind(first, binding.id, DURING)


async def test_every_binding_is_audited_without_a_name_or_number(estate):
    await a_letter(estate)
    asker = await somebody()
    binding = await bind_by_letter(asker, CODE, "张三", HERE, DURING)

    [entry] = await rows(
        "select person, place, detail::text from audit_entry where subject = $1", binding.id
    )
    assert tuple(entry) == (asker.id, estate.id, '{"proof": "letter"}')


async def test_no_refusal_names_anyone(estate):
    await a_letter(estate)
    with pytest.raises(Refusal) as refused:
        await bind_by_letter(await somebody(), CODE, "王五", HERE, DURING)

    assert not {"张三", "李四", "101"} & set(str(refused.value).split())
    assert "张三" not in str(refused.value)
