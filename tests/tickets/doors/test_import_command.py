"""`coordination import-tickets`, as a person runs it: a year of a district, from two offices.

江夏区 2021: 6,786 from the mayor's hotline and the message board, 86 petitions, over 132 projects;
replied, visited and closed each 6,872/6,872, as the district published them.
"""

import csv
import io
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from coordination.db import value
from coordination.people.tables import BodyKind
from coordination.places.tables import Place, PlaceKind
from coordination.reports.monthly.exporting import figure_rows
from coordination.reports.monthly.queries import monthly_sheet
from coordination.tickets.figures.definitions import FIGURE
from coordination.tickets.figures.periods import Cohort, Period
from coordination.tickets.figures.queries import Asked
from coordination.tickets.recomputing import compare_all
from tests.builders import a_body, an_estate
from tests.commands import Said, coordination
from tests.tickets.doors.sheets import HEADER, a_csv, a_line

HOTLINE, PETITIONS, PROJECTS = 6_786, 86, 132
COUNTED_AT = datetime(2022, 1, 31, tzinfo=UTC)


@pytest.fixture
async def run(server, database, tmp_path):
    """The command, on the test's database, where there is a community 梧桐苑社区."""
    folder = quote(str(server.socket_folder), safe="")
    address = f"postgresql://postgres@/t?host={folder}&port=5432"
    estate = await an_estate()
    community = await Place.objects().get(Place.id == estate.parent)
    street = await Place.objects().get(Place.id == community.parent)
    await a_body(BodyKind.PROPERTY_COMPANY, estate)
    await a_body(BodyKind.SUBDISTRICT_OFFICE, street)

    async def command(data: bytes, *words: str) -> Said:
        (tmp_path / "台账.csv").write_bytes(data)
        return await coordination(
            "import-tickets", "台账.csv", "--place", "梧桐苑社区", *words, data=tmp_path,
            COORDINATION_DATABASE_URL=address, COORDINATION_KEY="a-key-for-tests",
        )  # fmt: skip

    return command


def a_year(count: int, prefix: str, solved: str) -> bytes:
    """So many closed requests, spread over the projects and the days of 2021."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for number in range(count):
        began = datetime(2021, 1, 1, 9, tzinfo=UTC) + timedelta(minutes=77 * number)
        whistled, replied, visited, closed = (
            f"{began + timedelta(hours=hours):%Y-%m-%d %H:%M}" for hours in (0, 20, 40, 41)
        )
        line = a_line(
            f"{prefix}{number:05}", 来电时间=whistled, 回复时间=replied, 回访时间=visited,
            办结时间=closed, 小区名称=f"项目{number % PROJECTS:03}", 是否解决=solved,
        )  # fmt: skip
        writer.writerow(line[name] for name in HEADER)
    return out.getvalue().encode("gb18030")


async def test_without_yes_it_shows_and_writes_nothing(run):
    said = await run(a_csv(a_line(), a_line("", 诉求内容="无号")), "--source", "12345")

    assert said.code == 1, said.err
    assert "新增 1 行" in said.out and "没有来源编号" in said.err
    assert await value("select count(*) from ticket") == 0


async def test_with_yes_it_writes_and_again_it_does_not(run):
    first = await run(a_csv(a_line()), "--source", "12345", "--yes")
    again = await run(a_csv(a_line()), "--source", "12345", "--yes")

    assert (first.code, again.code) == (0, 0), first.err + again.err
    assert "没有需要写入的内容" in again.out
    assert await value("select count(*) from ticket") == 1


@pytest.mark.parametrize(
    "words", [("--source", "12345", "--estate", "没有"), ("--source", "有 空格"),
              ("--source", "12345", "--column", "nothing=x")],
)  # fmt: skip
async def test_what_cannot_be_begun_is_said(run, words):
    said = await run(a_csv(a_line()), *words)

    assert said.code == 2 and said.err.strip()


async def test_a_districts_year_comes_in_whole_and_its_figures_as_they_were_published(run):
    for count, source, solved, more in (
        (HOTLINE, "12345", "已解决", ()), (PETITIONS, "信访", "部分解决", ("--petition",)),
    ):  # fmt: skip
        said = await run(
            a_year(count, source[:1], solved), "--source", source, "--make-estates", "--yes", *more
        )
        assert said.code == 0, said.err

    assert await value("select count(*) from ticket_event") == 5 * (HOTLINE + PETITIONS)
    assert (await compare_all()).differing == []
    street = await Place.objects().get(Place.kind == PlaceKind.SUBDISTRICT)
    sheet = await monthly_sheet(Asked(street, Period(2021), Cohort.WHISTLED, COUNTED_AT))
    doors = {part.label: part.counted["accepted"] for part in sheet.doors}
    assert doors == {"热线转入": 6_786, "信访转入": 86}
    assert (sheet.total["accepted"], sheet.total.projects) == (6_872, 132)
    for name in ("reply", "visit", "close"):
        assert sheet.total.fraction(FIGURE[name]) == (6_872, 6_872)
    said = {each[0]: each[1:4] for each in figure_rows(sheet.total)}
    assert said["回复率"] == said["回访率"] == said["办结率"] == ("100.00%", 6_872, 6_872)
    assert said["解决率"] == ("98.75%", 6_786, 6_872), "closed is not solved"
    assert sum(part.counted["accepted"] for part in sheet.parts) == 6_872
    projects = [part.counted["accepted"] for part in sheet.estates if part.counted["accepted"]]
    assert (len(projects), sum(projects)) == (132, 6_872)
