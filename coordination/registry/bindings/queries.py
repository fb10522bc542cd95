"""Reads for binding: whom a claim means, and what is bound."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.db import row, rows
from coordination.places.naming import unit_name
from coordination.web.sheets import building_key, entrance_key, person_name, room_key


@dataclass(frozen=True, slots=True)
class Claim:
    """What someone says of themselves: I am the owner of that name, of that room."""

    estate: UUID
    building: str
    entrance: str
    room: str
    name: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """The owner that a claim means."""

    owner: UUID
    estate: UUID
    phone_sealed: bytes | None
    phone_hash: bytes | None
    bound_to: UUID | None
    phone_since: datetime | None = None


OWNER = """
select owner.id as owner, owner.estate, owner.phone_sealed, owner.phone_hash,
       owner.phone_since, binding.person as bound_to
from ownership
join owner on owner.id = ownership.owner and owner.kind <> 'developer'
join unit on unit.id = ownership.unit
join place building on building.id = unit.building
left join binding on binding.owner = owner.id and binding.ended_at is null
where ownership.until is null and lower(owner.name) = lower($1)
"""


async def claimed(claim: Claim) -> Claimed | None:
    """The owner of that name who holds that room now, if there is one."""
    found = await row(
        OWNER + """and unit.estate = $2 and building.key = $3 and unit.room = $5
                   and (unit.entrance = $4 or $4 = '')
                   order by binding.person nulls first, owner.id limit 1""",
        person_name(claim.name), claim.estate, building_key(claim.building),
        entrance_key(claim.entrance), room_key(claim.room),
    )  # fmt: skip
    return Claimed(**dict(found)) if found else None


async def holder_of(unit: UUID, name: str) -> Claimed | None:
    """The owner of that name who holds that unit now; one without an account first."""
    found = await row(
        OWNER + "and unit.id = $2 order by binding.person nulls first, owner.id limit 1",
        person_name(name), unit,
    )  # fmt: skip
    return Claimed(**dict(found)) if found else None


@dataclass(frozen=True, slots=True)
class Bound:
    """A live binding of one account, with the units that it gives."""

    id: UUID
    owner: UUID
    estate: UUID
    estate_name: str
    proof: str
    at: datetime
    units: tuple[str, ...]


async def bindings_of(person: UUID) -> list[Bound]:
    """What a person's account is bound to, the oldest first."""
    found = await rows(
        """select binding.id, binding.owner, owner.estate, estate.name as estate_name,
             binding.proof, binding.at,
             array(select array[building.name, unit.entrance, unit.room]
                   from ownership join unit on unit.id = ownership.unit
                   join place building on building.id = unit.building
                   where ownership.owner = owner.id and ownership.until is null
                   order by building.sort, unit.sort) as units
           from binding join owner on owner.id = binding.owner
           join place estate on estate.id = owner.estate
           where binding.person = $1 and binding.ended_at is null
           order by binding.at, binding.id""",
        person,
    )
    return [
        Bound(**{**dict(each), "units": tuple(unit_name(*unit) for unit in each["units"])})
        for each in found
    ]
