"""The public list of an estate's tickets: filters, search by words, pages that follow each other.

Each statement is put together from fixed parts, so that the planner sees the conditions that were
asked for and no others; every value is an argument. Words of a ticket that is not public are
neither shown nor found.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from coordination.db import rows
from coordination.tickets.grams import MOST_WORDS, grams_of, looked_for, words_in
from coordination.tickets.kinds import Outcome, State
from coordination.tickets.whistling.wording import place_words, state_words, tone_of

PAGE = 20
# What stands in the filter, its words, and its condition on ticket t.
SHOWS = {
    "all": ("全部", "t.state not in ('merged', 'withdrawn')"),
    "open": ("正在办", "t.state not in ('closed', 'merged', 'withdrawn')"),
    "waiting": ("等待报到", "t.state in ('whistled', 'need_info')"),
    "on_hold": ("暂缓", "t.state = 'on_hold'"),
    "replied": ("已答复，待确认", "t.state in ('replied', 'visiting')"),
    "reopened": ("重办", "t.state = 'reopened'"),
    "closed": ("已办结", "t.state = 'closed'"),
}
LINE = """
select t.id, t.number, t.whistled_at, t.state, t.priority, t.spot, t.cosigners, t.reopened,
       t.overdue_since, t.outcome, t.hold_until, t.is_public, t.level, c.name as category,
       b.name as building, h.name as holder, e.name as estate_name,
       case when {sight} then left(t.text, 60) end as text,
       case when {sight} then (select p.small from ticket_photo p
         where p.ticket = t.id and p.kind = 'whistle' and p.small is not null
         order by p.event, p.sort limit 1) end as photo
  from ({found}) t
  join category c on c.id = t.category join body h on h.id = t.holder
  join place e on e.id = t.estate left join place b on b.id = t.building
 order by t.number desc
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is asked for. `after`: the cursor of the last line of the page before."""

    estate: UUID | None = None
    building: UUID | None = None
    category: UUID | None = None
    show: str = "all"
    overdue: bool = False
    q: str = ""
    after: str = ""

    def address(self, path: str = "/tickets", **changed: object) -> str:
        """The list's address, with some of it changed."""
        wanted = replace(self, **changed)  # pyright: ignore[reportArgumentType]
        said = {
            "estate": wanted.estate, "building": wanted.building, "category": wanted.category,
            "show": wanted.show if wanted.show != "all" else "",
            "overdue": "yes" if wanted.overdue else "", "q": wanted.q, "after": wanted.after,
        }  # fmt: skip
        query = urlencode({name: str(value) for name, value in said.items() if value})
        return f"{path}?{query}" if query else path


@dataclass(frozen=True, slots=True)
class Line:
    """A ticket in a public list; `text` None: its words are not public."""

    id: UUID
    number: int
    whistled_at: datetime
    state: State
    priority: str
    spot: str
    cosigners: int
    reopened: int
    overdue_since: datetime | None
    outcome: Outcome | None
    hold_until: datetime | None
    is_public: bool
    level: int
    category: str
    building: str | None
    holder: str
    estate_name: str
    text: str | None
    photo: str | None
    own: bool = False  # it is read by who whistled

    @property
    def where(self) -> str:
        return place_words(self.building, self.spot)

    @property
    def label(self) -> str:
        return state_words(
            self.state, own=self.own, holder=self.holder, outcome=self.outcome,
            reopened=self.reopened,
        )  # fmt: skip

    @property
    def tone(self) -> str:
        asks = self.own and self.state in (State.REPLIED, State.NEED_INFO)
        return "wait" if asks else tone_of(self.state, overdue=self.overdue_since is not None)

    @property
    def cursor(self) -> str:
        return str(self.number)


class Conditions:
    """The conditions of one statement and the values they speak of."""

    def __init__(self) -> None:
        self.values: list[object] = []
        self.parts: list[str] = []
        self.fence = ""  # keeps the order and the number of lines wanted from what is looked for

    def add(self, words: str, *values: object) -> None:
        """`{0}` stands for the first value, and so on."""
        before = len(self.values)
        self.values += values
        self.parts.append(words.format(*(f"${before + n}" for n in range(1, len(values) + 1))))


async def tickets(asked: Asked, limit: int = PAGE + 1) -> list[Line]:
    """Tickets as everybody may see them, the newest first."""
    sql, values = statement(asked, limit)
    return [_line(dict(each)) for each in await rows(sql, *values)]


def statement(asked: Asked, limit: int = PAGE + 1) -> tuple[str, list[object]]:
    """What a page of the public list asks the database, and its values."""
    where = Conditions()
    where.add(SHOWS[asked.show][1])
    if asked.estate:
        where.add("t.estate = {0}::uuid", asked.estate)
    if asked.building:
        where.add("t.building = {0}::uuid", asked.building)
    if asked.category:
        where.add(
            "t.category in (select id from category where {0}::uuid in (id, parent))",
            asked.category,
        )
    if asked.overdue:
        where.add("t.overdue_since is not null")
    _look_for(where, asked.q)
    return _page(where, asked.after, limit)


async def tickets_of(person: UUID, after: str = "", limit: int = PAGE + 1) -> list[Line]:
    """What a person whistled, the newest first, in the words for whom it waits."""
    where = Conditions()
    where.add("t.whistled_by = {0}::uuid", person)
    sql, values = _page(where, after, limit, sight="true")
    return [_line({**each, "own": True}) for each in await rows(sql, *values)]


async def joined_by(person: UUID, limit: int = PAGE) -> list[Line]:
    """What a person said 我也遇到 to."""
    where = Conditions()
    where.add("t.id in (select ticket from co_signer where person = {0}::uuid)", person)
    sql, values = _page(where, "", limit)
    return [_line(dict(each)) for each in await rows(sql, *values)]


def _page(
    where: Conditions, after: str, limit: int, *, sight: str = "t.is_public"
) -> tuple[str, list[object]]:
    """`sight`: the condition under which words and photos come along."""
    if cursor := read_cursor(after):
        where.add("t.number < {0}::bigint", cursor)
    asked = f"select t.* from ticket t where {' and '.join(where.parts)} {where.fence}"
    found = f"select t.* from ({asked}) t order by t.number desc limit {limit}"
    return LINE.format(found=found, sight=sight), where.values


def _look_for(where: Conditions, typed: str) -> None:
    """Every word must stand there: the index finds its bigrams, the text settles longer ones."""
    if number := read_cursor(typed.strip().lstrip("#＃")):
        where.add("t.number = {0}::bigint", number)
        return
    words = words_in(typed)[:MOST_WORDS]
    if not words:
        return
    where.add("t.is_public")
    for condition, value in looked_for(words):
        where.add(condition, value)
    if grams_of(*words):
        # Told how few lines are wanted, the planner walks all tickets by number for a rare word.
        where.fence = "offset 0"


def read_cursor(text: str) -> int | None:
    """A cursor that was typed by hand and says nothing starts at the beginning."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _line(facts: dict) -> Line:
    facts["state"] = State(facts["state"])
    facts["outcome"] = Outcome(facts["outcome"]) if facts["outcome"] else None
    return Line(**facts)
