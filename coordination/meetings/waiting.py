"""What of meetings waits for somebody who holds an office: for the to-do boards."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.db import rows
from coordination.law.periods import day_of
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.web.formats import last_day, local_day

# $1 the asker's bodies, $2 the asker, $3 now.
WAITING = """
with checking as (
  select m.id, m.title, m.convener, s.until,
         $2 in (m.chair, m.recorder)
         or exists (select from presence p where p.meeting = m.id and p.person = $2) as mine
  from meeting m
  join lateral (select until from meeting_step s where s.meeting = m.id
                order by s.number desc limit 1) s on true
  where m.state = 'minutes_check'
)
select 'answer' as what, m.id, m.title, m.starts_at as due
  from meeting m join meeting_party p on p.meeting = m.id
 where m.state = 'noticed' and p.body = any($1) and m.convener <> all($1)
   and not exists (select from invitation_answer a where a.party = p.id and a.at >= (
     select max(s.at) from meeting_step s where s.meeting = m.id and s.step = 'noticed'))
union all
select 'check', id, title, until from checking where mine and until > $3
union all
select 'sign', id, title, until from checking c where mine and until <= $3
   and not exists (select from minutes_signature s where s.meeting = c.id and s.person = $2)
union all
select case when a.due_at <= $3 then 'late' else 'do' end, a.id, p.name || '：' || a.text,
       a.due_at
  from action_item a join place p on p.id = a.place
 where a.body = any($1) and a.state in ('to_do', 'underway')
union all
select 'verify', a.id, p.name || '：' || a.text, a.due_at
  from action_item a join meeting m on m.id = a.meeting join place p on p.id = a.place
 where m.convener = any($1) and a.state = 'reported'
union all
select 'write', m.id, m.title, m.starts_at from meeting m
 where m.convener = any($1) and m.state in ('closed', 'minutes_draft')
union all
select 'object', c.id, c.title, c.until from checking c
 where c.convener = any($1) and exists (
   select from minutes_part p join minutes_objection o on o.part = p.id
    where p.meeting = c.id and o.answered_at is null)
union all
select 'bring', m.id, m.title, s.at from meeting m
  join sealed_minutes s on s.meeting = m.id
 where m.convener = any($1) and m.state = 'minutes_final'
union all
select 'announce', m.id, m.title, m.starts_at from meeting m
 where m.convener = any($1) and m.state = 'planned'
union all
select case when d.due_at <= $3 then 'publish' else 'resolved' end, m.id, m.title, min(d.due_at)
  from publication_duty d
  join resolution r on r.id = d.resolution join meeting m on m.id = r.meeting
 where m.convener = any($1) and d.settled_at is null
   and (d.due_at <= $3 or d.what = 'resolution' and m.state <> 'open')
 group by 1, m.id, m.title
 order by due, id limit 100
"""
# What the day says of those that it does not bind by itself.
DAYS = {
    "answer": "{}开会", "announce": "{}开会", "write": "{}已开", "verify": "原定{}",
    "sign": "{}核对期满", "object": "核对到{}", "bring": "{}定稿",
}  # fmt: skip
HAPPENED = ("answer", "announce", "write", "bring")  # its day is when that is or was
# what → (words, address of {id}, tone), in the order of their weight
WORDS = {
    "publish": ("决议或执行结果逾期未公开", "/meetings/{id}/desk", "bad"),
    "late": ("会议任务已逾期", "/meetings/actions/{id}", "bad"),
    "answer": ("答复会议邀请", "/meetings/{id}", "wait"),
    "resolved": ("公示决议", "/meetings/{id}/desk", "wait"),
    "object": ("答复对纪要的异议", "/meetings/{id}/minutes", "wait"),
    "sign": ("签会议纪要", "/meetings/{id}/minutes", "wait"),
    "check": ("核对会议纪要", "/meetings/{id}/minutes", "wait"),
    "verify": ("核实会议任务", "/meetings/actions/{id}", "wait"),
    "do": ("办理会议任务", "/meetings/actions/{id}", "wait"),
    "write": ("整理会议纪要", "/meetings/{id}/minutes", "wait"),
    "bring": ("公布会议纪要", "/meetings/{id}/minutes", "wait"),
    "announce": ("发会议通知", "/meetings/{id}/desk", "wait"),
}


@dataclass(frozen=True, slots=True)
class Waits:
    """One thing that waits: words, where it is done, about what, until when."""

    label: str
    href: str
    about: str
    due: datetime
    tone: str
    what: str

    def until(self, at: datetime) -> str:
        """What its day is: 逾期 12 天, 12月5日前, 11月28日开会."""
        if self.tone == "bad":
            days = (at - self.due).days
            return f"逾期 {days} 天" if days else "逾期不到 1 天"
        day = local_day(self.due) if self.what in HAPPENED else last_day(self.due)
        return DAYS.get(self.what, "{}前").format(day.removeprefix(f"{day_of(at).year}年"))


async def meetings_waiting(asker: Asker, at: datetime) -> list[Waits]:
    """The weightiest first, then the one that is due first."""
    # A 楼组长 serves the community in a building and runs none of its meetings.
    offices = [role for role in asker.roles if role.kind is not RoleKind.BUILDING_LEAD]
    bodies: list[UUID] = [role.body for role in offices]
    found = await rows(WAITING, bodies, asker.id, at)
    order = list(WORDS)
    lines = sorted(found, key=lambda each: order.index(each["what"]))
    return [
        Waits(WORDS[each["what"]][0], WORDS[each["what"]][1].format(id=each["id"]),
              each["title"][:80], each["due"], WORDS[each["what"]][2], each["what"])
        for each in lines
    ]  # fmt: skip
