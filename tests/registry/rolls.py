"""Rolls made for tests, as people upload them."""

import io
from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

import xlsxwriter

from coordination.db import value
from coordination.places.tables import Place
from coordination.registry.imports.actions import accept_import, preview_roll
from coordination.registry.imports.writing_actions import write_roll
from tests.builders import DURING

HEADER = ("楼栋", "单元", "房号", "专有部分面积", "业主姓名", "证件号", "性质", "联系电话")
ZHANG, LI, WANG = "420115199001010011", "420115199202020022", "420115199303030033"

Line = Sequence[object]


def a_line(
    room: str = "101",
    *,
    building: str = "1栋",
    entrance: str = "1单元",
    area: object = "89.50",
    name: str = "张三",
    number: object = ZHANG,
    kind: str = "住宅",
    phone: str = "",
) -> Line:
    return (building, entrance, room, area, name, number, kind, phone)


def a_roll(*lines: Line, header: Sequence[str] = HEADER) -> bytes:
    """An .xlsx of these lines; texts as text, numbers as numbers."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        # The same lines are the same file, in whichever second they are written.
        book.set_properties({"created": DURING.replace(tzinfo=None)})
        sheet = book.add_worksheet("数据")
        for number, line in enumerate([header, *lines]):
            sheet.write_row(number, 0, line)
    return file.getvalue()


def a_csv(*lines: Line, encoding: str = "utf-8-sig") -> bytes:
    text = "\r\n".join(",".join(map(str, line)) for line in [HEADER, *lines])
    return text.encode(encoding)


async def uploaded(estate: Place, *lines: Line, at=DURING) -> UUID:
    """A previewed import of these lines."""
    return await preview_roll(estate, a_roll(*lines), "名册.xlsx", None, at)


async def imported(estate: Place, *lines: Line, at=DURING, confirm: Iterable[int] = ()) -> UUID:
    """These lines written: previewed, confirmed, and the worker has been."""
    batch = await uploaded(estate, *lines, at=at)
    await accept_import(
        estate, batch, None, all_or_nothing=False, confirmed_rows=list(confirm),
        at=at + timedelta(seconds=1),
    )  # fmt: skip
    await write_roll(batch)
    assert await value("select state from roll_import where id = $1", batch) == "done"
    return batch
