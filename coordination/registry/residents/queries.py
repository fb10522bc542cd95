"""Reads of residents: who waits, who lives where, and whether someone is one now."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.db import rows
from coordination.places.naming import unit_name
from coordination.places.tables import Place
from coordination.registry.queries import ACTS_FOR
from coordination.registry.rules import masked_name

PAGE = 100
KINDS = {"tenant": "租户", "family": "业主家人"}
CONFIRMED = "r.confirmed_at is not null and (r.until is null or r.until > $2)"


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody who lives in a unit, or says so."""

    id: UUID
    person: UUID
    person_name: str
    phone_tail: str
    unit: UUID
    unit_name: str
    estate_name: str
    kind: str
    proof: str
    asked_at: datetime
    confirmed_at: datetime | None
    until: datetime | None
    refused_at: datetime | None
    refused_reason: str | None

    @property
    def kind_words(self) -> str:
        return KINDS[self.kind]


SHOWN = """
select r.id, r.person, p.name as person_name, p.phone_tail, r.unit, b.name as building,
       u.entrance, u.room, e.name as estate_name, r.kind, r.proof, r.asked_at, r.confirmed_at,
       r.until, r.refused_at, r.refused_reason
from residency r join person p on p.id = r.person join unit u on u.id = r.unit
join place b on b.id = u.building join place e on e.id = u.estate
"""


async def waiting_in(estate: Place) -> list[Resident]:
    """Who asked and has no answer yet, the oldest first."""
    return await _residents(
        """where u.estate = $1 and r.confirmed_at is null and r.refused_at is null
           and p.closed_at is null order by r.asked_at, r.id limit 200""",
        estate.id,
    )


async def confirmed_in(estate: Place, at: datetime, after: datetime | None) -> list[Resident]:
    """Residents of now, those whose time ends first in front; `after`: from that moment on."""
    return await _residents(
        f"""where u.estate = $1 and {CONFIRMED} and ($3::timestamptz is null or r.until > $3)
            order by r.until, r.id limit $4""",
        estate.id, at, after, PAGE + 1,
    )  # fmt: skip


async def residencies_of(person: UUID) -> list[Resident]:
    """All that a person asked, the latest first."""
    return await _residents("where r.person = $1 order by r.asked_at desc, r.id limit 50", person)


async def household_of(person: UUID, at: datetime) -> list[Resident]:
    """Who lives in the units that the person acts for an owner of 住户; names half hidden."""
    found = await _residents(
        f"""where {CONFIRMED} and r.unit in (
              select ownership.unit from ownership
              where ownership.until is null and ownership.owner in ({ACTS_FOR}))
            order by b.sort, u.sort, r.asked_at, r.id limit 200""",
        person, at,
    )  # fmt: skip
    return [_half(each) for each in found]


def _half(resident: Resident) -> Resident:
    facts = {name: getattr(resident, name) for name in Resident.__slots__}
    return Resident(**{**facts, "person_name": masked_name(resident.person_name)})


async def _residents(where: str, *given: object) -> list[Resident]:
    residents = []
    for each in await rows(SHOWN + where, *given):
        facts = dict(each)
        name = unit_name(facts.pop("building"), facts.pop("entrance"), facts.pop("room"))
        residents.append(Resident(unit_name=name, **facts))
    return residents
