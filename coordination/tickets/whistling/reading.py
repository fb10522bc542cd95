"""One ticket as its page shows it to whoever looks: for everybody, and what is one's own."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from coordination.db import row, rows, value
from coordination.errors import NotFound
from coordination.people.askers import Asker
from coordination.tickets.kinds import DONE, Door, EventKind, Outcome, PhotoKind, Rating, State
from coordination.tickets.whistling.sight import Seen, is_own, may_read_all, may_read_words
from coordination.tickets.whistling.wording import (
    LEVELS,
    Happening,
    label_of,
    note,
    place_words,
    told,
    tone_of,
)

TICKET = """
select t.*, e.name as estate_name, e.path as estate_path, b.name as building_name,
       c.name as category_name, h.name as holder_name, h.phone as holder_phone,
       p.name as handler_name, into_.number as merged_number, into_.id as merged_id,
       array(select person from co_signer where ticket = t.id) as signers,
       array(select body from sub_task where ticket = t.id) as helpers
  from ticket t join place e on e.id = t.estate left join place b on b.id = t.building
  join category c on c.id = t.category join body h on h.id = t.holder
  left join person p on p.id = t.handler left join ticket into_ on into_.id = t.merged_into
 where t.id = $1
"""
EVENTS = """
select v.kind, v.at, v.ordinal, v.person, v.words, v.facts::text as facts, v.is_public,
       coalesce(b.name, '') as body
  from ticket_event v left join body b on b.id = v.body where v.ticket = $1 order by v.ordinal
"""
# From when the body that holds it now has held it.
PASSED_ON = frozenset({"whistle", "transfer", "return", "adjudicate", "hand_over"})
QUIET = frozenset({EventKind.CO_SIGN, EventKind.REMIND})  # counted, or said by what follows
SILENT = frozenset({EventKind.ASK_HOLD, EventKind.REFUSE_HOLD, EventKind.REPIN_POLICY})


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the timeline; `photos` are (name of the photo, of its small copy, its kind)."""

    at: datetime
    title: str
    note: str
    tone: str
    photos: list[tuple[str, str | None, PhotoKind]]


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket for one reader. `text` None: not for them. `is_own`: whistled or joined it."""

    id: UUID
    number: int
    estate: UUID
    estate_name: str
    where: str
    category: str
    text: str | None
    is_public: bool
    door: Door
    whistled_at: datetime
    state: State
    label: str
    tone: str
    holder: str
    holder_phone: str
    handler: str | None  # only to one's own
    held_since: datetime
    level: int
    cosigners: int
    reopened: int
    blocker: str | None
    hold_until: datetime | None
    due: tuple[str, datetime] | None
    overdue_since: datetime | None
    closed_at: datetime | None
    outcome: Outcome | None
    rating: Rating | None
    merged: tuple[UUID, int] | None
    matter: UUID | None
    campaign: UUID | None
    incident: UUID | None
    is_whistler: bool
    is_own: bool
    is_staff: bool
    timeline: list[Told]

    @property
    def is_done(self) -> bool:
        return self.state in DONE

    @property
    def level_words(self) -> str:
        return LEVELS[self.level]

    @property
    def share_line(self) -> str:
        """What a shared link says of it, to anybody."""
        return f"{self.estate_name}工单 #{self.number}：{self.category}，{self.label}"


async def read_ticket(ticket_id: UUID, visitor: Asker | None) -> Ticket:
    """The ticket as this visitor may see it. NotFound."""
    found = await row(TICKET, ticket_id)
    if found is None:
        raise NotFound("没有找到这张工单。请核对编号。")
    seen = seen_of(found)
    happened = await rows(EVENTS, ticket_id)
    sees_words, sees_all = may_read_words(visitor, seen), may_read_all(visitor, seen)
    state = State(found["state"])
    outcome = Outcome(found["outcome"]) if found["outcome"] else None
    own = is_own(visitor, seen)
    return Ticket(
        id=found["id"], number=found["number"], estate=found["estate"],
        estate_name=found["estate_name"],
        where=place_words(found["building_name"], found["spot"]),
        category=found["category_name"], text=found["text"] if sees_words else None,
        is_public=found["is_public"], door=Door(found["door"]), whistled_at=found["whistled_at"],
        state=state,
        label=label_of(
            state, holder=found["holder_name"], outcome=outcome, reopened=found["reopened"],
            hold_until=found["hold_until"], merged_into=found["merged_number"],
        ),
        tone=tone_of(state, overdue=found["overdue_since"] is not None),
        holder=found["holder_name"], holder_phone=found["holder_phone"],
        handler=found["handler_name"] if own or sees_all else None,
        held_since=_held_since(happened), level=found["level"], cosigners=found["cosigners"],
        reopened=found["reopened"], blocker=found["blocker"], hold_until=found["hold_until"],
        due=_due(found, state), overdue_since=found["overdue_since"],
        closed_at=found["closed_at"], outcome=outcome,
        rating=Rating(found["rating"]) if found["rating"] else None,
        merged=(found["merged_id"], found["merged_number"]) if found["merged_id"] else None,
        matter=found["matter"], campaign=found["campaign"], incident=found["incident"],
        is_whistler=visitor is not None and visitor.id == found["whistled_by"],
        is_own=own, is_staff=sees_all,
        timeline=await _timeline(found, happened, visitor, seen),
    )  # fmt: skip


def seen_of(found: Record) -> Seen:
    return Seen(
        found["is_public"], found["estate_path"], found["holder"], found["whistled_by"],
        frozenset(found["signers"]), frozenset(found["helpers"]),
    )  # fmt: skip


def _held_since(happened: list[Record]) -> datetime:
    return max(each["at"] for each in happened if each["kind"] in PASSED_ON)


DUES = {
    "visit_due_at": "回访", "report_due_at": "报到", "reply_due_at": "第一次答复",
    "holder_due_at": "办完", "close_due_at": "办结",
}  # fmt: skip
KEPT = {"report_due_at": "reported_at", "reply_due_at": "replied_at"}


def _due(found: Record, state: State) -> tuple[str, datetime] | None:
    """The next promise: what, until when; none while it pauses or is done."""
    due = found["due_at"]
    if due is None or state in DONE or found["paused_since"]:
        return None
    running = [name for name in DUES if name not in KEPT or found[KEPT[name]] is None]
    return next((DUES[name] for name in running if found[name] == due), "有进展"), due


async def _timeline(
    found: Record, happened: list[Record], visitor: Asker | None, seen: Seen
) -> list[Told]:
    """Public events for everybody, one's own, and all of them for the offices; the newest first."""
    names = await _names(happened)
    photos = await _photos(found["id"])
    sees_words, sees_all = may_read_words(visitor, seen), may_read_all(visitor, seen)
    lines = []
    for each in reversed(happened):
        mine = visitor is not None and each["person"] == visitor.id
        if not (each["is_public"] or mine or sees_all) or EventKind(each["kind"]) in QUIET - (
            {EventKind.CO_SIGN} if mine or sees_all else set()
        ):
            continue
        event = _happening(each)
        says = sees_words or event.kind in PUBLIC_ALWAYS
        lines.append(
            Told(
                event.at, told(event, names, Door(found["door"])), note(event) if says else "",
                _tone(event.kind), photos.get(event.ordinal, []) if sees_words else [],
            )
        )  # fmt: skip
    return lines


