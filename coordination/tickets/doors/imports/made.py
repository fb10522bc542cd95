"""A ticket made of a sheet's row, with everything that its events come to. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from coordination.law.policies import Policy, Priority
from coordination.law.workdays import WorkingCalendar
from coordination.people.phones import read_phone
from coordination.people.secrecy import seal
from coordination.tickets.doors.imports import columns as of
from coordination.tickets.doors.imports.choices import Choices
from coordination.tickets.doors.imports.course import events_after, whistle_of
from coordination.tickets.doors.imports.reading import ReadRow
from coordination.tickets.dues import dues_of
from coordination.tickets.folding import standing
from coordination.tickets.grams import grams_of
from coordination.tickets.standings import Happened
from coordination.tickets.storing import columns_of
from coordination.web.sheets import building_key

LONGEST_SPOT = 100


@dataclass(frozen=True, slots=True)
class Ground:
    """What rows are read against: categories by code, bodies, buildings, policies, the calendar."""

    categories: Mapping[str, tuple[UUID, Priority]]
    holders: Mapping[tuple[UUID, str], UUID]  # responsible, by estate and category's code
    bodies: Mapping[str, UUID]  # by name
    buildings: Mapping[tuple[UUID, str], UUID]  # by estate and key
    policies: Mapping[UUID, Policy]  # by estate
    calendar: WorkingCalendar


@dataclass(frozen=True, slots=True)
class Made:
    """A ticket to be written: its id, its row of the sheet, its events, its columns' values."""

    ticket: UUID
    row: ReadRow
    events: tuple[Happened, ...]
    columns: tuple[Any, ...]


def make(pairs: Sequence[tuple[ReadRow, UUID]], choices: Choices, ground: Ground) -> list[Made]:
    """A ticket for each row and the estate it belongs to."""
    return [_made(row, estate, choices, ground) for row, estate in pairs]


def _made(row: ReadRow, estate: UUID, choices: Choices, ground: Ground) -> Made:
    code = choices.category_of(row[of.CATEGORY])
    category, priority = ground.categories[code]
    holder = ground.bodies.get(row[of.BODY]) or ground.holders[estate, code]
    policy = ground.policies[estate]
    first = whistle_of(row, priority, policy.version, holder)
    events = (first, *events_after(row, choices, 2, holder))
    now = standing(events)
    dues = dues_of(now, events, {policy.version: policy}, ground.calendar)
    building = ground.buildings.get((estate, building_key(row[of.BUILDING])))
    ticket, spot = uuid4(), spot_of(row, building)
    words = (
        ticket, estate, building, spot, category, row.text, grams_of(row.text, spot),
        choices.door, row.whistled_at, row.caller, *_phone(row.phone), False, row.external,
    )  # fmt: skip
    return Made(ticket, row, events, (*words, *columns_of(now, dues)))


def spot_of(row: ReadRow, building: UUID | None) -> str:
    """Where, in words; the building too where we do not know it."""
    named = "" if building else row[of.BUILDING]
    return f"{named} {row[of.SPOT]}".strip()[:LONGEST_SPOT]


def _phone(said: str) -> tuple[bytes | None, str]:
    """Sealed, and its last four digits."""
    if not said:
        return None, ""
    phone = read_phone(said) or said
    return seal(phone, "phone"), "".join(filter(str.isdigit, phone))[-4:]
