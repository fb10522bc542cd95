"""Letters: one live code per unit, printed once, a hash afterwards, carried with proof."""

import asyncio
import io
import re
from datetime import timedelta

import pypdf
import pytest

from coordination.db import rows, value
from coordination.errors import Invalid, NotFound
from coordination.people.tables import BodyKind, RoleKind
from coordination.places.tables import Place
from coordination.registry.bindings.actions import NoMatch, bind_by_letter
from coordination.registry.letters.actions import (
    NothingToPrint,
    NotPrinted,
    deliver_letter,
    make_letters,
    print_letters,
)
from coordination.registry.letters.queries import letters_in
from coordination.registry.tables import LetterCode
from tests.builders import DURING, a_body, a_person, an_estate
from tests.places.askers import a_keeper, asker_with
from tests.registry.rolls import LI, ZHANG, a_line, imported

LATER = DURING + timedelta(days=1)
PRINTED = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")


@pytest.fixture
async def estate(database) -> Place:
    estate = await an_estate()
    await imported(
        estate,
        a_line("101", name="张三、李四", number=f"{ZHANG}、{LI}"),
        a_line("102", name="李四", number=LI),
        a_line("103", kind="未售", name="", number=""),
    )
    return estate


async def the_building(estate: Place) -> Place:
    return await Place.objects().get(Place.parent == estate.id)


async def unit(room: str):
    return await value("select id from unit where room = $1", room)


def codes_in(pdf: bytes) -> list[str]:
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    return PRINTED.findall(text)


async def made_and_printed(estate: Place, keeper) -> list[str]:
    building = await the_building(estate)
    await make_letters(keeper, estate, building, [], DURING)
    return codes_in(await print_letters(keeper, estate, building, DURING))


async def test_each_unit_that_somebody_must_still_bind_gets_a_letter(estate):
    keeper, building = await a_keeper(estate), await the_building(estate)

    assert await make_letters(keeper, estate, building, [], DURING) == 2
    assert await make_letters(keeper, estate, building, [], LATER) == 0

    lines = await letters_in(building, LATER)
    assert [(line.name, line.wants, bool(line.letter)) for line in lines] == [
        ("1栋1单元101", True, True),
        ("1栋1单元102", True, True),
        ("1栋1单元103", False, False),
    ]


async def test_two_clerks_at_once_make_each_unit_one_code(estate):
    building = await the_building(estate)
    keepers = [await a_keeper(estate) for _ in range(2)]

    made = await asyncio.gather(
        *(make_letters(keeper, estate, building, [], DURING) for keeper in keepers)
    )

    assert sorted(made) == [0, 2]
    assert await LetterCode.count() == 2


async def test_the_print_names_the_door_and_its_code_opens_it(estate):
    await a_body(BodyKind.RESIDENTS_COMMITTEE, await Place.objects().get(Place.id == estate.parent))
    keeper, building = await a_keeper(estate), await the_building(estate)
    await make_letters(keeper, estate, building, [], DURING)

    printed = await print_letters(keeper, estate, building, DURING)

    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(printed)).pages)
    assert "1栋1单元101" in text and "张三" not in text and "027-87000000" in text
    first, second = codes_in(printed)
    asker = asker_with(person=(await a_person()).id)
    await bind_by_letter(asker, first, "张三", "10.0.0.1", LATER)
    with pytest.raises(NoMatch):
        await bind_by_letter(asker, second, "张三", "10.0.0.1", LATER)


async def test_once_printed_only_a_hash_remains(estate):
    keeper = await a_keeper(estate)

    codes = await made_and_printed(estate, keeper)

    kept = str(await rows("select l::text from letter_code l")) + str(
        await rows("select a::text from audit_entry a")
    )
    assert len(codes) == 2
    assert not [code for code in codes if code in kept or code.replace("-", "") in kept]
    assert await value("select count(*) from letter_code where code_sealed is not null") == 0
    with pytest.raises(NothingToPrint):
        await print_letters(keeper, estate, await the_building(estate), LATER)


