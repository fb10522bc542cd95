"""The public list of rooms and areas as files: CSV and XLSX per question, A4 for the board."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from coordination.ballots.roll.queries import ListLine, PublicList
from coordination.ballots.tables import Poll, Question
from coordination.law.areas import CM2_PER_M2, format_area
from coordination.law.franchise import AreaSource
from coordination.notices.printing import notice_data
from coordination.notices.queries import NoticeRead
from coordination.web import pdf
from coordination.web.formats import local_time
from coordination.web.sheets.writing import Value, csv_export, export

HEADER = ("楼栋", "单元", "房号", "专有部分面积（平方米）", "面积依据")
SOURCES = {
    AreaSource.REGISTER: "登记",
    AreaSource.SURVEY: "实测",
    AreaSource.CONTRACT: "合同",
}


def facts_of(poll: Poll, question: Question, is_frozen: bool, hash_: str, at: datetime) -> dict:
    """What stands above the table."""
    return {
        "表决": poll.title,
        "事项": question.title,
        "口径": "锁定的名册" if is_frozen else f"名册登记截至 {local_time(at)}，核对期内可能更正",
        "清单校验值": hash_ or "锁定后生成",
        "说明": "只列房号和面积，不列姓名；面积最多四位小数",
    }


async def as_csv(listed: PublicList, facts: dict) -> bytes:
    return csv_export(HEADER, map(_row, await _counted(listed)), facts)


async def as_xlsx(listed: PublicList, facts: dict, at: datetime) -> bytes:
    return export(HEADER, map(_row, await _counted(listed)), facts, at, name="名册")


async def as_pdf(
    read: NoticeRead, lists: Sequence[tuple[str, str, PublicList]], at: datetime
) -> bytes:
    """The notice of the roll with its lists: (title, hash, list) for each question."""
    parts = [
        {"title": title, "list_hash": hash_ or "锁定后生成",
         "buildings": _buildings(await _counted(listed))}
        for title, hash_, listed in lists
    ]  # fmt: skip
    data = {
        "notice": notice_data(read),
        "sections": read.facts["sections"],
        "lists": parts,
    }
    return await pdf.render("roll", data, at)


async def _counted(listed: PublicList) -> list[ListLine]:
    return [line for line in await listed.everything() if line.counts]


def _buildings(lines: Sequence[ListLine]) -> list[dict[str, object]]:
    return [
        {
            "name": name,
            "units": len(rooms := list(those)),
            "area": format_area(sum(line.area_cm2 or 0 for line in rooms)),
            "rooms": [
                [line.name, format_area(line.area_cm2 or 0), _source(line)] for line in rooms
            ],
        }
        for name, those in groupby(lines, key=lambda line: line.building_name)
    ]


def _row(line: ListLine) -> Sequence[Value]:
    area = Decimal(line.area_cm2 or 0) / CM2_PER_M2
    return line.building_name, line.entrance, line.room, area, _source(line)


def _source(line: ListLine) -> str:
    return SOURCES.get(AreaSource(line.area_source), "") if line.area_source else ""
