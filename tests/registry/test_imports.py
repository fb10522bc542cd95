"""The road of an import: preview without writing, confirm, write, the same again, undo."""

import io
from datetime import timedelta

import openpyxl
import pytest

from coordination.db import row, rows, value
from coordination.errors import Invalid
from coordination.places.tables import Place, Unit
from coordination.registry.imports.actions import (
    HasFaults,
    accept_import,
    errors_of,
    preview_roll,
    upload_roll,
)
from coordination.registry.imports.queries import (
    batch_of,
    lines_of,
    owner_changes,
    same_file_before,
)
from coordination.registry.imports.writing_actions import write_roll
from coordination.registry.tables import Owner
from tests.builders import DURING, an_estate
from tests.places.askers import a_keeper
from tests.registry.rolls import LI, WANG, ZHANG, a_csv, a_line, a_roll, imported, uploaded

LATER = DURING + timedelta(days=1)
FIRST, SECOND = a_line("101"), a_line("102", name="李四", number=LI)


@pytest.fixture
async def estate(database) -> Place:
    return await an_estate()


async def counts_of(estate: Place, batch) -> dict[str, int]:
    return {k: n for k, n in (await batch_of(estate, batch)).counts.items() if n}


async def titles(estate: Place) -> list[tuple[str, str]]:
    """Who holds which room now."""
    found = await rows(
        """select u.room, o.name from ownership s join unit u on u.id = s.unit
           join owner o on o.id = s.owner where u.estate = $1 and s.until is null
           order by u.room, o.name""",
        estate.id,
    )
    return [tuple(each) for each in found]


async def everything() -> dict[str, list]:
    """All that an import could change."""
    tables = ("place", "unit", "owner", "ownership")
    return {t: [dict(r) for r in await rows(f"select * from {t} order by id")] for t in tables}


async def test_a_preview_writes_nothing(estate):
    before = await everything()

    batch = await uploaded(estate, FIRST, SECOND, a_line("103", area="-1"))

    assert await counts_of(estate, batch) == {"new": 2, "error": 1}
    assert await everything() == before


async def test_what_is_confirmed_is_written(estate):
    await imported(estate, FIRST, a_line("102", name="张三、李四", number=f"{ZHANG}、{LI}"))

    assert await titles(estate) == [("101", "张三"), ("102", "张三"), ("102", "李四")]
    unit = await Unit.objects().get(Unit.room == "101")
    building = await Place.objects().get(Place.id == unit.building)
    assert (building.name, building.kind, building.parent) == ("1栋", "building", estate.id)
    assert (unit.entrance, unit.floor, unit.area_cm2) == ("1", 1, 895_000)
    assert (unit.kind, unit.area_source, unit.unsold) == ("home", "register", False)
    assert await Owner.count() == 2


async def test_a_second_upload_of_the_same_file_changes_nothing_and_says_so(estate):
    first = await imported(estate, FIRST, SECOND)
    before = await everything()

    again = await uploaded(estate, FIRST, SECOND, at=LATER)

    assert await counts_of(estate, again) == {"same": 2}
    shown = await batch_of(estate, again)
    assert await same_file_before(shown) == (await batch_of(estate, first)).confirmed_at
    with pytest.raises(Invalid):
        await accept_import(estate, again, None, all_or_nothing=False, confirmed_rows=[], at=LATER)
    assert await everything() == before


async def test_buildings_are_made_once_however_they_are_spelt(estate):
    await imported(estate, FIRST, a_line("102", building="1幢"), a_line("201", building="2#"))
    await imported(estate, a_line("103", building="一栋"), at=LATER)

    found = await rows("select key from place where kind = 'building' order by key")
    assert [each["key"] for each in found] == ["1", "2"]


async def test_good_rows_only_leaves_the_others_out(estate):
    batch = await imported(estate, FIRST, a_line("102", area="八十"))

    assert await titles(estate) == [("101", "张三")]
    assert (await batch_of(estate, batch)).total == 1


async def test_all_or_nothing_writes_nothing_while_a_row_is_wrong(estate):
    batch = await uploaded(estate, FIRST, a_line("102", area="八十"))

    with pytest.raises(HasFaults, match="1 行"):
        await accept_import(estate, batch, None, all_or_nothing=True, confirmed_rows=[], at=DURING)

    assert (await batch_of(estate, batch)).state == "previewed"
    assert await titles(estate) == []


async def test_an_absurd_area_is_written_only_if_that_row_was_confirmed(estate):
    lines = (a_line("101", area="12000"), a_line("102", area="15000"))

    await imported(estate, *lines, confirm=[3])

    assert await rows("select room, area_cm2 from unit") == [("102", 150_000_000)]


async def test_an_absurd_area_left_unconfirmed_stops_all_or_nothing(estate):
    batch = await uploaded(estate, FIRST, a_line("102", area="12000"))

    with pytest.raises(HasFaults):
        await accept_import(estate, batch, None, all_or_nothing=True, confirmed_rows=[], at=DURING)
    await accept_import(estate, batch, None, all_or_nothing=True, confirmed_rows=[3], at=DURING)
    await write_roll(batch)

    assert await value("select count(*) from unit") == 2


async def test_a_large_area_once_confirmed_is_not_asked_about_again(estate):
    line = a_line("102", area="12000")
    await imported(estate, line, confirm=[2])

    assert await counts_of(estate, await uploaded(estate, line, at=LATER)) == {"same": 1}


