"""A ticket as somebody at the desk meets it: what it comes to, whom it concerns, its choices."""

from datetime import datetime
from uuid import UUID

from coordination.clock import SHANGHAI
from coordination.db import row, rows
from coordination.errors import NotFound
from coordination.people.askers import Asker
from coordination.people.tables import BodyKind
from coordination.tickets.calendar import calendar_of, policies
from coordination.tickets.desk.acts import Case
from coordination.tickets.desk.bars import Bar, bars_of
from coordination.tickets.desk.view import Part, Shown
from coordination.tickets.dues import part_name, readings_of
from coordination.tickets.events import versions_in
from coordination.tickets.folding import standing
from coordination.tickets.permits import Reach, may_finish_part
from coordination.tickets.routing.queries import answerers
from coordination.tickets.routing.reading import PART_WORDS
from coordination.tickets.routing.tables import RouteKind
from coordination.tickets.storing import events_of

RANK: dict[RouteKind | None, int] = {RouteKind.LEAD: 0, RouteKind.ASSIST: 1}


async def case_of(
    asker: Asker, found: Shown, parts: list[Part], at: datetime
) -> tuple[Case, list[Bar]]:
    """What the asker may be offered, and the clocks drawn."""
    ticket = found.ticket
    events = await events_of(ticket.id)
    now = standing(events)
    known = await policies(versions_in(events))
    reach = await reach_of(ticket.id)
    own = [one for one in parts if one.finished_at is None
           and may_finish_part(asker, reach, one.body)]  # fmt: skip
    case = Case(
        asker, ticket, reach, now, known[now.policy], at,
        tuple((one.id, f"{one.body_name}：{one.text}"[:60]) for one in own),
    )  # fmt: skip
    co_handlers = {part_name(str(one.id)): one.body_name for one in parts}
    readings = readings_of(events, known, await calendar_of(), at)
    return case, bars_of(readings, found.holder_name, at, co_handlers)


async def reach_of(ticket: UUID) -> Reach:
    """What the permits ask about it. NotFound."""
    found = await row(
        """select coalesce(b.path, e.path) as path, t.holder, h.kind,
                  array(select s.body from sub_task s where s.ticket = t.id) as parts
             from ticket t join place e on e.id = t.estate left join place b on b.id = t.building
             join body h on h.id = t.holder where t.id = $1""",
        ticket,
    )
    if found is None:
        raise NotFound("没有找到这张工单。")
    return Reach(found["path"], found["holder"], BodyKind(found["kind"]), frozenset(found["parts"]))


async def bodies_for(path: str, category: UUID, at: datetime) -> list[tuple[UUID, str]]:
    """The bodies that answer for a place or for what it lies in: those first whom the table of
    responsibility names for the category, then the nearest."""
    named = {one.body: one.part for one in reversed(await answerers(category, path, at))}
    found = await rows(
        """select b.id, b.name from body b left join place p on p.id = b.place
            where b.kind <> 'operator' and starts_with($1, coalesce(p.path, ''))
              and (b.until is null or b.until > $2)
            order by length(coalesce(p.path, '')) desc, b.kind, b.name limit 200""",
        path, at.astimezone(SHANGHAI).date(),
    )  # fmt: skip
    found.sort(key=lambda each: RANK.get(named.get(each["id"]), len(RANK)))
    return [
        (each["id"], f"{each['name']}（责任表：{PART_WORDS[named[each['id']]]}）")
        if each["id"] in named
        else (each["id"], each["name"])
        for each in found
    ]


async def matters_at(path: str) -> list[tuple[UUID, str]]:
    """The matters of a place, of what it lies in, and of its parts: the newest first."""
    found = await rows(
        """select m.id, m.title from matter m join place p on p.id = m.place
            where starts_with($1, p.path) or starts_with(p.path, $1)
            order by m.opened_at desc, m.id limit 100""",
        path,
    )
    return [(each["id"], each["title"]) for each in found]
