"""An estate with everyone who has a part in its tickets, and tickets at any point of their road."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from coordination.people.askers import Asker
from coordination.people.sessions import look_up, open_session
from coordination.people.tables import Body, BodyKind, Person, RoleKind
from coordination.places.queries import place_of
from coordination.places.tables import Place, PlaceKind, Unit
from coordination.tickets.events import Actor, actor_of, happen, open_ticket
from coordination.tickets.grams import grams_of
from coordination.tickets.kinds import DispatchKind, Door, EventKind, Outcome
from coordination.tickets.routing.seeds import category_id
from coordination.tickets.standings import Standing
from coordination.tickets.tables import Ticket
from tests.builders import a_body, a_building, a_person, a_place, a_role, a_unit, an_owner

# A Monday at work, in a week without holidays, after long ones.
WHISTLED = datetime.fromisoformat("2026-03-02T10:00:00+08:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def asking(person: Person, at: datetime = WHISTLED) -> Asker:
    """The person as a session that gave its second factor says."""
    token = await open_session(person.id, at, stepped_up=True, second_factor=True)
    asker = await look_up(token, at)
    assert asker
    return asker


@dataclass
class Neighbourhood:
    """A district, a street, a community, an estate with a building; who serves and lives there."""

    district: Place
    street: Place
    community: Place
    estate: Place
    building: Place
    unit: Unit
    company: Body  # 物业
    committee: Body  # 居委会
    office: Body  # 街道
    department: Body  # 城管
    manager: Asker  # of the company
    keeper: Asker  # of the company
    worker: Asker  # of the 居委会
    second_worker: Asker
    officer: Asker  # of the 街道
    second_officer: Asker
    clerk: Asker  # of the department
    resident: Asker  # owns the unit
    neighbour: Asker  # likewise


async def a_neighbourhood(name: str = "梧桐苑") -> Neighbourhood:
    district = await a_place(PlaceKind.DISTRICT, f"{name}区")
    street = await a_place(PlaceKind.SUBDISTRICT, f"{name}街道", district)
    community = await a_place(PlaceKind.COMMUNITY, f"{name}社区", street)
    estate = await a_place(PlaceKind.ESTATE, name, community)
    building = await a_building(estate)
    unit = await a_unit(building)
    company = await a_body(BodyKind.PROPERTY_COMPANY, estate, f"{name}物业")
    committee = await a_body(BodyKind.RESIDENTS_COMMITTEE, community, f"{name}居委会")
    office = await a_body(BodyKind.SUBDISTRICT_OFFICE, street, f"{name}街道办")
    department = await a_body(BodyKind.DEPARTMENT, district, f"{name}区城管局")

    async def of(kind: RoleKind, place: Place, body: Body, person: str) -> Asker:
        return await asking(
            await a_role(kind, place, body=body, person=await a_person(f"{name}{person}"))
        )

    return Neighbourhood(
        district, street, community, estate, building, unit, company, committee, office,
        department,
        manager=await of(RoleKind.PROPERTY_MANAGER, estate, company, "经理"),
        keeper=await of(RoleKind.PROPERTY_STAFF, estate, company, "管家"),
        worker=await of(RoleKind.COMMUNITY_WORKER, community, committee, "网格员"),
        second_worker=await of(RoleKind.COMMUNITY_WORKER, community, committee, "社工"),
        officer=await of(RoleKind.SUBDISTRICT_OFFICER, street, office, "街道干部"),
        second_officer=await of(RoleKind.SUBDISTRICT_OFFICER, street, office, "街道科长"),
        clerk=await of(RoleKind.DEPARTMENT_OFFICER, district, department, "城管队员"),
        resident=await asking(await an_owner(unit, name=f"{name}业主")),
        neighbour=await asking(await an_owner(unit, name=f"{name}邻居")),
    )  # fmt: skip


async def a_ticket(
    town: Neighbourhood,
    *,
    by: Asker | None = None,
    at: datetime = WHISTLED,
    category: str = "lighting",
    text: str = "3单元楼道灯不亮，晚上看不见路",
    **columns: Any,
) -> Ticket:
    """A whistle of the resident's about their building; `category` is a code."""
    who = by or town.resident
    given: dict[str, Any] = {
        "id": uuid4(), "estate": town.estate.id, "building": town.building.id, "spot": "",
        "category": category_id(category), "text": text, "grams": grams_of(text),
        "door": Door.RESIDENT, "whistled_at": at, "whistled_by": who.id, "caller": "",
        "caller_phone_tail": "", "is_public": True,
    } | columns  # fmt: skip
    return await open_ticket(Ticket(**given), Actor(given["whistled_by"]), at)


async def it_happens(
    ticket: Ticket,
    kind: EventKind,
    who: Asker | None,
    at: datetime,
    words: str = "",
    public: bool = True,
    **facts: Any,
) -> Standing:
    """An event past the actions and their permits, but not past the rules."""
    place = await place_of(ticket.estate)
    actor = actor_of(who, place) if who else Actor()
    return await happen(ticket.id, kind, actor, at, words=words, facts=facts, public=public)


async def a_handled_ticket(town: Neighbourhood, at: datetime = WHISTLED, **how: Any) -> Ticket:
    """Reported in after an hour by the keeper, who handles it."""
    ticket = await a_ticket(town, at=at, **how)
    await it_happens(ticket, EventKind.REPORT_IN, town.keeper, at + HOUR)
    await it_happens(
        ticket, EventKind.DISPATCH, town.keeper, at + HOUR, dispatch=DispatchKind.DIRECT
    )
    return ticket


async def a_replied_ticket(
    town: Neighbourhood,
    at: datetime = WHISTLED,
    *,
    outcome: Outcome = Outcome.SOLVED,
    evidence: tuple[str, ...] = ("0" * 64,),
    **how: Any,
) -> Ticket:
    """Handled, and replied to a day after the whistle, with evidence."""
    ticket = await a_handled_ticket(town, at, **how)
    await it_happens(
        ticket, EventKind.REPLY, town.keeper, at + DAY, "换了灯管，已经亮了", outcome=outcome,
        evidence=list(evidence),
    )  # fmt: skip
    return ticket


async def a_closed_ticket(town: Neighbourhood, at: datetime = WHISTLED, **how: Any) -> Ticket:
    """Replied to, visited by the community worker two days after the whistle, solved, closed."""
    ticket = await a_replied_ticket(town, at, **how)
    visited = at + 2 * DAY
    await it_happens(ticket, EventKind.VISIT, town.worker, visited, reached=True, solved=True)
    await it_happens(ticket, EventKind.CLOSE, town.worker, visited, outcome=Outcome.SOLVED)
    return ticket
