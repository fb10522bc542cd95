"""`coordination import-roll`, as a person runs it: previews, writes, and says how it went."""

from urllib.parse import quote

import pytest

from coordination.db import rows, value
from tests.builders import an_estate
from tests.commands import Said, coordination
from tests.registry.rolls import LI, a_line, a_roll

FIRST, SECOND = a_line("101"), a_line("102", name="李四", number=LI)
BAD, LARGE = a_line("103", area="八十"), a_line("104", area="12000")


@pytest.fixture
async def run(server, database, tmp_path):
    """The command, on the test's database, where there is an estate 梧桐苑."""
    folder = quote(str(server.socket_folder), safe="")
    address = f"postgresql://postgres@/t?host={folder}&port=5432"
    await an_estate()

    async def command(data: bytes, *words: str, estate: str = "梧桐苑") -> Said:
        (tmp_path / "名册.xlsx").write_bytes(data)
        return await coordination(
            "import-roll", "名册.xlsx", "--estate", estate, *words, data=tmp_path,
            COORDINATION_DATABASE_URL=address, COORDINATION_KEY="a-key-for-tests",
        )  # fmt: skip

    return command


async def rooms() -> list[str]:
    return [each["room"] for each in await rows("select room from unit order by room")]


async def test_without_yes_it_shows_and_writes_nothing(run):
    said = await run(a_roll(FIRST, SECOND))

    assert said.code == 1, said.err
    assert "新增 2 行" in said.out and "没有写入" in said.out
    assert await rooms() == []


async def test_with_yes_it_writes_and_a_second_time_changes_nothing(run):
    first = await run(a_roll(FIRST, SECOND), "--yes")
    again = await run(a_roll(FIRST, SECOND), "--yes")

    assert (first.code, again.code) == (0, 0), first.err + again.err
    assert "已写入：新增 2 行" in first.out
    assert "一致 2 行" in again.out and "没有需要写入" in again.out
    assert await rooms() == ["101", "102"]
    found = await rows("select verb, person from audit_entry order by id")
    verbs = ["upload_roll", "confirm_import", "write_roll", "upload_roll"]
    assert [(each["verb"], each["person"]) for each in found] == [(verb, None) for verb in verbs]


async def test_faults_are_named_and_the_good_rows_written(run):
    said = await run(a_roll(FIRST, BAD), "--yes")

    assert said.code == 1
    assert "第 3 行\t专有部分面积\t八十\t面积应写成平方米数字" in said.err
    assert await rooms() == ["101"]


async def test_all_or_nothing_writes_nothing_with_a_fault(run):
    said = await run(a_roll(FIRST, BAD), "--yes", "--all-or-nothing")

    assert said.code == 1
    assert await rooms() == []


async def test_a_large_area_is_written_when_its_row_is_confirmed(run):
    left_out = await run(a_roll(FIRST, LARGE), "--yes")
    taken = await run(a_roll(FIRST, LARGE), "--yes", "--confirm", "3")

    assert (left_out.code, taken.code) == (1, 0)
    assert "第 3 行" in left_out.err and "--confirm" in left_out.err
    assert await rooms() == ["101", "104"]


@pytest.mark.parametrize(
    ("data", "estate", "words"),
    [(a_roll(FIRST), "没有的小区", "没有名为"), (b"not a workbook", "梧桐苑", "不是 Excel 工作簿")],
)
async def test_what_cannot_be_used_is_said_with_exit_2(run, data, estate, words):
    said = await run(data, "--yes", estate=estate)

    assert said.code == 2
    assert words in said.err and "Traceback" not in said.err
    assert await value("select count(*) from roll_import") == 0


async def test_two_estates_of_one_name_are_told_apart_by_their_community(run):
    await an_estate()
    unclear = await run(a_roll(FIRST), "--yes")
    wrong = await run(a_roll(FIRST), "--yes", "--community", "别的社区")

    assert (unclear.code, wrong.code) == (2, 2)
    assert "--community" in unclear.err
