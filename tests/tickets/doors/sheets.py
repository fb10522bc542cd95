"""Sheets as hotlines hand them out, made small."""

import io
from collections.abc import Sequence

import openpyxl

HEADER = (
    "工单编号", "来电时间", "诉求内容", "诉求类型", "小区名称", "楼栋", "联系电话", "来电人",
    "回复时间", "回访时间", "办结时间", "办理状态", "办理结果", "是否解决", "满意度",
)  # fmt: skip


def a_line(number: str = "WH001", **cells: str) -> dict[str, str]:
    """A request that was solved; what is given replaces what it says."""
    return dict.fromkeys(HEADER, "") | {
        "工单编号": number, "来电时间": "2026-02-02 09:00:00", "诉求内容": "3单元路灯不亮",
        "诉求类型": "照明设施", "小区名称": "梧桐苑", "回复时间": "2026-02-03 10:00",
        "回访时间": "2026-02-04 10:00", "办结时间": "2026-02-04 11:00", "办理状态": "已办结",
        "办理结果": "已更换灯泡", "是否解决": "已解决", "满意度": "满意",
    } | cells  # fmt: skip


def an_open_line(number: str = "WH001", **cells: str) -> dict[str, str]:
    """A request that nobody has answered."""
    nothing = dict.fromkeys(
        ("回复时间", "回访时间", "办结时间", "办理结果", "是否解决", "满意度"), ""
    )
    return a_line(number, **(nothing | {"办理状态": "办理中"} | cells))


def a_csv(*lines: dict[str, str], encoding: str = "utf-8-sig") -> bytes:
    rows = [",".join(HEADER), *(",".join(line[name] for name in HEADER) for line in lines)]
    return "\r\n".join(rows).encode(encoding)


def a_workbook(*lines: dict[str, str], declared: int = 0, above: Sequence[str] = ()) -> bytes:
    """`declared`: rows that are formatted and empty; `above`: titles over the header."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for title in above:
        sheet.append([title])
    sheet.append(list(HEADER))
    for line in lines:
        sheet.append([line[name] for name in HEADER])
    if declared:
        sheet.cell(declared, 1).number_format = "@"
        sheet.cell(declared, 1).value = ""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
