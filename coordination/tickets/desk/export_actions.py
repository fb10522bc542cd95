"""The filtered list as Excel or CSV: facts on top, no way to reach anybody in it, and noted."""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination import audit
from coordination.db import rows, transaction
from coordination.people.queries import person_of
from coordination.people.tables import RoleKind
from coordination.tickets.desk.board import Looked
from coordination.tickets.desk.filters import words_of
from coordination.tickets.desk.queries import Line, categories_offered, listed
from coordination.tickets.kinds import Outcome, Rating
from coordination.tickets.words import OUTCOME_WORDS, RATING_WORDS, STATE_WORDS
from coordination.web.formats import local_time
from coordination.web.sheets.writing import csv_export, export

MOST = 20_000
BATCH = 1_000
HEADER = (
    "工单号", "小区", "楼栋", "位置", "类别", "等级", "状态", "办理结果", "评价", "吹哨时间",
    "下一个期限", "是否超期", "办结时间", "责任单位", "经办人", "级别", "同求", "重办次数", "内容",
)  # fmt: skip
# Whoever oversees compares estates and cases, not workers.
NAMES_HANDLERS = (
    RoleKind.PROPERTY_MANAGER, RoleKind.PROPERTY_STAFF, RoleKind.COMMUNITY_WORKER,
    RoleKind.DEPARTMENT_OFFICER,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exported:
    """A file and what it is saved as."""

    content: bytes
    rows: int


async def export_list(look: Looked, *, as_csv: bool) -> Exported:
    """All lines of a list, from its first page on, at most 20,000."""
    lines = await _all(look)
    facts = await _facts(look, len(lines))
    names = look.asker.is_any(*NAMES_HANDLERS)
    table = [_row(line, names, look.at) for line in lines]
    if as_csv:
        content = await asyncio.to_thread(csv_export, HEADER, table, facts)
    else:
        content = await asyncio.to_thread(export, HEADER, table, facts, look.at, name="工单")
    async with transaction():
        await audit.record(
            look.asker, "export_tickets", await person_of(look.asker.id), at=look.at,
            rows=len(lines), sha256=hashlib.sha256(content).hexdigest(), filter=facts["筛选"],
        )  # fmt: skip
    return Exported(content, len(lines))


async def _all(look: Looked) -> list[Line]:
    lines: list[Line] = []
    after = None
    while len(lines) < MOST:
        limit = min(BATCH, MOST - len(lines))
        page = await listed(
            look.scope, look.filter, look.asker.id, look.at, after, limit, longest=1_000
        )
        lines += page
        if len(page) < limit:
            break
        after = page[-1].cursor
    return lines


async def _facts(look: Looked, count: int) -> dict[str, str]:
    chosen = [one for one in (look.filter.estate, look.filter.building) if one]
    found = await rows("select id, name from place where id = any($1::uuid[])", chosen)
    names: dict[UUID, str] = {each["id"]: each["name"] for each in found}
    names |= dict(await categories_offered())
    return {
        "筛选": words_of(look.filter, names),
        "截至": f"{local_time(look.at)}（北京时间）",
        "行数": f"{count}" + ("（已到上限，请缩小筛选范围）" if count >= MOST else ""),
        "导出人": look.asker.name,
        "口径": "下一个期限：正在计时的各项时限中最早的一项，挂起的为恢复日期。",
        "隐私": "不含居民姓名和电话。",
    }


def _row(line: Line, names_handlers: bool, at: datetime) -> list:
    return [
        line.number, line.estate_name, line.building_name, line.spot, line.category_name,
        line.priority_words, STATE_WORDS[line.state],
        OUTCOME_WORDS[Outcome(line.outcome)] if line.outcome else "",
        RATING_WORDS[Rating(line.rating)] if line.rating else "",
        line.whistled_at, line.due_at if line.has_due else None,
        "是" if line.is_late(at) else "否", line.closed_at, line.holder_name,
        (line.handler_name or "") if names_handlers else "", line.level, line.cosigners,
        line.reopened, line.text,
    ]  # fmt: skip
