"""Places as the pages of the registry load them: through whoever asks, else not found."""

from uuid import UUID

from coordination.errors import NotFound
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.queries import place_of, places_within
from coordination.places.tables import Place, PlaceKind
from coordination.registry.permits import must_keep_registry


async def estate_kept(asker: Asker, estate: UUID) -> Place:
    """An estate whose registry the asker keeps. NotFound."""
    place = await place_of(estate, PlaceKind.ESTATE)
    must_keep_registry(asker, place)
    return place


async def building_in(estate: Place, building: UUID) -> Place:
    """A building of that estate. NotFound."""
    place = await place_of(building, PlaceKind.BUILDING)
    if place.parent != estate.id:
        raise NotFound("没有这栋楼。")
    return place


async def estates_kept(asker: Asker) -> list[Place]:
    """Every estate whose registry the asker keeps, in order."""
    paths = [role.place_path for role in asker.roles if role.kind is RoleKind.COMMUNITY_WORKER]
    return await places_within(paths, PlaceKind.ESTATE)


async def buildings_carried_to(asker: Asker) -> list[Place]:
    """The buildings to whose doors the asker carries letters, in order."""
    kinds = (RoleKind.COMMUNITY_WORKER, RoleKind.BUILDING_LEAD)
    paths = [role.place_path for role in asker.roles if role.kind in kinds]
    return await places_within(paths, PlaceKind.BUILDING)
