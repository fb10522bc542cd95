"""Binding an account to an owner by letter: one account per owner, nothing told to others."""

import asyncio
from datetime import timedelta

import pytest

from coordination.db import rows, value
from coordination.errors import NotFound, Refusal, TooMany
from coordination.places.tables import Place
from coordination.registry.bindings.actions import (
    NoMatch,
    bind_by_letter,
    unbind,
)
from coordination.registry.bindings.queries import bindings_of
from coordination.registry.queries import is_owner_in, units_of
from coordination.registry.tables import Binding
from tests.builders import DURING
from tests.people.accounts import sent_to
from tests.registry.claims import (
    CODE,
    HERE,
    OTHER_PHONE,
    PHONE,
    a_letter,
    an_estate_of_two,
    bound_names,
    somebody,
)


@pytest.fixture
async def estate(database) -> Place:
    return await an_estate_of_two()


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