PUBLIC_ALWAYS = frozenset({EventKind.HOLD, EventKind.EXTEND, EventKind.ESCALATE})  # 难点说明


def _tone(kind: EventKind) -> str:
    if kind in (EventKind.BREACH, EventKind.REJECT, EventKind.REOPEN, EventKind.ESCALATE):
        return "late"
    return "done"


def _happening(found: Record) -> Happening:
    return Happening(
        EventKind(found["kind"]), found["at"], found["ordinal"], found["body"], found["words"],
        json.loads(found["facts"]),
    )  # fmt: skip


async def _names(happened: list[Record]) -> dict[UUID, str]:
    """The names of the bodies that the events speak of."""
    ids = set()
    for each in happened:
        facts = json.loads(each["facts"])
        ids |= {facts[name] for name in ("holder", "body", "proposed") if facts.get(name)}
    found = await rows("select id, name from body where id::text = any($1)", sorted(map(str, ids)))
    return {each["id"]: each["name"] for each in found}


async def _photos(ticket: UUID) -> dict[int, list[tuple[str, str | None, PhotoKind]]]:
    photos: dict[int, list[tuple[str, str | None, PhotoKind]]] = {}
    found = await rows(
        """select event, sha256, small, kind from ticket_photo where ticket = $1
           order by event, sort""",
        ticket,
    )
    for each in found:
        photos.setdefault(each["event"], []).append(
            (each["sha256"], each["small"], PhotoKind(each["kind"]))
        )
    return photos


PHOTO = """
select t.is_public, e.path as estate_path, t.holder, t.whistled_by,
       array(select person from co_signer where ticket = t.id) as signers,
       array(select body from sub_task where ticket = t.id) as helpers,
       v.is_public as told, v.person, f.kind, p.sha256 = $2 as whole
  from ticket_photo p join ticket t on t.id = p.ticket join place e on e.id = t.estate
  join ticket_event v on v.ticket = t.id and v.ordinal = p.event
  join stored_file f on f.sha256 = $2
 where p.ticket = $1 and $2 in (p.sha256, p.small)
"""


async def kind_of_photo(ticket: UUID, name: str, visitor: Asker | None) -> str:
    """The media type of a photo that this visitor may see. NotFound: there is none for them."""
    for found in await rows(PHOTO, ticket, name):
        seen = seen_of(found)
        mine = visitor is not None and found["person"] == visitor.id
        told_to = found["told"] or mine or may_read_all(visitor, seen)
        if told_to and may_read_words(visitor, seen):
            return found["kind"]
    raise NotFound("没有这张照片，或者它没有公开。")


async def merged_into(ticket: UUID) -> list[tuple[UUID, int]]:
    """The tickets that were merged into this one 并入."""
    found = await rows(
        "select id, number from ticket where merged_into = $1 order by number limit 50", ticket
    )
    return [(each["id"], each["number"]) for each in found]


async def is_tied_to(person: UUID, ticket: UUID) -> bool:
    """Whether someone whistled or joined it."""
    return await value(
        """select exists (select from ticket where id = $2 and whistled_by = $1)
             or exists (select from co_signer where ticket = $2 and person = $1)""",
        person, ticket,
    )  # fmt: skip
