"""Keeping a unit right: look-ups that are noted, sales, corrections, phones, guardians."""

from datetime import timedelta

import pytest

from coordination.db import row, rows, value
from coordination.errors import Invalid, NotFound
from coordination.law.franchise import AreaSource
from coordination.people.askers import ProveFirst
from coordination.people.tables import RoleKind
from coordination.places.tables import Place, UnitKind
from coordination.registry.queries import gaps, is_owner_in, units_of
from coordination.registry.tables import Guardian, LetterCode
from coordination.registry.units.actions import (
    Correction,
    HasGuardian,
    NewOwners,
    SameOwners,
    change_owner_phone,
    change_owners,
    correct_unit,
    end_guardian,
    keeper_sees,
    set_guardian,
)
from coordination.registry.units.queries import PAGE, buildings_of, past_owners, units_in
from tests.builders import DURING, a_building, a_unit, an_estate, an_owner
from tests.people.accounts import an_account, sent_to
from tests.places.askers import a_keeper, asker_with
from tests.registry.acting import owners_of
from tests.registry.claims import CODE, a_letter
from tests.registry.rolls import LI, WANG, ZHANG, a_line, imported

LATER = DURING + timedelta(minutes=9)
SALE = NewOwners("王五", WANG, "13700137000", "鄂(2026)第0001号")


@pytest.fixture
async def estate(database) -> Place:
    estate = await an_estate()
    await imported(
        estate,
        a_line("101", phone="13800138000"),
        a_line("102", name="李四", number=LI),
        a_line("201", building="2栋", kind="未售", name="", number=""),
    )
    return estate


async def unit(room: str = "101"):
    return await value("select id from unit where room = $1", room)


async def owner(name: str = "张三"):
    return await value("select id from owner where name = $1", name)


async def test_staff_see_owners_half_and_the_look_is_noted(estate):
    keeper = await a_keeper(estate)

    facts, [shown] = await keeper_sees(keeper, estate, await unit(), DURING)

    assert (facts.name, facts.area_cm2, facts.floor) == ("1栋1单元101", 895_000, 1)
    assert (shown.name, shown.id_last4, shown.phone_tail) == ("张*", "0011", "8000")
    entry = await row("select person, subject, place from audit_entry where verb = 'look_up_unit'")
    assert tuple(entry) == (keeper.id, await unit(), estate.id)


async def test_a_sale_ends_the_old_title_and_begins_the_new(estate):
    keeper = await a_keeper(estate)
    await a_letter(estate, "101")

    await change_owners(keeper, estate, await unit(), SALE, LATER)

    _, [shown] = await keeper_sees(keeper, estate, await unit(), LATER)
    assert (shown.name, shown.since, shown.phone_tail) == ("王*", LATER, "7000")
    [past] = await past_owners(await unit())
    assert (past.name, past.until, past.document) == ("张*", LATER, "鄂(2026)第0001号")
    assert (await LetterCode.objects().first()).revoked_at == LATER, "it was for the old owner"


async def test_a_buyer_who_is_known_already_stays_one_owner(estate):
    keeper = await a_keeper(estate)

    await change_owners(keeper, estate, await unit(), NewOwners("李四", LI, "", "产权证"), LATER)

    _, [shown] = await keeper_sees(keeper, estate, await unit(), LATER)
    assert (shown.id, shown.other_units) == (await owner("李四"), 1)


async def test_what_the_developer_sells_is_no_longer_unsold(estate):
    await change_owners(await a_keeper(estate), estate, await unit("201"), SALE, LATER)

    assert await value("select unsold from unit where room = '201'") is False


async def test_the_seller_loses_the_unit_and_the_buyer_gets_it_with_a_binding(estate):
    keeper = await a_keeper(estate)
    seller = await an_account()
    await imported(estate, a_line("103", name="王五", number=WANG), at=LATER)
    from_binding = """insert into binding (id, person, owner, proof, at, document)
                      values (gen_random_uuid(), $1, $2, 'letter', $3, '')"""
    await value(from_binding, seller.id, await owner("张三"), DURING)

    await change_owners(keeper, estate, await unit(), SALE, LATER + timedelta(minutes=1))

    assert await units_of(seller.id) == []
    assert not await is_owner_in(seller.id, estate.id)


