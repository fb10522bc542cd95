"""Reads of letters: how far each building's have come."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.db import rows
from coordination.places.naming import unit_name
from coordination.places.tables import Place

# Units that need a letter: somebody owns them, and not all who do have bound an account.
WANTS_LETTER = """
unit.building = $1 and not unit.unsold and exists (
  select from ownership o join owner on owner.id = o.owner
  where o.unit = unit.id and o.until is null and owner.kind <> 'developer'
    and not exists (select from binding
                    where binding.owner = owner.id and binding.ended_at is null))
"""
LIVE = "l.used_at is null and l.revoked_at is null and l.expires_at > $2"


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A unit's letter, or that it has none. Nobody's name: the door is all one needs."""

    unit: UUID
    name: str
    wants: bool
    letter: UUID | None
    made_at: datetime | None
    printed_at: datetime | None
    delivered_at: datetime | None
    delivered_how: str
    used_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Printed, not used, and not yet known to have arrived."""
        return bool(self.letter and self.printed_at) and not self.delivered_at and not self.used_at


async def letters_in(building: Place, at: datetime) -> list[LetterLine]:
    """The units of a building with their latest letter, in order."""
    found = await rows(
        f"""select unit.id as unit, b.name as building, unit.entrance, unit.room,
              ({WANTS_LETTER}) as wants, l.id as letter, l.made_at, l.printed_at, l.delivered_at,
              coalesce(l.delivered_how, '') as delivered_how, l.used_at
            from unit join place b on b.id = unit.building
            left join lateral (
              select * from letter_code l where l.unit = unit.id and l.revoked_at is null
                and (l.used_at is not null or l.expires_at > $2)
              order by l.made_at desc limit 1) l on true
            where unit.building = $1 order by unit.sort, unit.id""",
        building.id, at,
    )  # fmt: skip
    lines = []
    for each in found:
        facts = dict(each)
        name = unit_name(facts.pop("building"), facts.pop("entrance"), facts.pop("room"))
        lines.append(LetterLine(name=name, **facts))
    return lines


async def to_print(building: Place, at: datetime) -> list[tuple[UUID, str, bytes]]:
    """Live letters that are not printed yet: id, unit as said, sealed code."""
    found = await rows(
        f"""select l.id, b.name as building, unit.entrance, unit.room, l.code_sealed
            from letter_code l join unit on unit.id = l.unit join place b on b.id = unit.building
            where unit.building = $1 and {LIVE} and l.code_sealed is not null
            order by unit.sort, unit.id""",
        building.id, at,
    )  # fmt: skip
    return [
        (f["id"], unit_name(f["building"], f["entrance"], f["room"]), f["code_sealed"])
        for f in found
    ]
