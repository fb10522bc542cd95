"""Reads of places shaped for pages."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.db import rows
from coordination.errors import NotFound
from coordination.places.named_settings import SETTINGS
from coordination.places.tables import Place, PlaceKind


async def place_of(place_id: UUID, *kinds: PlaceKind) -> Place:
    """The place. NotFound: there is none, or it is of another kind."""
    place = await Place.objects().get(Place.id == place_id)
    if place is None or (kinds and PlaceKind(place.kind) not in kinds):
        raise NotFound("没有这个地点。")
    return place


async def lineage(place: Place) -> list[Place]:
    """The places it lies in, the widest first, and itself."""
    ids = [UUID(part) for part in place.path.strip("/").split("/")]
    return await Place.objects().where(Place.id.is_in(ids)).order_by(Place.path)


async def parts_of(place: Place | None) -> list[Place]:
    """What lies directly in a place (None: at the top), in natural order."""
    inside = Place.parent == place.id if place else Place.parent.is_null()
    return await Place.objects().where(inside).order_by(Place.sort).order_by(Place.name)


async def ways_down(place: Place | None) -> list[list[Place]]:
    """What lies below it, level by level: on as long as there is one way only, to the first
    choice."""
    levels = [await parts_of(place)]
    while len(levels[-1]) == 1:
        levels.append(await parts_of(levels[-1][0]))
    return [level for level in levels if level]


async def places_within(paths: Iterable[str | None], kind: PlaceKind) -> list[Place]:
    """Places of a kind under any of these paths (None: all), in natural order."""
    wanted = ["" if path is None else path for path in paths]
    found = await rows(
        """select id from place where kind = $1
           and exists (select from unnest($2::text[]) as p (path)
                       where starts_with(place.path, p.path))""",
        kind.value,
        wanted,
    )
    ids = [row["id"] for row in found]
    if not ids:
        return []
    return await Place.objects().where(Place.id.is_in(ids)).order_by(Place.sort)


async def estates() -> list[Place]:
    """Every estate, in natural order."""
    return await places_within([None], PlaceKind.ESTATE)


async def estates_after(after: UUID | None, limit: int) -> list[Place]:
    """The estates that follow one (None: the first), in natural order; after nobody's id, none."""
    found = await rows(
        """select id from place where kind = 'estate'
           and ($1::uuid is null or (sort, id) > (select sort, id from place where id = $1))
           order by sort, id limit $2""",
        after,
        limit,
    )
    ids = [row["id"] for row in found]
    if not ids:
        return []
    in_order = Place.objects().where(Place.id.is_in(ids)).order_by(Place.sort)
    return await in_order.order_by(Place.id)


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a setting that was once made."""

    name: str
    label: str
    words: str
    since: datetime
    by: UUID | None
    reason: str
    place_name: str


async def history(place: Place | None, name: str | None = None) -> list[Change]:
    """Changes of settings that concern a place, the newest first."""
    found = await rows(
        """select setting.name, value::text as value, since, by, reason,
                  coalesce(place.name, '全部') as place_name
           from setting left join place on place.id = setting.place
           where setting.name = any($1::text[])
             and (setting.place is null or starts_with($2, place.path))
           order by since desc, rank desc limit 200""",
        [name] if name else list(SETTINGS),
        place.path if place else "",
    )
    return [_change(dict(row)) for row in found]


def _change(row: dict) -> Change:
    setting, given_up = SETTINGS[row["name"]], row["value"] == "null"
    words = "沿用上级" if given_up else setting.words(json.loads(row["value"]))
    return Change(
        setting.name, setting.label, words, row["since"], row["by"], row["reason"],
        row["place_name"],
    )  # fmt: skip