@pytest.mark.parametrize(
    ("sale", "fields"),
    [
        (NewOwners("", "", "", "产权证"), {"names", "numbers"}),
        (NewOwners("王五", "4201********0011", "", "产权证"), {"numbers"}),
        (NewOwners("王五、赵六", WANG, "", "产权证"), {"numbers"}),
        (NewOwners("王五", WANG, "123", "产权证"), {"phones"}),
        (NewOwners("王五", WANG, "", ""), {"document"}),
    ],
)
async def test_a_sale_is_read_by_the_rules_of_a_roll(estate, sale, fields):
    with pytest.raises(Invalid) as refused:
        await change_owners(await a_keeper(estate), estate, await unit(), sale, LATER)

    assert set(refused.value.fields) == fields
    assert await value("select count(*) from ownership where until is not null") == 0


async def test_a_sale_to_those_who_hold_it_is_none(estate):
    with pytest.raises(SameOwners):
        await change_owners(
            await a_keeper(estate), estate, await unit(), NewOwners("张三", ZHANG, "", "产权证"),
            LATER,
        )  # fmt: skip


async def test_an_area_is_put_right_with_before_and_after_in_the_audit(estate):
    new = Correction("90.25", AreaSource.SURVEY, UnitKind.SHOP, 2, "实测报告")

    await correct_unit(await a_keeper(estate), estate, await unit(), new, LATER)

    kept = await row("select area_cm2, area_source, kind, floor from unit where room = '101'")
    assert tuple(kept) == (902_500, "survey", "shop", 2)
    told = await value("select detail from audit_entry where verb = 'correct_unit'")
    assert '"89.5000"' in told and '"90.2500"' in told and "实测报告" in told


@pytest.mark.parametrize(
    ("area", "reason", "field"), [("-1", "实测", "area"), ("90", " ", "reason")]
)
async def test_a_correction_needs_an_area_and_a_reason(estate, area, reason, field):
    new = Correction(area, AreaSource.SURVEY, UnitKind.HOME, None, reason)

    with pytest.raises(Invalid) as refused:
        await correct_unit(await a_keeper(estate), estate, await unit(), new, LATER)

    assert set(refused.value.fields) == {field}


async def test_a_new_phone_is_told_to_the_old_one(estate):
    keeper = await a_keeper(estate)

    await change_owner_phone(keeper, estate, await owner(), "137 0013 7000", "本人持身份证", LATER)

    _, [shown] = await keeper_sees(keeper, estate, await unit(), LATER)
    assert shown.phone_tail == "7000"
    [told] = await sent_to("+8613800138000")
    assert "尾号7000" in told
    assert await sent_to("+8613700137000") == []


async def test_a_guardian_acts_for_the_owner_until_it_ends(estate):
    keeper, guardian = await a_keeper(estate), await an_account(phone="+8613700137000")

    await set_guardian(keeper, estate, await owner(), "13700137000", "户口簿", LATER)
    assert await owners_of(guardian.id) == [await owner()]
    assert [u.room for u in await units_of(guardian.id)] == ["101"]

    [told] = await sent_to("+8613800138000")
    assert "监护人" in told, "who now votes for an owner is no secret from them"

    with pytest.raises(HasGuardian):
        await set_guardian(keeper, estate, await owner(), "13700137000", "户口簿", LATER)
    await end_guardian(keeper, estate, await owner(), LATER)
    assert await owners_of(guardian.id) == []
    assert await Guardian.count() == 1


async def test_a_guardian_needs_an_account_and_a_document(estate):
    keeper = await a_keeper(estate)
    await an_account(phone="+8613700137000")

    for account, document, field in (("13600136000", "户口簿", "account"),
                                     ("13700137000", "", "document")):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            await set_guardian(keeper, estate, await owner(), account, document, LATER)
        assert set(refused.value.fields) == {field}


