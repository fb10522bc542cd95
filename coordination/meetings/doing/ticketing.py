"""Tickets that come of 议事: a matter that needs no meeting 转工单, a task that is worked on so.

They go the road of every ticket, with its clocks; the matter's timeline tells of each step.
"""

from collections import Counter
from datetime import datetime
from uuid import UUID, uuid4

from coordination.db import row, rows, transaction, value
from coordination.matters.actions import write_line
from coordination.matters.tables import StepKind
from coordination.people.tables import RoleKind
from coordination.places.tables import Place, PlaceKind
from coordination.tickets.events import Actor, happen, open_ticket
from coordination.tickets.grams import grams_of
from coordination.tickets.kinds import Door, EventKind
from coordination.tickets.routing.queries import NobodyResponsible
from coordination.tickets.tables import Ticket

OTHER = "other"  # the category of what fits none
TURNED = """
select m.title, m.text, m.opened_by, m.opened_for, s.person, s.body, s.role, s.words,
       p.id as place, p.kind, p.parent
  from matter m join matter_step s on s.matter = m.id and s.kind = $2
  join place p on p.id = m.place where m.id = $1
"""


async def open_ticket_of_matter(matter_id: str, at: datetime) -> None:
    """The ticket that a matter was turned into, once; where nobody would have it, the timeline
    says so."""
    async with transaction():
        found = await row(TURNED, UUID(matter_id), StepKind.TO_TICKET.value)
        await row("select id from matter where id = $1 for no key update", UUID(matter_id))
        if found is None or await value(
            "select exists (select from ticket where matter = $1 and door = $2)",
            UUID(matter_id), Door.MATTER,
        ):  # fmt: skip
            return
        actor = Actor(
            found["person"], RoleKind(found["role"]) if found["role"] else None, found["body"]
        )
        by_resident = None if found["opened_for"] else found["opened_by"]
        text = f"{found['title']}。{found['text']}"
        place = await Place.objects().get(Place.id == found["place"])
        assert place, "the foreign key says so"
        try:
            async with transaction():
                await open_for(place, text, actor, at, matter=UUID(matter_id), by=by_resident)
        except NobodyResponsible as nobody:
            await write_line(UUID(matter_id), f"工单还没有开出：{nobody}"[:300], at)


async def open_for(
    place: Place, text: str, actor: Actor, at: datetime,
    *, matter: UUID | None = None, by: UUID | None = None, holder: UUID | None = None,
) -> Ticket:  # fmt: skip
    """A ticket about this place; `by`: the resident whose matter it was. NobodyResponsible."""
    is_building = place.kind == PlaceKind.BUILDING.value
    ticket = Ticket(
        id=uuid4(), estate=place.parent if is_building else place.id,
        building=place.id if is_building else None, spot="",
        category=await _category(text, matter), text=text, grams=grams_of(text),
        door=Door.MATTER, whistled_at=at, whistled_by=by, filed_by=actor.person, caller="",
        caller_phone_tail="", is_public=True, holder=holder,
    )  # fmt: skip
    opened = await open_ticket(ticket, actor, at)
    if matter:
        await happen(opened.id, EventKind.LINK_MATTER, actor, at, facts={"matter": matter})
    return opened


async def _category(text: str, matter: UUID | None) -> UUID:
    """That of most tickets of the matter; else the one whose words stand in the text most."""
    of_tickets = await rows("select category from ticket where matter = $1", matter)
    if of_tickets:
        return Counter(one["category"] for one in of_tickets).most_common(1)[0][0]
    found = await rows(
        """select id, code, name || ' ' || tags as words from category
            where retired_at is null and parent is not null order by sort""",
    )
    likeness = {one["id"]: sum(word in text for word in one["words"].split()) for one in found}
    best = max(likeness, key=lambda one: likeness[one])
    return best if likeness[best] else next(one["id"] for one in found if one["code"] == OTHER)
