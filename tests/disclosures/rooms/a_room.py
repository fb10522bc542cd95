"""A room, and somebody who asks for it."""

from datetime import datetime, timedelta

from coordination.disclosures.rooms.actions import (
    RoomFacts,
    Wish,
    apply_for_room,
    open_room,
)
from coordination.disclosures.rooms.tables import Room, RoomApplication, Use
from coordination.people.askers import Asker
from coordination.places.tables import Place
from tests.disclosures.a_disclosure import EARLY, Town
from tests.matters.a_matter import asking

HOURS = [(540, 1260)] * 6 + [None]  # 9:00-21:00, never on Sunday
# The Wednesday after EARLY, 14:00 there.
AFTERNOON = datetime.fromisoformat("2026-04-08T14:00:00+08:00")
HOUR = timedelta(hours=1)


async def a_room(town: Town, name: str = "社区活动室") -> Room:
    """Kept by the community."""
    community = await Place.objects().get(Place.id == town.estate.parent)
    assert community
    facts = RoomFacts(name, "服务站二楼", 30, "免费。", HOURS)
    return await open_room(await asking(town.worker, EARLY), community, facts, EARLY)


def a_wish(starts_at: datetime = AFTERNOON, hours: int = 2, **more) -> Wish:
    said = {"group": "", "use": Use.CULTURE, "purpose": "合唱排练", "people": 12} | more
    return Wish(starts_at=starts_at, ends_at=starts_at + hours * HOUR, **said)  # pyright: ignore


async def an_application(asker: Asker, room: Room, **more) -> RoomApplication:
    return await apply_for_room(asker, room.id, a_wish(**more), EARLY)
