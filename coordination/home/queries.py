"""The estate home in one statement, and what of it is one's own in another."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from coordination.ballots.polls.state import COMING, LABELS
from coordination.ballots.results.turnout import WHOLE
from coordination.ballots.tables import Step
from coordination.db import row, rows
from coordination.disclosures.registers.rules import Term, term
from coordination.errors import NotFound
from coordination.home.me_queries import OPEN_TICKETS, OwnTicket, read_tickets
from coordination.home.neighbourhood import officer_of
from coordination.law.periods import DAY, day_of
from coordination.notices.rules import KINDS
from coordination.notices.tables import NoticeKind
from coordination.registry.queries import ACTS_FOR
from coordination.web.chrome import Officer

NOTICES, POLLS = 5, 12  # shown on an estate's home
UNDER_WAY = timedelta(hours=6)  # a meeting that began is still shown

# The newest polls and notices come by their index first; what is said of each is looked up then.
# A result is told by the words of its notice: the package behind it may be megabytes.
HOME = """
with poll_shown as (
  select p.id, p.title, p.opens_at, p.closes_at from poll p
   where p.estate = $1
     and exists (select from poll_step s where s.poll = p.id and s.step = 'roll_published')
   order by p.opens_at desc, p.id limit $3
)
select e.id, e.name, e.address, e.path, o.name as office, o.officer, o.phone,
  (select count(*) from disclosure d where d.estate = e.id and d.published_at is null
      and d.due_on < $5::date) as overdue,
  (select coalesce(json_agg(c), '[]') from (
     select id, title, closes_at from consultation where estate = e.id and closes_at > $6
      order by closes_at, id limit 3) c) as consultations,
  (select coalesce(json_agg(m), '[]') from (
     select id, title, starts_at, venue from meeting
      where place in (e.id, e.parent) and state in ('noticed', 'open') and starts_at > $7
      order by starts_at, id limit 3) m) as meetings,
  (select json_build_object('id', b.id, 'name', b.name, 'until', b.until) from body b
    where b.place = e.id and b.kind = 'owners_committee' and b.until <= $5::date + 93
      and not exists (select from body n where n.place = b.place and n.kind = b.kind
        and n.id <> b.id and (n.until is null or n.until > b.until))
    order by b.until desc limit 1) as term,
  (select coalesce(json_agg(n), '[]') from (
     select id, kind, number, title, published_at from notice where estate = $1
      order by published_at desc, id desc limit $2) n) as notices,
  (select coalesce(json_agg(p), '[]') from (
     select p.id, p.title, p.opens_at, last.step, last.at,
       coalesce((select max(s.closes_at) from poll_step s where s.poll = p.id), p.closes_at)
         as closes_at,
       (select case when last.step = 'revoked' then '已被撤销，原结果不再有效' else n.text end
          from result r join notice n on n.id = r.notice where r.poll = p.id
         order by r.published_at desc limit 1) as outcome,
       case when last.step in ('opened', 'extended') then
         (select json_agg(json_build_object('title', q.title, 'persons', t.persons,
                                            'rights', t.rights, 'area', t.area_percent)
                          order by q.position)
            from question q join turnout_figure t on t.question = q.id and t.label = $4
           where q.poll = p.id) end as turnout
       from poll_shown p cross join lateral (
         select step, at from poll_step s where s.poll = p.id order by s.number desc limit 1) last
      order by p.opens_at desc, p.id) p) as polls
  from place e
  left join body o on o.place = e.parent and o.kind = 'residents_committee' and o.phone <> ''
 where e.id = $1 and e.kind = 'estate' order by o.since desc nulls last limit 1
"""

# What waits for one's vote here, whether one owns or lives here, where one's tickets are.
MINE = f"""
with mine as ({ACTS_FOR})
select
  exists (select from mine join ownership o on o.owner = mine.owner and o.until is null
            join unit u on u.id = o.unit where u.estate = $2) as owns,
  exists (select from residency r join unit u on u.id = r.unit
           where r.person = $1 and u.estate = $2 and r.confirmed_at is not null
             and (r.until is null or r.until > $3)) as lives,
  (select coalesce(json_agg(w), '[]') from (
     select q.poll, count(*) as rights
       from mine join right_holder h on h.owner = mine.owner and h.until is null
       join voting_right r on r.id = h."right" join question q on q.id = r.question
      where q.poll = any($4::uuid[])
        and not exists (select from ballot b where b."right" = r.id)
      group by q.poll) w) as waiting,
  {OPEN_TICKETS} as tickets,
  (select count(*) from message
    where person = $1 and channel = 'in_app' and read_at is null) as unread
"""

OWN_ESTATES = f"""
select e.id from place e where e.kind = 'estate' and (
  exists (select from ownership o join unit u on u.id = o.unit
           where u.estate = e.id and o.until is null and o.owner in ({ACTS_FOR}))
  or exists (select from residency r join unit u on u.id = r.unit
              where r.person = $1 and u.estate = e.id and r.confirmed_at is not null
                and (r.until is null or r.until > $2)))
 order by e.sort, e.id
