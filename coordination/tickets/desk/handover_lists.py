"""The list of a hand-over 移交清单: what the old company gives and the new one takes, line by line.

民法典 art. 949: whoever leaves hands rooms, facilities and papers back, helps the next one in, and
says truly how things stand. The lines are those of 物业管理条例 art. 29 and of what the
code names; the days are the house's own.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from asyncpg import Record

from coordination import audit
from coordination.db import execute, row, rows, transaction
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.law.periods import day_of
from coordination.matters.rules import quotes_a_person
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.queries import place_of
from coordination.tickets.desk.tables import Handover, HandoverLine

DAYS = timedelta(days=15)
PAPERS, LEAVING = "物业管理条例第二十九条", "民法典第九百四十九条"
LIST = (
    ("竣工图、管网图等建筑资料", PAPERS), ("设施设备的安装、使用和保养资料", PAPERS),
    ("质量保修文件和使用说明", PAPERS), ("物业服务用房、钥匙和门禁", LEAVING),
    ("设施设备现场清点", LEAVING), ("电梯、消防等检验报告和维保合同", LEAVING),
    ("业主和车位档案", LEAVING), ("公共收益账目和结余", "民法典第二百八十二条"),
    ("预收的物业费、停车费和押金明细", LEAVING), ("维修资金使用资料", LEAVING),
    ("值班、巡查和维修记录", LEAVING),
)  # fmt: skip
ONE = """
select h.id, h.estate, e.name as estate_name, e.path, h.old, o.name as old_name, h.new,
       n.name as new_name, h.at, h.reason, h.moved, h.read_to
  from handover h join place e on e.id = h.estate join body o on o.id = h.old
  join body n on n.id = h.new"""


class AlreadySigned(Conflict):
    """That side has signed the line."""


@dataclass(frozen=True, slots=True)
class HandoverRead:
    """A hand-over with its two companies."""

    id: UUID
    estate: UUID
    estate_name: str
    path: str
    old: UUID
    old_name: str
    new: UUID
    new_name: str
    at: datetime
    reason: str
    moved: int
    read_to: date


@dataclass(frozen=True, slots=True)
class LineRead:
    """A line; who signed is named to the two companies and who oversees them."""

    id: UUID
    title: str
    basis: str
    due_on: date | None
    given_on: date | None
    given_name: str | None
    taken_on: date | None
    taken_name: str | None
    words: str

    def standing(self, today: date) -> tuple[str, str]:
        """In words, and its tone."""
        if self.given_on and self.taken_on:
            return "双方已签", "done"
        late = self.due_on is not None and today > self.due_on
        said = "原企业已签" if self.given_on else "新企业已签" if self.taken_on else "未移交"
        return (f"{said}，已逾期", "bad") if late else (said, "wait")


async def begin_list(
    asker: Asker, estate: UUID, old: UUID, new: UUID, reason: str, moved: int, read_to: date,
    at: datetime,
) -> Handover:  # fmt: skip
    """Write the hand-over down, with every line to be signed. In the caller's transaction."""
    async with transaction():
        handover = Handover(
            id=uuid4(), estate=estate, old=old, new=new, at=at, by=asker.id, reason=reason,
            moved=moved, read_to=read_to,
        )  # fmt: skip
        await handover.save()
        for position, (title, basis) in enumerate(LIST, 1):
            await HandoverLine(
                id=uuid4(), handover=handover.id, position=position, title=title, basis=basis,
                due_on=day_of(at + DAYS), words="",
            ).save()  # fmt: skip
        return handover


async def sign_line(asker: Asker, line_id: UUID, words: str, at: datetime) -> UUID:
    """Sign for one's own company: the old one that it gave, the new one that it took. The
    hand-over's id. NotFound, NotAllowed, AlreadySigned, Invalid."""
    async with transaction():
        line = await row("select * from handover_line where id = $1 for update", line_id)
        if line is None:
            raise NotFound("没有找到这一项。")
        handover = await handover_of(line["handover"])
        side = side_of(asker, handover)
        if side is None:
            raise NotAllowed("由原企业和新企业的项目经理各自签字。")
        if line[f"{side}_on"] is not None:
            raise AlreadySigned("这一项您方已经签过。")
        if quotes_a_person(words):
            raise Invalid("请去掉手机号和证件号。", words="请去掉手机号和证件号。")
        said = "；".join(part for part in (line["words"], words.strip()) if part)[:300]
        await execute(
            f"""update handover_line set {side}_on = $2, {side}_by = $3, words = $4
                 where id = $1""",
            line_id, day_of(at), asker.id, said,
        )  # fmt: skip
        signed = await HandoverLine.objects().get(HandoverLine.id == line_id)
        assert signed
        estate = await place_of(handover.estate)
        await audit.record(asker, f"handover_{side}", signed, at=at, place=estate)
        return handover.id


def side_of(asker: Asker | None, handover: HandoverRead) -> str | None:
    """For which company the asker signs: "given" for the old, "taken" for the new."""
    for role in asker.roles if asker else ():
        if role.kind is RoleKind.PROPERTY_MANAGER and role.body == handover.old:
            return "given"
        if role.kind is RoleKind.PROPERTY_MANAGER and role.body == handover.new:
            return "taken"
    return None


async def handover_of(handover_id: UUID) -> HandoverRead:
    """NotFound."""
    found = await row(f"{ONE} where h.id = $1", handover_id)
    if found is None:
        raise NotFound("没有找到这次交接。")
    return HandoverRead(**dict(found))


async def handovers_of(estate: UUID) -> list[HandoverRead]:
    """The newest first."""
    found = await rows(f"{ONE} where h.estate = $1 order by h.at desc limit 20", estate)
    return [HandoverRead(**dict(one)) for one in found]


async def lines_of(handover_id: UUID) -> list[LineRead]:
    """In their order."""
    found: list[Record] = await rows(
        """select l.id, l.title, l.basis, l.due_on, l.given_on, g.name as given_name, l.taken_on,
                  t.name as taken_name, l.words
             from handover_line l left join person g on g.id = l.given_by
             left join person t on t.id = l.taken_by
            where l.handover = $1 order by l.position""",
        handover_id,
    )
    columns: list[dict[str, Any]] = [dict(one) for one in found]
    return [LineRead(**one) for one in columns]


async def accounts_of(handover: HandoverRead, at: datetime) -> tuple[int, int]:
    """How many people of the old company may still read its own, and how many of the new serve."""
    found = await row(
        """select count(distinct person) filter (where body = $1) as old,
                  count(distinct person) filter (where body = $2) as new
             from role join place p on p.id = role.place
            where body in ($1, $2) and starts_with($4, p.path)
              and since <= $3 and (until is null or until > $3)""",
        handover.old, handover.new, at, handover.path,
    )  # fmt: skip
    assert found
    return found["old"], found["new"]


async def to_sign(asker: Asker) -> list[Record]:
    """The hand-overs with lines that wait for the asker's company, and how many."""
    bodies = [role.body for role in asker.roles if role.kind is RoleKind.PROPERTY_MANAGER]
    return await rows(
        """select h.id, e.name as estate_name, count(*) as lines
             from handover_line l join handover h on h.id = l.handover
             join place e on e.id = h.estate
            where h.old = any($1) and l.given_on is null
               or h.new = any($1) and l.taken_on is null
            group by h.id, h.at, e.name order by h.at""",
        bodies,
    )
