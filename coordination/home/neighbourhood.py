"""What every page shows around itself, kept in memory and read anew every few seconds: the
estates, and whom their residents call. A page that is being drawn must not wait for it.
"""

import asyncio
import contextlib
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from coordination import clock
from coordination.db import rows
from coordination.law.periods import day_of
from coordination.people.queries import IN_OFFICE
from coordination.web.chrome import Officer

EVERY_SECONDS = 5.0

READ = f"""
with office as (
  select distinct on (b.place) b.place, b.name, b.officer, b.phone from body b
   where b.kind = 'residents_committee' and b.phone <> '' and {IN_OFFICE.format(day="$1")}
   order by b.place, b.since desc nulls last, b.id
)
select e.id, e.name, e.path, o.name as office, o.officer, o.phone
  from place e left join office o on o.place = e.parent
 where e.kind = 'estate' order by e.sort, e.id
"""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An estate, and the officer 社区专员 of the community it lies in."""

    id: UUID
    name: str
    path: str
    officer: Officer | None


_estates: dict[UUID, Neighbour] = {}


def estate_known(estate: UUID | None) -> Neighbour | None:
    """The estate of that id; None: there is none, or it was named this very moment."""
    return _estates.get(estate) if estate else None


def estates_known() -> list[Neighbour]:
    """All estates in natural order."""
    return list(_estates.values())


async def read_neighbourhood() -> None:
    """Read the estates anew."""
    global _estates
    _estates = {
        row["id"]: Neighbour(
            row["id"], row["name"], row["path"],
            officer_of(row["office"], row["officer"], row["phone"]),
        )
        for row in await rows(READ, day_of(clock.now()))
    }  # fmt: skip


def officer_of(office: str | None, officer: str | None, phone: str | None) -> Officer | None:
    """Whom to call, of what a body publishes; None: it publishes no phone."""
    if not office or not phone:
        return None
    return Officer(officer, phone, office) if officer else Officer(office, phone)


async def keep_neighbourhood() -> None:
    """Read it anew if the database is there; while it is away it stays as it was."""
    with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        await read_neighbourhood()


async def follow_neighbourhood() -> None:
    """Keep it in memory until cancelled."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        await keep_neighbourhood()
