"""Rows for tests. A builder fills in what the test does not care about and nothing else:
what a test asserts on, the test writes down. Named `a_…`/`an_…` so that set-up reads as prose.
"""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from coordination.people.tables import Body, BodyKind, Person, Role, RoleKind
from coordination.places.tables import Place, PlaceKind, Unit, UnitKind
from coordination.registry.tables import Binding, BindingProof, Owner, OwnerKind, Ownership

LONG_AGO = datetime(2026, 1, 1, 1, 0, tzinfo=UTC)
OPENING = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
CLOSING = OPENING + timedelta(days=15)
DURING = OPENING + timedelta(days=3)


async def a_place(kind: PlaceKind, name: str, parent: Place | None = None) -> Place:
    place = Place(
        id=uuid4(), kind=kind, name=name, parent=parent.id if parent else None, key=name,
        sort=name, path="", address="",
    )  # fmt: skip
    place.path = f"{parent.path if parent else '/'}{place.id}/"
    await place.save()
    return place


async def an_estate(name: str = "梧桐苑") -> Place:
    """An estate in a community in a subdistrict."""
    street = await a_place(PlaceKind.SUBDISTRICT, f"{name}街道")
    community = await a_place(PlaceKind.COMMUNITY, f"{name}社区", street)
    return await a_place(PlaceKind.ESTATE, name, community)


async def a_building(estate: Place, name: str = "1") -> Place:
    return await a_place(PlaceKind.BUILDING, name, estate)


async def a_unit(
    building: Place,
    room: str = "101",
    *,
    area_cm2: int | None = 895_000,
    kind: UnitKind = UnitKind.HOME,
    unsold: bool = False,
    entrance: str = "1",
) -> Unit:
    unit = Unit(
        id=uuid4(), estate=building.parent, building=building.id, entrance=entrance, room=room,
        kind=kind, unsold=unsold, area_cm2=area_cm2, area_source="register" if area_cm2 else None,
        sort=room.zfill(6), floor=None,
    )  # fmt: skip
    await unit.save()
    return unit


async def a_person(name: str = "李秀英") -> Person:
    person = Person(id=uuid4(), name=name, phone_tail="", joined_at=LONG_AGO)
    await person.save()
    return person


async def an_owner(
    *units: Unit, name: str = "李秀英", person: Person | None = None, bound: bool = True
) -> Person:
    """A person bound to an owner of these units. The Owner row: `owner_of(person)`."""
    person = person or await a_person(name)
    owner = Owner(
        id=uuid4(), estate=units[0].estate, kind=OwnerKind.PERSON, name=name,
        id_hash=uuid4().bytes, id_last4="0000", phone_tail="",
    )  # fmt: skip
    await owner.save()
    for unit in units:
        await Ownership(id=uuid4(), unit=unit.id, owner=owner.id, since=LONG_AGO).save()
    if bound:
        await Binding(
            id=uuid4(), person=person.id, owner=owner.id, proof=BindingProof.LETTER, at=LONG_AGO
        ).save()
    return person


async def a_body(kind: BodyKind, place: Place | None, name: str | None = None) -> Body:
    body = Body(id=uuid4(), kind=kind, name=name or kind.value, place=place and place.id,
                phone="027-87000000", officer="王主任")  # fmt: skip
    await body.save()
    return body


async def a_role(
    kind: RoleKind,
    place: Place | None,
    *,
    body: Body | None = None,
    person: Person | None = None,
    until: datetime | None = None,
) -> Person:
    """A person who holds a role; the body is made to fit where none is given."""
    bodies = {
        RoleKind.COMMUNITY_WORKER: BodyKind.RESIDENTS_COMMITTEE,
        RoleKind.COMMITTEE_MEMBER: BodyKind.OWNERS_COMMITTEE,
        RoleKind.PREPARATORY_MEMBER: BodyKind.PREPARATORY_GROUP,
        RoleKind.PROPERTY_MANAGER: BodyKind.PROPERTY_COMPANY,
        RoleKind.PROPERTY_STAFF: BodyKind.PROPERTY_COMPANY,
        RoleKind.SUPERVISOR: BodyKind.SUPERVISORY,
        RoleKind.SUBDISTRICT_OFFICER: BodyKind.SUBDISTRICT_OFFICE,
        RoleKind.OPERATOR: BodyKind.OPERATOR,
    }
    body = body or await a_body(bodies.get(kind, BodyKind.OTHER), place)
    person = person or await a_person(kind.value)
    await Role(
        id=uuid4(), person=person.id, body=body.id, place=place and place.id, kind=kind,
        since=LONG_AGO, until=until,
    ).save()  # fmt: skip
    return person
