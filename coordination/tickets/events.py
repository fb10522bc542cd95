"""Writing an event: the only way anything happens to a ticket.

`happen` locks the ticket's row, reads its events, writes what time alone has done by then and no
sweep has written yet, asks `rules.py` whether the new one may follow, adds it, and writes what
they all come to beside the ticket's words. Whoever waited for the lock finds the ticket as the
first one left it. `open_ticket` begins one; every door uses it. Each event is one audit row. May
the actor do this? The caller has settled that.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Record

from coordination import audit, jobs
from coordination.db import execute, row, transaction
from coordination.errors import NotFound
from coordination.law.policies import Level, Policy
from coordination.law.workdays import WorkingCalendar
from coordination.matters.actions import write_line
from coordination.people.askers import Asker, HeldRole
from coordination.people.tables import BodyKind, RoleKind
from coordination.places.tables import Place
from coordination.tickets.calendar import (
    FINGERPRINT,
    IN_FORCE,
    calendar_of,
    policies,
    read_policy,
)
from coordination.tickets.catching_up import UNSEEN, caught_up
from coordination.tickets.dues import Policies, dues_of
from coordination.tickets.folding import standing
from coordination.tickets.kinds import EventKind
from coordination.tickets.permits import HELD_AT
from coordination.tickets.routing.queries import responsible_at
from coordination.tickets.rules import require
from coordination.tickets.standings import Happened, Standing
from coordination.tickets.storing import (
    Photos,
    events_of,
    insert_event,
    insert_photos,
    insert_ticket,
    plain,
    update_ticket,
)
from coordination.tickets.tables import Ticket
from coordination.tickets.words import EVENT_WORDS
from coordination.web.live import CHANNEL, tell

HAPPENED = "ticket-happened"  # the job, of "ticket:ordinal"
LINE = 300  # characters of a line on a matter's timeline
# In whose name someone acts who holds several roles: the nearest to the work first.
ACTING = (
    RoleKind.PROPERTY_MANAGER,
    RoleKind.PROPERTY_STAFF,
    RoleKind.COMMUNITY_WORKER,
    RoleKind.SUBDISTRICT_OFFICER,
    RoleKind.DEPARTMENT_OFFICER,
    RoleKind.COMMITTEE_MEMBER,
    RoleKind.PREPARATORY_MEMBER,
)
PINS = (EventKind.WHISTLE, EventKind.REPIN_POLICY)

# Whoever keeps a list of the estate, the community, the street … hears, and both holders do.
TELL_BOARDS = """select pg_notify($1, 'tickets/' || board) from (
    select unnest(string_to_array(trim(path, '/'), '/')) as board from place where id = $2
    union select unnest($3::text[])) as told"""

Check = Callable[[Standing], None]


@dataclass(frozen=True, slots=True)
class Actor:
    """In which role of which body a person acts; residents act in none, nor does the clock."""

    person: UUID | None = None
    role: RoleKind | None = None
    body: UUID | None = None


CLOCK = Actor()


def role_of(asker: Asker, place: Place, body: UUID | None = None) -> HeldRole | None:
    """The role someone acts in at a place: one in `body` before any other."""
    held = [one for one in asker.roles if one.kind in ACTING and one.covers(place)]
    held.sort(key=lambda one: (one.body != body, ACTING.index(one.kind)))
    return held[0] if held else None


def actor_of(asker: Asker, place: Place, body: UUID | None = None) -> Actor:
    """In which role and body they act at a place: for `body`, if they are of it."""
    held = role_of(asker, place, body)
    return Actor(asker.id, held and held.kind, held and held.body)


async def happen(
    ticket: UUID,
    kind: EventKind,
    actor: Actor,
    at: datetime,
    *,
    words: str = "",
    facts: Mapping[str, Any] | None = None,
    public: bool = True,
    check: Check | None = None,
) -> Standing:
    """Let something happen to a ticket, and say how it then stands.

    NotFound; OutOfOrder and what else `rules.require` refuses; what `check` refuses, which is
    asked about the ticket as it stands under the lock.
    """
    async with transaction():
        locked = await _locked(ticket)
        before, now = await _until(at, Ticket(id=ticket), locked, await events_of(ticket))
        # Who waited for the lock asked earlier than what they waited for.
        event = Happened(
            kind, max(at, now.changed_at), now.events + 1, actor.person, actor.role, actor.body,
            words.strip(), plain(facts or {}),
        )  # fmt: skip
        require(now, event)
        if check:
            check(now)
        now = standing([event], now)
        dues = dues_of(now, [*before, event], *await _clocks([*before, event], locked))
        await insert_event(ticket, event, public)
        await update_ticket(ticket, now, dues)
        await _tell(Ticket(id=ticket), dict(locked), event, public, now)
    return now


async def _until(
    at: datetime, ticket: Ticket, locked: Record, before: list[Happened]
) -> tuple[list[Happened], Standing]:
    """The ticket's events and how it stands, with what fell due by `at` written down: a hold that
    ended, a breach."""
    if locked["look_at"] is None or locked["look_at"] > at:
        return before, standing(before)
    held_at = HELD_AT.get(BodyKind(locked["holder_kind"]), Level.PROPERTY)
    more, now, _ = caught_up(before, *await _clocks(before, locked), held_at, at)
    for event in more:
        public = event.kind not in UNSEEN
        await insert_event(ticket.id, event, public)
        await _tell(ticket, dict(locked), event, public, now)
    return [*before, *more], now


GROUND = f"""
select p.path, c.priority, {IN_FORCE.format(at="$3", path="p.path")} as clocks,
       {FINGERPRINT} as fingerprint