EVERYTHING = (
    lambda k, e, u, o: change_owners(k, e, u, SALE, LATER),
    lambda k, e, u, o: correct_unit(
        k, e, u, Correction("1", AreaSource.SURVEY, UnitKind.HOME, None, "试试"), LATER
    ),
    lambda k, e, u, o: change_owner_phone(k, e, o, "13700137000", "证件", LATER),
    lambda k, e, u, o: set_guardian(k, e, o, "13700137000", "证件", LATER),
    lambda k, e, u, o: end_guardian(k, e, o, LATER),
)


@pytest.mark.parametrize("do", EVERYTHING)
async def test_each_change_asks_for_a_fresh_proof(estate, do):
    keeper = await a_keeper(estate, stepped_up_at=None)

    with pytest.raises(ProveFirst):
        await do(keeper, estate, await unit(), await owner())


@pytest.mark.parametrize("do", [*EVERYTHING, lambda k, e, u, o: keeper_sees(k, e, u, LATER)])
@pytest.mark.parametrize(
    "kind", [None, RoleKind.OPERATOR, RoleKind.PROPERTY_MANAGER, RoleKind.COMMITTEE_MEMBER,
             RoleKind.BUILDING_LEAD, RoleKind.SUPERVISOR],
)  # fmt: skip
async def test_only_the_community_sees_or_changes_owners(estate, kind, do):
    asker = asker_with(kind, None if kind is RoleKind.OPERATOR else estate)

    with pytest.raises(NotFound):
        await do(asker, estate, await unit(), await owner())


async def test_a_unit_of_another_estate_is_not_found_through_ones_own(estate):
    elsewhere = await an_estate("丁香苑")
    keeper = await a_keeper(elsewhere)

    for where in (estate, elsewhere):
        with pytest.raises(NotFound):
            await keeper_sees(keeper, where, await unit(), DURING)


async def test_the_list_goes_on_where_a_page_ended(database):
    estate = await an_estate()
    building = await a_building(estate)
    for number in range(PAGE + 5):
        await a_unit(building, str(100 + number))

    first = await units_in(estate, building.id)
    second = await units_in(estate, building.id, after=first[PAGE - 1].key)

    assert [u.room for u in first[:PAGE]] == [str(100 + n) for n in range(PAGE)]
    assert [u.room for u in second] == [str(100 + PAGE + n) for n in range(5)]


async def test_a_room_is_found_in_every_building_however_it_is_typed(estate):
    await imported(estate, a_line("101", building="2栋", name="王五", number=WANG), at=LATER)

    found = await units_in(estate, None, search="101室")

    assert [unit.name for unit in found] == ["1栋1单元101", "2栋1单元101"]


async def test_buildings_tell_how_complete_they_are(estate):
    await a_letter(estate, "101", CODE)
    await an_owner(await a_unit(await a_building(estate, "3"), "301", area_cm2=None))

    found = await buildings_of(estate)

    assert [(b.name, b.units, b.bound, b.gaps, b.letters) for b in found] == [
        ("1栋", 2, 0, 0, 1), ("2栋", 1, 0, 0, 0), ("3栋", 1, 1, 1, 0),
    ]  # fmt: skip


async def test_gaps_are_units_without_area_or_sold_without_an_owner(estate):
    building = await a_building(estate, "9")
    await a_unit(building, "901", area_cm2=None, unsold=True)
    await a_unit(building, "902")
    await a_unit(building, "903", unsold=True)

    assert [(gap.name, gap.lacks) for gap in await gaps(estate.id)] == [
        ("9栋1单元901", "没有面积"), ("9栋1单元902", "没有业主"),
    ]  # fmt: skip


async def test_a_look_leaves_no_name_in_the_audit(estate):
    await keeper_sees(await a_keeper(estate), estate, await unit(), DURING)

    told = str(await rows("select a::text from audit_entry a"))
    assert "张三" not in told
