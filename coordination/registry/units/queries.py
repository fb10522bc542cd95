"""Reads of units for staff. Owners are shown half: enough to recognise who stands there."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.db import row, rows
from coordination.errors import NotFound
from coordination.places.naming import building_name, unit_name
from coordination.places.tables import Place, UnitKind
from coordination.registry.rules import masked_name
from coordination.web.sheets import room_key

PAGE = 50


@dataclass(frozen=True, slots=True)
class BuildingLine:
    """A building and how complete its registry is."""

    id: UUID
    name: str
    units: int
    homes: int
    area_cm2: int
    bound: int  # units of which an owner has bound an account
    gaps: int  # units without area or owner
    letters: int  # live letters that wait to be used


async def buildings_of(estate: Place) -> list[BuildingLine]:
    """The buildings of an estate with their counts, in order."""
    found = await rows(
        """select b.id, b.name, count(u.id) as units,
             count(u.id) filter (where u.kind = 'home') as homes,
             coalesce(sum(u.area_cm2), 0)::bigint as area_cm2,
             count(u.id) filter (where u.bound) as bound,
             count(u.id) filter (where u.area_cm2 is null or not u.unsold and not u.owned) as gaps,
             count(u.id) filter (where u.has_letter) as letters
           from place b left join lateral (
             select unit.id, unit.kind, unit.area_cm2, unit.unsold,
               exists (select from ownership o where o.unit = unit.id and o.until is null) as owned,
               exists (select from ownership o join binding on binding.owner = o.owner
                 where o.unit = unit.id and o.until is null and binding.ended_at is null) as bound,
               exists (select from letter_code l where l.unit = unit.id and l.used_at is null
                 and l.revoked_at is null) as has_letter
             from unit where unit.building = b.id) u on true
           where b.parent = $1 and b.kind = 'building'
           group by b.id order by b.sort, b.id""",
        estate.id,
    )
    return [BuildingLine(**{**dict(f), "name": building_name(f["name"])}) for f in found]


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit in a list: nothing of its owners but how many there are and whether one is bound."""

    id: UUID
    building_name: str
    entrance: str
    room: str
    kind: UnitKind
    unsold: bool
    area_cm2: int | None
    owners: int
    bound: int
    sort: str

    @property
    def name(self) -> str:
        return unit_name(self.building_name, self.entrance, self.room)

    @property
    def key(self) -> str:
        """Where a list goes on after this one."""
        return f"{self.sort}|{self.id}"


async def units_in(
    estate: Place, building: UUID | None, search: str = "", after: str = ""
) -> list[UnitLine]:
    """Units of a building in order, or those whose room is as searched; one more than a page."""
    sort, _, last = after.rpartition("|")
    found = await rows(
        """select u.id, b.name as building_name, u.entrance, u.room, u.kind, u.unsold, u.area_cm2,
             (select count(*) from ownership o where o.unit = u.id and o.until is null) as owners,
             (select count(*) from ownership o join binding on binding.owner = o.owner
              where o.unit = u.id and o.until is null and binding.ended_at is null) as bound,
             case when $2::uuid is null then b.sort || chr(31) || u.sort else u.sort end as sort
           from unit u join place b on b.id = u.building
           where u.estate = $1 and ($2::uuid is null or u.building = $2)
             and ($3 = '' or u.room = $3)
             and ($4 = '' or (case when $2::uuid is null then b.sort || chr(31) || u.sort
                              else u.sort end, u.id::text) > ($4, $5))
           order by sort, u.id limit $6""",
        estate.id, building, room_key(search) if search else "", sort, last, PAGE + 1,
    )  # fmt: skip
    return [UnitLine(**{**dict(each), "kind": UnitKind(each["kind"])}) for each in found]


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit on its own page."""

    id: UUID
    estate: UUID
    building: UUID
    building_name: str
    entrance: str
    room: str
    floor: int | None
    kind: UnitKind
    unsold: bool
    area_cm2: int | None
    area_source: str | None

    @property
    def name(self) -> str:
        return unit_name(self.building_name, self.entrance, self.room)


async def unit_of(estate: Place, unit: UUID) -> UnitFacts:
    """A unit of this estate. NotFound."""
    found = await row(
        """select u.id, u.estate, u.building, b.name as building_name, u.entrance, u.room, u.floor,
             u.kind, u.unsold, u.area_cm2, u.area_source
           from unit u join place b on b.id = u.building where u.id = $1 and u.estate = $2""",
        unit, estate.id,
    )  # fmt: skip
    if found is None:
        raise NotFound("没有这处房屋。")
    return UnitFacts(**{**dict(found), "kind": UnitKind(found["kind"])})


@dataclass(frozen=True, slots=True)
class OwnerShown:
    """An owner as staff see them: name half hidden, the ends of number and phone."""

    id: UUID
    name: str
    kind: str
    id_last4: str
    phone_tail: str
    since: datetime
    binding: UUID | None
    bound_at: datetime | None
    proof: str | None
    account_tail: str | None
    guardian: str | None
    guardian_document: str | None
    other_units: int


async def owners_shown(unit: UUID) -> list[OwnerShown]:
    """The owners of a unit now."""
    found = await rows(
        """select o.id, o.name, o.kind, o.id_last4, o.phone_tail, s.since, b.id as binding,
             b.at as bound_at, b.proof, p.phone_tail as account_tail,
             g.document as guardian_document, gp.name as guardian,
             (select count(*) - 1 from ownership x where x.owner = o.id and x.until is null)
               as other_units
           from ownership s join owner o on o.id = s.owner
           left join binding b on b.owner = o.id and b.ended_at is null
           left join person p on p.id = b.person
           left join guardian g on g.owner = o.id and g.ended_at is null
           left join person gp on gp.id = g.person
           where s.unit = $1 and s.until is null order by s.since, o.id""",
        unit,
    )
    return [_shown(dict(each)) for each in found]


def _shown(each: dict) -> OwnerShown:
    is_person = each["kind"] == "person"
    name = masked_name(each["name"]) if is_person else each["name"]
    guardian = masked_name(each["guardian"]) if each["guardian"] else None
    return OwnerShown(**{**each, "name": name, "guardian": guardian})


@dataclass(frozen=True, slots=True)
class PastOwner:
    """A title that ended."""

    name: str
    since: datetime
    until: datetime
    document: str


async def past_owners(unit: UUID) -> list[PastOwner]:
    """Who held a unit before, the latest first."""
    found = await rows(
        """select o.name, s.since, s.until, coalesce((
             select n.document from ownership n where n.unit = s.unit and n.since = s.until
             limit 1), '') as document
           from ownership s join owner o on o.id = s.owner
           where s.unit = $1 and s.until is not null order by s.until desc, o.id limit 50""",
        unit,
    )
    return [PastOwner(masked_name(f["name"]), f["since"], f["until"], f["document"]) for f in found]
