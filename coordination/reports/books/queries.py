"""The five record books and the two ledgers: what each is made of, and its lines of a period.

Source of the list: the books that 青浦区华新镇 has its 居委会 keep (联系群众、首问接待、每日巡查、
办公例会、工作碰头会), and the 电子台账. A line names staff and bodies, never a resident.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from coordination.clock import SHANGHAI
from coordination.db import rows
from coordination.errors import NotFound
from coordination.meetings.state import LABELS as MEETING_STATES
from coordination.meetings.tables import Step
from coordination.places.tables import Place
from coordination.reports.books.meetings_held import BRIEFINGS, HELD_COLUMNS, OFFICE, held
from coordination.tickets.figures.counts import LATE
from coordination.tickets.figures.periods import Period
from coordination.tickets.kinds import Outcome, State
from coordination.tickets.words import OUTCOME_WORDS, STATE_WORDS

MOST = 2_000  # lines of a page or a print; the workbook has as many
WHERE = "e.name || coalesce(' ' || b.name, '') as place"
OF_TICKET = """
from ticket t join place e on e.id = t.estate and starts_with(e.path, $1)
  join category c on c.id = t.category left join place b on b.id = t.building
  join body h on h.id = t.holder
"""
# $1 the place's path, $2 since, $3 until, $4 now, $5 the most lines.
VISITS = f"""
select v.at, '#' || t.number as ticket, {WHERE}, c.name as category,
  case when (v.facts->>'reached')::boolean then '接通' else '没有接通' end as reached, v.words,
  p.name as staff
{OF_TICKET} join ticket_event v on v.ticket = t.id and v.kind = 'visit'
  join person p on p.id = v.person
where v.at >= $2 and v.at < $3 and $4::timestamptz is not null order by v.at, v.id limit $5
"""
RECEIVED = f"""
select t.whistled_at as at, '#' || t.number as ticket, {WHERE}, c.name as category,
  p.name as staff, h.name as holder, t.reported_at, t.state, t.outcome
{OF_TICKET} join person p on p.id = t.filed_by
where t.door = 'counter' and t.whistled_at >= $2 and t.whistled_at < $3
  and $4::timestamptz is not null
order by t.whistled_at, t.id limit $5
"""
PATROLS = """
select w.walked_at as at, e.name as place, w.route,
  (select string_agg(y.name || '（' || a.names || '）', '、' order by y.name)
     from patrol_party a join body y on y.id = a.body where a.patrol = w.id) as parties,
  (select count(*) from patrol_finding f where f.patrol = w.id) as items,
  (select count(*) from patrol_finding f where f.patrol = w.id and not f.is_fine) as wrong,
  (select string_agg('#' || t.number, '、' order by t.number) from patrol_finding f
     join ticket t on t.id = f.ticket where f.patrol = w.id) as ticket,
  p.name as staff
from patrol w join place e on e.id = w.estate and starts_with(e.path, $1)
  join person p on p.id = w.recorded_by
where w.walked_at >= $2 and w.walked_at < $3 and $4::timestamptz is not null
order by w.walked_at, w.id limit $5
"""
LEDGER = f"""
select t.whistled_at as at, '#' || t.number as ticket, {WHERE}, c.name as category,
  h.name as holder, t.state, t.outcome, t.reported_at, t.replied_at, t.closed_at, t.close_due_at
{OF_TICKET}
where t.whistled_at >= $2 and t.whistled_at < $3 and $4::timestamptz is not null
order by t.whistled_at, t.id limit $5
"""
MENDING = f"""
select t.whistled_at as at, '#' || t.number as ticket, {WHERE}, c.name as category,
  h.name as holder,
  concat_ws('、', case when {LATE} then '超期' end,
    case when t.reopened > 0 then '重办 ' || t.reopened || ' 次' end,
    case when t.level >= 3 then '升到街道' end, case when t.door = 'patrol' then '巡察发现' end,
    case when t.state = 'on_hold' then '挂起' end) as why,
  coalesce(t.blocker, '') as blocker, t.close_due_at, t.state, t.outcome, t.closed_at
{OF_TICKET}
where t.whistled_at >= $2 and t.whistled_at < $3 and t.state not in ('merged', 'withdrawn')
  and ({LATE} or t.reopened > 0 or t.level >= 3 or t.door = 'patrol' or t.state = 'on_hold')
