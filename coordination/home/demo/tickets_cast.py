"""Who plays in the tickets of a made estate, and what a ticket's life is made of."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from coordination.home.demo.tickets_words import Subject
from coordination.people.tables import RoleKind
from coordination.tickets.kinds import Door, EventKind


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who acts for a body."""

    person: UUID
    role: RoleKind
    body: UUID


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays in an estate. `departments` by name."""

    estate: UUID
    buildings: tuple[UUID, ...]
    residents: tuple[UUID, ...]
    staff: tuple[Hand, ...]
    community: tuple[Hand, ...]  # at least two: who handles does not visit
    departments: dict[str, Hand]
    led_by_community: frozenset[str]  # categories
    evidence: str  # SHA-256 of the photo that goes with a reply


@dataclass(frozen=True, slots=True)
class Deed:
    """One event before it has its place among the others."""

    at: datetime
    kind: EventKind
    by: Hand | UUID | None
    words: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    public: bool = True


@dataclass(slots=True)
class Life:
    """A ticket's words and deeds."""

    id: UUID
    subject: Subject
    building: UUID | None
    spot: str
    text: str
    door: Door
    whistled_by: UUID | None
    filed_by: UUID | None
    external: str | None
    is_public: bool
    deeds: list[Deed]
    cosigners: list[UUID] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        return self.deeds[0].at
