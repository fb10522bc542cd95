"""The lists of the desk: tickets in the order of what is due, and how many there are of a kind.

Each statement is put together from fixed parts, so that the planner sees the conditions that were
asked for and no others; every value is an argument.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from coordination.clock import SHANGHAI
from coordination.db import row, rows
from coordination.law.policies import Clock
from coordination.places.naming import building_name
from coordination.tickets.desk.filters import DUE, PILES, Cursor, Filter
from coordination.tickets.desk.finding import found_by
from coordination.tickets.desk.scope import Scope
from coordination.tickets.kinds import DONE, Outcome, State
from coordination.tickets.words import (
    CLOCK_WORDS,
    OUTCOME_WORDS,
    PRIORITY_WORDS,
    STATE_WORDS,
    countdown,
)
from coordination.web.formats import local_day

PAGE = 50
CLOCKS = (Clock.REPORT_IN, Clock.FIRST_REPLY, Clock.CLOSURE, Clock.VISIT, Clock.HOLDER)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # as DUE says that nothing is
IS_OPEN = "t.state not in ('closed', 'merged', 'withdrawn')"
SHOWN = {"open": IS_OPEN, "done": f"not ({IS_OPEN})", "all": "true"}


@dataclass(frozen=True, slots=True)
class Line:
    """A ticket in a list of the desk."""

    id: UUID
    number: int
    estate: UUID
    estate_name: str
    building_name: str | None
    spot: str
    category_name: str
    text: str
    priority: str
    state: State
    due_at: datetime
    level: int
    holder: UUID
    holder_name: str
    handler: UUID | None
    handler_name: str | None
    cosigners: int
    reopened: int
    events: int
    is_public: bool
    whistled_at: datetime
    closed_at: datetime | None
    outcome: str | None
    rating: str | None
    photo: str | None
    hold_until: datetime | None
    paused_since: datetime | None
    clocks: Sequence[datetime | None]  # as CLOCKS; none: it runs no more

    @property
    def where(self) -> str:
        building = building_name(self.building_name) if self.building_name else "公共部位"
        return " ".join(filter(None, (building, self.spot)))

    @property
    def state_words(self) -> str:
        said = STATE_WORDS[self.state]
        if self.outcome:
            said += f"：{OUTCOME_WORDS[Outcome(self.outcome)]}"
        return f"{said}（第 {self.reopened} 次）" if self.state is State.REOPENED else said

    @property
    def priority_words(self) -> str:
        return PRIORITY_WORDS[self.priority]

    @property
    def is_done(self) -> bool:
        return self.state in DONE

    @property
    def has_due(self) -> bool:
        return self.due_at < NEVER

    def is_late(self, at: datetime) -> bool:
        return self.has_due and self.due_at <= at

    def clock(self, at: datetime) -> str:
        """What the line says of its time."""
        if not self.has_due:
            return "" if self.is_done else "计时暂停"
        if self.state is State.ON_HOLD and self.hold_until:
            late = f"{self._countdown(at)}，" if self.is_late(at) else ""
            return f"{late}暂缓到 {local_day(self.hold_until)}"
        return self._countdown(at)

    def _countdown(self, at: datetime) -> str:
        """What was late when its clock was stopped has not grown later since."""
        stopped = self.paused_since
        until = stopped if stopped and self.due_at <= stopped else at
        return f"{self.due_for} {countdown(self.due_at, until)}".strip()

    @property
    def due_for(self) -> str:
        """Which of its clocks runs out first."""
        found = (clock for clock, due in zip(CLOCKS, self.clocks, strict=True)
                 if due == self.due_at)  # fmt: skip
        first = next(found, None)
        if first is None:
            return "裁定" if self.state is State.ADJUDICATING else ""
        return CLOCK_WORDS[first]

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.number, self.due_at)


LINE = f"""
select t.id, t.number, t.estate, e.name as estate_name, b.name as building_name, t.spot,
       c.name as category_name, left(t.text, {{longest}}) as text, t.priority, t.state,
       {DUE} as due_at, t.level, t.holder, h.name as holder_name, t.handler,
       p.name as handler_name, t.cosigners, t.reopened, t.events, t.is_public, t.whistled_at,
       t.closed_at, t.outcome, t.rating,
       (select f.small from ticket_photo f where f.ticket = t.id and f.small is not null
         order by f.event, f.sort limit 1) as photo, t.hold_until,
       t.paused_since,
       array[case when t.reported_at is null then t.report_due_at end,
             case when t.replied_at is null then t.reply_due_at end,
             t.close_due_at, t.visit_due_at, t.holder_due_at] as clocks
  from ({{found}}) t
  join place e on e.id = t.estate left join place b on b.id = t.building
  join category c on c.id = t.category join body h on h.id = t.holder
  left join person p on p.id = t.handler
