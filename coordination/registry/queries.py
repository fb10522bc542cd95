"""Who owns what: what other slices ask of the registry.

Titles, bindings and guardianships count while they are live.
"""

from dataclasses import dataclass
from uuid import UUID

from coordination.db import rows, value
from coordination.places.naming import unit_name
from coordination.places.tables import UnitKind

# The view says who acts for whom: a guardian, else the bound account.
ACTS_FOR = "select acting.owner from acting where acting.person = $1"


async def is_owner_in(person: UUID, estate: UUID) -> bool:
    """Whether the person acts for someone who owns a unit there now."""
    return await value(
        f"""select exists (
              select from ownership join unit on unit.id = ownership.unit
              where ownership.until is null and unit.estate = $2
                and ownership.owner in ({ACTS_FOR}))""",
        person, estate,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class HeldUnit:
    """A unit of somebody's, as 我的 shows it."""

    id: UUID
    estate: UUID
    estate_name: str
    building: UUID
    building_name: str
    entrance: str
    room: str
    kind: UnitKind
    area_cm2: int | None
    area_source: str | None
    owner: UUID
    co_owners: int  # all who hold it, this one too

    @property
    def name(self) -> str:
        return unit_name(self.building_name, self.entrance, self.room)


async def units_of(person: UUID) -> list[HeldUnit]:
    """The units of all owners that a person acts for, in the order of estates and rooms."""
    found = await rows(
        f"""select unit.id, unit.estate, estate.name as estate_name, unit.building,
              building.name as building_name, unit.entrance, unit.room, unit.kind, unit.area_cm2,
              unit.area_source, ownership.owner,
              (select count(*) from ownership other
               where other.unit = unit.id and other.until is null) as co_owners
            from ownership join unit on unit.id = ownership.unit
            join place estate on estate.id = unit.estate
            join place building on building.id = unit.building
            where ownership.until is null and ownership.owner in ({ACTS_FOR})
            order by estate.sort, building.sort, unit.sort, unit.id, ownership.owner""",
        person,
    )
    return [HeldUnit(**{**dict(each), "kind": UnitKind(each["kind"])}) for each in found]


@dataclass(frozen=True, slots=True)
class Gap:
    """A unit that could not be on a frozen roll, and what it lacks."""

    id: UUID
    name: str
    lacks: str


async def gaps(estate: UUID, limit: int = 200) -> list[Gap]:
    """Units without an area, or sold without an owner; the first of them, in order."""
    found = await rows(
        """select unit.id, building.name as building, unit.entrance, unit.room,
                  unit.area_cm2 is null as no_area
           from unit join place building on building.id = unit.building
           where unit.estate = $1 and (unit.area_cm2 is null or not unit.unsold and not exists (
             select from ownership where ownership.unit = unit.id and ownership.until is null))
           order by building.sort, unit.sort, unit.id limit $2""",
        estate, limit,
    )  # fmt: skip
    return [
        Gap(
            each["id"], unit_name(each["building"], each["entrance"], each["room"]),
            "没有面积" if each["no_area"] else "没有业主",
        )
        for each in found
    ]  # fmt: skip


async def lock_registry(estate: UUID) -> None:
    """One at a time changes who owns what in an estate; until the transaction ends."""
    await value("select pg_advisory_xact_lock(hashtext($1))", f"registry {estate}")
