"""Who may keep the registry. The community does; the property company and the operator do not."""

from coordination.errors import NotFound
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.tables import Place


def may_keep_registry(asker: Asker, estate: Place) -> bool:
    """May import rolls, look owners up, bind in person, print letters, confirm residents."""
    return asker.holds(estate, RoleKind.COMMUNITY_WORKER)


def may_deliver_letters(asker: Asker, building: Place) -> bool:
    """May carry letters to the doors of a building and say that they arrived 送达."""
    return asker.holds(building, RoleKind.COMMUNITY_WORKER, RoleKind.BUILDING_LEAD)


def must_keep_registry(asker: Asker, estate: Place) -> None:
    """NotFound: another community's, or somebody who keeps no registry."""
    if not may_keep_registry(asker, estate):
        raise NotFound("没有这个页面，或者不在您负责的社区。")
