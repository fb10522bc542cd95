"""Who may keep the registry. The community does; the property company and the operator do not."""

from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.tables import Place


def may_keep_registry(asker: Asker, estate: Place) -> bool:
    """May import rolls, look owners up, bind in person, print letters, confirm residents."""
    return asker.holds(estate, RoleKind.COMMUNITY_WORKER)


def may_deliver_letters(asker: Asker, building: Place) -> bool:
    """May carry letters to the doors of a building and say that they arrived 送达."""
    return asker.holds(building, RoleKind.COMMUNITY_WORKER, RoleKind.BUILDING_LEAD)


def may_oversee_registry(asker: Asker, estate: Place) -> bool:
    """May see how complete the registry is, without a person in it: counts and gaps."""
    return asker.holds(
        estate,
        RoleKind.COMMUNITY_WORKER,
        RoleKind.COMMITTEE_MEMBER,
        RoleKind.PREPARATORY_MEMBER,
        RoleKind.SUPERVISOR,
        RoleKind.SUBDISTRICT_OFFICER,
    )
