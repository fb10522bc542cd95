"""Naming places: what lies in what, one name once however it is spelt, and who may."""

import asyncio

import pytest

from coordination.db import rows
from coordination.errors import Invalid, NotAllowed, NotFound
from coordination.people.tables import RoleKind
from coordination.places.actions import NameTaken, PlaceFacts, add_place, change_place
from coordination.places.queries import lineage, parts_of, place_of, places_within
from coordination.places.tables import Place, PlaceKind
from tests.builders import DURING, an_estate
from tests.places.askers import asker_with

OPERATOR = asker_with(RoleKind.OPERATOR)


async def a_building_named(estate: Place, name: str, asker=OPERATOR) -> Place:
    return await add_place(asker, PlaceKind.BUILDING, estate, PlaceFacts(name), DURING)


async def test_a_place_lies_in_all_that_its_parent_lies_in(database):
    estate = await an_estate()

    building = await a_building_named(estate, "1栋")

    assert building.path == f"{estate.path}{building.id}/"
    assert [place.name for place in await lineage(building)] == [
        "梧桐苑街道", "梧桐苑社区", "梧桐苑", "1栋",
    ]  # fmt: skip


async def test_buildings_are_listed_in_the_order_of_their_numbers(database):
    estate = await an_estate()
    for name in ("10栋", "2栋", "1栋"):
        await a_building_named(estate, name)

    assert [place.name for place in await parts_of(estate)] == ["1栋", "2栋", "10栋"]


async def test_one_building_is_not_named_twice_in_two_spellings(database):
    estate, elsewhere = await an_estate(), await an_estate("丁香苑")
    await a_building_named(estate, "1栋")
    await a_building_named(elsewhere, "1栋")

    with pytest.raises(NameTaken):
        await a_building_named(estate, "一幢")

    assert await Place.count().where(Place.kind == PlaceKind.BUILDING) == 2


async def test_two_who_name_one_building_at_once_make_one(database):
    estate = await an_estate()

    done = await asyncio.gather(
        a_building_named(estate, "1栋"), a_building_named(estate, "1#"), return_exceptions=True
    )

    assert sorted(type(each).__name__ for each in done) == ["NameTaken", "Place"]


async def test_a_building_lies_in_an_estate_and_nowhere_else(database):
    estate = await an_estate()
    community = await place_of(estate.parent)

    with pytest.raises(Invalid):
        await a_building_named(community, "1栋")
    with pytest.raises(Invalid):
        await add_place(OPERATOR, PlaceKind.ESTATE, None, PlaceFacts("无主小区"), DURING)


@pytest.mark.parametrize("name", ["", "   ", "长" * 51])
async def test_a_place_without_a_sensible_name_is_refused(database, name):
    with pytest.raises(Invalid):
        await a_building_named(await an_estate(), name)


async def test_a_community_names_its_own_estates_and_buildings_only(database):
    estate, elsewhere = await an_estate(), await an_estate("丁香苑")
    community = await place_of(estate.parent)
    worker = asker_with(RoleKind.COMMUNITY_WORKER, community)

    await add_place(worker, PlaceKind.ESTATE, community, PlaceFacts("新苑"), DURING)
    await a_building_named(estate, "1栋", worker)
    with pytest.raises(NotAllowed):
        await a_building_named(elsewhere, "1栋", worker)
    with pytest.raises(NotAllowed):
        await add_place(worker, PlaceKind.SUBDISTRICT, None, PlaceFacts("某街道"), DURING)


@pytest.mark.parametrize(
    "kind", [None, RoleKind.PROPERTY_MANAGER, RoleKind.COMMITTEE_MEMBER, RoleKind.BUILDING_LEAD]
)
async def test_others_name_nothing(database, kind):
    estate = await an_estate()

    with pytest.raises(NotAllowed):
        await a_building_named(estate, "1栋", asker_with(kind, estate))

    assert await parts_of(estate) == []


async def test_a_place_is_corrected_with_an_audit_row(database):
    estate = await an_estate()

    facts = PlaceFacts("梧桐苑一期", code="420115001", address="路1号")

    await change_place(OPERATOR, estate, facts, DURING)

    changed = await place_of(estate.id, PlaceKind.ESTATE)
    assert (changed.name, changed.code, changed.address) == ("梧桐苑一期", "420115001", "路1号")
    assert [row["verb"] for row in await rows("select verb from audit_entry")] == ["change_place"]


async def test_a_place_of_another_kind_is_not_found(database):
    with pytest.raises(NotFound):
        await place_of((await an_estate()).id, PlaceKind.BUILDING)


async def test_estates_are_found_under_the_paths_that_one_holds(database):
    estate, elsewhere = await an_estate(), await an_estate("丁香苑")
    community = await place_of(estate.parent)

    assert [e.name for e in await places_within([community.path], PlaceKind.ESTATE)] == ["梧桐苑"]
    assert await places_within([], PlaceKind.ESTATE) == []
    assert {e.id for e in await places_within([None], PlaceKind.ESTATE)} == {
        estate.id, elsewhere.id,
    }  # fmt: skip
