"""One ticket as its page shows it to whoever looks: for everybody, and what is one's own."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from coordination.db import row, rows
from coordination.errors import NotFound
from coordination.law.policies import Level
from coordination.people.askers import Asker
from coordination.tickets.kinds import DONE, Door, EventKind, Outcome, Rating, State
from coordination.tickets.whistling.road import road
from coordination.tickets.whistling.sight import Seen, is_own, may_read_all, may_read_words
from coordination.tickets.whistling.timeline import Told, happened_to, told_to
from coordination.tickets.whistling.wording import place_words, state_words, tone_of
from coordination.tickets.words import LEVEL_WORDS

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
SHOWN = (
    "id", "number", "estate", "estate_name", "is_public", "whistled_at", "holder_phone", "level",
    "cosigners", "reopened", "blocker", "hold_until", "overdue_since", "closed_at", "matter",
    "campaign", "incident",
)  # fmt: skip
# From when the body that holds it now has held it.
PASSED_ON = frozenset({"whistle", "transfer", "return", "adjudicate", "hand_over"})


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
    replied: Outcome | None  # what the last reply came to
    merged: tuple[UUID, int] | None
    matter: UUID | None
    campaign: UUID | None
    incident: UUID | None
    is_whistler: bool
    is_own: bool
    is_staff: bool
    timeline: list[Told]
    road: list[tuple[str, str]]  # the stations and their marks

    @property
    def is_done(self) -> bool:
        return self.state in DONE

    @property
    def level_words(self) -> str:
        return LEVEL_WORDS[Level(self.level)]

    @property
    def share_line(self) -> str:
        """What a shared link says of it, to anybody."""
        return f"{self.estate_name}工单 #{self.number}：{self.category}，{self.label}"


def _replied(happened: list[Record]) -> Outcome | None:
    replies = [each for each in happened if each["kind"] == EventKind.REPLY]
    said = json.loads(replies[-1]["facts"])["outcome"] if replies else None
    return Outcome(said) if said else None


async def read_ticket(ticket_id: UUID, visitor: Asker | None) -> Ticket:
    """The ticket as this visitor may see it. NotFound."""
    found = await row(TICKET, ticket_id)
    if found is None:
        raise NotFound("没有找到这张工单。请核对编号。")
    seen = seen_of(found)
    happened = await happened_to(ticket_id)
    own, sees_all = is_own(visitor, seen), may_read_all(visitor, seen)
    sees_words = may_read_words(visitor, seen)
    is_whistler = visitor is not None and visitor.id == found["whistled_by"]
    named = {name: found[name] for name in SHOWN}
    return Ticket(
        **named,
        where=place_words(found["building_name"], found["spot"]),
        category=found["category_name"],
        holder=found["holder_name"],
        door=Door(found["door"]),
        text=found["text"] if sees_words else None,
        state=State(found["state"]),
        outcome=Outcome(found["outcome"]) if found["outcome"] else None,
        rating=Rating(found["rating"]) if found["rating"] else None,
        replied=_replied(happened),
        label=_label(found, is_whistler),
        tone=tone_of(State(found["state"]), overdue=found["overdue_since"] is not None),
        handler=found["handler_name"] if own or sees_all else None,
        held_since=max(each["at"] for each in happened if each["kind"] in PASSED_ON),
        due=_due(found, State(found["state"])),
        merged=(found["merged_id"], found["merged_number"]) if found["merged_id"] else None,
        is_whistler=is_whistler,
        is_own=own,
        is_staff=sees_all,
        timeline=await told_to(visitor, found, happened, words=sees_words, everything=sees_all),
        road=road(
            State(found["state"]), {EventKind(each["kind"]) for each in happened},
            late=found["overdue_since"] is not None,
        ),
    )  # fmt: skip


def _label(found: Record, is_whistler: bool) -> str:
    return state_words(
        State(found["state"]),
        own=is_whistler,
        holder=found["holder_name"],
        outcome=Outcome(found["outcome"]) if found["outcome"] else None,
        reopened=found["reopened"],
        merged_into=found["merged_number"],
    )


def seen_of(found: Record) -> Seen:
    return Seen(
        found["is_public"], found["estate_path"], found["holder"], found["whistled_by"],
        frozenset(found["signers"]), frozenset(found["helpers"]),
    )  # fmt: skip


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
