"""Telling staff what comes to them: those on duty, else who heads the body; whom a clock calls.

Runs as a job after the event's commit, at least once: who was told of an event is not told again.
A danger P0 wakes whoever is told; P1 those on duty. All else keeps the quiet hours, comes by SMS
once an hour at most, and what the clocks say waits to be told together (`digest.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from coordination.db import execute, row, rows, transaction, value
from coordination.law.policies import Clock, Level, Priority
from coordination.people.outbox import WITH_SMS, tell
from coordination.people.rules import fits_sms
from coordination.people.tables import BodyKind, Channel
from coordination.settings import settings
from coordination.tickets.dues import PART
from coordination.tickets.kinds import DONE, Door
from coordination.tickets.permits import HELD_AT
from coordination.tickets.routing.queries import nearest_body
from coordination.tickets.routing.tables import RouteKind
from coordination.tickets.storing import read_event
from coordination.tickets.watching.news import About, News, To, is_reminder, news_of
from coordination.tickets.watching.roster import Called, called_at

FRESH = timedelta(hours=12)  # what is older than that comes with the next digest
BROUGHT = frozenset({Door.HOTLINE, Door.PETITION})  # by the sheet, not one by one
ABOUT = """
select v.kind, v.at, v.ordinal, v.person, v.role, v.body, v.words, v.facts::text as facts,
       t.id as ticket, t.number, t.priority, t.level, t.state, t.door, t.text, t.spot, t.category,
       t.holder, t.report_due_at, e.name as estate_name, b.name as building_name,
       coalesce(b.path, e.path) as path, c.name as category_name, h.name as holder_name,
       h.kind as holder_kind,
       case when exists (
         select from role r where r.person = t.handler and r.body = t.holder and r.since <= $3
            and (r.until is null or r.until > $3)) then t.handler end as handler,
       exists (
         select from ticket_event n where n.ticket = t.id and n.ordinal = $2 + 1
            and n.kind = 'escalate') as climbs,
       v.kind = 'remind' and exists (
         select from ticket_event n where n.ticket = t.id and n.kind = 'breach'
            and n.facts->>'clock' = v.facts->>'clock') as is_outrun
  from ticket_event v join ticket t on t.id = v.ticket join place e on e.id = t.estate
  left join place b on b.id = t.building join category c on c.id = t.category
  join body h on h.id = t.holder
 where v.ticket = $1 and v.ordinal = $2 for no key update of t
"""
# The departments that the table names as leading 主管; where it names none, all of the district.
DEPARTMENTS = """
with here as (
  select b.id from body b join place p on p.id = b.place
   where b.kind = 'department' and starts_with($2, p.path)
     and (b.until is null or b.until > $3::date)),
named as (
  select r.body as id from route r join category c on c.id = $1 and r.category in (c.id, c.parent)
    left join place p on p.id = r.place
   where r.kind = $4 and r.body in (select id from here) and starts_with($2, coalesce(p.path, ''))
     and r.since <= $3 and (r.until is null or r.until > $3))
select id from named union select id from here where not exists (select from named)
"""
TOLD = "select person from message where person = any($1::uuid[]) and event = $2 and link = $3"
PUSHED = """
select distinct person from message
 where person = any($1::uuid[]) and channel = 'sms' and failed_at is null and not urgent
   and (queued_at > $2 or sent_at is null)
