"""How a ticket stands, and an event as the fold of `state.py` reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from coordination.law.policies import Priority
from coordination.people.tables import RoleKind
from coordination.tickets.kinds import DONE, DispatchKind, EventKind, Outcome, Rating, State


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as the fold reads it."""

    kind: EventKind
    at: datetime
    ordinal: int
    person: UUID | None = None
    role: RoleKind | None = None
    body: UUID | None = None
    words: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a ticket stands. The first part is cached beside its words, by the same names."""

    state: State
    priority: Priority
    policy: int
    events: int
    changed_at: datetime
    holder: UUID
    handler: UUID | None = None
    level: int = 1
    hops: int = 0
    returns: int = 0
    reopened: int = 0
    cosigners: int = 0
    reported_at: datetime | None = None
    replied_at: datetime | None = None
    visited_at: datetime | None = None
    reached: bool | None = None
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    rating: Rating | None = None
    paused_since: datetime | None = None
    hold_until: datetime | None = None
    blocker: str | None = None
    hold_asked: bool = False
    merged_into: UUID | None = None
    matter: UUID | None = None
    # What the guards ask and no list shows.
    before: State = State.WHISTLED  # where a ticket that lacks information goes back to
    info_asked: bool = False
    info_until: datetime | None = None
    is_short_of_info: bool = False  # 信息不足
    dispatch: DispatchKind | None = None
    from_body: UUID | None = None  # whom it was last transferred to: who returned it
    is_adjudicated: bool = False
    sub_tasks: frozenset[str] = frozenset()  # open ones
    mandatory: frozenset[str] = frozenset()  # of them, those a reply waits for
    hold_wish: Happened | None = None  # the 申请 that waits
    held_by: RoleKind | None = None  # who agreed to the hold
    extensions: int = 0
    refusal_by: UUID | None = None
    refusal_reason: str = ""
    hands: frozenset[UUID] = frozenset()  # whoever reported in, took it up, replied, did a part
    visitors: frozenset[UUID] = frozenset()
    reply: int = 0  # the ordinal of the last one; what follows is of the round it began
    reply_outcome: Outcome | None = None
    attempts: tuple[date, ...] = ()  # the days of this round's return visits
    is_reached: bool = False  # one of them reached somebody
    found_solved: bool | None = None  # and what they said
    is_confirmed: bool = False
    is_rejected: bool = False
    milestones: frozenset[str] = frozenset()  # promised and not there yet

    @property
    def is_done(self) -> bool:
        return self.state in DONE

    @property
    def is_visited(self) -> bool:
        """Whether this round's return visit is done: someone was reached, or two days tried."""
        return self.is_reached or len(set(self.attempts)) > 1


NAMES = tuple(one.name for one in fields(Standing))
CACHED = NAMES[: NAMES.index("before")]  # the columns of Ticket that hold the first part