order by t.whistled_at, t.id limit $5
"""
LABELS = {
    "at": "时间", "ticket": "工单", "place": "地点", "category": "类别", "reached": "结果",
    "words": "记录", "staff": "经办人", "holder": "责任单位", "reported_at": "报到",
    "state": "状态", "outcome": "办结结果", "route": "路线", "parties": "参加单位", 
    "items": "查看项",
    "wrong": "发现问题", "replied_at": "首次答复", "closed_at": "办结", "close_due_at": "办结期限",
    "why": "整改原因", "blocker": "难点说明", "meeting": "会议", "convener": "召集",
    "topics": "议题", "resolutions": "决议", "tasks": "交办事项", "meeting_state": "纪要",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Book:
    """One book: `source` says what it is made of."""

    name: str
    label: str
    sql: str
    columns: tuple[str, ...]
    source: str


BOOKS = {
    book.name: book
    for book in (
        Book("contacts", "联系群众动态记录本", VISITS,
             ("at", "ticket", "place", "category", "reached", "words", "staff"),
             "工单的回访记录"),
        Book("receptions", "首问接待记录本", RECEIVED,
             ("at", "ticket", "place", "category", "staff", "holder", "reported_at", "state",
              "outcome"), "窗口和电话代办的工单：第一个接待的人即经办人"),
        Book("patrols", "每日巡查记录本", PATROLS,
             ("at", "place", "route", "parties", "items", "wrong", "ticket", "staff"),
             "三方联动巡察"),
        Book("office-meetings", "办公例会记录本", held(OFFICE), HELD_COLUMNS,
             "已经召开的例会、联席会议、议事会、恳谈会、听证会和评议会"),
        Book("briefings", "工作碰头会记录本", held(BRIEFINGS), HELD_COLUMNS,
             "已经召开的专项协调会、事务协调会和楼栋会"),
        Book("ledger", "电子台账", LEDGER,
             ("at", "ticket", "place", "category", "holder", "state", "outcome", "reported_at",
              "replied_at", "close_due_at", "closed_at"), "全部工单"),
        Book("mending", "整改台账", MENDING,
             ("at", "ticket", "place", "category", "holder", "why", "blocker", "close_due_at",
              "state", "outcome", "closed_at"), "超期、重办、升到街道、挂起和巡察发现的工单"),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pages:
    """A book of a place and a period, as it is shown: texts alone."""

    book: Book
    place: Place
    period: Period
    header: list[str]
    lines: list[list[str]]
    is_cut: bool

    @property
    def title(self) -> str:
        return f"{self.place.name}{self.period.words}{self.book.label}"


async def read_book(name: str, place: Place, period: Period, at: datetime) -> Pages:
    """NotFound: no such book."""
    book = BOOKS.get(name)
    if book is None:
        raise NotFound("没有这个记录本。")
    found = await rows(book.sql, place.path, period.since, period.until, at, MOST + 1)
    return Pages(
        book, place, period, [LABELS[column] for column in book.columns],
        [[_said(column, row[column]) for column in book.columns] for row in found[:MOST]],
        len(found) > MOST,
    )  # fmt: skip


def _said(column: str, value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, datetime):
        return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    if column == "state":
        return STATE_WORDS[State(value)]
    if column == "meeting_state":
        return MEETING_STATES[Step(value)]
    if column == "outcome":
        return OUTCOME_WORDS[Outcome(value)]
    return str(value)
