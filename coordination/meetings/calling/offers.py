"""What somebody may call and where, and what the form of a new meeting says before they type."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from coordination.db import row
from coordination.meetings.kinds import KINDS, MeetingKind
from coordination.people.askers import Asker
from coordination.people.queries import body_of
from coordination.places.naming import building_name
from coordination.places.queries import place_of, places_within
from coordination.places.tables import Place, PlaceKind
from coordination.web.formats import local_weekday
from coordination.web.forms import Reader

# Most meetings are of an estate; a building's stand last, there are so many.
LEVELS = (PlaceKind.ESTATE, PlaceKind.COMMUNITY, PlaceKind.SUBDISTRICT, PlaceKind.BUILDING)
LEVEL_WORDS = {
    PlaceKind.ESTATE: "小区", PlaceKind.COMMUNITY: "社区", PlaceKind.SUBDISTRICT: "街道",
    PlaceKind.BUILDING: "楼栋",
}  # fmt: skip
LAST_VENUE = """
select venue from meeting where convener = any($1::uuid[])
 order by place is not distinct from $2::uuid desc, called_at desc limit 1
"""


@dataclass(frozen=True, slots=True)
class Offers:
    """The kinds that the asker calls, the places where they do: each with its name."""

    kinds: list[MeetingKind]
    places: list[tuple[Place, str]]

    def __bool__(self) -> bool:
        return bool(self.kinds and self.places)

    @property
    def kind_options(self) -> list[tuple[str, str]]:
        return [(kind.code, kind.name) for kind in self.kinds]

    def first_days(self, at: datetime) -> str:
        """The first day on which each may be held, if its notice goes out now."""
        days: dict[date, list[str]] = {}
        for kind in sorted(self.kinds, key=lambda kind: kind.notice_days):
            days.setdefault(kind.first_day(at), []).append(kind.name)
        return "；".join(f"{local_weekday(day)}：{'、'.join(names)}" for day, names in days.items())

    @property
    def place_options(self) -> list[tuple[str, str]]:
        return [(str(place.id), name) for place, name in self.places]

    def read(self, read: Reader) -> tuple[MeetingKind, Place]:
        """What was chosen. Invalid: one is missing, or such a meeting is of no such place."""
        code = read.one_of("kind", "会议类型", [value for value, _ in self.kind_options])
        chosen = read.one_of("place", "在哪里开", [value for value, _ in self.place_options])
        read.settle()
        kind = KINDS[code]
        place = next(one for one, _ in self.places if str(one.id) == chosen)
        if place.kind not in kind.levels:
            levels = "或".join(LEVEL_WORDS[level] for level in kind.levels)
            read.wrong("place", f"{kind.name}是{levels}的会议，请选一个{levels}。")
            read.settle()
        return kind, place

    def name_of(self, place: Place) -> str:
        """As it stood among the places."""
        return next(name for one, name in self.places if one.id == place.id)


async def offered_to(asker: Asker) -> Offers:
    """What the asker's offices may call."""
    kinds = [kind for kind in KINDS.values() if asker.is_any(*kind.conveners)]
    found: list[Place] = []
    for level in LEVELS:
        offices = {office for kind in kinds if level in kind.levels for office in kind.conveners}
        paths = [role.place_path for role in asker.roles if role.kind in offices]
        found += await places_within(paths, level) if paths else []
    return Offers(kinds, await _named(found))


async def _named(found: Sequence[Place]) -> list[tuple[Place, str]]:
    """A building's name begins with its estate's: there is a 1栋 in every one."""
    estates: dict[Any, str] = {place.id: place.name for place in found}
    named = []
    for place in found:
        name = place.name
        if place.kind == PlaceKind.BUILDING.value:
            if place.parent not in estates:  # of a 楼组长, whose office is one building
                estates[place.parent] = (await place_of(place.parent)).name  # pyright: ignore
            name = f"{estates[place.parent]} {building_name(name)}"
        named.append((place, name))
    return named


async def prefilled(asker: Asker, offers: Offers, place: str, matter: str = "") -> dict[str, str]:
    """What is known before anything is typed: where they met last, whom to call."""
    known = place if place in dict(offers.place_options) else ""
    only = offers.place_options[0][0] if len(offers.places) == 1 else ""
    bodies = [role.body for role in asker.roles]
    last = await row(LAST_VENUE, bodies, UUID(known or only) if known or only else None)
    return {
        "kind": offers.kinds[0].code if len(offers.kinds) == 1 else "",
        "place": known or only,
        "matter": matter,
        "lasts_minutes": "90",
        "venue": last["venue"] if last else "",
        "contact": await contact_of(asker),
    }


async def contact_of(asker: Asker) -> str:
    """The published line of the first body that the asker serves."""
    if not asker.roles:
        return ""
    body = await body_of(asker.roles[0].body)
    return f"{body.officer} {body.phone}".strip()
