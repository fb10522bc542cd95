"""The ledger 送达明细 as a workbook: a line for each voting right, how its owner was reached and
what proves it. No name and no phone of an owner, and nothing of who has voted."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

import asyncpg

from coordination import audit
from coordination.ballots.casting.actions import NotOpen
from coordination.ballots.delivery.permits import may_see_board
from coordination.ballots.delivery.proofs import HOLDS, WORDS
from coordination.ballots.delivery.queries import REASONS
from coordination.ballots.polls.queries import estate_of, state_of
from coordination.ballots.tables import Poll, Step
from coordination.db import rows
from coordination.errors import NotAllowed
from coordination.people.askers import Asker
from coordination.places.naming import building_name
from coordination.web.formats import local_time
from coordination.web.sheets import export

NOBODY = "送达台账只对召集人、居委会、负责送达的人和监督人员开放。物业人员不能送达表决票。"
HEADER = (
    "楼栋", "单元", "房号", "事项", "是否送达", "送达方式", "送达时间", "谁登记的", "凭证",
    "照片", "其他凭证", "没有送到几次", "最近一次", "原因",
)  # fmt: skip
# $1 poll, $2 now. By index for each right: a file is made seldom, and the lines come in order.
LEDGER = f"""
select q.position, q.title, home.*, reached.*, tried.*,
       (select array_agg(d.channel order by d.at) from delivery d
         where d."right" = r.id and d.withdrawn_at is null) as live
  from question q join voting_right r on r.question = q.id
  cross join lateral (
    select b.name as building, b.sort as building_sort, u.entrance, u.room, u.sort
      from right_unit f join unit u on u.id = f.unit join place b on b.id = f.building
     where f."right" = r.id order by f.area_cm2 desc, b.sort, u.sort, u.id limit 1) as home
  left join lateral (
    select d.channel, held.since, d.manner, d.photo, p.name as by_name
      from delivery d join {HOLDS} on held.since is not null left join person p on p.id = d.by
     where d."right" = r.id and d.withdrawn_at is null
     order by held.since, d.channel limit 1) as reached on true
  cross join lateral (
    select count(*) as tries, max(t.at) as tried_at,
           (array_agg(t.reason order by t.at desc))[1] as reason
      from delivery_try t where t."right" = r.id) as tried
 where q.poll = $1
 order by home.building_sort, home.sort, home.room, q.position, r.id
"""


async def delivery_ledger(asker: Asker, poll: Poll, at: datetime) -> bytes:
    """For who runs the delivery or watches over it; each download is audited. NotAllowed,
    NotOpen."""
    estate, state = await estate_of(poll), await state_of(poll)
    if not may_see_board(asker, estate, poll):
        raise NotAllowed(NOBODY)
    if not state.has(Step.NOTICED):
        raise NotOpen("投票公告发布以后才有送达。")
    until = min(at, state.closes_at)
    found = await rows(LEDGER, poll.id, until)
    await audit.record(
        asker, "download_delivery_ledger", poll, at=at, place=poll.estate, rights=len(found)
    )
    facts = _facts(estate.name, poll.title, found, until)
    return await asyncio.to_thread(export, HEADER, map(_line, found), facts, at, name="送达明细")


def _facts(
    estate: str, title: str, found: Sequence[asyncpg.Record], until: datetime
) -> Mapping[str, str]:
    reached = sum(row["channel"] is not None for row in found)
    return {
        "小区": estate,
        "表决": title,
        "截至": local_time(until),
        "合计": f"{len(found)} 个表决权，已送达 {reached} 个，未送达 {len(found) - reached} 个",
        "口径": "一行是一名业主（或共有同一房屋的几名业主）对一个事项的表决权，写其面积最大的一处"
        "房屋；按最早的一种凭证。公告送达张贴满期才算。",
    }


def _line(row: asyncpg.Record) -> Sequence[str | int | datetime | None]:
    live = row["live"] or []
    others = [WORDS[way] for way in live if way != row["channel"]]
    return (
        building_name(row["building"]), row["entrance"], row["room"],
        f"{row['position']}. {row['title']}", _state(row, live),
        WORDS[row["channel"]] if row["channel"] else "", row["since"],
        "" if not row["channel"] else row["by_name"] or "自动记录", row["manner"],
        f"有，校验码 {row['photo'][:12]}" if row["photo"] else "", "、".join(others),
        row["tries"] or None, row["tried_at"], REASONS.get(row["reason"] or "", row["reason"]),
    )  # fmt: skip


def _state(row: asyncpg.Record, live: Sequence[str]) -> str:
    if row["channel"]:
        return "已送达"
    if "posting" in live:
        return "已公告，未满期"
    return "没有送到" if row["tries"] else "还没有去"
