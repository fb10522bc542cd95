"""Who may keep the table of responsibility, the duty list and the hints. Pure."""

from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.tables import Place

SERVING = (
    RoleKind.PROPERTY_MANAGER,
    RoleKind.PROPERTY_STAFF,
    RoleKind.COMMUNITY_WORKER,
    RoleKind.SUBDISTRICT_OFFICER,
)


def may_keep_routes(asker: Asker, place: Place | None) -> bool:
    """May say who is responsible for what: everywhere (None) the operator, the 街道 in its own."""
    if asker.is_operator():
        return True
    return place is not None and asker.holds(place, RoleKind.SUBDISTRICT_OFFICER)


def may_keep_duties(asker: Asker) -> bool:
    """The 居委会's list is one for the whole deployment."""
    return asker.is_operator()


def may_keep_categories(asker: Asker) -> bool:
    """The categories are the same everywhere, so that figures can be compared."""
    return asker.is_operator()


def may_give_hints(asker: Asker, building: Place) -> bool:
    """May write down what a handler should know of a building."""
    return asker.holds(building, *SERVING)
