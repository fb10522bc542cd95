"""What becomes of an import afterwards: once only, undone, forgotten, and by whom."""

import asyncio
import json
from datetime import timedelta
from uuid import uuid4

import pytest

from coordination.db import execute, row, rows, value
from coordination.errors import Conflict, NotFound
from coordination.people.tables import RoleKind
from coordination.places.tables import Place, PlaceKind
from coordination.registry.imports.actions import (
    FileErased,
    NotPreviewed,
    accept_import,
    confirm_import,
    discard_import,
    errors_of,
    forget_uploads,
    upload_roll,
    write_again,
)
from coordination.registry.imports.queries import (
    batch_of,
)
from coordination.registry.imports.undoing_actions import NotWritten, SomethingDepends, undo_import
from coordination.registry.imports.writing_actions import write_roll
from coordination.registry.tables import Binding, ImportLine, Owner, Ownership, RollImport
from tests.builders import DURING, a_building, a_person, a_unit, an_estate
from tests.places.askers import a_keeper, asker_with
from tests.registry.rolls import LI, WANG, a_line, a_roll, imported, uploaded
from tests.registry.test_imports import FIRST, LATER, SECOND, counts_of, everything, titles


@pytest.fixture
async def estate(database) -> Place:
    return await an_estate()


async def test_the_same_import_is_not_confirmed_twice(estate):
    batch = await uploaded(estate, FIRST)

    done = await asyncio.gather(*(
        accept_import(estate, batch, None, all_or_nothing=False, confirmed_rows=[], at=DURING)
        for _ in range(3)
    ), return_exceptions=True)  # fmt: skip

    assert sorted(type(each).__name__ for each in done) == [
        "NoneType", "NotPreviewed", "NotPreviewed",
    ]  # fmt: skip
    assert await value("select count(*) from pgqueuer where entrypoint = 'write-roll'") == 1


async def test_an_import_whose_job_was_given_up_is_queued_again_and_never_twice(estate):
    keeper, waiting = await a_keeper(estate), "select count(*) from pgqueuer"
    batch = await uploaded(estate, FIRST)
    await accept_import(estate, batch, None, all_or_nothing=False, confirmed_rows=[], at=DURING)
    await write_again(keeper, estate, batch, LATER)
    assert await value(waiting) == 1, "one still waits"
    await execute("delete from pgqueuer")

    await write_again(keeper, estate, batch, LATER)

    assert await value(waiting) == 1
    await write_roll(batch)
    with pytest.raises(Conflict):
        await write_again(keeper, estate, batch, LATER)


async def test_two_workers_on_one_import_write_it_once(estate):
    batch = await uploaded(estate, FIRST, SECOND)
    await accept_import(estate, batch, None, all_or_nothing=False, confirmed_rows=[], at=DURING)

    await asyncio.gather(write_roll(batch), write_roll(batch))

    assert await titles(estate) == [("101", "张三"), ("102", "李四")]
    verbs = await rows("select verb from audit_entry order by id")
    assert [each["verb"] for each in verbs] == ["upload_roll", "confirm_import", "write_roll"]


async def test_a_registry_that_moved_since_the_preview_is_not_overwritten(estate):
    await imported(estate, FIRST)
    batch = await uploaded(estate, a_line("101", area="90"), at=LATER)
    await imported(estate, a_line("101", name="李四", number=LI), at=LATER)

    await accept_import(estate, batch, None, all_or_nothing=False, confirmed_rows=[], at=LATER)
    await write_roll(batch)

    shown = await batch_of(estate, batch)
    assert shown.state == "failed"
    assert shown.failure and "重新上传" in shown.failure
    assert await titles(estate) == [("101", "李四")]
    assert await value("select area_cm2 from unit") == 895_000


async def test_a_discarded_preview_leaves_no_rows_and_no_file(estate):
    keeper = await a_keeper(estate)
    batch = await uploaded(estate, FIRST)

    await discard_import(keeper, estate, batch, DURING)

    assert await ImportLine.count() == 0
    assert await row("select state, file_sealed from roll_import") == ("discarded", None)
    with pytest.raises(NotPreviewed):
        await discard_import(keeper, estate, batch, DURING)


async def test_an_uploaded_file_is_forgotten_after_its_days(estate):
    keeper = await a_keeper(estate)
    batch = await imported(estate, a_line(name="张三"), a_line("102", area="-1"))
    preview = await uploaded(estate, SECOND)

    assert await forget_uploads(DURING + timedelta(days=7), 7) == 0
    assert await forget_uploads(DURING + timedelta(days=7, seconds=1), 7) == 2

    kept = json.loads(await value("select json_agg(cells)::text from import_line"))
    assert all(set(cells) == {"spelt"} for cells in kept)
    assert (await batch_of(estate, preview)).state == "discarded"
    with pytest.raises(FileErased):
        await errors_of(keeper, estate, batch, LATER)


