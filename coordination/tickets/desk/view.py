"""One ticket as staff see it: its words, what happened to it, its photos, its parts."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from coordination.db import row, rows
from coordination.errors import NotFound
from coordination.people.tables import RoleKind
from coordination.people.words import ROLE_WORDS
from coordination.places.naming import building_name
from coordination.registry.rules import masked_name
from coordination.tickets.desk.saying import said
from coordination.tickets.kinds import Door, EventKind, Outcome, PhotoKind, Rating, State
from coordination.tickets.tables import Ticket
from coordination.tickets.words import (
    DOOR_WORDS,
    EVENT_WORDS,
    OUTCOME_WORDS,
    PHOTO_WORDS,
    PRIORITY_WORDS,
    RATING_WORDS,
    STATE_WORDS,
)


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of the timeline, as staff read it."""

    ordinal: int
    kind: EventKind
    at: datetime
    person_name: str | None  # of those who act in an office
    by_resident: bool
    role: RoleKind | None
    body_name: str | None
    words: str
    facts: dict[str, Any]
    is_public: bool
    details: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return EVENT_WORDS[self.kind]

    @property
    def who(self) -> str:
        """The person, as what, of which body. A resident is not named: that takes a press, which
        is written down; nor is the clock."""
        if self.role is None:
            return "居民" if self.by_resident else "系统"
        return " · ".join(filter(None, (self.person_name, ROLE_WORDS[self.role], self.body_name)))


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo or document of the ticket."""

    sha256: str
    small: str | None
    kind: PhotoKind
    event: int

    @property
    def label(self) -> str:
        return PHOTO_WORDS[self.kind]


@dataclass(frozen=True, slots=True)
class Part:
    """A co-handler's part 协办."""

    id: UUID
    body: UUID
    body_name: str
    text: str
    mandatory: bool
    due_at: datetime
    finished_at: datetime | None
    result: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """The ticket with the names of what it refers to."""

    ticket: Ticket
    estate_name: str
    estate_path: str
    building_name: str | None
    category_name: str
    holder_name: str
    holder_phone: str
    handler_name: str | None
    filed_by_name: str | None
    caller: str
    caller_tail: str
    has_phone: bool
    merged_into: int | None
    matter_title: str | None

    @property
    def number(self) -> int:
        return self.ticket.number  # pyright: ignore[reportReturnType]

    @property
    def path(self) -> str:
        return f"/desk/tickets/{self.ticket.id}"

    @property
    def where(self) -> str:
        building = building_name(self.building_name) if self.building_name else "公共部位"
        return " ".join(filter(None, (self.estate_name, building, self.ticket.spot)))

    @property
    def state_words(self) -> str:
        outcome = self.ticket.outcome
        words = STATE_WORDS[State(self.ticket.state)]
        return f"{words}：{OUTCOME_WORDS[Outcome(outcome)]}" if outcome else words

    @property
    def priority_words(self) -> str:
        return PRIORITY_WORDS[self.ticket.priority]

    @property
    def door_words(self) -> str:
        return DOOR_WORDS[Door(self.ticket.door)]

    @property
    def rating_words(self) -> str:
        return RATING_WORDS[Rating(self.ticket.rating)] if self.ticket.rating else ""


NAMES = """
select e.name as estate_name, e.path as estate_path, b.name as building_name,
       coalesce(m.name || ' · ', '') || c.name as category_name, h.name as holder_name,
       h.phone as holder_phone, p.name as handler_name, f.name as filed_by_name,
       w.name as whistler, w.phone_tail, w.phone_sealed is not null as has_account_phone,
       o.number as merged_into, ma.title as matter_title
  from ticket t join place e on e.id = t.estate left join place b on b.id = t.building
  join category c on c.id = t.category left join category m on m.id = c.parent
  join body h on h.id = t.holder left join person p on p.id = t.handler
  left join person f on f.id = t.filed_by left join person w on w.id = t.whistled_by
  left join ticket o on o.id = t.merged_into left join matter ma on ma.id = t.matter
 where t.id = $1
"""


async def shown(ticket_id: UUID) -> Shown:
    """The ticket, whoever asks: its reader was checked before. NotFound."""
    ticket = await Ticket.objects().get(Ticket.id == ticket_id)
    found = await row(NAMES, ticket_id)
    if ticket is None or found is None:
        raise NotFound("没有找到这张工单。")
    facts = dict(found)
    whistler, tail = facts.pop("whistler"), facts.pop("phone_tail")
    has_account_phone = facts.pop("has_account_phone")
    return Shown(
        ticket=ticket,
        caller=masked_name(ticket.caller or whistler or "") if ticket.caller or whistler else "",
        caller_tail=ticket.caller_phone_tail or tail or "",
        has_phone=ticket.caller_phone_sealed is not None or bool(has_account_phone),
        **facts,
    )


async def happenings(ticket_id: UUID, after: int = 0) -> list[Happening]:
    """What happened, in order; `after`: since that ordinal."""
    found = await rows(
        """select e.ordinal, e.kind, e.at,
                  case when e.role is not null then p.name end as person_name,
                  e.role is null and p.id is not null as by_resident, e.role,
                  b.name as body_name, e.words, e.facts, e.is_public
             from ticket_event e left join person p on p.id = e.person
             left join body b on b.id = e.body
            where e.ticket = $1 and e.ordinal > $2 order by e.ordinal""",
        ticket_id, after,
    )  # fmt: skip
    lines = [{**dict(each), "facts": json.loads(each["facts"])} for each in found]
    names = await _named([line["facts"] for line in lines])
    return [
        Happening(**{
            **line, "kind": EventKind(line["kind"]),
            "role": RoleKind(line["role"]) if line["role"] else None,
            "details": tuple(said(line["facts"], names)),
        })
        for line in lines
    ]  # fmt: skip


async def _named(facts: list[dict[str, Any]]) -> dict[str, str]:
    """The names of the bodies that events speak of, by their ids."""
    ids = {one[key] for one in facts for key in ("holder", "body", "proposed") if one.get(key)}
    found = await rows("select id::text, name from body where id::text = any($1)", list(ids))
    return {each["id"]: each["name"] for each in found}


async def pictures(ticket_id: UUID) -> list[Picture]:
    """Its photos and documents, as they came."""
    found = await rows(
        """select sha256, small, kind, event from ticket_photo
            where ticket = $1 order by event, sort""",
        ticket_id,
    )
    return [Picture(**{**dict(each), "kind": PhotoKind(each["kind"])}) for each in found]


async def parts_of(ticket_id: UUID) -> list[Part]:
    found = await rows(
        """select s.id, s.body, b.name as body_name, s.text, s.mandatory, s.due_at, s.finished_at,
                  s.result from sub_task s join body b on b.id = s.body
            where s.ticket = $1 order by s.opened_at, s.id""",
        ticket_id,
    )
    return [Part(**dict(each)) for each in found]


async def kind_of(ticket_id: UUID, sha256: str) -> str:
    """What kind of file this one of the ticket's is. NotFound: it is none of them."""
    found = await row(
        """select f.kind from ticket_photo p join stored_file f on f.sha256 = $2
            where p.ticket = $1 and $2 in (p.sha256, p.small) limit 1""",
        ticket_id, sha256,
    )  # fmt: skip
    if found is None:
        raise NotFound("没有这张照片或文件。")
    return found["kind"]