"""


@dataclass(frozen=True, slots=True)
class Posted:
    """A notice in the list of an estate's home."""

    id: UUID
    kind: NoticeKind
    number: str
    title: str
    published_at: datetime

    @property
    def kind_words(self) -> str:
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class ShownPoll:
    """A public poll on an estate's home. `turnout`: per question, persons, rights, area percent;
    `outcome`: what its latest result says."""

    id: UUID
    title: str
    opens_at: datetime
    closes_at: datetime
    step: Step
    at: datetime
    outcome: str | None
    turnout: list[dict[str, Any]] | None

    @property
    def label(self) -> str:
        return LABELS[self.step]

    def is_open(self, at: datetime) -> bool:
        return self.step in (Step.OPENED, Step.EXTENDED) and at < self.closes_at

    @property
    def has_result(self) -> bool:
        return self.outcome is not None

    @property
    def is_coming(self) -> bool:
        """Public, and not open yet."""
        return self.step in COMING


@dataclass(frozen=True, slots=True)
class Consulting:
    """A consultation 意见征询 that is open."""

    id: UUID
    title: str
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Called:
    """A meeting that has been called, or is being held."""

    id: UUID
    title: str
    starts_at: datetime
    venue: str


@dataclass(frozen=True, slots=True)
class Ending:
    """The owners' committee whose term nears its end, or is over, and that nobody follows."""

    id: UUID
    name: str
    last_on: date
    words: str


@dataclass(frozen=True, slots=True)
class EstateHome:
    """All that everybody sees on an estate's home."""

    id: UUID
    name: str
    address: str
    path: str
    officer: Officer | None
    notices: list[Posted]
    polls: list[ShownPoll]
    overdue: int
    consultations: list[Consulting]
    meetings: list[Called]
    ending: Ending | None


@dataclass(frozen=True, slots=True)
class Own:
    """What is the asker's: rights without a ballot by poll, tickets, messages not read."""

    owns: bool = False
    lives: bool = False
    waiting: dict[UUID, int] | None = None
    tickets: list[OwnTicket] = field(default_factory=list)
    unread: int = 0


async def estate_home(estate: UUID, at: datetime) -> EstateHome:
    """An estate's home as everybody sees it. NotFound: there is no such estate."""
    found = await row(HOME, estate, NOTICES, POLLS, WHOLE, day_of(at), at, at - UNDER_WAY)
    if found is None:
        raise NotFound("没有找到这个小区。请从首页重新选择。")
    return EstateHome(
        found["id"], found["name"], found["address"], found["path"],
        officer_of(found["office"], found["officer"], found["phone"]),
        [_posted(one) for one in json.loads(found["notices"])],
        [_shown(one) for one in json.loads(found["polls"])],
        found["overdue"],
        [_consulting(one) for one in json.loads(found["consultations"])],
        [_called(one) for one in json.loads(found["meetings"])],
        _ending(json.loads(found["term"]), at) if found["term"] else None,
    )  # fmt: skip


async def own_part(person: UUID, home: EstateHome, at: datetime) -> Own:
    """What of that home is this person's own."""
    open_polls = [poll.id for poll in home.polls if poll.is_open(at)]
    found = await row(MINE, person, home.id, at, open_polls)
    assert found
    waiting = {UUID(one["poll"]): one["rights"] for one in json.loads(found["waiting"])}
    tickets = read_tickets(found["tickets"])
    return Own(found["owns"], found["lives"], waiting, tickets, found["unread"])


async def own_estates(person: UUID, at: datetime) -> list[UUID]:
    """The estates in which a person owns or lives, in natural order."""
    return [each["id"] for each in await rows(OWN_ESTATES, person, at)]


def _posted(one: dict[str, Any]) -> Posted:
    published = datetime.fromisoformat(one["published_at"])
    return Posted(UUID(one["id"]), NoticeKind(one["kind"]), one["number"], one["title"], published)


def _consulting(one: dict[str, Any]) -> Consulting:
    return Consulting(UUID(one["id"]), one["title"], datetime.fromisoformat(one["closes_at"]))


def _called(one: dict[str, Any]) -> Called:
    starts = datetime.fromisoformat(one["starts_at"])
    return Called(UUID(one["id"]), one["title"], starts, one["venue"])


def _ending(one: dict[str, Any], at: datetime) -> Ending | None:
    until = date.fromisoformat(one["until"])
    stands = term(until, day_of(at))
    if stands is Term.RUNNING:
        return None
    return Ending(UUID(one["id"]), one["name"], until - DAY, stands.value)


def _shown(one: dict[str, Any]) -> ShownPoll:
    return ShownPoll(
        UUID(one["id"]), one["title"], datetime.fromisoformat(one["opens_at"]),
        datetime.fromisoformat(one["closes_at"]), Step(one["step"]),
        datetime.fromisoformat(one["at"]), one["outcome"], one["turnout"],
    )  # fmt: skip