"""
ABOVE = {
    Level.COMMUNITY: BodyKind.RESIDENTS_COMMITTEE, Level.SUBDISTRICT: BodyKind.SUBDISTRICT_OFFICE,
}  # fmt: skip
NAMES = tuple(About.__dataclass_fields__)


@dataclass(slots=True)
class Audience:
    """Who hears of it, and who of them at any hour."""

    persons: dict[UUID, bool]  # each with whether they are on duty

    def add(self, called: Called, *, deputies: bool) -> None:
        for person in called.all if deputies else called.persons:
            self.persons[person] = self.persons.get(person, False) or called.is_on_duty

    def urgent(self, priority: Priority) -> list[UUID]:
        if priority is Priority.DANGER:
            return list(self.persons)
        if priority is not Priority.LIVELIHOOD:
            return []
        return [person for person, is_on_duty in self.persons.items() if is_on_duty]


async def tell_staff(ticket: UUID, ordinal: int, at: datetime) -> None:
    """Tell of an event those who must do something now; a kind that asks for nothing is passed
    over, and so is a ticket that is done meanwhile."""
    async with transaction():
        about = await _about(ticket, ordinal, at)
        news = news_of(about) if about else None
        if about is None or news is None or about.state in DONE or about.is_outrun:
            return
        audience = await _audience(about, news, at)
        if about.person:
            audience.persons.pop(about.person, None)
        is_fresh = at - about.at <= FRESH
        urgent = audience.urgent(about.priority) if is_fresh else []
        await _tell(about, news, urgent, at, urgent=True)
        others = [person for person in audience.persons if person not in urgent]
        if is_reminder(about.kind) or not is_fresh or about.door in BROUGHT:
            await _keep(about, others)
        else:
            await _tell(about, news, others, at, urgent=False)


async def _about(ticket: UUID, ordinal: int, at: datetime) -> About | None:
    found = await row(ABOUT, ticket, ordinal, at)
    if found is None:
        return None
    event, told = read_event(found), dict(found)
    told |= {"kind": event.kind, "facts": event.facts, "priority": Priority(found["priority"])}
    told["holder_kind"] = BodyKind(found["holder_kind"])
    return About(**{name: told[name] for name in NAMES})


async def _audience(about: About, news: News, at: datetime) -> Audience:
    found = Audience({})
    weighty = about.priority in (Priority.DANGER, Priority.LIVELIHOOD)
    for to in news.to:
        if to in (To.HANDLER, To.DUE) and about.handler and not _waits_for_visit(about):
            found.persons.setdefault(about.handler, False)
            if not (to is To.DUE and (weighty or _part_of(about))):
                continue
        for body, kind in await _bodies(to, about, at):
            found.add(await called_at(body, kind, about.path, at), deputies=weighty)
    return found


async def _bodies(to: To, about: About, at: datetime) -> list[tuple[UUID, BodyKind]]:
    holder = [(about.holder, about.holder_kind)]
    if to is To.COMMUNITY or (to is To.DUE and _waits_for_visit(about)):
        return await _of_level(Level.COMMUNITY, about, at)
    if to is To.DUE and (part := _part_of(about)):
        return await _co_handler(await value("select body from sub_task where id = $1", part))
    if to is To.OVERSEER:
        is_called = not about.climbs and about.level > _held_at(about)
        return await _of_level(Level(about.level), about, at) if is_called else []
    if to is To.CALLED:
        return await _of_level(Level(about.facts["level"]), about, at)
    if to is To.ABOVE:
        return await _of_level(Level(min(_held_at(about) + 1, Level.DISTRICT)), about, at)
    if to is To.PART:
        return await _co_handler(UUID(about.facts["body"]))
    return holder


def _held_at(about: About) -> Level:
    return HELD_AT.get(about.holder_kind, Level.PROPERTY)


def _waits_for_visit(about: About) -> bool:
    return str(about.facts.get("clock", "")).startswith("visit")


def _part_of(about: About) -> UUID | None:
    """The sub-task 协办 whose clock it is: its co-handler is told, and the lead who answers for
    all of it."""
    _, of_part, sub_task = str(about.facts.get("clock", "")).partition(f"{Clock.MILESTONE}:{PART}-")
    return UUID(sub_task) if of_part else None


async def _co_handler(body: UUID | None) -> list[tuple[UUID, BodyKind]]:
    found = await row("select id, kind from body where id = $1", body)
    return [(found["id"], BodyKind(found["kind"]))] if found else []


async def _of_level(level: Level, about: About, at: datetime) -> list[tuple[UUID, BodyKind]]:
    """Whom a level is at that place; without one there, the holder, so that somebody hears."""
    if level is Level.DISTRICT:
        departments = await rows(DEPARTMENTS, about.category, about.path, at, RouteKind.LEAD.value)
        return [(one["id"], BodyKind.DEPARTMENT) for one in departments]
    kind = ABOVE.get(level)
    body = await nearest_body(kind, about.path, at) if kind else None
    return [(body, kind)] if body and kind else [(about.holder, about.holder_kind)]


async def _tell(
    about: About, news: News, to: Iterable[UUID], at: datetime, *, urgent: bool
) -> None:
    """At once in the app; by SMS urgently, or if nothing else was pushed within the hour."""
    event = f"desk-{about.kind.value}"
    told = {one["person"] for one in await rows(TOLD, list(to), event, about.link)}
    fresh = [person for person in to if person not in told]
    if not fresh:
        return
    pushed: set[UUID] = set()
    if not urgent:
        found = await rows(PUSHED, fresh, at - timedelta(hours=1))
        pushed = {one["person"] for one in found}
    for persons, channels in (
        ([one for one in fresh if one not in pushed], WITH_SMS),
        ([one for one in fresh if one in pushed], (Channel.IN_APP,)),
    ):
        if persons:
            await tell(
                persons, event, news.title, news.text, at=at, link=about.link, channels=channels,
                sms=one_sms(news.sms, about.number), urgent=urgent,
            )  # fmt: skip


def one_sms(words: str, number: int) -> str:
    """The words, or fewer, so that they are one SMS."""
    sign = settings().sms_sign
    return words if fits_sms(words, sign) else f"工单#{number}有新的情况，请登录查看。"


async def _keep(about: About, persons: Iterable[UUID]) -> None:
    """For the digest."""
    await execute(
        """insert into digest_line (id, person, ticket, event, kind, at)
           select gen_random_uuid(), p, $2, $3, $4, $5 from unnest($1::uuid[]) as given (p)
           on conflict do nothing""",
        list(persons), about.ticket, about.ordinal, about.kind.value, about.at,
    )  # fmt: skip
