"""What rows are read against when they are written: who is responsible, buildings, time limits."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from coordination.db import rows, value
from coordination.law.policies import Priority
from coordination.places.tables import Place
from coordination.tickets.calendar import calendar_of, policy_in_force
from coordination.tickets.doors.imports.made import Ground
from coordination.tickets.doors.imports.queries import CategoryLine, categories
from coordination.tickets.routing.queries import NobodyResponsible, responsible_body


async def ground_of(wanted: Iterable[tuple[UUID, str]], place: Place, at: datetime) -> Ground:
    """For these pairs of estate and category. NobodyResponsible: no body is near at all."""
    pairs = sorted(wanted)
    ids = sorted({estate for estate, _ in pairs})
    places = {
        each.id: each for each in await Place.objects().where(Place.id.is_in(ids or [place.id]))
    }
    known = {each.code: each for each in await categories()}
    return Ground(
        {code: (each.id, Priority(each.priority)) for code, each in known.items()},
        {(estate, code): await _holder(known[code], places[estate], at) for estate, code in pairs},
        await _bodies(place),
        await _buildings(ids),
        {estate: await policy_in_force(places[estate], at) for estate in ids},
        await calendar_of(),
    )


async def _holder(category: CategoryLine, estate: Place, at: datetime) -> UUID:
    """Who answers for it by the table; where nobody does, the nearest body there is: what a
    hotline has passed on must lie with somebody."""
    try:
        return await responsible_body(category.id, estate, at)
    except NobodyResponsible:
        nearest = await value(
            """select b.id from body b join place p on p.id = b.place
               where starts_with($1, p.path) order by length(p.path) desc, b.kind, b.id limit 1""",
            estate.path,
        )
        if nearest is None:
            raise
        return nearest


async def _bodies(place: Place) -> dict[str, UUID]:
    """The bodies in or above a place, by name; of two of one name neither."""
    found = await rows(
        """select b.name, (array_agg(b.id))[1] as id from body b join place p on p.id = b.place
           where starts_with(p.path, $1) or starts_with($1, p.path)
           group by b.name having count(*) = 1""",
        place.path,
    )
    return {each["name"]: each["id"] for each in found}


async def _buildings(estates: list[UUID]) -> dict[tuple[UUID, str], UUID]:
    found = await rows(
        "select id, parent, key from place where kind = 'building' and parent = any($1)", estates
    )
    return {(each["parent"], each["key"]): each["id"] for each in found}
