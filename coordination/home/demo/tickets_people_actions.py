"""Who handles made tickets: companies and their staff, community workers, departments."""

from datetime import datetime, timedelta
from uuid import UUID

from coordination.db import rows
from coordination.home.demo import people as who
from coordination.home.demo.people import Made, neighbours
from coordination.home.demo.people_actions import asking, id_of, make_accounts
from coordination.home.demo.tickets_cast import Cast, Hand
from coordination.people.askers import Asker
from coordination.people.queries import person_named
from coordination.people.role_actions import grant_role, save_body
from coordination.people.tables import Body, BodyKind, RoleKind
from coordination.places.queries import place_of
from coordination.places.tables import Place
from coordination.tickets.routing.seeds import DEPARTMENTS, LEADS

BEFORE = timedelta(days=760)  # since when they have been there
FIRST, EACH = 9_000, 20  # the numbers of these people; so many are kept for each estate
COMPANIES = ("江城物业", "楚天物业", "汉阳万安物业", "东湖家园物业", "长江新居物业", "众邻物业")
LED = frozenset(code for code, kind in LEADS if kind == BodyKind.RESIDENTS_COMMITTEE)


async def cast_of(estate: Place, number: int, evidence: str, at: datetime) -> Cast:
    """Everybody who has to do with the tickets of an estate; whoever is missing is made.

    `number`: the how manieth of the made estates, from nought, the first.
    """
    operator = await asking(await id_of(who.OPERATOR), at)
    community = await place_of(estate.parent)
    street = await place_of(community.parent)
    people = neighbours(3, FIRST + EACH * number, FIRST + number)
    staff = await _staff(operator, estate, number, people, at)
    workers = await _workers(operator, community, at)
    departments = await _departments(operator, street, at)
    return Cast(
        estate.id, await _buildings(estate), await _residents(estate), staff, workers, departments,
        LED, evidence,
    )  # fmt: skip


async def _staff(
    operator: Asker, estate: Place, number: int, people: list[Made], at: datetime
) -> tuple[Hand, ...]:
    """The manager and two of the staff; the first estate's company has its manager."""
    since = at - BEFORE
    company = await _body(operator, BodyKind.PROPERTY_COMPANY, f"{COMPANIES[number]}有限公司",
                          estate, people[0].name, f"027-8702{number:04d}", at)  # fmt: skip
    manager = RoleKind.PROPERTY_MANAGER
    held = await rows(HOLDERS, company.id, manager.value)
    found = [Hand(row["person"], manager, row["body"]) for row in held]
    wanted = people[len(found) :]
    for index, person in enumerate(wanted, len(found)):
        kind = RoleKind.PROPERTY_STAFF if index else manager
        found.append(await _hand(operator, person, company, estate, kind, since, at))
    return tuple(found)


HOLDERS = "select person, body from role where body = $1 and kind = $2 order by since"


async def _workers(operator: Asker, community: Place, at: datetime) -> tuple[Hand, ...]:
    """The community's worker, and two more."""
    body = await _body(
        operator, BodyKind.RESIDENTS_COMMITTEE, community.name, community, "", "", at
    )
    kind = RoleKind.COMMUNITY_WORKER
    held = [row["person"] for row in await rows(HOLDERS, body.id, kind.value)]
    if len(held) > 1:
        return tuple(Hand(person, kind, body.id) for person in held)
    more = neighbours(2, FIRST + 900, FIRST)
    hands = [await _hand(operator, one, body, community, kind, at - BEFORE, at) for one in more]
    return (*(Hand(person, kind, body.id) for person in held), *hands)


async def _departments(operator: Asker, street: Place, at: datetime) -> dict[str, Hand]:
    officers = neighbours(len(DEPARTMENTS), FIRST + 950, FIRST + 1)
    kind = RoleKind.DEPARTMENT_OFFICER
    found = {}
    for (name, _), officer in zip(DEPARTMENTS, officers, strict=True):
        body = await _body(operator, BodyKind.DEPARTMENT, name, street, officer.name,
                           f"027-8800{officer.phone[-4:]}", at)  # fmt: skip
        held = await rows(HOLDERS, body.id, kind.value)
        found[name] = (
            Hand(held[0]["person"], kind, body.id)
            if held
            else await _hand(operator, officer, body, street, kind, at - BEFORE, at)
        )
    return found


async def _body(
    operator: Asker, kind: BodyKind, name: str, place: Place, officer: str, phone: str, at: datetime
) -> Body:
    """The body of that kind there (of several departments, the one of that name), or a new one."""
    there = Body.objects().where((Body.kind == kind.value) & (Body.place == place.id))
    if kind is BodyKind.DEPARTMENT:
        there = there.where(Body.name == name)
    if known := await there.first():
        return known
    since = (at - BEFORE).date()
    return await save_body(
        operator, None, kind, name, place, at, phone=phone, officer=officer, since=since
    )


async def _hand(
    operator: Asker,
    person: Made,
    body: Body,
    place: Place,
    kind: RoleKind,
    since: datetime,
    at: datetime,
) -> Hand:
    known = await person_named(person.phone)
    id_ = known.id if known else (await make_accounts([person], since))[person.phone]
    await grant_role(operator, id_, body.id, place, kind, since, None, at)
    return Hand(id_, kind, body.id)


async def _buildings(estate: Place) -> tuple[UUID, ...]:
    found = await rows(
        "select id from place where parent = $1 and kind = 'building' order by sort, id", estate.id
    )
    return tuple(row["id"] for row in found)


async def _residents(estate: Place) -> tuple[UUID, ...]:
    """Owners with an account, in a lasting order; those whom a visitor plays among them."""
    found = await rows(
        """select distinct p.phone_tail, p.id from binding b
             join owner o on o.id = b.owner join person p on p.id = b.person
            where o.estate = $1 order by p.phone_tail, p.id""",
        estate.id,
    )
    return tuple(row["id"] for row in found)