async def test_a_change_is_previewed_and_the_old_title_ends(estate):
    await imported(estate, FIRST)

    batch = await imported(estate, a_line("101", name="李四", number=LI, area="90"), at=LATER)

    assert await owner_changes(batch) == 1
    [line] = await lines_of(batch, "changed")
    assert [(d.column, d.before, d.after) for d in line.differences] == [
        ("专有部分面积", "89.5000", "90.0000"),
        ("业主", "张*", "李四"),
    ]
    assert await titles(estate) == [("101", "李四")]
    ended = await row("select until, since from ownership where until is not null")
    assert ended["until"] == LATER + timedelta(seconds=1)


async def test_a_new_name_and_phone_reach_the_owner_and_all_their_units(estate):
    await imported(estate, a_line("101", phone="13800138000"), a_line("102"))

    await imported(estate, a_line("101", name="张叁", phone="13900139999"), at=LATER)

    [owner] = await Owner.objects()
    assert (owner.name, owner.phone_tail) == ("张叁", "9999")
    assert await titles(estate) == [("101", "张叁"), ("102", "张叁")]


async def test_an_empty_phone_does_not_erase_a_known_one(estate):
    await imported(estate, a_line(phone="13800138000"))

    await imported(estate, a_line(name="张叁"), at=LATER)

    assert [o.phone_tail for o in await Owner.objects()] == ["8000"]


async def test_units_that_the_file_does_not_name_stay(estate):
    await imported(estate, FIRST, SECOND)

    await imported(estate, a_line("103", name="王五", number=WANG), at=LATER)

    assert await titles(estate) == [("101", "张三"), ("102", "李四"), ("103", "王五")]


async def test_all_unsold_units_have_one_owner(estate):
    await imported(
        estate, *(a_line(str(n), kind="未售", name="", number="") for n in (101, 102, 103))
    )

    [owner] = await Owner.objects()
    assert (owner.kind, owner.name) == ("developer", "建设单位")
    assert await value("select count(*) from ownership") == 3


async def test_the_developers_number_told_later_keeps_them_one_person(estate):
    firm, number = "某某置业有限公司", "91420100MA4KXXUT5A"
    await imported(estate, a_line("101", kind="未售", name="", number=""))

    await imported(
        estate, a_line("102", kind="未售", name=firm, number=number),
        a_line("103", name=firm, number=number), at=LATER,
    )  # fmt: skip
    await imported(estate, a_line("104", name=firm, number=number), at=LATER + timedelta(days=1))

    [owner] = await Owner.objects()
    assert (owner.name, owner.kind, owner.id_last4) == (firm, "developer", "UT5A")
    assert len(await titles(estate)) == 4


async def test_two_estates_do_not_share_owners_or_rooms(estate):
    elsewhere = await an_estate("丁香苑")
    await imported(estate, FIRST)

    batch = await imported(elsewhere, FIRST, at=LATER)

    assert await counts_of(elsewhere, batch) == {"new": 1}
    assert await Owner.count() == 2


async def test_an_upload_keeps_no_number_and_no_readable_phone(estate):
    batch = await uploaded(
        estate, a_line(phone="13800138000"), a_line("102", number=f"{ZHANG}、{ZHANG}")
    )

    kept = await row("select i::text as batch, i.counts::text as counts from roll_import i")
    lines = await rows("select l::text as line from import_line l")
    told = await rows("select a::text as entry from audit_entry a")
    everything_kept = str(kept) + str(lines) + str(told)
    assert ZHANG not in everything_kept
    assert ZHANG[:14] not in everything_kept
    assert "13800138000" not in everything_kept
    assert (await batch_of(estate, batch)).count("error") == 1


async def test_the_error_workbook_gives_people_their_own_rows_back(estate):
    keeper = await a_keeper(estate)
    lines = (a_line("103", area="八十"), FIRST, a_line("102", number="4201**********0011"))
    batch = await upload_roll(keeper, estate, a_roll(*lines), "名册.xlsx", DURING)

    book = openpyxl.load_workbook(io.BytesIO(await errors_of(keeper, estate, batch, DURING)))

    header, first, second = book["数据"].iter_rows(values_only=True)
    assert header[-4:] == ("行号", "列", "原值", "原因")
    assert (first[2], first[3], first[5]) == ("103", "八十", ZHANG)
    assert (first[8], first[9], first[10]) == ("2", "专有部分面积", "八十")
    assert (second[2], second[5], second[8]) == ("102", "4201**********0011", "4")


async def test_uploading_only_the_corrected_rows_works(estate):
    keeper = await a_keeper(estate)
    batch = await imported(estate, FIRST, a_line("102", area="八十", number=LI, name="李四"))
    errors = openpyxl.load_workbook(io.BytesIO(await errors_of(keeper, estate, batch, LATER)))
    errors["数据"]["D2"] = "80"
    corrected = io.BytesIO()
    errors.save(corrected)

    again = await preview_roll(estate, corrected.getvalue(), "改正.xlsx", None, LATER)

    assert await counts_of(estate, again) == {"new": 1}


async def test_the_error_workbook_counts_what_was_not_confirmed(estate):
    keeper = await a_keeper(estate)
    batch = await imported(estate, FIRST, a_line("102", area="12000"))

    book = openpyxl.load_workbook(io.BytesIO(await errors_of(keeper, estate, batch, DURING)))

    _, only = book["数据"].iter_rows(values_only=True)
    assert (only[2], only[10]) == ("102", "12000")
    assert "没有勾选确认" in only[11]


async def test_a_csv_from_old_excel_is_read_as_well(estate):
    data = a_csv(FIRST, SECOND, encoding="gbk")

    batch = await preview_roll(estate, data, "名册.csv", None, DURING)

    assert await counts_of(estate, batch) == {"new": 2}
