"""Keeping the categories 类别: the operator renames, adds and retires what lies below the six.

A category's code is for ever (Open311's service_code); its name, words and priority are not. What
was changed stands in the audit log and on its page. A ticket keeps the priority of its whistle.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from asyncpg import UniqueViolationError

from coordination import audit
from coordination.db import execute, row, transaction, value
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.law.policies import Priority
from coordination.people.askers import Asker
from coordination.tickets.routing.permits import may_keep_categories
from coordination.tickets.routing.seeds import CATEGORIES
from coordination.tickets.tables import Category

CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST_NAME, LONGEST_TAGS, LONGEST_CODE = 60, 200, 40
# Named by the danger question, by the way in to documents, and for what fits none.
NEEDED = frozenset({"other", "documents", *(code for code, *_ in CATEGORIES[0][1:])})
FIND = "select code, parent, name, tags, priority, sort, retired_at from category where id = $1"


class CodeTaken(Conflict):
    """Another category has this code, perhaps a retired one."""


class StillNeeded(Conflict):
    """Something else names it."""


@dataclass(frozen=True, slots=True)
class Words:
    """What may be said of a category anew. `tags`: other words it is looked for by."""

    name: str
    tags: str
    priority: Priority
    sort: int


async def add_category(asker: Asker, parent: UUID, code: str, words: Words, at: datetime) -> UUID:
    """One more below a main category. NotAllowed, NotFound; Invalid, CodeTaken."""
    _must(asker)
    wrong = _wrong(words)
    if not CODE.fullmatch(code) or len(code) > LONGEST_CODE:
        wrong["code"] = "编码用小写字母、数字和横线，例如 fire-lane；定了不能改。"
    if wrong:
        raise Invalid("请核对填写的内容。", **wrong)
    async with transaction():
        if await value("select parent is null from category where id = $1", parent) is not True:
            raise NotFound("没有这个大类。")
        made = Category(
            id=uuid4(), code=code, parent=parent, name=words.name, tags=words.tags,
            priority=words.priority, sort=words.sort,
        )  # fmt: skip
        try:
            await made.save()
        except UniqueViolationError as taken:
            raise CodeTaken("已经有这个编码，可能是停用的类别。请换一个。") from taken
        await audit.record(asker, "add_category", made, at=at, **_said(words))
        return made.id


async def change_category(asker: Asker, category: UUID, words: Words, at: datetime) -> None:
    """Say it anew; what it was is kept. NotAllowed, NotFound; Invalid."""
    _must(asker)
    if wrong := _wrong(words):
        raise Invalid("请核对填写的内容。", **wrong)
    async with transaction():
        was = await row(f"{FIND} for update", category)
        if was is None:
            raise NotFound("没有这个类别。")
        now = _said(words)
        before = {name: was[name] for name in now}
        if before == now:
            return
        await execute(
            "update category set name = $2, tags = $3, priority = $4, sort = $5 where id = $1",
            category, words.name, words.tags, words.priority, words.sort,
        )  # fmt: skip
        changed: dict[str, Any] = {
            name: [before[name], now[name]] for name in now if before[name] != now[name]
        }
        await audit.record(asker, "change_category", _known(category), at=at, **changed)


async def retire_category(asker: Asker, category: UUID, at: datetime) -> None:
    """停用: nobody whistles under it any more; its tickets keep it. NotAllowed, NotFound;
    StillNeeded: a main one, or one that pages name."""
    _must(asker)
    async with transaction():
        was = await row(f"{FIND} for update", category)
        if was is None or was["retired_at"]:
            raise NotFound("没有这个类别，或者已经停用。")
        if was["parent"] is None or was["code"] in NEEDED:
            raise StillNeeded("六个大类、五种危险、“其他”和“申请公开资料”是固定入口，不能停用。")
        await execute("update category set retired_at = $2 where id = $1", category, at)
        await audit.record(asker, "retire_category", _known(category), at=at)


async def restore_category(asker: Asker, category: UUID, at: datetime) -> None:
    """Offer a retired one again. NotAllowed, NotFound."""
    _must(asker)
    async with transaction():
        done = await execute(
            "update category set retired_at = null where id = $1 and retired_at is not null",
            category,
        )
        if done == "UPDATE 0":
            raise NotFound("没有停用的这个类别。")
        await audit.record(asker, "restore_category", _known(category), at=at)


def _must(asker: Asker) -> None:
    if not may_keep_categories(asker):
        raise NotAllowed("类别全部地方共用，由运营方维护。要增减，请联系运营方。")


def _known(category: UUID) -> Category:
    return Category(_ignore_missing=True, id=category)


def _said(words: Words) -> dict[str, Any]:
    return {
        "name": words.name, "tags": words.tags, "priority": str(words.priority),
        "sort": words.sort,
    }  # fmt: skip


def _wrong(words: Words) -> dict[str, str]:
    wrong = {}
    if not words.name or len(words.name) > LONGEST_NAME:
        wrong["name"] = f"请填写名称，最多 {LONGEST_NAME} 个字。"
    if len(words.tags) > LONGEST_TAGS:
        wrong["tags"] = f"最多 {LONGEST_TAGS} 个字。"
    if not 0 <= words.sort < 1_000:
        wrong["sort"] = "请填写 0 到 999。"
    return wrong
