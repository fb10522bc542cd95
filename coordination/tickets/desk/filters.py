"""Which tickets a list shows, and where a page of it begins. Pure.

Open tickets stand in the order in which something is due; what is done, the newest first. A page
begins after the last line of the page before, whatever was added meanwhile.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from coordination.tickets.grams import MOST_WORDS, words_in
from coordination.tickets.kinds import DONE, State
from coordination.tickets.words import PRIORITY_WORDS, STATE_WORDS

# When something is next due on ticket t, or it comes back from a hold; the year 9999: nothing is.
# The indexes of the lists stand on these very words (migrations/coordination_ticket_desk.py).
DUE = "coalesce(t.due_at, t.hold_until, '9999-01-01 00:00:00+00'::timestamptz)"
# name → (words, condition on ticket t); $1 is now, $2 the end of today, $3 who asks
PILES: dict[str, tuple[str, str]] = {
    "overdue": ("已超期", f"{DUE} <= $1"),
    "today": ("今天到期", f"{DUE} > $1 and {DUE} <= $2"),
    "report": ("待报到", "t.state = 'whistled'"),
    "redo": ("重办", "t.state = 'reopened'"),
    "dispatch": ("待分派", "t.state = 'reported'"),
    "accept": ("待签收", "t.state = 'transferring'"),
    "adjudicate": ("待裁定", "t.state = 'adjudicating'"),
    "hold": ("申请挂起待批", "t.hold_asked"),
    "refusal": ("不予受理待复核", "t.state = 'refused_review'"),
    "paused": ("暂缓中", "t.state in ('on_hold', 'need_info')"),
    "visit": ("待回访", "t.state in ('replied', 'visiting')"),
    "danger": ("P0、P1", "t.priority in ('p0', 'p1')"),
    "mine": ("我报到的", "t.handler = $3"),
    "supervised": (
        "督办中",
        "t.state not in ('replied', 'visiting')"
        " and t.id in (select ticket from ticket_event where kind = 'supervise')",
    ),
    "level2": ("升级到社区", "t.level >= 2"),
    "level3": ("升级到街道", "t.level >= 3"),
    "level4": ("升级到区", "t.level >= 4"),
}
LONGEST_TYPED = 100
SHOWS = {"open": "未办结", "done": "已办结", "all": "全部"}


@dataclass(frozen=True, slots=True)
class Filter:
    """What the asker wants to see; "" and None: all."""

    show: str = "open"
    pile: str = ""
    estate: UUID | None = None
    building: UUID | None = None
    category: UUID | None = None
    state: str = ""
    priority: str = ""
    number: int | None = None
    q: str = ""
    among: tuple[UUID, ...] = ()  # of these alone; no address says it

    @property
    def is_by_due(self) -> bool:
        """Whether what is due first stands first; else the newest does."""
        return self.show == "open"

    @property
    def is_narrow(self) -> bool:
        """Whether anything beside open and done is chosen."""
        return replace(self, show="open") != Filter()

    @property
    def is_filled_in(self) -> bool:
        """Whether the form of the filter says anything: a pile and words have their own places."""
        return replace(self, pile="", q="", show=self.show if not self.q else "open") != Filter()

    def query(self, **other: object) -> str:
        """The address of this list, with these parts changed: "?show=done&…", or ""."""
        parts = {name: getattr(self, name) for name in NAMES} | other
        said = {k: str(v) for k, v in parts.items() if v not in (None, "")}
        if said.get("show") == shown_by_default(said.get("q", "")):
            del said["show"]
        return f"?{urlencode(said)}" if said else ""

    @property
    def shape(self) -> list[tuple[str, object]]:
        """The conditions on ticket t, each with its value; `{}` is its place."""
        given = [
            ("t.estate = {}", self.estate),
            ("t.building = {}", self.building),
            ("t.state = {}", self.state or None),
            ("t.priority = {}", self.priority or None),
            ("t.number = {}", self.number),
            (
                "t.category in (select id from category where {0} in (id, parent))",
                self.category,
            ),
        ]
        found = [(words, value) for words, value in given if value is not None]
        if self.among:
            found.append(("t.id = any({}::uuid[])", list(self.among)))
        return found


NAMES = tuple(name for name in Filter.__slots__ if name != "among")  # what an address says


def read_filter(asked: dict[str, str]) -> Filter:
    """What an address says; what it says wrong is left out."""
    q = " ".join(words_in(asked.get("q", "")[:LONGEST_TYPED])[:MOST_WORDS])
    return Filter(
        show=asked.get("show", "") if asked.get("show") in SHOWS else shown_by_default(q),
        pile=asked.get("pile", "") if asked.get("pile") in PILES else "",
        estate=read_id(asked.get("estate")),
        building=read_id(asked.get("building")),
        category=read_id(asked.get("category")),
        state=asked.get("state", "") if asked.get("state") in set(State) else "",
        priority=asked.get("priority", "") if asked.get("priority") in PRIORITY_WORDS else "",
        number=_number(asked.get("number")),
        q=q,
    )


def filter_of(query: str) -> Filter:
    """The filter that `Filter.query` wrote into an address."""
    return read_filter(dict(parse_qsl(query.removeprefix("?"))))


def shown_by_default(q: str) -> str:
    """Who looks for words looks through all tickets, also those that are done."""
    return "all" if q else "open"


def words_of(filter_: Filter, names: dict[UUID, str]) -> str:
    """The filter as an export says it."""
    said = [SHOWS[filter_.show]]
    said += [PILES[filter_.pile][0]] if filter_.pile else []
    chosen = (filter_.estate, filter_.building, filter_.category)
    said += [names.get(one, "") for one in chosen if one]
    said += [STATE_WORDS[State(filter_.state)]] if filter_.state else []
    said += [PRIORITY_WORDS[filter_.priority]] if filter_.priority else []
    said += [f"#{filter_.number}"] if filter_.number else []
    said += [f"“{filter_.q}”"] if filter_.q else []
    return " · ".join(filter(None, said))


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last line of a page: of a list by due, its moment; of the other, its number."""

    number: int
    due: datetime | None = None

    def __str__(self) -> str:
        return f"{self.due.isoformat() if self.due else ''}_{self.number}"


def read_cursor(text: str) -> Cursor | None:
    """What was typed by hand and says nothing starts at the beginning."""
    at, _, number = text.rpartition("_")
    try:
        due = datetime.fromisoformat(at).astimezone(UTC) if at else None
        return Cursor(int(number), due)
    except (ValueError, OverflowError):
        return None


OPEN_STATES = [(state.value, STATE_WORDS[state]) for state in State if state not in DONE]


def read_id(text: str | None) -> UUID | None:
    """None: it is none."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _number(text: str | None) -> int | None:
    plain = (text or "").strip().lstrip("#＃")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 16 else None