async def test_a_code_made_anew_makes_the_old_one_void(estate):
    keeper, building = await a_keeper(estate), await the_building(estate)
    old, _ = await made_and_printed(estate, keeper)

    await make_letters(keeper, estate, building, [await unit("101")], LATER)
    [new] = codes_in(await print_letters(keeper, estate, building, LATER))

    asker = asker_with(person=(await a_person()).id)
    with pytest.raises(NoMatch):
        await bind_by_letter(asker, old, "张三", "10.0.0.1", LATER)
    await bind_by_letter(asker, new, "张三", "10.0.0.1", LATER)


async def test_a_code_is_good_until_its_day(estate):
    code, _ = await made_and_printed(estate, await a_keeper(estate))
    asker = asker_with(person=(await a_person()).id)

    with pytest.raises(NoMatch):
        await bind_by_letter(asker, code, "张三", "10.0.0.1", DURING + timedelta(days=90))
    await bind_by_letter(asker, code, "张三", "10.0.0.1", DURING + timedelta(days=90, seconds=-1))


async def test_a_unit_whose_owners_are_all_bound_needs_no_letter(estate):
    keeper, building = await a_keeper(estate), await the_building(estate)
    _, code = await made_and_printed(estate, keeper)
    asker = asker_with(person=(await a_person()).id)
    await bind_by_letter(asker, code, "李四", "10.0.0.1", LATER)

    wants = {line.name: line.wants for line in await letters_in(building, LATER)}
    assert wants == {"1栋1单元101": True, "1栋1单元102": False, "1栋1单元103": False}
    with pytest.raises(Invalid):
        await make_letters(keeper, estate, building, [await unit("102")], LATER)


async def test_a_building_lead_carries_letters_to_their_own_building(estate):
    building = await the_building(estate)
    lead = asker_with(RoleKind.BUILDING_LEAD, building, person=(await a_person("楼组长")).id)
    await made_and_printed(estate, await a_keeper(estate))
    first, second, _ = await letters_in(building, DURING)

    await deliver_letter(lead, first.letter, "本人签收", LATER)
    await deliver_letter(lead, first.letter, "投入信箱", LATER + timedelta(days=1))

    line = (await letters_in(building, LATER))[0]
    assert (line.delivered_at, line.delivered_how) == (LATER, "本人签收")
    with pytest.raises(Invalid):
        await deliver_letter(lead, second.letter, "飞鸽", LATER)


async def test_what_is_not_printed_has_not_arrived(estate):
    keeper, building = await a_keeper(estate), await the_building(estate)
    await make_letters(keeper, estate, building, [], DURING)
    line = (await letters_in(building, DURING))[0]

    with pytest.raises(NotPrinted):
        await deliver_letter(keeper, line.letter, "本人签收", LATER)


@pytest.mark.parametrize(
    "kind", [None, RoleKind.OPERATOR, RoleKind.PROPERTY_MANAGER, RoleKind.COMMITTEE_MEMBER,
             RoleKind.BUILDING_LEAD],
)  # fmt: skip
async def test_others_neither_make_nor_print_letters(estate, kind):
    building = await the_building(estate)
    await make_letters(await a_keeper(estate), estate, building, [], DURING)
    asker = asker_with(kind, None if kind is RoleKind.OPERATOR else estate)

    with pytest.raises(NotFound):
        await make_letters(asker, estate, building, [], DURING)
    with pytest.raises(NotFound):
        await print_letters(asker, estate, building, DURING)


async def test_a_lead_of_another_building_delivers_nothing_here(estate):
    elsewhere = await an_estate("丁香苑")
    lead = asker_with(RoleKind.BUILDING_LEAD, elsewhere)
    await made_and_printed(estate, await a_keeper(estate))
    line = (await letters_in(await the_building(estate), DURING))[0]

    with pytest.raises(NotFound):
        await deliver_letter(lead, line.letter, "本人签收", LATER)


async def test_a_building_of_another_estate_is_not_found_through_ones_own(estate):
    elsewhere = await an_estate("丁香苑")
    keeper = await a_keeper(elsewhere)

    with pytest.raises(NotFound):
        await make_letters(keeper, elsewhere, await the_building(estate), [], DURING)
