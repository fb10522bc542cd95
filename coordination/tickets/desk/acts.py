"""What staff can do with a ticket, as data: who may, what its form asks, which action it calls.

The page draws a form for each act whose permit and whose state say yes; one route takes them all.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from uuid import UUID

from coordination.clock import SHANGHAI
from coordination.law.policies import Policy
from coordination.people.askers import Asker
from coordination.tickets.kinds import EventKind
from coordination.tickets.permits import Reach
from coordination.tickets.standings import Standing
from coordination.tickets.state import may_follow
from coordination.tickets.storing import Photos
from coordination.tickets.tables import Ticket
from coordination.web.forms import LONG_AGO, Reader


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket before somebody who might do something with it."""

    asker: Asker
    ticket: Ticket
    reach: Reach
    now: Standing
    policy: Policy
    at: datetime
    own_parts: tuple[tuple[UUID, str], ...] = ()  # open ones of the asker's bodies: id, text
    categories: tuple[tuple[UUID, str], ...] = ()

    def follows(self, kind: EventKind) -> bool:
        return may_follow(self.now.state, kind)


@dataclass(frozen=True, slots=True)
class Doing:
    """A form that was sent: by whom, about which ticket, with what."""

    asker: Asker
    ticket: UUID
    read: Reader
    photos: Photos
    case: Case
    at: datetime


@dataclass(frozen=True, slots=True)
class Field:
    """One control of a form. `kind`: text, number, area, day, moment, select, radios, check, file;
    `options`: whose choices, where they are not its own."""

    name: str
    label: str
    kind: str = "area"
    hint: str = ""
    optional: bool = False
    longest: int | None = 2_000
    options: str = ""
    accept: str = "image/*"
    is_tucked: bool = False  # behind "more", as few need it


def nothing(_: Case) -> dict[str, Any]:
    """No field is filled in beforehand."""
    return {}


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done: its address, its words, its form."""

    name: str
    label: str
    submit: str
    may: Callable[[Case], bool]
    do: Callable[[Doing], Awaitable[object]]
    done: str
    fields: tuple[Field, ...] = ()
    hint: str = ""
    more: str = ""  # what the tucked fields are for
    tone: str = ""  # primary: what is waited for; danger: what cannot be taken back
    preset: Callable[[Case], dict[str, Any]] = field(default=nothing)

    @property
    def has_files(self) -> bool:
        return any(one.kind == "file" for one in self.fields)

    @property
    def tucked(self) -> list[Field]:
        return [one for one in self.fields if one.is_tucked]

    @property
    def names(self) -> list[str]:
        """Of the fields that are words."""
        return [one.name for one in self.fields if one.kind != "file"]


WORDS = Field("words", "说明")
BEFORE = Field("before", "处理前照片", "file", optional=True)
AFTER = Field("after", "处理后照片", "file", optional=True)
DOCUMENT = Field(
    "document", "凭证", "file", "PDF 或照片，例如维修单、检测报告", optional=True,
    accept="image/*,application/pdf",
)  # fmt: skip


def end_of_day_typed(read: Reader, name: str, label: str) -> datetime | None:
    """The end of work on the day that was typed, if one was."""
    if not read.values.get(name):
        return None
    day = read.day(name, label)
    return datetime.combine(day, time(18), SHANGHAI) if day.year > 1 else LONG_AGO


def read_id(read: Reader, name: str, label: str) -> UUID:
    """What was chosen. A word that is no id is noted as not chosen."""
    try:
        return UUID(str(read.values.get(name) or ""))
    except ValueError:
        read.wrong(name, f"请选择{label}。")
        return UUID(int=0)