async def test_an_import_is_undone_as_if_it_had_not_been(estate):
    keeper = await a_keeper(estate)
    await imported(estate, a_line("101", phone="13800138000"), SECOND)
    before = await everything()
    batch = await imported(
        estate,
        a_line("101", name="张叁", area="90", kind="商铺", phone="13900139999"),
        a_line("102", name="王五", number=WANG),
        a_line("301", building="3栋", name="王五", number=WANG),
        at=LATER,
    )

    await undo_import(keeper, estate, batch, LATER + timedelta(hours=1))

    assert await everything() == before
    assert (await batch_of(estate, batch)).state == "undone"
    with pytest.raises(NotWritten):
        await undo_import(keeper, estate, batch, LATER + timedelta(hours=1))


async def test_an_import_that_someone_built_on_is_not_undone(estate):
    keeper, person = await a_keeper(estate), await a_person()
    batch = await imported(estate, FIRST)
    owner = await Owner.objects().first()
    await Binding(id=uuid4(), person=person.id, owner=owner.id, proof="letter", at=LATER).save()

    with pytest.raises(SomethingDepends, match="1 位业主已经绑定账号"):
        await undo_import(keeper, estate, batch, LATER)

    assert await titles(estate) == [("101", "张三")]


async def test_an_import_that_a_later_one_changed_is_not_undone(estate):
    keeper = await a_keeper(estate)
    batch = await imported(estate, FIRST)
    await imported(estate, a_line("101", area="90"), at=LATER)

    with pytest.raises(SomethingDepends, match="1 次后来的导入"):
        await undo_import(keeper, estate, batch, LATER + timedelta(days=1))


async def test_an_import_whose_units_have_residents_is_not_undone(estate):
    keeper, person = await a_keeper(estate), await a_person()
    batch = await imported(estate, FIRST)
    await execute(
        """insert into residency (id, person, unit, kind, proof, asked_at)
           select $1, $2, id, 'tenant', '租约', $3 from unit""",
        uuid4(), person.id, LATER,
    )  # fmt: skip

    with pytest.raises(SomethingDepends, match="1 位居民"):
        await undo_import(keeper, estate, batch, LATER)


async def test_an_import_that_another_slice_built_on_is_not_undone(estate):
    keeper, person = await a_keeper(estate), await a_person()
    batch = await imported(estate, FIRST)
    await execute(  # stands for whatever refers to an owner or a unit
        """insert into guardian (id, owner, person, document, at, by)
           select $1, id, $2, '判决书', $3, $2 from owner""",
        uuid4(), person.id, LATER,
    )  # fmt: skip

    with pytest.raises(SomethingDepends, match="其他记录"):
        await undo_import(keeper, estate, batch, LATER)

    assert await titles(estate) == [("101", "张三")]


@pytest.mark.parametrize(
    "kind",
    [None, RoleKind.OPERATOR, RoleKind.PROPERTY_MANAGER, RoleKind.COMMITTEE_MEMBER,
     RoleKind.BUILDING_LEAD, RoleKind.SUBDISTRICT_OFFICER],
)  # fmt: skip
async def test_only_the_community_imports_rolls(estate, kind):
    asker = asker_with(kind, None if kind is RoleKind.OPERATOR else estate)
    batch = await uploaded(estate, FIRST, a_line("102", area="-1"))

    with pytest.raises(NotFound):
        await upload_roll(asker, estate, a_roll(FIRST), "r.xlsx", DURING)
    with pytest.raises(NotFound):
        await confirm_import(
            asker, estate, batch, all_or_nothing=False, confirmed_rows=[], at=DURING
        )
    with pytest.raises(NotFound):
        await errors_of(asker, estate, batch, DURING)
    with pytest.raises(NotFound):
        await undo_import(asker, estate, batch, DURING)

    assert (await batch_of(estate, batch)).state == "previewed"


async def test_a_worker_of_another_community_finds_no_import_here(estate):
    elsewhere = await an_estate("丁香苑")
    stranger = await a_keeper(elsewhere)
    batch = await uploaded(estate, FIRST, a_line("102", area="-1"))

    with pytest.raises(NotFound):
        await errors_of(stranger, estate, batch, DURING)
    with pytest.raises(NotFound):
        await errors_of(stranger, elsewhere, batch, DURING)
    with pytest.raises(NotFound):
        await batch_of(elsewhere, batch)
    assert await RollImport.count() == 1


async def test_an_import_finds_what_was_entered_by_hand(estate):
    building = await a_building(estate, "1")
    await a_unit(building, "101", entrance="1")

    batch = await uploaded(estate, FIRST)

    assert await counts_of(estate, batch) == {"changed": 1}
    assert await Place.count().where(Place.kind == PlaceKind.BUILDING) == 1
    assert await Ownership.count() == 0