from place p, category c where p.id = $1 and c.id = $2
"""


async def open_ticket(ticket: Ticket, actor: Actor, at: datetime, photos: Photos = ()) -> Ticket:
    """Begin a ticket: its words are the caller's; number, priority, holder and clocks are not,
    unless given. NobodyResponsible; NotFound: no such place or
    category."""
    async with transaction():
        ground = await row(GROUND, ticket.building or ticket.estate, ticket.category, at)
        if ground is None:
            raise NotFound("没有这个地点或者类别。")
        policy, priority = read_policy(ground["clocks"]), ticket.priority or ground["priority"]
        holder = ticket.holder or await responsible_at(ticket.category, ground["path"], at)
        facts = plain({"priority": priority, "policy": policy.version, "holder": holder})
        event = Happened(EventKind.WHISTLE, at, 1, actor.person, actor.role, actor.body, "", facts)
        now = standing([event])
        calendar = await calendar_of(fingerprint=ground["fingerprint"])
        dues = dues_of(now, [event], {policy.version: policy}, calendar)
        for name in ("state", "priority", "holder", "policy", "events"):
            setattr(ticket, name, getattr(now, name))
        ticket.number = await insert_ticket(ticket, now, dues)
        await insert_event(ticket.id, event, public=True)
        await insert_photos(ticket.id, event.ordinal, photos)
        await _tell(ticket, _as_locked(ticket), event, True, now)
    return ticket


def _as_locked(ticket: Ticket) -> dict[str, Any]:
    return {name: getattr(ticket, name) for name in ("number", "estate", "holder", "is_public")}


async def _locked(ticket: UUID) -> Record:
    """The row, locked, with what its clocks are read by. NO KEY UPDATE: who only refers to the
    ticket does not wait."""
    found = await row(
        f"""select t.number, t.estate, t.policy, t.holder, t.is_public,
              t.look_at, b.kind as holder_kind, p.clocks::text as clocks,
              {FINGERPRINT} as fingerprint
            from ticket t join response_policy p on p.version = t.policy
            join body b on b.id = t.holder
            where t.id = $1 for no key update of t""",
        ticket,
    )
    if found is None:
        raise NotFound("没有找到这件工单。请核对工单编号。")
    return found


async def _clocks(events: Sequence[Happened], locked: Record) -> tuple[Policies, WorkingCalendar]:
    """What a ticket's clocks are read by."""
    known: dict[int, Policy] = {locked["policy"]: read_policy(locked["clocks"])}
    if (named := versions_in(events)) - known.keys():
        known = await policies(named)
    return known, await calendar_of(fingerprint=locked["fingerprint"])


def versions_in(events: Sequence[Happened]) -> set[int]:
    """The policies that a ticket's clocks were ever read by."""
    return {int(event.facts["policy"]) for event in events if event.kind in PINS}


async def _tell(
    ticket: Ticket, locked: Mapping[str, Any], event: Happened, public: bool, now: Standing
) -> None:
    """The audit log, its matter's timeline, the boards that show it, and whoever subscribed."""
    await audit.record(
        event.person, f"ticket_{event.kind.value}", ticket, at=event.at, place=locked["estate"],
        ordinal=event.ordinal,
    )  # fmt: skip
    if now.matter and public:
        said = f"工单 #{locked['number']}：{EVENT_WORDS[event.kind]}"
        if event.words and locked["is_public"]:
            said = f"{said}。{event.words}"
        await write_line(
            now.matter, said[:LINE], event.at, link=f"/tickets/{ticket.id}", person=event.person,
            body=event.body,
        )  # fmt: skip
    await tell("ticket", ticket.id)
    holders = [str(locked["holder"]), str(now.holder)]
    await execute(TELL_BOARDS, CHANNEL, locked["estate"], holders)
    await jobs.enqueue(HAPPENED, f"{ticket.id}:{event.ordinal}")