"""


class Asked:
    """A statement under way: its conditions and the values they speak of."""

    def __init__(self, scope: Scope, asker: UUID, at: datetime) -> None:
        self.values: list[object] = [at, end_of_day(at), asker]
        # Each is spoken of, so that the database knows its type.
        self.conditions = ["$1::timestamptz <= $2::timestamptz", "$3::uuid is not null"]
        self.conditions.append(scope.within(self.take))

    def take(self, value: object) -> str:
        self.values.append(value)
        return f"${len(self.values)}"

    def narrow(self, filter_: Filter) -> None:
        self.conditions.append(SHOWN[filter_.show])
        if filter_.pile:
            self.conditions.append(PILES[filter_.pile][1])
        for words, value in filter_.shape:
            self.conditions.append(words.format(self.take(value)))
        if filter_.q:
            self.conditions.append(found_by(filter_.q, self.take))

    @property
    def where(self) -> str:
        return " and ".join(self.conditions)


async def listed(
    scope: Scope,
    filter_: Filter,
    asker: UUID,
    at: datetime,
    after: Cursor | None,
    limit: int,
    *,
    longest: int = 60,
) -> list[Line]:
    """A page of tickets, at most `limit` of them, that follow the line `after`; their texts to
    `longest` characters."""
    asked = Asked(scope, asker, at)
    sql = statement(asked, filter_, after, limit, longest)
    return [_line(dict(each)) for each in await rows(sql, *asked.values)]


def statement(
    asked: Asked, filter_: Filter, after: Cursor | None, limit: int, longest: int = 60
) -> str:
    """The statement of a page; its values are `asked`'s."""
    asked.narrow(filter_)
    order = f"{DUE}, t.number" if filter_.is_by_due else "t.number desc"
    if after is not None and filter_.is_by_due:
        due, number = asked.take(after.due or NEVER), asked.take(after.number)
        asked.conditions.append(f"({DUE}, t.number) > ({due}::timestamptz, {number}::bigint)")
    elif after is not None:
        asked.conditions.append(f"t.number < {asked.take(after.number)}::bigint")
    # Told how few lines are wanted, the planner walks all tickets in order for a rare word.
    fence = "offset 0" if filter_.q else ""
    found = f"select t.* from ticket t where {asked.where} {fence}"
    found = f"select t.* from ({found}) t order by {order} limit {limit}"
    return LINE.format(found=found, longest=longest) + f" order by {order}"


def _line(facts: dict) -> Line:
    return Line(**{**facts, "state": State(facts["state"])})


async def piles(
    scope: Scope, filter_: Filter, names: Sequence[str], asker: UUID, at: datetime
) -> dict[str, int]:
    """How many open tickets lie on each of these piles, within the filter's other choices."""
    asked = Asked(scope, asker, at)
    asked.narrow(Filter(estate=filter_.estate, building=filter_.building))
    counts = [f"count(*) filter (where {PILES[name][1]}) as {name}" for name in names]
    found = await row(
        f"select count(*) as everything, {', '.join(counts)} from ticket t where {asked.where}",
        *asked.values,
    )
    return dict(found or {})


async def changed_since(
    scope: Scope, filter_: Filter, asker: UUID, at: datetime, since: datetime
) -> int:
    """How many tickets of the list something has happened to since then."""
    asked = Asked(scope, asker, at)
    asked.narrow(Filter(show="all", estate=filter_.estate, building=filter_.building))
    asked.conditions.append(f"t.changed_at > {asked.take(since)}::timestamptz")
    found = await row(f"select count(*) as n from ticket t where {asked.where}", *asked.values)
    return found["n"] if found else 0


@dataclass(frozen=True, slots=True)
class Part:
    """A sub-task 协办 that waits for a body of the asker."""

    id: UUID
    ticket: UUID
    number: int
    estate_name: str
    text: str
    mandatory: bool
    due_at: datetime

    def clock(self, at: datetime) -> str:
        return countdown(self.due_at, at)


async def open_parts(bodies: Sequence[UUID], limit: int = 100) -> list[Part]:
    """What co-handlers have still to do, what is due first in front."""
    found = await rows(
        """select s.id, s.ticket, t.number, e.name as estate_name, s.text, s.mandatory, s.due_at
             from sub_task s join ticket t on t.id = s.ticket join place e on e.id = t.estate
            where s.body = any($1::uuid[]) and s.finished_at is null
            order by s.due_at, s.id limit $2""",
        list(bodies), limit,
    )  # fmt: skip
    return [Part(**dict(each)) for each in found]


def end_of_day(at: datetime) -> datetime:
    """Midnight in the community's time."""
    tomorrow = at.astimezone(SHANGHAI).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), SHANGHAI)


async def estates_named(estates: Sequence[UUID]) -> list[tuple[UUID, str]]:
    """These estates, in natural order."""
    return _pairs(
        await rows("select id, name from place where id = any($1::uuid[]) order by sort", estates)
    )


async def categories_offered() -> list[tuple[UUID, str]]:
    """Main categories, each before those below it: 电梯, 电梯 · 困人 …"""
    return _pairs(
        await rows(
            """select c.id, coalesce(m.name || ' · ', '') || c.name as name
                 from category c left join category m on m.id = c.parent
                where c.retired_at is null
                order by coalesce(m.sort, c.sort), coalesce(m.name, c.name),
                         m.id is not null, c.sort, c.name"""
        )
    )


async def buildings_of(estate: UUID) -> list[tuple[UUID, str]]:
    found = await rows(
        "select id, name from place where parent = $1 and kind = 'building' order by sort", estate
    )
    return [(each["id"], building_name(each["name"])) for each in found]


def _pairs(found: Sequence) -> list[tuple[UUID, str]]:
    return [(each["id"], each["name"]) for each in found]
