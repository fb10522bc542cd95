"""Binding by a code to the phone in the registry: nobody can tell whose phone that is."""

from datetime import timedelta

import pytest

from coordination.db import rows, value
from coordination.errors import TooMany
from coordination.people.sign_in_actions import WrongCode
from coordination.places.tables import Place
from coordination.registry.bindings.actions import (
    NoMatch,
    bind_by_phone,
)
from coordination.registry.imports.undoing_actions import undo_import
from coordination.registry.tables import Binding
from coordination.registry.units.actions import NewOwners, change_owner_phone, change_owners
from tests.builders import DURING, an_estate
from tests.people.accounts import code_sent_to, sent_to, wrong
from tests.places.askers import a_keeper
from tests.registry.claims import (
    OTHER_PHONE,
    PHONE,
    a_unit_id,
    an_estate_of_two,
    asked,
    bound_names,
    claim,
    somebody,
)
from tests.registry.rolls import LI, ZHANG, a_line, imported


@pytest.fixture
async def estate(database) -> Place:
    return await an_estate_of_two()


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


@pytest.mark.parametrize("way", ["counter", "roll", "sale"])
async def test_the_first_number_of_an_owner_who_had_none_waits_as_a_change_does(database, way):
    estate = await an_estate("丁香苑")
    await imported(estate, a_line("101"))
    keeper, asker = await a_keeper(estate), await somebody()
    owner = await value("select id from owner where name = '张三'")
    if way == "counter":
        await change_owner_phone(keeper, estate, owner, "13700137000", "本人持身份证", DURING)
    elif way == "roll":
        await imported(estate, a_line("101", phone="13700137000"), at=DURING)
    else:
        sale = NewOwners("张三、李四", f"{ZHANG}、{LI}", "13700137000、13900139000", "不动产权证书")
        await change_owners(keeper, estate, await a_unit_id(estate, "101"), sale, DURING)

    await asked(asker, claim(estate), DURING + timedelta(hours=23))
    early = await sent_to("+8613700137000")
    await asked(asker, claim(estate), DURING + timedelta(hours=24, seconds=1))

    assert early == []
    assert len(await sent_to("+8613700137000")) == 1


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
