"""Residents who own nothing: they ask, staff answer, and it ends on its day."""

import asyncio
from datetime import timedelta

import pytest

from coordination.db import rows, value
from coordination.errors import Conflict, Invalid, NotFound
from coordination.people.tables import RoleKind
from coordination.people.ties import Tie
from coordination.places.tables import Place
from coordination.registry.queries import is_owner_in
from coordination.registry.residents.actions import (
    AnsweredAlready,
    AskedAlready,
    ask_residency,
    confirm_residency,
    end_residency,
    keeper_sees,
    refuse_residency,
)
from coordination.registry.residents.queries import (
    confirmed_in,
    household_of,
    residencies_of,
)
from coordination.registry.tables import Residency
from coordination.registry.ties import REGISTRY
from tests.builders import DURING, a_building, a_person, a_unit, an_estate, an_owner
from tests.places.askers import a_keeper, asker_with

YEAR = timedelta(days=365)
LATER = DURING + timedelta(days=1)


@pytest.fixture
async def estate(database) -> Place:
    """One unit, 1栋1单元101, whose owner has bound an account."""
    estate = await an_estate()
    await an_owner(await a_unit(await a_building(estate, "1"), "101"), name="李秀英")
    return estate


async def a_tenant(name: str = "陈租户"):
    return asker_with(person=(await a_person(name)).id)


async def lives_there(tenant, estate: Place, at) -> bool:
    return tenant.id in {each.person for each in await confirmed_in(estate, at, None)}


async def asked(asker, estate: Place, room: str = "101", **given) -> Residency:
    said = {"kind": "tenant", "proof": "租赁合同"} | given
    return await ask_residency(asker, estate.id, "1幢", "一单元", room, at=DURING, **said)


async def owner_of(estate: Place):
    return asker_with(person=await value("select person from binding"))


async def test_a_confirmed_tenant_is_a_resident_until_the_day_and_no_owner(estate):
    tenant, keeper = await a_tenant(), await a_keeper(estate)
    residency = await asked(tenant, estate)
    assert not await lives_there(tenant, estate, DURING)

    await confirm_residency(keeper, estate, residency.id, DURING + YEAR, LATER)

    assert await lives_there(tenant, estate, LATER)
    assert not await lives_there(tenant, estate, DURING + YEAR)
    assert not await is_owner_in(tenant.id, estate.id)
    told = await rows("select title from message where person = $1", tenant.id)
    assert {each["title"] for each in told} == {"居民登记已确认"}


async def test_a_refusal_says_why_and_one_may_ask_again(estate):
    tenant, keeper = await a_tenant(), await a_keeper(estate)
    residency = await asked(tenant, estate)

    await refuse_residency(keeper, estate, residency.id, "合同没有签字页", LATER)

    [shown] = await residencies_of(tenant.id)
    assert (shown.refused_reason, shown.refused_at) == ("合同没有签字页", LATER)
    told = await value("select text from message where person = $1 limit 1", tenant.id)
    assert "合同没有签字页" in told
    await asked(tenant, estate)


async def test_an_answer_is_given_once(estate):
    keeper = await a_keeper(estate)
    residency = await asked(await a_tenant(), estate)

    done = await asyncio.gather(
        confirm_residency(keeper, estate, residency.id, DURING + YEAR, LATER),
        refuse_residency(keeper, estate, residency.id, "没有凭证", LATER),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in done) == ["AnsweredAlready", "NoneType"]


async def test_the_same_is_not_asked_twice_even_at_once(estate):
    tenant = await a_tenant()

    done = await asyncio.gather(*(asked(tenant, estate) for _ in range(3)), return_exceptions=True)

    assert sorted(type(each).__name__ for each in done) == [
        "AskedAlready", "AskedAlready", "Residency",
    ]  # fmt: skip


async def test_three_open_questions_are_enough(estate):
    tenant, building = await a_tenant(), await Place.objects().get(Place.parent == estate.id)
    for room in ("102", "103", "104"):
        await a_unit(building, room)
        await asked(tenant, estate, room)

    with pytest.raises(AskedAlready):
        await asked(tenant, estate)


async def test_a_room_that_is_not_there_is_not_found(estate):
    with pytest.raises(NotFound):
        await asked(await a_tenant(), estate, "999")


@pytest.mark.parametrize(
    ("given", "field"), [({"kind": "owner"}, "kind"), ({"proof": " "}, "proof")]
)
async def test_a_kind_and_a_proof_are_given(estate, given, field):
    with pytest.raises(Invalid) as refused:
        await asked(await a_tenant(), estate, **given)

    assert set(refused.value.fields) == {field}


@pytest.mark.parametrize("days", [0, -1, 5 * 366 + 1])
async def test_a_confirmation_ends_within_five_years(estate, days):
    residency = await asked(await a_tenant(), estate)

    with pytest.raises(Invalid):
        await confirm_residency(
            await a_keeper(estate), estate, residency.id, LATER + timedelta(days=days), LATER
        )


