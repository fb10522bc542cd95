"""What the desk shows on its list: which piles whom concern, what is on a page of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from coordination.matters.permits import RAISING
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.tickets.desk.filters import (
    NAMES,
    OPEN_STATES,
    PILES,
    SHOWS,
    Cursor,
    Filter,
    read_cursor,
    read_filter,
    read_id,
)
from coordination.tickets.desk.queries import (
    PAGE,
    Line,
    buildings_of,
    categories_offered,
    changed_since,
    estates_named,
    listed,
    open_parts,
    piles,
)
from coordination.tickets.desk.scope import PROPERTY, Scope, scope_of
from coordination.tickets.kinds import State
from coordination.tickets.words import PRIORITY_WORDS

OF_PROPERTY = (
    "overdue", "today", "report", "dispatch", "redo", "danger", "supervised", "paused", "visit",
    "mine",
)  # fmt: skip
OF_COMMUNITY = (
    "overdue", "today", "danger", "report", "dispatch", "adjudicate", "hold", "refusal", "visit",
    "redo", "supervised", "level2",
)  # fmt: skip
OF_STREET = (
    "overdue", "today", "danger", "accept", "adjudicate", "hold", "refusal", "redo", "supervised",
    "level3",
)  # fmt: skip
OF_DEPARTMENT = ("overdue", "today", "accept", "redo", "supervised", "level4", "paused", "mine")


@dataclass(frozen=True, slots=True)
class Pile:
    """So many open tickets of a kind; where they are listed."""

    name: str
    label: str
    count: int
    href: str
    is_chosen: bool

    @property
    def tone(self) -> str:
        return "bad" if self.name == "overdue" and self.count else ""


def piles_for(asker: Asker) -> tuple[str, ...]:
    """The piles of the asker's work."""
    names: list[str] = []
    if asker.is_any(*PROPERTY):
        names += OF_PROPERTY
    if asker.is_any(RoleKind.COMMUNITY_WORKER, RoleKind.SUPERVISOR):
        names += OF_COMMUNITY
    if asker.is_any(RoleKind.SUBDISTRICT_OFFICER):
        names += OF_STREET
    if asker.is_any(RoleKind.DEPARTMENT_OFFICER) or not names:
        names += OF_DEPARTMENT
    return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class Looked:
    """A list as it was asked for, by whom and when."""

    asker: Asker
    scope: Scope
    filter: Filter
    at: datetime
    after: Cursor | None
    is_picking: bool = False  # some of them, to raise as a matter
    reported: UUID | None = None  # the ticket that was just reported in here

    @property
    def here(self) -> str:
        return "/desk/tickets" + self.filter.query()


async def looked(asker: Asker, asked: dict[str, str], at: datetime) -> Looked:
    """What an address of the list asks for."""
    scope = await scope_of(asker, at)
    may_pick = asker.is_any(*RAISING)
    return Looked(
        asker, scope, read_filter(asked), at, read_cursor(asked.get("after", "")),
        may_pick and bool(asked.get("pick")), read_id(asked.get("reported")),
    )  # fmt: skip


async def board_of(look: Looked) -> dict[str, Any]:
    """All that the list shows."""
    lines = await listed(look.scope, look.filter, look.asker.id, look.at, look.after, PAGE + 1)
    shown = lines[:PAGE]
    return {
        **await summary_of(look, look.at),
        "lines": shown,
        "reportable": {line.id for line in shown if _may_report_in(look.asker, line)},
        "next": look.filter.query(after=str(shown[-1].cursor)) if len(lines) > PAGE else "",
        "is_first": look.after is None,
        "picking": look.is_picking,
        "may_pick": look.asker.is_any(*RAISING),
        "reported": await _just_reported(look),
        "parts": await open_parts(look.scope.co_handlers),
        **await _offered(look),
    }


async def summary_of(look: Looked, since: datetime) -> dict[str, Any]:
    """The counts, and how many tickets have moved since the list was drawn."""
    names = piles_for(look.asker)
    counts = await piles(look.scope, look.filter, names, look.asker.id, look.at)
    moved = 0
    if since < look.at:
        moved = await changed_since(look.scope, look.filter, look.asker.id, look.at, since)
    base = replace(look.filter, show="open", state="", pile="", q="")
    return {
        "piles": [
            Pile(
                name, PILES[name][0], counts[name],
                "/desk/tickets" + base.query(pile="" if name == look.filter.pile else name),
                name == look.filter.pile,
            )
            for name in names
        ],
        "everything": counts["everything"],
        "moved": moved,
        "since": since,
        "at": look.at,
        "filter": look.filter,
        "here": look.here,
        "topic": look.filter.estate or look.scope.topic,
    }  # fmt: skip


def _may_report_in(asker: Asker, line: Line) -> bool:
    """Whether one tap on the list is enough: it waits for the asker's own body."""
    bodies = {role.body for role in asker.roles}
    return line.state is State.WHISTLED and line.holder in bodies


async def _just_reported(look: Looked) -> Line | None:
    """The ticket that the asker reported in on the list, to go on with it: it stands elsewhere."""
    if look.reported is None:
        return None
    wanted = Filter(show="all", among=(look.reported,))
    found = await listed(look.scope, wanted, look.asker.id, look.at, None, 1)
    return next((line for line in found if line.handler == look.asker.id), None)


async def _offered(look: Looked) -> dict[str, Any]:
    estates = await estates_named(look.scope.estates)
    one = look.filter.estate or (estates[0][0] if len(estates) == 1 else None)
    buildings = await buildings_of(one) if one and one in dict(estates) else []
    return {
        "estates": estates if len(estates) > 1 else [],
        "buildings": buildings,
        "categories": await categories_offered(),
        "states": OPEN_STATES,
        "priorities": list(PRIORITY_WORDS.items()),
        "shows": list(SHOWS.items()),
        "form_values": {name: str(getattr(look.filter, name) or "") for name in NAMES},
    }
