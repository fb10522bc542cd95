"""How a sheet is read and agreed to: encodings, columns, estates, and what is kept of callers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coordination.db import row, rows, value
from coordination.errors import Invalid
from coordination.places.tables import PlaceKind
from coordination.tickets.doors.imports import columns as of
from coordination.tickets.doors.imports.actions import (
    Agreed,
    HasFaults,
    NotPreviewed,
    accept_import,
    errors_of,
    forget_uploads,
    keep_sheet,
    match_columns,
    upload_sheet,
)
from coordination.tickets.doors.imports.looking_actions import FileErased
from coordination.tickets.doors.imports.queries import batch_of, lines_of
from coordination.tickets.doors.imports.writing_actions import write_tickets
from tests.builders import a_place
from tests.tickets.a_ticket import a_neighbourhood
from tests.tickets.doors.bringing import (
    FROM_12345,
    UPLOADED,
    bring_in,
    counts,
    keep,
    the_ticket,
)
from tests.tickets.doors.sheets import a_csv, a_line, a_workbook


async def test_rows_of_one_number_that_contradict_each_other_are_errors(town):
    lines = a_csv(a_line(), a_line(诉求内容="别的"), a_line("WH002"), a_line("WH002"))

    assert await counts(town, lines) == {"new": 1, "same": 1, "error": 2}


async def test_an_unknown_estate_is_an_error_until_somebody_has_it_made(town):
    line = a_line(小区名称="丁香苑")
    batch = await keep(town, a_csv(line))
    assert (await batch_of(batch)).count("error") == 1

    found = await bring_in(
        town,
        line,
        a_line("WH002", 小区名称="丁香苑"),
        choices=replace(FROM_12345, makes_estates=True),
    )

    assert found.count("new") == 2
    made = await rows("select parent, name from place where kind = 'estate' and name = '丁香苑'")
    assert [tuple(each) for each in made] == [(town.community.id, "丁香苑")]


async def test_a_number_known_in_another_place_is_not_shown_here(town):
    await bring_in(town, a_line(诉求内容="别处的事"))
    other = await a_neighbourhood("丁香苑")
    batch = await keep_sheet(
        other.community, a_csv(a_line(小区名称="丁香苑")), "b.csv", FROM_12345, None, UPLOADED
    )

    [line] = await lines_of(batch, "error")
    assert "别处登记" in line.problems[0]["reason"]
    assert "别处的事" not in str(line)


async def test_columns_can_be_matched_otherwise(town):
    data = "流水,何时,说了什么\r\nA1,2026-02-02 09:00,灯不亮".encode()
    choices = replace(FROM_12345, estate=town.estate.id)
    batch = await upload_sheet(town.worker, town.community, data, "x.csv", choices, UPLOADED)
    assert (await batch_of(batch)).state == "columns"

    matched = {of.NUMBER: "流水", of.WHISTLED: "何时", of.TEXT: "说了什么"}
    await match_columns(town.worker, batch, replace(choices, columns=matched), UPLOADED)

    found = await batch_of(batch)
    assert (found.state, found.count("new")) == ("previewed", 1)
    with pytest.raises(Invalid):
        double = matched | {of.SPOT: "流水"}
        await match_columns(town.worker, batch, replace(choices, columns=double), UPLOADED)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_a_csv_is_read_in_the_encodings_people_have(town, encoding):
    assert await counts(town, a_csv(a_line(), encoding=encoding)) == {"new": 1}


async def test_a_sheet_that_declares_65_000_rows_and_has_500_has_500(town):
    lines = [a_line(f"WH{number:03}") for number in range(500)]
    data = a_workbook(*lines, declared=65_000, above=["12345 热线台账（2026年2月）"])

    assert await counts(town, data, "台账.xlsx") == {"new": 500}


async def test_all_or_nothing_writes_nothing_where_a_row_is_wrong(town):
    batch = await keep(town, a_csv(a_line(), a_line("", 诉求内容="没有编号")))

    with pytest.raises(HasFaults):
        await accept_import(None, batch, Agreed(all_or_nothing=True), UPLOADED)

    assert await value("select count(*) from ticket") == 0


async def test_confirmed_twice_it_is_written_once(town):
    batch = await keep(town, a_csv(a_line()))
    await accept_import(None, batch, Agreed(), UPLOADED)
    with pytest.raises(NotPreviewed):
        await accept_import(None, batch, Agreed(), UPLOADED)

    await write_tickets(batch)
    await write_tickets(batch)

    assert await value("select count(*) from ticket") == 1


async def test_what_somebody_else_brought_in_meanwhile_stops_the_writing(town):
    batch = await keep(town, a_csv(a_line()))
    await accept_import(None, batch, Agreed(), UPLOADED)
    await bring_in(town, a_line())

    await write_tickets(batch)

    found = await batch_of(batch)
    assert (found.state, await value("select count(*) from ticket")) == ("failed", 1)
    assert "预览之后" in (found.failure or "")


async def test_the_callers_phone_is_sealed_and_stands_in_no_row_of_the_preview(town):
    batch = await bring_in(town, a_line(联系电话="13800138000", 来电人="张三"))

    ticket = await the_ticket()
    assert (ticket.caller, ticket.caller_phone_tail) == ("张三", "8000")
    assert b"13800138000" not in bytes(ticket.caller_phone_sealed)
    kept = await row("select row_to_json(l)::text as said from ticket_line l")
    record = await value("select said::text from external_record")
    for said in (kept["said"], record, (await batch_of(batch.id)).counts):
        assert "13800138000" not in str(said) and "张三" not in str(said)


async def test_uploads_are_forgotten_and_tickets_stay(town):
    batch = await bring_in(town, a_line(), a_line("", 诉求内容="没有编号"))

    assert await forget_uploads(UPLOADED + timedelta(days=31), 30) == 1

    assert (await batch_of(batch.id)).has_file is False
    with pytest.raises(FileErased):
        await errors_of(town.worker, batch.id, UPLOADED)
    assert (await the_ticket()).text == "3单元路灯不亮"


async def test_a_building_that_is_known_is_the_tickets_and_another_stands_in_its_words(town):
    await bring_in(town, a_line(楼栋="1号楼"), a_line("WH002", 楼栋="99栋"))

    assert (await the_ticket()).building == town.building.id
    other = await the_ticket("WH002")
    assert (other.building, other.spot) == (None, "99栋")


async def test_an_import_into_an_estate_needs_no_name_of_it(town):
    batch = await keep_sheet(
        town.estate, a_csv(a_line(小区名称="")), "x.csv", FROM_12345, None, UPLOADED
    )

    assert PlaceKind(town.estate.kind) is PlaceKind.ESTATE
    assert (await batch_of(batch)).count("new") == 1


async def into_the_street(town, *lines: str, **choices) -> dict[str, int]:
    """Brought into the subdistrict, from a sheet that tells the community."""
    data = "\n".join(("编号,受理时间,内容,社区,小区", *lines)).encode()
    batch = await keep_sheet(
        town.street, data, "x.csv", replace(FROM_12345, **choices), None, UPLOADED
    )
    await accept_import(None, batch, Agreed(), UPLOADED)
    await write_tickets(batch)
    return (await batch_of(batch)).counts


async def test_two_estates_of_one_name_are_told_apart_by_their_community(town):
    other = await a_place(PlaceKind.COMMUNITY, "丁香社区", town.street)
    namesake = await a_place(PlaceKind.ESTATE, town.estate.name, other)

    counts_ = await into_the_street(
        town,
        f"A1,2026-02-02 09:00,甲,{town.community.name},梧桐苑",
        "A2,2026-02-02 09:00,乙,丁香社区,梧桐苑",
        "A3,2026-02-02 09:00,丙,,梧桐苑",
    )

    assert (counts_["new"], counts_["error"]) == (2, 1)
    assert (await the_ticket("A1")).estate == town.estate.id
    assert (await the_ticket("A2")).estate == namesake.id


async def test_estates_are_made_in_the_community_that_the_sheet_names(town):
    other = await a_place(PlaceKind.COMMUNITY, "丁香社区", town.street)

    counts_ = await into_the_street(
        town,
        "A1,2026-02-02 09:00,甲,丁香社区,丁香苑",
        "A2,2026-02-02 09:00,乙,丁香社区,丁香 苑",
        "A3,2026-02-02 09:00,丙,没有的社区,百合苑",
        makes_estates=True,
    )

    assert (counts_["new"], counts_["error"]) == (2, 1)
    made = await rows("select id from place where parent = $1", other.id)
    assert len(made) == 1
    assert (await the_ticket("A1")).estate == (await the_ticket("A2")).estate == made[0]["id"]