async def test_staff_do_not_confirm_themselves(estate):
    keeper = await a_keeper(estate)
    residency = await asked(keeper, estate)

    with pytest.raises(Conflict):
        await confirm_residency(keeper, estate, residency.id, DURING + YEAR, LATER)


async def test_an_owner_sees_their_household_half_and_may_end_it(estate):
    tenant, owner = await a_tenant(), await owner_of(estate)
    residency = await asked(tenant, estate)
    await confirm_residency(await a_keeper(estate), estate, residency.id, DURING + YEAR, LATER)

    [shown] = await household_of(owner.id, LATER)
    assert (shown.person_name, shown.unit_name) == ("陈**", "1栋1单元101")
    await end_residency(owner, residency.id, LATER)

    assert not await lives_there(tenant, estate, LATER)
    assert await household_of(owner.id, LATER) == []
    told = await rows("select title from message where person = $1", tenant.id)
    assert "居民登记已结束" in {each["title"] for each in told}


async def test_an_owner_does_not_see_who_only_asked(estate):
    owner = await owner_of(estate)
    residency = await asked(await a_tenant(), estate)

    assert await household_of(owner.id, DURING) == []
    with pytest.raises(NotFound):
        await end_residency(owner, residency.id, LATER)


async def test_a_tenant_takes_an_application_back_or_moves_out(estate):
    tenant, keeper = await a_tenant(), await a_keeper(estate)
    first = await asked(tenant, estate)
    await end_residency(tenant, first.id, LATER)
    with pytest.raises(AnsweredAlready):
        await confirm_residency(keeper, estate, first.id, DURING + YEAR, LATER)

    second = await asked(tenant, estate)
    await confirm_residency(keeper, estate, second.id, DURING + YEAR, LATER)
    await end_residency(tenant, second.id, LATER)
    with pytest.raises(AnsweredAlready):
        await end_residency(tenant, second.id, LATER + timedelta(days=1))


async def test_a_stranger_ends_nobodys_residency(estate):
    residency = await asked(await a_tenant(), estate)
    await confirm_residency(await a_keeper(estate), estate, residency.id, DURING + YEAR, LATER)
    elsewhere = await an_estate("丁香苑")

    for stranger in (
        await a_tenant("路人"),
        await a_keeper(elsewhere),
        asker_with(RoleKind.PROPERTY_MANAGER, estate),
    ):
        with pytest.raises(NotFound):
            await end_residency(stranger, residency.id, LATER)


@pytest.mark.parametrize(
    "kind", [None, RoleKind.OPERATOR, RoleKind.PROPERTY_MANAGER, RoleKind.COMMITTEE_MEMBER]
)
async def test_only_the_community_answers_and_sees_who_asked(estate, kind):
    residency = await asked(await a_tenant(), estate)
    asker = asker_with(kind, None if kind is RoleKind.OPERATOR else estate)

    with pytest.raises(NotFound):
        await keeper_sees(asker, estate, None, LATER)
    with pytest.raises(NotFound):
        await confirm_residency(asker, estate, residency.id, DURING + YEAR, LATER)
    with pytest.raises(NotFound):
        await refuse_residency(asker, estate, residency.id, "不行", LATER)


async def test_another_communitys_staff_do_not_answer_here(estate):
    residency = await asked(await a_tenant(), estate)
    elsewhere = await an_estate("丁香苑")
    keeper = await a_keeper(elsewhere)

    for where in (estate, elsewhere):
        with pytest.raises(NotFound):
            await confirm_residency(keeper, where, residency.id, DURING + YEAR, LATER)


async def test_staff_see_who_waits_and_who_lives_here_and_the_look_is_noted(estate):
    keeper = await a_keeper(estate)
    first = await asked(await a_tenant("甲"), estate)
    await confirm_residency(keeper, estate, first.id, DURING + YEAR, LATER)
    await asked(await a_tenant("乙"), estate)

    waiting, confirmed = await keeper_sees(keeper, estate, None, LATER)

    assert [each.person_name for each in waiting] == ["乙"]
    assert [each.person_name for each in confirmed] == ["甲"]
    assert await value("select count(*) from audit_entry where verb = 'look_up_residents'") == 1


async def test_what_the_registry_knows_goes_into_an_export_and_ends_with_the_account(estate):
    tie: Tie = REGISTRY
    tenant, owner = await a_tenant(), await owner_of(estate)
    await asked(tenant, estate)

    told = await tie.export(owner.id)
    assert [unit["unit"] for unit in told["units"]] == ["1栋1单元101"]
    assert (await tie.export(tenant.id))["residencies"][0]["proof"] == "租赁合同"
    assert await tie.paths(tenant.id, DURING) == await tie.paths(owner.id, DURING) == [estate.path]

    await tie.close(owner.id, LATER)
    await tie.close(tenant.id, LATER)
    assert await tie.paths(owner.id, LATER) == await tie.paths(tenant.id, LATER) == []
