"""The categories as the page that keeps them shows them, with what was changed and by whom."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.db import row, rows
from coordination.errors import NotFound
from coordination.tickets.words import PRIORITY_WORDS

VERBS = {
    "add_category": "新增",
    "change_category": "修改",
    "retire_category": "停用",
    "restore_category": "恢复",
}
FIELDS = {"name": "名称", "tags": "别的说法", "priority": "等级", "sort": "次序"}
KEPT = """
select c.id, c.code, c.parent, c.name, c.priority, c.tags, c.sort, c.retired_at,
       coalesce(m.name, '') as main, count(t.id) as tickets
  from category c left join category m on m.id = c.parent left join ticket t on t.category = c.id
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A category, and how many tickets have it."""

    id: UUID
    code: str
    parent: UUID | None
    name: str
    priority: str
    tags: str
    sort: int
    retired_at: datetime | None
    main: str
    tickets: int

    @property
    def priority_words(self) -> str:
        return PRIORITY_WORDS[self.priority]


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was done to a category."""

    at: datetime
    by: str
    verb: str
    what: str


async def kept_categories() -> list[Kept]:
    """All, each main one before those below it, retired ones too."""
    found = await rows(
        f"""{KEPT} group by c.id, m.id
            order by coalesce(m.sort, c.sort), coalesce(m.name, c.name), m.id is not null,
                     c.retired_at is not null, c.sort, c.name"""
    )
    return [Kept(**dict(one)) for one in found]


async def kept_category(category: UUID) -> Kept:
    """One of them. NotFound."""
    found = await row(f"{KEPT} where c.id = $1 group by c.id, m.id", category)
    if found is None:
        raise NotFound("没有这个类别。")
    return Kept(**dict(found))


async def changes_of(category: UUID) -> list[Change]:
    """What was done to it, the newest first."""
    found = await rows(
        """select a.at, coalesce(p.name, '系统') as by, a.verb, a.detail::text as detail
             from audit_entry a left join person p on p.id = a.person
            where a.subject = $1 and a.verb = any($2) order by a.id desc limit 50""",
        category, list(VERBS),
    )  # fmt: skip
    return [
        Change(one["at"], one["by"], VERBS[one["verb"]], _told(json.loads(one["detail"])))
        for one in found
    ]


def _told(detail: dict[str, object]) -> str:
    """名称：停车 → 停车充电"""
    said = []
    for name, label in FIELDS.items():
        match detail.get(name):
            case [was, now]:
                said.append(f"{label}：{_word(name, was)} → {_word(name, now)}")
            case None:
                continue
            case only:
                said.append(f"{label}：{_word(name, only)}")
    return "；".join(said)


def _word(name: str, given: object) -> str:
    return PRIORITY_WORDS.get(str(given), str(given)) if name == "priority" else str(given)
